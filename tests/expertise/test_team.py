"""Rules 7 and 8: who may join a team, who declines, who leaves."""

from datetime import timedelta

import pytest

from ecoquartier.campaigns.models import Stage
from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused
from ecoquartier.dossiers import services as dossiers
from ecoquartier.expertise import services
from ecoquartier.expertise.enums import TeamPart
from ecoquartier.expertise.models import Assignment
from ecoquartier.expertise.queries import candidates_for, hard_conflict, hard_conflicts, team_breaches
from ecoquartier.expertise.queries.work import work_of
from ecoquartier.journal.models import Entry, EntryDetail
from ecoquartier.notifications.models import Message
from ecoquartier.operations.models import TeamMember
from ecoquartier.people.enums import OrganisationKind, Role
from ecoquartier.people.models import Membership, Organisation, RoleGrant
from tests.support.expertise import Case
from tests.support.refusals import refused
from tests.support.world import fresh


@pytest.fixture
def admissible(world):
    """An admissible dossier without team."""
    return world.admissible()[1]


def propose(world, dossier, number=0, part=TeamPart.COORDINATOR):
    return services.propose_expert(dossier, actor=world.bureau, expert=fresh(world.cast.experts[number]), part=part)


# Proposing


def test_the_bureau_proposes_and_the_expert_is_told(world, admissible):
    assignment = propose(world, admissible)
    assert assignment.state == "proposed"
    message = Message.objects.get(key="assignment_proposed_to_expert")
    assert message.recipient == world.cast.experts[0]
    assert message.context["path"] == f"/espace/expertise/affectations/{assignment.pk}/accepter/"


def test_only_the_bureau_proposes(world, admissible):
    with pytest.raises(PermissionRefused):
        services.propose_expert(
            admissible, actor=world.correspondent, expert=world.cast.experts[0], part=TeamPart.COORDINATOR
        )


def test_nobody_is_proposed_before_the_dossier_is_admissible(world):
    _part, dossier = world.submitted()
    with refused("may_be_assigned"):
        propose(world, dossier)


def test_only_a_qualified_expert_is_proposed(world, admissible):
    with refused("may_be_assigned"):
        services.propose_expert(admissible, actor=world.bureau, expert=world.coordinator, part=TeamPart.COORDINATOR)


def test_an_expert_whose_grant_has_ended_is_not_proposed(world, admissible):
    expert = world.cast.experts[0]
    expert.grants.update(starts_on=clock.today() - timedelta(days=9), ends_on=clock.today() - timedelta(days=1))
    assert expert not in [c.expert for c in candidates_for(admissible)]
    with refused("may_be_assigned"):
        propose(world, admissible)


def test_a_second_click_proposes_nobody_twice(world, admissible):
    propose(world, admissible)
    with refused("may_be_assigned"):
        propose(world, admissible, part=TeamPart.SECOND)
    assert Assignment.objects.count() == 1


def test_one_coordinator_and_no_more_experts_than_the_stage_asks(world, admissible):
    propose(world, admissible, 0)
    with refused("may_be_assigned"):
        propose(world, admissible, 1, TeamPart.COORDINATOR)
    propose(world, admissible, 1, TeamPart.SECOND)
    with refused("may_be_assigned"):
        propose(world, admissible, 2, TeamPart.SECOND)


def test_the_place_of_the_coordinator_is_kept(world, admissible):
    with refused("may_be_assigned"):
        propose(world, admissible, 0, TeamPart.SECOND)
    propose(world, admissible, 0, TeamPart.COORDINATOR)
    assert propose(world, admissible, 1, TeamPart.SECOND).part == TeamPart.SECOND


def test_a_stage_without_experts_takes_none(world, admissible):
    Stage.objects.filter(pk=admissible.stage_id).update(experts=0)
    admissible.stage.refresh_from_db()
    with refused("may_be_assigned"):
        propose(world, admissible)


# Hard conflicts


def join_team(operation, expert):
    TeamMember.objects.create(operation=operation, user=expert, role="reader")


def join_holder(operation, expert):
    Membership.objects.create(user=expert, organisation=operation.holder)


