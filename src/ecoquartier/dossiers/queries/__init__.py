"""Named reads of dossiers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from ecoquartier.campaigns.domain import Missing, StageFacts, doubts, held_faults, missing
from ecoquartier.campaigns.enums import Filing, MilestoneCode
from ecoquartier.campaigns.models import Campaign, Stage
from ecoquartier.core import clock
from ecoquartier.core.reading import read_once
from ecoquartier.dossiers.domain import (
    DUE,
    IN_COMMISSION_HIDDEN,
    OPENED_BY,
    PUBLISHED,
    Course,
    Snapshot,
    Whereabouts,
    compose,
    content_hash,
    whereabouts,
)
from ecoquartier.dossiers.enums import IN_COMMISSION, OPEN_STATES, OUTCOMES, DossierState
from ecoquartier.dossiers.models import Admissibility, Agreement, CompletionRequest, Deposit, Dossier, DossierScope
from ecoquartier.dossiers.queries.snapshots import photograph
from ecoquartier.journal.models import Entry
from ecoquartier.notebooks.queries import stage_facts
from ecoquartier.operations.models import Operation, Phase, StageHistory
from ecoquartier.operations.queries import why_not_running
from ecoquartier.people.models import Organisation, User


@read_once
def last_deposit(dossier: Dossier) -> Deposit | None:
    """The deposit that experts and commissions read."""
    return dossier.deposits.order_by("-number").first()


def deposit_of(dossier: Dossier) -> Deposit:
    """The last deposit of a dossier past its draft: there is always one (an invariant)."""
    return dossier.deposits.order_by("-number")[0]


@read_once
def completions_of(dossier: Dossier) -> list[CompletionRequest]:
    """Every completion asked, the latest first."""
    return list(dossier.completions.all())


def open_completion(dossier: Dossier) -> CompletionRequest | None:
    """What the holder is asked to complete now, if anything."""
    asked = completions_of(dossier) if dossier.state == DossierState.TO_COMPLETE else []
    return asked[0] if asked else None


@read_once
def deposits_of(dossier: Dossier) -> list[Deposit]:
    """Every deposit, the latest first; with its content only while the next one is prepared from it."""
    rows = dossier.deposits.select_related("deposited_by").order_by("-number")
    return list(rows if dossier.state in PREPARED_IN else rows.defer("snapshot"))


@read_once
def next_content(dossier: Dossier) -> Snapshot:
    """What the next deposit of this dossier would hold (rule 3)."""
    # A draft was never deposited; the page of a dossier to complete lists its deposits anyway.
    previous = None if dossier.state == DossierState.DRAFT else deposits_of(dossier)[0]
    request = open_completion(dossier)
    return compose(
        previous.snapshot if previous else None,
        photograph(dossier.operation, dossier.stage.sections),
        request.fields if request and request.fields else None,
    )


def next_hash(dossier: Dossier) -> str:
    """SHA-256 of the next deposit's content: what the collectivité agrees to."""
    return content_hash(next_content(dossier))


def awaited_agreements(dossier: Dossier) -> list[Organisation]:
    """Competent collectivités, other than the holder, that have not agreed to the present content (rule 4)."""
    awaited = [c for c in dossier.operation.collectivites.all() if c.pk != dossier.holder_id]
    if not awaited:
        return []
    present = next_hash(dossier)
    agreed = {a.organisation_id for a in dossier.agreements.all() if a.content_sha256 == present}
    return [c for c in awaited if c.pk not in agreed]


def agreements() -> QuerySet[Agreement]:
    """Agreements of the collectivités, with who gave them, to prefetch with a dossier."""
    return Agreement.objects.select_related("agreed_by")


@dataclass(frozen=True)
class AgreementStatus:
    """Whether one competent collectivité agrees, and to which content (rule 4).

    Args:
        agreement: its last agreement, to this content or to an older one; None when it never agreed.
        is_current: that agreement is on the present content (the last deposit, or the one in preparation).
    """

    organisation: Organisation
    agreement: Agreement | None
    is_current: bool


PREPARED_IN = frozenset({DossierState.DRAFT, DossierState.TO_COMPLETE})
"""States in which the next deposit is being prepared."""


def agreement_statuses(dossier: Dossier) -> list[AgreementStatus]:
    """The agreement of each competent collectivité that is not the holder, on the present content."""
    asked = [c for c in dossier.operation.collectivites.all() if c.pk != dossier.holder_id]
    if not asked:
        return []
    deposits = [] if dossier.state in PREPARED_IN else deposits_of(dossier)
    present = deposits[0].sha256 if deposits else next_hash(dossier)
    found = []
    for organisation in asked:
        given = [a for a in dossier.agreements.all() if a.organisation_id == organisation.pk]
        current = next((a for a in given if a.content_sha256 == present), None)
        found.append(AgreementStatus(organisation, current or (given[-1] if given else None), current is not None))
    return found


