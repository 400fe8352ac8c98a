"""The follow-up of recommendations on the public sheet: what its lead shows, once its label is public."""

import pytest
from django.urls import reverse

from ecoquartier.accounts.services import erase
from ecoquartier.awards import services as awards
from ecoquartier.core import clock
from ecoquartier.directory.queries import directory_breaches
from ecoquartier.operations.enums import OperationState
from ecoquartier.operations.models import Operation, Recommendation
from ecoquartier.operations.services import answer_recommendation, hide_follow_up, publish_follow_up
from ecoquartier.people.models import User
from tests.support.pages import read as read_as
from tests.support.recommendations import in_nation, second_room
from tests.support.refusals import refused
from tests.support.world import fresh

ASKED = "Suivre les usages."
TITLE = "Recommandations suivies"
ANSWER = "Un relevé chaque année, par Camille Rousseau."


@pytest.fixture
def nation(world):
    """A label awarded with a recommendation, notified, answered; its publication is still to come."""
    room = in_nation(second_room(world)).open()
    room.record("award", recommendations=[(None, ASKED)])
    room.sign()
    awards.announce(room.sitting, actor=world.bureau)
    answer_recommendation(asked(), actor=fresh(room.part.lead), text=ANSWER)
    return room


def asked() -> Recommendation:
    return Recommendation.objects.get(text=ASKED)


def sheet(room) -> str:
    return f"/ecoquartiers/{room.part.operation.slug}/"


def test_it_is_shown_when_the_lead_wishes_and_the_label_is_public(nation, main, client):
    publish_follow_up(asked(), actor=fresh(nation.part.lead))
    assert TITLE not in main(sheet(nation))
    nation.world.play.publish(clock.today())
    page = main(sheet(nation)).split(TITLE)[1]
    for said in (ASKED, "sur l’ensemble", "répondue", "Demandée par", "Réponse de l’équipe", ANSWER):
        assert said in page
    assert nation.part.lead.full_name not in page
    etag = client.get(sheet(nation)).headers["ETag"]
    hide_follow_up(asked(), actor=fresh(nation.part.lead))
    assert TITLE not in main(sheet(nation))
    assert client.get(sheet(nation), headers={"If-None-Match": etag}).status_code == 200


def test_another_answer_is_another_page(nation, main, client):
    nation.world.play.publish(clock.today())
    publish_follow_up(asked(), actor=fresh(nation.part.lead))
    etag = client.get(sheet(nation)).headers["ETag"]
    answer_recommendation(asked(), actor=fresh(nation.part.lead), text="Deux relevés par an.")
    assert client.get(sheet(nation), headers={"If-None-Match": etag}).status_code == 200
    assert "Deux relevés par an." in main(sheet(nation))
    assert directory_breaches() == []


def test_what_a_later_commission_says_waits_for_its_own_label(nation, main):
    nation.world.play.publish(clock.today())
    publish_follow_up(asked(), actor=fresh(nation.part.lead))
    row = asked()
    reply = row.replies.get()
    row.replies.create(
        state="lifted",
        text="Constaté sur place.",
        issuer="Commission nationale",
        decided_on=clock.today(),
        source_id=reply.pk,
    )
    Recommendation.objects.filter(pk=row.pk).update(state="lifted")
    assert directory_breaches() == []
    page = main(sheet(nation))
    assert "répondue" in page
    assert "Constaté sur place." not in page


def test_a_name_erased_from_an_answer_leaves_the_page(nation, main):
    nation.world.play.publish(clock.today())
    publish_follow_up(asked(), actor=fresh(nation.part.lead))
    person = User.objects.create(email="camille@ville.example", full_name="Camille Rousseau")
    assert "Camille Rousseau" in main(sheet(nation))
    erase(person, actor=person)
    page = main(sheet(nation))
    assert "Un relevé chaque année" in page
    assert "Camille Rousseau" not in page


def test_nothing_is_shown_or_hidden_on_an_abandoned_operation_and_the_page_says_why(nation):
    nation.world.play.publish(clock.today())
    lead, row = nation.part.lead, asked()
    Operation.objects.filter(pk=row.operation_id).update(
        state=OperationState.ABANDONED, state_since=clock.today(), state_reason="Sans financement."
    )
    page = read_as(lead, reverse("holder:recommendation", args=[row.pk]))
    assert "sa fiche se lit et ne se modifie plus" in page
    with refused("why_not_kept"):
        publish_follow_up(asked(), actor=fresh(lead))
    Recommendation.objects.filter(pk=row.pk).update(is_published=True)
    assert "sa fiche se lit et ne se modifie plus" in read_as(lead, reverse("holder:recommendation", args=[row.pk]))
    with refused("why_not_kept"):
        hide_follow_up(asked(), actor=fresh(lead))
