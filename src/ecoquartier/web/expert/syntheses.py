"""The synthesis: the expertises side by side, then the text of the whole team."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import dossiers_visible_to, reports_visible_to
from ecoquartier.core.errors import PermissionRefused
from ecoquartier.core.text import french_list
from ecoquartier.dossiers.queries import last_examination, reads_opinion
from ecoquartier.expertise import services
from ecoquartier.expertise.enums import SynthesisState, TeamPart
from ecoquartier.expertise.models import ExpertReport, Synthesis
from ecoquartier.expertise.queries import compare, current_team, may_read_synthesis, synthesis_of
from ecoquartier.expertise.workflow import SYNTHESIS_WORKFLOW, SynthesisStep
from ecoquartier.web.expert.forms import SendBackForm, SynthesisForm
from ecoquartier.web.expert.pages import DossierHeader, appreciation, proposal_badge, scale_of
from ecoquartier.web.shared.forms import Form
from ecoquartier.web.shared.views import ConfirmPage, FormPage

TONES = {SynthesisState.DRAFT: "wait", SynthesisState.PROPOSED: "info", SynthesisState.APPROVED: "ok"}


class SynthesisPage(DossierHeader, FormPage):
    """The expertises compared, and the synthesis: written by the coordinator, read by the others."""

    scope = dossiers_visible_to
    permission = "expertise.read_synthesis"
    template_name = "expert/synthesis.html"
    title = gettext_lazy("Synthèse de l’expertise")
    form_class = SynthesisForm
    submit_label = gettext_lazy("Enregistrer la synthèse")
    success_message = gettext_lazy("La synthèse est enregistrée. Elle n’est pas encore soumise.")

    def check_permission(self) -> None:
        """Once all is sealed for the team and the services, once notified for the holder's side."""
        if may_read_synthesis(self.object, self.actor):
            return
        if self.actor.has_perm("dossiers.see_notified_outcome", self.object):
            raise PermissionRefused(_("La synthèse vous sera ouverte à la notification de la décision."))
        raise PermissionRefused(_("La synthèse s’ouvre une fois toutes les expertises scellées."))

    def get_success_url(self, result: Synthesis) -> str:
        """On to the submission when asked, else the same page."""
        name = "expert:synthesis-propose" if "submit" in self.request.POST else "expert:synthesis"
        return resolve_url(name, pk=self.object.pk)

    @cached_property
    def synthesis(self) -> Synthesis | None:
        """The synthesis, once its first draft is saved."""
        return synthesis_of(self.object)

    def get_initial(self) -> dict[str, Any]:
        """What is saved."""
        if self.synthesis is None:
            return {}
        return {"text": self.synthesis.text, "proposal": self.synthesis.proposal}

    def perform(self, form: SynthesisForm) -> Synthesis:
        return services.save_synthesis(self.object, actor=self.actor, **form.cleaned_data)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        """The comparison for those who may read the reports, the text for all, the acts of each."""
        synthesis = self.synthesis
        is_draft = synthesis is None or synthesis.state == SynthesisState.DRAFT
        is_writer = self.actor.has_perm("expertise.write_synthesis", self.object)
        comparison = (
            self._comparison() if self.actor.has_perm("expertise.read_report", self.object) else {"reports": []}
        )
        return super().get_context_data(
            synthesis=synthesis,
            badge=(synthesis.get_state_display(), TONES[SynthesisState(synthesis.state)]) if synthesis else None,
            proposal=proposal_badge(synthesis.proposal) if synthesis else None,
            # What was typed is always shown again, even when the state has changed meanwhile.
            is_form=self.request.method == "POST" or (is_draft and is_writer),
            acts=self._acts(synthesis),
            examination=last_examination(self.object) if reads_opinion(self.object, self.actor) else None,
            **comparison,
            **kwargs,
        )

    def _comparison(self) -> dict[str, Any]:
        """Differences first; the report of somebody who left is an annex, not a column."""
        scale = scale_of(self.object)
        rows = reports_visible_to(self.actor).filter(dossier=self.object).prefetch_related("marks__commitment")
        found = list(rows.order_by("assignment__part", "assignment__proposed_at"))
        reports = [report for report in found if not report.assignment.has_left]
        lines = [
            (
                row,
                [
                    (appreciation(scale, code), words)
                    for code, words in zip(row.appreciations, row.comments, strict=True)
                ],
            )
            for row in compare(reports)
        ]
        return {
            "reports": [(report, proposal_badge(report.proposal)) for report in reports],
            "annexes": [report for report in found if report.assignment.has_left],
            "columns": "|".join([_("Engagement"), *map(_column, reports)]),
            "differences": [line for line in lines if line[0].differs],
            "agreements": [line for line in lines if not line[0].differs],
        }

    def _acts(self, synthesis: Synthesis | None) -> dict[str, Any]:
        """What a second expert may do now, with what closes it; and who has not approved yet.

        The coordinator submits from the form, so that nothing typed is lost.
        """
        if synthesis is None or synthesis.state != SynthesisState.PROPOSED:
            return {"steps": [], "awaited": ""}
        approved = set(synthesis.approvals.values_list("pk", flat=True))
        awaited = [str(a.expert) for a in current_team(self.object) if a.pk not in approved]
        send_back = SYNTHESIS_WORKFLOW.offer(SynthesisStep.SEND_BACK, synthesis, self.actor)
        if send_back is None:
            return {"steps": [], "awaited": french_list(awaited)}
        reason = services.may_endorse(synthesis, actor=self.actor) or ""
        steps = [
            (_("Approuver la synthèse"), self._url("expert:synthesis-endorse"), reason),
            (send_back.label, self._url("expert:synthesis-send-back"), send_back.reason),
        ]
        return {"steps": steps, "awaited": french_list(awaited)}

    def _url(self, name: str) -> str:
        return resolve_url(name, pk=self.object.pk)


