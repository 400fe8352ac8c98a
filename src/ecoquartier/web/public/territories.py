"""Communes for everybody: what a commune became, where the lists come from, and what the commune fields propose."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.territories.domain import sources
from ecoquartier.territories.queries import figures, find_communes, with_predecessors
from ecoquartier.web.public.forms import CommuneSearch
from ecoquartier.web.public.machines import Machine
from ecoquartier.web.shared.communes import LONGEST, described
from ecoquartier.web.shared.limits import Pace, client_network
from ecoquartier.web.shared.views import TemplatePage

# A name typed without a pause asks five times; an office shares one address.
PACE = Pace("communes", most=300, seconds=60)
SUGGESTED, LISTED = 8, 20


class Territories(TemplatePage):
    """`/territoires/`: a search of communes, former ones included, and the sources."""

    public = True
    template_name = "public/territories.html"
    title = gettext_lazy("Territoires")
    lead = gettext_lazy("Les communes d’aujourd’hui, celles d’hier et ce qu’elles sont devenues.")
    description = gettext_lazy("Communes, anciennes communes et intercommunalités\u00a0: recherche et sources.")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        form = CommuneSearch(self.request.GET or None)
        asked = form.cleaned_data["q"] if form.is_valid() else ""
        return super().get_context_data(
            form=form,
            asked=asked,
            communes=with_predecessors(find_communes(asked, LISTED)) if asked else [],
            figures=figures(),
            sources=sources(),
            **kwargs,
        )


class CommuneSuggestions(Machine):
    """`/territoires/communes.json?q=`: the communes that these words may mean, for the fields that ask for one."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """At most eight; the lists change once a year, so that the browser may keep the answer for an hour."""
        if not PACE.allows(client_network(request)):
            return JsonResponse(
                {"communes": [], "error": _("Trop de recherches\u00a0: attendez une minute.")},
                status=429,
                headers={"Retry-After": str(PACE.seconds), "Cache-Control": "no-store"},
            )
        found = find_communes(request.GET.get("q", "").replace("\0", "")[:LONGEST], SUGGESTED)
        communes = [{"label": str(c), "facts": described(c), "insee": c.insee} for c in found]
        return JsonResponse({"communes": communes}, headers={"Cache-Control": "public, max-age=3600"})
