"""The directory of organisations."""

import pytest
from django.urls import reverse

from ecoquartier.accounts.models import Invitation
from ecoquartier.core import clock
from ecoquartier.core.text import long_date
from ecoquartier.ops.services.cast import body
from ecoquartier.people.models import Organisation, User
from tests.support.pages import queries_of, read, signed_in, words
from tests.support.world import fresh

ORGANISATIONS = reverse("bureau:organisations")


def url(name, obj):
    return reverse(f"bureau:{name}", kwargs={"pk": obj.pk})


def form(**values):
    return {"name": "Foncière du Maine", "kind": "developer", "siren": "732 829 320", "commune": "53130"} | values


def test_an_organisation_is_added_found_and_changed(world):
    client = signed_in(world.bureau)
    assert client.post(reverse("bureau:organisation-add"), form()).status_code == 302
    added = Organisation.objects.get(siren="732829320")
    assert added.commune == world.commune
    assert "1 résultat" in read(world.bureau, f"{ORGANISATIONS}?q=foncière+laval&nature=developer&region=52")
    assert client.post(url("organisation-edit", added), form(name="Foncière")).status_code == 302
    assert "Foncière" in words(client.get(url("organisation", added)))


@pytest.mark.parametrize(
    ("words_typed", "found"),
    [("st denis d'anjou", 1), ("Saint-Denis-d’Anjou", 1), ("53210", 1), ("SAINT DENIS", 1), ("azé", 0), ("&", 0)],
)
def test_an_organisation_is_found_by_its_commune_however_it_is_written(world, words_typed, found):
    Organisation.objects.create(name="Foncière", kind="developer", commune_id="53210")
    response = signed_in(world.bureau).get(ORGANISATIONS, {"q": words_typed})
    assert sum(row.name == "Foncière" for row in response.context["rows"]) == found


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"siren": "732829321"}, "sa clé est fausse"),
        ({"siren": "123"}, "neuf chiffres"),
        ({"commune": "Nullepart-sur-Rien"}, "Aucune commune de ce nom."),
        ({"commune": "Saint-Denis"}, "Plusieurs communes répondent"),
        ({"siren": "542 065 479"}, "Un autre organisme porte déjà ce SIREN."),
        ({"kind": "town", "commune": "53130"}, "Cette commune est déjà enregistrée"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(world, wrong, sentence):
    Organisation.objects.create(name="Commune de Laval", kind="town", commune_id="53130", siren="542065479")
    response = signed_in(world.bureau).post(reverse("bureau:organisation-add"), form(**wrong))
    assert response.status_code == 422
    # In the summary, and beside the field.
    assert words(response).count(sentence) == 2


def test_two_organisations_become_one(world):
    kept, gone = body("Société du Maine", "developer"), body("Sté du Maine", "developer")
    client = signed_in(world.bureau)
    response = client.post(url("organisation-merge", kept), {"other": "Maine", "reason": "Double."})
    assert "Plusieurs organismes répondent" in words(response)
    page = client.post(url("organisation-merge", kept), {"other": gone.name, "reason": "Double."})
    assert f"L’autre organisme est {gone}" in words(page)
    values = {"other": gone.name, "reason": "Double.", "seen": page.context["form"]["seen"].value()}
    assert client.post(url("organisation-merge", kept), values).status_code == 302
    assert "devenu" in words(client.get(url("organisation", gone)))
    assert gone.name not in read(world.bureau, f"{ORGANISATIONS}?q=Maine")
    assert gone.name in read(world.bureau, f"{ORGANISATIONS}?q=Maine&fusionnes=on")


def test_of_two_of_one_name_the_right_one_is_chosen(world):
    kept = body("Société du Maine", "developer")
    twins = [Organisation.objects.create(name="Sté du Maine", kind="developer") for _n in range(2)]
    Organisation.objects.filter(pk=twins[0].pk).update(commune=world.commune)
    client = signed_in(world.bureau)
    merging, inviting = url("organisation-merge", kept), reverse("bureau:invite")
    page = words(client.post(merging, {"other": "Sté du Maine", "reason": "Double."}))
    assert "Plusieurs organismes répondent" in page
    assert "Sté du Maine (aménageur, Laval (53))" in page
    assert "Sté du Maine (aménageur, sans commune)" in page
    values = {"other": "Sté du Maine", "reason": "Double.", "which": str(twins[1].pk)}
    shown = client.post(merging, values)
    assert shown.status_code == 200
    assert client.post(merging, values | {"seen": str(twins[0].pk)}).status_code == 200, "another one was read"
    invited = {"email": "elu@ville.example", "reason": "Arrivée.", "organisation": "sté du maine"}
    assert client.post(inviting, invited).status_code == 422
    assert client.post(inviting, invited | {"which": str(kept.pk)}).status_code == 422
    assert client.post(inviting, invited | {"which": str(twins[0].pk)}).status_code == 302
    assert Invitation.objects.get().organisation == twins[0]
    assert client.post(merging, values | {"seen": str(twins[1].pk)}).status_code == 302
    assert Organisation.objects.get(pk=twins[1].pk).successor == kept


def test_a_name_that_is_there_already_is_told_before_another_takes_it(world):
    client, add = signed_in(world.bureau), reverse("bureau:organisation-add")
    assert client.post(add, form()).status_code == 302
    again = form(name="foncière du maine", siren="")
    refused = client.post(add, again)
    assert refused.status_code == 422
    today = long_date(clock.today()).replace("\u00a0", " ")
    assert f"Foncière du Maine (aménageur, Laval (53), SIREN 732829320, inscrit le {today})" in words(refused)
    assert client.post(add, again | {"is_another": "on"}).status_code == 302
    assert Organisation.objects.filter(name__iexact="Foncière du Maine").count() == 2


def test_a_representative_brings_in_others_and_nobody_else_does(world):
    part = world.part(filled=False)
    place = part.elected.memberships.get().organisation
    client = signed_in(part.elected)
    assert "Inviter une personne" in words(client.get(url("organisation", place)))
    values = {"email": "adjoint@ville.example", "reason": "Élu.", "organisation": place.name, "is_representative": "on"}
    assert client.post(reverse("bureau:invite"), values).status_code == 302
    assert (
        client.post(reverse("bureau:invite"), values | {"organisation": part.operation.holder.name}).status_code == 422
    )
    assert client.post(url("organisation-edit", place), form()).status_code == 403
    assert client.get(url("organisation-attach", part.operation.holder)).status_code == 404
    # The correspondent brings in the first one only.
    assert signed_in(world.correspondent).get(url("organisation-attach", place)).status_code == 403


def test_somebody_is_attached_and_detached(world):
    place = world.correspondent.memberships.get().organisation
    person = User.objects.create_user("agent@example.org", "Agente")
    client = signed_in(world.bureau)
    attach = url("organisation-attach", place)
    assert "invitez-la" in words(client.post(attach, {"email": "absente@example.org"}))
    assert client.post(attach, {"email": person.email, "title": "Chargée d’études"}).status_code == 302
    assert "Chargée d’études" in words(client.get(url("organisation", place)))
    membership = person.memberships.get()
    assert "n’agit plus pour" in words(client.get(url("membership-end", membership)))
    assert client.post(url("membership-end", membership), {"reason": "Départ."}).status_code == 302
    assert not fresh(person).rights.organisations


def test_nobody_attaches_oneself_by_a_forged_form(world):
    place = world.correspondent.memberships.get().organisation
    response = signed_in(world.bureau).post(url("organisation-attach", place), {"email": world.bureau.email})
    assert response.status_code == 403
    assert place.pk not in fresh(world.bureau).rights.organisations


@pytest.mark.parametrize("who", ["bureau", "coordinator"])
def test_the_pages_cost_the_same_whatever_they_hold(world, who):
    actor, place = getattr(world, who), world.correspondent.memberships.get().organisation
    one = queries_of(actor, ORGANISATIONS), queries_of(actor, url("organisation", place))
    for n in range(3):
        body(f"Société {n}", "developer", world.commune)
        User.objects.create_user(f"n{n}@example.org", f"Personne {n}").memberships.create(organisation=place)
    three = queries_of(actor, ORGANISATIONS), queries_of(actor, url("organisation", place))
    assert three == one
    assert max(three) <= 15
