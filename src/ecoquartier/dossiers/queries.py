"""Named reads of dossiers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from ecoquartier.campaigns.domain import Missing
from ecoquartier.campaigns.enums import Filing
from ecoquartier.campaigns.models import Campaign, Stage
from ecoquartier.core import clock
from ecoquartier.dossiers.domain import Snapshot, compose, content_hash
from ecoquartier.dossiers.enums import IN_COMMISSION, OUTCOMES, DossierState
from ecoquartier.dossiers.models import CompletionRequest, Deposit, Dossier, DossierScope
from ecoquartier.notebooks.queries import answers_of, missing_by_stage, missing_for
from ecoquartier.operations.models import Operation, Phase
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
    agreed = set(
        dossier.agreements.filter(content_sha256=next_hash(dossier)).values_list("organisation_id", flat=True)
    )
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