def _column(report: ExpertReport) -> str:
    part = _("Coordonnateur") if report.assignment.part == TeamPart.COORDINATOR else _("Second expert")
    return f"{part}\u00a0: {report.assignment.expert}".replace("|", " ")


class SynthesisStepPage(DossierHeader, ConfirmPage):
    """A step of the synthesis; who may not take it learns nothing of whether it exists."""

    scope = dossiers_visible_to
    step: SynthesisStep | None = None

    def load(self) -> None:
        """The permission is asked on the dossier, before the synthesis is looked for."""
        dossier = self.get_object()
        if not self.actor.has_perm(self.permission, dossier):
            raise PermissionRefused(self.refusal)
        self.object = synthesis_of(dossier)
        if self.object is None:
            raise Http404
        self.object.dossier = dossier

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        """Under the synthesis."""
        return [*super().get_breadcrumb(), (_("Synthèse"), self.get_success_url(self.object))]

    def get_success_url(self, result: Any) -> str:
        return resolve_url("expert:synthesis", pk=self.dossier.pk)

    def get_obstacles(self) -> list[str]:
        """Why not now."""
        reason = SYNTHESIS_WORKFLOW.why_not(self.step, self.object, self.actor)
        return [reason] if reason else []


class Propose(SynthesisStepPage):
    """The coordinator submits."""

    permission = "expertise.write_synthesis"
    title = gettext_lazy("Soumettre la synthèse")
    service = services.propose_synthesis
    step = SynthesisStep.PROPOSE
    form_class = Form
    submit_label = gettext_lazy("Soumettre la synthèse")
    success_message = gettext_lazy("La synthèse est soumise à l’équipe.")
    effects = (
        gettext_lazy(
            "Les autres experts de l’équipe reçoivent un message et l’approuvent, ou demandent une correction."
        ),
        gettext_lazy("Vous ne pouvez plus la changer tant qu’elle ne vous est pas renvoyée."),
    )


class SendBack(SynthesisStepPage):
    """A second expert asks for a correction."""

    permission = "expertise.approve_synthesis"
    title = gettext_lazy("Demander une correction")
    service = services.send_back_synthesis
    step = SynthesisStep.SEND_BACK
    form_class = SendBackForm
    submit_label = gettext_lazy("Demander la correction")
    success_message = gettext_lazy("La correction est demandée au coordonnateur.")
    effects = (
        gettext_lazy("Le coordonnateur reçoit un message et reprend la synthèse."),
        gettext_lazy("Les approbations déjà données sont à donner de nouveau."),
    )


class Endorse(SynthesisStepPage):
    """A second expert approves."""

    permission = "expertise.approve_synthesis"
    title = gettext_lazy("Approuver la synthèse")
    service = services.endorse_synthesis
    form_class = Form
    submit_label = gettext_lazy("Approuver la synthèse")
    success_message = gettext_lazy("Vous avez approuvé la synthèse.")
    effects = (
        gettext_lazy("Votre approbation est définitive."),
        gettext_lazy("La dernière approbation clôt l’expertise\u00a0: le dossier peut passer en commission."),
    )

    def get_obstacles(self) -> list[str]:
        """Not submitted, or approved already."""
        reason = services.may_endorse(self.object, actor=self.actor)
        return [reason] if reason else []
