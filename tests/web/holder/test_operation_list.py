"""The list of one's operations: what each filter keeps, and what its choices say they keep."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from ecoquartier.core import clock
from ecoquartier.operations import services
from ecoquartier.operations.models import CharterSignature, Operation
from ecoquartier.operations.services import record_stage
from ecoquartier.people.models import User

LIST = reverse("holder:operations")


def names(client, **asked):
    """The operations of the page, in its order."""
    return [row["operation"].name for row in client.get(LIST, asked).context["rows"]]


def choices(client, **asked):
    """Filter → value → count, as the page offers them."""
    page = unescape(client.get(LIST, asked).content.decode())
    return {
        name: {value: int(n) for value, n in re.findall(r'<option value="(\w+)"[^>]*>[^<]*\((\d+)\)</option>', options)}
        for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', page, re.S)
        if name != "tri"
    }


@pytest.fixture
def register(world, free_operation, person):
    """Operations of the three departments, each with something of its own."""
    part = world.part(filled=False)
    Operation.objects.filter(pk=part.operation.pk).update(name="Avec porteur")
    late, soon = free_operation("Rencontre en retard"), free_operation("Rencontre bientôt", "53210")
    Operation.objects.filter(pk=late.pk).update(meeting_asked_on=clock.today() - timedelta(days=60))
    Operation.objects.filter(pk=soon.pk).update(meeting_asked_on=clock.today())
    charter = free_operation("Charte ancienne", "44109")
    CharterSignature.objects.create(operation=charter, year=2014)
    claimant = person("demandeuse", organisation="SEM du Vallon")
    services.claim(soon, actor=claimant, organisation=claimant.memberships.get().organisation)
    for operation, rank in ((late, 2), (charter, 3)):
        record_stage(operation, rank=rank, name="x", scheme_title="x", year=2020, source="t", published_at=clock.now())
    Operation.objects.filter(pk=free_operation("Suspendue", "29019").pk).update(
        state="paused", state_since="2020-01-01", state_reason="Crue."
    )
    return part


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "st denis anjou"}, ["Rencontre bientôt"]),
        ({"departement": "44"}, ["Charte ancienne"]),
        ({"region": "53"}, ["Suspendue"]),
        ({"etape": "2"}, ["Rencontre en retard"]),
        ({"etape": "0"}, ["Avec porteur", "Rencontre bientôt", "Suspendue"]),
        ({"statut": "paused"}, ["Suspendue"]),
        ({"porteur": "avec"}, ["Avec porteur"]),
        ({"attend": "reprise"}, ["Rencontre bientôt"]),
        ({"attend": "rencontre"}, ["Rencontre bientôt", "Rencontre en retard"]),
        ({"attend": "rencontre", "tri": "rencontre"}, ["Rencontre en retard", "Rencontre bientôt"]),
        ({"attend": "retard"}, ["Rencontre en retard"]),
        ({"attend": "charte"}, ["Charte ancienne"]),
        ({"etape": "0", "departement": "53", "tri": "commune"}, ["Avec porteur", "Rencontre bientôt"]),
        (
            {"tri": "etape"},
            ["Charte ancienne", "Rencontre en retard", "Avec porteur", "Rencontre bientôt", "Suspendue"],
        ),
        ({"departement": "99"}, []),
    ],
)
def test_a_filter_keeps_what_it_says(world, register, sign_in, asked, found):
    assert names(sign_in(world.bureau), **asked) == found


@pytest.mark.parametrize("asked", [{}, {"porteur": "sans"}, {"departement": "53", "etape": "0"}, {"q": "rencontre"}])
def test_a_choice_keeps_as_many_rows_as_it_says(world, register, sign_in, asked):
    client = sign_in(world.bureau)
    offered = choices(client, **asked)
    assert "etape" in offered
    for name, values in offered.items():
        for value, count in values.items():
            assert len(names(client, **(asked | {name: value}))) == count, (name, value)


def test_creations_that_wait_are_said_beside_those_that_somebody_asks_for(world, register, person, sign_in):
    asker = person("createur", organisation="SPLA des Prés")
    body = asker.memberships.get().organisation
    client, said = sign_in(world.correspondent), "1 demande de création attend aussi une réponse"
    assert said not in client.get(LIST, {"attend": "reprise"}).content.decode()
    services.ask_creation(body, actor=asker, name="Les Prés hauts", commune=world.commune)
    assert said in client.get(LIST, {"attend": "reprise"}).content.decode()
    assert said not in client.get(LIST, {"attend": "charte"}).content.decode()
    assert said not in sign_in(register.lead).get(LIST, {"attend": "reprise"}).content.decode()


def test_a_filter_without_choice_is_not_shown(world, register, sign_in):
    assert choices(sign_in(register.lead)) == {}
    assert choices(sign_in(world.correspondent)).keys() == {"etape", "porteur", "attend"}
    assert choices(sign_in(world.coordinator)).keys() == {"departement", "etape", "porteur", "attend"}


def test_choices_agree_with_the_name_of_their_filter(world, register, sign_in):
    offered = sign_in(world.bureau).get(LIST).context["filters"].fields
    said = {name: str(field.widget.choices[0][1]) for name, field in offered.items() if name not in ("q", "tri")}
    assert said == {name: "Tous" if name in ("departement", "porteur") else "Toutes" for name in said}
    assert said.keys() >= {"departement", "statut"}
    assert any(str(label).startswith("Active (") for _code, label in offered["statut"].widget.choices)


@pytest.mark.parametrize("name", ["region", "departement", "etape", "statut", "porteur", "attend", "titre", "tri"])
def test_a_value_that_is_none_is_said(world, sign_in, name):
    response = sign_in(world.bureau).get(LIST, {name: "n’importe quoi"})
    assert response.status_code == 200
    assert name in response.context["filters"].errors


def test_a_row_says_what_it_waits_for(world, register, sign_in):
    page = sign_in(world.correspondent).get(LIST).content.decode()
    for said in ("rencontre attendue depuis le", "rencontre avant le", "demande de reprise"):
        assert said in page
    # A claim is nobody else's business, and a charter is confirmed by its own county.
    assert {row["operation"].name: row["awaits"] for row in sign_in(register.lead).get(LIST).context["rows"]} == {
        "Avec porteur": []
    }


def test_nobody_counts_what_they_do_not_see(world, register, sign_in):
    stranger = User.objects.create_user("stranger@example.org", "Inconnue")
    assert names(sign_in(stranger)) == []
    assert choices(sign_in(stranger)) == {}
    brest = world.cast.correspondent(Operation.objects.get(name="Suspendue").lead_commune.county)
    assert names(sign_in(brest)) == ["Suspendue"]


def test_a_long_list_has_pages_that_keep_the_filters(world, sign_in, free_operation):
    for n in range(21):
        free_operation(f"Clos {n:02}")
    page = sign_in(world.correspondent).get(LIST, {"porteur": "sans"})
    assert (len(page.context["rows"]), page.context["count"]) == (20, 21)
    assert "porteur=sans&amp;page=2" in page.content.decode()


def test_names_are_in_the_order_of_a_french_reader(world, sign_in):
    for name in ("ZAC du Port", "les Rives", "Éole", "Avenir"):
        services.add_operation(name=name, lead_commune=world.commune)
    assert names(sign_in(world.bureau)) == ["Avenir", "Éole", "les Rives", "ZAC du Port"]
