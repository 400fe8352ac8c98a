"""The engine, on a machine of its own: every feature, and every refusal."""

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.core.registry import projections
from ecoquartier.journal.models import Entry, EntryDetail
from ecoquartier.journal.queries import verify_chain
from ecoquartier.notifications.models import Message
from ecoquartier.people.models import User
from ecoquartier.workflow.engine import ACTS, Act, Job, LockOrderWarning, Workflow, act, lock_together, record
from tests.support.machine import (
    LAMPS,
    Lamp,
    LampState,
    LampStep,
    Room,
    Someone,
    has_a_bulb,
    light,
    light_what_may_be,
    pass_charge,
    shatter,
    switch_off,
    take_charge,
)

SOMEONE = Someone()


def state_of(lamp):
    return Lamp.objects.get(pk=lamp.pk).state


def everything():
    """What an act may leave behind."""
    return Entry.objects.count(), EntryDetail.objects.count(), Message.objects.count()


# --- The table ----------------------------------------------------------------------------------------------------


@pytest.fixture
def _alone(monkeypatch):
    monkeypatch.setattr(Workflow, "registry", {})


def copy_of_the_table():
    return Workflow("copy", states=LampState, initial=LampState.OFF, transitions=list(LAMPS.transitions.values()))


def test_a_step_that_is_not_in_the_table_has_no_performer(_alone):
    with pytest.raises(KeyError):
        copy_of_the_table().performs("fly")


def test_a_step_has_one_performer(_alone):
    table = copy_of_the_table()
    table.performs(LampStep.LIGHT)(lambda lamp, *, actor: None)
    with pytest.raises(RuntimeError, match="light has two performers"):
        table.performs(LampStep.LIGHT)


def test_registered_guards_are_given_by_the_performer(_alone):
    with pytest.raises(RuntimeError, match="guards of switch_off are to be given"):
        copy_of_the_table().performs(LampStep.SWITCH_OFF)


def test_the_guards_of_the_table_are_not_its_performer_s(_alone):
    with pytest.raises(RuntimeError, match="guards of light belong to the table"):
        copy_of_the_table().performs(LampStep.LIGHT, guards=(has_a_bulb,))


def test_a_consequence_without_performer_is_an_error(_alone, lamp):
    with pytest.raises(KeyError):
        copy_of_the_table().follow(LampStep.BREAK, lamp, cause="test.lamp_lit", actor=SOMEONE)


def test_an_act_says_what_it_is(monkeypatch):
    monkeypatch.setattr("ecoquartier.workflow.engine.acts.ACTS", {})
    from ecoquartier.workflow.engine import acts  # noqa: PLC0415 -- models are loaded only now

    act("test.seen", permission="lamps.light", guards=[has_a_bulb])
    declared = acts.ACTS["test.seen"]
    assert declared == Act("test.seen", "lamps.light", (has_a_bulb,))
    assert "test.seen" not in ACTS


# --- What a step does ---------------------------------------------------------------------------------------------


def test_a_step_changes_the_state_and_the_fields_it_names(lamp):
    lit = light(lamp, actor=SOMEONE, note="bleue")
    assert (lit.state, lit.note) == ("on", "bleue")
    saved = Lamp.objects.get(pk=lamp.pk)
    assert (saved.state, saved.note) == ("on", "bleue")
    assert saved.has_bulb  # changed by the service, and not named: not saved


def test_a_step_saves_nothing_that_somebody_else_wrote(lamp):
    Lamp.objects.filter(pk=lamp.pk).update(charge=7)
    light(lamp, actor=SOMEONE)
    assert Lamp.objects.get(pk=lamp.pk).charge == 7


def test_a_step_writes_its_entry(lamp):
    light(lamp, actor=SOMEONE, note="bleue")
    entry = Entry.objects.get()
    assert (entry.event, entry.actor, entry.release) == ("test.lamp_lit", "someone", "now")
    assert (entry.object_type, entry.object_id, entry.about_id) == (
        "tests_machine.lamp",
        str(lamp.pk),
        f"room-{lamp.room_id}",
    )
    assert entry.data == {"from": "off", "to": "on", "from_hand": True}
    assert entry.detail.content == {"note": "bleue"}
    assert verify_chain().intact


def test_a_step_posts_its_messages_and_rebuilds_once(lamp, rebuilt):
    person = User.objects.create_user("anne@example.org", "Anne")
    light(lamp, actor=SOMEONE)
    assert Message.objects.get().recipient == person
    assert rebuilt == [{lamp.pk}]


def test_the_release_is_that_of_the_table(lamp):
    light(lamp, actor=SOMEONE)
    switch_off(lamp, actor=SOMEONE)
    assert Entry.objects.get(event="test.lamp_switched_off").release == "notified"
    assert state_of(lamp) == "off"