@read_once
def facts_of(dossier: Dossier) -> StageFacts:
    """What the operation and its notebook hold for this dossier, as its holder may know it; time is counted at the
    filing deadline (rule 1).
    """
    on = dossier.filing_ends_on or clock.today()
    return stage_facts(dossier.operation, framework=dossier.campaign.framework, known_to=None, on=on)


@read_once
def missing_in(dossier: Dossier) -> list[Missing]:
    """What this dossier still lacks for all its holder was told.

    What a completion does not open comes from the deposit before: it is not asked again (rule 5).
    """
    found = missing(dossier.stage, facts_of(dossier))
    request = open_completion(dossier)
    if request is None or not request.fields:
        return found
    return [lack for lack in found if _opened_by(lack) in (None, *request.fields)]


def doubts_in(dossier: Dossier) -> list[Missing]:
    """What the dates of the operation contradict of the stage asked for: nothing that holds the dossier back."""
    return doubts(dossier.stage, facts_of(dossier))


def _opened_by(lack: Missing) -> str | None:
    """The field that a completion opens to give what is missing; None when no field does."""
    return OPENED_BY.get(lack.section) if lack.commitment is None else f"answers.{lack.commitment}"


def unfinished_dossiers(operation: Operation) -> QuerySet[Dossier]:
    """Candidatures of the operation that are not over, for whoever has not been told their outcome (rule 15)."""
    untold = Q(state__in=OUTCOMES, notified_at__isnull=True)
    return operation.dossiers.filter(Q(state__in=OPEN_STATES) | untold)


def phases_are_taken(phases: Sequence[Phase] | QuerySet[Phase]) -> bool:
    """Whether a candidature covers one of these phases, for whoever has not been told its outcome (rules 1 and 15)."""
    return DossierScope.objects.filter(_taken(), phase__in=phases).exists()


def _taken() -> Q:
    return Q(is_open=True) | Q(dossier__state__in=OUTCOMES, dossier__notified_at__isnull=True)


def is_covered(path: str = "pk") -> Exists:
    """Operations (at `path`) one phase of which `phases_are_taken`."""
    return Exists(DossierScope.objects.filter(_taken(), phase__operation=OuterRef(path)))


@read_once
def operation_is_taken(operation: Operation) -> bool:
    """Whether a candidature covers one phase of the operation."""
    return phases_are_taken(operation.phases.all())


def why_not_open(
    operation: Operation, stage: Stage, *, campaign: Campaign, held: Collection[int], is_taken: bool
) -> str | None:
    """Rule 1: an operation that goes on, a holder, a stage of the campaign's scheme above those held and known, and
    no overlap."""
    if reason := why_not_running(operation):
        return reason
    if operation.holder_id is None:
        return _("L’opération n’a pas encore de porteur confirmé.")
    if stage.scheme_id != campaign.scheme_id:
        return _("Cette étape n’est pas ouverte dans la campagne %(year)s.") % {"year": campaign.year}
    if campaign.closed_at:
        return _("La campagne %(year)s est close.") % {"year": campaign.year}
    if stage.filing == Filing.CAMPAIGN and not campaign.is_filing_open(operation.lead_commune.county.timezone):
        return _("Le dépôt de la campagne %(year)s n’est pas ouvert.") % {"year": campaign.year}
    if faults := held_faults(stage, stage.requires, held):
        return faults[0]
    if is_taken:
        return _("Une candidature est déjà ouverte pour cette opération.")
    return None


@dataclass(frozen=True)
class Opening:
    """A stage for which a candidature may be opened, or the reason why not, what is missing to deposit it, and what its
    dates contradict."""

    stage: Stage
    missing: tuple[Missing, ...]
    doubts: tuple[Missing, ...]
    reason: str
    is_held: bool
    is_taken: bool


def openings(operation: Operation, campaign: Campaign, user: User) -> list[Opening]:
    """The stages of the campaign for the whole operation, as this person may know it."""
    facts = stage_facts(
        operation, framework=campaign.framework, known_to=user, on=campaign.filing_deadline or clock.today()
    )
    is_taken = operation_is_taken(operation)
    return [
        Opening(
            stage=stage,
            missing=tuple(missing(stage, facts)),
            doubts=tuple(doubts(stage, facts)),
            reason=why_not_open(operation, stage, campaign=campaign, held=facts.held, is_taken=is_taken) or "",
            is_held=any(level >= stage.level for level in facts.held),
            is_taken=is_taken,
        )
        for stage in campaign.scheme.stages.all()
    ]


