"""Facts that must hold between the tables of commissions, for `check_invariants`: each lists its breaches in French."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from ecoquartier.commissions.enums import Outcome, SittingState
from ecoquartier.commissions.models import AgendaItem, Sitting
from ecoquartier.core.canonical import sha256_hex
from ecoquartier.dossiers.enums import DossierState
from ecoquartier.dossiers.models import Dossier


def minutes_breaches() -> list[str]:
    """Invariant: signed minutes have the hash of their text."""
    return [
        f"séance {pk} : procès-verbal altéré"
        for pk, text, digest in Sitting.objects.filter(state=SittingState.MINUTED).values_list(
            "pk", "minutes", "minutes_sha256"
        )
        if sha256_hex(text.encode()) != digest
    ]


def outcome_breaches() -> list[str]:
    """Invariant: a proposed dossier rests on an item of signed regional minutes that proposes it."""
    signed = AgendaItem.objects.filter(
        dossier=OuterRef("pk"), outcome=Outcome.PROPOSE, sitting__state=SittingState.MINUTED
    )
    rows = Dossier.objects.filter(state=DossierState.PROPOSED).exclude(Exists(signed))
    return [f"dossier {pk} : proposé sans procès-verbal" for pk in rows.values_list("pk", flat=True)]
