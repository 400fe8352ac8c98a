"""The register of the demonstration: invented operations in real communes of every county where people live.

What they obtained is written by lots; what somebody does to them now (a perimeter, a photo, a pause, a request) is an
act played by the services, as its person would.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import cycle
from random import Random
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile

from ecoquartier.core import clock
from ecoquartier.dossiers.services import abandon_operation
from ecoquartier.files.enums import Family
from ecoquartier.files.services import keep, keep_again
from ecoquartier.framework.models import Framework
from ecoquartier.operations.models import Operation, Recommendation, StageHistory
from ecoquartier.operations.services import claim
from ecoquartier.operations.services.attachments import add_photo
from ecoquartier.operations.services.lives import pause_operation
from ecoquartier.operations.services.perimeter import record_perimeter
from ecoquartier.operations.services.recommendations import issue_recommendations
from ecoquartier.ops.domain import words
from ecoquartier.ops.domain.drawings import SCENES, draw
from ecoquartier.ops.domain.invention import EXTREMES, SITUATIONS
from ecoquartier.ops.services.cast import Cast, body, person
from ecoquartier.ops.services.lots import SOURCE, Inventor, Placed, communes_by_population, stage_names, write_lot
from ecoquartier.ops.services.samples import invented_perimeter
from ecoquartier.people.enums import OrganisationKind
from ecoquartier.territories.models import Commune, County
from ecoquartier.territories.queries import counties
from ecoquartier.workflow.engine import Job

SIZE = 300
JOB = Job("demo")
AT_HOME = 4
"""Operations that nobody holds in the county where the path is played by hand, so that its correspondent has work."""
WITH_PERIMETER, WITH_PHOTOS = 0.3, 0.2


def load_register(cast: Cast, home: County, *, size: int = SIZE, seed: int) -> list[Operation]:
    """Put `size` operations in the register, one at least in each county; the same for the same seed.

    Args:
        home: the county where the path is played by hand.
    """
    inventor = Inventor.of_now(f"register {seed}")
    placed = [*_at_home(inventor, home), *_everywhere(inventor, size - AT_HOME)]
    made = write_lot(placed, names=stage_names(), actor=JOB)
    _record_perimeters(made, inventor.rng, cast)
    _add_photos([row for row in made if row.description], inventor.rng)
    _stop_some(made)
    _recommend(made, inventor.rng)
    _ask_for_some(made, cast, inventor.rng)
    return made


def _at_home(inventor: Inventor, home: County) -> Iterator[Placed]:
    """Operations of a file that nobody holds yet: some have a charter to confirm."""
    codes = [insee for insee, county in _by_county() if county == home.pk]
    for insee, situation in zip(inventor.rng.sample(codes, k=AT_HOME), cycle((SITUATIONS[3], SITUATIONS[0]))):
        found = inventor.place(_commune(insee), situation)
        yield replace(found, invention=replace(found.invention, holder=""))


def _everywhere(inventor: Inventor, number: int) -> list[Placed]:
    """One in each county, then more where more people live; every situation, the longest names, the extreme figures."""
    rng, pool = inventor.rng, _by_county()
    people = dict(zip(*communes_by_population(), strict=True))
    inside: dict[str, list[str]] = {county.pk: [] for county in counties()}
    for insee, county in pool:
        inside[county].append(insee)
    weights = [sum(people[insee] for insee in codes) for codes in inside.values()]
    chosen = rng.sample(list(inside), k=min(number, len(inside)))
    chosen += rng.choices(list(inside), weights=weights, k=number - len(chosen))
    drawn = [_draw_commune(rng, inside[county], people) for county in chosen]
    communes = Commune.objects.select_related("county").in_bulk(set(drawn))
    placed = [
        inventor.place(communes[insee], SITUATIONS[rank] if rank < len(SITUATIONS) else None)
        for rank, insee in enumerate(drawn)
    ]
    return _with_extremes(placed)


def _by_county() -> list[tuple[str, str]]:
    """(INSEE code, county) of each commune where people live."""
    rows = Commune.objects.current().filter(population__gt=0, county__in=counties())
    return list(rows.order_by("insee").values_list("insee", "county"))


def _draw_commune(rng: Random, codes: Sequence[str], people: dict[str, int]) -> str:
    """A town more often than a village, a village sometimes."""
    if rng.random() < 0.25:
        return rng.choice(codes)
    return rng.choices(codes, weights=[people[insee] for insee in codes])[0]


def _commune(insee: str) -> Commune:
    return Commune.objects.select_related("county").get(pk=insee)


def _with_extremes(placed: list[Placed]) -> list[Placed]:
    """The same; the first public ones take the longest names, and the smallest and largest figures."""
    public = [rank for rank, each in enumerate(placed) if each.invention.stages]
    found = list(placed)
    for rank, name in zip(public, words.LONG_NAMES, strict=False):
        found[rank] = replace(found[rank], invention=replace(found[rank].invention, name=name))
    for rank, figures in zip(public[len(words.LONG_NAMES) :], EXTREMES, strict=False):
        invention = found[rank].invention
        said: dict[str, Any] = {
            "figures": figures,
            "figures_as_of": date(invention.first_year, 6, 1),
            "figures_source": words.SOURCES[0],
        }
        found[rank] = replace(found[rank], invention=replace(invention, **said))
    return found


def _record_perimeters(made: Sequence[Operation], rng: Random, cast: Cast) -> None:
    """The bureau records what the areas allow, where the commune has a place; the extreme ones for sure."""
    for operation in made:
        area, commune = operation.area_ha, operation.lead_commune
        is_extreme = operation.figures in EXTREMES
        if area is None or commune.latitude is None or not (is_extreme or rng.random() < WITH_PERIMETER):
            continue
        record_perimeter(
            operation,
            actor=cast.bureau[0],
            reading=invented_perimeter(commune, Decimal(area), operation.name),
            file_name="perimetre-invente.geojson",
            reason="Périmètre inventé pour la démonstration.",
        )


def _add_photos(told: Sequence[Operation], rng: Random) -> None:
    """One drawing to three for some; each drawing is made and checked once, then given again."""
    drawings = [
        keep(ContentFile(draw(scene, rng), f"dessin-{number}.jpg"), families=(Family.IMAGE,), actor=None)
        for number, scene in enumerate(SCENES, start=1)
    ]
    for operation in rng.sample(told, k=round(len(told) * WITH_PHOTOS)):
        for number in rng.sample(range(len(drawings)), k=rng.randint(1, 3)):
            shown: dict[str, Any] = {"file": keep_again(drawings[number], actor=None), "alt": words.PHOTOS[number]}
            add_photo(operation, actor=JOB, credit=words.CREDIT, taken_on=clock.today(), **shown)


def _stop_some(made: Sequence[Operation]) -> None:
    """Some are paused, fewer abandoned, in public and out of it."""
    for operation, reason in zip(made[20::40], cycle(words.PAUSES)):
        pause_operation(operation, actor=JOB, reason=reason)
    for operation, reason in zip(made[30::60], cycle(words.ABANDONS)):
        abandon_operation(operation, actor=JOB, reason=reason)


def _recommend(made: Sequence[Operation], rng: Random) -> None:
    """What a commission asked with some of the second and third stages."""
    commitments = list(Framework.objects.in_use().latest("code").commitments.values_list("pk", flat=True))
    obtained = StageHistory.objects.filter(operation__in=made, rank__in=(2, 3)).order_by("operation__slug", "rank")
    for stage in obtained.select_related("operation")[::5]:
        asked = issue_recommendations(
            stage.operation,
            [(rng.choice(commitments), rng.choice(words.RECOMMENDATIONS), None)],
            issuer=words.ISSUER,
            issued_on=stage.decided_on or clock.today(),
            source_id=UUID(int=rng.getrandbits(128), version=4),
        )
        Recommendation.objects.filter(pk__in=[row.pk for row in asked]).update(notified_at=stage.notified_at)


def _ask_for_some(made: Sequence[Operation], cast: Cast, rng: Random) -> None:
    """Where a correspondent is there to answer, people ask to hold what nobody holds."""
    free = [row for row in made if row.holder_id is None and row.lead_commune.county_id in cast.correspondents]
    for number, operation in enumerate(free[:AT_HOME]):
        commune = operation.lead_commune
        name = f"{words.CLAIMANTS[number % len(words.CLAIMANTS)]}, {commune.name} (démonstration)"
        place = body(name, OrganisationKind.ASSOCIATION, commune)
        key = f"demande-{SOURCE}-{number}"
        claim(operation, actor=person(rng, key=key, organisation=place, title="présidence"), organisation=place)
