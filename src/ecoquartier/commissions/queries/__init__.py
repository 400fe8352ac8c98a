"""Named reads of commissions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, Count, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecoquartier.campaigns.enums import DecisionPath
from ecoquartier.campaigns.models import Campaign
from ecoquartier.campaigns.queries import decided_along
from ecoquartier.commissions.domain import Quorum, quorum
from ecoquartier.commissions.enums import Level, Outcome, Presence, SeatPart, SittingState, VoteMode
from ecoquartier.commissions.models import AgendaItem, Attendance, Commission, Declaration, Seat, Sitting
from ecoquartier.core.text import long_date
from ecoquartier.dossiers.enums import DossierState
from ecoquartier.dossiers.models import Dossier
from ecoquartier.framework.models import Commitment
from ecoquartier.operations.models import Recommendation
from ecoquartier.people.models import User

LIVE = (SittingState.PLANNED, SittingState.CONVENED, SittingState.OPEN, SittingState.CLOSED)

PATHS_BY_LEVEL = {
    Level.REGIONAL: (DecisionPath.REGIONAL_THEN_NATIONAL, DecisionPath.REGIONAL_FINAL),
    Level.NATIONAL: (DecisionPath.REGIONAL_THEN_NATIONAL, DecisionPath.REGIONAL_FINAL, DecisionPath.NATIONAL_ONLY),
}


TOLD_AT_ONCE = frozenset({Outcome.PROPOSE, Outcome.ADJOURN, Outcome.REFER})
"""What a region says that its holder learns when the minutes are signed."""


def ready_for(commission: Commission, campaign: Campaign | None = None) -> QuerySet[Dossier]:
    """Dossiers that may go on an agenda of this commission: in its territory, at its level, on no live agenda.

    Args:
        campaign: one campaign, or all when None.
    """
    dossiers = _ready(Level(commission.level))
    if campaign:
        dossiers = dossiers.filter(campaign=campaign)
    if commission.level == Level.REGIONAL:
        dossiers = dossiers.filter(operation__lead_commune__county__region__in=commission.regions.all())
    return dossiers.select_related("operation__lead_commune", "stage", "campaign").order_by("created_at")


def with_ready(commissions: QuerySet[Commission]) -> QuerySet[Commission]:
    """Commissions with `ready`: how many dossiers are `ready_for` each."""
    here = Q(operation__lead_commune__county__region__commissions=OuterRef("pk"))
    regional, national = (
        Subquery(rows.order_by().values(all=Value(1)).annotate(n=Count("pk")).values("n"))
        for rows in (_ready(Level.REGIONAL).filter(here), _ready(Level.NATIONAL))
    )
    return commissions.annotate(ready=Coalesce(Case(When(level=Level.NATIONAL, then=national), default=regional), 0))


def _ready(level: Level) -> QuerySet[Dossier]:
    """Dossiers that wait for a commission of this level, wherever they are."""
    dossiers = Dossier.objects.filter(decided_along(*PATHS_BY_LEVEL[level]))
    if level == Level.REGIONAL:
        dossiers = dossiers.filter(state=DossierState.ASSESSED)
    else:
        dossiers = dossiers.filter(
            Q(state__in=[DossierState.PROPOSED, DossierState.REFERRED])
            | (Q(state=DossierState.ASSESSED) & decided_along(DecisionPath.NATIONAL_ONLY))
        )
    live = AgendaItem.objects.filter(sitting__state__in=LIVE).exclude(
        outcome=Outcome.CARRY_OVER, sitting__state=SittingState.CLOSED
    )
    return dossiers.exclude(pk__in=live.values("dossier"))


def carried_over(commission: Commission) -> QuerySet[AgendaItem]:
    """Items that a past sitting of the commission carried over."""
    return AgendaItem.objects.filter(
        sitting__commission=commission,
        sitting__state__in=[SittingState.CLOSED, SittingState.MINUTED],
        outcome=Outcome.CARRY_OVER,
    )


def allowed_outcomes(item: AgendaItem) -> list[Outcome]:
    """Outcomes this commission may reach on this dossier (rule 13)."""
    if item.sitting.commission.level == Level.NATIONAL:
        found = [Outcome.AWARD, Outcome.ADJOURN]
        if item.dossier.decision_path != DecisionPath.NATIONAL_ONLY:
            found.append(Outcome.SEND_BACK)
    elif item.dossier.decision_path == DecisionPath.REGIONAL_FINAL:
        found = [Outcome.AWARD, Outcome.ADJOURN, Outcome.REFER]
    else:
        found = [Outcome.PROPOSE, Outcome.ADJOURN, Outcome.REFER]
    return [*found, Outcome.CARRY_OVER]


def is_final(item: AgendaItem) -> bool:
    """Whether this sitting is the one that may award."""
    return Outcome.AWARD in allowed_outcomes(item)


def regional_proposal(dossier: Dossier) -> AgendaItem | None:
    """The item of the last signed regional minutes on this dossier."""
    return (
        AgendaItem.objects.filter(
            dossier=dossier, sitting__commission__level=Level.REGIONAL, sitting__state=SittingState.MINUTED
        )
        .order_by("-sitting__signed_at")
        .first()
    )


@dataclass(frozen=True)
class Place:
    """A filled seat as it is for one item, or for the sitting as a whole."""

    seat: Seat
    presence: str
    proxy_to: Seat | None
    is_recused: bool
    reason: str

    @property
    def words(self) -> str:
        """How the seat is present, in words; empty while nothing is recorded."""
        if self.proxy_to:
            return _("pouvoir à %(name)s") % {"name": self.proxy_to.organisation}
        return str(Presence(self.presence).label) if self.presence else ""


@dataclass(frozen=True)
class Room:
    """Who is in the room of a sitting: filled seats, their attendance, and the recusals by dossier; read once."""

    commission: Commission
    seats: tuple[Seat, ...]
    attendance: Mapping[int, Attendance]
    recusals: Mapping[UUID, Mapping[UUID, str]]

    def quorum(self, dossier_id: UUID | None = None) -> Quorum:
        """The quorum for one dossier, or for the sitting: those recused are on neither side (rules 11 and 12)."""
        recused_people = self.recusals.get(dossier_id, {}) if dossier_id else {}
        recused_seats = {seat.pk for seat in self.seats if seat.holder_id in recused_people}
        voting = {seat.pk for seat in self.seats if seat.is_voting}
        rows = [row for row in self.attendance.values() if row.presence != Presence.ABSENT]
        # A proxy counts only while the seat that carries it is in the room for this item.
        in_room = {row.seat_id for row in rows if row.proxy_to_id is None} - recused_seats
        present = {row.seat_id for row in rows if row.seat_id in voting and row.proxy_to_id in {None, *in_room}}
        return quorum(
            seats=len(voting),
            present=len(present),
            recused=len(voting & recused_seats),
            recused_present=len(present & recused_seats),
            fraction=(self.commission.quorum_numerator, self.commission.quorum_denominator),
        )

    def places(self, dossier_id: UUID | None = None) -> list[Place]:
        """Every filled seat, its presence and whether it is recused for the dossier."""
        recused_people = self.recusals.get(dossier_id, {}) if dossier_id else {}
        found = []
        for seat in self.seats:
            row = self.attendance.get(seat.pk)
            found.append(
                Place(
                    seat=seat,
                    presence=row.presence if row else "",
                    proxy_to=row.proxy_to if row else None,
                    is_recused=seat.holder_id in recused_people,
                    reason=recused_people.get(seat.holder_id, "") if seat.holder_id else "",
                )
            )
        return found


def room_of(sitting: Sitting) -> Room:
    """The room of a sitting, in three queries whatever the seats and the items."""
    seats = tuple(
        Seat.objects.filter(commission=sitting.commission, holder__isnull=False).select_related(
            "organisation", "holder"
        )
    )
    attendance = {row.seat_id: row for row in sitting.attendance.select_related("proxy_to__organisation")}
    recusals: dict[UUID, dict[UUID, str]] = {}
    for row in Declaration.objects.filter(
        dossier__in=sitting.items.values("dossier"), is_recused=True, user__seats__commission=sitting.commission
    ):
        recusals.setdefault(row.dossier_id, {})[row.user_id] = row.reason
    return Room(sitting.commission, tuple(sorted(seats, key=_rank)), attendance, recusals)


def _rank(seat: Seat) -> tuple[int, str]:
    """The chair first, then the vice-chair, the members, the secretary."""
    parts = (SeatPart.CHAIR, SeatPart.VICE_CHAIR, SeatPart.MEMBER, SeatPart.SECRETARY)
    return parts.index(SeatPart(seat.part)), seat.organisation.name


def quorum_of(item: AgendaItem) -> Quorum:
    """The quorum for one item: filled voting seats, those recused aside (rules 11 and 12)."""
    return room_of(item.sitting).quorum(item.dossier_id)


def with_neighbours(items: QuerySet[AgendaItem]) -> QuerySet[AgendaItem]:
    """Items with `points` (how many the agenda has) and the ids of the `previous_item` and the `next_item`."""
    agenda = AgendaItem.objects.filter(sitting=OuterRef("sitting"))
    before = agenda.filter(position__lt=OuterRef("position")).order_by("-position")
    after = agenda.filter(position__gt=OuterRef("position")).order_by("position")
    return items.annotate(
        points=Subquery(agenda.order_by().values("sitting").annotate(n=Count("pk")).values("n")),
        previous_item=Subquery(before.values("pk")[:1]),
        next_item=Subquery(after.values("pk")[:1]),
    )


def commitments_of(item: AgendaItem) -> QuerySet[Commitment]:
    """The commitments to which a recommendation on this item may be tied."""
    return item.sitting.campaign.framework.commitments.order_by("number")


def recommendations_of(item: AgendaItem) -> QuerySet[Recommendation]:
    """Recommendations issued from an item once its minutes are signed."""
    return Recommendation.objects.filter(source_id=item.pk)


def items_about(dossier: Dossier) -> QuerySet[AgendaItem]:
    """The agendas a dossier was on, cancelled sittings aside, in order."""
    return (
        AgendaItem.objects.filter(dossier=dossier)
        .exclude(sitting__state=SittingState.CANCELLED)
        .select_related("sitting__commission")
        .order_by("sitting__held_on", "sitting__signed_at")
    )


def is_told(item: AgendaItem) -> bool:
    """Whether the holder was told what a sitting said (rule 15).

    A region’s opinion is told when its minutes are signed; an award, and all that the nation says, when announced.
    """
    if item.sitting.state != SittingState.MINUTED:
        return False
    told_at_once = item.sitting.commission.level == Level.REGIONAL and item.outcome in TOLD_AT_ONCE
    return told_at_once or item.sitting.announced_at is not None


def to_announce(sitting: Sitting) -> QuerySet[AgendaItem]:
    """Items whose outcome the announcement of a sitting tells: what the nation says, the labels a region awards."""
    return (
        told_later(sitting.items.all())
        .select_related("dossier__operation__lead_commune", "dossier__stage")
        .order_by("position")
    )


def told_later(items: QuerySet[AgendaItem]) -> QuerySet[AgendaItem]:
    """Among these items, those whose outcome waits for the announcement of their sitting."""
    at_once = Q(sitting__commission__level=Level.REGIONAL, outcome__in=TOLD_AT_ONCE)
    left = Q(dossier__state__in=[DossierState.WITHDRAWN, DossierState.CLOSED])
    return items.exclude(outcome__in=["", Outcome.CARRY_OVER]).exclude(left).exclude(at_once)


def has_to_be_announced(sitting: Sitting) -> bool:
    """Whether signed minutes wait for the bureau's announcement."""
    if sitting.state != SittingState.MINUTED or sitting.announced_at:
        return False
    return sitting.commission.level == Level.NATIONAL or to_announce(sitting).exists()


