"""Acts on labels: award, register, announce, publish, issue the proofs."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _

from ecoquartier.awards.domain.certificate import CertificateFacts, make_certificate
from ecoquartier.awards.domain.codes import new_code
from ecoquartier.awards.domain.credential import make_credential
from ecoquartier.awards.enums import AwardState, AwardStep, Basis, CeremonyState, CeremonyStep
from ecoquartier.awards.models import Award, Ceremony, Certificate
from ecoquartier.awards.queries import for_ceremony, is_without_value
from ecoquartier.awards.workflow import AWARD_WORKFLOW, CEREMONY_WORKFLOW
from ecoquartier.campaigns.enums import DecisionPath, Publication
from ecoquartier.campaigns.models import Campaign
from ecoquartier.commissions.enums import Level, SittingState
from ecoquartier.commissions.models import AgendaItem, Sitting
from ecoquartier.commissions.queries import to_announce
from ecoquartier.commissions.services import minutes_are_signed, notify, told_on_agenda
from ecoquartier.core import clock
from ecoquartier.core.canonical import sha256_hex
from ecoquartier.core.errors import DomainError, TransitionRefused
from ecoquartier.core.keys import platform_day, signing_keys
from ecoquartier.dossiers.enums import Step
from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.queries import deposit_of
from ecoquartier.dossiers.services import close_scope, enter
from ecoquartier.dossiers.workflow import DOSSIER_WORKFLOW
from ecoquartier.operations.queries import perimeter_as_quoted
from ecoquartier.operations.services import record_stage
from ecoquartier.workflow.engine import Effect, act


def is_above_held(dossier: Dossier) -> str | None:
    """Rule 1: at most one award in force per stage and phase, and never below one in force."""
    phases = dossier.scope.values("phase")
    held = dossier.operation.stages.in_force().filter(rank__gte=dossier.stage.level)
    if held.filter(phases__in=phases).exists() or held.filter(phases__isnull=True).exists():
        return _("L’opération détient déjà cette étape, ou une étape supérieure.")
    return None


def is_registration(dossier: Dossier) -> str | None:
    """Only this decision path is settled by the coordinator's registration."""
    if dossier.decision_path != DecisionPath.REGISTRATION:
        return _("Cette étape est décidée par une commission.")
    return None


def _grant(dossier: Dossier, *, basis: str, item: AgendaItem | None) -> Award:
    operation, stage = dossier.operation, dossier.stage
    phases = [scope.phase for scope in dossier.scope.select_related("phase")]
    whole = len(phases) == operation.phases.count()
    decided_on = clock.today()
    deposit = deposit_of(dossier)
    register = deposit.snapshot["operation"]
    history = record_stage(
        operation,
        rank=stage.level,
        name=stage.name,
        scheme_title=stage.scheme.title,
        year=dossier.campaign_id,
        source="award",
        decided_on=decided_on,
        phases=phases,
        perimeter=perimeter_as_quoted(operation, register.get("perimeter")),
    )
    close_scope(dossier)
    return Award.objects.create(
        dossier=dossier,
        operation=operation,
        stage=stage,
        history=history,
        basis=basis,
        item=item,
        year=dossier.campaign_id,
        decided_on=decided_on,
        code=new_code(),
        frozen={
            "name": operation.name,
            "communes": [register["commune"], *(row["name"] for row in register.get("other_communes") or ())],
            "region": operation.lead_commune.county.region.name,
            "holder": dossier.holder.name,
            "phases": [] if whole else [phase.name for phase in phases],
            "deposit": deposit.sha256,
            "area_ha": register["area_ha"],
            "perimeter": register.get("perimeter"),
            "dwellings": register["dwellings"],
        },
    )


@DOSSIER_WORKFLOW.performs(Step.AWARD, guards=(minutes_are_signed, is_above_held))
def award(dossier: Dossier, *, actor, item: AgendaItem) -> Effect:
    """The label is decided by signed minutes; nothing is told or published yet."""
    basis = Basis.NATIONAL if item.sitting.commission.level == Level.NATIONAL else Basis.REGIONAL
    made = _grant(dossier, basis=basis, item=item)
    return Effect(fields=enter(dossier), data={"award": str(made.pk), "item": str(item.pk)})


@DOSSIER_WORKFLOW.performs(Step.REGISTER, guards=(is_registration, is_above_held))
def register(dossier: Dossier, *, actor) -> Effect:
    """The coordinator registers the stage; it is notified, and published when the stage says at once."""
    made = _grant(dossier, basis=Basis.REGISTRATION, item=None)
    dossier.notified_at = clock.now()

    def tell() -> None:
        AWARD_WORKFLOW.follow(AwardStep.NOTIFY, made, cause="dossier.registered", actor=actor)
        if dossier.stage.publication == Publication.AT_ONCE:
            AWARD_WORKFLOW.follow(AwardStep.PUBLISH, made, cause="dossier.registered", actor=actor)

    return Effect(fields=["notified_at", *enter(dossier)], data={"award": str(made.pk)}, then=tell)


@AWARD_WORKFLOW.performs(AwardStep.NOTIFY)
def notify_award(award: Award, *, actor) -> Effect:
    """Holder and collectivité may know, in confidence."""
    award.notified_at = award.history.notified_at = clock.now()
    award.history.save(update_fields=["notified_at"])
    return Effect(fields=["notified_at"])


@AWARD_WORKFLOW.performs(AwardStep.PUBLISH)
def publish_award(award: Award, *, actor) -> Effect:
    """Everybody may know: the public register changes in this very transaction; the proofs follow by a job."""
    award.published_at = award.history.published_at = clock.now()
    award.history.save(update_fields=["published_at"])
    return Effect(fields=["published_at"], projections=[("operation", {award.operation_id})])


