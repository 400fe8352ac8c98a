"""Named reads of the référentiel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from django.db import connection
from django.db.models import Case, Count, Exists, F, Max, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from ecoquartier.core.reading import read_once
from ecoquartier.core.registry import Task, Work, recently
from ecoquartier.framework.domain import contents, search, vocabulary
from ecoquartier.framework.domain.local import Counterpart, counterpart
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
from ecoquartier.people.enums import Role
from ecoquartier.people.models import User
from ecoquartier.people.queries import holders_of

Part = TypeVar("Part", Dimension, Commitment, Indicator)

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


def outline_of(framework: Framework) -> QuerySet[Commitment]:
    """Number and short title of the commitments of a version, in order: to go from one to another."""
    return framework.commitments.only("framework", "dimension", "number", "short").order_by("number")


def public_indicators(person: object = None) -> QuerySet[Indicator]:
    """Indicators of every version that is or was published, by commitment."""
    rows = Indicator.objects.exclude(framework__state=VersionState.DRAFT).select_related("commitment")
    return rows.order_by("commitment__number", "rank", "code")


def challenge_names(framework: Framework) -> Mapping[str, str]:
    """Code of a challenge → its name, in this version."""
    return {**vocabulary.challenges(), **{item["code"]: item["title"] for item in framework.challenges}}


# --- What a version says ------------------------------------------------------------------------------------------


@read_once
def contents_of(framework: Framework) -> contents.Version:
    """A whole version as values: to export, copy, compare or check it. Three to five queries."""
    return contents_of_each([framework])[0]


def contents_of_each(frameworks: Sequence[Framework]) -> list[contents.Version]:
    """Several versions as values, in as many queries as one."""
    rows = Commitment.objects.filter(framework__in=frameworks).select_related("dimension").prefetch_related("notions")
    commitments = list(rows.order_by("number"))
    # None of a version that was published is empty: its commitments bring them.
    dimensions = {commitment.dimension_id: commitment.dimension for commitment in commitments}
    if drafts := [framework for framework in frameworks if framework.state == VersionState.DRAFT]:
        dimensions |= {dimension.pk: dimension for dimension in Dimension.objects.filter(framework__in=drafts)}
    indicators = list(Indicator.objects.filter(framework__in=frameworks).order_by("rank", "code"))
    following = [framework for framework in frameworks if framework.based_on_id]
    links = _links_of_each(following) if following else {}
    return [
        _version(
            framework,
            sorted(_of(framework, dimensions.values()), key=lambda dimension: (dimension.rank, dimension.code)),
            _of(framework, commitments),
            _of(framework, indicators),
            tuple(links.get(framework.pk, ())),
        )
        for framework in frameworks
    ]


def _of(framework: Framework, rows: Iterable[Part]) -> list[Part]:
    return [row for row in rows if row.framework_id == framework.pk]


def _version(
    framework: Framework,
    dimensions: list[Dimension],
    commitments: list[Commitment],
    indicators: list[Indicator],
    links: tuple[contents.Link, ...],
) -> contents.Version:
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
        indicators=tuple(_indicator(indicator, numbers[indicator.commitment_id]) for indicator in indicators),
        challenges=tuple(contents.Challenge(**item) for item in framework.challenges),
        based_on=framework.based_on_id or "",
        mapping=links,
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
    return tuple(_links_of_each([framework])[framework.pk])


def _links_of_each(frameworks: Sequence[Framework]) -> Mapping[str, list[contents.Link]]:
    rows = Correspondence.objects.filter(framework__in=frameworks).order_by("pk")
    found = defaultdict(list)
    for framework, *line in rows.values_list("framework", "kind", "change", "old_code", "new_code"):
        found[framework].append(contents.Link(*line))
    return found


def way_between(old: Framework, new: Framework) -> list[Framework]:
    """The versions to go through from `old` to `new`, `old` first; none when one does not come from the other."""
    way = [new]
    while way[-1].pk != old.pk:
        before = way[-1].based_on
        if before is None or before in way:
            return []
        way.append(before)
    return way[::-1]


def latest_version() -> Framework | None:
    """The newest version in use: the one in which territories write."""
    return Framework.objects.in_use().first()


def commitments_in_use() -> QuerySet[Commitment]:
    """Commitments of every version in use, the newest version first."""
    rows = Commitment.objects.filter(framework__in=Framework.objects.in_use())
    return rows.select_related("framework").order_by("-framework__code", "number")


def versions_before(framework: Framework) -> list[str]:
    """Codes of the versions that this one comes from, the nearest first."""
    before = dict(Framework.objects.values_list("code", "based_on_id"))
    found: list[str] = []
    code = before.get(framework.pk)
    while code and code not in found:
        found.append(code)
        code = before.get(code)
    return found


def counterpart_of(commitment: Commitment, framework: Framework) -> Counterpart | None:
    """What a commitment became in a later version; None when that version does not come from its own."""
    way = way_between(commitment.framework, framework)
    return counterpart(commitment.number, map(links_of, way[1:])) if way else None


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
    return published_supplements(framework).filter(Q(county=county) | Q(region=region))


def to_follow(rows: QuerySet[LocalSupplement], version: Framework | None) -> QuerySet[LocalSupplement]:
    """For a list: what is proposed first, what is withdrawn last; `is_taken_up` says that `version` has its copy."""
    states = (SupplementState.PROPOSED, SupplementState.DRAFT, SupplementState.PUBLISHED)
    rank = Case(*(When(state=state, then=Value(n)) for n, state in enumerate(states)), default=Value(len(states)))
    copies = LocalSupplement.objects.filter(origin=OuterRef("pk"), commitment__framework=version)
    return rows.annotate(is_taken_up=Exists(copies.exclude(state=SupplementState.WITHDRAWN))).order_by(
        rank, "-commitment__framework__code", "commitment__number", "region__name", "county", "created_at"
    )


def copies_of(supplement: LocalSupplement) -> QuerySet[LocalSupplement]:
    """What was written from it, withdrawn ones apart, the latest first."""
    return supplements().filter(origin=supplement).exclude(state=SupplementState.WITHDRAWN).order_by("-created_at")


def publishers_of(supplement: LocalSupplement) -> list[User]:
    """Who may publish it: the coordinators of its region; the bureau, where there is none."""
    found = list(holders_of(Role.COORDINATOR, region=supplement.region_code))
    return found or list(holders_of(Role.BUREAU))


def work_of(user: User) -> Work:
    """What is proposed to a coordinator; what services write, have proposed, and what was published of it lately."""
    if not user.rights.roles & {Role.CORRESPONDENT, Role.COORDINATOR}:
        return Work()
    awaited = Q(state=SupplementState.PROPOSED, county__region__in=user.rights.regions)
    rows = supplements().filter(awaited | Q(author=user)).exclude(state=SupplementState.WITHDRAWN)
    proposed = [row for row in rows if row.state == SupplementState.PROPOSED and row.region_code in user.rights.regions]
    own = [row for row in rows if row.author_id == user.pk]
    return Work(
        to_do=[_task(row, _("Publier ou rendre la déclinaison locale")) for row in proposed],
        going_on=[_task(row) for row in own if row.published_at is None],
        ended=[_task(row) for row in own if row.published_at and row.published_at >= recently()],
    )


def _task(row: LocalSupplement, title: str = "") -> Task:
    return Task(
        title=title or _("Déclinaison locale"),
        path=f"/espace/services/declinaisons/{row.pk}/",
        note=f"{row.territory}, {row.commitment}",
        due_on=timezone.localdate(row.published_at) if row.published_at else None,
        state=row.get_state_display(),
    )


def published_supplements(framework: Framework) -> QuerySet[LocalSupplement]:
    """What territories add to a version, as everybody reads it: by region, then county, the latest first."""
    return (
        supplements()
        .filter(commitment__framework=framework, state=SupplementState.PUBLISHED)
        .order_by(
            "commitment__number",
            Coalesce("region__name", "county__region__name"),
            F("county").asc(nulls_first=True),
            "-published_at",
        )
    )


def supplements_version(framework: Framework) -> tuple[int, datetime | None]:
    """Changes when, and only when, what territories publish beside a version does: for ETags."""
    found = published_supplements(framework).aggregate(n=Count("pk"), last=Max("published_at"))
    return found["n"], found["last"]


# --- Searching ----------------------------------------------------------------------------------------------------


def find_in(version: contents.Version, framework: Framework, text: str) -> search.Search:
    """Commitments that hold every word of a text, in the version or in what territories add to it."""
    passages = list(search.passages_of(version, challenge_names(framework)))
    for supplement in published_supplements(framework):
        for said in [*supplement.guidance.splitlines(), *supplement.question_list, *_local_indicators(supplement)]:
            passages.append(search.Passage(supplement.commitment.number, supplement, said, search.ASIDE))
    words = search.words_of([text, *(passage.text for passage in passages)])
    return search.find(passages, text, stems(words))


def _local_indicators(supplement: LocalSupplement) -> list[str]:
    return [f"{indicator['title']}. {indicator['method']}" for indicator in supplement.indicators]


def stems(words: Collection[str]) -> dict[str, str]:
    """Stem of each word in French, by the dictionary of PostgreSQL; nothing for a word too common to be looked for.

    Args:
        words: without accents nor capitals (`core.text.sort_key`), so that nobody has to type them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT word, ts_lexize('french_stem', word) FROM unnest(%s::text[]) AS word", [list(words)])
        found = {word: (lexemes or [""])[0] for word, lexemes in cursor.fetchall()}
    return found | dict.fromkeys(search.TOO_COMMON & found.keys(), "")


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
