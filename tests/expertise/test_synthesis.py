"""Rule 9: the synthesis of the team, once every report is sealed."""

import pytest
from django.core.exceptions import ValidationError

from ecoquartier.access.scopes import reports_visible_to
from ecoquartier.campaigns.models import Stage
from ecoquartier.core.errors import PermissionRefused
from ecoquartier.expertise import services
from ecoquartier.expertise.enums import ExpertiseStage
from ecoquartier.expertise.queries import stage_of_expertise, synthesis_breaches
from ecoquartier.journal.models import Entry
from ecoquartier.notifications.models import Message
from tests.support.expertise import Case, readable
from tests.support.refusals import refused


def test_no_synthesis_before_all_have_sealed(case):
    coordinator = case.experts[0]
    for step in (case.visited, lambda: case.seal(case.reports[0])):
        with refused("not_all_sealed"):
            services.save_synthesis(case.dossier, actor=coordinator, text="Texte.", proposal="favourable")
        step()
    with refused("not_all_sealed"):
        services.save_synthesis(case.dossier, actor=coordinator, text="Texte.", proposal="favourable")


def test_only_the_coordinator_writes_and_submits(world, case):
    case.sealed()
    for actor in (case.experts[1], world.bureau):
        with pytest.raises(PermissionRefused):
            services.save_synthesis(case.dossier, actor=actor, text="Texte.", proposal="favourable")
    synthesis = services.save_synthesis(case.dossier, actor=case.experts[0], text="Texte.", proposal="favourable")
    with pytest.raises(PermissionRefused):
        services.propose_synthesis(synthesis, actor=case.experts[1])
    with pytest.raises(PermissionRefused):
        services.endorse_synthesis(synthesis, actor=case.experts[0])


def submitted(case):
    synthesis = services.save_synthesis(case.dossier, actor=case.experts[0], text="Texte.", proposal="favourable")
    return services.propose_synthesis(synthesis, actor=case.experts[0])


def test_a_synthesis_without_text_or_proposal_is_refused(case):
    case.sealed()
    for changes in ({"text": ""}, {"proposal": ""}, {"proposal": "maybe"}):
        values = {"text": "Texte.", "proposal": "favourable"} | changes
        with pytest.raises(ValidationError):
            services.save_synthesis(case.dossier, actor=case.experts[0], **values)


def test_a_correction_is_asked_with_a_reason_and_told_to_the_coordinator(case):
    synthesis = submitted(case.sealed())
    second = case.experts[1]
    with refused("no_reason"):
        services.send_back_synthesis(synthesis, actor=second, reason=" ")
    synthesis = services.send_back_synthesis(synthesis, actor=second, reason="Manque l’eau.")
    assert (synthesis.state, synthesis.correction, synthesis.approvals.count()) == ("draft", "Manque l’eau.", 0)
    assert Message.objects.get(key="synthesis_sent_back_to_coordinator").recipient == case.experts[0]
    again = submitted(case)
    assert again.correction == ""


def test_the_last_approval_closes_the_expertise_once(case):
    synthesis = submitted(case.sealed())
    with refused("synthesis_proposed"):
        services.save_synthesis(case.dossier, actor=case.experts[0], text="Autre.", proposal="favourable")
    services.endorse_synthesis(synthesis, actor=case.experts[1])
    assert case.reload().state == "assessed"
    assert stage_of_expertise(case.dossier) == ExpertiseStage.CLOSED
    with refused("may_endorse"):
        services.endorse_synthesis(synthesis, actor=case.experts[1])
    assert Entry.objects.filter(event="expertise.closed").count() == 1
    assert synthesis_breaches() == []


# Three experts, by data alone


@pytest.fixture
def trio(world):
    """A stage that asks for three experts, and its team."""
    Stage.objects.filter(scheme="quatre-etapes", rank=2).update(experts=3)
    return Case(world, *world.under_expertise())


def test_three_seals_and_two_approvals_by_data_alone(world, trio):
    assert [a.part for a in trio.team] == ["coordinator", "second", "second"]
    trio.visited()
    for report in trio.reports[:2]:
        trio.seal(report)
    assert readable(trio.experts[0], trio) == {"coordinator"}
    trio.seal(trio.reports[2])
    assert reports_visible_to(world.bureau).filter(dossier=trio.dossier).count() == 3
    synthesis = submitted(trio)
    services.endorse_synthesis(synthesis, actor=trio.experts[1])
    with refused("may_endorse"):
        services.endorse_synthesis(synthesis, actor=trio.experts[1])
    assert trio.reload().state == "under_expertise"
    services.send_back_synthesis(synthesis, actor=trio.experts[2], reason="À préciser.")
    synthesis = submitted(trio)
    for expert in trio.experts[1:]:
        services.endorse_synthesis(synthesis, actor=expert)
    assert trio.reload().state == "assessed"


def test_one_expert_alone_closes_by_submitting(world):
    Stage.objects.filter(scheme="quatre-etapes", rank=2).update(experts=1)
    solo = Case(world, *world.under_expertise()).sealed()
    submitted(solo)
    assert solo.reload().state == "assessed"


def test_a_stage_that_asks_for_more_experts_later_closes_nothing_that_was_open(world):
    case = Case(world, *world.assessed())
    Stage.objects.filter(pk=case.dossier.stage_id).update(experts=3)
    assert readable(world.correspondent, case) == {"coordinator", "second"}
