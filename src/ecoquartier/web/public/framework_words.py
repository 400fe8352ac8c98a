"""What the pages of the référentiel say of a version, in words for somebody who has never seen one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecoquartier.framework.domain import contents, vocabulary
from ecoquartier.framework.domain.measure import Measure, measure
from ecoquartier.framework.domain.search import Run, Search
from ecoquartier.framework.enums import Provenance
from ecoquartier.framework.models import Framework, LocalSupplement


@dataclass(frozen=True)
class Section:
    """A dimension and those of its commitments that are shown, each with its indicators."""

    dimension: contents.Dimension
    commitments: list[CommitmentWords]


@dataclass(frozen=True)
class CommitmentWords:
    """A commitment with all that a page says of it."""

    commitment: contents.Commitment
    indicators: list[tuple[contents.Indicator, Measure]]
    challenges: str
    goals: str


@dataclass(frozen=True)
class Place:
    """An element in which a word was found: what it is, its address, and its texts that hold the word."""

    name: str
    url: str
    texts: list[tuple[Run, ...]]


@dataclass(frozen=True)
class Result:
    """A commitment found, and where in it."""

    heading: tuple[Run, ...]
    url: str
    places: list[Place]


def measure_of(indicator: Any) -> Measure:
    """The words of an indicator of a version, read as a value or as a row."""
    return measure(
        title=indicator.title,
        kind=indicator.kind,
        unit=indicator.unit,
        direction=indicator.direction,
        method=indicator.method,
        formula=indicator.formula,
    )


def goal(number: int) -> str:
    """« 11. Villes et communautés durables »."""
    return f"{number}. {vocabulary.goals()[number]}"


def is_indicative(version: contents.Version) -> bool:
    """Whether something in it was written in the absence of the official text."""
    notions = [notion for commitment in version.commitments for notion in commitment.notions]
    elements = [*version.commitments, *notions, *version.indicators]
    return any(element.provenance == Provenance.INDICATIVE for element in elements)


def counts_of(version: contents.Version, chosen: Collection[contents.Commitment]) -> str:
    """« 20 engagements, 41 notions, 24 indicateurs »."""
    numbers = {commitment.number for commitment in chosen}
    notions = sum(len(commitment.notions) for commitment in chosen)
    indicators = sum(indicator.commitment in numbers for indicator in version.indicators)
    counted = [
        ngettext("%(n)s engagement", "%(n)s engagements", len(chosen)) % {"n": len(chosen)},
        ngettext("%(n)s notion", "%(n)s notions", notions) % {"n": notions},
        ngettext("%(n)s indicateur", "%(n)s indicateurs", indicators) % {"n": indicators},
    ]
    return ", ".join(counted)


def sections(version: contents.Version, chosen: Collection[contents.Commitment]) -> list[Section]:
    """The dimensions that hold a commitment chosen, in order."""
    names = {**vocabulary.challenges(), **{challenge.code: challenge.title for challenge in version.challenges}}
    words = {commitment.number: _words(commitment, version, names) for commitment in chosen}
    found = [
        Section(dimension, [words[number] for number in dimension.commitments if number in words])
        for dimension in version.dimensions
    ]
    return [section for section in found if section.commitments]


def _words(
    commitment: contents.Commitment, version: contents.Version, challenges: Mapping[str, str]
) -> CommitmentWords:
    own = [indicator for indicator in version.indicators if indicator.commitment == commitment.number]
    return CommitmentWords(
        commitment=commitment,
        indicators=[(indicator, measure_of(indicator)) for indicator in own],
        challenges=", ".join(challenges[code] for code in commitment.challenges),
        goals="\u00a0; ".join(goal(number) for number in commitment.sdgs),
    )


def by_publication(versions: Iterable[Framework]) -> list[Framework]:
    """Versions that everybody reads, the first published first: one never comes before the version that it follows."""
    return sorted(versions, key=attrgetter("published_at", "pk"))


def compared_with(version: Framework, versions: Iterable[Framework]) -> list[Framework]:
    """The two versions to compare from the page of one: the one published before, and itself; the first, and the next.

    Args:
        versions: two of them at least, and this one among them.
    """
    ordered = by_publication(versions)
    at = max(ordered.index(version), 1)
    return ordered[at - 1 : at + 1]


# --- What a search found ------------------------------------------------------------------------------------------


def results(search: Search, version: contents.Version, chosen: Collection[contents.Commitment]) -> list[Result]:
    """What was found among the commitments chosen, each place with its address."""
    commitments = {commitment.number: commitment for commitment in chosen}
    found = []
    for one in search.found:
        if commitment := commitments.get(one.commitment):
            page = reverse("public:commitment", args=[version.code, commitment.number])
            plain = (Run(f"{commitment.number}. {commitment.short}", False),)
            heading = next((hit.runs for hit in one.hits if hit.source is None), plain)
            places = [
                _place(source, page, [hit.runs for hit in hits])
                for source, hits in groupby(one.hits, key=attrgetter("source"))
                if source is not None
            ]
            found.append(Result(heading, page, places))
    return found


def _place(source: Any, page: str, texts: list[tuple[Run, ...]]) -> Place:
    match source:
        case contents.Notion(code=code):
            return Place(_("Notion %(code)s") % {"code": code}, f"{page}#{notion_anchor(code)}", texts)
        case contents.Indicator(code=code):
            return Place(_("Indicateur %(code)s") % {"code": code}, f"{page}#{indicator_anchor(code)}", texts)
        case LocalSupplement():
            name = _("Déclinaison locale, %(territory)s") % {"territory": source.territory}
            return Place(name, f"{page}?territoire={territory_code(source)}#{supplement_anchor(source)}", texts)
    return Place(_("Engagement"), page, texts)


def notion_anchor(code: str) -> str:
    """Where a notion stands in the page of its commitment."""
    return f"notion-{code}"


def indicator_anchor(code: str) -> str:
    """Where an indicator stands in the page of its commitment."""
    return f"indicateur-{code}"


def supplement_anchor(supplement: LocalSupplement) -> str:
    """Where a supplement stands in the page of its commitment."""
    return f"declinaison-{supplement.pk}"


def territory_code(supplement: LocalSupplement) -> str:
    """Of which territory it is, in an address: a county and a region may bear the same code."""
    if supplement.county_id:
        return f"departement-{supplement.county_id}"
    return f"region-{supplement.region_id}"
