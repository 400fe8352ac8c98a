"""The support mode: seeing the platform as one person does, for a short time, because somebody else agreed.

There is no superuser. Whoever helps asks, with a reason; a second person, of the bureau, opens; the person seen is
told; each page seen is in the journal, and the database itself refuses to write.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from ecoquartier.accounts import messages
from ecoquartier.accounts.models import SupportSession
from ecoquartier.accounts.queries import overdue_support, pending_support, why_not_seen
from ecoquartier.accounts.workflow import (
    SUPPORT_WORKFLOW,
    SupportStep,
    asker_may_still_ask,
    is_running,
    person_may_be_seen,
)
from ecoquartier.core import clock
from ecoquartier.people.models import User
from ecoquartier.workflow.engine import Effect, Job, act, with_arguments

CLOCK = Job("support")


@with_arguments
def is_another_person(asker: User, *, person: User, **_arguments: object) -> str | None:
    """One sees one's own pages without asking."""
    if person.pk == asker.pk:
        return _("Vous voyez déjà la plateforme comme vous-même\u00a0: choisissez une autre personne.")
    return None


@with_arguments
def person_can_be_seen(asker: User, *, person: User, **_arguments: object) -> str | None:
    """The account is open, and holds nothing that the asker must not learn."""
    return why_not_seen(person, asker)


@with_arguments
def is_not_asked_yet(asker: User, *, person: User, **_arguments: object) -> str | None:
    """Nothing of the kind waits or runs already."""
    if pending_support(asker, person).exists():
        return _("Une assistance est déjà demandée ou ouverte auprès de cette personne.")
    return None


@act(
    "support.asked",
    permission="support.ask",
    guards=(is_another_person, person_can_be_seen, is_not_asked_yet),
    notices=(messages.SUPPORT_ASKED,),
)
def ask(asker: User, *, actor, person: User, reason: str, minutes: int) -> Effect:
    """Ask to see the platform as a person does, why and for how long; somebody else of the bureau answers.

    Raises:
        TransitionRefused: oneself, a closed account, somebody of the bureau seen from outside it, or asked already.
        ValidationError: more than two hours.
    """
    session = SupportSession(asked_by=asker, person=person, reason=reason, minutes=minutes)
    session.full_clean()
    session.save()
    return Effect(result=session, data={"person": str(person.pk), "minutes": minutes}, detail={"reason": reason})


@SUPPORT_WORKFLOW.performs(SupportStep.OPEN)
def open_session(session: SupportSession, *, actor) -> Effect:
    """Open the session from now on, for the time asked; the person seen is told who looks, why and until when.

    Raises:
        PermissionRefused: not by whoever asked, nor by the person seen.
    """
    session.answered_by, session.answered_at = actor, clock.now()
    session.expires_at = session.answered_at + timedelta(minutes=session.minutes)
    return Effect(
        fields=["answered_by", "answered_at", "expires_at"],
        data={"person": str(session.person_id), "expires_at": session.expires_at.isoformat()},
    )


@SUPPORT_WORKFLOW.performs(SupportStep.REFUSE)
def refuse(session: SupportSession, *, actor, reason: str) -> Effect:
    """Refuse the session, with a reason that whoever asked reads."""
    session.answered_by, session.answered_at, session.refusal = actor, clock.now(), reason
    return Effect(
        fields=["answered_by", "answered_at", "refusal"],
        data={"person": str(session.person_id)},
        detail={"reason": reason},
    )


@SUPPORT_WORKFLOW.performs(SupportStep.END)
def end(session: SupportSession, *, actor) -> Effect:
    """End the session, or take the request back: it shows nothing from the next page on."""
    now = clock.now()
    session.ended_at = min(now, session.expires_at or now)
    return Effect(fields=["ended_at"], data={"person": str(session.person_id)})


@act(
    "support.page_viewed",
    permission="support.use",
    guards=(is_running, asker_may_still_ask, person_may_be_seen),
)
def view_page(session: SupportSession, *, actor, page: str) -> Effect:
    """Write in the journal, before it is shown, that a page is seen as the person of the session.

    Args:
        page: path of the page, without what follows the question mark.

    Raises:
        PermissionRefused: the session is another's, or the role that allows it is over.
        TransitionRefused: the session is not opened any more, or the account seen is closed.
    """
    return Effect(data={"person": str(session.person_id)}, detail={"page": page})


@contextmanager
def only_reading() -> Iterator[None]:
    """A transaction where PostgreSQL itself refuses every change."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield


def end_overdue() -> int:
    """End the sessions whose time is over; returns how many."""
    overdue = list(overdue_support())
    for session in overdue:
        end(session, actor=CLOCK)
    return len(overdue)
