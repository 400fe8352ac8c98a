"""The pages of recommendations: list, answer, history, and what the others may know of it."""

import pytest
from django.urls import reverse

from ecoquartier.awards import services as awards
from ecoquartier.core import clock
from ecoquartier.operations.models import Recommendation
from ecoquartier.operations.services import answer_recommendation, issue_recommendations
from tests.support.pages import queries_of, read, signed_in, words
from tests.support.recommendations import ANSWER, answer, in_nation, recommendation_of, second_room
from tests.support.world import fresh


@pytest.fixture
def part(world):
    """An operation whose dossier was adjourned with one recommendation."""
    part, _dossier = world.decided("adjourn")
    return part


def page_of(row, act=""):
    return reverse(f"holder:recommendation{act}", args=[row.pk])


def list_of(part):
    return reverse("holder:recommendations", args=[part.operation.pk])


def more(part, n):
    """Told recommendations of a later decision."""
    rows = issue_recommendations(
        part.operation,
        [(None, f"Numéro {k}.", None) for k in range(n)],
        issuer="Commission nationale",
        issued_on=clock.today(),
        source_id=part.operation.pk,
    )
    Recommendation.objects.filter(pk__in=[row.pk for row in rows]).update(notified_at=clock.now())
    return list(Recommendation.objects.filter(pk__in=[row.pk for row in rows]))


# Reading


def test_the_sheet_leads_to_the_list_and_the_list_to_the_answer(part):
    row, client = recommendation_of(part), signed_in(part.lead)
    sheet = client.get(reverse("holder:operation", args=[part.operation.pk])).content.decode()
    assert page_of(row) in sheet
    assert list_of(part) in sheet
    page = read(part.lead, list_of(part))
    assert row.text in page
    assert str(row.commitment) in page
    assert "attend une réponse" in page
    assert "Répondre à cette recommandation" in page


@pytest.mark.parametrize("who", ["elected", "correspondent", "coordinator", "bureau"])
def test_those_who_follow_read_and_do_not_answer(part, world, who):
    person = part.elected if who == "elected" else getattr(world, who)
    assert "Lire la suite donnée" in read(person, list_of(part))
    row = recommendation_of(part)
    assert "Enregistrer la réponse" not in read(person, page_of(row))
    response = signed_in(person).post(page_of(row), {"text": ANSWER})
    assert response.status_code == 403
    assert "Seuls les pilotes et contributeurs" in words(response)
    assert not recommendation_of(part).replies.exists()


def test_a_stranger_finds_nothing(part, person):
    client = signed_in(person("inconnue"))
    assert client.get(list_of(part)).status_code == 404
    assert client.get(page_of(recommendation_of(part))).status_code == 404


def test_what_is_not_notified_does_not_exist(part):
    Recommendation.objects.update(notified_at=None)
    row = recommendation_of(part)
    for person in (part.lead, part.elected):
        assert "Aucune recommandation" in read(person, list_of(part))
        assert signed_in(person).get(page_of(row)).status_code == 404
        assert signed_in(person).post(page_of(row), {"text": ANSWER}).status_code == 404


def test_an_operation_without_any_says_when_they_come(world):
    held = world.part()
    page = read(held.lead, reverse("holder:recommendations", args=[held.operation.pk]))
    assert "quand sa décision est notifiée" in page


def test_the_filter_is_in_the_address(part):
    answer(part)
    text = recommendation_of(part).text
    assert text in read(part.lead, f"{list_of(part)}?etat=repondues")
    for state in ("a-repondre", "levees", "autre"):
        assert text not in read(part.lead, f"{list_of(part)}?etat={state}")


def test_the_pages_cost_the_same_for_one_and_for_three(part):
    answer(part)
    one = queries_of(part.lead, list_of(part))
    for row in more(part, 2):
        answer_recommendation(row, actor=fresh(part.lead), text=ANSWER)
    assert queries_of(part.lead, list_of(part)) == one <= 15
    assert queries_of(part.lead, page_of(Recommendation.objects.first())) <= 15


def test_the_list_is_cut_in_pages_and_the_sheet_shows_a_few(part):
    more(part, 24)
    assert read(part.lead, list_of(part)).count("Répondre à cette recommandation") == 20
    assert read(part.lead, f"{list_of(part)}?page=2").count("Répondre à cette recommandation") == 5
    assert read(part.lead, reverse("holder:operation", args=[part.operation.pk])).count("Numéro") == 4


