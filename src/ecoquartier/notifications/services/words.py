"""Putting a message in words, and changing those words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.template.loader import render_to_string
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError, PermissionRefused, TransitionRefused
from ecoquartier.journal import services as journal
from ecoquartier.journal.enums import Event
from ecoquartier.notifications.domain import PATH, Notice
from ecoquartier.notifications.domain.wording import LINK, body_faults, html, one_line, plain, subject_faults
from ecoquartier.notifications.messages import DIGEST
from ecoquartier.notifications.models import Message, Wording
from ecoquartier.notifications.queries import notice_of, wording_in_force, wordings_in_force

PARTS = ("subject", "body")
_VALUE = re.compile(r"(?:,?\s(?:du|le|au plus tard le))?[\s,:(]*\{[a-z_]+\}\)?")


@dataclass(frozen=True)
class Words:
    """A subject and a body, in the language of messages."""

    subject: str
    body: str


@dataclass(frozen=True)
class Rendered:
    """A message as it is read: one source, as plain text and as HTML."""

    subject: str
    text: str
    html: str
    # The body alone and without style, to be shown inside a page of the site.
    shown: str


@cache
def default_words(notice: Notice) -> Words:
    """The words of the platform, from the files of the app."""
    folder = Path(apps.get_app_config(notice.app).path, "templates", notice.app, "emails")
    return Words(*((folder / f"{notice.key}.{part}.txt").read_text(encoding="utf-8").strip() for part in PARTS))


def words_for(notice: Notice, changed: Wording | None) -> Words:
    """The words in force: those of the bureau, else those of the platform."""
    return Words(changed.subject, changed.body) if changed else default_words(notice)


def put_in_words(words: Words, context: Mapping[str, str], recipient: str) -> Rendered:
    """A message to one person, inside the layout that all share.

    Raises:
        KeyError: the words name a value that the context has not.
    """
    values = {**context, LINK: f"{settings.BASE_URL}{context[PATH]}"}
    subject = one_line(words.subject, values)
    shared = {"subject": subject, "recipient": recipient}
    return Rendered(
        subject=subject,
        text=render_to_string("notifications/emails/layout.txt", {**shared, "body": plain(words.body, values)}),
        html=render_to_string("notifications/emails/layout.html", {**shared, "body": html(words.body, values)}),
        shown=html(words.body, values, is_styled=False),
    )


def render(message: Message, *, path: str = "", name: str | None = None) -> Rendered:
    """A message with the words in force now; `path` replaces the page of its link, `name` the person it greets.

    Raises:
        LookupError: its kind no longer exists, or its words name a value that it has not.
    """
    notice = notice_of(message.key)
    context = {**message.context} | ({PATH: path} if path else {})
    recipient = message.recipient.full_name if name is None else name
    if notice is DIGEST:
        context["messages"] = "\n".join(f"• {subject}" for subject in subjects(list(message.grouped.all())))
    return put_in_words(words_for(notice, wording_in_force(notice.key)), context, recipient)


def subjects(messages: list[Message]) -> list[str]:
    """The subject of each message, in one query: as sent, else with the words in force, else its key."""
    changed = wordings_in_force()
    return [message.subject or _subject(message, changed) for message in messages]


def _subject(message: Message, changed: Mapping[str, Wording]) -> str:
    try:
        notice = notice_of(message.key)
        return one_line(words_for(notice, changed.get(notice.key)).subject, message.context)
    except LookupError:
        return message.key


def as_read(message: Message) -> tuple[str, str]:
    """(subject, plain text): what was sent, or what would be sent now; its key when it has no words any more."""
    if message.subject:
        return message.subject, message.body
    try:
        rendered = render(message)
    except LookupError:
        return message.key, ""
    return rendered.subject, rendered.text


def name_of(notice: Notice) -> str:
    """What a kind of message is called in a list: its original subject, without its values nor what leads to them."""
    subject = re.sub(r"^(?:\{[a-z_]+\}[:\s]*)+", "", default_words(notice).subject)
    return capfirst(_VALUE.sub("", subject)) or _("Lettre du bureau à un groupe")


def sample_of(notice: Notice, words: Words) -> Rendered:
    """These words with the example of each value: previews and tests."""
    return put_in_words(words, notice.sample, "Dominique Martin")


def faults_of(notice: Notice, words: Words) -> dict[str, list[str]]:
    """Why these words cannot be used, by part; nothing when they can."""
    found = {
        "subject": subject_faults(words.subject, notice.variables),
        "body": body_faults(words.body, notice.variables),
    }
    return {part: sentences for part, sentences in found.items() if sentences}


@transaction.atomic
def change_words(notice: Notice, words: Words, *, actor, since: int) -> Wording:
    """Write other words for a kind of message; the former ones are kept, with who wrote them and when.

    Args:
        since: number of the version that the writer had before their eyes, 0 for the words of the platform.

    Raises:
        PermissionRefused: the actor may not.
        ValidationError: the words cannot be used, and why, by part.
        TransitionRefused: somebody changed them since.
        DomainError: they are those in force.
    """
    _require(actor)
    faults = faults_of(notice, words)
    if faults:
        raise ValidationError(faults)
    current = _locked(notice)
    if since != number_of(current):
        raise _changed_meanwhile()
    if words == words_for(notice, current):
        raise DomainError(_("Ce sont déjà les mots en vigueur."), code="same_words")
    if words == default_words(notice):
        raise DomainError(_("Ce sont les mots d’origine\u00a0: revenez-y par le bouton prévu."), code="default_words")
    number = (Wording.objects.filter(key=notice.key).aggregate(last=models.Max("number"))["last"] or 0) + 1
    _end(current)
    fresh = Wording(key=notice.key, number=number, subject=words.subject, body=words.body, written_by=actor)
    fresh.full_clean(validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            fresh.save()
    except IntegrityError as error:
        # Of two people who replace the words of the platform at once, no row to lock tells the second.
        raise _changed_meanwhile() from error
    _record(Event.WORDING_CHANGED, fresh, actor, {"subject": words.subject, "body": words.body})
    return fresh


@transaction.atomic
def restore_words(notice: Notice, *, actor) -> Wording:
    """Come back to the words of the platform.

    Raises:
        PermissionRefused: the actor may not.
        DomainError: they are in force already.
    """
    _require(actor)
    current = _locked(notice)
    if current is None:
        raise DomainError(_("Les mots d’origine sont déjà en vigueur."), code="default_words")
    _end(current)
    _record(Event.WORDING_RESTORED, current, actor, {})
    return current


def number_of(wording: Wording | None) -> int:
    """Number of a version of the words; 0 for those of the platform."""
    return wording.number if wording else 0


def _changed_meanwhile() -> TransitionRefused:
    return TransitionRefused(
        _("Ces mots viennent d’être changés\u00a0: relisez ceux qui sont en vigueur, puis enregistrez les vôtres."),
        code="changed_meanwhile",
    )


def _require(actor) -> None:
    if not actor.has_perm("outbox.word"):
        raise PermissionRefused(_("Seul le bureau national change les mots d’un message."), code="outbox.word")


def _locked(notice: Notice) -> Wording | None:
    return Wording.objects.select_for_update().filter(key=notice.key, ended_at=None).first()


def _end(current: Wording | None) -> None:
    if current is not None:
        current.ended_at = clock.now()
        current.save(update_fields=["ended_at"])


def _record(event: Event, wording: Wording, actor, detail: dict[str, str]) -> None:
    journal.append(
        [
            journal.Draft(
                event=event,
                obj=wording,
                actor=str(actor.pk),
                occurred_at=clock.now(),
                data={"key": wording.key, "number": wording.number},
                detail=detail,
            )
        ]
    )
