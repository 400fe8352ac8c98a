"""The erasable part of the journal."""

from __future__ import annotations

import secrets

from ecoquartier.journal.domain import detail_digest
from ecoquartier.journal.models import EntryDetail
from ecoquartier.people.domain import without
from ecoquartier.people.models import User
from ecoquartier.people.queries import naming


def forget_details(person: User) -> dict[str, str]:
    """Erase the words of the acts on a person, and write again without the name those of other acts that name them.

    The digest that stays in the chain then proves nothing and tells nothing; the entry of the erasure, which is in
    the chain too, holds what this function returns and vouches for the words that take their place.

    Returns:
        Number of each entry changed → digest of its new words, empty where they are gone.
    """
    named, became = naming(person), {}
    for detail in EntryDetail.objects.select_related("entry").iterator(chunk_size=500):
        entry = detail.entry
        content = {} if str(person.pk) in (entry.object_id, str(entry.about_id)) else without(named, detail.content)
        if content == detail.content:
            continue
        # A row never changes: it goes, with its salt, and another comes.
        detail.delete()
        salt = secrets.token_hex(16)
        if content:
            EntryDetail.objects.create(entry=entry, salt=salt, content=content)
        became[str(entry.seq)] = detail_digest(content, salt)
    return became
