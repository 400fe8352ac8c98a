"""How many queries the page of a dossier costs, to each of those who open it."""

import pytest

from ecoquartier.awards import services as awards
from ecoquartier.awards.models import Award
from ecoquartier.commissions.models import Sitting
from ecoquartier.core import clock
from ecoquartier.dossiers import services
from ecoquartier.dossiers.queries import next_hash
from ecoquartier.people.models import User
from tests.support.pages import queries_of


@pytest.mark.parametrize(
    ("state", "who", "expected"),
    [
        ("draft", "lead", 15),
        ("submitted", "correspondent", 14),
        ("under_expertise", "lead", 11),
        ("under_expertise", "expert", 14),
        ("awarded", "lead", 12),
        ("awarded", "correspondent", 14),
    ],
)
def test_the_page_costs_a_known_number_of_queries(world, state, who, expected):
    part, dossier = getattr(world, state)()
    user = {"lead": part.lead, "correspondent": world.correspondent, "expert": world.cast.experts[0]}[who]
    assert queries_of(user, f"/espace/dossiers/{dossier.pk}/") == expected


def agreed(world):
    """In preparation, the collectivité agrees."""
    part, dossier = world.draft()
    town = part.operation.collectivites.get()
    services.agree(dossier, actor=part.elected, organisation=town, sha256=next_hash(dossier))
    return dossier


def to_complete(world):
    part, dossier = world.submitted()
    asked = {"message": "Préciser la concertation.", "fields": ["answers.2", "operation.programme"]}
    return services.ask_completion(dossier, actor=world.correspondent, **asked)


def adjourned(world):
    """Adjourned, told, with its recommendations."""
    _part, dossier = world.decided("adjourn")
    awards.announce(Sitting.objects.get(items__dossier=dossier), actor=world.bureau)
    return dossier


def published(world):
    """Published, its certificate made."""
    _part, dossier = world.awarded()
    awards.announce(Sitting.objects.get(commission__level="national"), actor=world.bureau)
    world.play.publish(clock.today())
    awards.issue_certificate(Award.objects.get(dossier=dossier).pk)
    return dossier


PLAYED = {
    **{
        state: lambda world, state=state: getattr(world, state)()[1]
        for state in ("draft", "submitted", "admissible", "under_expertise", "assessed", "awarded")
    },
    **{play.__name__: play for play in (agreed, to_complete, adjourned, published)},
}


# What a completion asks, what is still missing, the deposits, the agreements: it shows the most.
LIMITS = {"to_complete": 19}


@pytest.mark.parametrize("state", PLAYED)
def test_the_page_has_a_limit_whoever_opens_it(world, state):
    dossier = PLAYED[state](world)
    operation = dossier.operation
    people = {
        *User.objects.filter(teams__operation=operation),
        *User.objects.filter(memberships__organisation__in=operation.collectivites.all()),
        *User.objects.filter(assignments__dossier=dossier),
        *User.objects.filter(seats__commission__sittings__items__dossier=dossier),
        *(world.correspondent, world.coordinator, world.bureau),
    }
    spent = {user.email: queries_of(user, f"/espace/dossiers/{dossier.pk}/") for user in people}
    assert len(spent) >= 5
    assert {email: n for email, n in spent.items() if n > LIMITS.get(state, 15)} == {}
