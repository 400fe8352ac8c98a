"""The directory of operations: published facts only (rules 15 and 18)."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy, ngettext

from ecoquartier.campaigns.queries import highest_rank
from ecoquartier.directory import queries as directory
from ecoquartier.web.public import directory_map
from ecoquartier.web.public.directory_forms import MAP, DirectoryFilters
from ecoquartier.web.shared.views import ListPage
from ecoquartier.web.templatetags.components import BLOCKS, figure

NOTHING = directory.Found(directory.public_rows().none(), 0, None)


class Directory(ListPage):
    """`/ecoquartiers/`: filters in the address, so that a search can be shared; a list, and a map of the same."""

    public = True
    template_name = "public/directory.html"
    title = gettext_lazy("Les ÉcoQuartiers et les opérations engagées")
    description = gettext_lazy("L’annuaire public des ÉcoQuartiers\u00a0: étape, millésime, commune, programme.")
    empty_text = gettext_lazy("Aucune opération n’est encore publique.")
    empty_filtered_text = gettext_lazy("Aucune opération ne correspond à ces critères.")
    filter_form = DirectoryFilters

    def get_data_version(self) -> object:
        return directory.version()

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The page, at an address that says only what was asked: a form sends its empty fields too."""
        said = request.GET.copy()
        for name in [name for name, value in said.items() if not value]:
            del said[name]
        if len(said) < len(request.GET):
            return HttpResponseRedirect(f"?{said.urlencode()}" if said else request.path)
        return super().get(request, *args, **kwargs)

    @cached_property
    def found(self) -> directory.Found:
        """What the address asks for; nothing when it asks for what does not exist (the form says so)."""
        return self.filters.found() if self.filters.is_valid() else NOTHING

    def get_rows(self) -> directory.Found:
        return self.found

    def get_map(self, selection: str) -> directory_map.Drawn:
        """The map of the selection."""
        choice = self.filters.asked.choice if self.filters.is_valid() else {}
        return directory_map.drawn(self.found, query=selection, choice=choice, stages=self.filters.labels["stage"])

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(total=steps(), most=directory.MOST_FOUND, **kwargs)
        selection, is_map = self.filters.address(), self.filters.data.get("vue") == MAP
        return context | {
            "found": self.found,
            "drawn": self.get_map(selection) if is_map else None,
            "selection": selection,
            "list_query": self.filters.address(with_order=True),
        }

    def get_lead(self) -> str:
        operations, labelled = directory.totals(self.filters.known)
        among = ngettext("dont %(n)s ÉcoQuartier", "dont %(n)s ÉcoQuartiers", labelled) % {"n": figure(labelled)}
        return ngettext(
            "%(n)s opération publique, %(labelled)s qui détient au moins une étape.",
            "%(n)s opérations publiques, %(labelled)s qui détiennent au moins une étape.",
            operations,
        ) % {"n": figure(operations), "labelled": among}


def steps() -> int:
    """Number of steps of a mark: those of the longest scheme, and of the label as it has been since 2016."""
    return max(BLOCKS, highest_rank())
