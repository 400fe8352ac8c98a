"""The sheet of an operation: published facts only (rules 15 and 18)."""

from __future__ import annotations

from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.campaigns.domain import scheme_label, stage_label
from ecoquartier.core.text import long_date, sort_key
from ecoquartier.directory import queries as directory
from ecoquartier.directory.models import DirectoryRow
from ecoquartier.framework.domain.vocabulary import figures as all_figures
from ecoquartier.operations.domain.dates import RoughDate, kept_date
from ecoquartier.operations.domain.figures import in_unit, known_figures
from ecoquartier.operations.domain.lives import CLOSED, state_told, state_words
from ecoquartier.operations.enums import RecommendationState, TermKind
from ecoquartier.operations.models import PHASE_DATES
from ecoquartier.web.public.choices import Choices, choices
from ecoquartier.web.public.directory import steps
from ecoquartier.web.public.elsewhere import elsewhere
from ecoquartier.web.public.location import areas, locator, perimeter_of
from ecoquartier.web.public.mergers import FollowsMergers
from ecoquartier.web.public.stages import for_phases, held_label, kind_of, listed
from ecoquartier.web.shared.views import DetailPage

NEIGHBOURS = 4
SHEETS_KEPT = 200
POSITIONS = {
    directory.COMMUNE: gettext_lazy("Sans périmètre, elle est placée sur le point de sa commune."),
    directory.NEARBY: gettext_lazy("Sans périmètre, elle est placée près de sa commune\u00a0: position approximative."),
}
# Words and tone of where a recommendation stands.
SETTLED = {
    RecommendationState.ANSWERED: (gettext_lazy("répondue"), "info"),
    RecommendationState.LIFTED: (gettext_lazy("levée"), "ok"),
    RecommendationState.MAINTAINED: (gettext_lazy("maintenue"), "wait"),
}
REPLIES = {
    RecommendationState.ANSWERED: gettext_lazy("Réponse de l’équipe"),
    RecommendationState.LIFTED: gettext_lazy("Levée par\u00a0: %(issuer)s"),
    RecommendationState.MAINTAINED: gettext_lazy("Maintenue par\u00a0: %(issuer)s"),
}
# Signs that the search of the register takes: it finds by any part of a name.
LONGEST_SEARCH = 100
# Figures that are said to be missing when nobody gave them; the others are left out.
EXPECTED = ("area_ha", "dwellings", "social_dwellings")


class OperationSheet(FollowsMergers, DetailPage):
    """`/ecoquartiers/<slug>/`; that of an operation merged into another leads to the one that stays."""

    public = True
    template_name = "public/sheet.html"
    scope = directory.public_rows
    context_object_name = "row"
    breadcrumb = ((gettext_lazy("Les ÉcoQuartiers"), "public:directory"),)

    def get_data_version(self) -> object:
        """That of the whole directory: the sheet names its neighbours."""
        return self.version

    @cached_property
    def version(self) -> str:
        """That of the directory, asked once."""
        return directory.version()

    def get_eyebrow(self) -> str:
        return kind_of(self.object).words

    def get_lead(self) -> str:
        return self.object.place

    @property
    def heading(self) -> str:
        """The name with its commune, for a tab and for search engines: several operations may bear one name."""
        row = self.object
        return row.name if sort_key(row.commune) in sort_key(row.name) else f"{row.name}, {row.commune}"

    @property
    def claim_url(self) -> str:
        """The register of those who have an account, this operation found; empty when nobody may claim it any more."""
        if self.object.state in CLOSED:
            return ""
        return f"{reverse('holder:register')}?{urlencode({'q': self.heading[:LONGEST_SEARCH]})}"

    @property
    def description(self) -> str:
        """One line for search engines and for those who share the page."""
        said = [held_label(self.object), self.get_lead(), state_words(*self.life)]
        return " ".join(f"{capfirst(sentence)}." for sentence in said if sentence)

    @property
    def life(self) -> tuple[str, date | None]:
        """Its state, and since when."""
        since = self.object.sheet["since"]
        return self.object.state, since and date.fromisoformat(since)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        row, (words, total) = self.object, words_of(self.version)
        return super().get_context_data(
            total=total,
            stages=held_stages(row),
            history=history(row),
            phases=phases(row),
            state=state_told(*self.life),
            position=POSITIONS.get(row.sheet["position"], ""),
            programme=programme(row, words),
            sources=sources(row),
            strong_points=[
                {"code": code, "label": label}
                for code, label in words.labels[TermKind.STRONG_POINTS].items()
                if code in row.strong_points
            ],
            actors=actors(row, words.labels[TermKind.ACTORS]),
            perimeter=perimeter_of(row),
            locator=locator(row),
            areas=areas(row),
            followed=followed(row),
            neighbours=neighbours(self.version, row) if row.strong_points else [],
            **elsewhere(row),
            **kwargs,
        )


@lru_cache(maxsize=2)
def words_of(version: str) -> tuple[Choices, int]:
    """The words of the lists and the steps of a mark: read once for a version, which changes with them."""
    return choices(), steps()


