"""Facts that must hold between the tables of commissions, for `check_invariants`: each lists its breaches in French."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q

from ecoquartier.commissions.enums import Outcome, SittingState
from ecoquartier.commissions.models import AgendaItem, Sitting
from ecoquartier.core.canonical import sha256_hex
from ecoquartier.dossiers.enums import OPEN_STATES, DossierState
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


def settled_breaches() -> list[str]:
    """Invariant: signed minutes say something of each dossier that had not left before."""
    rows = AgendaItem.objects.filter(sitting__state=SittingState.MINUTED, outcome="", dossier__state__in=OPEN_STATES)
    # A dossier adjourned elsewhere meanwhile, then given back, was out when the sitting closed.
    rows = rows.exclude(dossier__items__outcome=Outcome.ADJOURN)
    return [f"point {pk}\u00a0: sans avis" for pk in rows.values_list("pk", flat=True)]


def agenda_breaches() -> list[str]:
    """Invariant: no dossier is on two agendas at once."""
    live = Q(items__sitting__state__in=set(SittingState) - {SittingState.MINUTED, SittingState.CANCELLED})
    rows = Dossier.objects.annotate(n=Count("items", filter=live)).filter(n__gt=1).values_list("pk", flat=True)
    return [f"dossier {pk}\u00a0: à deux ordres du jour" for pk in rows]


def adjournment_breaches() -> list[str]:
    """Invariant: an adjournment carries a recommendation and the support proposed (rule 13)."""
    rows = AgendaItem.objects.filter(sitting__state=SittingState.MINUTED, outcome=Outcome.ADJOURN)
    rows = rows.filter(Q(recommendations=None) | Q(support=""))
    return [
        f"point {pk}\u00a0: ajourné sans recommandation ni accompagnement" for pk in rows.values_list("pk", flat=True)
    ]