def recommendations_from(items: Iterable[AgendaItem]) -> QuerySet[Recommendation]:
    """Recommendations issued from these items, whose outcomes their reader may know."""
    return Recommendation.objects.filter(source_id__in=[item.pk for item in items]).select_related("commitment")


def draft_minutes(sitting: Sitting, hidden: Collection[UUID] = ()) -> str:
    """The minutes as they stand, written from what the sitting recorded (rule 14).

    Args:
        hidden: items whose passage their reader may not know (recused, or not declared); each keeps one line.
    """
    room = room_of(sitting)
    lines = [
        _("Procès-verbal de la séance du %(day)s") % {"day": long_date(sitting.held_on)},
        str(sitting.commission),
        _("Campagne %(year)s") % {"year": sitting.campaign_id},
        "",
        _("Présences"),
        *(f"– {place.seat} : {place.words or Presence.ABSENT.label}" for place in room.places()),
    ]
    items = sitting.items.select_related("dossier__operation__lead_commune", "dossier__stage").prefetch_related(
        "recommendations__commitment"
    )
    for item in items:
        lines += ["", *([_hidden_line(item)] if item.pk in hidden else _minutes_of(item, room))]
    return "\n".join(lines)


def _hidden_line(item: AgendaItem) -> str:
    return _("Point %(n)s : ce passage ne vous est pas ouvert.") % {"n": item.position}


