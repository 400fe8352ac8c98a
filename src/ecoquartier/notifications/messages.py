"""Messages of the outbox itself."""

from __future__ import annotations

from collections.abc import Mapping

from ecoquartier.notifications.domain import anyone, notice
from ecoquartier.notifications.enums import Family
from ecoquartier.notifications.models import Letter
from ecoquartier.notifications.queries import recipients_of, tasks_of
from ecoquartier.people.models import User


def _is_pending(person: User, context: Mapping[str, str]) -> bool:
    return any(task.path == context["path"] for task in tasks_of(person))


def _is_in_group(person: User, letter: Letter) -> bool:
    return recipients_of(letter).filter(pk=person.pk).exists()


DIGEST = notice(
    "notifications",
    "digest_to_person",
    family=Family.ACT,
    recipients=lambda person: [person],
    context=lambda person: {"path": "/espace/"},
    sample={
        "day": "15 juin 2027",
        "messages": "• Les Rives du Thouet\u00a0: l’examen reprend\n"
        "• Le Clos des Mûriers\u00a0: la candidature est retirée",
        "path": "/espace/",
    },
    visible_to=anyone,
)
REMINDER = notice(
    "notifications",
    "reminder_to_person",
    family=Family.DEADLINE,
    recipients=lambda person: [person],
    context=lambda person: {"path": "/espace/"},
    sample={
        "task": "Examiner «\u00a0Les Rives du Thouet\u00a0»",
        "due_on": "22 juin 2027",
        "when": "dans 7 jours",
        "path": "/espace/dossiers/1/",
    },
    visible_to=anyone,
    still_due=_is_pending,
)
LETTER = notice(
    "notifications",
    "letter_to_group",
    family=Family.NEWS,
    recipients=recipients_of,
    context=lambda letter: {
        "subject": letter.subject,
        "text": letter.text,
        "author": letter.written_by.full_name,
        "path": "/espace/",
    },
    sample={
        "subject": "Réunion des correspondants le 3 mars",
        "text": "La réunion annuelle a lieu le 3 mars à 14 h, en visioconférence.\n\nL’ordre du jour suivra.",
        "author": "Camille Rousseau",
        "path": "/espace/",
    },
    visible_to=_is_in_group,
)
