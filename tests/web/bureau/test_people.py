"""The directory of people: who is seen, what is done, what a forged form obtains."""

import re

import pytest
from django.urls import reverse

from ecoquartier.accounts.models import Invitation
from ecoquartier.accounts.services import roles
from ecoquartier.people.enums import Role
from ecoquartier.people.models import RoleGrant, User
from ecoquartier.territories.models import County
from tests.support.pages import queries_of, read, signed_in, words
from tests.support.world import fresh
from tests.web.account.support import add_application

PEOPLE = reverse("bureau:people")
FAR = "67"


@pytest.fixture
def person(db):
    return User.objects.create_user("nouvelle@example.org", "Nora Nouvelle")


def url(name, obj):
    return reverse(f"bureau:{name}", kwargs={"pk": obj.pk})


def role_form(**values):
    return {"role": "correspondent", "county": "53", "starts_on": "2026-01-01", "reason": "Arrivée."} | values


# --- Reading ------------------------------------------------------------------------------------------------------


def test_everybody_is_found_by_name_role_region_and_state(world, person):
    correspondent = world.correspondent
    page = read(world.bureau, PEOPLE)
    assert "Nora Nouvelle" in page
    assert "Correspondant ville durable, Mayenne (53)" in page
    assert "1 résultat" in read(world.bureau, f"{PEOPLE}?q=nora+nouvelle")
    found = read(world.bureau, f"{PEOPLE}?role=correspondent&region=52")
    assert correspondent.full_name in found
    assert "1 résultat" in found
    roles.suspend(person, actor=world.bureau, reason="Doute.")
    found = read(world.bureau, f"{PEOPLE}?etat=suspendu")
    assert "Nora Nouvelle" in found
    assert "1 résultat" in found
    assert "Aucun résultat avec ces filtres." in read(world.bureau, f"{PEOPLE}?q=absente")


def test_a_seat_is_among_the_roles(world, person):
    commission = world.cast.commission(world.commune.county.region)
    chair = commission.seats.get(part="chair").holder
    found = read(world.bureau, f"{PEOPLE}?role=siege")
    assert f"Présidence, {commission}" in found
    assert chair.full_name in found
    assert person.full_name in read(world.bureau, PEOPLE)
    assert person.full_name not in found


def test_the_search_is_shown_at_once_and_the_filters_are_folded(world):
    for page in (PEOPLE, reverse("bureau:organisations")):
        html = signed_in(world.bureau).get(page).content.decode()
        before, _summary, folded = html.partition('<details class="disclosure">')
        assert 'name="q"' in before
        assert 'name="region"' in folded
        assert 'name="q"' not in folded


def test_a_coordinator_sees_the_people_of_the_region(world, person):
    near, far = world.correspondent, world.cast.correspondent(County.objects.get(pk=FAR))
    page = read(world.coordinator, PEOPLE)
    assert near.email in page
    assert far.email not in page
    assert person.email not in page
    client = signed_in(world.coordinator)
    assert client.get(url("person", near)).status_code == 200
    assert client.get(url("person", far)).status_code == 404
    seat = world.cast.commission(world.commune.county.region).seats.get(part="chair")
    assert client.get(url("person", seat.holder)).status_code == 200


def test_the_directory_is_not_for_everybody(world, person):
    for who in (person, world.cast.experts[0]):
        assert signed_in(who).get(PEOPLE).status_code == 403
        assert signed_in(who).get(url("person", world.bureau)).status_code == 404
    part = world.part(filled=False)
    assert part.elected.email in read(part.elected, PEOPLE)
    assert part.lead.email not in read(part.elected, PEOPLE)


def test_a_person_has_roles_organisations_and_a_history(world, person):
    roles.grant_role(person, actor=world.bureau, role=Role.EXPERT, reason="Qualifiée en jury.")
    page = read(world.bureau, url("person", person))
    for expected in ("Expert en cours", "Qualifiée en jury.", f"confié par {world.bureau}", "Rôle confié"):
        assert expected in page
    assert "Suspendre" in page
    # A history is for those who may act on the account.
    part = world.part(filled=False)
    assert "Ce qui s’est passé" not in read(part.elected, url("person", part.elected))


@pytest.mark.parametrize("who", ["bureau", "coordinator"])
def test_the_pages_cost_the_same_whatever_they_hold(world, who):
    actor, seen = getattr(world, who), world.correspondent
    one = queries_of(actor, PEOPLE), queries_of(actor, url("person", seen))
    for n in range(3):
        other = User.objects.create_user(f"n{n}@example.org", f"Personne {n}")
        RoleGrant.objects.create(user=other, role=Role.CORRESPONDENT, county_id="53", granted_by=world.bureau)
        other.memberships.create(organisation=seen.memberships.get().organisation)
    RoleGrant.objects.create(user=seen, role=Role.CORRESPONDENT, county_id="44", granted_by=world.bureau)
    three = queries_of(actor, PEOPLE), queries_of(actor, url("person", seen))
    assert three == one
    assert max(three) <= 15


