"""What use showed: a label decided late, a proxy to nobody who votes, a visit on an odd day, who is told to convene."""

from datetime import timedelta

import pytest
from django.test import RequestFactory

from ecoquartier.awards import services as awards
from ecoquartier.awards.models import Award
from ecoquartier.commissions import services as commissions
from ecoquartier.commissions.enums import Presence, SeatPart
from ecoquartier.commissions.queries.work import work_of
from ecoquartier.core import clock
from ecoquartier.dossiers.queries.work import work_of as work_on_dossiers
from ecoquartier.expertise import services as expertise
from ecoquartier.web.shared.responses import back_url
from tests.support.refusals import refused
from tests.support.world import fresh


def announced(world):
    _part, dossier = world.awarded()
    sitting = dossier.items.get(sitting__commission__level="national").sitting
    awards.announce(sitting, actor=world.bureau)
    return Award.objects.get(dossier=dossier)


def test_a_label_awarded_after_the_ceremony_is_published_by_two_people_again(world):
    first = announced(world)
    one, other = world.cast.bureau
    ceremony = world.play.publish(clock.today())
    with refused("all_notified"):
        awards.request_publication(ceremony, actor=one)
    late = announced(world)
    ceremony = awards.request_publication(ceremony, actor=other)
    with refused("second_person"):
        awards.confirm_publication(ceremony, actor=other)
    awards.confirm_publication(ceremony, actor=one)
    assert set(Award.objects.filter(state="published").values_list("pk", flat=True)) == {first.pk, late.pk}


def test_a_proxy_is_carried_by_a_seat_that_votes(world):
    _part, dossier = world.assessed()
    sitting = world.play.plan(world.cast.commission(world.commune.county.region), [dossier], clock.today())
    seats = {seat.part: seat for seat in sitting.commission.seats.all()}
    secretary, chair = seats[SeatPart.SECRETARY], seats[SeatPart.CHAIR]
    rows = {secretary: (Presence.PRESENT, None), chair: (Presence.PROXY, secretary)}
    with refused("proxy_no_vote"):
        commissions.record_attendance(sitting, actor=fresh(secretary.holder), rows=rows)


@pytest.mark.parametrize("shift", [-30, 400])
def test_a_visit_is_after_the_deposit_and_within_a_year(world, shift):
    _part, dossier = world.under_expertise()
    coordinator = dossier.assignments.get(part="coordinator").expert
    with refused("odd_visit_day"):
        expertise.date_visit(dossier, actor=coordinator, visit_on=clock.today() + timedelta(days=shift))


def test_those_who_run_a_commission_are_told_that_dossiers_are_ready(world):
    commission = world.cast.commission(world.commune.county.region)
    secretary = world.cast.seat_holder(commission, SeatPart.SECRETARY)
    path = f"/espace/commissions/{commission.pk}/preparer/"

    def told(user):
        return path in [task.path for task in work_of(fresh(user)).to_do]

    assert not told(world.coordinator)
    _part, dossier = world.assessed()
    assert told(world.coordinator)
    assert told(secretary)
    assert not told(world.cast.seat_holder(commission, SeatPart.MEMBER))
    world.play.plan(commission, [dossier], clock.today())
    assert not told(world.coordinator)


def test_a_lead_is_told_to_start_the_notebook_until_a_dossier_is_open(world):
    part = world.part(filled=False)
    path = f"/espace/operations/{part.operation.pk}/carnet/"
    assert path in [task.path for task in work_on_dossiers(fresh(part.lead)).to_do]
    world.draft(part=part)
    assert path not in [task.path for task in work_on_dossiers(fresh(part.lead)).to_do]


def test_a_stage_that_rests_on_another_is_not_opened_without_it(world):
    with refused("may_be_opened"):
        world.draft(rank=4)


@pytest.mark.parametrize(
    ("referrer", "expected"),
    [("//elsewhere.example/", "/elsewhere.example/"), ("/espace/?a=1", "/espace/?a=1"), ("", "/")],
)
def test_nobody_is_sent_to_another_site_by_a_forged_referrer(referrer, expected):
    request = RequestFactory().post("/", headers={"Referer": f"http://testserver{referrer}"} if referrer else {})
    assert back_url(request) == expected
