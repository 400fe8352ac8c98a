"""An expert's own assessment: written blind, sealed, then read beside the others (rule 8)."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import reports_visible_to
from ecoquartier.core import clock
from ecoquartier.dossiers.models import Deposit
from ecoquartier.dossiers.queries import last_deposit
from ecoquartier.dossiers.queries.snapshots import register_labels
from ecoquartier.expertise import services
from ecoquartier.expertise.enums import ReportState
from ecoquartier.expertise.models import ExpertReport
from ecoquartier.expertise.queries import commitments_to_mark, visit_of
from ecoquartier.expertise.workflow import REPORT_WORKFLOW, ReportStep, expertise_is_under_way
from ecoquartier.web.expert.forms import ReportForm
from ecoquartier.web.expert.pages import DossierHeader, appreciation, hour, proposal_badge, scale_of
from ecoquartier.web.shared.forms import Form
from ecoquartier.web.shared.quoted import quoted_in
from ecoquartier.web.shared.views import ConfirmPage, FormPage

# The long texts of the register, as deposited; its figures are one click away, on the page of the deposit.
TEXTS = ("description", "initial_site", "context", "programme")


class OfReport(DossierHeader, FormPage):
    """A page about a report that this person may read: their own, or any once all are sealed."""

    scope = reports_visible_to

    def get_queryset(self) -> QuerySet[ExpertReport]:
        """With all that the header and the grid read."""
        return reports_visible_to(self.actor).select_related(
            "assignment__expert",
            "dossier__operation__lead_commune__county__region",
            "dossier__campaign__scheme",
            "dossier__campaign__framework",
            "dossier__stage",
        )

    @property
    def is_own(self) -> bool:
        """Whether the person wrote it."""
        return self.object.assignment.expert_id == self.actor.pk

    @cached_property
    def commitments(self) -> list:
        """Those of the campaign's version, with their dimension."""
        return list(commitments_to_mark(self.dossier))

    @cached_property
    def marks(self) -> dict:
        """Id of the commitment → mark."""
        return {mark.commitment_id: mark for mark in self.object.marks.all()}

    @cached_property
    def scale(self) -> dict[str, tuple[str, str]]:
        """The appreciations of the scheme."""
        return scale_of(self.dossier)

    @property
    def marked(self) -> int:
        """How many commitments are appreciated."""
        return sum(bool(mark.appreciation) for mark in self.marks.values())


