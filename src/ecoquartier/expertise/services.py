"""Acts of the expertise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ecoquartier.core import clock
from ecoquartier.core.canonical import canonical_json, sha256_hex
from ecoquartier.core.errors import DomainError, TransitionRefused
from ecoquartier.dossiers.enums import DossierState, Step
from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.services import enter
from ecoquartier.dossiers.workflow import DOSSIER_WORKFLOW
from ecoquartier.expertise import messages
from ecoquartier.expertise.enums import ExpertiseStage, Proposal, ReportState, SynthesisState, TeamPart
from ecoquartier.expertise.models import Assignment, ExpertReport, ReportMark, SiteVisit, Synthesis
from ecoquartier.expertise.queries import current_team, hard_conflict, stage_of_expertise, visit_of, why_no_place
from ecoquartier.expertise.workflow import (
    ASSIGNMENT_WORKFLOW,
    REPORT_WORKFLOW,
    SYNTHESIS_WORKFLOW,
    AssignmentStep,
    ReportStep,
    SynthesisStep,
    all_members_approve,
    expertise_is_closed,
    expertise_is_under_way,
    team_is_complete,
)
from ecoquartier.journal.enums import Release
from ecoquartier.people.enums import Role
from ecoquartier.people.models import User
from ecoquartier.workflow.engine import Effect, act, check, lock, require, with_arguments

VISIT_WITHIN = timedelta(days=366)


@with_arguments
def may_be_assigned(dossier: Dossier, *, actor, expert: User, part: str) -> str | None:
    """A dossier that waits for experts, a qualified one without hard conflict, a free place in the team (rule 7)."""
    team = list(current_team(dossier))
    if any(a.expert_id == expert.pk for a in team):
        return _("%(name)s est déjà dans l’équipe.") % {"name": expert}
    if why := why_no_place(dossier, team):
        return why
    if Role.EXPERT not in expert.rights.roles:
        return _("%(name)s n’est pas un expert qualifié.") % {"name": expert}
    if conflict := hard_conflict(expert, dossier):
        return _("%(name)s ne peut pas expertiser ce dossier\u00a0: %(why)s.") % {"name": expert, "why": conflict}
    if part == TeamPart.SECOND and not any(a.part == TeamPart.COORDINATOR for a in team):
        return _("Proposez d’abord le coordonnateur.")
    if part == TeamPart.COORDINATOR and any(a.part == part for a in team):
        return _("Cette équipe a déjà un coordonnateur.")
    if part == TeamPart.SECOND and sum(a.part == part for a in team) >= dossier.stage.experts - 1:
        return _("Il reste à proposer un coordonnateur.")
    return None


@act(
    "assignment.proposed",
    permission="expertise.assign",
    guards=(may_be_assigned,),
    notices=(messages.PROPOSED_TO_EXPERT,),
)
def propose_expert(dossier: Dossier, *, actor, expert: User, part: str) -> Effect:
    """Propose an expert for the team of a dossier."""
    made = Assignment.objects.create(dossier=dossier, expert=expert, part=part)
    return Effect(result=made, data={"expert": str(expert.pk), "part": part})


@ASSIGNMENT_WORKFLOW.performs(AssignmentStep.ACCEPT)
def accept(assignment: Assignment, *, actor, no_conflict: bool) -> Effect:
    """Declare no conflict and join the team; the last acceptance starts the expertise."""
    dossier = assignment.dossier
    assignment.declared_at = clock.now()
    ExpertReport.objects.create(assignment=assignment, dossier=dossier)

    def start() -> None:
        if dossier.state == DossierState.ADMISSIBLE and team_is_complete(dossier) is None:
            DOSSIER_WORKFLOW.follow(Step.START_EXPERTISE, dossier, cause="assignment.accepted", actor=actor)

    return Effect(fields=["declared_at"], data={"expert": str(assignment.expert_id)}, then=start)


@ASSIGNMENT_WORKFLOW.performs(AssignmentStep.DECLINE)
def decline(assignment: Assignment, *, actor, reason: str = "") -> Effect:
    """Decline a proposed assignment; the bureau is told, not why."""
    assignment.reason = reason
    return Effect(fields=["reason"], data={"expert": str(assignment.expert_id)})


@ASSIGNMENT_WORKFLOW.performs(AssignmentStep.STAND_DOWN)
def stand_down(assignment: Assignment, *, actor, reason: str) -> Effect:
    """Take an expert off the team, with a reason: a sealed report stays as an annex, a draft is archived unread.

    The place is vacant: nothing opens before the replacement, who starts blind, has sealed (rule 8).
    """
    if not reason.strip():
        raise DomainError(_("Un motif est demandé."), code="no_reason")
    assignment.reason = reason
    return Effect(fields=["reason"], data={"expert": str(assignment.expert_id)}, detail={"reason": reason})


@DOSSIER_WORKFLOW.performs(Step.START_EXPERTISE, guards=(team_is_complete,))
def start_expertise(dossier: Dossier, *, actor) -> Effect:
    """The whole team has accepted."""
    return Effect(fields=enter(dossier))


def _under_expertise(dossier: Dossier) -> None:
    if dossier.state != DossierState.UNDER_EXPERTISE:
        raise TransitionRefused(_("Ce dossier n’est pas en expertise."), code="not_under_expertise")


@act("visit.dated", permission="expertise.visit", notices=(messages.VISIT_DATED,))
def date_visit(dossier: Dossier, *, actor, visit_on: date, is_remote: bool = False, remote_reason: str = "") -> Effect:
    """Set or move the date of the visit; a remote one needs a reason."""
    _under_expertise(dossier)
    visit = visit_of(dossier)
    if visit and visit.reported_at:
        raise TransitionRefused(_("La visite a déjà son compte rendu."), code="visit_reported")
    first = dossier.deposits.order_by("number")[0]
    if not timezone.localdate(first.deposited_at) <= visit_on <= clock.today() + VISIT_WITHIN:
        raise DomainError(_("La visite a lieu après le dépôt, et dans l’année."), code="odd_visit_day")
    visit = visit or SiteVisit(dossier=dossier)
    visit.visit_on, visit.is_remote, visit.remote_reason = visit_on, is_remote, remote_reason
    visit.full_clean()
    visit.save()
    return Effect(result=visit, data={"visit_on": visit_on.isoformat(), "remote": is_remote})


@act("visit.reported", permission="expertise.visit")
def report_visit(dossier: Dossier, *, actor, report: str) -> Effect:
    """Write the report of the visit once it has taken place."""
    _under_expertise(dossier)
    visit = visit_of(dossier)
    if visit is None:
        raise TransitionRefused(_("La visite n’a pas encore de date."), code="visit_not_dated")
    if visit.reported_at:
        raise TransitionRefused(_("La visite a déjà son compte rendu."), code="visit_reported")
    if visit.visit_on > clock.today():
        raise TransitionRefused(_("La visite n’a pas encore eu lieu."), code="visit_to_come")
    if not report.strip():
        raise DomainError(_("Le compte rendu est vide."), code="empty_report")
    visit.report, visit.reported_at = report, clock.now()
    visit.save(update_fields=["report", "reported_at"])
    return Effect(result=visit)


def _check_words(report: ExpertReport, proposal: str, marks: Mapping[int, tuple[str, str]]) -> None:
    """Only the commitments of the campaign's version and the codes of its scheme."""
    scale = {code for code, _label, _tone in report.dossier.scale}
    if unknown := {code for code, _comment in marks.values() if code and code not in scale}:
        raise DomainError(
            _("Appréciation inconnue\u00a0: %(code)s.") % {"code": ", ".join(unknown)}, code="unknown_mark"
        )
    asked = report.dossier.campaign.framework.commitments.filter(pk__in=marks)
    if asked.count() < len(marks):
        raise DomainError(_("Un engagement n’est pas de cette campagne."), code="unknown_commitment")
    if proposal and proposal not in Proposal.values:
        raise DomainError(_("Proposition inconnue\u00a0: %(code)s.") % {"code": proposal}, code="unknown_proposal")


