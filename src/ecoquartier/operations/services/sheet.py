"""What the team writes on the sheet of its operation."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ecoquartier.core import clock
from ecoquartier.framework.domain.vocabulary import figures
from ecoquartier.operations.enums import TermKind
from ecoquartier.operations.models import SHEET_FIELDS, Operation, SheetChange
from ecoquartier.operations.queries import terms_offered
from ecoquartier.workflow.engine import Effect, act

MAX_TEXT = 10_000  # signs, spaces included: several pages
MOST_STRONG_POINTS = 5


@act("operation.updated", permission="operations.write")
def update_operation(operation: Operation, *, actor, **values: Any) -> Effect:
    """Change the given fields among `SHEET_FIELDS`; the names of those that changed go to the journal,
    what they said before and after to the history.

    Raises:
        ValidationError: a value is impossible; nothing is saved.
        ValueError: a field is not editable.
    """
    if unknown := set(values) - set(SHEET_FIELDS):
        raise ValueError(f"Not editable: {sorted(unknown)}")
    values |= _chosen(operation, values)
    before = {name: operation.as_json(name) for name in values}
    for name, value in values.items():
        operation.write(name, value)
    changed = [name for name in values if operation.as_json(name) != before[name]]
    too_long = {n: v for n, v in values.items() if isinstance(v, str) and len(v) > MAX_TEXT}
    if too_long:
        raise ValidationError({name: _("Texte trop long\u00a0: 10\u00a0000 signes au plus.") for name in too_long})
    operation.full_clean(exclude=["holder", "source_key"])
    now = clock.now()
    SheetChange.objects.bulk_create(
        SheetChange(
            operation=operation,
            field=name,
            before=before[name],
            after=operation.as_json(name),
            changed_by=actor,
            changed_at=now,
        )
        for name in changed
    )
    columns = list(dict.fromkeys("figures" if name in figures() else name for name in changed))
    return Effect(fields=columns, data={"fields": changed}, projections=[("operation", {operation.pk})])


def _chosen(operation: Operation, values: dict[str, Any]) -> dict[str, list[str]]:
    """The choices among `values`, each once, in the order of its list.

    Raises:
        ValidationError: a choice is not offered to this operation, or there are too many.
    """
    asked = {kind: values[kind] for kind in TermKind.values if kind in values}
    if not asked:
        return {}
    offered = {kind: [term.code for term in terms] for kind, terms in terms_offered(operation).items()}
    faults = {kind: fault for kind, codes in asked.items() if (fault := _fault(kind, codes, offered[kind]))}
    if faults:
        raise ValidationError(faults)
    return {kind: [code for code in offered[kind] if code in codes] for kind, codes in asked.items()}


def _fault(kind: str, codes: Collection[str], offered: Collection[str]) -> str:
    """What is wrong with the choices of one list, in a sentence."""
    if not set(codes) <= set(offered):
        return _("Un de ces choix n’est plus proposé. Rechargez la page.")
    if kind == TermKind.STRONG_POINTS and len(set(codes)) > MOST_STRONG_POINTS:
        return _("%(most)s points forts au plus\u00a0: vous en avez choisi %(n)s.") % {
            "most": MOST_STRONG_POINTS,
            "n": len(set(codes)),
        }
    return ""
