"""The ceremony publishes: on its day, everything notified, by two people (rules 15 and 21)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from ecoquartier.awards import services
from ecoquartier.awards.models import Award, Ceremony
from ecoquartier.awards.workflow import AWARD_WORKFLOW, CEREMONY_WORKFLOW
from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused
from ecoquartier.directory.queries import public_rows
from ecoquartier.notifications.models import Message
from tests.support.refusals import refused
from tests.support.world import fresh


@pytest.fixture
def second(world):
    """The other person of the bureau."""
    return fresh(world.cast.bureau[1])


@pytest.fixture
def award(world):
    """A label decided by the nation, notified to its holder."""
    _part, dossier = world.awarded()
    made = Award.objects.get(dossier=dossier)
    services.announce(made.item.sitting, actor=world.bureau)
    return Award.objects.get(pk=made.pk)


@pytest.fixture
def ceremony(world, award):
    """The ceremony of today, nothing requested."""
    return services.plan_ceremony(world.play.campaign, actor=world.bureau, held_on=clock.today())


def steps(ceremony, person):
    return {str(offer.name): offer.reason for offer in CEREMONY_WORKFLOW.offers(ceremony, person)}


def test_two_people_publish_every_label_together(world, award, ceremony, second):
    ceremony = services.request_publication(ceremony, actor=world.bureau)
    assert public_rows().filter(stage=2).count() == 0
    Message.objects.all().delete()
    ceremony = services.confirm_publication(ceremony, actor=second)
    award.refresh_from_db()
    award.history.refresh_from_db()
    assert (ceremony.state, award.state) == ("published", "published")
    assert award.published_at == award.history.published_at
    assert public_rows().get(operation=award.operation).stage == 2
    assert set(Message.objects.values_list("key", flat=True)) == {"award_published_to_holder"}


def test_the_same_person_does_not_confirm(world, ceremony):
    ceremony = services.request_publication(ceremony, actor=world.bureau)
    with refused("second_person"):
        services.confirm_publication(ceremony, actor=world.bureau)


def test_the_database_wants_two_people_too(world, ceremony):
    with pytest.raises(IntegrityError), transaction.atomic():
        Ceremony.objects.filter(pk=ceremony.pk).update(requested_by=world.bureau, confirmed_by=world.bureau)


def test_only_the_bureau_publishes(world, ceremony):
    for person in (world.coordinator, world.correspondent):
        with pytest.raises(PermissionRefused):
            services.request_publication(ceremony, actor=person)
        with pytest.raises(PermissionRefused):
            services.plan_ceremony(world.play.campaign, actor=person, held_on=clock.today())


def test_nothing_is_published_before_the_day(world, award, second):
    tomorrow = clock.today() + timedelta(days=1)
    ceremony = services.plan_ceremony(world.play.campaign, actor=world.bureau, held_on=tomorrow)
    assert "La cérémonie est prévue" in steps(ceremony, world.bureau)["request"]
    with refused("day_has_come"):
        services.request_publication(ceremony, actor=world.bureau)


def test_holders_know_before_the_press(world, ceremony):
    _part, _other = world.awarded()
    with refused("all_notified"):
        services.request_publication(ceremony, actor=world.bureau)


def test_a_campaign_without_label_publishes_nothing(world):
    ceremony = services.plan_ceremony(world.play.campaign, actor=world.bureau, held_on=clock.today())
    assert steps(ceremony, world.bureau) == {"request": "Aucun label n’est à publier pour cette campagne."}


def test_a_request_is_taken_back_and_made_again_by_the_other(world, ceremony, second):
    ceremony = services.request_publication(ceremony, actor=world.bureau)
    ceremony = services.cancel_request(ceremony, actor=second)
    assert (ceremony.state, ceremony.requested_by) == ("planned", None)
    ceremony = services.request_publication(ceremony, actor=second)
    assert services.confirm_publication(ceremony, actor=world.bureau).state == "published"


def test_publishing_happens_once(world, ceremony, second):
    ceremony = services.request_publication(ceremony, actor=world.bureau)
    services.confirm_publication(ceremony, actor=second)
    with refused("wrong_state"):
        services.confirm_publication(ceremony, actor=second)
    with refused("wrong_state"):
        services.plan_ceremony(world.play.campaign, actor=world.bureau, held_on=clock.today())


def test_the_ceremony_may_slip_to_the_next_year_and_no_further(world):
    campaign, year = world.play.campaign, world.play.campaign.year
    first = services.plan_ceremony(campaign, actor=world.bureau, held_on=clock.today().replace(year, 12, 10))
    moved = services.plan_ceremony(campaign, actor=world.bureau, held_on=clock.today().replace(year + 1, 2, 3))
    assert (moved.pk, moved.held_on.year) == (first.pk, year + 1)
    with refused("odd_year"):
        services.plan_ceremony(campaign, actor=world.bureau, held_on=clock.today().replace(year + 2, 2, 3))


def test_a_label_is_told_and_published_by_no_button(world, award):
    assert AWARD_WORKFLOW.offers(award, world.bureau) == []
    with refused("wrong_state"):
        AWARD_WORKFLOW.follow("notify", award, cause="test", actor=world.bureau)
