"""Other communes of an operation: who adds them, who reads by them, how one is found by them."""

import pytest
from django.core.exceptions import ValidationError

from ecoquartier.access.scopes import operations_visible_to, recommendations_visible_to
from ecoquartier.core.errors import PermissionRefused
from ecoquartier.dossiers.queries import photograph
from ecoquartier.journal.models import Entry
from ecoquartier.operations.models import Operation
from ecoquartier.operations.queries import changes_of, matching
from ecoquartier.operations.services import add_other_commune, remove_other_commune
from ecoquartier.operations.services import communes as service
from ecoquartier.people.models import User
from ecoquartier.territories.models import Commune

NANTES = "44109"
LAVAL = "53130"


@pytest.fixture
def part(world):
    """An operation of Laval."""
    return world.part(filled=False)


def add(part, code: str = NANTES) -> None:
    add_other_commune(part.operation, actor=part.lead, commune=Commune.objects.get(pk=code))


def others(part) -> list[str]:
    return [commune.pk for commune in part.operation.other_communes.all()]


def test_a_commune_is_added_then_removed(part):
    add(part)
    assert others(part) == [NANTES]
    remove_other_commune(part.operation, actor=part.lead, commune=Commune.objects.get(pk=NANTES))
    assert others(part) == []
    rows = changes_of(part.operation).order_by("pk").values_list("field", "before", "after")
    nantes = [{"insee": NANTES, "name": "Nantes"}]
    assert [*rows] == [("other_communes", [], nantes), ("other_communes", nantes, [])]
    entries = Entry.objects.filter(event__startswith="operation.commune_").order_by("pk")
    assert [(entry.event, entry.data) for entry in entries] == [
        ("operation.commune_added", {"commune": NANTES}),
        ("operation.commune_removed", {"commune": NANTES}),
    ]


def test_the_lead_commune_is_not_another(part):
    with pytest.raises(ValidationError, match="déjà la commune principale"):
        add(part, LAVAL)


def test_a_commune_is_there_once(part):
    add(part)
    with pytest.raises(ValidationError, match="déjà dans la liste"):
        add(part)


def test_so_many_communes_and_no_more(part, monkeypatch):
    monkeypatch.setattr(service, "MAX_OTHERS", 1)
    add(part)
    with pytest.raises(ValidationError, match="1 autres communes au plus"):
        add(part, "67482")


@pytest.mark.parametrize("who", ["correspondent", "bureau"])
def test_only_writers_of_the_team_say_it(world, part, who):
    with pytest.raises(PermissionRefused):
        add_other_commune(part.operation, actor=getattr(world, who), commune=Commune.objects.get(pk=NANTES))


def services_of(world, code: str) -> list[User]:
    """The correspondent and the coordinator of a commune."""
    county = Commune.objects.select_related("county__region").get(pk=code).county
    people = [world.cast.correspondent(county), world.cast.coordinator(county.region)]
    return [User.objects.get(pk=person.pk) for person in people]


def test_services_of_another_commune_read_and_do_not_act(world, part):
    add(part, "67482")
    operation = Operation.objects.get(pk=part.operation.pk)
    for user in services_of(world, "67482"):
        assert operations_visible_to(user).filter(pk=operation.pk).exists()
        assert user.has_perm("operations.view", operation)
        assert user.has_perm("notebooks.view", operation)
        for act in (
            "operations.write",
            "operations.accompany",
            "operations.confirm_holder",
            "operations.confirm_charter",
            "recommendations.view",
            "dossiers.examine",
            "dossiers.see_outcome",
        ):
            assert not user.has_perm(act, operation), act
        assert not recommendations_visible_to(user).filter(operation=operation).exists()


def test_services_of_elsewhere_read_nothing(world, part):
    for user in services_of(world, "67482"):
        assert not user.has_perm("operations.view", part.operation)
        assert not operations_visible_to(user).filter(pk=part.operation.pk).exists()


@pytest.mark.parametrize("text", ["nantes", NANTES, "Nantes {name}"])
def test_an_operation_is_found_by_each_of_its_communes_and_once(part, text):
    text = text.format(name=part.operation.name)
    assert part.operation not in matching(Operation.objects.all(), text)
    add(part)
    add(part, "44162")
    assert [*matching(Operation.objects.all(), text)] == [part.operation]


def test_a_deposit_photographs_them(part):
    add(part)
    assert photograph(part.operation)["operation"]["other_communes"] == [{"insee": NANTES, "name": "Nantes"}]
