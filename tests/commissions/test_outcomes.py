"""Rule 13: what a sitting may say of a dossier."""

import pytest

from ecoquartier.campaigns.models import Stage
from ecoquartier.commissions import services
from ecoquartier.commissions.enums import Outcome
from ecoquartier.commissions.queries import (
    allowed_outcomes,
    ready_for,
)
from ecoquartier.core.errors import PermissionRefused
from ecoquartier.dossiers import services as dossiers
from tests.support.refusals import refused


@pytest.mark.parametrize(
    ("path", "regional", "national"),
    [
        ("regional_then_national", "propose adjourn refer carry_over", "award adjourn send_back carry_over"),
        ("regional_final_else_national", "award adjourn refer carry_over", "award adjourn send_back carry_over"),
        ("national_only", None, "award adjourn carry_over"),
    ],
)
def test_outcomes_follow_the_level_and_the_path(nation, path, regional, national):
    Stage.objects.filter(pk=nation.dossier.stage_id).update(decision_path=path)
    item = nation.item
    assert " ".join(allowed_outcomes(item)) == national
    if regional:
        item.sitting.commission.level = "regional"
        assert " ".join(allowed_outcomes(item)) == regional


def test_a_region_does_not_award_what_the_nation_decides(room):
    room.open()
    with refused("outcome_not_allowed"):
        room.record(Outcome.AWARD)


def test_reasons_are_asked(room):
    room.open()
    with refused("no_reasons"):
        room.record(reasons=" ")


@pytest.mark.parametrize(
    ("support", "recommendations"),
    [("", [(None, "Préciser la gestion.")]), ("Une journée d’appui.", []), ("Une journée d’appui.", [(None, " ")])],
)
def test_adjourning_helps(room, support, recommendations):
    room.open()
    with refused("adjourn_without_help"):
        room.record(Outcome.ADJOURN, support=support, recommendations=recommendations)


def test_an_outcome_may_change_while_the_sitting_is_open(room):
    room.open()
    room.record(recommendations=[(None, "Une première.")])
    room.record(Outcome.REFER, recommendations=[(None, "Une seconde.")])
    assert room.item.outcome == Outcome.REFER
    assert list(room.item.recommendations.values_list("text", flat=True)) == ["Une seconde."]
    room.close()
    with refused("not_open"):
        room.record()


def test_a_member_does_not_hold_the_pen(room):
    room.open()
    services.declare(room.item, actor=room.member, is_recused=False)
    with pytest.raises(PermissionRefused):
        services.record_outcome(room.item, actor=room.member, outcome="propose", reasons="Oui.")


def test_a_dossier_withdrawn_during_a_regional_sitting_gets_no_outcome(room):
    room.open()
    dossiers.withdraw(room.dossier, actor=room.part.lead)
    with refused("not_in_commission"):
        room.record()
    room.sign()
    assert "la commission ne se prononce pas" in room.sitting.minutes
    assert room.read().state == "withdrawn"


def test_the_national_commission_sends_back(nation):
    nation.open()
    nation.record(Outcome.SEND_BACK)
    nation.sign()
    assert nation.read().state == "assessed"
    region = nation.dossier.operation.lead_commune.county.region
    assert list(ready_for(nation.world.cast.commission(region))) == [nation.dossier]
