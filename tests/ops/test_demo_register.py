"""The register of the demonstration: every region, every situation, long names, extreme figures, and acts played."""

from random import Random

import pytest

from ecoquartier.core.registry import invariants
from ecoquartier.directory.models import DirectoryRow
from ecoquartier.journal.queries import verify_chain
from ecoquartier.operations.enums import CharterState, ClaimState, OperationState
from ecoquartier.operations.models import (
    CharterSignature,
    Claim,
    LegacyFact,
    Operation,
    Perimeter,
    Phase,
    Photo,
    StageHistory,
)
from ecoquartier.ops.domain import words
from ecoquartier.ops.services.cast import Cast
from ecoquartier.ops.services.demo_register import load_register
from ecoquartier.people.models import Installation, Organisation
from ecoquartier.territories.models import County
from ecoquartier.territories.queries import counties, regions

SIZE = 130


def load(size):
    home = County.objects.get(pk="53")
    cast = Cast(Random(1)).set_up(1)
    cast.correspondent(home)
    return load_register(cast, home, size=size, seed=5)


@pytest.fixture
def demo(db):
    Installation.objects.create(is_demo=True)


def test_the_register_is_of_all_the_country_and_of_every_sort(demo):
    assert len(load(SIZE)) == Operation.objects.count() == SIZE
    assert not Operation.objects.filter(is_demo=False).exists()
    assert not Organisation.objects.filter(is_demo=False).exists()
    found = set(Operation.objects.values_list("lead_commune__county", "lead_commune__county__region"))
    assert {county for county, _region in found} == set(counties().values_list("pk", flat=True))
    assert {region for _county, region in found} == set(regions().values_list("pk", flat=True))

    names = set(Operation.objects.values_list("name", flat=True))
    assert set(words.LONG_NAMES) <= names
    assert {"0.20", "337.00"} <= set(Operation.objects.values_list("figures__area_ha", flat=True))
    assert {4, 7100} <= set(Operation.objects.values_list("figures__dwellings", flat=True))
    assert Operation.objects.filter(holder=None).exists()

    # All the stages of the default scheme and of the older ones, some of a phase only.
    schemes = set(StageHistory.objects.values_list("scheme_title", "rank"))
    assert len({title for title, _rank in schemes}) == 3
    assert {rank for title, rank in schemes if "quatre étapes" in title} == {1, 2, 3, 4}
    assert StageHistory.objects.exclude(phases=None).exists()
    assert Phase.objects.filter(rank=2).exists()
    assert LegacyFact.objects.exists()
    assert {CharterState.CONFIRMED, CharterState.TO_CONFIRM} == set(
        CharterSignature.objects.values_list("state", flat=True)
    )
    # Without a stage nor a confirmed charter, an operation is not public (rule 18).
    assert 0 < DirectoryRow.objects.count() < SIZE

    # What is done now is played by the services.
    states = set(Operation.objects.values_list("state", flat=True))
    assert {OperationState.ACTIVE, OperationState.PAUSED, OperationState.ABANDONED} <= states
    assert Perimeter.objects.filter(operation__figures__area_ha="337.00").exists()
    photos = Photo.objects.select_related("file")
    assert len({photo.file.sha256 for photo in photos}) <= len(words.PHOTOS) < len(photos)
    assert {photo.credit for photo in photos} == {words.CREDIT}
    assert all("inventé" in photo.alt for photo in photos)
    asked = Claim.objects.filter(state=ClaimState.PROVISIONAL)
    assert {claim.operation.lead_commune.county_id for claim in asked} == {"53"}
    assert [breach for _name, check in invariants.items() for breach in check()] == []
    assert verify_chain().intact


def test_the_same_seed_makes_the_same_register(demo):
    def facts():
        rows = Operation.objects.all()
        return {(row.name, row.lead_commune_id, str(row.figures), row.state, str(row.actors)) for row in rows}

    load(30)
    first = facts()
    load(30)
    assert facts() == first
    assert Operation.objects.count() == 60
