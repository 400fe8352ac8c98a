"""What the page of a dossier must not give away: unsealed reports (rule 8), outcomes not told (rule 15).

Non-interference: what happens in secret changes neither the words, nor the length, nor the number of queries.
"""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ecoquartier.awards import services as awards
from ecoquartier.commissions import services as commissions
from ecoquartier.commissions.models import Sitting
from ecoquartier.core import clock
from ecoquartier.dossiers.models import Dossier
from ecoquartier.expertise import services as expertise
from ecoquartier.ops.services.play import on
from tests.web.dossiers.conftest import text

SECRET = "Parking silo surdimensionné."


def answer(client, dossier):
    """Everything that an answer gives: status, words with their markup, number of queries."""
    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"/espace/dossiers/{dossier.pk}/")
    html = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page.content.decode())
    html = re.sub(r"&quot;X-CSRFToken&quot;.*?}", "", html)
    return page.status_code, html, len(queries)


def write(world, report):
    return expertise.save_report(
        report,
        actor=report.assignment.expert,
        opinion=SECRET,
        proposal="favourable",
        marks={c.pk: ("to_strengthen", SECRET) for c in report.dossier.campaign.framework.commitments.all()},
    )


def test_a_report_written_then_sealed_changes_nothing_for_the_others(world, sign_in):
    part, dossier = world.under_expertise()
    world.play.visit(dossier)
    first, second = dossier.reports.order_by("assignment__part")
    others = {
        "lead": sign_in(part.lead),
        "elected": sign_in(part.elected),
        "correspondent": sign_in(world.correspondent),
        "coordinator": sign_in(world.coordinator),
        "bureau": sign_in(world.bureau),
        "other expert": sign_in(second.assignment.expert),
    }
    before = {name: answer(client, dossier) for name, client in others.items()}
    assert {status for status, _html, _queries in before.values()} == {200}
    write(world, first)
    assert {name: answer(client, dossier) for name, client in others.items()} == before
    expertise.seal(first, actor=first.assignment.expert)
    assert {name: answer(client, dossier) for name, client in others.items()} == before


def test_once_all_is_sealed_the_team_and_the_services_find_the_reports_and_the_holder_does_not(world, sign_in):
    part, dossier = world.assessed()
    first, second = dossier.reports.order_by("assignment__part")
    for user in (world.correspondent, world.bureau, second.assignment.expert):
        html = answer(sign_in(user), dossier)[1]
        assert f"/espace/expertise/expertises/{first.pk}/" in html
        assert f"/espace/expertise/dossiers/{dossier.pk}/synthese/" in html
    for user in (part.lead, part.elected):
        html = answer(sign_in(user), dossier)[1]
        assert "/espace/expertise/" not in html
        assert "Les expertises concordent" not in html


@pytest.fixture
def at_the_nation(world):
    """A dossier on the agenda of an open national sitting, and those who must not know what it says."""
    with on(clock.today()):
        part, dossier = world.decided("propose")
        sitting = world.play.plan(world.cast.commission(None), [dossier], clock.today())
        sitting = world.play.open_sitting(sitting)
        yield part, dossier, sitting


@pytest.mark.parametrize("outcome", ["award", "adjourn", "send_back"])
def test_what_the_nation_decides_changes_nothing_until_it_is_told(world, sign_in, at_the_nation, outcome):
    part, dossier, sitting = at_the_nation
    others = {
        "lead": sign_in(part.lead),
        "elected": sign_in(part.elected),
        "expert": sign_in(world.cast.experts[0]),
        "member of the region": sign_in(_member_of_the_region(world)),
    }
    before = {name: answer(client, dossier) for name, client in others.items()}
    assert "en commission" in text(others["lead"].get(f"/espace/dossiers/{dossier.pk}/"))
    world.play.decide(sitting, {dossier.pk: outcome})
    assert Dossier.objects.get(pk=dossier.pk).state in {"awarded", "adjourned", "assessed"}
    after = {name: answer(client, dossier) for name, client in others.items()}
    assert {name: (status, html) for name, (status, html, _n) in after.items()} == {
        name: (status, html) for name, (status, html, _n) in before.items()
    }
    assert {name: n for name, (_s, _h, n) in after.items()} == {name: n for name, (_s, _h, n) in before.items()}


def _member_of_the_region(world):
    regional = Sitting.objects.get(commission__level="regional")
    member = regional.commission.seats.filter(part="member").first().holder
    commissions.declare(regional.items.get(), actor=member, is_recused=False)
    return member


def test_the_services_know_at_once_and_the_holder_when_told(world, page_of):
    part, dossier = world.awarded()
    address = f"/espace/dossiers/{dossier.pk}/"
    assert "label attribué" in page_of(world.correspondent, address)
    assert "label attribué" in page_of(world.bureau, address)
    for user in (part.lead, part.elected):
        words = page_of(user, address)
        assert "en commission" in words
        assert "label attribué" not in words.replace("si la région propose le label", "")
        assert "Attribuer" not in words.partition("Fiche")[0]
    awards.announce(Sitting.objects.get(commission__level="national"), actor=world.bureau)
    assert "label attribué" in page_of(part.lead, address)
    assert "label attribué" not in page_of(world.cast.experts[0], address)


def test_the_regional_proposal_stays_readable_while_the_nation_sits(world, page_of, at_the_nation):
    part, dossier, _sitting = at_the_nation
    words = page_of(part.lead, f"/espace/dossiers/{dossier.pk}/")
    assert "proposer le label" in words
    assert "Label proposé par la région" in words


def test_a_recusal_is_never_told_on_this_page(world, page_of):
    part, dossier = world.assessed()
    commission = world.cast.commission(world.commune.county.region)
    sitting = world.play.plan(commission, [dossier], clock.today())
    member = world.cast.seat_holder(commission, "member")
    commissions.declare(sitting.items.get(), actor=member, is_recused=True, reason="Employeur.")
    for user in (part.lead, world.correspondent, world.bureau):
        words = page_of(user, f"/espace/dossiers/{dossier.pk}/")
        assert member.full_name not in words
        assert "Employeur" not in words


def test_withdrawing_closes_in_the_same_words_whatever_is_decided(world, sign_in, at_the_nation):
    part, dossier, sitting = at_the_nation
    client = sign_in(part.lead)
    before = client.get(f"/espace/dossiers/{dossier.pk}/retirer/")
    assert "le retrait n’est plus possible" in text(before)
    world.play.decide(sitting, {dossier.pk: "award"})
    after = client.get(f"/espace/dossiers/{dossier.pk}/retirer/")
    assert text(after) == text(before)
