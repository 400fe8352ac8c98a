"""A recommendation along its life: issued by an adjournment, answered, then before a second commission."""

from __future__ import annotations

from ecoquartier.dossiers.models import Dossier
from ecoquartier.operations.models import Recommendation
from ecoquartier.operations.services import answer_recommendation
from ecoquartier.ops.services.play import Part
from ecoquartier.people.models import User
from tests.support.memory import remembered
from tests.support.sittings import Room, convened
from tests.support.world import World, fresh

ANSWER = "Une convention de gestion est signée avec la régie."


def recommendation_of(part: Part) -> Recommendation:
    """The only recommendation of the operation, afresh."""
    return Recommendation.objects.get(operation=part.operation)


def answer(part: Part, text: str = ANSWER, *, actor: User | None = None) -> Recommendation:
    """The lead, or somebody else, answers it."""
    return answer_recommendation(recommendation_of(part), actor=actor or fresh(part.lead), text=text)


@remembered
def returned(world: World) -> tuple[Part, Dossier]:
    """A dossier adjourned, its recommendation answered, and the next dossier assessed."""
    part, _adjourned = world.decided("adjourn")
    answer(part)
    return world.assessed(part=part)


def second_room(world: World) -> Room:
    """The regional sitting that deals with the second dossier."""
    part, dossier = returned(world)
    return convened(world, dossier, part)


def in_nation(room: Room) -> Room:
    """The region proposes, leaving the recommendation as it is; the nation is convened."""
    room.open()
    room.record()
    room.sign()
    return convened(room.world, room.read(), room.part, national=True)
