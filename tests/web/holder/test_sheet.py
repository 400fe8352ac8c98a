"""Changing the sheet, part by part."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from ecoquartier.core import clock
from ecoquartier.operations import services
from ecoquartier.operations.models import SHEET_FIELDS, Term
from ecoquartier.web.holder import sheet
from ecoquartier.web.holder.sheet_forms import PARTS
from tests.support.pages import queries_of, read, signed_in, words

PART_OF = {name: part for part, (_title, form) in PARTS.items() for name in form.base_fields}


def url(operation, part="identite"):
    return reverse("holder:operation-edit", kwargs={"pk": operation.pk, "part": part})


def values(operation, part="identite", **changes):
    """What the form of a part sends back untouched, with these changes."""
    initial = PARTS[part][1].initial_of(operation)
    seen = {name: "" if value is None else str(value).replace(".", ",") for name, value in initial.items()}
    seen |= {name: value for name, value in initial.items() if isinstance(value, (list, str))}
    seen |= {name: value.isoformat() for name, value in initial.items() if isinstance(value, date)}
    return {**seen, **{f"initial-{name}": value for name, value in seen.items()}, **changes}


def change(client, operation, **changes):
    """Send the part that holds these fields."""
    part = PART_OF[next(iter(changes))]
    return client.post(url(operation, part), values(operation, part, **changes))


def test_an_actor_with_a_telephone_is_refused_beside_its_field(world, sign_in):
    part = world.part()
    sent = values(part.operation, "acteurs", actors_bailleurs="Habitat 53\nJean Dupont 06 12 34 56 78")
    response = sign_in(part.lead).post(url(part.operation, "acteurs"), sent)
    assert response.status_code == 422
    (fault,) = response.context["form"].errors["actors_bailleurs"]
    assert fault.startswith("«\u00a0Jean Dupont 06 12 34 56 78\u00a0» donne un téléphone")
    assert "Habitat 53" in response.content.decode()
    part.operation.refresh_from_db()
    assert "bailleurs" not in part.operation.actors


def test_a_description_that_says_how_to_reach_somebody_is_questioned_where_it_is_read(world, sign_in):
    part = world.part()
    client = sign_in(part.lead)
    question = "La description donne un téléphone ou une adresse électronique"
    for description, is_asked in (("Un quartier de 400 logements.", False), ("Écrire à marie@ville.example.", True)):
        sent = values(part.operation, "identite", description=description)
        page = client.post(url(part.operation, "identite"), sent, follow=True).content.decode()
        assert (question in page) is is_asked
        part.operation.refresh_from_db()


def test_each_part_comes_filled_and_says_where_one_is(world, sign_in):
    part = world.part()
    client = sign_in(part.lead)
    for name, (title, _form) in PARTS.items():
        page = client.get(url(part.operation, name)).content.decode()
        assert f'aria-current="page">{title}</a>' in page
    assert part.operation.description in client.get(url(part.operation)).content.decode()


def test_an_unknown_part_does_not_exist(world, sign_in):
    part = world.part(filled=False)
    assert sign_in(part.lead).get(url(part.operation, "autre")).status_code == 404


def test_the_forms_hold_every_field_of_the_sheet():
    held = [name for _title, form in PARTS.values() for name in form.sheet_fields()]
    assert sorted(held) == sorted(SHEET_FIELDS)


def test_french_figures_are_understood(world, sign_in):
    part = world.part()
    operation, client = part.operation, sign_in(part.lead)
    assert change(client, operation, types=["renewal", "brownfield"]).status_code == 302
    assert change(client, operation, area_ha="1 012,5", dwellings="1 240", social_dwellings="310").status_code == 302
    operation.refresh_from_db()
    assert (operation.area_ha, operation.dwellings, operation.social_dwellings) == (Decimal("1012.50"), 1240, 310)
    assert operation.types == ["brownfield", "renewal"]  # in the order of the list


def test_what_is_written_is_read_on_the_sheet(world, sign_in):
    part = world.part()
    client = sign_in(part.lead)
    response = change(
        client, part.operation, strong_points=["eau", "nature"], strategies=["pcaet"], state_programmes=["oin"]
    )
    page = words(client.get(response["Location"]))
    for said in (
        "Vocations habitat, commerces",
        "Procédures zone d’aménagement concerté",
        "Points forts eau, nature en ville",
        "plan climat-air-énergie territorial (PCAET)",
        "opération d’intérêt national (OIN)",
        "Autres démarches non renseigné",
        "Document d’urbanisme à jour",
        "Livraison de la dernière tranche 30 juin",
        "Modifier : programme",
    ):
        assert said in page


def test_the_sheet_is_read_by_all_and_changed_by_writers(world):
    part = world.part(filled=False)
    address = reverse("holder:operation-record", args=[part.operation.pk])
    page = read(world.correspondent, address)
    assert "Rien n’est encore écrit." in page
    assert "Modifier" not in page
    assert address in signed_in(part.lead).get(reverse("holder:operation", args=[part.operation.pk])).content.decode()


def test_a_stranger_does_not_find_the_whole_sheet(world, person):
    address = reverse("holder:operation-record", args=[world.part(filled=False).operation.pk])
    assert signed_in(person("inconnue")).get(address).status_code == 404


def test_the_whole_sheet_is_cheap(world):
    part = world.part()
    assert queries_of(part.lead, reverse("holder:operation-record", args=[part.operation.pk])) <= 12


def test_more_than_five_strong_points_are_refused_beside_the_list(world, sign_in):
    part = world.part(filled=False)
    six = ["eau", "dechets", "biodiversite", "mobilite", "energie", "nature"]
    response = change(sign_in(part.lead), part.operation, strong_points=six)
    assert response.status_code == 422
    assert "5 points forts au plus\u00a0: vous en avez choisi 6." in response.context["form"].errors["strong_points"]
    part.operation.refresh_from_db()
    assert part.operation.strong_points == []
    assert change(sign_in(part.lead), part.operation, strong_points=six[:5]).status_code == 302


def test_a_closed_choice_is_offered_to_those_who_have_it_only(world, sign_in):
    part = world.part()  # its procedure is the ZAC
    Term.objects.filter(kind="procedures", code__in=["zac", "amenager"]).update(is_active=False)
    client = sign_in(part.lead)
    page = words(client.get(url(part.operation, "programme")))
    assert "Zone d’aménagement concerté (n’est plus proposé)" in page
    assert "Permis d’aménager" not in page
    assert change(client, part.operation, procedures=["zac", "construire"]).status_code == 302
    assert change(client, part.operation, procedures=["amenager"]).status_code == 422


def test_more_social_dwellings_than_dwellings_is_refused_and_nothing_typed_is_lost(world, sign_in):
    part = world.part()
    before = part.operation.dwellings
    response = change(
        sign_in(part.lead), part.operation, dwellings="10", social_dwellings="20", figures_source="Un texte"
    )
    page = words(response)
    assert response.status_code == 422
    assert "Il y a plus de logements sociaux que de logements." in page
    assert 'value="Un texte"' in response.content.decode()
    assert 'value="20"' in response.content.decode()
    part.operation.refresh_from_db()
    assert part.operation.dwellings == before


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("area_ha", "douze", "Saisissez un nombre"),
        ("area_ha", "6000", "Plus de 5 000 ha, vérifiez l’unité"),
        ("area_ha", "0", "0,01 ha au moins"),
        ("dwellings", "-4", "ne peut pas être négatif"),
        ("name", "", "obligatoire"),
        ("types", ["inventé"], "Sélectionnez un choix valide"),
    ],
)
def test_errors_are_beside_their_field(world, sign_in, field, typed, sentence):
    part = world.part(filled=False)
    response = change(sign_in(part.lead), part.operation, **{field: typed})
    assert response.status_code == 422
    assert sentence in " ".join(response.context["form"].errors[field])


def test_only_what_the_person_changed_is_saved(world, sign_in, team_mate):
    part = world.part()
    seen = values(part.operation, "site", initial_site="Ma friche.")
    mate = team_mate(part.operation)
    services.update_operation(part.operation, actor=mate, context="Le contexte d’une autre.")
    assert sign_in(part.lead).post(url(part.operation, "site"), seen).status_code == 302
    part.operation.refresh_from_db()
    assert (part.operation.initial_site, part.operation.context) == ("Ma friche.", "Le contexte d’une autre.")


def test_line_ends_of_browsers_are_not_a_change(world, sign_in):
    part = world.part()
    services.update_operation(part.operation, actor=part.lead, description="Une ligne\nune autre")
    sent = values(part.operation, description="Une ligne\r\nune autre")
    sign_in(part.lead).post(url(part.operation), {**sent, "initial-description": "x"})
    part.operation.refresh_from_db()
    assert part.operation.description == "Une ligne\nune autre"


def test_figures_of_tomorrow_are_refused(world, sign_in):
    part = world.part(filled=False)
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    response = change(sign_in(part.lead), part.operation, figures_as_of=tomorrow)
    assert response.context["form"].errors["figures_as_of"] == ["Cette date est à venir."]


def test_a_doubtful_figure_is_kept_and_questioned(world, sign_in):
    part = world.part()
    client = sign_in(part.lead)
    response = change(client, part.operation, area_ha="2500", figures_as_of="2026-03-01", figures_source="Bilan")
    page = words(client.get(response["Location"]))
    assert "Superficie : 2 500 ha, c’est rare (d’ordinaire de 0,2 à 337 ha). Vérifiez l’unité." in page
    assert "Arrêtés au 1er mars 2026 Source Bilan" in page
    part.operation.refresh_from_db()
    change(client, part.operation, area_ha="250")
    assert "c’est rare" not in words(client.get(response["Location"]))


@pytest.mark.parametrize("who", ["reader", "elected", "correspondent"])
def test_only_writers_change_the_sheet(world, sign_in, team_mate, who):
    part = world.part(filled=False)
    user = {"elected": part.elected, "correspondent": world.correspondent}.get(who) or team_mate(part.operation, who)
    client = sign_in(user)
    assert client.get(url(part.operation)).status_code == 403
    assert client.post(url(part.operation), values(part.operation, name="Autre")).status_code == 403


@pytest.mark.parametrize("part", PARTS)
def test_a_page_of_the_sheet_is_cheap(world, part):
    played = world.part()
    assert queries_of(played.lead, url(played.operation, part)) <= 10


# History


def history(operation):
    return reverse("holder:operation-history", args=[operation.pk])


def test_the_history_says_what_changed_and_by_whom(world):
    part = world.part(filled=False)
    assert "Aucun changement" in read(part.lead, history(part.operation))
    services.update_operation(
        part.operation, actor=part.lead, procedures=["zac"], area_ha="12.5", initial_site="Friche."
    )
    services.update_operation(part.operation, actor=part.lead, procedures=[])
    page = read(world.correspondent, history(part.operation))
    assert f"Procédures zone d’aménagement concerté rien {part.lead}" in page
    assert "Superficie rien 12,5 ha" in page
    assert "État initial du site rien Friche." in page
    assert "derniers changements sont montrés" not in page


def test_a_long_history_is_cut_and_says_so(world, monkeypatch):
    part = world.part()
    monkeypatch.setattr(sheet, "SHOWN", 2)
    page = read(part.lead, history(part.operation))
    assert "Seuls les 2 derniers changements sont montrés." in page


@pytest.mark.parametrize("many", [1, 3])
def test_queries_of_the_history_do_not_grow(world, many):
    part = world.part(filled=False)
    for number in range(many):
        services.update_operation(part.operation, actor=part.lead, dwellings=number)
    assert queries_of(part.lead, history(part.operation)) <= 10


def test_a_stranger_does_not_find_the_history(world, person):
    assert signed_in(person("inconnue")).get(history(world.part(filled=False).operation)).status_code == 404
