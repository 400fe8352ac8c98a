"""The list of dossiers: rows, filters, and what the filters must not tell."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ecoquartier.awards import services as awards
from ecoquartier.commissions.models import Sitting
from ecoquartier.core import clock
from ecoquartier.dossiers import services
from ecoquartier.dossiers.models import Dossier
from ecoquartier.operations.models import Operation
from ecoquartier.people.models import User
from ecoquartier.territories.models import Commune, County
from tests.web.dossiers.conftest import text

LIST = "/espace/dossiers/"


def rows(response):
    return {line.dossier.operation.name for line in response.context["lines"]}


def test_each_sees_theirs_and_where_it_is(world, sign_in):
    part, dossier = world.submitted()
    world.draft()
    page = sign_in(part.lead).get(LIST)
    assert rows(page) == {dossier.operation.name}
    words = text(page)
    for expected in (dossier.operation.name, "Laval", "Étape 2, chantier", "déposé", "Le correspondant ville durable"):
        assert expected in words
    assert f'href="{LIST}{dossier.pk}/"' in page.content.decode()


def test_a_visitor_signs_in_first(client):
    assert client.get(LIST).status_code == 302


def test_an_empty_list_says_what_to_do(db, sign_in):
    page = sign_in(User.objects.create_user("stranger@example.org", "Inconnue")).get(LIST)
    assert "Aucune candidature ne vous concerne" in text(page)
    assert "/espace/operations/" in page.content.decode().partition("<main")[2]


def test_filters_narrow_and_stay_in_the_address(world, sign_in):
    _part, first = world.submitted()
    _part, second = world.draft()
    client = sign_in(world.correspondent)
    assert rows(client.get(LIST)) == {first.operation.name, second.operation.name}
    assert rows(client.get(LIST, {"etat": "examen"})) == {first.operation.name}
    assert rows(client.get(LIST, {"q": second.operation.name.upper()})) == {second.operation.name}
    assert rows(client.get(LIST, {"q": "laval"})) == {first.operation.name, second.operation.name}
    assert rows(client.get(LIST, {"etape": "3"})) == set()
    assert rows(client.get(LIST, {"etape": "2", "campagne": first.campaign_id})) == {
        first.operation.name,
        second.operation.name,
    }
    empty = client.get(LIST, {"q": "introuvable"})
    assert "Aucun résultat avec ces filtres" in text(empty)


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [("st denis d'anjou", True), ("Saint-Denis", True), ("53210", True), ("ecluse", True), ("Écluse d’été", True)]
    + [("nantes", False), ("société", True)],
)
def test_a_dossier_is_found_by_its_commune_its_operation_and_its_holder(world, sign_in, typed, is_found):
    part = world.part(commune=Commune.objects.select_related("county__region").get(pk="53210"))
    _part, dossier = world.draft(part=part)
    Operation.objects.filter(pk=part.operation.pk).update(name="L’Écluse d’Été", slug="lecluse-dete")
    found = rows(sign_in(world.correspondent).get(LIST, {"q": typed}))
    assert found == ({"L’Écluse d’Été"} if is_found else set())


def test_the_dossiers_of_a_territory_are_told_from_the_others(world, sign_in):
    _part, mine = world.draft()
    brest = world.cast.correspondent(County.objects.get(pk="29"))
    mine.operation.team.create(user=brest, role="reader")
    client = sign_in(brest)
    assert rows(client.get(LIST)) == {mine.operation.name}
    assert rows(client.get(LIST, {"titre": "territoire"})) == set()
    assert rows(sign_in(world.correspondent).get(LIST, {"titre": "territoire"})) == {mine.operation.name}
    assert "titre" not in sign_in(world.bureau).get(LIST).context["filters"].fields


def test_a_filter_not_understood_is_said(world, sign_in):
    page = sign_in(world.correspondent).get(LIST, {"etat": "nimporte"})
    assert page.status_code == 200
    assert rows(page) == set()


SITUATIONS = ("preparation", "examen", "complements", "expertise", "commission", "decide", "referme")


def situation(client, dossier):
    """The situations under which the list shows the dossier."""
    found = {s for s in SITUATIONS if dossier.operation.name in rows(client.get(LIST, {"etat": s}))}
    assert len(found) == 1
    return found.pop()


def words_of(client):
    """What the only line says of the state, and of who has the dossier."""
    (line,) = client.get(LIST).context["lines"]
    return line.state, line.who


def test_a_filter_by_situation_keeps_the_embargo(world, sign_in):
    part, dossier = world.awarded()
    holder, service, expert = (sign_in(u) for u in (part.lead, world.correspondent, world.cast.experts[0]))
    assert [situation(c, dossier) for c in (holder, service, expert)] == ["commission", "decide", "commission"]
    assert words_of(holder) == ("en commission", "La commission")
    assert words_of(service) == ("label attribué", "Le bureau national")
    awards.announce(Sitting.objects.get(commission__level="national"), actor=world.bureau)
    assert [situation(c, dossier) for c in (holder, service, expert)] == ["decide", "decide", "commission"]
    assert words_of(holder) == ("label attribué", "Le bureau national")
    assert words_of(expert) == ("en commission", "La commission")
    world.play.publish(clock.today())
    assert [situation(c, dossier) for c in (holder, service, expert)] == ["decide"] * 3
    assert words_of(expert) == ("label attribué", "")


def test_an_adjourned_dossier_reads_as_one_in_commission_until_told(world, sign_in):
    part, dossier = world.decided("propose")
    world.sit(dossier, "adjourn", national=True)
    client = sign_in(part.lead)
    assert situation(client, dossier) == "commission"
    before = client.get(LIST).content
    Dossier.objects.filter(pk=dossier.pk).update(state="proposed")
    assert len(client.get(LIST).content) == len(before)


def test_a_closed_dossier_is_found(world, sign_in):
    part, dossier = world.submitted()
    services.withdraw(dossier, actor=part.lead)
    assert situation(sign_in(part.lead), dossier) == "referme"


@pytest.mark.parametrize("query", [{}, {"etat": "commission", "q": "laval"}], ids=["all", "filtered"])
def test_the_number_of_queries_does_not_depend_on_the_rows(world, sign_in, query):
    world.assessed()
    client = sign_in(world.correspondent)

    def count():
        with CaptureQueriesContext(connection) as queries:
            page = client.get(LIST, query)
        return len(page.context["lines"]), len(queries)

    assert count() == (1, 9)
    world.assessed()
    world.assessed()
    assert count() == (3, 9)


def test_pages_of_twenty(world, sign_in):
    part, dossier = world.draft()
    for _n in range(20):
        Dossier.objects.create(
            operation=dossier.operation, campaign=dossier.campaign, stage=dossier.stage, holder=dossier.holder
        )
    client = sign_in(part.lead)
    assert len(client.get(LIST).context["lines"]) == 20
    assert len(client.get(LIST, {"page": 2}).context["lines"]) == 1
