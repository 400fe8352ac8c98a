"""The life of a sitting (rule 10): each step, when it is closed and in which words."""

from datetime import timedelta

import pytest

from ecoquartier.commissions import services
from ecoquartier.commissions.workflow import SITTING_WORKFLOW
from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused
from ecoquartier.notifications.models import Message
from tests.support.refusals import refused


def steps(sitting, person):
    return {str(offer.name): offer.reason for offer in SITTING_WORKFLOW.offers(sitting, person)}


@pytest.fixture
def planned(world):
    """(sitting, secretary, dossier) of a regional sitting in ten days, not convened."""
    _part, dossier = world.assessed()
    commission = world.cast.commission(dossier.operation.lead_commune.county.region)
    sitting = services.plan_sitting(
        commission,
        actor=world.coordinator,
        campaign=world.play.campaign,
        held_on=clock.today() + timedelta(days=10),
        dossiers=[dossier],
    )
    return sitting, world.cast.seat_holder(commission, "secretary"), dossier


def test_each_state_offers_its_steps(room):
    assert steps(room.sitting, room.secretary) == {"open": "", "cancel": ""}
    room.open()
    assert steps(room.sitting, room.secretary) == {
        "close": "Le point 1 n’a pas encore d’avis\u00a0: rendez-le, ou reportez-le."
    }
    room.record()
    assert steps(room.sitting, room.secretary) == {"close": ""}
    room.close()
    assert steps(room.sitting, room.secretary) == {}
    assert steps(room.sitting, room.chair) == {"sign": ""}
    with refused("signer_has_declared"):
        services.sign_minutes(room.sitting, actor=room.chair)
    room.chair_declares()
    room.sitting = services.sign_minutes(room.sitting, actor=room.chair)
    assert steps(room.sitting, room.chair) == {}


def test_a_member_is_offered_nothing(room):
    assert steps(room.sitting, room.member) == {}


def test_an_empty_agenda_is_not_convened(planned):
    sitting, secretary, _dossier = planned
    sitting.items.all().delete()
    with refused("has_items"):
        services.convene(sitting, actor=secretary)


def test_the_convocation_leaves_in_time(planned):
    sitting, secretary, _dossier = planned
    sitting.campaign.notice_days = 10
    sitting.campaign.save()
    assert services.convene(sitting, actor=secretary).state == "convened"


def test_a_late_convocation_is_refused(planned):
    sitting, secretary, _dossier = planned
    sitting.campaign.notice_days = 11
    sitting.campaign.save()
    with refused("notice_is_long_enough"):
        services.convene(sitting, actor=secretary)


def test_every_member_is_convened_and_told_of_a_cancellation(planned):
    sitting, secretary, _dossier = planned
    people = set(sitting.commission.seats.values_list("holder", flat=True))
    services.convene(sitting, actor=secretary)
    told = Message.objects.filter(key="sitting_convened_to_members")
    assert set(told.values_list("recipient", flat=True)) == people
    services.cancel(sitting, actor=secretary)
    told = Message.objects.filter(key="sitting_cancelled_to_members")
    assert set(told.values_list("recipient", flat=True)) == people


def test_a_sitting_opens_on_its_day(planned):
    sitting, secretary, _dossier = planned
    services.convene(sitting, actor=secretary)
    with refused("day_has_come"):
        services.open_sitting(sitting, actor=secretary)


def test_a_step_is_not_taken_twice(room):
    room.open()
    with refused("wrong_state"):
        services.open_sitting(room.sitting, actor=room.secretary)
    with refused("wrong_state"):
        services.cancel(room.sitting, actor=room.world.coordinator)


def test_the_bureau_runs_the_national_commission_only(room, planned):
    sitting, _secretary, _dossier = planned
    with pytest.raises(PermissionRefused):
        services.convene(sitting, actor=room.world.bureau)


def test_a_withdrawn_dossier_does_not_hold_the_sitting(room):
    room.open()
    type(room.dossier).objects.filter(pk=room.dossier.pk).update(state="withdrawn")
    assert steps(room.sitting, room.secretary) == {"close": ""}
