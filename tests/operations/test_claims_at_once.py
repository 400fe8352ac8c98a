"""Two answers to claims at the same moment, on real connections: one wins, nothing is half-written."""

import pytest

from ecoquartier.core.errors import TransitionRefused
from ecoquartier.operations import services as operations
from ecoquartier.operations.enums import ClaimState
from ecoquartier.operations.models import Claim, Operation
from ecoquartier.people.models import Membership, Organisation
from tests.support.world import fresh
from tests.workflow.test_concurrency import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.loopback]


def people(world):
    """Two people of two organisations."""
    found = []
    for number in (1, 2):
        user = world.cast.holder_team(world.commune, number)[0]
        body = Organisation.objects.create(name=f"Organisme {number}", kind="developer")
        Membership.objects.create(user=user, organisation=body, title="directrice")
        found.append((fresh(user), body))
    return found


def test_two_rivals_confirmed_at_once_make_one_holder(world):
    operation = operations.add_operation(name="Les Tanneries", lead_commune=world.commune)
    claims = [operations.claim(operation, actor=user, organisation=body) for user, body in people(world)]
    for claim in claims:
        operations.write_draft(claim, actor=fresh(claim.user), context=f"Écrit par {claim.organisation}.")
    answers = [world.correspondent, world.bureau]
    results = at_once(
        *(lambda c=c, p=p: operations.confirm_claim(c, actor=p) for c, p in zip(claims, answers, strict=True))
    )
    assert sum(isinstance(result, TransitionRefused) for result in results) == 1
    won = Claim.objects.get(state=ClaimState.CONFIRMED)
    operation.refresh_from_db()
    assert operation.holder == won.organisation
    assert operation.context == f"Écrit par {won.organisation}."
    assert list(operation.team.values_list("user", flat=True)) == [won.user_id]
    assert Claim.objects.get(state=ClaimState.REFUSED).draft == {}


def test_one_creation_confirmed_twice_at_once_is_one_operation(world):
    (user, body), _other = people(world)
    claim = operations.ask_creation(body, actor=user, name="Les Prés hauts", commune=world.commune)
    results = at_once(
        *(lambda p=p: operations.confirm_claim(claim, actor=p) for p in (world.correspondent, world.bureau))
    )
    assert sum(isinstance(result, TransitionRefused) for result in results) == 1
    assert Operation.objects.filter(name="Les Prés hauts").count() == 1


def test_two_creations_of_one_name_confirmed_at_once_have_two_slugs(world):
    claims = [
        operations.ask_creation(body, actor=user, name="Les Prés hauts", commune=world.commune)
        for user, body in people(world)
    ]
    at_once(
        *(
            lambda c=c, p=p: operations.confirm_claim(c, actor=p)
            for c, p in zip(claims, (world.correspondent, world.bureau), strict=True)
        )
    )
    slugs = Operation.objects.filter(name="Les Prés hauts").values_list("slug", flat=True)
    assert sorted(slugs) == ["les-pres-hauts-laval", "les-pres-hauts-laval-2"]


def test_withdrawn_and_confirmed_at_once_is_one_of_both(world):
    (user, body), _other = people(world)
    claim = operations.ask_creation(body, actor=user, name="Les Prés hauts", commune=world.commune)
    correspondent = world.correspondent
    results = at_once(
        lambda: operations.confirm_claim(claim, actor=correspondent),
        lambda: operations.withdraw_claim(claim, actor=fresh(user)),
    )
    assert sum(isinstance(result, TransitionRefused) for result in results) == 1
    claim.refresh_from_db()
    assert Operation.objects.filter(name="Les Prés hauts").exists() == (claim.state == ClaimState.CONFIRMED)