def _published_stage(operation, rank, year) -> QuerySet[StageHistory]:
    return StageHistory.objects.published().filter(operation=operation, rank=rank, year=year, source="award")


@read_once
def is_published(dossier: Dossier) -> bool:
    """Whether the label of this dossier is public; always one query, so that nothing shows in the time it takes."""
    published = _published_stage(dossier.operation_id, dossier.stage.level, dossier.campaign_id).exists()
    return published and dossier.state == DossierState.AWARDED


def published_outcome() -> Q:
    """Rows of `is_published`."""
    return Q(state=DossierState.AWARDED) & Q(
        Exists(_published_stage(OuterRef("operation"), OuterRef("stage__level"), OuterRef("campaign")))
    )


@read_once
def knows_outcome(dossier: Dossier, user: User) -> bool:
    """May this person know what was decided, now? (rule 15)"""
    if user.has_perm("dossiers.see_outcome", dossier):
        return True
    if dossier.notified_at is not None and user.has_perm("dossiers.see_notified_outcome", dossier):
        return True
    return is_published(dossier)


HIDDEN_STATES = IN_COMMISSION | OUTCOMES
"""States that all read « En commission » to those who may not know the outcome (rule 15)."""


def readable_state(dossier: Dossier, user: User) -> str:
    """The state as this person may know it: its code, or `IN_COMMISSION_HIDDEN`."""
    if dossier.state in HIDDEN_STATES and not knows_outcome(dossier, user):
        return IN_COMMISSION_HIDDEN
    return dossier.state


def words_of_state(state: str) -> str:
    """A readable state in words."""
    return _("en commission") if state == IN_COMMISSION_HIDDEN else str(DossierState(state).label)


def state_label(dossier: Dossier, user: User) -> str:
    """The state in words this person may read: « En commission » until the outcome is told."""
    return words_of_state(readable_state(dossier, user))


@dataclass(frozen=True)
class Position:
    """« Où en est le dossier ? » with its dates, for one reader (rule 23)."""

    whereabouts: Whereabouts
    since: datetime
    until: date | None = None
    usual_days: int | None = None


ENTERED_COMMISSION = ("expertise.closed", "dossier.expertise_skipped", "dossier.referred_directly")


def position(dossier: Dossier, user: User, sides: Collection[str], entries: Iterable[Entry]) -> Position:
    """Who has the dossier, since when and until when, as this person may know it.

    Args:
        sides: every side the person is on, the nearest first.
        entries: the journal of the dossier. While the outcome is hidden, « since » is the day the dossier came to
            its commission: the date of the state itself would tell that something was decided.
    """
    state, since = readable_state(dossier, user), dossier.state_since
    if state == IN_COMMISSION_HIDDEN:
        since = max((e.occurred_at for e in entries if e.event in ENTERED_COMMISSION), default=dossier.created_at)
    elif state == DossierState.AWARDED and is_published(dossier):
        state = PUBLISHED
    stage, campaign = dossier.stage, dossier.campaign
    course = Course(
        stage.experts,
        dossier.decision_path,
        campaign.scheme.commission,
        follows_campaign=stage.filing == Filing.CAMPAIGN,
    )
    found = whereabouts(state, sides, course)
    dates: dict[str, date | None] = {
        **{str(code): campaign.milestone(code) for code in MilestoneCode},
        MilestoneCode.FILING: dossier.filing_ends_on,
        DUE: dossier.due_on,
    }
    start, until = campaign.milestone(found.after) if found.after else None, dates.get(found.deadline)
    usual = (until - start).days if start and until and until > start else None
    return Position(found, since=since, until=until, usual_days=usual)


def reads_opinion(dossier: Dossier, user: User) -> bool:
    """Rule 6: services, bureau, commission; the experts once all have sealed; the holder at notification."""
    if user.has_perm("dossiers.read_opinion", dossier):
        return True
    return dossier.notified_at is not None and user.has_perm("dossiers.see_notified_outcome", dossier)


def counts_by_state(rows: QuerySet[Dossier]) -> dict[str, int]:
    """How many of these dossiers are in each state."""
    return dict(rows.order_by().values_list("state").annotate(Count("pk")))


def last_examination(dossier: Dossier) -> Admissibility | None:
    """The last examination of the correspondent, with the opinion; who reads it is `reads_opinion`."""
    return dossier.examinations.select_related("decided_by").first()
