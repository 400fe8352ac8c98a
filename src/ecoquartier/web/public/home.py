"""The home page: what the label is, the open campaign, the figures, where the operations are."""

from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ecoquartier.campaigns.domain import in_words, milestone_sentence, next_milestone, stage_label
from ecoquartier.campaigns.enums import DecisionPath
from ecoquartier.campaigns.models import Campaign, Stage
from ecoquartier.campaigns.queries import current_campaign, default_scheme
from ecoquartier.core import clock
from ecoquartier.core.text import french_list
from ecoquartier.directory import queries as directory
from ecoquartier.web.public import france
from ecoquartier.web.public.stages import days_left, going_on
from ecoquartier.web.shared.views import TemplatePage


class Home(TemplatePage):
    """`/`."""

    public = True
    template_name = "public/home.html"
    title = gettext_lazy("Les quartiers durables, de la charte aux habitants")
    description = gettext_lazy(
        "Le label ÉcoQuartier, étape par étape\u00a0: les opérations, le référentiel, la campagne en cours."
    )

    @cached_property
    def campaign(self) -> Campaign | None:
        """The latest campaign launched."""
        return current_campaign()

    @cached_property
    def stages(self) -> list[Stage]:
        """The stages to present, in order."""
        scheme = self.campaign.scheme if self.campaign else default_scheme()
        return list(scheme.stages.all()) if scheme else []

    def get_data_version(self) -> object:
        campaign = self.campaign and (self.campaign.pk, self.campaign.closed_at, self.campaign.days)
        return directory.version(), campaign, self.get_lead(), [(s.rank, s.name, s.promise) for s in self.stages]

    def get_eyebrow(self) -> str:
        return _("Label national en %(number)s étapes") % {"number": in_words(len(self.stages))} if self.stages else ""

    def get_lead(self) -> str:
        examined = [stage for stage in self.stages if self._is_examined(stage)]
        if not examined:
            return _("Chaque opération avance par étapes, de la charte à la vie du quartier.")
        experts = {stage.experts for stage in examined}
        return ngettext(
            "Chaque opération avance par étapes. À l’étape %(ranks)s, %(number)s experts viennent sur place, la région "
            "examine le dossier et la commission nationale délivre le label.",
            "Chaque opération avance par étapes. Aux étapes %(ranks)s, %(number)s experts viennent sur place, la "
            "région examine le dossier et la commission nationale délivre le label.",
            len(examined),
        ) % {
            "ranks": french_list([str(stage.rank) for stage in examined]),
            "number": in_words(experts.pop()) if len(experts) == 1 else _("des"),
        }

    def _is_examined(self, stage: Stage) -> bool:
        """Whether experts see the place, then the region and the nation each have their say."""
        path = self.campaign.path_of(stage) if self.campaign else stage.decision_path
        return stage.visit and stage.experts > 1 and path == DecisionPath.REGIONAL_THEN_NATIONAL

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        known = directory.tallies()
        figures = directory.figures(known, last_stage=self.stages[-1].rank if self.stages else None)
        shown = directory.foremost_of_counties(france.PER_COUNTY)
        dots = france.dots(shown, stages=len(self.stages) or 1)
        return super().get_context_data(
            campaign=self.campaign,
            milestone=self.get_milestone(),
            open_now=going_on(self.campaign) if self.campaign else [],
            stages=self.stages,
            figures=figures,
            drawing=france.drawing(),
            shapes=france.SHAPES,
            dots=dots,
            unplaced=figures.operations - len(dots),
            legend=self.get_legend(),
            regions=directory.counts_by_region(known),
            **kwargs,
        )

    def get_milestone(self) -> dict[str, str] | None:
        """The next date of the campaign: a sentence and the time left."""
        if self.campaign is None or self.campaign.closed_at:
            return None
        found = next_milestone(self.campaign.days, clock.today())
        return {"sentence": milestone_sentence(*found), "left": days_left(found[1])} if found else None

    def get_legend(self) -> list[dict[str, str]]:
        """What each shape and colour of dot means."""
        count = len(self.stages)
        entries = [{"tone": "is-empty", "label": _("charte signée")}]
        return entries + [
            {"tone": france.tone(s.rank, count), "label": stage_label(s.rank, s.name)} for s in self.stages
        ]
