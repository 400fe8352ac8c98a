"""What the team writes on the sheet of its operation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from ecoquartier.core import clock
from ecoquartier.core.errors import TransitionRefused
from ecoquartier.framework.domain.vocabulary import figures
from ecoquartier.operations.domain.actors import tells_how_to_reach
from ecoquartier.operations.domain.figures import with_figure
from ecoquartier.operations.enums import TermKind
from ecoquartier.operations.models import SHEET_FIELDS, Operation, SheetChange
from ecoquartier.operations.queries import other_terms, terms_offered, why_not_kept
from ecoquartier.operations.services.register import follow_name
from ecoquartier.workflow.engine import Effect, act

MAX_TEXT = 10_000  # signs, spaces included: several pages
MAX_WORDS = 160  # signs of a name, or of what « autre » is
MOST_STRONG_POINTS = 5
SOURCE_OF_FIGURES: Mapping[str, Any] = {"figures_as_of": None, "figures_source": ""}
"""When the figures were right and who says so, as they are when nobody said it."""
MOST_ACTORS = 30
"""Names of one kind of actors."""


@act("operation.updated", permission="operations.write", guards=(why_not_kept,))
def update_operation(operation: Operation, *, actor, seen: Mapping[str, Any] | None = None, **values: Any) -> Effect:
    """Change the given fields among `SHEET_FIELDS`; the names of those that changed go to the journal,
    what they said before and after to the history.

    Args:
        seen: what these fields said, as JSON, when the author was shown them; None from code that shows nothing.

    Raises:
        TransitionRefused: one of them says something else meanwhile.
        ValidationError: a value is impossible; nothing is saved.
        ValueError: a field is not editable.
    """
    refuse_unseen(seen or {}, operation.as_json)
    before = write_sheet(operation, values)
    keep_changes(operation, before, author=actor)
    return Effect(fields=columns_of(before), data={"fields": list(before)}, projections=[("operation", {operation.pk})])


def refuse_unseen(seen: Mapping[str, Any], held: Callable[[str], Any]) -> None:
    """Let nothing be replaced that its author was not shown.

    Args:
        seen: what each field to write said, when the author was shown it.
        held: what a field says now.

    Raises:
        TransitionRefused: one of them says something else.
    """
    if any(held(name) != said for name, said in seen.items()):
        raise TransitionRefused(
            _(
                "Une autre personne, ou une autre de vos fenêtres, vient de changer la même chose\u00a0: "
                "enregistrez de nouveau."
            ),
            code="changed_since",
        )


def write_row(
    row: models.Model, said: Mapping[str, Any], *, among: Collection[str], seen: Mapping[str, Any] | None
) -> None:
    """Write the given fields on a row that the sheet shows (a phase, a photo), without checking nor saving it.

    Args:
        among: the fields that may be written.
        seen: what they said when the author was shown them; None from code that shows nothing.

    Raises:
        TransitionRefused: one of them says something else meanwhile.
        ValueError: a field is not one of them.
    """
    if unknown := said.keys() - {*among}:
        raise ValueError(f"Not editable: {sorted(unknown)}")
    refuse_unseen(seen or {}, lambda name: getattr(row, name))
    for name, value in said.items():
        setattr(row, name, value)


def write_sheet(operation: Operation, values: Mapping[str, Any]) -> dict[str, Any]:
    """Write the given fields among `SHEET_FIELDS` on the row, without saving it.

    The date and the source of the figures go away when a figure changes and neither is given with it: they told of the
    figures of before.

    Returns:
        The fields that changed, with what they said before, as JSON.

    Raises:
        ValidationError: a value is impossible.
        ValueError: a field is not editable.
    """
    if unknown := set(values) - set(SHEET_FIELDS):
        raise ValueError(f"Not editable: {sorted(unknown)}")
    values = {**values, **_chosen(operation, values)}
    values |= _said_of_others(operation, values)
    values |= _without_old_source(operation, values)
    before = {name: operation.as_json(name) for name in values}
    for name, value in values.items():
        operation.write(name, value)
    too_long = {n: v for n, v in values.items() if isinstance(v, str) and len(v) > MAX_TEXT}
    if too_long:
        raise ValidationError({name: _("Texte trop long\u00a0: 10\u00a0000 signes au plus.") for name in too_long})
    # The rest of the row does not change here: nothing of it is to be checked again.
    others = {field.name for field in operation._meta.fields} - {*SHEET_FIELDS, "figures"}
    operation.full_clean(exclude=others, validate_unique=False, validate_constraints=False)
    changed = {name: said for name, said in before.items() if operation.as_json(name) != said}
    if "name" in changed and not operation._state.adding:
        follow_name(operation)
    return changed


def columns_of(names: Iterable[str]) -> list[str]:
    """The columns that hold these fields of the sheet; the address goes with the name."""
    columns = ["figures" if name in figures() else name for name in names]
    return list(dict.fromkeys([*columns, *(["slug"] if "name" in columns else [])]))


def keep_changes(operation: Operation, before: Mapping[str, Any], *, author) -> None:
    """Keep in the history what these fields said before and what they say, in the name of `author`."""
    now = clock.now()
    SheetChange.objects.bulk_create(
        SheetChange(
            operation=operation,
            field=name,
            before=said,
            after=operation.as_json(name),
            changed_by=author,
            changed_at=now,
        )
        for name, said in before.items()
    )


def _said_of_others(operation: Operation, values: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What « autre » is in each list, where it is chosen: elsewhere these words would say nothing.

    Raises:
        ValidationError: the words are too long.
    """
    if not {"other_words", *TermKind.values} & set(values):
        return {}
    said = values.get("other_words", operation.other_words)
    if any(len(words) > MAX_WORDS for words in said.values()):
        raise ValidationError({"other_words": _("%(most)s signes au plus.") % {"most": MAX_WORDS}})
    chosen = {kind: values.get(kind, operation.value_of(kind)) for kind in said}
    others = {kind: code for kind, code in other_terms().items() if code in chosen.get(kind, ())}
    return {"other_words": {kind: words for kind, words in said.items() if words and kind in others}}


