"""The approach: the stages of the scheme and the calendar of the campaign, all from data."""

from functools import cached_property
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.campaigns.models import Campaign, Scheme, Stage
from ecoquartier.campaigns.queries import current_campaign, default_scheme
from ecoquartier.core import clock
from ecoquartier.core.text import long_date
from ecoquartier.web.public.stages import asked_by, decided_by, stage_label, time_of
from ecoquartier.web.shared.views import TemplatePage


class SchemePage(TemplatePage):
    """A page about the scheme of the current campaign, or about the one shipped when there is none yet."""

    public = True

    @cached_property
    def campaign(self) -> Campaign | None:
        """The latest campaign launched."""
        return current_campaign()

    @cached_property
    def scheme(self) -> Scheme | None:
        """The scheme presented."""
        return self.campaign.scheme if self.campaign else default_scheme()

    @cached_property
    def stages(self) -> list[Stage]:
        """Its stages, in order."""
        return list(self.scheme.stages.all()) if self.scheme else []


class Approach(SchemePage):
    """`/demarche/`."""

    template_name = "public/approach.html"
    title = gettext_lazy("La démarche")
    lead = gettext_lazy(
        "Concevoir, construire et gérer des quartiers durables, et le faire reconnaître étape par étape."
    )
    description = gettext_lazy("Les étapes du label ÉcoQuartier\u00a0: ce que chacune demande, qui décide, quand.")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            scheme=self.scheme, stages=self.stages, campaign=self.campaign, calendar=self.get_calendar(), **kwargs
        )

    def get_calendar(self) -> list[dict[str, str]]:
        """The milestones of the campaign, as a timeline."""
        milestones = sorted(self.campaign.milestones.all(), key=lambda m: m.day) if self.campaign else []
        upcoming = next((m.pk for m in milestones if m.day >= clock.today()), None)
        return [
            {
                "title": milestone.get_code_display().capitalize(),
                "when": long_date(milestone.day),
                "state": "current" if milestone.pk == upcoming else "done" if milestone.day < clock.today() else "todo",
            }
            for milestone in milestones
        ]


class StagePage(SchemePage):
    """`/demarche/etapes/<rank>/`."""

    template_name = "public/stage.html"
    breadcrumb = ((gettext_lazy("La démarche"), "public:approach"),)

    def get_object(self) -> Stage:
        """The stage of this rank, or 404."""
        found = next((stage for stage in self.stages if stage.rank == self.kwargs["rank"]), None)
        if found is None:
            raise Http404
        return found

    def get_title(self) -> str:
        return stage_label(self.object.rank, self.object.name)

    def get_eyebrow(self) -> str:
        return self.scheme.title

    def get_lead(self) -> str:
        return self.object.promise

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            stage=self.object,
            stages=self.stages,
            moment=_("Moment\u00a0: %(moment)s.") % {"moment": self.object.moment},
            asked=asked_by(self.object),
            decided=decided_by(self.object),
            durations=time_of(self.object, self.campaign),
            **kwargs,
        )
