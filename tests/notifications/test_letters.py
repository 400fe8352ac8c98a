"""A letter leaves once, as it was when it left, signed by who wrote it last."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal

import pytest
from django.db import connections, transaction

from ecoquartier.core.errors import TransitionRefused
from ecoquartier.notifications.enums import Cadence, Family
from ecoquartier.notifications.models import Letter, Message
from ecoquartier.notifications.services import choose, prepare_letter, send_letter
from tests.support.world import fresh

TYPED = {"audience": "correspondents", "group": "", "subject": "Réunion", "text": "À 14 h."}


@pytest.fixture
def letter(world):
    """A letter that has not left, to the correspondents; there is one."""
    assert world.correspondent
    return prepare_letter(actor=world.bureau, **TYPED)


def test_a_page_opened_before_the_sending_changes_nothing_after_it(world, letter):
    stale = Letter.objects.get()
    send_letter(letter, actor=world.bureau)
    with pytest.raises(TransitionRefused, match="déjà partie"):
        prepare_letter(actor=world.bureau, letter=stale, **TYPED | {"text": "À 15 h."})
    letter.refresh_from_db()
    assert letter.sent_at
    assert letter.text == "À 14 h."


@pytest.mark.django_db(transaction=True)
@pytest.mark.loopback
def test_a_change_at_the_time_of_the_sending_is_told_and_lost(world, letter):
    held = Signal()
    bureau, stale = fresh(world.bureau), Letter.objects.get()

    def change():
        try:
            held.wait(timeout=10)
            prepare_letter(actor=bureau, letter=stale, **TYPED | {"text": "À 15 h."})
        except TransitionRefused as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            changed = pool.submit(change)
            send_letter(letter, actor=world.bureau)
            held.set()
        assert changed.result(timeout=20) == "already_sent"
    assert Letter.objects.get().sent_at


def test_nobody_receives_a_letter_twice(world, letter):
    send_letter(letter, actor=world.bureau)
    Letter.objects.update(sent_at=None)
    send_letter(letter, actor=world.bureau)
    assert Message.objects.filter(key="letter_to_group", recipient=world.correspondent).count() == 1


def test_who_changes_a_letter_signs_it(world, letter):
    other = world.cast.bureau[1]
    assert prepare_letter(actor=other, letter=letter, **TYPED).written_by == other


def test_those_who_want_no_letter_are_not_counted(world, letter):
    person = world.correspondent
    choose(person, actor=person, cadences={Family.NEWS: Cadence.NEVER})
    assert send_letter(letter, actor=world.bureau).sent_to == 0