def test_a_creation_is_recorded_under_its_object(lamp):
    record("test.lamp_hung", lamp, actor=Job("electrician"))
    entry = Entry.objects.get()
    assert (entry.event, entry.actor, entry.about_id) == (
        "test.lamp_hung",
        "system:electrician",
        f"room-{lamp.room_id}",
    )


# --- Refusals -----------------------------------------------------------------------------------------------------


def test_who_may_not_is_refused_in_words(lamp):
    with pytest.raises(PermissionRefused, match="Vous n’avez pas le droit de faire cela.*Allumer") as refusal:
        light(lamp, actor=Someone(rights=set()))
    assert refusal.value.code == "lamps.light"
    assert state_of(lamp) == "off"


def test_who_may_not_act_is_refused_before_any_guard(room, lamp):
    with pytest.raises(PermissionRefused) as refusal:
        pass_charge(lamp, actor=Someone(rights=set()), to=room.lamps.create())
    assert refusal.value.code == "lamps.charge"


def test_a_consequence_is_nobody_s_to_take(lamp):
    light(lamp, actor=SOMEONE)
    with pytest.raises(PermissionRefused):
        shatter(lamp, actor=SOMEONE)
    with pytest.raises(PermissionRefused):  # whoever calls the service cannot pass for a consequence
        shatter(lamp, actor=SOMEONE, cause="test.lamp_lit")
    assert state_of(lamp) == "on"


def test_a_guard_says_why_not_now(lamp):
    Lamp.objects.filter(pk=lamp.pk).update(has_bulb=False)
    with pytest.raises(TransitionRefused, match="pas d’ampoule") as refusal:
        light(lamp, actor=SOMEONE)
    assert refusal.value.code == "has_a_bulb"


def test_a_guard_may_ask_for_the_arguments(lamp):
    with pytest.raises(TransitionRefused, match="Séchez vos mains"):
        light(lamp, actor=SOMEONE, wet=True)


def test_the_guard_of_a_performer_is_asked(lamp):
    light(lamp, actor=SOMEONE)
    Lamp.objects.filter(pk=lamp.pk).update(charge=101)
    with pytest.raises(TransitionRefused, match="encore chaude"):
        switch_off(lamp, actor=SOMEONE)


def test_every_step_from_every_other_state_is_refused(lamp):
    for name, transition in LAMPS.transitions.items():
        for state in set(LampState) - set(transition.sources):
            Lamp.objects.filter(pk=lamp.pk).update(state=state)
            with pytest.raises(TransitionRefused) as refusal:
                LAMPS.follow(name, lamp, cause="test.tried", actor=SOMEONE)
            assert refusal.value.code == "wrong_state"
            assert state_of(lamp) == state


def test_a_stale_object_deceives_nobody(lamp):
    stale = Lamp.objects.get(pk=lamp.pk)
    light(lamp, actor=SOMEONE)
    with pytest.raises(TransitionRefused, match="C’est déjà fait.*allumée"):
        light(stale, actor=SOMEONE)
    assert stale.state == "off"


def test_an_object_that_is_gone_is_an_error(lamp):
    gone = Lamp.objects.get(pk=lamp.pk)
    Lamp.objects.all().delete()
    with pytest.raises(ObjectDoesNotExist, match="is gone"):
        light(gone, actor=SOMEONE)


# --- Consequences -------------------------------------------------------------------------------------------------


def test_a_consequence_needs_no_permission_and_comes_after_its_cause(lamp):
    broken = light(lamp, actor=Someone(rights={"lamps.light"}), surge=True)
    assert state_of(broken) == "broken"
    assert list(Entry.objects.values_list("event", "data__cause")) == [
        ("test.lamp_lit", None),
        ("test.lamp_broken", "test.lamp_lit"),
    ]


def test_a_consequence_asks_its_guards(lamp):
    Lamp.objects.filter(pk=lamp.pk).update(state="on", charge=101)
    with pytest.raises(TransitionRefused, match="encore chaude"):
        LAMPS.follow(LampStep.SWITCH_OFF, lamp, cause="test.tried", actor=Someone(rights=set()))


def test_a_job_acts_without_a_permission_and_under_its_name(lamp):
    light(lamp, actor=Job("timer"))
    assert Entry.objects.get().actor == "system:timer"


def test_two_entries_of_one_act_are_in_order(room, lamp):
    other = room.lamps.create()
    pass_charge(lamp, actor=SOMEONE, to=other)
    assert list(Entry.objects.values_list("event", "object_id")) == [
        ("test.charge_passed", str(lamp.pk)),
        ("test.charge_received", str(other.pk)),
    ]
    assert [row.charge for row in Lamp.objects.order_by("pk")] == [-1, 1]


