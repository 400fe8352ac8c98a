"""A small machine of its own, on which the engine is tried: lamps in rooms, with every kind of step.

It is no part of the platform: its tables are made by `make_tables` in the database of a test, and neither the reference
pages nor the other tests see it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import connection, models
from django.db.models import TextChoices

from ecoquartier.journal.enums import Release
from ecoquartier.notifications.domain import Notice, anyone
from ecoquartier.notifications.enums import Family
from ecoquartier.people.models import User
from ecoquartier.workflow.engine import ACTS, REGISTERED, Effect, Transition, Workflow, act, lock, with_arguments


class Room(models.Model):
    """The aggregate of its lamps."""

    LOCK_RANK = 60
    name = models.CharField(max_length=20)

    class Meta:
        app_label = "tests_machine"

    def __str__(self) -> str:
        return self.name


class LampState(TextChoices):
    OFF = "off", "éteinte"
    ON = "on", "allumée"
    BROKEN = "broken", "cassée"


class LampStep(TextChoices):
    LIGHT = "light", "Allumer"
    SWITCH_OFF = "switch_off", "Éteindre"
    BREAK = "break", "Casser"


class Lamp(models.Model):
    """What goes through the states."""

    LOCK_RANK = 70
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="lamps")
    state = models.CharField(max_length=10, choices=LampState.choices, default=LampState.OFF)
    has_bulb = models.BooleanField(default=True)
    charge = models.IntegerField(default=0)
    note = models.CharField(max_length=40, blank=True)

    class Meta:
        app_label = "tests_machine"

    def __str__(self) -> str:
        return f"lampe {self.pk}"

    def lock_parents(self) -> list[models.Model]:
        """The room is locked before its lamps."""
        return [self.room]

    def journal_about(self) -> str:
        """Read under the room."""
        return f"room-{self.room_id}"


@dataclass
class Someone:
    """Whoever acts: what they may is written on them."""

    pk: str = "someone"
    rights: set[str] = field(default_factory=lambda: {"lamps.light", "lamps.switch_off", "lamps.charge"})

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Ask the label."""
        return perm in self.rights


def has_a_bulb(lamp: Lamp) -> str | None:
    """A lamp without a bulb lights nothing."""
    return None if lamp.has_bulb else "Il n’y a pas d’ampoule."


@with_arguments
def hand_is_dry(lamp: Lamp, *, actor, wet: bool = False, **arguments) -> str | None:
    """Nobody touches it with a wet hand."""
    return "Séchez vos mains." if wet else None


def is_cool(lamp: Lamp) -> str | None:
    """A guard of the performer."""
    return "Elle est encore chaude." if lamp.charge > 100 else None


LIT = Notice(
    key="lamp_lit_to_all",
    app="tests",
    family=Family.ACT,
    recipients=lambda lamp: User.objects.all(),
    context=lambda lamp: {"path": "/"},
    sample={"path": "/"},
    visible_to=anyone,
)

LAMPS = Workflow(
    "lamp",
    states=LampState,
    initial=LampState.OFF,
    transitions=[
        Transition(
            LampStep.LIGHT,
            (LampState.OFF,),
            LampState.ON,
            "lamps.light",
            "test.lamp_lit",
            guards=(has_a_bulb, hand_is_dry),
            notices=(LIT,),
        ),
        Transition(
            LampStep.SWITCH_OFF,
            (LampState.ON,),
            LampState.OFF,
            "lamps.switch_off",
            "test.lamp_switched_off",
            guards=REGISTERED,
            release=Release.NOTIFIED,
        ),
        Transition(LampStep.BREAK, (LampState.ON,), LampState.BROKEN, "", "test.lamp_broken"),
    ],
)


@LAMPS.performs(LampStep.LIGHT)
def light(lamp: Lamp, *, actor, wet: bool = False, note: str = "", surge: bool = False, fails: bool = False) -> Effect:
    """Light; a surge breaks the lamp at once."""
    lamp.note, lamp.has_bulb = note, False
    if fails:
        raise ValueError("the effect fails")

    def then():
        if surge:
            LAMPS.follow(LampStep.BREAK, lamp, cause="test.lamp_lit", actor=actor)

    return Effect(
        fields=["note"],
        data={"from_hand": True},
        detail={"note": note} if note else {},
        projections=[("lamp", {lamp.pk})],
        then=then,
    )


@LAMPS.performs(LampStep.SWITCH_OFF, guards=(is_cool,))
def switch_off(lamp: Lamp, *, actor) -> None:
    """Nothing but the change of state."""


@LAMPS.performs(LampStep.BREAK)
def shatter(lamp: Lamp, *, actor) -> Effect:
    """A consequence; an overcharged lamp refuses even that."""
    if lamp.charge < 0:
        raise ValueError("the consequence fails")
    return Effect()


def the_other_lamp(lamp: Lamp, *, to: Lamp, **arguments) -> list[Lamp]:
    """The lamp that receives is changed too."""
    return [to]


@act("test.charge_passed", permission="lamps.charge", locks=the_other_lamp)
def pass_charge(lamp: Lamp, *, actor, to: Lamp) -> Effect:
    """Take one from a lamp and give it to another: two objects, two entries, one transaction."""
    lamp.charge -= 1
    return Effect(fields=["charge"], data={"to": to.pk}, then=lambda: receive_charge(to, actor=actor))


@act("test.charge_received", permission="lamps.charge")
def receive_charge(lamp: Lamp, *, actor) -> Effect:
    """The other half."""
    lamp.charge += 1
    return Effect(fields=["charge"])


@act("test.charge_taken", permission="lamps.charge")
def take_charge(lamp: Lamp, *, actor, other: Lamp) -> Effect:
    """An act that forgot to say which other object it changes."""
    found = lock(other)
    found.charge -= 1
    found.save(update_fields=["charge"])
    lamp.charge += 1
    return Effect(fields=["charge"])


@act("test.rooms_tried", permission="lamps.charge")
def light_what_may_be(room: Room, *, actor, lamps: list[Lamp], **arguments) -> Effect:
    """Several acts in one, where a refused one leaves the others."""
    refused = []
    for lamp in lamps:
        try:
            light(lamp, actor=actor, surge=lamp.charge < 0)
        except ValueError as error:
            refused.append(str(error))
    return Effect(data={"refused": refused})


# The platform does not know this machine: neither its reference pages nor the tests of its tables.
Workflow.registry.pop(LAMPS.name)
for _event in [event for event in ACTS if event.startswith("test.")]:
    ACTS.pop(_event)


def make_tables() -> None:
    """Make the tables of the machine in the present database."""
    with connection.schema_editor() as editor:
        editor.create_model(Room)
        editor.create_model(Lamp)
