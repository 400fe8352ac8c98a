"""Questions of the public: asked without an account, answered by mail, forgotten a year later."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from ecoquartier.accounts.messages import QUESTION_ASKED
from ecoquartier.accounts.models import Question
from ecoquartier.core import clock
from ecoquartier.notifications.services.outbox import post
from ecoquartier.workflow.engine import Effect, act

KEPT = timedelta(days=365)


@transaction.atomic
def ask(*, topic: str, name: str, email: str, text: str, commune=None) -> Question:
    """Keep a question and tell those who answer it; nobody official acts, so nothing goes to the journal.

    Sent twice, it is asked once: the one that waits for its answer is returned.

    Raises:
        ValidationError: no such topic, or not an address.
    """
    question = Question(topic=topic, name=name, email=email, text=text, commune=commune)
    question.full_clean()
    waiting = Question.objects.filter(answered_at=None, topic=topic, email=question.email, text=text, commune=commune)
    if known := waiting.first():
        return known
    question.save()
    post(QUESTION_ASKED, question)
    return question


def is_unanswered(question: Question) -> str | None:
    """Two people who read it at once do not both write."""
    if question.answered_at:
        return _("%(who)s y a déjà répondu.") % {"who": question.answered_by or _("Une personne effacée")}
    return None


@act("question.answered", permission="questions.answer", guards=(is_unanswered,))
def note_answer(question: Question, *, actor) -> Effect:
    """Say that the question was answered, by mail."""
    question.answered_by, question.answered_at = actor, clock.now()
    return Effect(fields=["answered_by", "answered_at"], data={"topic": question.topic})


def forget_old() -> int:
    """Erase the questions of more than a year; returns how many."""
    old = Question.objects.filter(asked_at__lt=clock.now() - KEPT)
    return old.delete()[0]
