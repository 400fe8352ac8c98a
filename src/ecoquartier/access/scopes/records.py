"""Which entries of the journal and which messages one may read."""

from __future__ import annotations

from django.db.models import CharField, Exists, QuerySet
from django.db.models.functions import Cast

from ecoquartier.access.predicates import closed_messages, eyes_of
from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.queries import HIDDEN_STATES
from ecoquartier.expertise.predicates import sealed_by_all
from ecoquartier.journal.enums import Release
from ecoquartier.journal.models import Entry
from ecoquartier.journal.queries import all_entries
from ecoquartier.notifications.models import Letter, Message
from ecoquartier.notifications.queries import letters, outbox
from ecoquartier.people.enums import Role


def entries_visible_to(user) -> QuerySet[Entry]:
    """Rows of `journal.read`: the journal for the bureau, as each entry's release and each recusal allow.

    While an expertise goes on, nobody reads who has sealed (rule 8); a recused member reads nothing more of the
    dossier, for good (rule 12).
    """
    if Role.BUREAU not in user.rights.roles:
        return all_entries().none()
    unsealed = Dossier.objects.exclude(state__in=HIDDEN_STATES).exclude(sealed_by_all())
    rows = all_entries().exclude(release=Release.ALL_SEALED, about_id__in=_as_written(unsealed))
    for eye in eyes_of(user):
        recused = Dossier.objects.filter(declarations__user=eye, declarations__is_recused=True)
        rows = rows.exclude(Exists(eye.seats.all()), about_id__in=_as_written(recused))
    return rows


def _as_written(rows: QuerySet[Dossier]) -> QuerySet:
    """Ids of dossiers as the journal writes them."""
    return rows.order_by().values_list(Cast("pk", CharField()))


def messages_visible_to(user) -> QuerySet[Message]:
    """Rows of `outbox.read`: every message for the bureau, recused dossiers taken away (rule 12)."""
    if Role.BUREAU not in user.rights.roles:
        return outbox().none()
    rows = outbox()
    for eye in eyes_of(user):
        rows = rows.exclude(pk__in=closed_messages(eye).order_by().values("pk"))
    return rows


def letters_visible_to(user) -> QuerySet[Letter]:
    """Rows of `outbox.write`: every letter to a group for the bureau."""
    return letters() if Role.BUREAU in user.rights.roles else letters().none()
