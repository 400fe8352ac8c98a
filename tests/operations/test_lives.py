"""An operation stops for a time or for good, and is taken up again: who may, why not, what it closes."""

import pytest

from ecoquartier.campaigns.models import Stage
from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.directory.models import DirectoryRow
from ecoquartier.dossiers import services as dossiers
from ecoquartier.dossiers.queries import openings
from ecoquartier.journal.models import Entry
from ecoquartier.notebooks.services import save_answer
from ecoquartier.notifications.models import Message
from ecoquartier.operations import services
from ecoquartier.operations.enums import OperationState, TeamRole
from ecoquartier.operations.models import Operation, TeamMember
from ecoquartier.operations.queries import correspondents_of, why_not_kept, why_not_running
from ecoquartier.people.models import User
from ecoquartier.workflow.engine import ACTS
from tests.support.world import fresh

WHY = "Les acquisitions foncières sont bloquées."
# What the team, the services or a collectivité write on an operation that is over: nothing.
WRITTEN = {"operations.write", "operations.write_perimeter", "operations.ask_meeting", "operations.sign_charter"}
WRITTEN |= {"operations.claim"}
# They come before there is an operation.
ELSEWHERE = {"creation.asked"}


def again(operation):
    return Operation.objects.get(pk=operation.pk)


def test_the_lead_pauses_and_resumes(world):
    part = world.part(filled=False)
    services.pause_operation(part.operation, actor=part.lead, reason=WHY)
    paused = again(part.operation)
    assert (paused.state, paused.state_since, paused.state_reason) == (OperationState.PAUSED, clock.today(), WHY)
    assert paused.state_words.startswith("suspendue depuis le ")
    services.resume_operation(paused, actor=part.lead, reason="Les terrains sont acquis.")
    resumed = again(part.operation)
    assert (resumed.state, resumed.state_words) == (OperationState.ACTIVE, "")
    events = list(Entry.objects.filter(about_id=str(part.operation.pk)).order_by("seq").values_list("event", flat=True))
    assert events[-2:] == ["operation.paused", "operation.resumed"]


def test_those_concerned_are_told_once_each(world):
    part = world.part(filled=False)
    services.pause_operation(part.operation, actor=part.lead, reason=WHY)
    told = Message.objects.filter(key="operation_paused_to_person")
    concerned = {part.lead, part.elected, *correspondents_of(part.operation)}
    assert {m.recipient for m in told} == concerned
    assert told.count() == len(concerned)
    assert told.first().context["reason"] == WHY


@pytest.mark.parametrize("role", [TeamRole.EDITOR, TeamRole.READER])
def test_the_rest_of_the_team_does_not(world, role):
    part = world.part(filled=False)
    mate = User.objects.create_user("equipiere@example.org", "Équipière")
    TeamMember.objects.create(operation=part.operation, user=mate, role=role)
    for act in (services.pause_operation, dossiers.abandon_operation):
        with pytest.raises(PermissionRefused):
            act(part.operation, actor=fresh(mate), reason=WHY)
    assert again(part.operation).state == OperationState.ACTIVE


def test_neither_the_correspondent_nor_the_collectivite_does(world):
    part = world.part(filled=False)
    for actor in (world.correspondent, part.elected):
        with pytest.raises(PermissionRefused):
            services.pause_operation(part.operation, actor=actor, reason=WHY)


def test_a_paused_operation_is_not_paused_again(world):
    part = world.part(filled=False)
    services.pause_operation(part.operation, actor=world.bureau, reason=WHY)
    with pytest.raises(TransitionRefused, match="C’est déjà fait"):
        services.pause_operation(again(part.operation), actor=world.bureau, reason=WHY)


def test_no_candidature_opens_for_a_paused_operation(world):
    part = world.part()
    services.pause_operation(part.operation, actor=part.lead, reason=WHY)
    operation, campaign = again(part.operation), world.play.campaign
    stage = Stage.objects.get(scheme=campaign.scheme, rank=1)
    with pytest.raises(TransitionRefused, match="L’opération est suspendue depuis le .* quand elle a repris"):
        dossiers.open_dossier(operation, actor=part.lead, campaign=campaign, stage=stage)
    said = {opening.reason for opening in openings(operation, campaign, fresh(part.lead))}
    assert said == {why_not_running(operation)}
    services.resume_operation(operation, actor=part.lead, reason="Reprise.")
    assert dossiers.open_dossier(again(operation), actor=part.lead, campaign=campaign, stage=stage)


