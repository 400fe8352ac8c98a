"""Two people change the same part of the sheet: nothing that one saved is replaced unseen by the other."""

from datetime import date

import pytest

from ecoquartier.core.errors import TransitionRefused
from ecoquartier.operations import services
from ecoquartier.operations.models import Operation
from ecoquartier.operations.queries import changes_of
from tests.support.pages import words
from tests.web.holder.test_sheet import url, values


@pytest.fixture
def part(world):
    return world.part()


def written(part, *names):
    operation = Operation.objects.get(pk=part.operation.pk)
    return [operation.value_of(name) for name in names]


def again(response) -> dict:
    """What the form that came back sends, as it is."""
    data = response.context["form"].data
    return {name: data.getlist(name) for name in data}


@pytest.mark.parametrize(
    ("page", "field", "other", "mine", "said", "kept"),
    [
        ("site", "context", "Le contexte d’une autre.", "Le mien.", "Le contexte d’une autre.", "Le mien."),
        ("site", "context", "", "Le mien.", "(vide)", "Le mien."),
        ("chiffres", "dwellings", 1240, "990", "1 240", 990),
        ("chiffres", "figures_as_of", date(2024, 5, 1), "2025-02-03", "1er mai 2024", date(2025, 2, 3)),
        ("identite", "vocations", ["activites"], ["habitat"], "Activités", ["habitat"]),
        ("identite", "vocations", [], ["habitat"], "(vide)", ["habitat"]),
    ],
)
def test_the_second_reads_what_the_first_saved_then_replaces_on_purpose(
    part, sign_in, team_mate, page, field, other, mine, said, kept
):
    client, address = sign_in(part.lead), url(part.operation, page)
    sent = values(part.operation, page, **{field: mine})
    services.update_operation(part.operation, actor=team_mate(part.operation), **{field: other})
    response = client.post(address, sent)
    assert response.status_code == 422
    form = response.context["form"]
    assert "Une autre personne, ou une autre de vos fenêtres, a changé ce champ" in form.errors[field][0]
    label = str(form.fields[field].label)
    assert f"Ce qui a été enregistré entre-temps {label} {said}" in words(response)
    assert again(response)[field] == (mine if isinstance(mine, list) else [mine])
    assert written(part, field) == [other]
    done = client.post(address, again(response))
    assert done.status_code == 302, done.context["form"].errors
    assert written(part, field) == [kept]


def test_what_both_wrote_alike_is_no_conflict(part, sign_in, team_mate):
    sent = values(part.operation, "site", context="Le même.")
    services.update_operation(part.operation, actor=team_mate(part.operation), context="Le même.")
    assert sign_in(part.lead).post(url(part.operation, "site"), sent).status_code == 302


def test_names_of_actors_are_compared_kind_by_kind(part, sign_in, team_mate):
    client, address = sign_in(part.lead), url(part.operation, "acteurs")
    services.update_operation(part.operation, actor=part.lead, actors={})
    services.update_operation(
        part.operation, actor=team_mate(part.operation), actors={"promoteurs": ["Bâtir"], "bailleurs": ["Habitat 53"]}
    )
    response = client.post(address, {"actors_promoteurs": "Construire", "initial-actors_promoteurs": ""})
    assert [said for _label, said in response.context["form"].theirs] == ["Bâtir"]
    assert client.post(address, again(response)).status_code == 302
    assert written(part, "actors") == [{"promoteurs": ["Construire"], "bailleurs": ["Habitat 53"]}]


def test_nothing_is_replaced_between_the_form_and_the_act(part):
    seen = {"context": part.operation.context}
    services.update_operation(part.operation, actor=part.lead, context="D’une autre.")
    with pytest.raises(TransitionRefused) as refusal:
        services.update_operation(part.operation, actor=part.lead, seen=seen, context="Le mien.")
    assert refusal.value.code == "changed_since"
    assert written(part, "context") == ["D’une autre."]


def test_errors_of_figures_are_told_in_one_pass_each_once(part, sign_in):
    sent = values(
        part.operation, "chiffres", area_ha="0", dwellings="-4", inhabitants="douze", figures_as_of="1000-01-01"
    )
    response = sign_in(part.lead).post(url(part.operation, "chiffres"), sent)
    page = words(response)
    assert response.status_code == 422
    assert "4 points à corriger" in page, response.context["form"].errors
    for said in (
        "Superficie : 0,01 ha au moins.",
        "Logements : Ce nombre ne peut pas être négatif.",
        "Cette date est trop ancienne : au plus tôt le 1er janvier 1990.",
    ):
        assert said in page


def test_who_changes_figures_is_told_that_the_old_source_went(part, sign_in):
    operation, client, address = part.operation, sign_in(part.lead), url(part.operation, "chiffres")
    services.update_operation(operation, actor=part.lead, figures_source="Tableau de suivi du ministère, 2016")
    operation.refresh_from_db()
    page = words(client.post(address, values(operation, "chiffres", dwellings="990"), follow=True))
    assert "La date et la source des chiffres sont effacées" in page
    assert written(part, "dwellings", "figures_source") == [990, ""]
    operation.refresh_from_db()
    page = words(client.post(address, values(operation, "chiffres", dwellings="991"), follow=True))
    assert "sont effacées" not in page


def test_other_is_said_in_words(part, sign_in):
    client, address = sign_in(part.lead), url(part.operation, "programme")
    response = client.post(address, values(part.operation, "programme", procedures=["autre"]))
    assert "Précisez en quelques mots ce qu’est « autre »" in words(response)
    sent = values(part.operation, "programme", procedures=["autre"], other_procedures="Lotissement communal")
    assert client.post(address, sent).status_code == 302
    assert changes_of(part.operation).filter(field="other_words").exists()
