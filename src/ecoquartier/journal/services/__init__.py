"""Writing the journal: entries are collected during an act and written last, under one lock."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from ecoquartier.core import clock
from ecoquartier.journal.domain import GENESIS, chain_hash, detail_digest
from ecoquartier.journal.enums import Release
from ecoquartier.journal.models import Entry, EntryDetail

LOCK = 0x6A6F7572  # "jour": the advisory lock that orders the whole journal


@dataclass
class Draft:
    """An entry waiting for the end of its act."""

    event: str
    obj: models.Model
    actor: str
    occurred_at: datetime
    about_id: str = ""
    release: str = Release.NOW
    data: dict[str, Any] = field(default_factory=dict)
    detail: dict[str, Any] = field(default_factory=dict)


def append(drafts: Sequence[Draft]) -> list[Entry]:
    """Write the drafts at the end of the chain. Call it last in a transaction: it takes the journal's only lock.

    Raises:
        TransactionManagementError: outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("The journal is written inside the transaction of its act.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    seq, previous = Entry.objects.order_by("-seq").values_list("seq", "hash").first() or (0, GENESIS)
    entries, details = [], []
    for draft in drafts:
        seq += 1
        salt = secrets.token_hex(16) if draft.detail else ""
        entry = Entry(
            seq=seq,
            previous=previous,
            event=draft.event,
            object_type=draft.obj._meta.label_lower,
            object_id=str(draft.obj.pk),
            about_id=draft.about_id,
            actor=draft.actor,
            occurred_at=draft.occurred_at,
            recorded_at=clock.now(),
            release=draft.release,
            data=draft.data,
            detail_digest=detail_digest(draft.detail, salt),
        )
        entry.hash = previous = chain_hash(entry.link())
        entries.append(entry)
        if draft.detail:
            details.append(EntryDetail(entry=entry, salt=salt, content=draft.detail))
    Entry.objects.bulk_create(entries)
    EntryDetail.objects.bulk_create(details)
    return entries
