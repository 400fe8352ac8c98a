"""What the tests of proofs share: a ring of keys and the facts of a label."""

from datetime import UTC, date, datetime

import pytest

from ecoquartier.awards.domain.certificate import CertificateFacts
from tests.support.rings import throwaway_ring

CODE = "VHB3-PMZJ-GDXD-51X7"


@pytest.fixture(scope="session")
def at():
    """The instant of every signature here."""
    return datetime(2026, 12, 10, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def ring(tmp_path_factory):
    """Keys that no other test changes."""
    return throwaway_ring(tmp_path_factory.mktemp("ring") / "keys")


@pytest.fixture(scope="session")
def facts():
    """An ordinary label."""
    return CertificateFacts(
        operation_name="Les Tanneries",
        communes=["Lons-le-Saunier"],
        region="Bourgogne-Franche-Comté",
        stage_rank=3,
        stage_count=4,
        stage_name="livré",
        scheme_title="Label ÉcoQuartier en quatre étapes",
        year=2026,
        decided_on=date(2026, 11, 12),
        published_on=date(2026, 12, 10),
        holder="Ville de Lons-le-Saunier",
        code=CODE,
        verify_url=f"https://label.example.fr/verifier/{CODE}/",
        phases=[],
        demo=False,
        issuer_name="ÉcoQuartier",
    )