def _minutes_of(item: AgendaItem, room: Room) -> list[str]:
    dossier = item.dossier
    commune = dossier.operation.lead_commune.name
    lines = [
        _("Point %(n)s : %(operation)s (%(commune)s), %(stage)s")
        % {"n": item.position, "operation": dossier.operation, "commune": commune, "stage": dossier.stage}
    ]
    if dossier.state in {DossierState.WITHDRAWN, DossierState.CLOSED}:
        return [*lines, _("Candidature retirée : la commission ne se prononce pas.")]
    state = room.quorum(dossier.pk)
    lines.append(
        ngettext(
            "Quorum : %(present)s siège présent sur %(seats)s, %(required)s requis.",
            "Quorum : %(present)s sièges présents sur %(seats)s, %(required)s requis.",
            state.present,
        )
        % {"present": state.present, "seats": state.seats, "required": state.required}
    )
    lines += [
        _("%(name)s s’est retiré(e) et n’a pas pris part.") % {"name": place.seat}
        for place in room.places(dossier.pk)
        if place.is_recused
    ]
    return [*lines, *said_of(item)]


def said_of(item: AgendaItem) -> list[str]:
    """The lines of the minutes on what was said of one dossier: outcome, vote, reasons, support, recommendations."""
    said = item.get_outcome_display() or _("non rendu")
    return [_("Avis : %(outcome)s.") % {"outcome": said}, *_vote_of(item), *_words_of(item)]


