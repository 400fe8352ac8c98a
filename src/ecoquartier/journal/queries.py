"""Named reads of the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Case, Count, Exists, Max, Model, OuterRef, QuerySet, Subquery, UUIDField, When
from django.db.models.functions import Cast
from django.utils.text import capfirst

from ecoquartier.core.keys import KeyRing, Purpose
from ecoquartier.journal.domain import UntrustedHead, Verdict, detail_digest, trusted_head, verify
from ecoquartier.journal.enums import Event
from ecoquartier.journal.models import Entry, EntryDetail, Head
from ecoquartier.people.models import User


def verify_chain(published: Iterable[Mapping[str, Any]] = ()) -> Verdict:
    """Verify the whole chain, then each personal part that was not erased, against its digest.

    Args:
        published: heads that somebody kept, as they were published: each must bear our signature. Those of the table
            are compared in any case, even where their key stayed on another machine, but for the ones of a key
            declared compromised, which prove nothing.
    """
    keys = KeyRing.load(Path(settings.SIGNING_KEYS)).of(Purpose.JOURNAL)
    ours = {key.kid for key in keys}
    stolen = {key.kid for key in keys if key.life.compromised_on}
    kept = [head for head in Head.objects.order_by("day") if head.kid not in stolen]
    if moved := next((head for head in kept if head.is_moved), None):
        return Verdict(0, f"tête du {moved.day}\u00a0: elle a été signée le {moved.value().day}")
    try:
        signed = [trusted_head(head, keys) for head in [*published, *(h.published() for h in kept if h.kid in ours)]]
    except UntrustedHead as error:
        return Verdict(0, str(error))
    heads = [*signed, *(head.value() for head in kept if head.kid not in ours)]
    links = ((entry.link(), entry.hash) for entry in Entry.objects.order_by("seq").iterator(chunk_size=2000))
    verdict = verify(links, heads)
    if not verdict.intact:
        return verdict
    erased = _erased_details()
    for detail in EntryDetail.objects.select_related("entry").order_by("entry_id").iterator(chunk_size=2000):
        expected = erased.get(detail.entry_id, detail.entry.detail_digest)
        if detail_digest(detail.content, detail.salt) != expected:
            return Verdict(verdict.count, f"entrée {detail.entry_id}\u00a0: son détail a changé")
    return verdict


def _erased_details() -> dict[int, str]:
    """Number of each entry whose words an erasure took → digest of those it wrote instead, empty for none."""
    erasures = Entry.objects.filter(event=Event.PERSON_ERASED).order_by("seq").values_list("data", flat=True)
    became = (data["rows"].get("journal.EntryDetail", {}) for data in erasures)
    return {int(seq): digest for details in became for seq, digest in details.items()}


def lost_details() -> list[str]:
    """Invariant: the words of an act are there, unless the erasure of a person says that they are gone."""
    erased = _erased_details()
    missing = Entry.objects.exclude(detail_digest="").filter(detail=None).order_by("seq").values_list("seq", flat=True)
    return [
        f"entrée {seq}\u00a0: son détail manque, aucun effacement ne le dit" for seq in missing if erased.get(seq, "x")
    ]


def heads() -> QuerySet[Head]:
    """The signed heads, the latest first."""
    return Head.objects.order_by("-day")


def numbering_breaches() -> list[str]:
    """Invariant: the entries are numbered from 1 without a gap (`verify_journal` checks each of them)."""
    found = Entry.objects.aggregate(n=Count("seq"), last=Max("seq"))
    return (
        [] if found["n"] == (found["last"] or 0) else [f"journal\u00a0: {found['last']} numéros, {found['n']} entrées"]
    )


def detail_breaches() -> list[str]:
    """Invariant: a personal part belongs to an entry that has its digest."""
    rows = EntryDetail.objects.filter(entry__detail_digest="")
    return [f"entrée {pk}\u00a0: détail sans empreinte" for pk in rows.values_list("pk", flat=True)]


def head_breaches() -> list[str]:
    """Invariant: each signed head is that of the entry it names, under the day of its signed time."""
    same = Entry.objects.filter(seq=OuterRef("seq"), hash=OuterRef("hash"))
    other = Head.objects.exclude(Exists(same)).values_list("day", flat=True)
    return [f"tête du {day}\u00a0: autre entrée" for day in other] + [
        f"tête du {head.day}\u00a0: elle a été signée le {head.value().day}"
        for head in Head.objects.all()
        if head.is_moved
    ]


def entries_about(object_id: object) -> QuerySet[Entry]:
    """Acts read under an operation or a dossier, oldest first, with `actor_name`; who may read which is not said here.

    The name is that of the person today, or nothing when the platform itself acted.
    """
    person = Case(When(actor__regex=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", then=Cast("actor", UUIDField())))
    name = User.objects.filter(pk=OuterRef("person")).order_by().values("full_name")
    return (
        Entry.objects.filter(about_id=str(object_id)).annotate(person=person, actor_name=Subquery(name)).order_by("seq")
    )


def entries_of(obj: Model) -> QuerySet[Entry]:
    """The acts on an object, with their erasable words, the latest first."""
    return all_entries().filter(object_type=obj._meta.label_lower, object_id=str(obj.pk))


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
