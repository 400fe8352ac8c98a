"""Facts that must hold between the tables of commissions, for `check_invariants`: each lists its breaches in French."""

from __future__ import annotations

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from ecoquartier.campaigns.enums import DecisionPath
from ecoquartier.campaigns.queries import decided_along
from ecoquartier.commissions.enums import Level, Outcome, Settlement, SittingState
from ecoquartier.commissions.models import AgendaItem, ItemSettlement, Sitting
from ecoquartier.commissions.queries import TOLD_AT_ONCE, WRITTEN, said_of
from ecoquartier.core.canonical import sha256_hex
from ecoquartier.dossiers.enums import OPEN_STATES, DossierState
from ecoquartier.dossiers.models import Dossier
from ecoquartier.journal.enums import Event
from ecoquartier.journal.models import Entry
from ecoquartier.operations.enums import RecommendationState
from ecoquartier.operations.models import RecommendationReply

LEADS_TO = {
    Outcome.PROPOSE: DossierState.PROPOSED,
    Outcome.REFER: DossierState.REFERRED,
    Outcome.ADJOURN: DossierState.ADJOURNED,
    Outcome.AWARD: DossierState.AWARDED,
}


def minutes_breaches() -> list[str]:
    """Invariant: signed minutes have the hash of their text, the one that the journal holds of their signature."""
    entries = Entry.objects.filter(event=Event.MINUTES_SIGNED).values_list("object_id", "data")
    journaled = {object_id: data["sha256"] for object_id, data in entries}
    return [
        f"séance {pk}\u00a0: procès-verbal altéré"
        for pk, text, digest in Sitting.objects.filter(state=SittingState.MINUTED).values_list(
            "pk", "minutes", "minutes_sha256"
        )
        if not sha256_hex(text.encode()) == digest == journaled.get(str(pk))
    ]


def passage_breaches() -> list[str]:
    """Invariant: what an item says is what the signed minutes hold of it."""
    left = Q(
        dossier__state__in=[DossierState.WITHDRAWN, DossierState.CLOSED],
        dossier__state_since__lte=F("sitting__signed_at"),
    )
    items = AgendaItem.objects.filter(sitting__state=SittingState.MINUTED).exclude(left).select_related("sitting")
    return [
        f"point {item.pk}\u00a0: autre que dans le procès-verbal"
        for item in items.prefetch_related(*WRITTEN)
        if "\n".join(said_of(item)) not in item.sitting.minutes
    ]


def notified_breaches() -> list[str]:
    """Invariant: what is told is a signed decision or a registration, and what the journal says was told stays told."""
    decided = AgendaItem.objects.filter(dossier=OuterRef("pk"), sitting__signed_at__lte=OuterRef("notified_at"))
    decided = decided.exclude(outcome__in=["", Outcome.CARRY_OVER])
    registered = Q(state=DossierState.AWARDED) & decided_along(DecisionPath.REGISTRATION)
    early = Dossier.objects.filter(notified_at__isnull=False).exclude(Exists(decided)).exclude(registered)
    forgotten = Dossier.objects.filter(registered | Exists(_told()), notified_at=None)
    return [f"dossier {pk}\u00a0: notifié sans décision" for pk in early.values_list("pk", flat=True)] + [
        f"dossier {pk}\u00a0: notifié, la date manque" for pk in forgotten.values_list("pk", flat=True)
    ]


def _told() -> QuerySet[AgendaItem]:
    """Items that led a dossier to the state it is in, and whose outcome the journal says was told to its holder."""
    announced = Entry.objects.filter(event=Event.OUTCOMES_ANNOUNCED).values("object_id")
    later = AgendaItem.objects.filter(
        dossier=OuterRef("dossier"), sitting__opened_at__gt=OuterRef("sitting__signed_at")
    )
    led = Q(*(Q(outcome=outcome, dossier__state=state) for outcome, state in LEADS_TO.items()), _connector=Q.OR)
    return (
        AgendaItem.objects.annotate(sitting_key=Cast("sitting", CharField()))
        .filter(led, dossier=OuterRef("pk"), sitting__state=SittingState.MINUTED)
        .filter(Q(sitting_key__in=announced) | Q(sitting__commission__level=Level.REGIONAL, outcome__in=TOLD_AT_ONCE))
        .exclude(Exists(later))
    )


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


SETTLED_AS = {RecommendationState.LIFTED: Settlement.LIFT, RecommendationState.MAINTAINED: Settlement.MAINTAIN}


def settlement_breaches() -> list[str]:
    """Invariant: a recommendation is lifted or maintained by signed minutes that say so, once they are told."""
    minuted = ItemSettlement.objects.filter(
        item__sitting__state=SittingState.MINUTED,
        item__sitting__signed_at__lte=OuterRef("said_at"),
        item=OuterRef("source_id"),
        recommendation=OuterRef("recommendation"),
    )
    rows = RecommendationReply.objects.filter(source_id__isnull=False)
    return [
        f"recommandation {pk}\u00a0: levée ou maintenue sans procès-verbal"
        for state, settlement in SETTLED_AS.items()
        for pk in rows.filter(state=state)
        .exclude(Exists(minuted.filter(settlement=settlement)))
        .values_list("recommendation", flat=True)
    ]