@transaction.atomic
def save_report(
    report: ExpertReport,
    *,
    actor: User,
    opinion: str,
    proposal: str,
    marks: Mapping[int, tuple[str, str]],
) -> ExpertReport:
    """Save the draft of one's own report, complete or not. A draft is no official act: only its seal is journaled.

    Args:
        marks: id of the commitment → (appreciation code, comment).

    Raises:
        PermissionRefused: the report is another expert's.
        TransitionRefused: it is sealed, or the expertise is not under way.
        DomainError: a commitment, an appreciation or a proposal is not one of the campaign's.
    """
    require(actor, "expertise.write_report", report)
    fresh = lock(report)
    if fresh.state == ReportState.SEALED:
        raise TransitionRefused(_("Votre expertise est scellée\u00a0: elle ne peut plus changer."), code="sealed")
    check((expertise_is_under_way,), fresh)
    _check_words(fresh, proposal, marks)
    fresh.opinion, fresh.proposal = opinion, proposal
    fresh.save(update_fields=["opinion", "proposal"])
    ReportMark.objects.bulk_create(
        (
            ReportMark(report=fresh, commitment_id=commitment, appreciation=code, comment=comment)
            for commitment, (code, comment) in marks.items()
        ),
        update_conflicts=True,
        unique_fields=["report", "commitment"],
        update_fields=["appreciation", "comment"],
    )
    return fresh