def labels_to_announce(sitting: Sitting, **arguments) -> list[models.Model]:
    """What telling the sitting changes, and its labels: locked together at the start of the announcement."""
    return [*told_on_agenda(sitting), *Award.objects.filter(item__sitting=sitting)]


def labels_to_publish(ceremony: Ceremony, **arguments) -> list[Award]:
    """The labels that the ceremony publishes: locked together at its start."""
    return list(for_ceremony(ceremony.campaign).filter(state=AwardState.NOTIFIED))


@act("outcomes.announced", permission="commissions.announce", locks=labels_to_announce)
def announce(sitting: Sitting, *, actor) -> Effect:
    """Tell each holder and collectivité the outcome of a signed sitting, all at once (rule 15)."""
    if sitting.state != SittingState.MINUTED:
        raise TransitionRefused(_("Le procès-verbal n’est pas encore signé."), code="not_signed")
    if sitting.announced_at:
        raise TransitionRefused(_("Les décisions de cette séance sont déjà notifiées."), code="already_announced")
    sitting.announced_at = clock.now()
    items = list(to_announce(sitting))

    def tell() -> None:
        for item in items:
            made = Award.objects.filter(item=item, state=AwardState.DECIDED).first()
            if made:
                AWARD_WORKFLOW.follow(AwardStep.NOTIFY, made, cause="outcomes.announced", actor=actor)
            notify(item, actor=actor, cause="outcomes.announced")

    return Effect(fields=["announced_at"], data={"items": len(items)}, then=tell)


@act("ceremony.planned", permission="awards.publish_campaign")
def plan_ceremony(campaign: Campaign, *, actor, held_on: date) -> Effect:
    """Set, or move while nothing is requested, the day of the ceremony; it may slip to the next year (rule 21)."""
    ceremony = Ceremony.objects.filter(campaign=campaign).first() or Ceremony(campaign=campaign)
    if ceremony.state != CeremonyState.PLANNED:
        raise TransitionRefused(_("La publication de cette campagne est déjà demandée."), code="wrong_state")
    if held_on.year not in {campaign.year, campaign.year + 1}:
        raise DomainError(_("La cérémonie a lieu l’année de la campagne ou la suivante."), code="odd_year")
    ceremony.held_on = held_on
    ceremony.save()
    return Effect(result=ceremony, data={"held_on": held_on.isoformat()})


@CEREMONY_WORKFLOW.performs(CeremonyStep.REQUEST)
def request_publication(ceremony: Ceremony, *, actor) -> Effect:
    """The first of two people asks for the publication."""
    ceremony.requested_by, ceremony.confirmed_by = actor, None
    return Effect(fields=["requested_by", "confirmed_by"])


@CEREMONY_WORKFLOW.performs(CeremonyStep.CANCEL)
def cancel_request(ceremony: Ceremony, *, actor) -> Effect:
    """Take the request back."""
    ceremony.requested_by = None
    return Effect(fields=["requested_by"])


@CEREMONY_WORKFLOW.performs(CeremonyStep.CONFIRM, locks=labels_to_publish)
def confirm_publication(ceremony: Ceremony, *, actor) -> Effect:
    """The second person confirms: every notified label of the campaign is published together."""
    ceremony.confirmed_by, ceremony.published_at = actor, clock.now()
    awards = labels_to_publish(ceremony)

    def publish() -> None:
        for made in awards:
            AWARD_WORKFLOW.follow(AwardStep.PUBLISH, made, cause="ceremony.published", actor=actor)

    return Effect(fields=["confirmed_by", "published_at"], data={"awards": len(awards)}, then=publish)


def facts_of(award: Award) -> CertificateFacts:
    """What the certificate and the credential say, from the frozen part of a published award."""
    assert award.published_at is not None
    return CertificateFacts(
        operation_name=award.frozen["name"],
        communes=award.frozen["communes"],
        region=award.frozen["region"],
        stage_rank=award.stage.rank,
        stage_count=award.stage.scheme.stages.count(),
        stage_name=award.stage.name,
        scheme_title=award.stage.scheme.title,
        year=award.year,
        decided_on=award.decided_on,
        published_on=platform_day(award.published_at),
        holder=award.frozen["holder"],
        code=award.code,
        verify_url=f"{settings.BASE_URL}/verifier/{award.code}/",
        phases=award.frozen["phases"],
        demo=is_without_value(award),
        issuer_name="ÉcoQuartier",
    )


@transaction.atomic
def issue_certificate(award_id: UUID) -> Certificate:
    """Make and keep the proofs of a published award, once; a retried job finds them made."""
    award = Award.objects.select_for_update(of=("self",)).select_related("stage__scheme").get(pk=award_id)
    if award.state != AwardState.PUBLISHED or award.published_at is None:
        raise TransitionRefused(_("Ce label n’est pas publié."), code="not_published")
    existing = Certificate.objects.filter(award=award).first()
    if existing:
        return existing
    # They say when the label was published; they are signed now, by the keys in service now.
    keys, facts, at = signing_keys(), facts_of(award), clock.now()
    pdf = make_certificate(facts, keys=keys, at=at)
    credential = make_credential(
        facts,
        keys=keys,
        base_url=settings.BASE_URL,
        credential_id=f"{settings.BASE_URL}/attestations/{award.pk}",
        at=at,
    )
    return Certificate.objects.create(award=award, pdf=pdf, sha256=sha256_hex(pdf), credential=credential)
