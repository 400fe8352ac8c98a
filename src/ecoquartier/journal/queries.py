"""Named reads of the journal."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Case, OuterRef, QuerySet, Subquery, UUIDField, When
from django.db.models.functions import Cast
from django.utils.text import capfirst

from ecoquartier.journal.domain import Verdict, detail_digest, verify
from ecoquartier.journal.enums import Event
from ecoquartier.journal.models import Entry, EntryDetail
from ecoquartier.people.models import User


def verify_chain() -> Verdict:
    """Verify the whole chain, then each personal part that was not erased, against its digest."""
    verdict = verify((entry.link(), entry.hash) for entry in Entry.objects.order_by("seq").iterator(chunk_size=2000))
    if not verdict.intact:
        return verdict
    for detail in EntryDetail.objects.select_related("entry").order_by("entry_id").iterator(chunk_size=2000):
        if detail_digest(detail.content, detail.salt) != detail.entry.detail_digest:
            return Verdict(verdict.count, f"entrée {detail.entry_id}\u00a0: son détail a changé")
    return verdict


def entries_about(object_id: object) -> QuerySet[Entry]:
    """Acts read under an operation or a dossier, oldest first, with `actor_name`; who may read which is not said here.

    The name is that of the person today, or nothing when the platform itself acted.
    """
    person = Case(When(actor__regex=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", then=Cast("actor", UUIDField())))
    name = User.objects.filter(pk=OuterRef("person")).order_by().values("full_name")
    return (
        Entry.objects.filter(about_id=str(object_id)).annotate(person=person, actor_name=Subquery(name)).order_by("seq")
    )


def all_entries() -> QuerySet[Entry]:
    """The whole journal with its erasable words, the latest first: for those who may read all of it."""
    return Entry.objects.select_related("detail").order_by("-seq")


def words_of(event: str) -> str:
    """What happened, in French, as a line of a history begins; the code itself when nobody declares it any more."""
    return capfirst(str(Event(event).label)) if event in Event.values else event


SYSTEM = "system:"


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """The names of those who acted, by their id in the journal: people in one query, the platform's jobs."""
    actors = set(actors)
    ids = {actor for actor in actors if not actor.startswith(SYSTEM)}
    found = {str(pk): name for pk, name in User.objects.filter(pk__in=map(UUID, ids)).values_list("pk", "full_name")}
    return found | {actor: actor for actor in actors if actor.startswith(SYSTEM)}
