"""Named reads of dossiers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from ecoquartier.campaigns.domain import Missing
from ecoquartier.campaigns.enums import Filing
from ecoquartier.campaigns.models import Campaign, Stage
from ecoquartier.core import clock
from ecoquartier.core.registry import Task
from ecoquartier.dossiers.domain import Snapshot, compose, content_hash
from ecoquartier.dossiers.enums import CLOSED_STATES, IN_COMMISSION, OPEN_STATES, OUTCOMES, DossierState
from ecoquartier.dossiers.models import CompletionRequest, Deposit, Dossier, DossierScope
from ecoquartier.journal.models import Entry
from ecoquartier.notebooks.queries import answers_of, missing_by_stage, missing_for
from ecoquartier.operations.enums import TeamRole
from ecoquartier.operations.models import Operation, Phase, TeamMember
from ecoquartier.operations.queries import stages_known_to
from ecoquartier.people.models import Organisation, User

REGISTER_FIELDS = (
    "name",
    "types",
    "description",
    "initial_site",
    "context",
    "programme",
    "area_ha",
    "dwellings",
    "social_dwellings",
    "inhabitants",
    "delivered_on",
)


def photograph(operation: Operation) -> Snapshot:
    """What a deposit of this operation would hold now: register and notebook, as JSON values."""
    values = {name: getattr(operation, name) for name in REGISTER_FIELDS}
    values["area_ha"] = None if operation.area_ha is None else f"{operation.area_ha:.2f}"
    values["delivered_on"] = operation.delivered_on and operation.delivered_on.isoformat()
    commune = operation.lead_commune
    return {
        "operation": {**values, "commune": commune.name, "insee": commune.insee},
        "answers": {str(number): answer.text for number, answer in answers_of(operation).items()},
        "charter": {
            str(s.organisation_id): s.signed_on and s.signed_on.isoformat()
            for s in operation.charter_signatures.all()
            if s.state == "confirmed"
        },
    }


def last_deposit(dossier: Dossier) -> Deposit | None:
    """The deposit that experts and commissions read."""
    return dossier.deposits.order_by("-number").first()


def open_completion(dossier: Dossier) -> CompletionRequest | None:
    """What the holder is asked to complete now, if anything."""
    return dossier.completions.first() if dossier.state == DossierState.TO_COMPLETE else None


def next_content(dossier: Dossier) -> Snapshot:
    """What the next deposit of this dossier would hold (rule 3)."""
    previous, request = last_deposit(dossier), open_completion(dossier)
    return compose(
        previous.snapshot if previous else None,
        photograph(dossier.operation),
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
    agreed = set(dossier.agreements.filter(content_sha256=next_hash(dossier)).values_list("organisation_id", flat=True))
    return [c for c in awaited if c.pk not in agreed]


def missing_in(dossier: Dossier, known_to: User | None = None) -> list[Missing]:
    """What this dossier still lacks; conditions of time are counted at the filing deadline."""
    return missing_for(
        dossier.operation,
        dossier.stage,
        framework=dossier.campaign.framework,
        known_to=known_to,
        on=dossier.filing_ends_on or clock.today(),
    )


def phases_are_taken(phases: Iterable[Phase]) -> bool:
    """Whether a candidature covers one of these phases, for whoever has not been told its outcome (rules 1 and 15)."""
    untold = Q(dossier__state__in=OUTCOMES, dossier__notified_at__isnull=True)
    return DossierScope.objects.filter(Q(is_open=True) | untold, phase__in=list(phases)).exists()


def why_not_open(
    operation: Operation, stage: Stage, *, campaign: Campaign, held: Collection[int], is_taken: bool
) -> str | None:
    """Rule 1: a holder, a stage of the campaign's scheme above those held and known, and no overlap."""
    if operation.holder_id is None:
        return _("L’opération n’a pas encore de porteur confirmé.")
    if stage.scheme_id != campaign.scheme_id:
        return _("Cette étape n’est pas ouverte dans la campagne %(year)s.") % {"year": campaign.year}
    if stage.filing == Filing.CAMPAIGN and not campaign.is_filing_open:
        return _("Le dépôt de la campagne %(year)s n’est pas ouvert.") % {"year": campaign.year}
    if any(rank >= stage.rank for rank in held):
        return _("L’opération détient déjà cette étape, ou une étape supérieure.")
    if is_taken:
        return _("Une candidature est déjà ouverte pour cette opération.")
    return None


@dataclass(frozen=True)
class Opening:
    """A stage for which a candidature may be opened, or the reason why not, and what is missing to deposit it."""

    stage: Stage
    missing: tuple[Missing, ...]
    reason: str
    is_held: bool


def openings(operation: Operation, campaign: Campaign, user: User) -> list[Opening]:
    """The stages of the campaign for the whole operation, as this person may know it."""
    held = frozenset(stages_known_to(operation, user).values_list("rank", flat=True))
    is_taken = phases_are_taken(operation.phases.all())
    return [
        Opening(
            stage=stage,
            missing=tuple(missing),
            reason=why_not_open(operation, stage, campaign=campaign, held=held, is_taken=is_taken) or "",
            is_held=any(rank >= stage.rank for rank in held),
        )
        for stage, missing in missing_by_stage(operation, campaign, known_to=user)
    ]