def _vote_of(item: AgendaItem) -> list[str]:
    if item.mode == VoteMode.HANDS:
        return [
            _("Vote à main levée : pour %(for)s, contre %(against)s, abstentions %(abstentions)s.")
            % {"for": item.votes_for, "against": item.votes_against, "abstentions": item.abstentions}
        ]
    return [_("Avis rendu par consensus.")] if item.mode else []


def _words_of(item: AgendaItem) -> list[str]:
    lines = [_("Motifs : %(text)s") % {"text": item.reasons}] if item.reasons else []
    if item.support:
        lines.append(_("Accompagnement proposé : %(text)s") % {"text": item.support})
    for row in item.recommendations.all():
        on = f" ({row.commitment})" if row.commitment else ""
        lines.append(_("Recommandation%(on)s : %(text)s") % {"on": on, "text": row.text})
    return lines


def with_seats(people: QuerySet[User]) -> QuerySet[User]:
    """People with their `held_seats`, in one query more."""
    seats = Seat.objects.select_related("commission").order_by("commission__name", "pk")
    return people.prefetch_related(Prefetch("seats", seats, to_attr="held_seats"))


def held_seats() -> QuerySet[Seat]:
    """Every seat that somebody holds."""
    return Seat.objects.filter(holder__isnull=False)
