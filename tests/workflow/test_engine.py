"""The engine, through the tables that use it: what every act must do, whatever its app."""

import pytest

from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.dossiers import services as dossiers
from ecoquartier.dossiers.models import Dossier
from ecoquartier.journal.models import Entry
from ecoquartier.notifications.models import Message
from ecoquartier.operations import services as operations
from ecoquartier.operations.models import Operation
from ecoquartier.workflow.engine import ACTS, REGISTERED, Workflow
from tests.support.world import fresh


def tables():
    return [pytest.param(workflow, id=name) for name, workflow in Workflow.registry.items()]


@pytest.mark.parametrize("workflow", tables())
def test_each_step_has_one_performer(workflow):
    assert set(workflow.performers) == set(workflow.transitions)


@pytest.mark.parametrize("workflow", tables())
def test_no_registered_guard_is_left_empty(workflow):
    declared = {name for name, t in workflow.transitions.items() if t.guards == REGISTERED}
    assert {name for name in declared if not workflow.guards[name]} == set()


@pytest.mark.parametrize("workflow", tables())
def test_every_state_is_reachable(workflow):
    reached, waiting = {workflow.initial}, [workflow.initial]
    while waiting:
        state = waiting.pop()
        for transition in workflow.transitions.values():
            if state in transition.sources and transition.target not in reached:
                reached.add(transition.target)
                waiting.append(transition.target)
    assert reached == set(workflow.states)


@pytest.mark.parametrize("workflow", tables())
def test_each_event_names_one_step(workflow):
    events = [t.event for t in workflow.transitions.values()]
    assert len(events) == len(set(events))
    assert not set(events) & set(ACTS)


def test_an_act_writes_one_entry_and_its_messages(world):
    part, dossier = world.draft()
    before, letters = Entry.objects.count(), Message.objects.count()
    world.play.deposit(part, dossier)
    assert list(Entry.objects.filter(seq__gt=before).values_list("event", flat=True)) == [
        "dossier.agreed",
        "dossier.deposited",
    ]
    sent = Message.objects.order_by("created_at")[letters:]
    assert {m.key for m in sent} == {
        "agreement_given_to_holder",
        "dossier_deposited_to_correspondent",
        "dossier_deposited_to_holder",
    }


def test_a_refused_act_leaves_nothing(world):
    part, dossier = world.draft()
    before, letters = Entry.objects.count(), Message.objects.count()
    with pytest.raises(TransitionRefused) as refusal:
        dossiers.deposit(dossier, actor=part.lead)
    assert refusal.value.code == "collectivites_agree"
    assert (Entry.objects.count(), Message.objects.count()) == (before, letters)
    assert Dossier.objects.get(pk=dossier.pk).state == "draft"


def test_an_effect_that_fails_leaves_nothing(world):
    _part, dossier = world.submitted()
    before = Entry.objects.count()
    with pytest.raises(Exception, match="avis du correspondant"):
        dossiers.admit(dossier, actor=world.correspondent, opinion=" ")
    assert Entry.objects.count() == before
    assert Dossier.objects.get(pk=dossier.pk).state == "submitted"


def test_the_wrong_person_is_refused(world):
    part, dossier = world.submitted()
    with pytest.raises(PermissionRefused):
        dossiers.admit(dossier, actor=fresh(part.lead), opinion="Complet.")


def test_the_second_click_says_that_it_is_done(world):
    _part, dossier = world.admissible()
    with pytest.raises(TransitionRefused, match="C’est déjà fait") as refusal:
        dossiers.admit(dossier, actor=world.correspondent, opinion="Complet.")
    assert refusal.value.code == "wrong_state"


def test_a_stale_object_does_not_deceive_the_engine(world):
    part, dossier = world.submitted()
    stale = Dossier.objects.get(pk=dossier.pk)
    dossiers.withdraw(dossier, actor=fresh(part.lead))
    with pytest.raises(TransitionRefused):
        dossiers.admit(stale, actor=world.correspondent, opinion="Complet.")


def test_consequences_come_after_their_cause_in_the_journal(world):
    _part, dossier = world.admissible()
    before = Entry.objects.count()
    world.play.team(dossier)
    events = list(Entry.objects.filter(seq__gt=before).values_list("event", flat=True))
    assert events[-2:] == ["assignment.accepted", "expertise.started"]
    assert Entry.objects.get(event="expertise.started").data["cause"] == "assignment.accepted"


def test_offers_say_why_a_step_is_closed(world):
    part, dossier = world.draft()
    workflow = Workflow.registry["dossier"]
    offers = {offer.name: offer for offer in workflow.offers(dossier, fresh(part.lead))}
    assert set(offers) == {"deposit", "withdraw"}
    assert not offers["deposit"].is_open
    assert "accord" in offers["deposit"].reason
    assert offers["withdraw"].is_open


def test_offers_show_nothing_to_those_who_may_not(world):
    part, dossier = world.draft()
    assert Workflow.registry["dossier"].offers(dossier, fresh(part.elected)) == []


def test_update_refuses_a_field_that_is_not_editable(world):
    part = world.part(filled=False)
    with pytest.raises(ValueError, match="slug"):
        operations.update_operation(part.operation, actor=part.lead, slug="autre")
    assert Operation.objects.get(pk=part.operation.pk).slug == part.operation.slug
