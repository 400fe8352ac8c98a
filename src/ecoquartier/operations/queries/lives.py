"""Whether operations go on, and where those that were merged lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ecoquartier.journal.enums import Event
from ecoquartier.journal.models import Entry
from ecoquartier.journal.queries import names_of
from ecoquartier.operations.domain.lives import CLOSED, state_told
from ecoquartier.operations.enums import OperationState
from ecoquartier.operations.models import Operation
from ecoquartier.operations.predicates import operation_of


def registered() -> QuerySet[Operation]:
    """The operations of the register: those merged into another are left out, each operation is there once."""
    return Operation.objects.filter(merged_into__isnull=True)


def why_not_running(operation: Operation) -> str | None:
    """Why no candidature may be opened for it now: it is paused, abandoned or merged; None when it goes on."""
    if operation.state == OperationState.ACTIVE:
        return None
    if operation.state == OperationState.MERGED:
        return _("Cette fiche est fusionnée dans celle d’une autre opération.")
    if operation.state == OperationState.PAUSED:
        said = _("L’opération %(state)s\u00a0: une candidature s’ouvre quand elle a repris.")
    else:
        said = _("L’opération %(state)s\u00a0: aucune candidature ne s’ouvre plus.")
    return said % {"state": state_told(operation.state, operation.state_since)}


def why_not_kept(obj: Any) -> str | None:
    """Why nothing is written any more on an operation, or on what it shows: it is abandoned, or merged."""
    operation = operation_of(obj)
    if operation is None or operation.state not in CLOSED:
        return None
    if operation.state == OperationState.MERGED:
        return _("Cette fiche est fusionnée dans celle d’une autre opération\u00a0: écrivez sur celle-là.")
    return _("L’opération %(state)s\u00a0: sa fiche se lit et ne se modifie plus.") % {
        "state": state_told(operation.state, operation.state_since)
    }


@dataclass(frozen=True)
class Merging:
    """A record that was merged into another: which, and who did it; when and why, its state says."""

    duplicate: Operation
    who: str


def mergings_of(duplicates: QuerySet[Operation]) -> list[Merging]:
    """How these records were merged, the latest first; two queries more than theirs."""
    rows = list(duplicates.order_by("-state_since", "name", "pk"))
    if not rows:
        return []
    acts = Entry.objects.filter(event=Event.OPERATION_MERGED, object_id__in=[str(row.pk) for row in rows])
    actors = dict(acts.values_list("object_id", "actor"))
    names = names_of(actors.values())
    return [Merging(row, names.get(actors.get(str(row.pk), ""), "")) for row in rows]


def survivor_of(pk: UUID) -> UUID | None:
    """The operation that a merged one leads to; None when it was not merged."""
    return Operation.objects.filter(pk=pk).values_list("merged_into", flat=True).first()


def life_breaches() -> list[str]:
    """Invariant: a merged operation leads at once to one that is not, and keeps neither holder nor team."""
    merged = Operation.objects.filter(state=OperationState.MERGED)
    return [
        f"opération {pk}\u00a0: fusionnée, et pourtant {fault}"
        for fault, rows in (
            ("dans une opération fusionnée", merged.filter(merged_into__merged_into__isnull=False)),
            ("une reprise à confirmer", merged.filter(claims__state="provisional").distinct()),
        )
        for pk in rows.values_list("pk", flat=True)
    ]
