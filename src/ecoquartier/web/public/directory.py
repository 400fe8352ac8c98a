"""The directory of operations and the sheet of each: published facts only (rules 15 and 18)."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ecoquartier.awards.models import Award
from ecoquartier.awards.queries import published_awards
from ecoquartier.campaigns.domain import stage_label
from ecoquartier.campaigns.queries import highest_rank
from ecoquartier.directory import queries as directory
from ecoquartier.directory.models import DirectoryRow
from ecoquartier.operations.queries import term_labels
from ecoquartier.web.public.forms import DirectoryFilters
from ecoquartier.web.shared.views import DetailPage, ListPage
from ecoquartier.web.templatetags.components import BLOCKS, figure

NBSP = "\u00a0"


class Directory(ListPage):
    """`/ecoquartiers/`: filters in the address, so that a search can be shared."""

    public = True
    template_name = "public/directory.html"
    scope = directory.public_rows
    title = gettext_lazy("Les ÉcoQuartiers et les opérations engagées")
    description = gettext_lazy("L’annuaire public des ÉcoQuartiers\u00a0: étape, millésime, commune, programme.")
    empty_text = gettext_lazy("Aucune opération n’est encore publique.")
    empty_filtered_text = gettext_lazy("Aucune opération ne correspond à ces critères.")

    def get_data_version(self) -> object:
        return directory.version()

    def get_filter_form(self) -> DirectoryFilters:
        return DirectoryFilters(self.request.GET, choices=directory.filter_choices())

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(total=steps(), **kwargs)

    def get_lead(self) -> str:
        found = directory.figures()
        labelled = ngettext("dont %(n)s ÉcoQuartier", "dont %(n)s ÉcoQuartiers", found.labelled) % {
            "n": figure(found.labelled)
        }
        return ngettext(
            "%(n)s opération publique, %(labelled)s qui détient au moins une étape.",
            "%(n)s opérations publiques, %(labelled)s qui détiennent au moins une étape.",
            found.operations,
        ) % {"n": figure(found.operations), "labelled": labelled}


class OperationSheet(DetailPage):
    """`/ecoquartiers/<slug>/`."""

    public = True
    template_name = "public/operation.html"
    scope = directory.public_rows
    context_object_name = "row"
    breadcrumb = ((gettext_lazy("Les ÉcoQuartiers"), "public:directory"),)

    def get_data_version(self) -> object:
        return directory.version_of(self.kwargs["slug"])

    def get_eyebrow(self) -> str:
        return _("ÉcoQuartier") if self.object.stage else _("Opération engagée dans la démarche")

    def get_lead(self) -> str:
        return f"{self.object.commune} ({self.object.county_name}), {self.object.region_name}"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        awards = list(published_awards().filter(operation=self.object.pk).select_related("stage", "history"))
        return super().get_context_data(
            total=steps(),
            stages=held_stages(self.object, awards),
            history=history(self.object),
            programme=programme(self.object),
            **kwargs,
        )


def steps() -> int:
    """Number of steps of a mark: those of the longest scheme, and of the label as it has been since 2016."""
    return max(BLOCKS, highest_rank())


def held_stages(row: DirectoryRow, awards: list[Award]) -> list[dict[str, Any]]:
    """Published stages, the latest first, each with the code of its award; older ones have none."""
    codes = {(award.stage.level, award.year): award.code for award in awards if not award.history.withdrawn_on}
    return [
        {
            **stage,
            "label": stage_label(stage["rank"], stage["name"]),
            "code": codes.get((stage["rank"], stage["year"]), ""),
        }
        for stage in reversed(row.stages)
    ]


def history(row: DirectoryRow) -> list[dict[str, Any]]:
    """The public life of an operation, in order of years."""
    entries = [
        (stage["year"], {"title": stage_label(stage["rank"], stage["name"]), "text": stage["scheme"]})
        for stage in row.stages
    ]
    if row.charter_year:
        entries.append((row.charter_year, {"title": _("Charte ÉcoQuartier signée")}))
    return [
        {"when": str(year), **entry} for year, entry in sorted(entries, key=lambda pair: (pair[0], "text" in pair[1]))
    ]


def programme(row: DirectoryRow) -> list[tuple[str, str | None]]:
    """Programme figures, as French readers expect them."""
    labels = term_labels()["types"]
    social = row.social_dwellings
    share = f" ({round(100 * social / row.dwellings)}{NBSP}%)" if social is not None and row.dwellings else ""
    return [
        (_("Type d’opération"), ", ".join(labels[code] for code in row.types if code in labels)),
        (_("Superficie"), row.area_ha and f"{decimal(row.area_ha)}{NBSP}{_('hectares')}"),
        (_("Logements"), None if row.dwellings is None else figure(row.dwellings)),
        (_("Dont logements sociaux"), None if social is None else f"{figure(social)}{share}"),
    ]


def decimal(value: Decimal) -> str:
    """12,50 → « 12,5 »; 12,00 → « 12 »."""
    return figure(value.normalize() if value % 1 else int(value))