# --- All or nothing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "error"),
    [({"wet": True}, TransitionRefused), ({"fails": True}, ValueError), ({"surge": True}, ValueError)],
)
def test_what_fails_leaves_nothing(lamp, rebuilt, arguments, error):
    User.objects.create_user("anne@example.org", "Anne")
    Lamp.objects.filter(pk=lamp.pk).update(charge=-1)  # its consequence fails
    before = everything()
    with pytest.raises(error):
        light(lamp, actor=SOMEONE, note="bleue", **arguments)
    assert everything() == before
    assert rebuilt == []
    saved = Lamp.objects.get(pk=lamp.pk)
    assert (saved.state, saved.note) == ("off", "")


def test_an_unknown_projection_leaves_nothing(lamp, monkeypatch):
    monkeypatch.delitem(projections._entries, "lamp")
    before = everything()
    with pytest.raises(LookupError, match="No projection is registered for lamp"):
        light(lamp, actor=SOMEONE)
    assert (everything(), state_of(lamp)) == (before, "off")


def test_a_refused_act_inside_another_leaves_no_trace_in_it(room, rebuilt):
    """The inner act had already written its entry when its consequence failed: neither may remain."""
    good, bad, last = room.lamps.create(), room.lamps.create(charge=-1), room.lamps.create()
    User.objects.create_user("anne@example.org", "Anne")
    light_what_may_be(room, actor=SOMEONE, lamps=[good, bad, last])
    assert [state_of(row) for row in (good, bad, last)] == ["on", "off", "on"]
    assert list(Entry.objects.values_list("event", "object_id")) == [
        ("test.rooms_tried", str(room.pk)),
        ("test.lamp_lit", str(good.pk)),
        ("test.lamp_lit", str(last.pk)),
    ]
    assert Message.objects.count() == 2
    assert rebuilt == [{good.pk, last.pk}]
    assert verify_chain().intact


# --- Locks --------------------------------------------------------------------------------------------------------


def locks_of(queries):
    return [query["sql"] for query in queries if "FOR NO KEY UPDATE" in query["sql"] or "advisory" in query["sql"]]


def test_rows_are_locked_by_rank_then_by_id_and_the_journal_last(room):
    lamps = [room.lamps.create() for _n in range(3)]
    with CaptureQueriesContext(connection) as queries:
        pass_charge(lamps[2], actor=SOMEONE, to=lamps[0])
    first, second, *_nested, last = locks_of(queries)
    assert 'FROM "tests_machine_room"' in first
    assert 'FROM "tests_machine_lamp"' in second
    assert f"IN ({lamps[0].pk}, {lamps[2].pk})" in second or f"IN ({lamps[2].pk}, {lamps[0].pk})" in second
    assert 'ORDER BY "tests_machine_lamp"."id" ASC' in second
    assert "pg_advisory_xact_lock" in last
    assert sum("advisory" in sql for sql in locks_of(queries)) == 1


def test_a_lock_out_of_order_is_told(room):
    first, second = room.lamps.create(), room.lamps.create()
    take_charge(first, actor=SOMEONE, other=second)
    with pytest.warns(LockOrderWarning):
        take_charge(second, actor=SOMEONE, other=first)


def test_the_fresh_rows_come_back_as_they_were_asked(room):
    lamps = [room.lamps.create(note=str(n)) for n in range(3)]
    found = lock_together([lamps[2], room, lamps[0]])
    assert [type(row) for row in found] == [Lamp, Room, Lamp]
    assert [found[0].note, found[2].note] == ["2", "0"]
    assert found[0] is not lamps[2]


# --- Offers -------------------------------------------------------------------------------------------------------


def test_offers_are_the_steps_of_the_state_that_one_may_take(lamp):
    assert [(offer.name, offer.label, offer.is_open) for offer in LAMPS.offers(lamp, SOMEONE)] == [
        ("light", "Allumer", True)
    ]
    assert LAMPS.offers(lamp, Someone(rights=set())) == []
    lamp.state = LampState.ON
    assert [offer.name for offer in LAMPS.offers(lamp, SOMEONE)] == ["switch_off"]


def test_an_offer_says_what_blocks_it(lamp):
    lamp.has_bulb = False
    offer = LAMPS.offer("light", lamp, SOMEONE)
    assert (offer.is_open, offer.reason) == (False, "Il n’y a pas d’ampoule.")
    assert LAMPS.offer("switch_off", lamp, SOMEONE) is None


def test_why_not_tells_the_state_then_the_guard(lamp):
    assert LAMPS.why_not("light", lamp, SOMEONE) == ""
    assert "l’état est «\u00a0éteinte\u00a0»" in LAMPS.why_not("switch_off", lamp, SOMEONE)
    lamp.has_bulb = False
    assert LAMPS.why_not("light", lamp, SOMEONE) == "Il n’y a pas d’ampoule."
