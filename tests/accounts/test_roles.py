"""Who gives and ends which role, who attaches whom, who closes an account; and everything that is refused."""

import io
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from ecoquartier.accounts.services import organisations, roles
from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.journal.models import Entry
from ecoquartier.notifications.models import Message
from ecoquartier.people.enums import OrganisationKind, Role
from ecoquartier.people.models import Membership, Organisation, RoleGrant, User
from ecoquartier.territories.models import County, Region
from ecoquartier.workflow.engine import Job
from tests.support.client import StrictClient
from tests.support.world import fresh

HERE, NEAR, FAR = "53", "44", "67"  # Mayenne and Loire-Atlantique are of one region, Bas-Rhin of another
WHY = "Arrivée au service."


@pytest.fixture
def person(db):
    return User.objects.create_user("nouvelle@example.org", "Nora Nouvelle")


def county(code):
    return County.objects.get(pk=code)


def give(person, actor, role=Role.CORRESPONDENT, **more):
    if role == Role.CORRESPONDENT:
        more.setdefault("county", county(HERE))
    return roles.grant_role(person, actor=fresh(actor), role=role, reason=WHY, **more)


def town(world):
    return Organisation.objects.create(name="Commune de Laval", kind=OrganisationKind.TOWN, commune=world.commune)


# --- The first of all -----------------------------------------------------------------------------------------------


def found(email, name="Anne Première"):
    said = io.StringIO()
    call_command("found_bureau", email, name, stdout=said)
    return said.getvalue()


def test_the_machine_gives_the_bureau_its_first_two_people(db):
    assert "Un message part à une@example.org" in found("Une@example.org")
    person = User.objects.get(email="une@example.org")
    assert person.has_perm("bureau.desk")
    assert not person.has_usable_password()
    assert Message.objects.filter(recipient=person, key="reset_asked_to_person").count() == 1
    assert Entry.objects.get(event="role.granted").actor == "system:found_bureau"
    known = User.objects.create_user("deux@example.org", "Dora Deux", password="quatre mots mis ensemble")
    assert "Un message" not in found("deux@example.org", "Un autre nom")
    assert fresh(known).has_perm("bureau.desk")
    assert fresh(known).full_name == "Dora Deux"
    with pytest.raises(CommandError, match="a déjà ses deux premières personnes"):
        found("trois@example.org")
    assert not User.objects.filter(email="trois@example.org").exists()


@pytest.mark.parametrize(("email", "name"), [("sans-arobase", "Anne"), ("une@example.org", "")])
def test_what_is_not_an_address_or_a_name_gives_nothing(db, email, name):
    with pytest.raises(CommandError):
        found(email, name)
    assert not RoleGrant.objects.exists()


def test_the_same_person_is_not_the_two(db):
    found("une@example.org")
    with pytest.raises(CommandError, match="déjà ce rôle"):
        found("une@example.org")


# --- Giving -------------------------------------------------------------------------------------------------------


def test_a_role_is_given_with_its_reason_and_told(world, person):
    grant = give(person, world.bureau, ends_on=clock.today() + timedelta(days=90))
    assert fresh(person).rights.counties == {HERE}
    assert (grant.granted_by, grant.reason) == (world.bureau, WHY)
    entry = Entry.objects.get(event="role.granted")
    assert (entry.about_id, entry.actor, entry.detail.content) == (
        str(person.pk),
        str(world.bureau.pk),
        {"reason": WHY},
    )
    assert entry.data == {
        "role": "correspondent",
        "county": HERE,
        "region": None,
        "starts_on": clock.today().isoformat(),
        "ends_on": grant.ends_on.isoformat(),
    }
    message = Message.objects.get(recipient=person)
    assert message.context["role"] == "correspondant ville durable, Mayenne (53)"


def test_a_coordinator_gives_the_correspondents_of_the_region_and_nothing_else(world, person):
    give(person, world.coordinator)
    give(person, world.coordinator, county=county(NEAR))
    with pytest.raises(PermissionRefused):
        give(person, world.coordinator, county=county(FAR))
    for role, scope in (
        (Role.BUREAU, {}),
        (Role.EXPERT, {}),
        (Role.COORDINATOR, {"region": world.commune.county.region}),
    ):
        with pytest.raises(PermissionRefused):
            give(person, world.coordinator, role, **scope)
    assert {grant.role for grant in person.grants.all()} == {"correspondent"}


def test_others_give_nothing(world, person):
    part = world.part(filled=False)
    for actor in (world.correspondent, part.lead, part.elected, world.cast.experts[0], person):
        with pytest.raises(PermissionRefused):
            give(person, actor)
    assert not person.grants.exists()


@pytest.mark.parametrize("who", ["bureau", "coordinator"])
def test_nobody_gives_a_role_to_oneself(world, who):
    actor = getattr(world, who)
    with pytest.raises(PermissionRefused):
        give(actor, actor)
    with pytest.raises(IntegrityError, match="not_by_oneself"), transaction.atomic():
        RoleGrant.objects.create(user=actor, role=Role.EXPERT, granted_by=actor)


