"""What became of a perimeter since it was labelled (rule 16)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ecoquartier.core import clock
from ecoquartier.operations.models import Operation, Perimeter, StageHistory
from ecoquartier.operations.queries.perimeters import changed_labels
from ecoquartier.operations.services.perimeter_files import PerimeterRefused, changed_share
from ecoquartier.workflow.engine import Effect, act


def change_between(old: Perimeter, new: Perimeter) -> float:
    """What differs between two perimeters, as a share of the area of the old one; their areas tell, for a point."""
    if (old.sha256, old.area_ha) == (new.sha256, new.area_ha):
        return 0.0
    try:
        share = changed_share(old, new)
    except PerimeterRefused:  # shapes that nobody can compare: their areas still say something
        share = None
    return float(abs(new.area_ha - old.area_ha) / old.area_ha) if share is None else share


def measure_changes(operation: Operation, stages: Iterable[StageHistory]) -> None:
    """Write on each of these labels how far the perimeter in force is from the one that was labelled."""
    known: dict[object, float] = {}
    for row in stages:
        if row.perimeter is None:
            continue
        if row.perimeter_id not in known:
            known[row.perimeter_id] = change_between(row.perimeter, operation.perimeters.get(replaced_at=None))
        row.perimeter_change, row.change_noted_at = known[row.perimeter_id], None
        row.save(update_fields=["perimeter_change", "change_noted_at"])


def has_a_change_to_note(operation: Operation) -> str | None:
    """A label whose perimeter changed, and nobody said it was seen."""
    if _to_note(operation).exists():
        return None
    return _("Aucun changement de périmètre n’attend d’être vu.")


def _to_note(operation: Operation) -> QuerySet[StageHistory]:
    return changed_labels(operation.stages.published()).filter(change_noted_at=None)


@act("perimeter.change_noted", permission="operations.accompany", guards=(has_a_change_to_note,))
def note_change(operation: Operation, *, actor) -> Effect:
    """The correspondent has seen that the perimeter is not the one that was labelled."""
    rows = list(_to_note(operation))
    StageHistory.objects.filter(pk__in=[row.pk for row in rows]).update(change_noted_at=clock.now())
    return Effect(data={"stages": [str(row.pk) for row in rows]})
