"""A recommendation from the sitting that issues it to the one that lifts it, as its people meet it."""

from __future__ import annotations

import pytest

from ecoquartier.commissions import services
from ecoquartier.people.models import User
from tests.e2e.conftest import Visitor, apart
from tests.support.recommendations import ANSWER
from tests.support.sittings import Room, convened
from tests.support.world import World

ASKED = "Préciser qui entretient les noues, et avec quels moyens, une fois les logements livrés."


@pytest.fixture
def visitor(browser, live_server, settings):
    """A visitor of a small demonstration."""
    settings.DEMO = True
    settings.BASE_URL = live_server.url
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    visitor = Visitor(context.new_page(), live_server.url)
    visitor.page.set_default_timeout(10_000)
    yield visitor
    context.close()
    assert visitor.errors == []


def become(visitor: Visitor, person: User) -> None:
    """Sign in as anybody of the demonstration."""
    visitor.page.context.clear_cookies()
    visitor.go("/compte/connexion/")
    visitor.page.evaluate(
        """path => {
            const form = document.querySelector("form[method=post]");
            form.action = path;
            form.submit();
        }""",
        f"/compte/demonstration/{person.pk}/",
    )
    visitor.page.wait_for_url("**/espace/")


def in_sitting(world: World, part, dossier) -> Room:
    """A sitting open on the dossier, everybody having declared."""
    room = convened(world, dossier, part)
    for seat in room.commission.seats.all():
        services.declare(room.item, actor=seat.holder, is_recused=False)
    return room.open()


def item_of(room: Room) -> str:
    return f"/espace/commissions/points/{room.item.pk}/"


@pytest.mark.django_db(transaction=True)
def test_a_recommendation_is_issued_answered_deposited_and_lifted(visitor):
    world = apart(World)
    part, dossier = apart(world.assessed)
    room = apart(lambda: in_sitting(world, part, dossier))
    address, secretary = apart(lambda: (item_of(room), room.secretary))

    become(visitor, secretary)
    visitor.go(address)
    visitor.choose("outcome", "adjourn")
    visitor.write(reasons="La gestion reste à préciser.", text_1=ASKED, support="Une journée d’appui.")
    visitor.page.locator("main [name=commitment_1]").select_option(index=19)
    visitor.press("Enregistrer l’avis")
    assert visitor.says("L’avis est enregistré.")
    apart(room.sign)

    become(visitor, part.lead)
    assert visitor.says("Répondre aux recommandations")
    visitor.follow("Répondre aux recommandations")
    visitor.looked_at("recommandations")
    visitor.follow("Répondre à cette recommandation")
    visitor.write(text=ANSWER)
    visitor.press("Enregistrer la réponse")
    visitor.looked_at("recommandation-repondue")

    part, dossier = apart(lambda: world.under_expertise(part=part))
    report = apart(lambda: dossier.reports.select_related("assignment__expert").order_by("assignment__part")[0])
    become(visitor, report.assignment.expert)
    visitor.go(f"/espace/expertise/expertises/{report.pk}/")
    assert visitor.says(ASKED)
    assert visitor.says(ANSWER)
    visitor.looked_at("recommandation-expertise")

    dossier = apart(lambda: world.play.assess(dossier))
    room = apart(lambda: in_sitting(world, part, dossier))
    address = apart(lambda: item_of(room))
    become(visitor, secretary)
    visitor.go(address)
    assert visitor.says(ANSWER)
    visitor.choose("outcome", "propose")
    visitor.choose("settlement_1", "lift")
    visitor.write(reasons="Démarche aboutie.", words_1="La convention de gestion est signée.")
    visitor.looked_at("recommandation-seance")
    visitor.press("Enregistrer l’avis")
    visitor.looked_at("recommandation-seance-notee")
    become(visitor, part.lead)
    visitor.go(f"/espace/operations/{part.operation.pk}/recommandations/")
    assert not visitor.says("levée")
    apart(room.sign)
    visitor.page.reload()
    assert visitor.says("levée")
    visitor.follow("Lire la suite donnée")
    assert visitor.says("La convention de gestion est signée.")
    visitor.looked_at("recommandation-levee")
    visitor.go(f"/espace/operations/{part.operation.pk}/")
    visitor.looked_at("recommandation-operation")
