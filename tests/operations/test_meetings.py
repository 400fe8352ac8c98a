"""The meeting with the correspondent: asked for, held, or waived when it was not held in time."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from ecoquartier.campaigns.domain import missing
from ecoquartier.campaigns.models import Stage
from ecoquartier.campaigns.queries import meeting_delay
from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError, PermissionRefused
from ecoquartier.journal.models import Entry
from ecoquartier.notebooks.queries import stage_facts
from ecoquartier.notifications.models import Message
from ecoquartier.operations import services
from ecoquartier.operations.models import Operation
from ecoquartier.operations.queries import meetings_awaited, work_of
from ecoquartier.ops.services.play import on
from tests.support.world import fresh

DAYS = 30


def paths(user):
    return [task.path for task in work_of(fresh(user)).to_do]


def lacks_the_meeting(world, operation):
    stage = Stage.objects.select_related("requires").get(scheme="quatre-etapes", rank=1)
    framework = world.play.campaign.framework
    facts = stage_facts(operation, framework=framework, known_to=None)
    return "meeting" in {lack.section for lack in missing(stage, facts)}


def test_a_meeting_asked_waits_for_the_correspondent(world):
    part = world.part(filled=False)
    operation = services.ask_meeting(part.operation, actor=part.lead)
    assert operation.meeting_asked_on == clock.today()
    assert Message.objects.filter(key="meeting_asked_to_correspondent", recipient=world.correspondent).count() == 1
    (task,) = [task for task in work_of(fresh(world.correspondent)).to_do if "Rencontrer" in task.title]
    assert (task.path, task.due_on) == (
        f"/espace/operations/{operation.pk}/rencontre/",
        clock.today() + timedelta(days=DAYS),
    )
    with pytest.raises(DomainError, match="déjà demandée"):
        services.ask_meeting(operation, actor=part.lead)
    services.record_meeting(operation, actor=world.correspondent, met_on=clock.today())
    assert task.path not in paths(world.correspondent)
    with pytest.raises(DomainError, match="a eu lieu"):
        services.ask_meeting(Operation.objects.get(pk=operation.pk), actor=part.lead)


def test_a_meeting_not_held_in_time_is_waived_with_a_reason(world):
    part = world.part(filled=False)
    operation = services.ask_meeting(part.operation, actor=part.lead)
    last_day = clock.today() + timedelta(days=DAYS)
    with on(last_day), pytest.raises(DomainError, match="30 jours pour tenir la rencontre"):
        services.waive_meeting(operation, actor=world.bureau, reason="Poste vacant.")
    with on(clock.today() + timedelta(days=DAYS + 1)):
        assert [row.held_by for row in meetings_awaited()] == [clock.today() - timedelta(days=1)]
        assert lacks_the_meeting(world, operation)
        with pytest.raises(DomainError, match="motif"):
            services.waive_meeting(operation, actor=world.bureau, reason=" ")
        for person in (part.lead, world.correspondent, world.coordinator):
            with pytest.raises(PermissionRefused):
                services.waive_meeting(operation, actor=person, reason="Poste vacant.")
        waived = services.waive_meeting(operation, actor=world.bureau, reason="Poste vacant.")
        assert not lacks_the_meeting(world, waived)
        assert not meetings_awaited()
        with pytest.raises(DomainError, match="dispensé"):
            services.waive_meeting(waived, actor=world.bureau, reason="Encore.")
    assert Entry.objects.get(event="operation.meeting_waived").detail.content == {"reason": "Poste vacant."}
    assert Message.objects.filter(key="meeting_waived_to_holder", recipient=part.lead).count() == 1


def test_a_meeting_nobody_asked_for_is_not_waived(world):
    part = world.part(filled=False)
    with pytest.raises(DomainError, match="n’a pas été demandée"):
        services.waive_meeting(part.operation, actor=world.bureau, reason="Essai.")
    with pytest.raises(IntegrityError):
        Operation.objects.filter(pk=part.operation.pk).update(meeting_waived_on=clock.today())


def test_the_days_are_those_of_the_stage(world):
    assert meeting_delay().first() == DAYS
    Stage.objects.filter(scheme="quatre-etapes", rank=1).update(meeting_days=7)
    assert meeting_delay().first() == 7
    Stage.objects.update(requires_meeting=False)
    assert meeting_delay().first() is None


def test_the_work_costs_the_same_whatever_waits(world, django_assert_max_num_queries, django_assert_num_queries):
    part = world.part(filled=False)
    services.ask_meeting(part.operation, actor=part.lead)
    person = fresh(world.correspondent)
    assert person.rights.counties
    with django_assert_max_num_queries(5) as one:
        work_of(person)
    for _n in range(2):
        other = world.part(filled=False)
        services.ask_meeting(other.operation, actor=other.lead)
    with django_assert_num_queries(len(one)):
        assert len(work_of(person).to_do) == 3


@pytest.mark.parametrize(
    ("day", "sentence"),
    [(date(2007, 12, 31), "vérifiez l’année"), (date(26, 5, 3), "vérifiez l’année"), (None, "à venir")],
)
def test_the_day_of_a_meeting_is_plausible(world, day, sentence):
    operation = world.part(filled=False).operation
    day = day or clock.today() + timedelta(days=1)
    with pytest.raises(DomainError, match=sentence):
        services.record_meeting(operation, actor=world.correspondent, met_on=day)
    assert services.record_meeting(operation, actor=world.correspondent, met_on=date(2008, 1, 1)).met_on
    assert services.record_meeting(operation, actor=world.correspondent, met_on=clock.today()).met_on == clock.today()
