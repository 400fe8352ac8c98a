"""The approach: why it exists, its stages and the calendar of the campaign. Rules and dates come from data."""

from functools import cached_property
from typing import Any

from django.http import Http404
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ecoquartier.campaigns.domain import (
    StageWords,
    audience_of,
    decision_of,
    in_words,
    later_of,
    next_milestone,
    stage_label,
)
from ecoquartier.campaigns.enums import MilestoneCode
from ecoquartier.campaigns.models import Campaign, Milestone, Scheme, Stage
from ecoquartier.campaigns.queries import (
    current_campaign,
    current_framework,
    default_scheme,
    launched_campaigns,
    words_of,
)
from ecoquartier.core import clock
from ecoquartier.core.text import long_date
from ecoquartier.framework.domain.vocabulary import challenges, goals, meanings
from ecoquartier.framework.models import Dimension, Framework
from ecoquartier.framework.queries import challenge_names, dimensions_of
from ecoquartier.web.public.stages import days_left, going_on
from ecoquartier.web.shared.views import TemplatePage

APPROACH = (gettext_lazy("La démarche"), "public:approach")


class SchemePage(TemplatePage):
    """A page about the scheme of the current campaign, or about the one chosen when there is none yet."""

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

    @cached_property
    def words(self) -> dict[int, StageWords]:
        """What is said of each stage, by rank."""
        return {stage.rank: words_of(stage, self.campaign) for stage in self.stages}

    def get_data_version(self) -> object:
        dates = self.campaign and (self.campaign.pk, self.campaign.closed_at, self.campaign.days)
        said = [(stage.promise, stage.filing, self.words[stage.rank]) for stage in self.stages]
        return dates, self.scheme and self.scheme.title, said


class Approach(SchemePage):
    """`/demarche/`."""

    template_name = "public/approach.html"
    title = gettext_lazy("La démarche")
    lead = gettext_lazy(
        "Concevoir, construire et gérer des quartiers durables, et le faire reconnaître étape par étape."
    )
    description = gettext_lazy(
        "À quoi sert la démarche ÉcoQuartier, ce que chaque étape du label demande, qui décide et quand."
    )

    @cached_property
    def framework(self) -> Framework | None:
        """The référentiel of the campaign; the latest version while there is none."""
        return self.campaign.framework if self.campaign else current_framework()

    def get_data_version(self) -> object:
        # A published version never changes: its code says it all.
        return super().get_data_version(), self.framework and self.framework.pk

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        found = next_milestone(self.campaign.days, clock.today()) if self.campaign else None
        return super().get_context_data(
            scheme=self.scheme,
            stages=self.stages,
            campaign=self.campaign,
            open_now=going_on(self.campaign) if self.campaign else [],
            following=found and (MilestoneCode(found[0]).label, long_date(found[1]), days_left(found[1])),
            path=[self._line(stage) for stage in self.stages],
            later=later_of({section for stage in self.stages for section in stage.sections}),
            challenges=self._challenges(),
            dimensions=self._dimensions(),
            **kwargs,
        )

    def _line(self, stage: Stage) -> dict[str, Any]:
        """Who looks at a stage and who decides, in a few words: a line of the table."""
        path = self.campaign.path_of(stage) if self.campaign else stage.decision_path
        looked = _("aucun")
        if stage.experts:
            looked = ngettext("%(n)s expert", "%(n)s experts", stage.experts) % {"n": in_words(stage.experts)}
        return {
            "stage": stage,
            "experts": _("%(experts)s, avec une visite") % {"experts": looked} if stage.visit else looked,
            "decided": decision_of(stage, path),
        }

    def _challenges(self) -> list[tuple[str, str]]:
        """(name, what it means) of each challenge of the référentiel."""
        names = challenge_names(self.framework) if self.framework else challenges()
        return [(capfirst(name), meanings().get(code, "")) for code, name in names.items()]

    def _dimensions(self) -> list[tuple[Dimension, list[tuple[int, str]]]]:
        """(dimension, number and name of the goals that its commitments serve), as the référentiel says it."""
        names, found = goals(), []
        for dimension in dimensions_of(self.framework) if self.framework else ():
            served = sorted({number for row in dimension.commitments.all() for number in row.sdgs})
            found.append((dimension, [(n, f"{n}. {names[n]}") for n in served if n in names]))
        return found


class StagePage(SchemePage):
    """`/demarche/etapes/<rank>/`."""

    template_name = "public/stage.html"
    breadcrumb = (APPROACH,)

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
            stage=self.object, stages=self.stages, words=self.words[self.object.rank], **kwargs
        )


class Calendar(TemplatePage):
    """`/demarche/calendrier/`, and that of a past year: the dates of a campaign, and what became of each."""

    public = True
    template_name = "public/calendar.html"
    breadcrumb = (APPROACH,)
    description = gettext_lazy("Les dates de la campagne de labellisation, et ce qui est ouvert en ce moment.")

    @cached_property
    def campaigns(self) -> list[Campaign]:
        """Those already launched, the latest first."""
        return list(launched_campaigns())

    @cached_property
    def campaign(self) -> Campaign | None:
        """The one of the address, else the latest; 404 when there is none of that year."""
        year = self.kwargs.get("year")
        if year is None:
            return next(iter(self.campaigns), None)
        found = next((campaign for campaign in self.campaigns if campaign.year == year), None)
        if found is None:
            raise Http404
        return found

    def get_data_version(self) -> object:
        rows = [(m.pk, m.day, m.former_day, m.reason) for m in self.campaign.milestones.all()] if self.campaign else []
        return [(c.pk, c.closed_at) for c in self.campaigns], rows

    def get_title(self) -> str:
        if self.campaign is None:
            return _("Calendrier de la campagne")
        return _("Calendrier de la campagne %(year)s") % {"year": self.campaign.year}

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        campaign = self.campaign
        return super().get_context_data(
            campaign=campaign,
            others=[other for other in self.campaigns if other is not campaign],
            open_now=going_on(campaign) if campaign else [],
            rows=[self._row(milestone) for milestone in campaign.milestones.all()] if campaign else [],
            **kwargs,
        )

    def _row(self, milestone: Milestone) -> dict[str, Any]:
        today = clock.today()
        is_past = milestone.day < today
        return {
            "name": capfirst(milestone.get_code_display()),
            "day": long_date(milestone.day),
            "who": capfirst(audience_of(milestone.code)),
            "left": _("passé") if is_past else days_left(milestone.day),
            "tone": "neutral" if is_past else "wait",
            "former": long_date(milestone.former_day) if milestone.former_day else "",
            "reason": milestone.reason,
        }
