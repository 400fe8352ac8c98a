"""Named reads of the journal."""

from __future__ import annotations

from django.db.models import QuerySet

from ecoquartier.journal.domain import Verdict, detail_digest, verify
from ecoquartier.journal.models import Entry, EntryDetail


def verify_chain() -> Verdict:
    """Verify the whole chain, then each personal part that was not erased, against its digest."""
    verdict = verify((entry.link(), entry.hash) for entry in Entry.objects.order_by("seq").iterator(chunk_size=2000))
    if not verdict.intact:
        return verdict
    for detail in EntryDetail.objects.select_related("entry").order_by("entry_id").iterator(chunk_size=2000):
        if detail_digest(detail.content, detail.salt) != detail.entry.detail_digest:
            return Verdict(verdict.count, f"entrée {detail.entry_id} : son détail a changé")
    return verdict


def entries_about(object_id: object) -> QuerySet[Entry]:
    """Acts read under an operation or a dossier, oldest first; who may read which is the caller's question."""
    return Entry.objects.filter(about_id=str(object_id)).order_by("seq")
