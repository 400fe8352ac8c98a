"""The notebook: how far it is, writing an answer, two people at once."""

import pytest

from ecoquartier.core import clock
from ecoquartier.notebooks.models import CommitmentAnswer
from ecoquartier.notebooks.services import save_answer
from ecoquartier.operations.services import issue_recommendations
from tests.web.holder.test_operations import text, url


def commitment(world, number: int):
    return world.play.campaign.framework.commitments.get(number=number)


def write(world, part, number: int, words: str, revision: int = 0, actor=None):
    return save_answer(
        part.operation, actor=actor or part.lead, commitment=commitment(world, number), text=words, revision=revision
    )


def saved(part, number: int) -> CommitmentAnswer:
    return CommitmentAnswer.objects.get(notebook__operation=part.operation, commitment__number=number)


# Index


def test_the_index_shows_progress_by_dimension(world, sign_in):
    part = world.part(filled=False)
    write(world, part, 4, "Deux saisons d’observation.")
    response = sign_in(part.lead).get(url("notebook", part.operation))
    page = text(response)
    assert [group["done"] for group in response.context["dimensions"]] == [1, 0, 0, 0]
    assert "6 % · il manque 27 éléments" in page
    assert "Enregistré à" in page
    assert url("answer", part.operation, number=1) in page
    assert "Reprendre l’écriture" in page


def test_a_complete_notebook_says_so(world, sign_in):
    part = world.part()
    page = text(sign_in(part.lead).get(url("notebook", part.operation)))
    assert "100 % · rien ne manque" in page
    assert "Reprendre l’écriture" not in page
    assert "à écrire" not in page


@pytest.mark.parametrize("who", ["reader", "elected", "correspondent", "coordinator", "bureau"])
def test_those_who_follow_read_and_do_not_write(world, sign_in, team_mate, who):
    part = world.part(filled=False)
    write(world, part, 4, "Deux saisons d’observation.")
    people = {
        "elected": part.elected,
        "correspondent": world.correspondent,
        "coordinator": world.coordinator,
        "bureau": world.bureau,
    }
    client = sign_in(people.get(who) or team_mate(part.operation, who))
    assert client.get(url("notebook", part.operation)).status_code == 200
    address = url("answer", part.operation, number=4)
    page = text(client.get(address))
    assert "Deux saisons d’observation." in page
    assert "<textarea" not in page
    response = client.post(address, {"text": "Autre chose", "revision": 1})
    assert response.status_code == 403
    assert saved(part, 4).text == "Deux saisons d’observation."


def test_a_stranger_finds_neither(world, person, sign_in):
    part = world.part(filled=False)
    client = sign_in(person("inconnue"))
    assert client.get(url("notebook", part.operation)).status_code == 404
    assert client.get(url("answer", part.operation, number=4)).status_code == 404


# One commitment


def test_the_page_holds_the_three_zones(world, sign_in):
    part = world.part(filled=False)
    page = text(sign_in(part.lead).get(url("answer", part.operation, number=4)))
    for words in (
        "Complétude",
        "Contexte et programme",
        "Engagement 4 sur 20",
        "Prendre en compte les pratiques des usagers",
        "contenu indicatif",
        "2 000 signes au plus, espaces non compris.",
        "Pas encore de réponse",
        "Indicateur I05",
        "note sur 10",
        url("answer", part.operation, number=3),
        url("answer", part.operation, number=5),
    ):
        assert words in page, words


def test_official_questions_carry_no_mark(world, sign_in):
    part = world.part(filled=False)
    response = sign_in(part.lead).get(url("answer", part.operation, number=1))
    assert response.context["is_indicative"] is False
    assert response.context["previous_url"] == ""


def test_saving_stays_and_says_the_hour(world, sign_in):
    part = world.part(filled=False)
    client, address = sign_in(part.lead), url("answer", part.operation, number=4)
    response = client.post(address, {"text": "Une ligne\r\nune autre", "revision": 0})
    assert (response.status_code, response["Location"]) == (302, address)
    assert saved(part, 4).text == "Une ligne\nune autre"
    page = text(client.get(address))
    assert "Engagement 4 : enregistré à" in page
    assert 'name="revision" value="1"' in page


