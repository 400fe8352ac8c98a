"""The stage assistant: what can be filed now, what is missing, and the opening of a candidature."""

from __future__ import annotations

from typing import Any

from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import dossiers_in_progress_for
from ecoquartier.campaigns.domain import Missing
from ecoquartier.campaigns.enums import Section
from ecoquartier.campaigns.models import Campaign, Stage
from ecoquartier.campaigns.queries import current_campaign
from ecoquartier.core.errors import TransitionRefused
from ecoquartier.core.reading import known, reading
from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.queries import Opening, is_covered, openings, operation_is_taken, state_label
from ecoquartier.dossiers.services import open_dossier
from ecoquartier.operations.models import Operation
from ecoquartier.web.holder.forms import StageForm
from ecoquartier.web.holder.operations import OperationPage
from ecoquartier.web.shared.views import FormPage
from ecoquartier.web.templatetags.components import BLOCKS

FIELDS = {
    Section.IDENTITY: ("identite", "id_description"),
    Section.PROGRAMME: ("programme", "id_programme"),
    Section.CONTEXT: ("site", "id_initial_site"),
    Section.DELIVERY: ("programme", "id_delivered_on"),
}
"""Which page of the sheet, and where in it, answers what a section lacks."""
SHOWN = 6
"""Beyond as many missing elements, the list is folded."""


def place_of(missing: Missing, operation: Operation, *, may_edit: bool) -> str:
    """Where what is missing can be given by this person, or nowhere."""
    if missing.commitment is not None:
        return resolve_url("holder:answer", pk=operation.pk, number=missing.commitment)
    if missing.section == Section.CHARTER:
        return resolve_url("holder:charter-sign", pk=operation.pk)
    if missing.section == "meeting" and may_edit and not operation.meeting_asked_on:
        return resolve_url("holder:meeting-ask", pk=operation.pk)
    if missing.section in FIELDS and may_edit:
        part, anchor = FIELDS[missing.section]
        return f"{resolve_url('holder:operation-edit', pk=operation.pk, part=part)}#{anchor}"
    return ""


class DossierOpen(OperationPage, FormPage):
    """Every stage of the campaign, ready or not, each with its button."""

    write_permission = "dossiers.open"
    write_refusal = gettext_lazy("Seul le pilote de l’équipe ouvre une candidature.")
    title = gettext_lazy("Préparer une candidature")
    template_name = "holder/stages.html"
    form_class = StageForm
    success_message = gettext_lazy("La candidature est ouverte\u00a0: elle reste à vous jusqu’au dépôt.")

    def get_queryset(self):
        return super().get_queryset().annotate(is_taken=is_covered()).prefetch_related("charter_signatures")

    def get_lead(self) -> str:
        if self.campaign is None:
            return ""
        return _("Ce que demande chaque étape dans la campagne %(year)s, et ce qui manque encore.") % {
            "year": self.campaign.year
        }

    @cached_property
    def campaign(self) -> Campaign | None:
        """The campaign of the moment."""
        return current_campaign()

    def get_form_kwargs(self) -> dict[str, Any]:
        stages = self.campaign.scheme.stages.all() if self.campaign else ()
        return {**super().get_form_kwargs(), "stages": stages}

    def perform(self, form) -> Dossier:
        if self.campaign is None:
            raise TransitionRefused(_("Aucune campagne n’est ouverte."), code="no_campaign")
        return open_dossier(self.object, actor=self.actor, campaign=self.campaign, stage=form.cleaned_data["stage"])

    def get_success_url(self, result: Dossier) -> str:
        return resolve_url("dossiers:detail", pk=result.pk)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        campaign = self.campaign
        with reading():
            known(operation_is_taken, self.object, self.object.is_taken)
            found = openings(self.object, campaign, self.actor) if campaign else []
        # One main action: the first stage that lacks nothing.
        ready = next((o.stage for o in found if not (o.missing or o.reason)), None) if self.may_write else None
        return super().get_context_data(
            campaign=campaign,
            lines=[self._line(opening, ready) for opening in found],
            current=self._current(campaign) if any(opening.is_taken for opening in found) else [],
            **kwargs,
        )

    def _current(self, campaign: Campaign | None) -> list[tuple[Dossier, str]]:
        rows = list(dossiers_in_progress_for(self.actor).filter(operation=self.object))
        for row in rows:
            row.operation = self.object
        return [(row, state_label(row, self.actor)) for row in rows]

    def _line(self, opening: Opening, ready: Stage | None) -> dict[str, Any]:
        may_edit = self.actor.has_perm("operations.write", self.object)
        missing = [(m.sentence, place_of(m, self.object, may_edit=may_edit)) for m in opening.missing]
        return {
            "stage": opening.stage,
            "total": max(BLOCKS, opening.stage.rank),
            "fields": {"stage": opening.stage.rank},
            "is_held": opening.is_held,
            "missing": missing,
            "is_folded": len(missing) > SHOWN,
            "tone": "main" if opening.stage == ready else "quiet",
            "reason": opening.reason if self.may_write else str(self.write_refusal),
        }