def test_a_suspended_person_gives_nothing(world, person):
    actor = world.coordinator
    roles.suspend(actor, actor=world.bureau, reason="Départ.")
    with pytest.raises(PermissionRefused):
        give(person, actor)


def test_who_has_lost_a_role_gives_nothing_more(world, person):
    roles.end_role(world.coordinator.grants.get(), actor=world.bureau, reason="Départ.")
    with pytest.raises(PermissionRefused):
        give(person, world.coordinator)


def test_nothing_is_given_to_a_closed_account(world, person):
    roles.suspend(person, actor=world.bureau, reason="Doute.")
    with pytest.raises(TransitionRefused, match="fermé"):
        give(person, world.bureau)


def test_a_role_is_held_once_at_a_time(world, person):
    today = clock.today()
    give(person, world.bureau, ends_on=today + timedelta(days=10))
    for start in (today, today + timedelta(days=9)):
        with pytest.raises(TransitionRefused, match="déjà ce rôle"):
            give(person, world.bureau, starts_on=start)
    following = give(person, world.bureau, starts_on=today + timedelta(days=10))
    assert not following.is_in_force
    assert person.grants.in_force().count() == 1


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.CORRESPONDENT, {"county": None}),
        (Role.COORDINATOR, {}),
        (Role.EXPERT, {"county": "53"}),
        (Role.BUREAU, {"region": "52"}),
    ],
)
def test_the_territory_fits_the_role(world, person, role, scope):
    scope = {
        name: (County if name == "county" else Region).objects.get(pk=code) if code else None
        for name, code in scope.items()
    }
    with pytest.raises(ValidationError, match="territoire ne correspond pas"):
        give(person, world.bureau, role, **scope)


def test_a_role_does_not_end_before_it_starts(world, person):
    with pytest.raises(ValidationError, match="finirait avant de commencer"):
        give(person, world.bureau, ends_on=clock.today() - timedelta(days=1))


# --- Ending -------------------------------------------------------------------------------------------------------


def test_an_ended_role_gives_no_right_from_the_next_request(world):
    client = StrictClient()
    client.force_login(world.bureau)
    grant = world.bureau.grants.get()
    assert client.get("/espace/pilotage/journal/").status_code == 200
    roles.end_role(grant, actor=fresh(world.cast.bureau[1]), reason="Autre poste.")
    assert client.get("/espace/pilotage/journal/").status_code == 403
    grant.refresh_from_db()
    assert (grant.ends_on, grant.end_reason) == (clock.today(), "Autre poste.")
    assert Message.objects.get(key="role_ended_to_person").context["reason"] == "Autre poste."


def test_a_role_ends_once(world):
    grant = world.correspondent.grants.get()
    roles.end_role(grant, actor=world.coordinator, reason="Autre poste.")
    with pytest.raises(TransitionRefused, match="déjà fini"):
        roles.end_role(grant, actor=world.coordinator, reason="Encore.")


def test_a_coordinator_ends_no_role_elsewhere_nor_above(world):
    far = world.cast.correspondent(county(FAR))
    for grant in (far.grants.get(), world.bureau.grants.get(), world.cast.experts[0].grants.get()):
        with pytest.raises(PermissionRefused):
            roles.end_role(grant, actor=world.coordinator, reason="Non.")
        assert RoleGrant.objects.get(pk=grant.pk).ends_on is None


def test_the_bureau_is_never_left_empty(world):
    first, second = world.cast.bureau
    roles.end_role(first.grants.get(), actor=fresh(second), reason="Départ.")
    other = User.objects.create_user("troisieme@example.org", "Troisième")
    RoleGrant.objects.create(user=other, role=Role.BUREAU)
    User.objects.filter(pk=other.pk).update(is_active=False)
    with pytest.raises(TransitionRefused, match="dernière personne"):
        roles.end_role(second.grants.get(), actor=Job("test"), reason="Départ.")
    with pytest.raises(TransitionRefused, match="dernière personne"):
        roles.suspend(fresh(second), actor=Job("test"), reason="Départ.")


# --- Memberships --------------------------------------------------------------------------------------------------


def test_who_attaches_whom(world, person):
    place = town(world)
    elected = User.objects.create_user("maire@example.org", "Maire")
    far = world.cast.coordinator(county(FAR).region)
    for actor in (far, world.cast.experts[0], elected):
        with pytest.raises(PermissionRefused):
            roles.add_membership(place, actor=fresh(actor), person=person)
    # The correspondent brings in the first one, who brings in the others.
    roles.add_membership(place, actor=world.correspondent, person=elected, is_representative=True)
    with pytest.raises(PermissionRefused):
        roles.add_membership(place, actor=world.correspondent, person=person)
    roles.add_membership(place, actor=fresh(elected), person=person, title="Adjointe")
    assert fresh(person).rights.organisations == {place.pk}
    assert not fresh(person).rights.represents
    with pytest.raises(PermissionRefused):
        roles.add_membership(place, actor=fresh(person), person=world.cast.experts[0])
    roles.add_membership(place, actor=world.coordinator, person=fresh(world.cast.experts[0]))