def test_saving_and_next_goes_on(world, sign_in):
    part = world.part(filled=False)
    client = sign_in(part.lead)
    following = client.post(url("answer", part.operation, number=4), {"text": "Oui.", "revision": 0, "puis": "suivant"})
    assert following["Location"] == url("answer", part.operation, number=5)
    last = url("answer", part.operation, number=20)
    response = client.post(last, {"text": "Oui.", "revision": 0, "puis": "suivant"})
    assert response["Location"] == last


def test_an_emptied_answer_can_be_written_again(world, sign_in):
    part = world.part(filled=False)
    write(world, part, 4, "Un texte.")
    client, address = sign_in(part.lead), url("answer", part.operation, number=4)
    client.post(address, {"text": "", "revision": 1})
    page = client.get(address)
    assert page.context["form"]["revision"].value() == 2
    assert client.post(address, {"text": "Un autre.", "revision": 2}).status_code == 302


def test_too_long_is_refused_and_nothing_is_lost(world, sign_in):
    part = world.part(filled=False)
    long = "mot " * 700
    response = sign_in(part.lead).post(url("answer", part.operation, number=4), {"text": long, "revision": 0})
    assert response.status_code == 422
    page = text(response)
    assert "2 000" in page or "2000" in page
    assert "mot mot mot" in page
    assert "2 100" in page
    assert not CommitmentAnswer.objects.exists()


@pytest.mark.parametrize("number", [0, 21])
def test_a_commitment_that_does_not_exist(world, sign_in, number):
    part = world.part(filled=False)
    client, address = sign_in(part.lead), url("answer", part.operation, number=number)
    assert client.get(address).status_code == 404
    assert client.post(address, {"text": "x", "revision": 0}).status_code == 404


def test_two_people_at_once_read_both_texts_and_choose(world, sign_in, team_mate):
    part = world.part(filled=False)
    mate = team_mate(part.operation)
    write(world, part, 4, "Le premier texte.")
    write(world, part, 4, "Le texte de l’équipière.", revision=1, actor=mate)
    client, address = sign_in(part.lead), url("answer", part.operation, number=4)
    response = client.post(address, {"text": "Mon texte à moi.", "revision": 1})
    assert response.status_code == 409
    page = text(response)
    assert "Deux textes pour cette réponse" in page
    assert "Le texte de l’équipière." in page
    assert page.count("Mon texte à moi.") == 1
    assert saved(part, 4).text == "Le texte de l’équipière."
    assert "Le texte de l’équipière." in text(client.get(address))  # keeping theirs is a link
    revision = response.context["form"]["revision"].value()
    assert client.post(address, {"text": "Les deux ensemble.", "revision": revision}).status_code == 302
    assert saved(part, 4).text == "Les deux ensemble."


def test_a_second_click_is_not_a_conflict(world, sign_in):
    part = world.part(filled=False)
    client, address = sign_in(part.lead), url("answer", part.operation, number=4)
    sent = {"text": "Le même texte.", "revision": 0}
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 302
    assert saved(part, 4).revision == 1


def test_only_told_recommendations_on_this_commitment_help(world, sign_in):
    part = world.part(filled=False)
    told, other, untold = issue_recommendations(
        part.operation,
        [
            (commitment(world, 4).pk, "Associer les gestionnaires.", None),
            (commitment(world, 5).pk, "Évaluer plus tôt.", None),
            (commitment(world, 4).pk, "Encore secrète.", None),
        ],
        issuer="Commission régionale",
        issued_on=clock.today(),
        source_id=part.operation.pk,
    )
    for row in (told, other):
        row.notified_at = clock.now()
        row.save()
    page = text(sign_in(part.lead).get(url("answer", part.operation, number=4)))
    assert told.text in page
    assert other.text not in page
    assert untold.text not in page


@pytest.mark.parametrize("filled", [False, True])
def test_queries_of_the_notebook_do_not_grow(world, sign_in, django_assert_max_num_queries, filled):
    part = world.part(filled=filled)
    client = sign_in(part.lead)
    with django_assert_max_num_queries(16):
        client.get(url("notebook", part.operation))
    with django_assert_max_num_queries(16):
        client.get(url("answer", part.operation, number=4))
