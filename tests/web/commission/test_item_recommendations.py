"""Earlier recommendations before a commission: read with the answers of the deposit, lifted or maintained."""

from datetime import timedelta

import pytest
from django.urls import reverse

from ecoquartier.commissions import services
from ecoquartier.core import clock
from tests.support.pages import queries_of, read, signed_in, words
from tests.support.recommendations import ANSWER, answer, in_nation, recommendation_of, second_room

OUTCOME = {"outcome": "propose", "reasons": "Gouvernance exemplaire.", "mode": "consensus"}
SETTLE = "Suite donnée à la recommandation antérieure 1"


def declared(room):
    """Everybody has declared without conflict."""
    for seat in room.commission.seats.all():
        services.declare(room.item, actor=seat.holder, is_recused=False)
    return room


def address(room):
    return reverse("commission:item", kwargs={"pk": room.item.pk})


@pytest.fixture
def again(world):
    """The region deals with a dossier that answers the recommendation of its adjournment."""
    return declared(second_room(world))


def test_members_read_what_was_asked_and_the_answer_deposited(again):
    answer(again.part, "Écrit après le dépôt.")
    page = read(again.member, address(again))
    assert recommendation_of(again.part).text in page
    assert ANSWER in page
    assert "Écrit après le dépôt." not in page
    assert SETTLE not in page


def test_who_is_recused_reads_nothing(world):
    room = second_room(world)
    services.declare(room.item, actor=room.member, is_recused=True, reason="Élu de la commune.")
    response = signed_in(room.member).get(address(room))
    assert response.status_code == 403
    assert ANSWER not in words(response)


def test_a_first_candidature_shows_nothing_of_it(room):
    page = read(declared(room).open().secretary, address(room))
    assert "Recommandations antérieures" not in page


def test_the_room_view_does_not_show_them(again):
    assert ANSWER not in read(again.secretary, f"{address(again)}?vue=salle")


def test_the_secretary_lifts_and_everybody_reads_it(again):
    again.open()
    assert SETTLE in read(again.secretary, address(again))
    sent = OUTCOME | {"settlement_1": "lift", "words_1": "Convention vue."}
    assert signed_in(again.secretary).post(address(again), sent).status_code == 302
    (row,) = again.item.settlements.all()
    assert (row.settlement, row.words) == ("lift", "Convention vue.")
    page = read(again.member, address(again))
    assert "levée" in page
    assert "Convention vue." in page
    # The form comes back with what was recorded.
    html = signed_in(again.secretary).get(address(again)).content.decode()
    assert "Convention vue." in html
    again.sign()
    assert "Convention vue." in read(again.member, address(again))
    minutes = read(again.member, reverse("commission:minutes", kwargs={"pk": again.sitting.pk}))
    assert f"levée : {recommendation_of(again.part).text}" in minutes


def test_what_is_maintained_says_why_beside_its_field(again):
    again.open()
    response = signed_in(again.secretary).post(address(again), OUTCOME | {"settlement_1": "maintain", "words_1": " "})
    assert response.status_code == 422
    assert words(response).count("Dites pourquoi la recommandation est maintenue.") == 2  # in the summary, and beside
    assert again.item.outcome == ""


def test_nothing_chosen_leaves_it_open(again):
    again.open()
    signed_in(again.secretary).post(address(again), OUTCOME)
    assert not again.item.settlements.exists()


def test_the_page_has_a_bounded_cost(again):
    again.open().record(settlements=[(recommendation_of(again.part).pk, "lift", "")])
    counts = {part: queries_of(again.person(part), address(again)) for part in ("member", "secretary", "chair")}
    assert max(counts.values()) <= 15, counts


# Réserves


@pytest.fixture
def award(world):
    """The nation is about to award."""
    return declared(in_nation(second_room(world))).open()


AWARD = OUTCOME | {"outcome": "award", "text_1": "Achever le parc."}


def test_a_date_makes_a_reservation(award):
    day = clock.today() + timedelta(days=90)
    assert signed_in(award.secretary).post(address(award), AWARD | {"due_1": day.isoformat()}).status_code == 302
    (row,) = award.item.recommendations.all()
    assert (row.text, row.due_on) == ("Achever le parc.", day)
    assert "réserve à lever avant le" in read(award.member, address(award))


def test_a_region_that_does_not_award_is_asked_for_no_date(again):
    assert "Réserve à lever avant le" not in read(again.open().secretary, address(again))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"outcome": "send_back"}, "Une réserve accompagne l’attribution du label."),
        ({"due_1": "0"}, "Une réserve se lève à une date à venir."),
        ({"text_1": ""}, "Écrivez cette réserve, ou effacez sa date."),
    ],
)
def test_a_reservation_that_cannot_be_is_refused_beside_its_field(award, change, sentence):
    days = int(change.get("due_1", "30"))
    sent = AWARD | change | {"due_1": (clock.today() + timedelta(days=days)).isoformat()}
    response = signed_in(award.secretary).post(address(award), sent)
    assert response.status_code == 422
    assert sentence in words(response)
    assert award.item.outcome == ""