def join_collectivite(operation, expert):
    Membership.objects.create(user=expert, organisation=operation.collectivites.get())


def become_correspondent(operation, expert):
    RoleGrant.objects.create(user=expert, role=Role.CORRESPONDENT, county=operation.lead_commune.county)


def join_county_service(operation, expert):
    service = Organisation.objects.get(kind=OrganisationKind.STATE, memberships__user__grants__role=Role.CORRESPONDENT)
    Membership.objects.create(user=expert, organisation=service)


CONFLICTS = {
    "team": (join_team, "membre de l’équipe"),
    "holder": (join_holder, "rattaché à Société d’aménagement"),
    "collectivite": (join_collectivite, "rattaché à "),
    "correspondent": (become_correspondent, "agent du service"),
    "service": (join_county_service, "agent du service"),
}


@pytest.mark.parametrize("kind", CONFLICTS)
def test_a_hard_conflict_excludes(world, admissible, kind):
    tie, words = CONFLICTS[kind]
    expert = world.cast.experts[0]
    tie(admissible.operation, expert)
    assert words in hard_conflict(fresh(expert), admissible)
    with refused("may_be_assigned"):
        propose(world, admissible)
    assert [c.expert for c in candidates_for(admissible)][-1] == expert


@pytest.mark.parametrize("kind", CONFLICTS)
def test_a_conflict_found_after_the_proposal_still_excludes(world, admissible, kind):
    assignment = propose(world, admissible)
    CONFLICTS[kind][0](admissible.operation, assignment.expert)
    with refused("has_no_hard_conflict"):
        services.accept(assignment, actor=fresh(assignment.expert), no_conflict=True)


@pytest.mark.parametrize(("days", "excluded"), [(0, True), (3 * 365 - 5, True), (3 * 366 + 5, False)])
def test_a_former_employer_is_a_conflict_for_three_years(world, admissible, days, excluded):
    expert = world.cast.experts[0]
    Membership.objects.create(
        user=expert, organisation=admissible.operation.holder, ended_on=clock.today() - timedelta(days=days)
    )
    assert bool(hard_conflict(expert, admissible)) is excluded


def test_the_holder_at_the_time_of_the_dossier_stays_a_conflict(world, admissible):
    expert = world.cast.experts[0]
    join_holder(admissible.operation, expert)
    admissible.operation.holder = Organisation.objects.create(name="Autre", kind=OrganisationKind.DEVELOPER)
    admissible.operation.save(update_fields=["holder"])
    assert hard_conflict(expert, admissible)


def test_another_county_is_no_conflict(world, admissible):
    expert = world.cast.experts[0]
    elsewhere = world.cast.correspondent(type(world.commune.county).objects.get(pk="67"))
    Membership.objects.create(user=expert, organisation=elsewhere.memberships.get().organisation)
    assert hard_conflict(expert, admissible) == ""


def test_conflicts_of_all_experts_take_three_queries(world, admissible, django_assert_num_queries):
    experts = world.cast.experts
    join_team(admissible.operation, experts[0])
    join_holder(admissible.operation, experts[1])
    with django_assert_num_queries(3):
        assert set(hard_conflicts(admissible, experts)) == {experts[0].pk, experts[1].pk}


def test_candidates_come_free_of_conflict_then_least_loaded(world, admissible):
    first, second, *_others = world.cast.experts
    Case(world, *world.under_expertise())
    loaded = {c.expert.pk: c.load for c in candidates_for(admissible)}
    join_team(admissible.operation, world.cast.experts[3])
    order = candidates_for(admissible)
    assert sorted(loaded.values()) == [0, 0, 1, 1]
    assert [bool(c.conflict) for c in order] == [False, False, False, True]
    assert [c.load for c in order[:3]] == sorted(c.load for c in order[:3])


# Answering


def test_accepting_needs_the_declaration(world, admissible):
    assignment = propose(world, admissible)
    with refused("declares"):
        services.accept(assignment, actor=fresh(assignment.expert), no_conflict=False)


