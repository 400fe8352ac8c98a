"""Public operations in each situation, and a way to read pages as a visitor."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ecoquartier.awards import services as awards
from ecoquartier.awards.models import Award
from ecoquartier.commissions.models import Sitting
from ecoquartier.core import clock
from tests.support.public import labelled

TRANSACTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@pytest.fixture
def read(client):
    """The page at an address as one line, its spaces made plain."""

    def read(url: str, *, status: int = 200) -> str:
        response = client.get(url)
        assert response.status_code == status, url
        return " ".join(response.content.decode().replace("\u00a0", " ").replace("&#x27;", "'").split())

    return read


@pytest.fixture
def main(read):
    """What a page says between its header and its footer."""

    def main(url: str, **kwargs) -> str:
        return re.search(r"<main.*</main>", read(url, **kwargs))[0]

    return main


@pytest.fixture
def queries(client):
    """How many queries a page makes, beginnings of transactions apart."""

    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200, url
        return sum(not query["sql"].startswith(TRANSACTIONS) for query in found.captured_queries)

    return queries


@pytest.fixture
def site_map(client):
    """Every address of the site map: those of each file that its first one names."""

    def listed(url: str) -> list[str]:
        response = client.get(url.removeprefix("http://testserver"))
        assert response.status_code == 200, url
        return re.findall(r"<loc>([^<]+)</loc>", b"".join(response.streaming_content).decode())

    return lambda: [address for file in listed("/sitemap.xml") for address in listed(file)]


@pytest.fixture
def public_operation(db):
    """Makes operations with a published stage of the old scheme."""
    return labelled


@pytest.fixture
def announced(world):
    """A label decided and notified, not yet published."""
    _part, dossier = world.awarded()
    awards.announce(Sitting.objects.get(commission__level="national"), actor=world.bureau)
    return Award.objects.get(dossier=dossier)


@pytest.fixture
def published(world, announced):
    """A published label, its proofs still to be made."""
    world.play.publish(clock.today())
    return Award.objects.get(pk=announced.pk)


@pytest.fixture
def certified(published):
    """A published label with its proofs."""
    awards.issue_certificate(published.pk)
    return Award.objects.get(pk=published.pk)
