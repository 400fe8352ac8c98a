"""Rules 14 and 15: minutes, what they decide, and when it is told."""

import pytest
from django.db import IntegrityError, transaction

from ecoquartier.commissions import services
from ecoquartier.commissions.enums import Outcome
from ecoquartier.commissions.models import Sitting
from ecoquartier.commissions.queries import (
    draft_minutes,
    has_to_be_announced,
    to_announce,
)
from ecoquartier.core.canonical import sha256_hex
from ecoquartier.core.errors import PermissionRefused
from ecoquartier.dossiers.queries import state_label
from ecoquartier.dossiers.workflow import DOSSIER_WORKFLOW
from ecoquartier.journal.models import Entry
from ecoquartier.notifications.models import Message
from ecoquartier.operations.models import Recommendation
from tests.support.refusals import refused
from tests.support.world import fresh

# Rule 14: minutes


def test_nothing_is_decided_before_the_signature(room):
    room.open()
    room.record()
    room.close()
    assert room.read().state == "assessed"
    room.chair_declares()
    room.sitting = services.sign_minutes(room.sitting, actor=room.chair)
    assert room.read().state == "proposed"


def test_only_the_chair_signs(room):
    room.open()
    room.record()
    room.close()
    for person in (room.secretary, room.member, room.world.coordinator, room.world.bureau):
        with pytest.raises(PermissionRefused):
            services.sign_minutes(room.sitting, actor=person)


def test_signed_minutes_are_locked_and_hashed(room):
    room.open()
    room.record(mode="hands", votes=(3, 1, 0), recommendations=[(None, "Préciser la gestion.")])
    room.sign()
    text = room.sitting.minutes
    for words in (
        "Point 1 : ",
        "Quorum : 4 sièges présents sur 4, 2 requis.",
        "pour 3, contre 1, abstentions 0.",
        "Motifs : Démarche aboutie.",
        "Recommandation : Préciser la gestion.",
    ):
        assert words in text.replace("\u00a0", " ")
    assert room.sitting.minutes_sha256 == sha256_hex(text.encode())
    assert Entry.objects.get(event="minutes.signed").data["sha256"] == room.sitting.minutes_sha256
    with refused("wrong_state"):
        services.sign_minutes(room.sitting, actor=room.chair)
    with refused("not_open"):
        room.record()


def test_the_database_refuses_minutes_without_signature(room):
    with pytest.raises(IntegrityError), transaction.atomic():
        Sitting.objects.filter(pk=room.sitting.pk).update(state="minuted")


def test_the_minutes_say_which_seat_withdrew(room):
    services.declare(room.item, actor=room.member, is_recused=True, reason="Employeur.")
    room.open()
    room.record()
    text = draft_minutes(room.sitting)
    seat = room.sitting.commission.seats.get(holder=room.member)
    assert f"{seat} s’est retiré(e) et n’a pas pris part." in text
    assert room.member.full_name not in text
    assert "Employeur" not in text
    hidden = draft_minutes(room.sitting, hidden=[room.item.pk])
    assert "ce passage ne vous est pas ouvert" in hidden
    assert "Démarche aboutie" in text
    assert "Démarche aboutie" not in hidden


def test_recommendations_are_issued_at_the_signature(room):
    commitment = room.world.play.campaign.framework.commitments.get(number=19)
    room.open()
    room.record(recommendations=[(commitment.pk, "Chiffrer le rejet décennal.")])
    assert not Recommendation.objects.exists()
    room.sign()
    issued = Recommendation.objects.get()
    assert (issued.commitment, issued.text) == (commitment, "Chiffrer le rejet décennal.")


# Rule 15: three dates, and the withdrawal


def test_a_regional_outcome_is_told_when_its_minutes_are_signed(room):
    room.open()
    room.record()
    Message.objects.all().delete()
    assert state_label(room.read(), fresh(room.part.lead)) == "en commission"
    room.sign()
    assert room.read().notified_at
    assert state_label(room.read(), fresh(room.part.lead)) == "proposé au label"
    told = set(Message.objects.filter(key="outcome_notified_to_holder").values_list("recipient", flat=True))
    assert {room.part.lead.pk, room.part.elected.pk} <= told
    assert not has_to_be_announced(room.sitting)


def test_a_national_outcome_waits_for_its_announcement(nation):
    nation.open()
    nation.record(Outcome.ADJOURN, support="Un appui.", recommendations=[(None, "Associer les habitants.")])
    nation.sign()
    assert nation.read().state == "adjourned"
    assert nation.read().notified_at is None
    assert state_label(nation.read(), fresh(nation.part.lead)) == "en commission"
    assert has_to_be_announced(nation.sitting)
    assert [item.dossier for item in to_announce(nation.sitting)] == [nation.dossier]


def test_the_withdrawal_closes_when_the_final_sitting_opens_in_the_same_words(nation):
    def reason():
        return DOSSIER_WORKFLOW.offer("withdraw", nation.read(), fresh(nation.part.lead)).reason

    assert reason() == ""
    nation.open()
    words = reason()
    assert "le retrait n’est plus possible" in words
    for outcome in (Outcome.AWARD, Outcome.ADJOURN):
        nation.record(outcome, support="Un appui.", recommendations=[(None, "Associer les habitants.")])
        assert reason() == words
    nation.sign()
    assert (nation.read().state, reason()) == ("adjourned", words)


def test_a_regional_sitting_that_does_not_award_leaves_the_withdrawal_open(room):
    room.open()
    assert DOSSIER_WORKFLOW.offer("withdraw", room.read(), fresh(room.part.lead)).reason == ""


def test_a_dossier_carried_over_may_be_withdrawn_again(nation):
    nation.open()
    nation.record(Outcome.CARRY_OVER, reasons="")
    nation.sign()
    assert nation.read().final_sitting_opened_at is None
    assert DOSSIER_WORKFLOW.offer("withdraw", nation.read(), fresh(nation.part.lead)).reason == ""
    assert list(to_announce(nation.sitting)) == []


def test_an_outcome_rests_on_signed_minutes_of_this_dossier(room):
    room.open()
    item = room.record()
    with refused("minutes_are_signed"):
        DOSSIER_WORKFLOW.follow("propose", room.read(), cause="test", actor=room.chair, item=item)
    room.sign()
    _part, other = room.world.assessed()
    with refused("minutes_are_signed"):
        DOSSIER_WORKFLOW.follow("propose", other, cause="test", actor=room.chair, item=room.item)