@pytest.mark.parametrize("who", ["bureau", "coordinator", "correspondent"])
def test_nobody_attaches_oneself(world, who):
    actor = getattr(world, who)
    with pytest.raises(PermissionRefused):
        roles.add_membership(town(world), actor=actor, person=actor, is_representative=True)


def test_a_membership_ends_and_may_begin_again(world, person):
    place = town(world)
    membership = roles.add_membership(place, actor=world.bureau, person=person)
    with pytest.raises(TransitionRefused, match="déjà rattaché"):
        roles.add_membership(place, actor=world.bureau, person=person)
    roles.end_membership(membership, actor=world.bureau, reason="Fin de mandat.")
    assert not fresh(person).rights.organisations
    with pytest.raises(TransitionRefused, match="déjà fini"):
        roles.end_membership(membership, actor=world.bureau, reason="Encore.")
    roles.add_membership(place, actor=world.bureau, person=person)
    assert Membership.objects.filter(user=person).count() == 2
    events = Entry.objects.filter(about_id=str(person.pk)).order_by("seq").values_list("event", flat=True)
    assert list(events) == ["membership.started", "membership.ended", "membership.started"]


def test_the_database_refuses_a_membership_twice_and_backwards(world, person):
    place = town(world)
    Membership.objects.create(user=person, organisation=place)
    with pytest.raises(IntegrityError, match="membership_once"), transaction.atomic():
        Membership.objects.create(user=person, organisation=place)
    with pytest.raises(IntegrityError, match="membership_period"), transaction.atomic():
        Membership.objects.create(
            user=person, organisation=place, started_on=clock.today(), ended_on=clock.today() - timedelta(days=1)
        )


# --- Accounts -----------------------------------------------------------------------------------------------------


def test_a_suspension_bites_at_the_next_request(world):
    client = StrictClient()
    person = world.correspondent
    client.force_login(person)
    assert client.get("/espace/").status_code == 200
    roles.suspend(person, actor=world.bureau, reason="Boîte piratée.")
    assert client.get("/espace/").status_code == 302
    assert not fresh(person).has_perm("space.home")
    entry = Entry.objects.get(event="person.suspended")
    assert entry.detail.content == {"reason": "Boîte piratée."}
    roles.reinstate(fresh(person), actor=world.bureau, reason="Mot de passe changé.")
    assert fresh(person).has_perm("space.home")
    # The former session stays closed.
    assert client.get("/espace/").status_code == 302


def test_a_coordinator_closes_the_accounts_of_the_region_only(world, person):
    roles.suspend(world.correspondent, actor=world.coordinator, reason="Départ.")
    far = world.cast.correspondent(county(FAR))
    both = User.objects.create_user("deux@example.org", "Deux")
    give(both, world.bureau)
    give(both, world.bureau, Role.EXPERT)
    chair = world.cast.commission(None).seats.get(part="chair").holder
    Membership.objects.create(user=chair, organisation=town(world))
    chair.memberships.exclude(organisation__commune=world.commune).delete()
    for who in (far, both, chair, world.bureau, person, world.coordinator):
        with pytest.raises(PermissionRefused):
            roles.suspend(fresh(who), actor=world.coordinator, reason="Non.")
        assert fresh(who).is_active


def test_nobody_closes_nor_opens_twice(world, person):
    roles.suspend(person, actor=world.bureau, reason="Doute.")
    with pytest.raises(TransitionRefused, match="déjà fermé"):
        roles.suspend(person, actor=world.bureau, reason="Doute.")
    roles.reinstate(person, actor=world.bureau, reason="Rien.")
    with pytest.raises(TransitionRefused, match="ouvert"):
        roles.reinstate(person, actor=world.bureau, reason="Rien.")


# --- Organisations ------------------------------------------------------------------------------------------------


def test_the_bureau_keeps_the_register_of_organisations(world):
    added = organisations.add_organisation(
        world.bureau, actor=world.bureau, name="Foncière du Maine", kind="developer", siren="732829320"
    )
    organisations.update_organisation(added, actor=world.bureau, name="Foncière du Maine et Loire", siren="732829320")
    assert Organisation.objects.get(pk=added.pk).name == "Foncière du Maine et Loire"
    assert Entry.objects.get(event="organisation.updated").data == {"fields": ["name"]}
    with pytest.raises(ValidationError, match="déjà ce SIREN"):
        organisations.add_organisation(
            world.bureau, actor=world.bureau, name="Copie", kind="developer", siren="732829320"
        )
    with pytest.raises(ValueError, match="successor"):
        organisations.update_organisation(added, actor=world.bureau, successor=None)
    with pytest.raises(PermissionRefused):
        organisations.update_organisation(added, actor=world.coordinator, name="Autre")