# Answering


def test_the_answer_is_saved_and_shown_with_its_history(part):
    row = recommendation_of(part)
    response = signed_in(part.lead).post(page_of(row), {"text": ANSWER}, follow=True)
    page = words(response)
    assert "La réponse est enregistrée." in page
    assert f"Réponse de {part.lead.full_name}" in page
    assert ANSWER in page
    assert ANSWER in read(part.elected, page_of(row))


def test_an_empty_answer_is_refused_beside_its_field(part):
    response = signed_in(part.lead).post(page_of(recommendation_of(part)), {"text": " "})
    assert response.status_code == 422
    assert not recommendation_of(part).replies.exists()


def test_the_notebook_shows_it_beside_its_commitment(part):
    row = recommendation_of(part)
    answer(part)
    address = reverse("holder:answer", kwargs={"pk": part.operation.pk, "number": row.commitment.number})
    page = read(part.lead, address)
    assert row.text in page
    assert ANSWER in page
    assert "répondue" in page


def test_the_assistant_asks_for_it_only_where_the_stage_does(part):
    row = recommendation_of(part)
    address = reverse("holder:dossier-open", args=[part.operation.pk])
    html = signed_in(part.lead).get(address).content.decode()
    # Stages 3 and 4 ask for it; stages 1 and 2 do not.
    assert html.count(f'href="{page_of(row)}"') == 2
    answer(part)
    assert page_of(row) not in signed_in(part.lead).get(address).content.decode()


def test_a_lifted_one_has_no_form_any_more(world):
    room = second_room(world).open()
    room.record(settlements=[(recommendation_of(room.part).pk, "lift", "Constaté sur place.")])
    room.sign()
    row = recommendation_of(room.part)
    page = read(room.part.lead, page_of(row))
    assert "levée" in page
    assert "Constaté sur place." in page
    assert "Enregistrer la réponse" not in page
    response = signed_in(room.part.lead).post(page_of(row), {"text": "Encore."})
    assert response.status_code == 422
    assert "n’est pas possible maintenant" in words(response)
    assert "Encore." in words(response)


# Rule 15


def test_no_page_tells_a_national_settlement_before_the_announcement(world):
    room = in_nation(second_room(world)).open()
    row = Recommendation.objects.filter(operation=room.part.operation).order_by("notified_at")[0]
    addresses = [
        page_of(row),
        list_of(room.part),
        f"{list_of(room.part)}?etat=levees",
        reverse("holder:operation", args=[room.part.operation.pk]),
        reverse("holder:answer", kwargs={"pk": room.part.operation.pk, "number": row.commitment.number}),
        reverse("holder:dossier-open", args=[room.part.operation.pk]),
        reverse("dossiers:detail", args=[room.dossier.pk]),
        reverse("space:home"),
    ]
    people = (room.part.lead, room.part.elected)
    before = {(person.pk, address): read(person, address) for person in people for address in addresses}
    room.record("award", settlements=[(row.pk, "lift", "Constaté sur place.")])
    room.sign()
    for person in people:
        for address in addresses:
            assert read(person, address) == before[person.pk, address], (person, address)
    awards.announce(room.sitting, actor=world.bureau)
    assert "levée" in read(room.part.lead, page_of(row))
    assert "Constaté sur place." in read(room.part.elected, page_of(row))


# The public sheet


def test_the_lead_shows_and_hides_the_follow_up(world):
    part, _dossier = world.decided("propose")
    row = recommendation_of(part)
    assert "Répondez d’abord à cette recommandation" in read(part.lead, page_of(row))
    answer(part)
    client = signed_in(part.lead)
    assert client.post(page_of(row, "-publish")).status_code == 302
    assert recommendation_of(part).is_published
    assert "suivi public" in read(part.lead, list_of(part))
    assert client.post(page_of(row, "-hide")).status_code == 302
    assert not recommendation_of(part).is_published
    assert "Montrer le suivi" not in read(part.elected, page_of(row))
    assert signed_in(part.elected).post(page_of(row, "-publish")).status_code == 403


def test_what_comes_from_an_adjournment_is_never_shown_to_all(part):
    answer(part)
    assert "Elle vient d’un ajournement" in read(part.lead, page_of(recommendation_of(part)))
