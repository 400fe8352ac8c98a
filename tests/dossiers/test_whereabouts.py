"""« Où en est le dossier ? » (rule 23): for each state, each side reads who has it and what comes next."""

from datetime import timedelta

import pytest

from ecoquartier.campaigns.enums import DecisionPath, MilestoneCode
from ecoquartier.core import clock
from ecoquartier.dossiers import services
from ecoquartier.dossiers.domain import DUE, IN_COMMISSION_HIDDEN, PUBLISHED, Course, whereabouts
from ecoquartier.dossiers.enums import DossierState, Side
from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.queries import ENTERED_COMMISSION, position, readable_state
from ecoquartier.journal.models import Entry
from ecoquartier.journal.queries import entries_about
from ecoquartier.ops.services.play import on
from tests.support.world import fresh

S = DossierState
NAME = "commission de massif"
COURSE = Course(experts=2, path=DecisionPath.REGIONAL_THEN_NATIONAL, commission=NAME)
REGISTERED = Course(experts=0, path=DecisionPath.REGISTRATION, commission=NAME, follows_campaign=False)

OWNERS = {
    S.DRAFT: Side.HOLDER,
    S.SUBMITTED: Side.CORRESPONDENT,
    S.TO_COMPLETE: Side.HOLDER,
    S.ADMISSIBLE: Side.BUREAU,
    S.UNDER_EXPERTISE: Side.EXPERT,
    S.ASSESSED: Side.COMMISSION,
    S.PROPOSED: Side.COMMISSION,
    S.REFERRED: Side.COMMISSION,
    S.ADJOURNED: Side.HOLDER,
    S.AWARDED: Side.BUREAU,
    S.INADMISSIBLE: "",
    S.WITHDRAWN: "",
    S.CLOSED: "",
    IN_COMMISSION_HIDDEN: Side.COMMISSION,
    PUBLISHED: "",
}


def test_every_state_has_its_words():
    assert set(OWNERS) == set(S) | {IN_COMMISSION_HIDDEN, PUBLISHED}


@pytest.mark.parametrize("state", OWNERS)
@pytest.mark.parametrize("side", [*Side, None])
def test_each_side_reads_who_has_it(state, side):
    found = whereabouts(state, (side,) if side else (), COURSE)
    assert found.owner == OWNERS[state]
    assert found.is_mine == (side is not None and side == OWNERS[state] and side != Side.COMMISSION)
    assert found.who.startswith("Vo") == found.is_mine
    assert found.doing.endswith(".")
    assert found.next == "" or found.next.endswith(".")


def test_the_side_that_has_the_dossier_speaks_first():
    both = whereabouts(S.SUBMITTED, (Side.COORDINATOR, Side.CORRESPONDENT), COURSE)
    assert (both.who, both.is_mine) == ("Vous", True)


def test_a_side_may_have_its_own_words():
    elected = whereabouts(S.DRAFT, (Side.COLLECTIVITE,), COURSE)
    assert "votre accord est demandé" in elected.doing
    assert elected.doing != whereabouts(S.DRAFT, (Side.CORRESPONDENT,), COURSE).doing


def test_the_hidden_state_says_nothing_of_where_in_the_commissions():
    words = {whereabouts(IN_COMMISSION_HIDDEN, sides, COURSE) for sides in ((Side.HOLDER,), (Side.EXPERT,), ())}
    assert len(words) == 1
    assert words.pop().doing == "Le dossier est en commission."


@pytest.mark.parametrize(
    ("state", "deadline"),
    [
        (S.DRAFT, MilestoneCode.FILING),
        (S.SUBMITTED, MilestoneCode.ADMISSIBILITY),
        (S.UNDER_EXPERTISE, MilestoneCode.EXPERTISE),
        (S.ASSESSED, MilestoneCode.REGIONAL),
        (S.PROPOSED, MilestoneCode.NATIONAL),
        (S.AWARDED, MilestoneCode.CEREMONY),
        (S.WITHDRAWN, ""),
    ],
)
def test_what_bounds_it(state, deadline):
    assert whereabouts(state, (), COURSE).deadline == deadline


