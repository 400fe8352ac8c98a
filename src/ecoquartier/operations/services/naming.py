"""The name of an operation that its old table did not name: nobody wrote it, the bureau gives it (rule 6)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ecoquartier.operations.models import Operation
from ecoquartier.operations.queries import is_unnamed
from ecoquartier.operations.services.sheet import columns_of, keep_changes, write_sheet
from ecoquartier.workflow.engine import Effect, act


def has_no_name(operation: Operation) -> str | None:
    """Its name is the one that the import put for want of another."""
    return None if is_unnamed(operation) else _("Cette opération a déjà un nom\u00a0: son équipe le change.")


@act("operation.named", permission="operations.name", guards=(has_no_name,))
def name_operation(operation: Operation, *, actor, name: str, reason: str) -> Effect:
    """Give a name to an operation imported without one; the reason goes to the journal, the names to the history.

    Raises:
        ValidationError: the name or the reason is missing, or the name is too long.
    """
    faults = {
        field: _("Ce champ est obligatoire.") for field, said in {"name": name, "reason": reason}.items() if not said
    }
    if faults:
        raise ValidationError(faults)
    before = write_sheet(operation, {"name": name})
    keep_changes(operation, before, author=actor)
    return Effect(fields=columns_of(before), detail={"reason": reason}, projections=[("operation", {operation.pk})])