class Report(OfReport):
    """The grid beside the deposit while one writes; read-only afterwards, and for the others."""

    permission = "expertise.read_report"
    form_class = ReportForm

    def get_title(self) -> str:
        return (
            _("Mon expertise") if self.is_own else _("Expertise de %(name)s") % {"name": self.object.assignment.expert}
        )

    @cached_property
    def why_not(self) -> str:
        """Why the grid cannot be filled now; empty once sealed, which says it all."""
        return "" if self.object.state == ReportState.SEALED else expertise_is_under_way(self.object) or ""

    @cached_property
    def is_form(self) -> bool:
        """Whether the grid is shown to be filled; what was typed is always shown again."""
        is_draft = self.object.state == ReportState.DRAFT
        return self.request.method == "POST" or (self.is_own and is_draft and not self.why_not)

    def get_template_names(self) -> list[str]:
        return ["expert/report_form.html" if self.is_form else "expert/report.html"]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"commitments": self.commitments, "scale": self.scale}

    def get_initial(self) -> dict[str, Any]:
        """What is saved."""
        initial = {"opinion": self.object.opinion, "proposal": self.object.proposal}
        for commitment in self.commitments:
            if mark := self.marks.get(commitment.pk):
                initial[f"appreciation_{commitment.number}"] = mark.appreciation
                initial[f"comment_{commitment.number}"] = mark.comment
        return initial

    def perform(self, form: ReportForm) -> ExpertReport:
        return services.save_report(
            self.object,
            actor=self.actor,
            opinion=form.cleaned_data["opinion"],
            proposal=form.cleaned_data["proposal"],
            marks=form.marks(),
        )

    def get_success_message(self, result: ExpertReport) -> str:
        return _("Enregistré à %(hour)s.") % {"hour": hour(clock.now())}

    def get_success_url(self, result: ExpertReport) -> str:
        """On to the seal when asked, else back to the dimension where the button was."""
        if "seal" in self.request.POST:
            return resolve_url("expert:seal", pk=self.object.pk)
        here = self.request.POST.get("dimension", "")
        known = {commitment.dimension.code for commitment in self.commitments}
        return resolve_url("expert:report", pk=self.object.pk) + (f"#{here}" if here in known else "")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        if self.is_form:
            form = kwargs.get("form") or self.get_form()
            return super().get_context_data(**kwargs | {"form": form} | self._work(form))
        return super().get_context_data(form=None, **kwargs, **self._reading())

    def _work(self, form: ReportForm) -> dict[str, Any]:
        """The two panes, dimension by dimension: the deposit only, never the notebook."""
        deposit = last_deposit(self.dossier)
        answers = deposit.snapshot["answers"]
        dimensions = []
        for dimension, commitments in groupby(self.commitments, key=lambda c: c.dimension):
            lines = [form.line(c, answers.get(str(c.number), "")) for c in commitments]
            marked = sum(form.is_marked(line.commitment) for line in lines)
            dimensions.append({"dimension": dimension, "lines": lines, "marked": marked})
        return {
            "dimensions": dimensions,
            "marked": sum(d["marked"] for d in dimensions),
            "asked": len(self.commitments),
            "deposit": deposit,
            "texts": self._texts(deposit),
            "recommendations": quoted_in(deposit.snapshot, {str(c.number): c for c in self.commitments}),
            "visit": visit_of(self.dossier),
        }

    @staticmethod
    def _texts(deposit: Deposit) -> list[tuple[str, str]]:
        values, labels = deposit.snapshot["operation"], register_labels()
        return [(labels[name], values.get(name)) for name in TEXTS]

    def _reading(self) -> dict[str, Any]:
        """What a reader sees: badges and words."""
        rows = [
            (commitment, appreciation(self.scale, mark.appreciation if mark else ""), mark.comment if mark else "")
            for commitment in self.commitments
            for mark in [self.marks.get(commitment.pk)]
        ]
        others = reports_visible_to(self.actor).filter(dossier=self.dossier).exclude(pk=self.object.pk)
        return {
            "rows": rows,
            "proposal": proposal_badge(self.object.proposal),
            "is_sealed": self.object.state == ReportState.SEALED,
            "is_own": self.is_own,
            "why_not": self.why_not,
            "others": others.order_by("assignment__part", "assignment__proposed_at"),
        }


class Seal(OfReport, ConfirmPage):
    """Seal for good."""

    permission = "expertise.write_report"
    template_name = "expert/seal.html"
    title = gettext_lazy("Sceller mon expertise")
    form_class = Form
    service = services.seal
    submit_label = gettext_lazy("Sceller définitivement")
    success_message = gettext_lazy("Votre expertise est scellée.")
    is_dangerous = True
    effects = (
        gettext_lazy("C’est irréversible\u00a0: plus personne, vous non plus, ne pourra changer votre expertise."),
        gettext_lazy("L’empreinte de son contenu est inscrite au journal, sans ses mots."),
        gettext_lazy("Quand toute l’équipe a scellé, vous lisez les expertises des autres, et eux la vôtre."),
        gettext_lazy(
            "À ce moment-là, le correspondant, le coordonnateur régional et le bureau les lisent, puis la commission."
        ),
        gettext_lazy("La synthèse commune peut alors s’écrire, et vous lisez l’avis du correspondant."),
    )

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        """Under the report."""
        return [*super().get_breadcrumb(), (_("Mon expertise"), self.get_success_url(self.object))]

    def get_success_url(self, result: ExpertReport) -> str:
        return resolve_url("expert:report", pk=self.object.pk)

    def get_obstacles(self) -> list[str]:
        """What is missing, or the seal itself."""
        reason = REPORT_WORKFLOW.why_not(ReportStep.SEAL, self.object, self.actor)
        return [reason] if reason else []

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        """What is about to be sealed, in figures."""
        count = Counter(mark.appreciation for mark in self.marks.values() if mark.appreciation)
        return super().get_context_data(
            counts=[(label, tone, count[code]) for code, (label, tone) in self.scale.items()],
            proposal=proposal_badge(self.object.proposal),
            marked=self.marked,
            asked=len(self.commitments),
            **kwargs,
        )
