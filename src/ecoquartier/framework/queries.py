"""Named reads of the référentiel."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count, F, Prefetch, Q, QuerySet

from ecoquartier.core.reading import read_once
from ecoquartier.framework.domain import contents, vocabulary
from ecoquartier.framework.enums import SupplementState, VersionState
from ecoquartier.framework.models import (
    Commitment,
    Correspondence,
    Dimension,
    Framework,
    Indicator,
    LocalSupplement,
    Notion,
)

# --- Versions -----------------------------------------------------------------------------------------------------


def versions(person: object = None) -> QuerySet[Framework]:
    """Every version, drafts too, with how much each holds: the bureau's list."""
    counted = Framework.objects.annotate(
        commitment_count=Count("commitments", distinct=True), indicator_count=Count("indicators", distinct=True)
    )
    return counted.select_related("based_on").order_by("-code")


def public_versions(person: object = None) -> QuerySet[Framework]:
    """Published versions and those retired since, the latest first."""
    return Framework.objects.public()


def dimensions_of(framework: Framework) -> QuerySet[Dimension]:
    """The dimensions of a version with their commitments, in order."""
    return framework.dimensions.prefetch_related("commitments").order_by("rank")


def tree_of(framework: Framework) -> QuerySet[Dimension]:
    """The dimensions of a version with all that they hold, in order."""
    commitments = Commitment.objects.prefetch_related("notions", "indicators")
    return framework.dimensions.prefetch_related(Prefetch("commitments", commitments)).order_by("rank")


def commitments_for(person: object = None) -> QuerySet[Commitment]:
    """Commitments of every version that is or was published, with all they hold; public."""
    return (
        Commitment.objects.exclude(framework__state=VersionState.DRAFT)
        .select_related("framework", "dimension")
        .prefetch_related("notions", "indicators")
    )


def neighbour(commitment: Commitment, step: int) -> Commitment | None:
    """The commitment before (-1) or after (1) this one in its version."""
    return Commitment.objects.filter(framework=commitment.framework_id, number=commitment.number + step).first()


def challenge_names(framework: Framework) -> Mapping[str, str]:
    """Code of a challenge → its name, in this version."""
    return {**vocabulary.challenges(), **{item["code"]: item["title"] for item in framework.challenges}}


# --- What a version says ------------------------------------------------------------------------------------------


@read_once
def contents_of(framework: Framework) -> contents.Version:
    """A whole version as values: to export, copy, compare or check it. Three to five queries."""
    rows = framework.commitments.select_related("dimension").prefetch_related("notions")
    commitments = list(rows.order_by("number"))
    if framework.state == VersionState.DRAFT:
        dimensions = list(framework.dimensions.order_by("rank", "code"))
    else:  # none is empty: a version that has one is not published
        dimensions = sorted({c.dimension_id: c.dimension for c in commitments}.values(), key=lambda d: (d.rank, d.code))
    numbers = {commitment.pk: commitment.number for commitment in commitments}
    return contents.Version(
        code=framework.code,
        title=framework.title,
        answer_max_characters=framework.answer_max_characters,
        dimensions=tuple(
            contents.Dimension(d.code, d.title, d.motto, tuple(c.number for c in commitments if c.dimension_id == d.pk))
            for d in dimensions
        ),
        commitments=tuple(_commitment(commitment) for commitment in commitments),
        indicators=tuple(
            _indicator(indicator, numbers[indicator.commitment_id])
            for indicator in framework.indicators.order_by("rank", "code")
        ),
        challenges=tuple(contents.Challenge(**item) for item in framework.challenges),
        based_on=framework.based_on_id or "",
        mapping=links_of(framework) if framework.based_on_id else (),
    )


def _commitment(row: Commitment) -> contents.Commitment:
    return contents.Commitment(
        number=row.number,
        title=row.title,
        short=row.short,
        provenance=row.provenance,
        challenges=tuple(row.challenges),
        sdgs=tuple(row.sdgs),
        notions=tuple(_notion(notion) for notion in row.notions.all()),
    )


def _notion(row: Notion) -> contents.Notion:
    return contents.Notion(row.code, row.title, row.provenance, tuple(row.questions))


def _indicator(row: Indicator, number: int) -> contents.Indicator:
    return contents.Indicator(
        code=row.code,
        commitment=number,
        title=row.title,
        unit=row.unit,
        kind=row.kind,
        direction=row.direction,
        challenges=tuple(row.challenges),
        provenance=row.provenance,
        method=row.method,
        formula=row.formula,
    )


def links_of(framework: Framework) -> tuple[contents.Link, ...]:
    """The correspondence with the version before, line by line."""
    rows = Correspondence.objects.filter(framework=framework).order_by("pk")
    return tuple(contents.Link(*line) for line in rows.values_list("kind", "change", "old_code", "new_code"))


def way_between(old: Framework, new: Framework) -> list[Framework]:
    """The versions to go through from `old` to `new`, `old` first; none when one does not come from the other."""
    way = [new]
    while way[-1].pk != old.pk:
        before = way[-1].based_on
        if before is None or before in way:
            return []
        way.append(before)
    return way[::-1]


def element_of(framework: Framework, kind: str, key: int) -> Dimension | Commitment | Notion | Indicator | None:
    """One element of a version by its kind (`dimension` too) and its id."""
    rows: Mapping[str, QuerySet] = {
        "dimension": framework.dimensions.all(),
        "commitment": framework.commitments.select_related("dimension"),
        "notion": Notion.objects.filter(commitment__framework=framework).select_related("commitment"),
        "indicator": framework.indicators.select_related("commitment"),
    }
    return rows[kind].filter(pk=key).first() if kind in rows else None


# --- Local supplements --------------------------------------------------------------------------------------------


def supplements(person: object = None) -> QuerySet[LocalSupplement]:
    """What territories add, in any state, with all that a page says of it."""
    return LocalSupplement.objects.select_related("commitment__framework", "county__region", "region", "author")


def supplements_for(framework: Framework, *, county: str, region: str) -> QuerySet[LocalSupplement]:
    """What applies to an operation of this county and region (codes), beside the common version."""
    return (
        supplements()
        .filter(commitment__framework=framework, state=SupplementState.PUBLISHED)
        .filter(Q(county=county) | Q(region=region))
        .order_by("commitment__number", "county", "published_at")
    )


# --- Invariants ---------------------------------------------------------------------------------------------------


def stray_parts() -> list[str]:
    """Invariant: commitments and indicators belong to the version of what holds them."""
    commitments = Commitment.objects.exclude(dimension__framework=F("framework")).values_list("pk", flat=True)
    indicators = Indicator.objects.exclude(commitment__framework=F("framework")).values_list("pk", flat=True)
    return [
        f"{kind} {pk}\u00a0: rangé dans une autre version"
        for kind, ids in (("engagement", commitments), ("indicateur", indicators))
        for pk in ids
    ]


def supplements_of_drafts() -> list[str]:
    """Invariant: territories add to versions that are, or were, published."""
    rows = LocalSupplement.objects.filter(commitment__framework__state=VersionState.DRAFT)
    return [f"complément {pk}\u00a0: d’une version en brouillon" for pk in rows.values_list("pk", flat=True)]
