"""The lists of choices of the sheet: what is shipped, then what the bureau makes of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from ecoquartier.core.text import sort_key
from ecoquartier.operations.enums import TermKind
from ecoquartier.operations.models import Term
from ecoquartier.people.models import User
from ecoquartier.workflow.engine import Effect, act, with_arguments

DATA = Path(__file__).parents[1] / "data" / "vocabulaire.yaml"


def load_vocabulary() -> int:
    """Load the shipped lists that are empty; a list that is there is left as the bureau made it.

    Returns:
        The number of terms created.
    """
    shipped = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    there = set(Term.objects.order_by().values_list("kind", flat=True).distinct())
    made = [
        Term(
            kind=kind,
            code=row["code"],
            label=row["label"],
            rank=rank,
            is_renewal=kind == TermKind.TYPES and "renewal" in row,
            is_other="other" in row,
        )
        for kind, rows in shipped.items()
        if kind not in there
        for rank, row in enumerate(rows, start=1)
    ]
    return len(Term.objects.bulk_create(made))


@act("term.added", permission="operations.write_vocabulary")
def add_term(author: User, *, actor, kind: str, label: str) -> Effect:
    """Add a choice at the end of a list, in the name of `author`.

    Raises:
        ValidationError: the list has this label already.
    """
    rows = Term.objects.filter(kind=kind)
    _refuse_same_label(label, rows)
    term = Term(kind=kind, code=_free_code(kind, label), label=label, rank=rows.count() + 1)
    term.full_clean()
    term.save()
    return Effect(result=term, data={"kind": kind, "code": term.code})


def _refuse_same_label(label: str, others: QuerySet[Term]) -> None:
    """Refuse a label that reads as another of the list, but for its capitals, accents or spaces.

    Raises:
        ValidationError: it does.
    """
    if sort_key(label) in map(sort_key, others.values_list("label", flat=True)):
        raise ValidationError({"label": _("Ce libellé est déjà dans la liste.")})


def _free_code(kind: str, label: str) -> str:
    """A code that nothing in the list has: it is kept for good, whatever the label becomes."""
    base = slugify(label)[:36] or "choix"
    taken = set(Term.objects.filter(kind=kind).values_list("code", flat=True))
    return next(code for n in range(len(taken) + 1) if (code := f"{base}-{n + 1}" if n else base) not in taken)


@with_arguments
def keeps_a_choice(term: Term, *, is_active: bool, **arguments: Any) -> str | None:
    """A list always offers something."""
    if is_active or Term.objects.filter(kind=term.kind, is_active=True).exclude(pk=term.pk).exists():
        return None
    return _("C’est le dernier choix proposé de cette liste\u00a0: ajoutez-en un autre avant de fermer celui-ci.")


@act("term.changed", permission="operations.write_vocabulary", guards=(keeps_a_choice,))
def change_term(
    term: Term,
    *,
    actor,
    label: str,
    after: Term | None,
    is_active: bool,
    is_renewal: bool = False,
    is_other: bool = False,
) -> Effect:
    """Rename a choice, move it in its list, close or reopen it. Its code never changes.

    Args:
        after: the choice it follows; None to be the first.

    Raises:
        ValidationError: another choice of the list has this label or is its « autre », only a type counts as renewal,
            or actors are named anyway.
    """
    if is_renewal and term.kind != TermKind.TYPES:
        raise ValidationError({"is_renewal": _("Seul un type d’opération compte dans le renouvellement urbain.")})
    if is_other and term.kind == TermKind.ACTORS:
        raise ValidationError({"is_other": _("Les acteurs se nomment déjà.")})
    if label != term.label:
        _refuse_same_label(label, Term.objects.filter(kind=term.kind).exclude(pk=term.pk))
    wanted = {
        "label": label,
        "rank": _move(term, after),
        "is_active": is_active,
        "is_renewal": is_renewal,
        "is_other": is_other,
    }
    changed = [name for name, value in wanted.items() if getattr(term, name) != value]
    for name in changed:
        setattr(term, name, wanted[name])
    term.full_clean()
    return Effect(
        fields=changed,
        data={"kind": term.kind, "code": term.code, "fields": changed},
        projections=[("words", {term.pk})],
    )


def _move(term: Term, after: Term | None) -> int:
    """Make room for the term after another of its list, and say its rank."""
    others = list(Term.objects.select_for_update().filter(kind=term.kind).exclude(pk=term.pk))
    place = others.index(after) + 1 if after in others else 0
    for rank, other in enumerate(others, start=1):
        other.rank = rank if rank <= place else rank + 1
    Term.objects.bulk_update(others, ["rank"])
    return place + 1