def test_a_stage_filed_all_year_waits_for_no_milestone_but_for_its_complements():
    assert whereabouts(S.SUBMITTED, (), REGISTERED).deadline == ""
    assert whereabouts(S.TO_COMPLETE, (), REGISTERED).deadline == DUE


@pytest.mark.parametrize(
    ("course", "owner"),
    [
        (COURSE, Side.BUREAU),
        (REGISTERED, Side.COORDINATOR),
        (Course(0, DecisionPath.NATIONAL_ONLY, NAME), Side.BUREAU),
    ],
)
def test_an_admissible_dossier_goes_where_its_stage_says(course, owner):
    found = whereabouts(S.ADMISSIBLE, (), course)
    assert found.owner == owner
    assert whereabouts(S.SUBMITTED, (), course).next != ""


@pytest.mark.parametrize(
    ("path", "who"),
    [
        (DecisionPath.REGIONAL_THEN_NATIONAL, "La commission de massif"),
        (DecisionPath.REGIONAL_FINAL, "La commission de massif"),
        (DecisionPath.NATIONAL_ONLY, "La commission nationale"),
    ],
)
def test_an_assessed_dossier_is_with_the_commission_of_its_path(path, who):
    assert whereabouts(S.ASSESSED, (), Course(2, path, NAME)).who == who


def place(dossier, user, *sides):
    dossier = Dossier.objects.select_related("stage", "campaign").get(pk=dossier.pk)
    return position(dossier, fresh(user), sides, list(entries_about(dossier.pk)))


def test_a_position_is_dated_by_the_campaign(world):
    part, dossier = world.submitted()
    found = place(dossier, part.lead, Side.HOLDER)
    campaign = dossier.campaign
    assert found.since == dossier.state_since
    assert found.until == campaign.milestone(MilestoneCode.ADMISSIBILITY)
    assert found.usual_days == (found.until - campaign.filing_deadline).days


def test_a_draft_ends_with_its_extension(world):
    part, dossier = world.draft()
    until = dossier.campaign.filing_deadline + timedelta(days=9)
    services.extend(dossier, actor=world.bureau, until=until, reason="Panne.")
    assert place(dossier, part.lead, Side.HOLDER).until == until


def test_complements_end_on_their_own_date(world):
    part, dossier = world.submitted()
    services.ask_completion(dossier, actor=world.correspondent, message="Préciser.", fields=["answers.1"])
    found = place(dossier, part.lead, Side.HOLDER)
    assert found.until == clock.today() + timedelta(days=dossier.campaign.completion_days)
    assert found.whereabouts.is_mine


def test_since_when_does_not_tell_that_something_was_decided(world):
    with on(clock.today() - timedelta(days=3)):
        part, dossier = world.assessed()
    before = place(dossier, part.lead, Side.HOLDER)
    world.sit(dossier, "propose", national=False)
    world.sit(dossier, "award", national=True)
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert dossier.state == S.AWARDED
    assert dossier.state_since != before.since
    assert readable_state(dossier, fresh(part.lead)) == IN_COMMISSION_HIDDEN
    assert place(dossier, part.lead, Side.HOLDER) == before
    assert before.since == Entry.objects.get(event__in=ENTERED_COMMISSION, about_id=str(dossier.pk)).occurred_at


def test_services_read_the_true_date(world):
    _part, dossier = world.awarded()
    found = place(dossier, world.correspondent, Side.CORRESPONDENT)
    assert found.since == dossier.state_since
    assert "confidentiel" in found.whereabouts.doing


def test_the_journal_of_a_dossier_names_those_who_acted(world):
    part, dossier = world.submitted()
    found = {entry.event: entry.actor_name for entry in entries_about(dossier.pk)}
    assert found == {
        "dossier.opened": part.lead.full_name,
        "dossier.agreed": part.elected.full_name,
        "dossier.deposited": part.lead.full_name,
    }