def test_nobody_answers_for_another(world, admissible):
    assignment = propose(world, admissible)
    for service, kwargs in ((services.accept, {"no_conflict": True}), (services.decline, {})):
        with pytest.raises(PermissionRefused):
            service(assignment, actor=world.bureau, **kwargs)


def test_the_expertise_starts_when_the_last_expert_accepts(world, admissible):
    for number, part in enumerate((TeamPart.COORDINATOR, TeamPart.SECOND)):
        assignment = propose(world, admissible, number, part)
        admissible.refresh_from_db()
        assert admissible.state == "admissible"
        services.accept(assignment, actor=fresh(assignment.expert), no_conflict=True)
    admissible.refresh_from_db()
    assert admissible.state == "under_expertise"
    started = Entry.objects.get(event="expertise.started")
    assert started.data["cause"] == "assignment.accepted"


def test_accepting_twice_is_refused(world, admissible):
    assignment = propose(world, admissible)
    services.accept(assignment, actor=fresh(assignment.expert), no_conflict=True)
    with refused("wrong_state"):
        services.accept(assignment, actor=fresh(assignment.expert), no_conflict=True)
    with refused("wrong_state"):
        services.decline(assignment, actor=fresh(assignment.expert))


def test_a_withdrawn_dossier_waits_for_nobody(world):
    part, dossier = world.admissible()
    assignment = propose(world, dossier)
    dossiers.withdraw(dossier, actor=part.lead)
    with refused("dossier_is_admissible"):
        services.accept(assignment, actor=fresh(assignment.expert), no_conflict=True)


def test_declining_frees_the_place_and_tells_the_bureau_not_why(world, admissible):
    assignment = propose(world, admissible)
    services.decline(assignment, actor=fresh(assignment.expert), reason="Je connais l’élue.")
    assert Message.objects.filter(key="assignment_declined_to_bureau").count() == 2
    assert not any("élue" in str(m.context) for m in Message.objects.all())
    entry = Entry.objects.get(event="assignment.declined")
    assert "élue" not in str(entry.data)
    assert not EntryDetail.objects.filter(entry=entry).exists()
    assert propose(world, admissible, 1).part == TeamPart.COORDINATOR


def test_who_declined_may_be_asked_again(world, admissible):
    assignment = propose(world, admissible)
    services.decline(assignment, actor=fresh(assignment.expert))
    assert propose(world, admissible).state == "proposed"


# Leaving


def test_an_answer_that_does_not_come_is_no_dead_end(world, admissible):
    assignment = propose(world, admissible)
    services.stand_down(assignment, actor=world.bureau, reason="Pas de réponse.")
    assert propose(world, admissible, 1).state == "proposed"
    assert Message.objects.get(key="assignment_stood_down_to_expert").context["reason"] == "Pas de réponse."


def test_only_the_bureau_takes_off_with_a_reason_and_once(world, case):
    assignment = case.team[0]
    with pytest.raises(PermissionRefused):
        services.stand_down(assignment, actor=fresh(assignment.expert), reason="Congé.")
    with refused("no_reason"):
        services.stand_down(assignment, actor=world.bureau, reason="  ")
    services.stand_down(assignment, actor=world.bureau, reason="Congé.")
    with refused("wrong_state"):
        services.stand_down(assignment, actor=world.bureau, reason="Congé.")


def test_a_submitted_synthesis_keeps_its_team(world, case):
    case.sealed()
    synthesis = services.save_synthesis(case.dossier, actor=case.experts[0], text="Texte.", proposal="favourable")
    services.propose_synthesis(synthesis, actor=case.experts[0])
    with refused("synthesis_is_not_proposed"):
        services.stand_down(case.team[1], actor=world.bureau, reason="Congé.")


def test_a_vacancy_is_a_task_of_the_bureau_and_no_breach(world, case):
    services.stand_down(case.team[1], actor=world.bureau, reason="Congé.")
    assert any("Composer l’équipe" in task.title for task in work_of(world.bureau).to_do)
    assert team_breaches() == []


def test_the_team_is_not_changed_once_the_expertise_is_over(world):
    case = Case(world, *world.assessed())
    with refused("dossier_is_admissible"):
        services.stand_down(case.team[0], actor=world.bureau, reason="Congé.")
