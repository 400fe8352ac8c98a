"""Steering a campaign: where every candidature is, and what waits for the bureau."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import dossiers_visible_to, sittings_visible_to
from ecoquartier.awards.queries import ceremony_of
from ecoquartier.campaigns.enums import MilestoneCode
from ecoquartier.campaigns.models import Campaign
from ecoquartier.campaigns.queries import all_campaigns
from ecoquartier.commissions.queries import LIVE
from ecoquartier.core import clock
from ecoquartier.core.text import long_date
from ecoquartier.dossiers.enums import DossierState
from ecoquartier.dossiers.queries import counts_by_state
from ecoquartier.expertise.queries import lacking_experts
from ecoquartier.notifications.enums import TROUBLED
from ecoquartier.notifications.queries import counts_by_state as messages_by_state
from ecoquartier.operations.queries import meetings_awaited
from ecoquartier.web.bureau import words
from ecoquartier.web.shared.views import TemplatePage

SHOWN = 8
PATH = (
    DossierState.DRAFT,
    DossierState.SUBMITTED,
    DossierState.TO_COMPLETE,
    DossierState.ADMISSIBLE,
    DossierState.UNDER_EXPERTISE,
    DossierState.ASSESSED,
    DossierState.PROPOSED,
    DossierState.REFERRED,
    DossierState.AWARDED,
)
ASIDE = (DossierState.ADJOURNED, DossierState.INADMISSIBLE, DossierState.WITHDRAWN, DossierState.CLOSED)


@dataclass(frozen=True)
class Step:
    """One state of the funnel."""

    label: str
    count: int
    is_aside: bool


class Home(TemplatePage):
    """The funnel of a campaign, teams to make, sittings, the ceremony."""

    permission = "bureau.desk"
    refusal = words.REFUSAL
    title = gettext_lazy("Pilotage")
    template_name = "bureau/home.html"

    @cached_property
    def campaigns(self) -> list[Campaign]:
        """Every campaign, the latest first."""
        return list(all_campaigns())

    @cached_property
    def campaign(self) -> Campaign | None:
        """The campaign asked for, else the one under way, else the latest."""
        asked = self.request.GET.get("campagne", "")
        candidates = (
            *(c for c in self.campaigns if str(c.year) == asked),
            *(c for c in self.campaigns if c.is_launched),
            *self.campaigns,
        )
        return next(iter(candidates), None)

    def get_lead(self) -> str:
        if self.campaign is None:
            return ""
        coming = [m for m in self.campaign.milestones.all() if m.day >= clock.today()]
        if not coming:
            return _("Campagne %(year)s") % {"year": self.campaign.year}
        following = min(coming, key=lambda m: m.day)
        return _("Campagne %(year)s. Prochaine échéance : %(name)s, le %(day)s.") % {
            "year": self.campaign.year,
            "name": following.get_code_display(),
            "day": long_date(following.day),
        }

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        mail = messages_by_state()
        shared = {
            "campaign": self.campaign,
            "trouble": sum(mail.get(state, 0) for state in TROUBLED),
            "overdue": list(meetings_awaited().filter(held_by__lt=clock.today())[:SHOWN]),
        }
        if self.campaign is None:
            return super().get_context_data(**shared, **kwargs)
        home = resolve_url("bureau:home")
        year = self.campaign.year
        tabs = [(f"{home}?campagne={c.year}", str(c.year), c.year == year) for c in self.campaigns]
        return super().get_context_data(
            tabs=tabs if len(tabs) > 1 else [],
            dossiers_url=f"{resolve_url('dossiers:list')}?campagne={year}",
            **self._funnel(),
            **self._work(),
            **shared,
            **kwargs,
        )

    def _funnel(self) -> dict[str, Any]:
        counts = counts_by_state(dossiers_visible_to(self.actor).filter(campaign=self.campaign))
        steps = [Step(capfirst(str(state.label)), counts.get(state, 0), state in ASIDE) for state in (*PATH, *ASIDE)]
        return {"steps": steps, "total": sum(counts.values())}

    def _work(self) -> dict[str, Any]:
        campaign = self.campaign
        lacking = lacking_experts(dossiers_visible_to(self.actor).filter(campaign=campaign))
        sittings = sittings_visible_to(self.actor).filter(campaign=campaign, state__in=LIVE).order_by("held_on", "pk")
        return {
            "teams": list(lacking[:SHOWN]),
            "teams_count": lacking.count(),
            "sittings": list(sittings[:SHOWN]),
            "ceremony": ceremony_of(campaign),
            "ceremony_day": campaign.milestone(MilestoneCode.CEREMONY),
        }