@lru_cache(maxsize=SHEETS_KEPT)
def neighbours(version: str, row: DirectoryRow) -> list[DirectoryRow]:
    """Operations near it in what they do, read once for a version: the page itself is kept a minute only."""
    return list(directory.neighbours(row, NEIGHBOURS))


def held_stages(row: DirectoryRow) -> list[dict[str, Any]]:
    """Published stages, the latest first; those awarded on the platform have a code."""
    return [
        {
            **stage,
            "label": for_phases(stage_label(stage["rank"], stage["name"]), stage["phases"]),
            "scheme": scheme_label(stage["scheme"]),
        }
        for stage in reversed(row.stages)
    ]


def history(row: DirectoryRow) -> list[dict[str, Any]]:
    """The public life of an operation, in order of years."""
    entries = [
        (
            stage["year"],
            {
                "title": for_phases(stage_label(stage["rank"], stage["name"]), stage["phases"]),
                "text": scheme_label(stage["scheme"]),
            },
        )
        for stage in row.stages
    ]
    if row.charter_year:
        entries.append((row.charter_year, {"title": _("Charte ÉcoQuartier signée")}))
    return [
        {"when": str(year), **entry} for year, entry in sorted(entries, key=lambda pair: (pair[0], "text" in pair[1]))
    ]


def programme(row: DirectoryRow, words: Choices) -> list[tuple[str, str]]:
    """What is built: choices of the lists, then the figures, with their units."""
    figures = row.sheet["figures"]
    pairs = [
        (_("Type d’opération"), listed(words.of(row, TermKind.TYPES))),
        (_("Vocation"), listed(words.of(row, TermKind.VOCATIONS))),
    ]
    given = {figure.code: value for figure, value in known_figures(figures)}
    for code, figure in all_figures().items():
        if code in given:
            whole = given.get(figure.part_of)
            share = f" ({round(100 * given[code] / whole)}\u00a0%)" if whole else ""
            pairs.append((capfirst(figure.title), f"{in_unit(given[code], figure)}{share}"))
        elif code in EXPECTED:
            pairs.append((capfirst(figure.title), ""))
    return pairs


def sources(row: DirectoryRow) -> str:
    """Whose figures these are, and of when; nothing when there is no figure."""
    sheet = row.sheet
    if not sheet["figures"]:
        return ""
    if sheet["figures_as_of"]:
        day = long_date(date.fromisoformat(sheet["figures_as_of"]))
        return _("Chiffres au %(day)s. Source\u00a0: %(source)s.") % {"day": day, "source": row.figures_source}
    return _("Chiffres non datés. Source\u00a0: %(source)s.") % {"source": row.figures_source}


def phases(row: DirectoryRow) -> list[dict[str, str]]:
    """The phases, their stages, and their dates as exactly as they are known; nothing when there is nothing to tell."""
    named = row.sheet["phases"]
    if len(named) < 2 and not any(phase[name] for phase in named for name in PHASE_DATES):
        return []
    return [
        {
            "name": phase["name"],
            "stage": stage_of_phase(row, phase["name"]),
            **{name: _words(kept_date(phase[name])) for name in PHASE_DATES},
        }
        for phase in named
    ]


def stage_of_phase(row: DirectoryRow, name: str) -> str:
    """The highest stage that a phase holds, with its year: its own, or that of the whole operation."""
    held = [stage for stage in row.stages if not stage["phases"] or name in stage["phases"]]
    return f"{stage_label(held[-1]['rank'], held[-1]['name'])}, {held[-1]['year']}" if held else "–"


def _words(known: RoughDate | None) -> str:
    return known.words if known else "–"


def followed(row: DirectoryRow) -> list[dict[str, Any]]:
    """Recommendations whose lead shows what became of them: asked, answered, lifted or maintained, in order."""
    return [
        {
            "text": asked["text"],
            "about": asked["about"] or _("sur l’ensemble"),
            "due": asked["due"] and _day(asked["due"]),
            "state": SETTLED[asked["replies"][-1]["state"]],
            "history": [
                {"title": _("Demandée par\u00a0: %(issuer)s") % asked, "when": _day(asked["on"])},
                *(
                    {"title": REPLIES[reply["state"]] % reply, "when": _day(reply["on"]), "text": reply["text"]}
                    for reply in asked["replies"]
                ),
            ],
        }
        for asked in row.sheet["followed"]
        if asked["replies"]
    ]


def _day(said: str) -> str:
    return long_date(date.fromisoformat(said))


def actors(row: DirectoryRow, kinds: dict[str, str]) -> list[tuple[str, str]]:
    """The organisations of the operation; no person is named."""
    said = row.sheet
    pairs = [
        (_("Porteur de projet"), said["holder"]),
        (_("Collectivité"), listed(said["collectivites"])),
        *((capfirst(label), listed(said["actors"].get(code, []))) for code, label in kinds.items()),
    ]
    return [(role, name) for role, name in pairs if name]
