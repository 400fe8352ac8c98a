"""The desk of a territory: its counts lead to lists of as many rows, and nobody else's territory is in it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from ecoquartier.core import clock
from ecoquartier.dossiers.models import Dossier
from ecoquartier.operations import services
from ecoquartier.operations.models import CharterSignature, Operation
from ecoquartier.operations.services import add_operation
from ecoquartier.people.enums import Role
from ecoquartier.people.models import Membership, Organisation, RoleGrant, User
from ecoquartier.territories.models import Commune, County
from tests.support.pages import queries_of, read, signed_in
from tests.support.world import fresh

DESK = reverse("services:desk")
NANTES, BREST = "44109", "29019"


@pytest.fixture
def far(world):
    """The services of another region."""
    county = County.objects.get(pk="29")
    return [world.cast.correspondent(county), world.cast.coordinator(county.region)]


def free(name, commune="53130", **values):
    return add_operation(name=name, lead_commune=Commune.objects.get(pk=commune), **values)


def asks_to_meet(operation, days_ago=0):
    Operation.objects.filter(pk=operation.pk).update(meeting_asked_on=clock.today() - timedelta(days=days_ago))


def claimed(operation, name="demandeuse"):
    user = User.objects.create_user(f"{name}@example.org", name.capitalize())
    Membership.objects.create(
        user=user, organisation=Organisation.objects.create(name=f"SEM {name}", kind="developer"), title="x"
    )
    user = fresh(user)
    return services.claim(operation, actor=user, organisation=user.memberships.get().organisation)


def counts(response):
    """(label, count, address) of each figure."""
    return [
        (line.label, line.count, line.url) for part in ("operations", "dossiers") for line in response.context[part]
    ]


def busy(world):
    """Something of each kind in Laval; the open dossier was awaited yesterday."""
    _part, dossier = world.submitted()
    world.draft()
    operation = free("Le Clos des Retards")
    asks_to_meet(operation, days_ago=60)
    asks_to_meet(free("Le Clos des Attentes"), days_ago=2)
    CharterSignature.objects.create(operation=operation, year=2014, source="reprise 2016")
    claimed(operation)
    free("Le Clos du Voisin", NANTES)
    return dossier


def test_each_count_leads_to_as_many_rows(world):
    busy(world)
    for person in (world.correspondent, world.coordinator, world.bureau):
        client = signed_in(person)
        found = counts(client.get(DESK))
        assert len(found) > 4
        for label, count, address in found:
            page = client.get(address)
            assert page.context["count"] == count, (person.email, label)


def test_the_correspondent_reads_what_waits_the_most_pressing_first(world):
    busy(world)
    page = read(world.correspondent, DESK)
    assert "Mon territoire Mayenne (53)" in page
    for said in ("Opérations du registre 4", "Sans porteur 2", "Rencontres en retard 1", "Chartes à confirmer 1"):
        assert said in page
    assert page.index("Le Clos des Retards en retard") < page.index("Le Clos des Attentes")
    assert "le bureau national peut en dispenser l’opération" in page
    assert "Demandes à confirmer 1" in page
    assert "Reprise, Laval, SEM demandeuse, le " in page
    assert "signée en 2014 selon l’ancien tableau de suivi" in page
    assert "Voisin" not in page


def test_the_coordinator_reads_the_claims_of_the_region_and_what_each_asks(world):
    claim = claimed(free("Le Clos des Attentes"))
    services.ask_creation(
        claim.organisation, actor=fresh(claim.user), name="Les Prés hauts", commune=Commune.objects.get(pk=NANTES)
    )
    page = read(world.coordinator, DESK)
    assert "Demandes à confirmer 2" in page
    assert "Reprise, Laval" in page
    assert "Création, Nantes" in page


def test_a_change_of_holder_is_called_so(world):
    part = world.part(filled=False)
    claim = claimed(free("Le Clos des Attentes"))
    services.claim(part.operation, actor=fresh(claim.user), organisation=claim.organisation)
    assert "Reprise, avec changement de porteur, Laval" in read(world.correspondent, DESK)


def test_a_deadline_near_or_past_is_shown_and_a_far_one_is_not(world):
    _part, dossier = world.submitted()
    late, far_off = "Attendu le", "Aucune échéance dans les deux semaines"
    Dossier.objects.filter(pk=dossier.pk).update(state="to_complete", due_on=clock.today() - timedelta(days=1))
    assert late in read(world.correspondent, DESK)
    Dossier.objects.filter(pk=dossier.pk).update(due_on=clock.today() + timedelta(days=14))
    page = read(world.correspondent, DESK)
    assert (late in page, "Avant le" in page) == (False, True)
    Dossier.objects.filter(pk=dossier.pk).update(due_on=clock.today() + timedelta(days=15))
    assert far_off in read(world.correspondent, DESK)


def test_another_territory_sees_nothing(world, far):
    busy(world)
    for person in far:
        response = signed_in(person).get(DESK)
        assert counts(response) == [("Opérations du registre", 0, "/espace/operations/?titre=territoire")]
        page = response.content.decode()
        assert not re.search("Clos|demandeuse|en retard", page)
        assert "Aucun porteur n’attend de rencontre" in page


def test_the_team_of_a_correspondent_is_not_their_territory(world, far):
    part = world.part(filled=False)
    services_of_brest, _coordinator = far
    part.operation.team.create(user=services_of_brest, role="reader")
    operations = signed_in(services_of_brest).get(reverse("holder:operations"))
    assert operations.context["count"] == 1
    assert counts(signed_in(services_of_brest).get(DESK))[0][1] == 0


def test_one_person_may_be_both(world):
    person = world.correspondent
    grant = {"role": Role.COORDINATOR, "region_id": "53"}
    RoleGrant.objects.create(user=person, granted_by=world.bureau, reason="Intérim.", **grant)
    free("Le Clos de Laval")
    free("Le Port de Brest", BREST)
    free("Le Quai de Nantes", NANTES)
    page = signed_in(person).get(DESK)
    assert counts(page)[0][1] == 2
    assert "Mayenne (53)" in page.content.decode()
    assert "Bretagne" in page.content.decode()


def test_the_bureau_reads_all_territories(world):
    free("Le Port de Brest", BREST)
    asks_to_meet(Operation.objects.get(), days_ago=60)
    page = signed_in(world.bureau).get(DESK)
    assert "Tous les territoires" in page.content.decode()
    assert reverse("holder:meeting-waive", kwargs={"pk": Operation.objects.get().pk}) in page.content.decode()


def test_meetings_are_noted_by_the_correspondent_and_read_by_the_coordinator(world):
    operation = free("Le Clos des Attentes")
    asks_to_meet(operation)
    note = reverse("holder:operation-meeting", kwargs={"pk": operation.pk})
    sheet = reverse("holder:operation", kwargs={"pk": operation.pk})
    assert f'href="{note}"' in signed_in(world.correspondent).get(DESK).content.decode()
    page = signed_in(world.coordinator).get(DESK).content.decode()
    assert (f'href="{note}"' in page, f'href="{sheet}"' in page) == (False, True)


def test_others_have_no_desk(world):
    part = world.part(filled=False)
    assert signed_in(part.lead).get(DESK).status_code == 403
    assert DESK not in signed_in(part.lead).get("/espace/").content.decode()
    for person in (world.correspondent, world.coordinator, world.bureau):
        assert f'href="{DESK}"' in signed_in(person).get("/espace/").content.decode()


def test_the_desk_costs_the_same_whatever_waits(world):
    busy(world)
    people = (world.correspondent, world.coordinator, world.bureau)
    one = [queries_of(person, DESK) for person in people]
    assert max(one) <= 15
    for n in range(2):
        world.submitted()
        operation = free(f"Le Clos {n}")
        asks_to_meet(operation, days_ago=60)
        CharterSignature.objects.create(operation=operation, year=2014)
        claimed(operation, f"autre-{n}")
    assert [queries_of(person, DESK) for person in people] == one
