"""Rules 1 to 6 and 15 on a dossier: each rule, its refusal, its edge."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.core.text import long_date
from ecoquartier.dossiers import services as dossiers
from ecoquartier.dossiers.domain import compose, content_hash, differences
from ecoquartier.dossiers.enums import CLOSED_STATES
from ecoquartier.dossiers.models import Deposit, Dossier, DossierScope
from ecoquartier.dossiers.queries import last_deposit, missing_in, next_hash, state_label
from ecoquartier.notebooks.services import AnswerConflict, save_answer
from ecoquartier.notifications.models import Message
from ecoquartier.operations import services as operations
from ecoquartier.operations.services import record_stage
from ecoquartier.territories.models import Commune
from tests.support.refusals import refused
from tests.support.world import fresh

# Rule 1: scope


def test_no_second_open_dossier_on_the_same_phases(world):
    part, _dossier = world.draft()
    with refused("may_be_opened"):
        world.draft(part=part, rank=3)


def test_the_database_refuses_an_overlap_too(world):
    _part, dossier = world.draft()
    other = Dossier.objects.create(
        operation=dossier.operation, campaign=dossier.campaign, stage=dossier.stage, holder=dossier.holder
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        DossierScope.objects.create(dossier=other, phase=dossier.scope.get().phase)


def test_a_withdrawn_dossier_frees_its_phases(world):
    part, dossier = world.submitted()
    dossiers.withdraw(dossier, actor=part.lead)
    _part, again = world.draft(part=part)
    assert again.state == "draft"


def test_no_filing_at_or_below_a_stage_in_force(world):
    part = world.part()
    record_stage(
        part.operation, rank=3, name="livré", scheme_title="x", year=2020, source="test", published_at=clock.now()
    )
    with refused("may_be_opened"):
        world.draft(part=part, rank=2)
    _part, dossier = world.draft(part=part, rank=4)
    assert dossier.stage.rank == 4


def test_a_stage_the_filer_may_not_know_does_not_stop_the_opening(world):
    part = world.part()
    record_stage(part.operation, rank=3, name="livré", scheme_title="x", year=2020, source="test")
    _part, dossier = world.draft(part=part, rank=2)
    assert dossier.state == "draft"


def test_an_operation_without_holder_files_nothing(world):
    operation = operations.add_operation(name="Sans porteur", lead_commune=world.commune)
    with pytest.raises(PermissionRefused):
        dossiers.open_dossier(
            operation,
            actor=world.part().lead,
            campaign=world.play.campaign,
            stage=world.play.campaign.scheme.stages.get(rank=2),
        )


# Rule 2: window


def at_deadline(world, zone="Europe/Paris", hour=23, minute=59, days=0):
    day = world.play.campaign.filing_deadline + timedelta(days=days)
    return clock.travel(datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone)))


def test_a_deposit_is_taken_until_the_last_minute_in_paris(world):
    part, dossier = world.draft()
    with at_deadline(world):
        assert world.play.deposit(part, dossier).state == "submitted"


def test_a_deposit_is_refused_the_next_minute(world):
    part, dossier = world.draft()
    with at_deadline(world, hour=0, minute=0, days=1), refused("window_is_open"):
        world.play.deposit(part, dossier)


@pytest.mark.parametrize(("hour", "taken"), [(23, True), (24, False)])
def test_a_commune_west_of_paris_has_until_its_own_midnight(world, hour, taken):
    guiana = Commune.objects.select_related("county__region").get(pk="97302")
    part, dossier = world.draft(part=world.part(commune=guiana))
    moment = at_deadline(world, "America/Cayenne", hour % 24, 30, days=hour // 24)
    if taken:
        with moment:
            assert world.play.deposit(part, dossier).state == "submitted"
    else:
        with moment, refused("window_is_open"):
            world.play.deposit(part, dossier)


def test_the_bureau_extends_the_window_for_one_dossier(world):
    part, dossier = world.draft()
    until = world.play.campaign.filing_deadline + timedelta(days=3)
    with refused("no_reason"):
        dossiers.extend(dossier, actor=world.bureau, until=until, reason=" ")
    dossier = dossiers.extend(dossier, actor=world.bureau, until=until, reason="Panne du réseau.")
    told = Message.objects.filter(key="filing_extended_to_holder", recipient=part.lead).get()
    assert told.context["filing_ends_on"] == long_date(until)
    with at_deadline(world, hour=10, minute=0, days=3):
        assert world.play.deposit(part, dossier).state == "submitted"


def asked(world, fields=("answers.2",)):
    part, dossier = world.submitted()
    dossier = dossiers.ask_completion(dossier, actor=world.correspondent, message="À préciser.", fields=list(fields))
    return part, dossier


def test_a_completion_is_taken_after_the_window_until_its_own_date(world):
    with at_deadline(world, hour=10, minute=0):
        part, dossier = asked(world)
    with at_deadline(world, hour=10, minute=0, days=9):
        assert world.play.deposit(part, dossier).state == "submitted"


def test_a_late_completion_is_refused_and_the_dossier_lapses_on_its_last_deposit(world):
    part, dossier = asked(world)
    with refused("completion_is_over"):
        dossiers.lapse(dossier, actor=world.correspondent)
    late = clock.now() + timedelta(days=11)
    with clock.travel(late):
        with refused("completion_is_due"):
            world.play.deposit(part, dossier)
        dossier = dossiers.lapse(dossier, actor=world.correspondent)
    assert dossier.state == "submitted"
    assert dossier.completions.get().lapsed
    assert last_deposit(dossier).number == 1


# Rule 3: deposits


def test_a_deposit_holds_what_was_there_and_its_hash(world):
    part, dossier = world.submitted()
    deposit = last_deposit(dossier)
    assert deposit.number == 1
    assert set(deposit.snapshot["answers"]) == {str(n) for n in range(1, 21)}
    assert deposit.snapshot["operation"]["insee"] == "53130"
    assert content_hash(deposit.snapshot) == deposit.sha256
    operations.update_operation(part.operation, actor=part.lead, dwellings=3000)
    assert Deposit.objects.get(pk=deposit.pk).snapshot["operation"]["dwellings"] != 3000


def test_the_database_refuses_to_change_a_deposit(world):
    _part, dossier = world.submitted()
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        Deposit.objects.filter(dossier=dossier).update(sha256="0" * 64)
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM dossiers_deposit")


def rewrite(world, part, number, text):
    commitment = world.play.campaign.framework.commitments.get(number=number)
    answer = part.operation.notebook.answers.get(commitment=commitment)
    save_answer(part.operation, actor=part.lead, commitment=commitment, text=text, revision=answer.revision)


def test_a_completion_takes_only_the_opened_fields(world):
    part, dossier = asked(world, ["answers.2"])
    rewrite(world, part, 2, "Une maison du projet.")
    rewrite(world, part, 3, "Un autre bilan.")
    dossier = world.play.deposit(part, dossier)
    first, second = Deposit.objects.filter(dossier=dossier).order_by("number")
    assert second.snapshot["answers"]["2"] == "Une maison du projet."
    assert second.snapshot["answers"]["3"] == first.snapshot["answers"]["3"]
    assert [path for path, _old, _new in differences(first.snapshot, second.snapshot)] == ["answers.2"]


def test_a_completion_names_its_fields(world):
    _part, dossier = world.submitted()
    with refused("no_field"):
        dossiers.ask_completion(dossier, actor=world.correspondent, message="?", fields=[])


def test_compose_keeps_the_previous_deposit_where_nothing_is_opened():
    previous, current = {"answers": {"1": "a", "2": "b"}}, {"answers": {"1": "x", "2": "y"}, "operation": {"name": "z"}}
    assert compose(None, current, None) == current
    assert compose(previous, current, None) == current
    assert compose(previous, current, ["answers.2"]) == {"answers": {"1": "a", "2": "y"}}
    assert compose(previous, current, ["operation.name", "answers.9"]) == {
        "answers": {"1": "a", "2": "b"},
        "operation": {"name": "z"},
    }
    assert previous == {"answers": {"1": "a", "2": "b"}}


# Rule 4: agreement


def test_a_deposit_waits_for_the_collectivite(world):
    part, dossier = world.draft()
    with refused("collectivites_agree"):
        dossiers.deposit(dossier, actor=part.lead)


def test_an_agreement_is_to_one_exact_content(world):
    part, dossier = world.draft()
    town = part.operation.collectivites.get()
    dossiers.agree(dossier, actor=part.elected, organisation=town, sha256=next_hash(dossier))
    told = Message.objects.get(key="agreement_given_to_holder", recipient=part.lead)
    assert told.context["organisation"] == town.name
    rewrite(world, part, 2, "Tout autre chose.")
    with refused("collectivites_agree"):
        dossiers.deposit(dossier, actor=part.lead)


def test_what_was_on_the_screen_must_still_be_there(world):
    part, dossier = world.draft()
    shown = next_hash(dossier)
    rewrite(world, part, 2, "Changé entre-temps.")
    with refused("may_agree"):
        dossiers.agree(dossier, actor=part.elected, organisation=part.operation.collectivites.get(), sha256=shown)


def test_only_a_representative_agrees(world):
    part, dossier = world.draft()
    with pytest.raises(PermissionRefused):
        dossiers.agree(
            dossier, actor=part.lead, organisation=part.operation.collectivites.get(), sha256=next_hash(dossier)
        )


def test_a_collectivite_that_holds_the_operation_needs_no_agreement(world):
    part, dossier = world.draft()
    Dossier.objects.filter(pk=dossier.pk).update(holder=part.operation.collectivites.get())
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert dossiers.deposit(dossier, actor=part.lead).state == "submitted"


# Rule 5: completeness


def test_what_is_missing_is_a_sentence_and_stops_the_deposit(world):
    part, dossier = world.draft(part=world.part(filled=False))
    # Identity, perimeter, programme, context, answers, plan and photo, date of the works.
    assert len(missing_in(dossier)) == 2 + 1 + 4 + 2 + 20 + 2 + 1
    with refused("everything_is_there") as refusal:
        dossiers.deposit(dossier, actor=part.lead)
    assert "32 éléments" in str(refusal.value)


# Rule 6: territory


def test_only_the_county_s_correspondent_examines(world):
    _part, dossier = world.submitted()
    elsewhere = fresh(world.cast.correspondent(Commune.objects.get(pk="44109").county))
    with pytest.raises(PermissionRefused):
        dossiers.admit(dossier, actor=elsewhere, opinion="Complet.")
    assert dossiers.admit(dossier, actor=world.correspondent, opinion="Complet.").state == "admissible"


def test_the_coordinator_reopens_an_inadmissible_dossier(world):
    part, dossier = world.submitted()
    dossier = dossiers.refuse(dossier, actor=world.correspondent, opinion="Étape inadaptée.")
    assert not dossier.scope.get().is_open
    with pytest.raises(PermissionRefused):
        dossiers.reopen(dossier, actor=world.correspondent, reason="Pièce retrouvée.")
    dossier = dossiers.reopen(dossier, actor=world.coordinator, reason="Pièce retrouvée.")
    assert dossier.state == "submitted"
    assert dossier.scope.get().is_open


def test_reopening_waits_when_another_candidature_is_open(world):
    part, dossier = world.submitted()
    dossier = dossiers.refuse(dossier, actor=world.correspondent, opinion="Étape inadaptée.")
    world.draft(part=part)
    with refused("scope_is_free"):
        dossiers.reopen(dossier, actor=world.coordinator, reason="Pièce retrouvée.")


# The whole table


def test_close_and_resume_are_the_bureau_s(world):
    part, dossier = world.decided("adjourn")
    with pytest.raises(PermissionRefused):
        dossiers.resume(dossier, actor=part.lead, reason="Prêts.", due_on=clock.today())
    dossier = dossiers.resume(dossier, actor=world.bureau, reason="Prêts.", due_on=clock.today())
    assert (dossier.state, dossier.notified_at) == ("to_complete", None)
    dossier = dossiers.close(dossier, actor=world.bureau, reason="Opération abandonnée.")
    assert dossier.state == "closed"
    assert not dossier.scope.get().is_open


@pytest.mark.parametrize("state", sorted(CLOSED_STATES - {"adjourned", "inadmissible"}))
def test_a_closed_dossier_stays_closed(world, state):
    part, dossier = world.submitted()
    Dossier.objects.filter(pk=dossier.pk).update(state=state)
    for service, actor, kwargs in (
        (dossiers.admit, world.correspondent, {"opinion": "x"}),
        (dossiers.close, world.bureau, {"reason": "x"}),
        (dossiers.deposit, part.lead, {}),
    ):
        with pytest.raises(TransitionRefused):
            service(dossier, actor=actor, **kwargs)


# Rule 15: words of the state


@pytest.mark.parametrize("state", ["assessed", "proposed", "referred", "adjourned", "awarded"])
def test_before_notification_every_outcome_reads_the_same(world, state):
    part, dossier = world.submitted()
    Dossier.objects.filter(pk=dossier.pk).update(state=state)
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert state_label(dossier, part.lead) == "en commission"
    assert state_label(dossier, fresh(part.elected)) == "en commission"
    assert state_label(dossier, world.correspondent) == dossier.get_state_display()
    dossier.notified_at = clock.now()
    assert state_label(dossier, part.lead) == dossier.get_state_display()


# The notebook


def test_two_people_who_write_at_once_lose_nothing(world):
    part, _dossier = world.draft()
    commitment = world.play.campaign.framework.commitments.get(number=2)
    rewrite(world, part, 2, "Le texte de l’une.")
    with pytest.raises(AnswerConflict) as conflict:
        save_answer(part.operation, actor=part.lead, commitment=commitment, text="Le texte de l’autre.", revision=1)
    assert (conflict.value.theirs.text, conflict.value.mine) == ("Le texte de l’une.", "Le texte de l’autre.")


@pytest.mark.parametrize(("length", "taken"), [(2000, True), (2001, False)])
def test_an_answer_has_a_length_without_its_spaces(world, length, taken):
    part = world.part(filled=False)
    commitment = world.play.campaign.framework.commitments.get(number=1)
    text = "mot " * (length // 3) + "a" * (length % 3)
    if taken:
        assert save_answer(part.operation, actor=part.lead, commitment=commitment, text=text, revision=0).revision == 1
    else:
        with refused("answer_too_long"):
            save_answer(part.operation, actor=part.lead, commitment=commitment, text=text, revision=0)


def test_a_stranger_does_not_write_in_the_notebook(world):
    part = world.part(filled=False)
    commitment = world.play.campaign.framework.commitments.get(number=1)
    with pytest.raises(PermissionRefused):
        save_answer(part.operation, actor=world.correspondent, commitment=commitment, text="x", revision=0)