@REPORT_WORKFLOW.performs(ReportStep.SEAL)
def seal(report: ExpertReport, *, actor) -> Effect:
    """Seal one's own report for good; its hash goes to the journal, never its words."""
    marks = list(report.marks.values_list("commitment__number", "appreciation", "comment"))
    report.sealed_at = clock.now()
    report.sha256 = sha256_hex(
        canonical_json({"opinion": report.opinion, "proposal": report.proposal, "marks": [list(m) for m in marks]})
    )
    return Effect(fields=["sealed_at", "sha256"], data={"sha256": report.sha256})


@transaction.atomic
def save_synthesis(dossier: Dossier, *, actor: User, text: str, proposal: str) -> Synthesis:
    """Save the draft of the synthesis, once all reports are sealed."""
    require(actor, "expertise.write_synthesis", dossier)
    fresh = lock(dossier)
    _under_expertise(fresh)
    if stage_of_expertise(fresh) == ExpertiseStage.INDEPENDENT:
        raise TransitionRefused(_("Toutes les expertises ne sont pas encore scellées."), code="not_all_sealed")
    synthesis = Synthesis.objects.filter(dossier=fresh).first() or Synthesis(dossier=fresh)
    if synthesis.state != SynthesisState.DRAFT:
        raise TransitionRefused(_("La synthèse est déjà soumise au second expert."), code="synthesis_proposed")
    synthesis.text, synthesis.proposal = text, proposal
    synthesis.full_clean()
    synthesis.save()
    return synthesis


def _approve_if_all_do(synthesis: Synthesis, cause: str, actor) -> None:
    if all_members_approve(synthesis) is None:
        SYNTHESIS_WORKFLOW.follow(SynthesisStep.APPROVE, synthesis, cause=cause, actor=actor)


@SYNTHESIS_WORKFLOW.performs(SynthesisStep.PROPOSE)
def propose_synthesis(synthesis: Synthesis, *, actor) -> Effect:
    """The coordinator submits the synthesis: their own approval is in it."""
    synthesis.proposed_at, synthesis.correction = clock.now(), ""
    synthesis.approvals.set(a for a in current_team(synthesis.dossier) if a.expert_id == actor.pk)
    return Effect(
        fields=["proposed_at", "correction"], then=lambda: _approve_if_all_do(synthesis, "synthesis.proposed", actor)
    )


@SYNTHESIS_WORKFLOW.performs(SynthesisStep.SEND_BACK)
def send_back_synthesis(synthesis: Synthesis, *, actor, reason: str) -> Effect:
    """A second expert asks for a correction, and says which; every approval is to be given again."""
    if not reason.strip():
        raise DomainError(_("Dites ce qui est à corriger."), code="no_reason")
    synthesis.approvals.clear()
    synthesis.correction = reason
    return Effect(fields=["correction"], detail={"reason": reason})


@with_arguments
def may_endorse(synthesis: Synthesis, *, actor) -> str | None:
    """The synthesis was submitted, and this expert has not approved it yet."""
    if synthesis.state != SynthesisState.PROPOSED:
        return _("La synthèse n’attend pas d’approbation.")
    if synthesis.approvals.filter(expert=actor).exists():
        return _("Vous avez déjà approuvé cette synthèse.")
    return None


@act(
    "synthesis.endorsed",
    permission="expertise.approve_synthesis",
    guards=(may_endorse,),
    release=Release.ALL_SEALED,
)
def endorse_synthesis(synthesis: Synthesis, *, actor) -> Effect:
    """A second expert approves; the last approval closes the expertise."""
    synthesis.approvals.add(*(a for a in current_team(synthesis.dossier) if a.expert_id == actor.pk))
    return Effect(then=lambda: _approve_if_all_do(synthesis, "synthesis.endorsed", actor))


@SYNTHESIS_WORKFLOW.performs(SynthesisStep.APPROVE)
def approve_synthesis(synthesis: Synthesis, *, actor) -> Effect:
    """All members approve: the expertise closes."""
    synthesis.approved_at = clock.now()
    return Effect(
        fields=["approved_at"],
        then=lambda: DOSSIER_WORKFLOW.follow(Step.ASSESS, synthesis.dossier, cause="synthesis.approved", actor=actor),
    )


@DOSSIER_WORKFLOW.performs(Step.ASSESS, guards=(expertise_is_closed,))
def assess(dossier: Dossier, *, actor) -> Effect:
    """The expertise is closed: the dossier may go on an agenda."""
    return Effect(fields=enter(dossier))