def knows_outcome(dossier: Dossier, user: User) -> bool:
    """May this person know what was decided, now? (rule 15)"""
    if user.has_perm("dossiers.see_outcome", dossier):
        return True
    return dossier.notified_at is not None and user.has_perm("dossiers.see_notified_outcome", dossier)


def state_label(dossier: Dossier, user: User) -> str:
    """The state in words this person may read: « En commission » until the outcome is told."""
    if dossier.state in IN_COMMISSION | OUTCOMES and not knows_outcome(dossier, user):
        return _("en commission")
    return dossier.get_state_display()


def fields_of(deposit: Deposit, answers: Iterable[tuple[int, str]]) -> list[tuple[str, str]]:
    """(path, French name) of the fields that a completion may open."""
    labels = [
        (f"operation.{name}", str(Operation._meta.get_field(name).verbose_name).capitalize())
        for name in REGISTER_FIELDS
        if name in deposit.snapshot["operation"]
    ]
    return labels + [
        (f"answers.{number}", _("Engagement %(n)s : %(title)s") % {"n": number, "title": title})
        for number, title in answers
    ]


def waiting_for(user: User) -> list[Task]:
    """Dossiers to finish or complete (team), to agree to (collectivité), to examine (correspondent)."""
    mine = Q(operation__team__user=user, operation__team__role=TeamRole.LEAD)
    represented = Q(operation__collectivites__in=user.rights.represents) & ~Q(holder__in=user.rights.represents)
    county = Q(operation__lead_commune__county__in=user.rights.counties)
    writing = Q(state__in=[DossierState.DRAFT, DossierState.TO_COMPLETE])
    rows = (
        Dossier.objects.filter((writing & (mine | represented)) | (county & Q(state=DossierState.SUBMITTED)))
        .select_related("operation", "stage", "campaign")
        .prefetch_related("campaign__milestones")
        .annotate(
            is_mine=Exists(TeamMember.objects.filter(operation=OuterRef("operation"), user=user, role=TeamRole.LEAD))
        )
        .distinct()
        .order_by("state_since")[:20]
    )
    return [_task(dossier) for dossier in rows]


def _task(dossier: Dossier) -> Task:
    path = f"/espace/dossiers/{dossier.pk}/"
    if dossier.state == DossierState.SUBMITTED:
        words = _("Examiner le dossier de « %(name)s »")
    elif not dossier.is_mine:
        words = _("Donner l’accord de la collectivité au dossier de « %(name)s »")
        path += "accord/"
    elif dossier.state == DossierState.TO_COMPLETE:
        words = _("Compléter le dossier de « %(name)s »")
    else:
        words = _("Préparer le dossier de « %(name)s »")
    due = dossier.due_on if dossier.state == DossierState.TO_COMPLETE else None
    if dossier.state == DossierState.DRAFT:
        due = dossier.filing_ends_on
    return Task(words % {"name": dossier.operation.name}, path, str(dossier.stage), due)


def scope_breaches() -> list[str]:
    """Invariant: the phases of a dossier are held open exactly while the dossier is open."""
    rows = DossierScope.objects.exclude(Q(is_open=True, dossier__state__in=OPEN_STATES)).exclude(
        Q(is_open=False, dossier__state__in=CLOSED_STATES)
    )
    return [f"dossier {pk} : tranches mal ouvertes" for pk in rows.values_list("dossier", flat=True).distinct()]


def deposit_breaches() -> list[str]:
    """Invariant: each deposit’s hash is that of its content, and numbers follow one another from 1."""
    breaches, expected = [], {}
    for deposit in Deposit.objects.order_by("dossier_id", "number").iterator(chunk_size=500):
        if content_hash(deposit.snapshot) != deposit.sha256:
            breaches.append(f"dépôt {deposit.pk} : empreinte fausse")
        number = expected.get(deposit.dossier_id, 0) + 1
        if deposit.number != number:
            breaches.append(f"dossier {deposit.dossier_id} : dépôt {number} absent")
        expected[deposit.dossier_id] = deposit.number
    return breaches


def undeposited_breaches() -> list[str]:
    """Invariant: a dossier past its draft has a deposit."""
    early = {DossierState.DRAFT, DossierState.WITHDRAWN, DossierState.CLOSED}
    rows = Dossier.objects.exclude(state__in=early).filter(deposits=None)
    return [f"dossier {pk} : aucun dépôt" for pk in rows.values_list("pk", flat=True)]


def journal_breaches() -> list[str]:
    """Invariant: the last transition written in the journal led each dossier to the state it is in."""
    last: dict[str, str] = {}
    for object_id, data in (
        Entry.objects.filter(object_type="dossiers.dossier", data__has_key="to")
        .order_by("seq")
        .values_list("object_id", "data")
        .iterator(chunk_size=2000)
    ):
        last[object_id] = data["to"]
    return [
        f"dossier {pk} : le journal dit {last.get(str(pk), DossierState.DRAFT)}, la base {state}"
        for pk, state in Dossier.objects.values_list("pk", "state")
        if last.get(str(pk), DossierState.DRAFT) != state
    ]
