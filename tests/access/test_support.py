"""What is blind or under embargo stays so for whoever sees through somebody, and their own denials apply."""

import pytest

from ecoquartier.access import scopes
from ecoquartier.awards import services as awards
from ecoquartier.commissions import services as commissions
from ecoquartier.commissions.models import Sitting
from ecoquartier.core import clock
from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.queries import knows_outcome, state_label
from ecoquartier.expertise import services as expertise
from ecoquartier.expertise.models import ExpertReport
from ecoquartier.operations.queries import (
    all_stages_known_to,
    recommendations_told,
    stages_known_to,
)
from tests.support.world import fresh


@pytest.fixture
def helper(world):
    return world.helper


def through(person, helper):
    """The person, as whoever helps sees through them."""
    seen = fresh(person)
    seen.seen_by = fresh(helper)
    return seen


def reports_of(user):
    return set(scopes.reports_visible_to(user))


def test_what_is_neither_blind_nor_secret_is_seen_as_the_person_sees_it(world, helper):
    part, dossier = world.submitted()
    for person, permission in (
        (part.lead, "dossiers.deposit"),
        (part.elected, "dossiers.agree"),
        (world.correspondent, "dossiers.examine"),
        (world.coordinator, "dossiers.view"),
    ):
        assert person.has_perm(permission, dossier)
        assert through(person, helper).has_perm(permission, dossier)
        assert not fresh(helper).has_perm(permission, dossier)
    assert dossier in scopes.dossiers_visible_to(through(part.lead, helper))


@pytest.mark.parametrize("who", ["helper", "bureau"])
def test_an_expertise_is_closed_until_its_synthesis_is_approved(world, helper, who):
    helper = helper if who == "helper" else world.bureau
    _part, dossier = world.under_expertise()
    world.play.visit(dossier)
    first, second = dossier.reports.order_by("assignment__part")
    author, other = first.assignment.expert, second.assignment.expert

    def closed():
        for expert in (author, other):
            assert not through(expert, helper).has_perm("expertise.read_synthesis", dossier)
            assert not through(expert, helper).has_perm("expertise.write_synthesis", dossier)
            for report in ExpertReport.objects.filter(dossier=dossier):
                assert not through(expert, helper).has_perm("expertise.read_report", report)
                assert not through(expert, helper).has_perm("expertise.write_report", report)
            assert reports_of(through(expert, helper)) == set()

    assert reports_of(author) == {first}
    closed()
    expertise.seal(world.play.write_report(first), actor=author)
    closed()
    expertise.seal(world.play.write_report(second), actor=other)
    assert reports_of(fresh(author)) == {first, second}
    closed()
    expertise.save_synthesis(dossier, actor=fresh(author), text="Accord.", proposal="favourable")
    assert fresh(author).has_perm("expertise.read_synthesis", dossier)
    closed()


def test_an_expertise_that_is_over_is_seen_as_the_person_sees_it(world, helper):
    _part, dossier = world.assessed()
    expert = dossier.assignments.order_by("part")[0].expert
    assert reports_of(through(expert, helper)) == reports_of(fresh(expert)) != set()
    assert through(expert, helper).has_perm("expertise.read_synthesis", dossier)


def test_an_outcome_is_not_told_before_it_is_public(world, helper):
    part, dossier = world.awarded()
    sitting = Sitting.objects.get(commission__level="national")
    item = sitting.items.get()
    secretary = world.cast.seat_holder(sitting.commission, "secretary")
    knowing = [world.correspondent, world.coordinator]

    def told(person, dossier):
        user = through(person, helper)
        known = scopes.dossiers_visible_to(user).filter(scopes.outcome_known_to(user), pk=dossier.pk).exists()
        assert known == knows_outcome(dossier, user)
        assert (state_label(dossier, user) == "en commission") != known
        return known

    assert fresh(secretary).has_perm("commissions.read_outcome", item)
    for permission in ("commissions.read_outcome", "commissions.open_item", "commissions.record"):
        assert not through(secretary, helper).has_perm(permission, item)
    assert all(knows_outcome(dossier, person) for person in knowing)
    assert not any(told(person, dossier) for person in knowing)

    awards.announce(sitting, actor=world.bureau)
    dossier = Dossier.objects.get(pk=dossier.pk)
    holder, operation = fresh(part.lead), dossier.operation
    assert knows_outcome(dossier, holder)
    assert stages_known_to(operation, holder).filter(rank=2).exists()
    seen = through(part.lead, helper)
    assert not told(part.lead, dossier)
    assert not stages_known_to(operation, seen).filter(rank=2).exists()
    assert not all_stages_known_to(seen).filter(operation=operation, rank=2).exists()

    world.play.publish(clock.today())
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert told(part.lead, dossier)
    assert told(world.correspondent, dossier)
    assert stages_known_to(operation, seen).filter(rank=2).exists()
    assert all_stages_known_to(seen).filter(operation=operation, rank=2).exists()


def test_recommendations_would_tell_the_outcome(world, helper):
    part, dossier = world.decided("adjourn")
    assert recommendations_told(dossier.operation, fresh(part.lead)).exists()
    assert not recommendations_told(dossier.operation, through(part.lead, helper)).exists()


def test_whoever_knows_by_themselves_is_told_through_another(world):
    _part, dossier = world.awarded()
    assert knows_outcome(dossier, through(world.correspondent, world.bureau))
    # An expert does not know: seeing through them gives no more.
    expert = dossier.assignments.order_by("part")[0].expert
    assert not knows_outcome(dossier, through(expert, world.bureau))


def test_the_recusal_of_whoever_helps_applies(world):
    _part, dossier = world.assessed()
    sitting = world.play.plan(world.cast.commission(world.commune.county.region), [dossier], clock.today())
    seat = sitting.commission.seats.filter(part="member").first()
    seat.holder = world.bureau
    seat.save()
    seen = through(world.coordinator, world.bureau)
    assert seen.has_perm("dossiers.view", dossier)
    assert dossier in scopes.dossiers_visible_to(seen)
    assert reports_of(seen)
    commissions.declare(sitting.items.get(), actor=world.bureau, is_recused=True, reason="Ancien employeur.")
    seen = through(world.coordinator, world.bureau)
    assert not seen.has_perm("dossiers.view", dossier)
    assert dossier not in scopes.dossiers_visible_to(seen)
    assert reports_of(seen) == set()
    other = through(world.cast.bureau[1], world.bureau)
    about = {str(dossier.pk), *map(str, dossier.reports.values_list("pk", flat=True))}
    assert scopes.entries_visible_to(fresh(world.cast.bureau[1])).filter(about_id=str(dossier.pk)).exists()
    assert not scopes.entries_visible_to(other).filter(about_id=str(dossier.pk)).exists()
    assert scopes.messages_visible_to(fresh(world.cast.bureau[1])).filter(object_id__in=about).exists()
    assert not scopes.messages_visible_to(other).filter(object_id__in=about).exists()


def test_nothing_that_commits_the_person_is_offered(world, helper):
    part, _dossier = world.draft()
    person = part.lead
    assert person.has_perm("accounts.erase", person)
    assert not through(person, helper).has_perm("accounts.erase", person)
    # No chain: seeing as somebody who helps gives no session of one's own.
    assert fresh(helper).has_perm("support.ask")
    assert not through(helper, world.bureau).has_perm("support.ask")