# --- Acting -------------------------------------------------------------------------------------------------------


def test_the_bureau_gives_a_role_and_ends_it(world, person):
    client = signed_in(world.bureau)
    response = client.post(url("role-grant", person), role_form(), follow=True)
    assert "Le rôle est confié" in words(response) or "Le rôle est confié" in response.content.decode()
    grant = person.grants.get()
    assert "n’est plus correspondant ville durable" in words(client.get(url("role-end", grant)))
    assert client.post(url("role-end", grant), {"reason": ""}).status_code == 422
    assert client.post(url("role-end", grant), {"reason": "Départ."}).status_code == 302
    assert RoleGrant.objects.get(pk=grant.pk).is_over


def test_a_refused_role_says_why_and_keeps_what_was_typed(world, person):
    client = signed_in(world.bureau)
    for wrong, sentence in (
        ({"county": ""}, "choisissez-le"),
        ({"region": "52"}, "ne s’exerce pas là"),
        ({"role": "expert"}, "ne s’exerce pas là"),
        ({"ends_on": "2025-12-31"}, "finirait avant de commencer"),
    ):
        response = client.post(url("role-grant", person), role_form(**wrong))
        assert response.status_code == 422
        # In the summary, and beside the field.
        assert words(response).count(sentence) == 2
        assert "Arrivée." in response.content.decode()
    assert not person.grants.exists()


def test_a_suspension_and_its_end(world, person):
    client = signed_in(world.bureau)
    assert "ses sessions ouvertes se ferment" in words(client.get(url("person-suspend", person)))
    client.post(url("person-suspend", person), {"reason": "Boîte piratée."})
    assert not fresh(person).is_active
    page = words(client.get(url("person", person)))
    assert "suspendu" in page
    assert "Boîte piratée." in page
    client.post(url("person-reinstate", person), {"reason": "Réglé."})
    assert fresh(person).is_active


def test_duplicates_are_merged(world, person):
    kept = world.correspondent
    client = signed_in(world.bureau)
    assert client.post(url("person-merge", kept), {"other": "absente@example.org", "reason": "x"}).status_code == 422
    page = client.post(url("person-merge", kept), {"other": person.email, "reason": "Double."})
    assert f"L’autre compte est celui de {person}, {person.email}." in words(page)
    assert fresh(person).merged_into is None
    values = {"other": person.email, "reason": "Double.", "seen": page.context["form"]["seen"].value()}
    other = User.objects.create_user("autre@example.org", "Autre Personne")
    assert client.post(url("person-merge", kept), {**values, "other": other.email}).status_code == 200
    assert client.post(url("person-merge", kept), values).status_code == 302
    assert fresh(other).is_active
    assert fresh(person).merged_into == kept
    assert client.get(url("person", person)).status_code == 404


def test_an_invitation_is_sent_listed_and_withdrawn(world):
    client = signed_in(world.coordinator)
    place = world.correspondent.memberships.get().organisation
    assert client.get(reverse("bureau:invite")).status_code == 200
    values = {"email": "elu@ville.example", "reason": "Nouvel agent.", "organisation": place.name}
    assert client.post(reverse("bureau:invite"), values).status_code == 302
    assert "elu@ville.example rejoindre" in words(client.get(PEOPLE))
    invitation = Invitation.objects.get()
    assert signed_in(world.correspondent).post(url("invitation-withdraw", invitation)).status_code == 404
    assert client.post(url("invitation-withdraw", invitation)).status_code == 302
    assert "elu@ville.example" not in words(client.get(PEOPLE))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({}, "Indiquez un organisme"),
        ({"organisation": "Nulle part"}, "Aucun organisme de ce nom"),
        ({"role": "correspondent"}, "choisissez-le"),
        ({"role": "expert", "region": "52"}, "ne s’exerce pas là"),
        ({"role": "expert", "email": "bureau-1+autre@demo.ecoquartier.example"}, "ne s’invite soi-même"),
    ],
)
def test_what_is_wrong_in_an_invitation_is_said_beside_the_field(world, wrong, sentence):
    values = {"email": "elue@ville.example", "reason": "Élue en mars."} | wrong
    response = signed_in(world.bureau).post(reverse("bureau:invite"), values)
    assert response.status_code == 422
    assert words(response).count(sentence) == 2
    assert "Élue en mars." in response.content.decode()
    assert not Invitation.objects.exists()


