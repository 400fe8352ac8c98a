"""Assignments: mine, and those that the bureau proposes."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import assignments_of, assignments_steered_by, dossiers_visible_to
from ecoquartier.expertise import services
from ecoquartier.expertise.enums import AssignmentState, ReportState, TeamPart
from ecoquartier.expertise.models import Assignment
from ecoquartier.expertise.predicates import IN_EXPERTISE
from ecoquartier.expertise.queries import candidates_for, next_step, team_history, why_no_place, with_progress
from ecoquartier.expertise.workflow import ASSIGNMENT_WORKFLOW, AssignmentStep
from ecoquartier.web.expert.forms import AcceptForm, CandidateFilter, DeclineForm, ProposeForm, StandDownForm
from ecoquartier.web.expert.pages import DossierHeader
from ecoquartier.web.shared.views import ActionView, ConfirmPage, ListPage
from ecoquartier.web.templatetags.components import BLOCKS

TONES = {
    AssignmentState.PROPOSED: "wait",
    AssignmentState.ACCEPTED: "ok",
    AssignmentState.DECLINED: "neutral",
}


def state_badge(assignment: Assignment) -> tuple[str, str]:
    """(label, tone) of an assignment, for the person concerned and for the bureau."""
    label = _("a quitté l’équipe") if assignment.has_left else assignment.get_state_display()
    return label, TONES[AssignmentState(assignment.state)]


def line_of(row: Assignment) -> dict[str, Any]:
    """An assignment as the list shows it, with what it asks next."""
    step = next_step(row)
    report = getattr(row, "report", None) if row.state == AssignmentState.ACCEPTED else None
    return {
        "row": row,
        "step": step,
        "badge": state_badge(row),
        "stage_total": max(BLOCKS, row.dossier.stage.rank),
        "report": report,
        "is_draft": report is not None and report.state == ReportState.DRAFT and row.is_open,
        "has_link": report is not None and str(report.pk) not in step.path,
    }


class Home(ListPage):
    """My assignments, those that wait for me first."""

    permission = "expertise.browse"
    template_name = "expert/home.html"
    title = gettext_lazy("Mes expertises")
    lead = gettext_lazy("Ce qui vous est proposé, ce que vous avez à faire, ce que vous avez fait.")
    empty_text = gettext_lazy("Le bureau vous écrira quand il vous proposera un dossier.")
    breadcrumb = ((gettext_lazy("À faire"), "space:home"),)

    def get_queryset(self) -> QuerySet[Assignment]:
        """My assignments, with all that the next step reads; the open ones first."""
        is_open = Q(dossier__state__in=IN_EXPERTISE) & ~Q(state=AssignmentState.DECLINED)
        mine = assignments_of(self.actor).select_related(None)
        rows = with_progress(mine.select_related("dossier__operation__lead_commune", "dossier__stage"))
        rows = rows.annotate(is_open=is_open)
        return rows.order_by("-is_open", "-proposed_at", "pk")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        """Rows by what they ask of me."""
        context = super().get_context_data(**kwargs)
        lines = [line_of(row) for row in context["rows"]]
        groups = (
            (_("À faire"), [line for line in lines if line["step"].path]),
            (_("En attente"), [line for line in lines if line["row"].is_open and not line["step"].path]),
            (_("Terminées"), [line for line in lines if not line["row"].is_open]),
        )
        return context | {"groups": [group for group in groups if group[1]]}


class Team(DossierHeader, ListPage):
    """The team of a dossier, and who may be proposed."""

    permission = "expertise.assign"
    template_name = "expert/team.html"
    title = gettext_lazy("Équipe d’expertise")
    filter_form = CandidateFilter
    empty_text = gettext_lazy("Aucun expert n’est qualifié pour le moment.")

    def get_object(self):
        """The dossier."""
        return get_object_or_404(dossiers_visible_to(self.actor), pk=self.kwargs["pk"])

    def get_queryset(self) -> list:
        """Qualified experts, free of conflict first, then the least loaded."""
        return candidates_for(self.object)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        """The team in its order, those who left it, and the next place to fill."""
        history = team_history(self.object)
        team = [a for a in history if a.state != AssignmentState.DECLINED]
        has_coordinator = any(a.part == TeamPart.COORDINATOR for a in team)
        part = TeamPart.SECOND if has_coordinator else TeamPart.COORDINATOR
        return super().get_context_data(
            team=[(a, state_badge(a)) for a in team],
            former=[(a, state_badge(a)) for a in history if a.state == AssignmentState.DECLINED],
            members={a.expert_id for a in team},
            part=part,
            propose_label=_("Proposer comme coordonnateur")
            if part == TeamPart.COORDINATOR
            else _("Proposer en second"),
            closed=why_no_place(self.object, team),
            **kwargs,
        )


class Propose(ActionView):
    """Propose an expert for the next place."""

    scope = dossiers_visible_to
    service = services.propose_expert
    fields = ProposeForm

    def get_next_url(self, result: Assignment) -> str:
        """Back to the team."""
        return resolve_url("expert:team", pk=self.kwargs["pk"])

    def get_fallback_url(self) -> str:
        """Back to the team."""
        return resolve_url("expert:team", pk=self.kwargs["pk"])

    def get_success_message(self, result: Assignment) -> str:
        """Who was asked."""
        return _("La proposition est envoyée à %(name)s.") % {"name": result.expert}


class StandDown(DossierHeader, ConfirmPage):
    """Take an expert off the team."""

    scope = assignments_steered_by
    permission = "expertise.assign"
    form_class = StandDownForm
    service = services.stand_down
    submit_label = gettext_lazy("Retirer de l’équipe")
    success_message = gettext_lazy("La place est libre\u00a0: proposez un autre expert.")
    is_dangerous = True

    def get_title(self) -> str:
        return _("Retirer %(name)s de l’équipe") % {"name": self.object.expert}

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        """Under the team."""
        return [*super().get_breadcrumb(), (_("Équipe d’expertise"), self.get_success_url(self.object))]

    def get_effects(self) -> list[str]:
        """What becomes of the expertise."""
        return [
            _("Sa place redevient libre\u00a0; l’expert reçoit votre motif."),
            _("Une expertise scellée reste au dossier, en annexe\u00a0; un brouillon est archivé sans être lu."),
            _("Rien ne s’ouvre avant que toute l’équipe, complétée, ait scellé."),
        ]

    def get_obstacles(self) -> list[str]:
        """Why not now."""
        reason = ASSIGNMENT_WORKFLOW.why_not(AssignmentStep.STAND_DOWN, self.object, self.actor)
        return [reason] if reason else []

    def get_success_url(self, result: Assignment) -> str:
        return resolve_url("expert:team", pk=self.object.dossier_id)


class Answer(ConfirmPage):
    """What both answers share: the proposal, in public data only (rule 7)."""

    scope = assignments_of
    permission = "expertise.answer"
    template_name = "expert/answer.html"
    success_url = "expert:home"
    breadcrumb = ((gettext_lazy("Expertises"), "expert:home"),)
    step: AssignmentStep

    def get_obstacles(self) -> list[str]:
        """A conflict that is already known, an answer already given."""
        reason = ASSIGNMENT_WORKFLOW.why_not(self.step, self.object, self.actor)
        return [reason] if reason else []

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        """Nothing here that the public register does not say."""
        dossier = self.object.dossier
        commune = dossier.operation.lead_commune
        return super().get_context_data(
            facts=[
                (_("Opération"), dossier.operation.name),
                (_("Commune"), f"{commune.name} ({commune.county.name})"),
                (_("Porteur de projet"), dossier.holder.name),
                (_("Étape demandée"), f"{dossier.stage} ({dossier.stage.moment})"),
                (_("Campagne"), dossier.campaign_id),
                (_("Votre rôle"), self.object.get_part_display()),
            ],
            is_answered=self.object.state != AssignmentState.PROPOSED,
            **kwargs,
        )


class Accept(Answer):
    """Declare, then join the team."""

    title = gettext_lazy("Une expertise vous est proposée")
    form_class = AcceptForm
    service = services.accept
    step = AssignmentStep.ACCEPT
    submit_label = gettext_lazy("Accepter l’expertise")
    success_message = gettext_lazy("Vous faites partie de l’équipe d’expertise.")
    effects = (
        gettext_lazy("Votre déclaration est inscrite au journal."),
        gettext_lazy("Vous lisez le dossier déposé."),
        gettext_lazy("Vous seul lisez votre expertise tant que toute l’équipe n’a pas scellé la sienne."),
    )


class Decline(Answer):
    """Say no; the bureau asks somebody else."""

    title = gettext_lazy("Décliner l’expertise")
    form_class = DeclineForm
    service = services.decline
    step = AssignmentStep.DECLINE
    submit_label = gettext_lazy("Décliner")
    success_message = gettext_lazy("Vous avez décliné\u00a0: le bureau est prévenu.")
    effects = (gettext_lazy("Le bureau est prévenu et propose le dossier à un autre expert."),)
