"""The matrix: complete, boolean, and its denials win."""

import re
from pathlib import Path

import pytest

from ecoquartier.access import permissions
from ecoquartier.access.permissions import DENY, PERMISSIONS, allowed
from ecoquartier.commissions import services as commissions
from ecoquartier.core import clock
from ecoquartier.core.errors import TransitionRefused
from ecoquartier.core.predicates import predicate
from ecoquartier.expertise.models import ExpertReport
from ecoquartier.people.models import User
from ecoquartier.workflow.engine import ACTS, Workflow
from tests.support.world import fresh


def test_each_permission_named_by_a_step_or_an_act_is_in_the_matrix():
    named = {t.permission for w in Workflow.registry.values() for t in w.transitions.values() if t.permission}
    assert named | {act.permission for act in ACTS.values()} <= set(PERMISSIONS)


def test_each_denial_takes_away_a_permission_that_exists():
    assert {name for denied in DENY.values() for name in denied} <= set(PERMISSIONS)


def test_an_unknown_permission_is_an_error_not_a_silence(world):
    with pytest.raises(LookupError):
        world.bureau.has_perm("dossiers.veiw")


def test_a_predicate_that_answers_no_bool_is_an_error(world, monkeypatch):
    @predicate
    def vague(user, obj=None):
        return None

    monkeypatch.setitem(permissions.PERMISSIONS, "dossiers.view", vague)
    with pytest.raises(TypeError, match="vague"):
        allowed(world.bureau, "dossiers.view")


def test_every_fact_of_the_matrix_is_checked_to_be_a_bool():
    """`rules` alone takes None for a yes: every predicate of ours goes through `core.predicates`."""
    src = Path(permissions.__file__).parents[1]
    direct = {
        str(path.relative_to(src))
        for path in src.rglob("*.py")
        if re.search(r"^\s*(from|import) rules\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert direct == {"core/predicates.py"}


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_every_permission_answers_a_bool_to_everybody(world, permission):
    part, dossier = world.draft()
    for user in (part.lead, part.elected, world.correspondent, world.bureau, world.cast.experts[0]):
        for obj in (None, part.operation, dossier):
            assert allowed(fresh(user), permission, obj) in {True, False}


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_a_suspended_person_may_nothing(world, permission):
    _part, dossier = world.draft()
    user = world.bureau
    user.is_active = False
    assert allowed(user, permission, dossier) is False
    assert user.has_perm(permission, dossier) is False


def test_a_new_person_without_role_sees_no_dossier(world):
    _part, dossier = world.submitted()
    stranger = User.objects.create_user("stranger@example.org", "Inconnue")
    for permission in ("dossiers.view", "dossiers.read_deposit", "operations.view", "notebooks.view"):
        assert stranger.has_perm(permission, dossier) is False


def test_an_ended_role_gives_nothing(world):
    _part, dossier = world.submitted()
    correspondent = world.correspondent
    assert correspondent.has_perm("dossiers.examine", dossier)
    correspondent.grants.update(ends_on="2020-01-01")
    assert not fresh(correspondent).has_perm("dossiers.examine", dossier)


def test_a_recusal_wins_over_every_other_role(world):
    """Rule 12: even somebody of the bureau, once recused as a member, has no access, for good."""
    _part, dossier = world.assessed()
    commission = world.cast.commission(world.commune.county.region)
    seat = commission.seats.filter(part="member").first()
    seat.holder = world.bureau
    seat.save()
    sitting = world.play.plan(commission, [dossier], clock.today())
    report = ExpertReport.objects.filter(dossier=dossier).first()
    assert world.bureau.has_perm("dossiers.view", dossier)
    assert world.bureau.has_perm("expertise.read_report", report)
    commissions.declare(sitting.items.get(), actor=world.bureau, is_recused=True, reason="Ancien employeur")
    assert not world.bureau.has_perm("dossiers.view", dossier)
    assert not world.bureau.has_perm("expertise.read_report", report)
    with pytest.raises(TransitionRefused):
        commissions.declare(sitting.items.get(), actor=world.bureau, is_recused=False)
