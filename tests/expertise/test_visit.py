"""Rule 8: the visit, who dates it and who reports it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused
from ecoquartier.expertise import services
from ecoquartier.expertise.models import SiteVisit
from ecoquartier.notifications.models import Message
from ecoquartier.ops.services.play import on
from tests.support.refusals import refused
from tests.support.world import fresh


def test_the_coordinator_dates_the_visit_and_all_are_told(world, case):
    day = clock.today() + timedelta(days=8)
    services.date_visit(case.dossier, actor=case.experts[0], visit_on=day)
    told = set(Message.objects.filter(key="visit_dated_to_all").values_list("recipient", flat=True))
    assert told >= {case.part.lead.pk, world.correspondent.pk, *(e.pk for e in case.experts)}


def test_the_second_expert_and_the_holder_do_not_date_it(case):
    for actor in (case.experts[1], case.part.lead):
        with pytest.raises(PermissionRefused):
            services.date_visit(case.dossier, actor=fresh(actor), visit_on=clock.today())


def test_a_remote_visit_needs_a_reason(case):
    with pytest.raises(ValidationError, match="demande un motif"):
        services.date_visit(case.dossier, actor=case.experts[0], visit_on=clock.today(), is_remote=True)
    services.date_visit(
        case.dossier, actor=case.experts[0], visit_on=clock.today(), is_remote=True, remote_reason="Cyclone."
    )
    assert SiteVisit.objects.get().remote_reason == "Cyclone."


def test_a_visit_is_reported_once_dated_past_and_written(case):
    coordinator = case.experts[0]
    with refused("visit_not_dated"):
        services.report_visit(case.dossier, actor=coordinator, report="Vu.")
    tomorrow = clock.today() + timedelta(days=1)
    services.date_visit(case.dossier, actor=coordinator, visit_on=tomorrow)
    with refused("visit_to_come"):
        services.report_visit(case.dossier, actor=coordinator, report="Vu.")
    with on(tomorrow):
        with refused("empty_report"):
            services.report_visit(case.dossier, actor=coordinator, report=" \n")
        services.report_visit(case.dossier, actor=coordinator, report="Vu.")
        with refused("visit_reported"):
            services.date_visit(case.dossier, actor=coordinator, visit_on=clock.today())
        with refused("visit_reported"):
            services.report_visit(case.dossier, actor=coordinator, report="Revu.")


def test_no_visit_before_the_team_has_accepted(world):
    _part, dossier = world.admissible()
    with refused("not_under_expertise"):
        services.date_visit(dossier, actor=world.bureau, visit_on=clock.today())