def _without_old_source(operation: Operation, values: Mapping[str, Any]) -> dict[str, Any]:
    """The date and the source of the figures emptied, when they are not those of the figures written."""
    held = operation.figures
    for code in figures().keys() & values.keys():
        held = with_figure(held, code, values[code])
    if held == operation.figures or SOURCE_OF_FIGURES.keys() & values.keys():
        return {}
    return dict(SOURCE_OF_FIGURES)


def _chosen(operation: Operation, values: Mapping[str, Any]) -> dict[str, Any]:
    """The choices among `values`, each once, in the order of its list; actors with their names.

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
    return {
        kind: {code: codes[code] for code in offered[kind] if codes.get(code)}
        if isinstance(codes, dict)
        else [code for code in offered[kind] if code in codes]
        for kind, codes in asked.items()
    }


def _fault(kind: str, codes: Collection[str], offered: Collection[str]) -> str:
    """What is wrong with the choices of one list, in a sentence."""
    if not set(codes) <= set(offered):
        return _("Un de ces choix n’est plus proposé. Rechargez la page.")
    if kind == TermKind.STRONG_POINTS and len(set(codes)) > MOST_STRONG_POINTS:
        return _("%(most)s points forts au plus\u00a0: vous en avez choisi %(n)s.") % {
            "most": MOST_STRONG_POINTS,
            "n": len(set(codes)),
        }
    if isinstance(codes, dict):
        return next((fault for names in codes.values() if (fault := fault_of_names(names))), "")
    return ""


def fault_of_names(names: Collection[str]) -> str:
    """What is wrong with the names of the actors of one kind, in a sentence."""
    if len(names) > MOST_ACTORS:
        return _("%(most)s noms au plus\u00a0: vous en avez écrit %(n)s.") % {"most": MOST_ACTORS, "n": len(names)}
    long = next((name for name in names if len(name) > MAX_WORDS), "")
    if long:
        return _("«\u00a0%(start)s…\u00a0» est trop long\u00a0: %(most)s signes au plus par nom.") % {
            "start": long[:40],
            "most": MAX_WORDS,
        }
    reached = next(filter(tells_how_to_reach, names), "")
    if reached:
        return _(
            "«\u00a0%(name)s\u00a0» donne un téléphone ou une adresse électronique, et les acteurs sont publics\u00a0: "
            "n’écrivez que le nom de l’organisme, sans celui d’une personne."
        ) % {"name": reached}
    return ""