def test_an_invitation_offers_what_its_author_may_give(world):
    invite = reverse("bureau:invite")
    _lead, elected, _developer = world.cast.holder_team(world.commune, 1)
    offered = {
        "bureau": ["email", "reason", "organisation", "title", "is_representative", "role", "county", "region"],
        "coordinator": ["email", "reason", "organisation", "title", "is_representative", "role", "county"],
        "elected": ["email", "reason", "organisation", "title", "is_representative"],
    }
    for who, fields in offered.items():
        person = elected if who == "elected" else getattr(world, who)
        page = signed_in(person).get(invite).content.decode().partition("<main")[2]
        assert re.findall(r'<(?:input|select)[^>]* name="(?!csrf)(\w+)"', page) == fields, who
    # A field that was not offered says nothing.
    place = elected.memberships.get().organisation
    forged = {"email": "x@ville.example", "reason": "x", "organisation": place.name, "role": "bureau"}
    assert signed_in(elected).post(invite, forged).status_code == 302
    assert Invitation.objects.get().role == ""


# --- Forged forms -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "forged",
    [
        {"county": FAR},
        {"role": "bureau", "county": ""},
        {"role": "coordinator", "county": "", "region": "52"},
        {"role": "expert", "county": ""},
    ],
)
def test_a_coordinator_obtains_no_more_by_a_forged_form(world, person, forged):
    person.memberships.create(organisation=world.correspondent.memberships.get().organisation)
    client = signed_in(world.coordinator)
    response = client.post(url("role-grant", person), role_form(**forged))
    assert response.status_code in (403, 422)
    invited = {"email": "x@ville.example", "reason": "x", "role": "correspondent", "county": FAR} | forged
    assert client.post(reverse("bureau:invite"), invited).status_code in (403, 422)
    assert not person.grants.exists()
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("who", ["bureau", "coordinator", "correspondent"])
def test_nobody_gives_oneself_a_role_by_a_forged_form(world, who):
    actor = getattr(world, who)
    before = list(actor.grants.values_list("pk", flat=True))
    response = signed_in(actor).post(url("role-grant", actor), role_form(county="44"))
    assert response.status_code in (403, 404)
    assert list(actor.grants.values_list("pk", flat=True)) == before


def test_a_suspended_granter_is_signed_out(world, person):
    client = signed_in(world.bureau)
    roles.suspend(world.bureau, actor=fresh(world.cast.bureau[1]), reason="Doute.")
    response = client.post(url("role-grant", person), role_form())
    assert response.status_code == 302
    assert "/compte/connexion/" in response["Location"]
    assert not person.grants.exists()


def test_nobody_ends_a_role_out_of_reach(world):
    far = world.cast.correspondent(County.objects.get(pk=FAR)).grants.get()
    for actor in (world.coordinator, world.correspondent):
        assert signed_in(actor).post(url("role-end", far), {"reason": "x"}).status_code == 404
    own = world.coordinator.grants.get()
    assert signed_in(world.coordinator).post(url("role-end", own), {"reason": "x"}).status_code == 403


# --- A second factor that is lost ------------------------------------------------------------------------------------


def test_the_bureau_removes_a_lost_second_factor_with_a_reason(world, person):
    bureau, address = signed_in(world.bureau), url("person-second-factor", person)
    assert address not in bureau.get(url("person", person)).content.decode()
    assert "n’a pas de double vérification" in words(bureau.get(address))
    add_application(signed_in(person))
    assert address in bureau.get(url("person", person)).content.decode()
    assert bureau.post(address, {"reason": ""}).status_code == 422
    assert person.authenticator_set.exists()
    page = words(bureau.post(address, {"reason": "Téléphone perdu, identité vérifiée."}, follow=True))
    assert "La double vérification est retirée, la personne est prévenue." in page
    assert "Téléphone perdu, identité vérifiée." in page
    assert not person.authenticator_set.exists()


def test_a_second_factor_is_removed_by_nobody_else_nor_from_oneself(world, person):
    add_application(signed_in(person))
    for actor in (world.coordinator, world.correspondent, person):
        assert signed_in(actor).post(url("person-second-factor", person), {"reason": "x"}).status_code in {403, 404}
    own = signed_in(world.bureau)
    add_application(own)
    assert own.post(url("person-second-factor", world.bureau), {"reason": "Perdu."}).status_code == 403
    assert url("person-second-factor", world.bureau) not in own.get(url("person", world.bureau)).content.decode()
    assert person.authenticator_set.exists()
    assert world.bureau.authenticator_set.exists()
