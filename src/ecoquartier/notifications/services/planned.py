"""What leaves by date: one digest a day for each person, and reminders of what waits for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError, PermissionRefused
from ecoquartier.core.registry import Task
from ecoquartier.core.text import long_date
from ecoquartier.journal import services as journal
from ecoquartier.journal.enums import Event
from ecoquartier.notifications.enums import MessageState
from ecoquartier.notifications.messages import DIGEST, REMINDER
from ecoquartier.notifications.models import DIGEST_ONCE, Message, ReminderSchedule
from ecoquartier.notifications.queries import reminder_days, tasks_of
from ecoquartier.notifications.services.outbox import write
from ecoquartier.people.models import User


def send_digests() -> int:
    """Group what waits for the digest of the day: one message a person, none to whom nothing waits for.

    Returns:
        How many digests were written.
    """
    waiting = Message.objects.filter(state=MessageState.WAITING).order_by().values("recipient")
    return sum(_digest(person) for person in User.objects.filter(pk__in=waiting).order_by("pk"))


@transaction.atomic
def _digest(person: User) -> bool:
    today = clock.today()
    context = {**DIGEST.context(person), "day": long_date(today), "messages": ""}
    write(DIGEST, person, [person], context, once=f"{DIGEST_ONCE}{today}")
    digest = Message.objects.select_for_update().get(recipient=person, once=f"{DIGEST_ONCE}{today}")
    # Already written today: what came since waits for tomorrow.
    if digest.grouped.exists() or digest.state != MessageState.READY:
        return False
    Message.objects.filter(recipient=person, state=MessageState.WAITING).update(
        state=MessageState.GROUPED, digest=digest
    )
    return True


def remind() -> int:
    """Remind each active person of what waits for them and falls due in as many days as the bureau chose.

    A day without a worker is caught up the next one; nobody is reminded twice of one date, by a constraint.

    Returns:
        How many reminders were written.
    """
    days = reminder_days()
    before = Message.objects.filter(key=REMINDER.key).count()
    for person in User.objects.filter(is_active=True).order_by("pk").iterator():
        for task in tasks_of(person):
            lead = _lead(task, days) if task.due_on else None
            if lead is not None:
                _remind(person, task, lead)
    return Message.objects.filter(key=REMINDER.key).count() - before


def _lead(task: Task, days: Iterable[int]) -> int | None:
    left = (task.due_on - clock.today()).days if task.due_on else -1
    return next((lead for lead in sorted(days) if left >= 0 and lead - 1 <= left <= lead), None)


def _remind(person: User, task: Task, lead: int) -> None:
    due_on = task.due_on or date.max
    context = {"task": task.title, "due_on": long_date(due_on), "when": _when(due_on), "path": task.path}
    write(REMINDER, person, [person], context, once=f"reminder:{lead}:{due_on}:{task.path}"[:200])


def _when(day: date) -> str:
    left = (day - clock.today()).days
    if left == 0:
        return _("aujourd’hui")
    if left == 1:
        return _("demain")
    return ngettext("dans %(n)s jour", "dans %(n)s jours", left) % {"n": left}


@transaction.atomic
def set_reminder_days(*, actor, days: Iterable[int]) -> ReminderSchedule:
    """Choose how many days before a date people are reminded of it.

    Raises:
        PermissionRefused: the actor may not.
        DomainError: more than five of them, or one beyond two months.
    """
    if not actor.has_perm("outbox.word"):
        raise PermissionRefused(_("Seul le bureau national règle les rappels."), code="outbox.word")
    chosen = sorted(set(days), reverse=True)
    if len(chosen) > 5 or any(not 0 < day <= 60 for day in chosen):
        raise DomainError(_("Cinq rappels au plus, de 1 à 60 jours avant l’échéance."), code="days")
    schedule = ReminderSchedule.objects.create(days=chosen, set_by=actor)
    journal.append(
        [
            journal.Draft(
                event=Event.REMINDERS_CHANGED,
                obj=schedule,
                actor=str(actor.pk),
                occurred_at=clock.now(),
                data={"days": chosen},
            )
        ]
    )
    return schedule
