"""The communes of an operation beside the lead one: their State services read it (rule 6)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ecoquartier.operations.models import Operation
from ecoquartier.operations.queries import why_not_kept
from ecoquartier.operations.services.sheet import keep_changes
from ecoquartier.territories.models import Commune
from ecoquartier.workflow.engine import Effect, act

MAX_OTHERS = 100


@act("operation.commune_added", permission="operations.write", guards=(why_not_kept,))
def add_other_commune(operation: Operation, *, actor, commune: Commune) -> Effect:
    """Say that the operation is in this commune too.

    Raises:
        ValidationError: it is the lead commune, it is said already, or there are too many.
    """
    others = {other.pk for other in operation.other_communes.all()}
    if commune.pk == operation.lead_commune_id:
        raise ValidationError({"commune": _("C’est déjà la commune principale de l’opération.")})
    if commune.pk in others:
        raise ValidationError({"commune": _("Cette commune est déjà dans la liste.")})
    if len(others) >= MAX_OTHERS:
        raise ValidationError({"commune": _("%(most)s autres communes au plus.") % {"most": MAX_OTHERS}})
    before = operation.as_json("other_communes")
    operation.other_communes.add(commune)
    return _done(operation, before, actor, commune)


@act("operation.commune_removed", permission="operations.write", guards=(why_not_kept,))
def remove_other_commune(operation: Operation, *, actor, commune: Commune) -> Effect:
    """Say no more that the operation is in this commune; nothing happens when it was not."""
    before = operation.as_json("other_communes")
    operation.other_communes.remove(commune)
    return _done(operation, before, actor, commune)


def _done(operation: Operation, before: Any, actor, commune: Commune) -> Effect:
    """Keep what was said before, and renew what the public reads."""
    if operation.as_json("other_communes") != before:
        keep_changes(operation, {"other_communes": before}, author=actor)
    return Effect(data={"commune": commune.pk}, projections=[("operation", {operation.pk})])
