"""The lives of an assignment, a report and a synthesis."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ecoquartier.dossiers.enums import DossierState
from ecoquartier.expertise import messages as m
from ecoquartier.expertise.enums import (
    AssignmentState,
    ExpertiseStage,
    ReportState,
    SynthesisState,
)
from ecoquartier.expertise.models import Assignment, ExpertReport, Synthesis
from ecoquartier.expertise.predicates import IN_EXPERTISE
from ecoquartier.expertise.queries import current_team, hard_conflict, stage_of_expertise, synthesis_of, visit_of
from ecoquartier.journal.enums import Release
from ecoquartier.workflow.engine import Transition, Workflow, with_arguments


class AssignmentStep(TextChoices):
    """Steps of an assignment."""

    ACCEPT = "accept", gettext_lazy("Accepter")
    DECLINE = "decline", gettext_lazy("Décliner")
    STAND_DOWN = "stand_down", gettext_lazy("Retirer de l’équipe")


class ReportStep(TextChoices):
    """Steps of a report."""

    SEAL = "seal", gettext_lazy("Sceller mon expertise")


class SynthesisStep(TextChoices):
    """Steps of a synthesis."""

    PROPOSE = "propose", gettext_lazy("Soumettre au second expert")
    SEND_BACK = "send_back", gettext_lazy("Demander une correction")
    APPROVE = "approve", gettext_lazy("Approuver la synthèse")


def has_no_hard_conflict(assignment: Assignment) -> str | None:
    """Rule 7: a hard conflict excludes, whatever the expert declares."""
    conflict = hard_conflict(assignment.expert, assignment.dossier)
    return (
        _("Un conflit d’intérêts vous écarte de ce dossier\u00a0: %(why)s.") % {"why": conflict} if conflict else None
    )


@with_arguments
def declares(assignment: Assignment, *, actor, no_conflict: bool, **kwargs) -> str | None:
    """Rule 7: nothing but public data until the expert has declared for this dossier."""
    if not no_conflict:
        return _("Déclarez que vous n’avez pas de conflit d’intérêts sur ce dossier, ou déclinez la proposition.")
    return None


def expertise_is_under_way(report: ExpertReport) -> str | None:
    """Rule 8: a report is written by a current member, once the whole team has accepted."""
    if report.dossier.state == DossierState.ADMISSIBLE:
        return _("L’expertise commencera quand toute l’équipe aura accepté.")
    if report.dossier.state != DossierState.UNDER_EXPERTISE:
        return _("Ce dossier n’est plus en expertise.")
    if report.assignment.state != AssignmentState.ACCEPTED:
        return _("Vous avez quitté l’équipe de ce dossier.")
    return None


def every_commitment_marked(report: ExpertReport) -> str | None:
    """Rule 9: an appreciation per commitment, an overall opinion and a proposal."""
    expected = report.dossier.campaign.framework.commitments.count()
    lacking = expected - report.marks.exclude(appreciation="").count()
    if lacking:
        return ngettext(
            "Il manque l’appréciation de %(n)s engagement.", "Il manque l’appréciation de %(n)s engagements.", lacking
        ) % {"n": lacking}
    if not report.opinion.strip():
        return _("L’avis d’ensemble n’est pas rédigé.")
    if not report.proposal:
        return _("Choisissez une proposition.")
    return None


def visit_is_reported(obj: ExpertReport | Synthesis) -> str | None:
    """Rule 8: the visit, when the stage asks for one, has its report."""
    visit = visit_of(obj.dossier)
    if obj.dossier.stage.visit and (visit is None or visit.reported_at is None):
        return _("Le compte rendu de la visite n’est pas encore rédigé.")
    return None


def all_reports_sealed(synthesis: Synthesis) -> str | None:
    """Rule 8: the synthesis is submitted once every current member has sealed."""
    if stage_of_expertise(synthesis.dossier) == ExpertiseStage.INDEPENDENT:
        return _("Toutes les expertises ne sont pas encore scellées.")
    return None


def all_members_approve(synthesis: Synthesis) -> str | None:
    """Rule 8: approved by every current member."""
    members = {a.pk for a in current_team(synthesis.dossier)}
    if members - set(synthesis.approvals.values_list("pk", flat=True)):
        return _("Tous les experts n’ont pas encore approuvé la synthèse.")
    return None


def team_is_complete(dossier) -> str | None:
    """Rule 8: under expertise once the whole team has accepted."""
    team = list(current_team(dossier))
    if len(team) < dossier.stage.experts:
        return _("L’équipe n’est pas complète\u00a0: %(n)s sur %(of)s.") % {
            "n": len(team),
            "of": dossier.stage.experts,
        }
    if any(a.state != AssignmentState.ACCEPTED for a in team):
        return _("Tous les experts n’ont pas encore accepté.")
    return None


def expertise_is_closed(dossier) -> str | None:
    """Rule 8: assessed needs the approved synthesis, which rests on the visit and all the seals."""
    synthesis = synthesis_of(dossier)
    if synthesis is None or synthesis.state != SynthesisState.APPROVED:
        return _("La synthèse n’est pas encore approuvée.")
    return None


def dossier_is_admissible(assignment: Assignment) -> str | None:
    """Teams are made for admissible dossiers, and completed when somebody leaves."""
    if assignment.dossier.state not in IN_EXPERTISE:
        return _("Le dossier n’attend plus d’expertise.")
    return None


def synthesis_is_not_proposed(assignment: Assignment) -> str | None:
    """Rule 8: the team that submits a synthesis is the one that approves it."""
    synthesis = synthesis_of(assignment.dossier)
    if synthesis is not None and synthesis.state != SynthesisState.DRAFT:
        return _("La synthèse est déjà soumise\u00a0: l’équipe ne change plus.")
    return None


ASSIGNMENT_WORKFLOW = Workflow(
    "assignment",
    states=AssignmentState,
    initial=AssignmentState.PROPOSED,
    transitions=[
        Transition(
            AssignmentStep.ACCEPT,
            (AssignmentState.PROPOSED,),
            AssignmentState.ACCEPTED,
            "expertise.answer",
            "assignment.accepted",
            guards=(dossier_is_admissible, has_no_hard_conflict, declares),
        ),
        Transition(
            AssignmentStep.DECLINE,
            (AssignmentState.PROPOSED,),
            AssignmentState.DECLINED,
            "expertise.answer",
            "assignment.declined",
            notices=(m.DECLINED_TO_BUREAU,),
        ),
        Transition(
            AssignmentStep.STAND_DOWN,
            (AssignmentState.PROPOSED, AssignmentState.ACCEPTED),
            AssignmentState.DECLINED,
            "expertise.assign",
            "assignment.stood_down",
            guards=(dossier_is_admissible, synthesis_is_not_proposed),
            notices=(m.STOOD_DOWN_TO_EXPERT,),
        ),
    ],
)

REPORT_WORKFLOW = Workflow(
    "report",
    states=ReportState,
    initial=ReportState.DRAFT,
    transitions=[
        Transition(
            ReportStep.SEAL,
            (ReportState.DRAFT,),
            ReportState.SEALED,
            "expertise.write_report",
            "report.sealed",
            guards=(expertise_is_under_way, visit_is_reported, every_commitment_marked),
            release=Release.ALL_SEALED,
        ),
    ],
)

SYNTHESIS_WORKFLOW = Workflow(
    "synthesis",
    states=SynthesisState,
    initial=SynthesisState.DRAFT,
    transitions=[
        Transition(
            SynthesisStep.PROPOSE,
            (SynthesisState.DRAFT,),
            SynthesisState.PROPOSED,
            "expertise.write_synthesis",
            "synthesis.proposed",
            guards=(all_reports_sealed, visit_is_reported),
            notices=(m.SYNTHESIS_TO_SECOND,),
            release=Release.ALL_SEALED,
        ),
        Transition(
            SynthesisStep.SEND_BACK,
            (SynthesisState.PROPOSED,),
            SynthesisState.DRAFT,
            "expertise.approve_synthesis",
            "synthesis.sent_back",
            notices=(m.SENT_BACK_TO_COORDINATOR,),
            release=Release.ALL_SEALED,
        ),
        Transition(
            SynthesisStep.APPROVE,
            (SynthesisState.PROPOSED,),
            SynthesisState.APPROVED,
            "",
            "synthesis.approved",
            guards=(all_members_approve,),
            notices=(m.SYNTHESIS_APPROVED,),
            release=Release.ALL_SEALED,
        ),
    ],
)
