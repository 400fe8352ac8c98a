"""Letters of the bureau to a group: prepared, read again with their recipients, sent through the outbox."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError, PermissionRefused, TransitionRefused
from ecoquartier.core.registry import audiences
from ecoquartier.journal import services as journal
from ecoquartier.journal.enums import Event
from ecoquartier.notifications.enums import MessageState
from ecoquartier.notifications.messages import LETTER
from ecoquartier.notifications.models import Letter
from ecoquartier.notifications.services.outbox import post

WRITTEN = ("audience", "group", "group_name", "subject", "text", "written_by")
"""What the writer of a letter gives."""


@transaction.atomic
def prepare_letter(
    *, actor, audience: str, group: str, subject: str, text: str, letter: Letter | None = None
) -> Letter:
    """Keep a letter, new or changed, for its writer to read again before it leaves; who changes it signs it.

    Raises:
        PermissionRefused: the actor may not.
        DomainError: no such group.
        TransitionRefused: the letter has left.
    """
    _require(actor)
    entry = audiences.get(audience)
    names = dict(entry.groups()) if entry else {}
    if entry is None or group not in names:
        raise DomainError(_("Ce groupe n’existe pas."), code="unknown_group")
    letter = _unsent(letter) if letter else Letter()
    letter.audience, letter.group, letter.group_name = audience, group, f"{entry.label}, {names[group]}"
    letter.subject, letter.text, letter.written_by = subject, text, actor
    letter.full_clean()
    letter.save(update_fields=None if letter._state.adding else WRITTEN)
    return letter


@transaction.atomic
def send_letter(letter: Letter, *, actor) -> Letter:
    """Put a letter in the outbox, for each person who is in its group now.

    Raises:
        PermissionRefused: the actor may not.
        TransitionRefused: it has already left, or its group is empty.
    """
    _require(actor)
    letter = _unsent(letter)
    written = post(LETTER, letter, once=f"letter:{letter.pk}")
    if not written:
        raise TransitionRefused(_("Ce groupe est vide\u00a0: la lettre n’a pas de destinataire."), code="nobody")
    leaving = [message for message in written if message.state != MessageState.CANCELLED]
    letter.sent_at, letter.sent_to = clock.now(), len(leaving)
    letter.save(update_fields=["sent_at", "sent_to"])
    journal.append(
        [
            journal.Draft(
                event=Event.LETTER_SENT,
                obj=letter,
                actor=str(actor.pk),
                occurred_at=clock.now(),
                data={"audience": letter.audience, "group": letter.group, "recipients": len(leaving)},
                detail={"subject": letter.subject},
            )
        ]
    )
    return letter


def _unsent(letter: Letter) -> Letter:
    """The letter as it is now, held until the end of the transaction: of two people at once, the second is told."""
    fresh = Letter.objects.select_for_update(of=("self",)).select_related("written_by").get(pk=letter.pk)
    if fresh.sent_at:
        raise TransitionRefused(_("Cette lettre est déjà partie."), code="already_sent")
    return fresh


def _require(actor) -> None:
    if not actor.has_perm("outbox.write"):
        raise PermissionRefused(_("Seul le bureau national écrit à un groupe."), code="outbox.write")
