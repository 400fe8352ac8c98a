"""Messages are written in the transaction of their act, held until an announcement, and settled by hand."""

import pytest
from django.db import transaction

from ecoquartier.awards import services as awards
from ecoquartier.commissions.models import Sitting
from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.dossiers import services as dossiers
from ecoquartier.dossiers.messages import ADMITTED_TO_HOLDER, WITHDRAWN_TO_SERVICES
from ecoquartier.journal.models import Entry
from ecoquartier.notifications import services
from ecoquartier.notifications.enums import Cadence, CancelReason, Family, MessageState
from ecoquartier.notifications.models import Bounce, Message
from ecoquartier.operations.models import TeamMember
from tests.support.world import fresh

KEY = "outcome_notified_to_holder"


def states(**filters):
    return set(Message.objects.filter(**filters).values_list("state", flat=True))


def test_a_rolled_back_act_posts_nothing(world, case):
    with pytest.raises(RuntimeError), transaction.atomic():
        dossiers.admit(case[1], actor=world.correspondent, opinion="Complet.")
        raise RuntimeError
    assert not Message.objects.exists()


def test_each_recipient_is_written_to_once_as_they_chose(world, case):
    part, dossier = case
    services.choose(part.lead, actor=part.lead, cadences={Family.PROGRESS: Cadence.NEVER})
    services.choose(world.correspondent, actor=world.correspondent, cadences={Family.PROGRESS: Cadence.AT_ONCE})
    services.post(WITHDRAWN_TO_SERVICES, dossier)
    written = dict(Message.objects.values_list("recipient", "state"))
    assert written.pop(world.correspondent.pk) == MessageState.READY
    assert {person.pk for person in world.cast.bureau} <= set(written)
    assert set(written.values()) == {MessageState.WAITING}
    # An official message leaves at once, whatever else was chosen.
    services.post(ADMITTED_TO_HOLDER, dossier)
    assert Message.objects.get(key=ADMITTED_TO_HOLDER.key, recipient=part.lead).state == MessageState.READY


def test_an_unwanted_message_says_so_and_does_not_leave(world, case):
    coordinator = world.coordinator
    services.choose(coordinator, actor=coordinator, cadences={Family.PROGRESS: Cadence.NEVER})
    services.post(WITHDRAWN_TO_SERVICES, case[1])
    message = Message.objects.get(recipient=coordinator)
    assert (message.state, message.cancelled_because) == (MessageState.CANCELLED, CancelReason.UNWANTED)


def test_an_inactive_person_receives_nothing(world, case):
    part, dossier = case
    type(part.lead).objects.filter(pk=part.lead.pk).update(is_active=False)
    dossiers.admit(dossier, actor=world.correspondent, opinion="Complet.")
    assert part.lead.pk not in Message.objects.values_list("recipient", flat=True)


@pytest.fixture
def signed(world):
    """A dossier awarded by signed national minutes, not announced: (part, dossier, sitting)."""
    part, dossier = world.awarded()
    return part, dossier, Sitting.objects.get(commission__level="national", items__dossier=dossier)


def test_letters_stay_drafts_until_the_announcement_releases_them_together(world, signed):
    part, dossier, sitting = signed
    drafts = Message.objects.filter(key=KEY, object_id=str(dossier.pk), state=MessageState.DRAFT)
    ids = set(drafts.values_list("pk", flat=True))
    assert {part.lead.pk, part.elected.pk} <= set(drafts.values_list("recipient", flat=True))
    assert services.send_ready() == Message.objects.filter(state=MessageState.SENT).count()
    assert drafts.count() == len(ids)
    awards.announce(sitting, actor=world.bureau)
    released = Message.objects.filter(pk__in=ids)
    assert set(released.values_list("state", flat=True)) == {MessageState.READY}
    services.send_ready()
    assert set(released.values_list("state", flat=True)) == {MessageState.SENT}


def test_who_left_the_team_before_the_announcement_is_not_told_and_who_joined_is(world, signed):
    part, dossier, sitting = signed
    TeamMember.objects.filter(user=part.lead).delete()
    newcomer = world.cast.holder_team(world.commune, 99)[0]
    TeamMember.objects.create(operation=dossier.operation, user=newcomer, role="editor")
    awards.announce(sitting, actor=world.bureau)
    told = {
        m.recipient_id: m for m in Message.objects.filter(key=KEY, object_id=str(dossier.pk)).order_by("created_at")
    }
    assert told[part.lead.pk].cancelled_because == CancelReason.NOT_CONCERNED
    assert told[newcomer.pk].state == MessageState.READY


def test_an_uncertain_message_is_sent_again_or_held_for_sent(world, message):
    for act, state in ((services.retry, MessageState.READY), (services.settle, MessageState.SENT)):
        Message.objects.filter(pk=message.pk).update(state=MessageState.UNCERTAIN)
        act(message, actor=world.bureau, reason="Vu avec elle.")
        assert states(pk=message.pk) == {state}
        entry = Entry.objects.order_by("seq").last()
        assert entry.data == {"from": "uncertain"}
        assert entry.detail.content == {"reason": "Vu avec elle."}
        with pytest.raises(TransitionRefused):
            act(message, actor=world.bureau, reason="Encore.")


def test_a_message_that_has_not_left_is_cancelled(world, message):
    services.cancel(message, actor=world.bureau, reason="Envoyé par erreur.")
    message.refresh_from_db()
    assert (message.state, message.cancelled_because) == (MessageState.CANCELLED, CancelReason.BUREAU)
    with pytest.raises(TransitionRefused, match="ne s’annule plus"):
        services.cancel(message, actor=world.bureau, reason="Encore.")


def test_a_return_doubts_the_address_until_its_owner_changes_it_or_vouches_for_it(world, message):
    with pytest.raises(TransitionRefused, match="n’est pas parti"):
        services.note_bounce(message, actor=world.bureau, reason="Boîte fermée.")
    services.send_ready()
    services.note_bounce(message, actor=world.bureau, reason="Boîte fermée.")
    person = world.correspondent
    assert states(pk=message.pk) == {MessageState.FAILED}
    assert Bounce.objects.get(user=person).is_current
    assert "Vérifier votre adresse" in str(services.planned.tasks_of(person)[0].title)
    with pytest.raises(PermissionRefused):
        services.confirm_address(person, actor=world.bureau)
    type(person).objects.filter(pk=person.pk).update(email="autre@example.org")
    assert not Bounce.objects.get(user=person).is_current
    services.confirm_address(person, actor=fresh(person))
    assert not Bounce.objects.exists()


def test_what_came_back_did_leave_and_is_not_cancelled(world, message):
    services.send_ready()
    services.note_bounce(message, actor=world.bureau, reason="Boîte fermée.")
    with pytest.raises(TransitionRefused, match="ne s’annule plus"):
        services.cancel(message, actor=world.bureau, reason="Je préfère.")


def test_a_return_of_a_former_address_does_not_accuse_the_new_one(world, message):
    person, former = message.recipient, message.recipient.email
    services.send_ready()
    type(person).objects.filter(pk=person.pk).update(email="autre@example.org")
    services.note_bounce(message, actor=world.bureau, reason="Boîte fermée.")
    message.refresh_from_db()
    assert (message.state, message.address) == (MessageState.FAILED, former)
    assert not Bounce.objects.exists()


@pytest.mark.parametrize("act", [services.retry, services.settle, services.cancel, services.note_bounce])
def test_only_the_bureau_settles(world, message, act):
    with pytest.raises(PermissionRefused):
        act(message, actor=world.coordinator, reason="Je voudrais.")
    assert states(pk=message.pk) == {MessageState.READY}