def test_a_paused_operation_is_still_written(world):
    part = world.part(filled=False)
    services.pause_operation(part.operation, actor=part.lead, reason=WHY)
    services.update_operation(again(part.operation), actor=part.lead, description="Études en cours.")
    assert again(part.operation).description == "Études en cours."


def test_a_candidature_under_way_goes_on_through_a_pause(world):
    part, dossier = world.submitted()
    services.pause_operation(part.operation, actor=part.lead, reason=WHY)
    world.play.admit(dossier)
    dossier.refresh_from_db()
    assert dossier.state == "admissible"


@pytest.mark.parametrize("make", ["draft", "submitted", "under_expertise"])
def test_an_open_candidature_stops_the_abandonment(world, make):
    part, dossier = getattr(world, make)()
    with pytest.raises(TransitionRefused) as refusal:
        dossiers.abandon_operation(part.operation, actor=part.lead, reason=WHY)
    assert str(dossier.stage) in refusal.value.message
    assert str(dossier.campaign_id) in refusal.value.message


@pytest.mark.parametrize("state", ["assessed", "awarded"])
def test_the_refusal_says_the_same_whether_it_was_decided(world, state):
    part, dossier = getattr(world, state)()
    with pytest.raises(TransitionRefused) as refusal:
        dossiers.abandon_operation(part.operation, actor=part.lead, reason=WHY)
    assert refusal.value.message == (
        f"La candidature «\u00a0{dossier.stage}, campagne {dossier.campaign_id}\u00a0» est en cours\u00a0: "
        "l’opération s’abandonne quand elle est retirée ou finie."
    )


def test_an_abandoned_operation_keeps_what_it_holds_and_is_only_read(world):
    part, dossier = world.draft()
    dossiers.withdraw(dossier, actor=part.lead, reason="")
    services.record_stage(
        part.operation,
        rank=2,
        name="chantier",
        scheme_title="Quatre étapes",
        year=2020,
        source="reprise 2016",
        published_at=clock.now(),
    )
    dossiers.abandon_operation(part.operation, actor=part.lead, reason=WHY)
    over = again(part.operation)
    assert over.state_words.startswith("abandonnée le ")
    assert over.state_told.startswith("a été abandonnée le ")
    assert over.stages.get().withdrawn_on is None
    assert DirectoryRow.objects.filter(operation=over).exists()
    with pytest.raises(TransitionRefused, match="ne se modifie plus"):
        services.update_operation(over, actor=part.lead, description="Autre chose.")
    commitment = world.play.campaign.framework.commitments.first()
    with pytest.raises(TransitionRefused, match="ne se modifie plus"):
        save_answer(over, actor=fresh(part.lead), commitment=commitment, text="Une réponse.", revision=1)


def test_only_the_bureau_revives(world):
    part = world.part(filled=False)
    dossiers.abandon_operation(part.operation, actor=part.lead, reason=WHY)
    with pytest.raises(PermissionRefused):
        services.revive_operation(again(part.operation), actor=part.lead, reason="Erreur.")
    services.revive_operation(again(part.operation), actor=world.bureau, reason="Erreur.")
    assert why_not_kept(again(part.operation)) is None


def test_an_adjourned_candidature_of_an_abandoned_operation_is_not_resumed(world):
    part, dossier = world.decided("adjourn")
    dossiers.abandon_operation(part.operation, actor=part.lead, reason=WHY)
    dossier.refresh_from_db()
    with pytest.raises(TransitionRefused, match="abandonnée"):
        dossiers.resume(dossier, actor=world.bureau, reason="Pièces.", due_on=clock.today())


def test_every_act_that_writes_on_an_operation_is_closed_with_it():
    writing = {event: act for event, act in ACTS.items() if act.permission in WRITTEN and event not in ELSEWHERE}
    assert {"operation.updated", "photo.added", "perimeter.recorded", "charter.signed"} <= writing.keys()
    assert {event for event, act in writing.items() if why_not_kept not in act.guards} == set()
