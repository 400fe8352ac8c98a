"""Operations follow what their communes and their organisations became."""

from ecoquartier.journal.models import Entry
from ecoquartier.operations import services
from ecoquartier.operations.models import Operation
from ecoquartier.operations.queries import with_identity
from ecoquartier.people.enums import OrganisationKind
from ecoquartier.people.models import Membership, Organisation
from ecoquartier.territories.enums import CommuneKind
from ecoquartier.territories.models import Commune
from tests.support.world import fresh


def become(commune: Commune, other: str) -> Commune:
    """What the next list of communes would say: this one is merged into another."""
    Commune.objects.filter(pk=commune.pk).update(kind=CommuneKind.FORMER, successor=other)
    return Commune.objects.get(pk=other)


def test_nothing_moves_while_the_communes_are_of_today(world):
    world.part(filled=False)
    assert services.follow_communes() == (0, [])


def test_an_operation_follows_its_commune_and_says_what_it_was(world):
    part = world.part(filled=False)
    new = become(world.commune, "53097")
    assert services.follow_communes() == (1, [])
    moved = Operation.objects.get(pk=part.operation.pk)
    assert (moved.lead_commune, moved.former_commune) == (new, world.commune)
    entry = Entry.objects.get(event="operation.moved")
    assert entry.data == {"from": world.commune.pk, "to": new.pk}
    assert services.follow_communes() == (0, [])


def test_it_remembers_the_first_commune(world):
    part = world.part(filled=False)
    middle = become(world.commune, "53097")
    services.follow_communes()
    last = become(middle, "53054")
    Commune.objects.filter(pk=world.commune.pk).update(successor=last)
    services.follow_communes()
    moved = Operation.objects.get(pk=part.operation.pk)
    assert (moved.lead_commune, moved.former_commune) == (last, world.commune)


def test_other_communes_follow_and_never_repeat_the_lead(world):
    operation = services.add_operation(name="À cheval", lead_commune=world.commune)
    former = Commune.objects.get(pk="53097")
    operation.other_communes.add(former, Commune.objects.get(pk="53054"))
    become(former, "53130")
    assert services.follow_communes() == (1, [])
    assert list(operation.other_communes.values_list("pk", flat=True)) == ["53054"]
    assert Operation.objects.get(pk=operation.pk).former_commune is None


def test_the_town_its_people_and_what_it_signs_follow(world):
    part = world.part(filled=False)
    old = part.operation.collectivites.get()
    new = become(world.commune, "53097")
    assert services.follow_communes() == (1, [])
    town = Organisation.objects.get(commune=new, kind=OrganisationKind.TOWN)
    assert list(part.operation.collectivites.all()) == [town]
    assert part.operation.charter_signatures.get().organisation == town
    assert Organisation.objects.get(pk=old.pk).successor == town
    assert fresh(part.elected).rights.represents == {town.pk}
    shown = with_identity(Operation.objects.filter(pk=part.operation.pk)).get()
    assert shown.predecessors == [{"of": str(town.pk), "name": old.name}]


def test_two_towns_that_signed_one_charter_are_left_to_the_bureau(world):
    part = world.part(filled=False)
    town, near = part.operation.collectivites.get(), services.town_of(Commune.objects.get(pk="53097"))
    part.operation.collectivites.add(near)
    part.operation.charter_signatures.create(organisation=near, year=2020, state="confirmed")
    become(world.commune, "53097")
    moved, kept = services.follow_communes()
    assert moved == 1
    assert len(kept) == 1
    assert town.name in kept[0]
    assert Organisation.objects.get(pk=town.pk).successor is None


def test_a_district_stays_what_it_is(world):
    district = Organisation.objects.create(name="Mairie du 1er", kind=OrganisationKind.TOWN, commune_id="75101")
    Membership.objects.create(user=world.bureau, organisation=district)
    assert services.follow_communes() == (0, [])
    assert Organisation.objects.get(pk=district.pk).successor is None
