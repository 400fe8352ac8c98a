"""The stage assistant: what can be filed now, what is missing, and the opening of a candidature."""

from __future__ import annotations

from typing import Any

from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import dossiers_in_progress_for
from ecoquartier.campaigns.enums import Filing
from ecoquartier.campaigns.models import Campaign, Stage
from ecoquartier.campaigns.queries import current_campaign
from ecoquartier.core import clock
from ecoquartier.core.errors import TransitionRefused
from ecoquartier.core.reading import known, reading
from ecoquartier.core.text import long_date
from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.queries import Opening, is_covered, openings, operation_is_taken, state_label
from ecoquartier.dossiers.services import open_dossier
from ecoquartier.notebooks.queries import gathered_for, gathered_quote
from ecoquartier.operations.queries import why_not_running
from ecoquartier.web.holder.forms import StageForm
from ecoquartier.web.holder.operations import OperationPage
from ecoquartier.web.shared.lacks import place_of
from ecoquartier.web.shared.views import FormPage
from ecoquartier.web.templatetags.components import BLOCKS

SHOWN = 6
"""Beyond as many missing elements, the list is folded."""


def window_sentence(stage: Stage, campaign: Campaign) -> str:
    """When a candidature for this stage may be filed, and until when."""
    if stage.filing == Filing.ALL_YEAR:
        return _("Le dépôt est possible toute l’année.")
    deadline = campaign.filing_deadline
    if deadline is None:
        return ""
    if deadline < clock.today():
        return _("Le dépôt de la campagne %(year)s s’est terminé le %(day)s.") % {
            "year": campaign.year,
            "day": long_date(deadline),
        }
    return _("Le dépôt est ouvert jusqu’au %(day)s, à 23\u00a0h\u00a059.") % {"day": long_date(deadline)}


class DossierOpen(OperationPage, FormPage):
    """Every stage of the campaign, ready or not, each with its button."""

    # What is missing tells what was recommended: services of other communes do not read it.
    permission = "recommendations.view"
    write_permission = "dossiers.open"
    write_refusal = gettext_lazy("Seul le pilote de l’équipe ouvre une candidature.")
    title = gettext_lazy("Préparer une candidature")
    template_name = "holder/stages.html"
    form_class = StageForm
    success_message = gettext_lazy("La candidature est ouverte\u00a0: elle reste à vous jusqu’au dépôt.")

    def get_queryset(self):
        rows = super().get_queryset().prefetch_related("charter_signatures", "phases")
        return rows.annotate(is_taken=is_covered(), gathered=gathered_quote("pk"))

    def get_lead(self) -> str:
        if self.campaign is None or self.closed:
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
            known(gathered_for, self.object, self.object.gathered)
            found = openings(self.object, campaign, self.actor) if campaign and not self.closed else []
        # One main action: the first stage that lacks nothing, and that no date contradicts.
        ready = next((o.stage for o in found if not (o.missing or o.doubts or o.reason)), None)
        return super().get_context_data(
            campaign=campaign,
            why_closed=why_not_running(self.object) if self.closed else "",
            lines=[self._line(opening, ready if self.may_write else None) for opening in found],
            current=self._current() if self.object.is_taken else [],
            **kwargs,
        )

    def _current(self) -> list[tuple[Dossier, str]]:
        rows = list(dossiers_in_progress_for(self.actor).filter(operation=self.object))
        for row in rows:
            row.operation = self.object
        return [(row, state_label(row, self.actor)) for row in rows]

    def _line(self, opening: Opening, ready: Stage | None) -> dict[str, Any]:
        missing, doubts = (
            [(m.sentence, place_of(m, self.object, self._may)) for m in found]
            for found in (opening.missing, opening.doubts)
        )
        return {
            "stage": opening.stage,
            "total": max(BLOCKS, opening.stage.rank),
            "fields": {"stage": opening.stage.rank},
            "is_held": opening.is_held,
            "window": window_sentence(opening.stage, self.campaign) if self.campaign else "",
            "missing": missing,
            "doubts": doubts,
            "is_folded": len(missing) > SHOWN,
            "tone": "main" if opening.stage == ready else "quiet",
            "reason": opening.reason if self.may_write else str(self.write_refusal),
        }

    def _may(self, permission: str) -> bool:
        return self.actor.has_perm(permission, self.object)
