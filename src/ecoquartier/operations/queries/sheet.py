"""What the sheet says and what it lacks."""

from __future__ import annotations

from typing import cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Field, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils.translation import gettext as _

from ecoquartier.framework.domain.vocabulary import figures
from ecoquartier.operations.domain.figures import figure_faults
from ecoquartier.operations.domain.legacy.placement import UNNAMED
from ecoquartier.operations.enums import TermKind
from ecoquartier.operations.models import REGISTER_FIELDS, Operation, Phase, SheetChange, Term
from ecoquartier.people.models import Organisation, User
from ecoquartier.territories.models import Commune

IDENTITY = ("description", "types", "vocations")


PROGRAMME = ("programme", "procedures", "area_ha", "dwellings")


CONTEXT = ("initial_site", "context")


OPTIONAL = frozenset(REGISTER_FIELDS) - {*IDENTITY, *PROGRAMME, *CONTEXT, "delivered_on"}
"""What no stage asks for."""


def empty_fields(operation: Operation, names: tuple[str, ...]) -> tuple[str, ...]:
    """French names of the fields that hold nothing (zero is an answer)."""
    return tuple(label_of(name) for name in names if operation.value_of(name) in (None, "", [], {}))


def is_unnamed(operation: Operation) -> bool:
    """Whether its name is still the one that the import put for want of another."""
    return bool(operation.source_key) and operation.name.startswith(UNNAMED)


def label_of(name: str) -> str:
    """French name of a field of the sheet."""
    known = figures().get(name)
    if known:
        return known.title
    # They have rows of their own, and no column to be named by.
    elsewhere = {"phases": _("tranches"), "delivered_on": _("livraison de la dernière tranche")}
    return elsewhere.get(name) or str(cast(Field, Operation._meta.get_field(name)).verbose_name)


def all_terms(person: User | None = None) -> QuerySet[Term]:
    """Every term of every list of the sheet, in order; the same for everybody."""
    return Term.objects.all()


def term_labels() -> dict[str, dict[str, str]]:
    """Code → label of the terms of each list, in order, closed ones included."""
    labels: dict[str, dict[str, str]] = {kind: {} for kind in TermKind.values}
    for kind, code, label in Term.objects.values_list("kind", "code", "label"):
        labels[kind][code] = label
    return labels


def terms_offered(operation: Operation) -> dict[str, list[Term]]:
    """The terms of each list that the operation may choose: those proposed, and those it has chosen already."""
    offered: dict[str, list[Term]] = {kind: [] for kind in TermKind.values}
    for term in Term.objects.all():
        if term.is_active or term.code in getattr(operation, term.kind):
            offered[term.kind].append(term)
    return offered


def uses_of(term: Term) -> int:
    """How many operations have chosen the term, or name actors of this kind."""
    return Operation.objects.filter(**{f"{term.kind}__has_key": term.code}).count()


def other_terms() -> dict[str, str]:
    """List → code of its « autre », where it has one."""
    return dict(Term.objects.filter(is_other=True).values_list("kind", "code"))


def renewal_types() -> list[str]:
    """Codes of the types that build the town on itself."""
    return list(Term.objects.filter(kind=TermKind.TYPES, is_renewal=True).values_list("code", flat=True))


def changes_of(operation: Operation) -> QuerySet[SheetChange]:
    """Every change of the sheet, the latest first, with its author."""
    return operation.changes.select_related("changed_by").order_by("-changed_at", "pk")


def impossible_figures() -> list[str]:
    """Invariant: every figure of a programme may be."""
    rows = Operation.objects.values_list("pk", "figures")
    return [
        f"opération {pk}\u00a0: {figures()[code].title}, {fault}"
        for pk, held in rows
        for code, fault in figure_faults(held).items()
    ]


def with_identity(rows: QuerySet[Operation]) -> QuerySet[Operation]:
    """Operations with what their identity says of other tables, in their own query: `deliveries` of the phases,
    `others` (communes, with their counties), `predecessors` of the holder and of the collectivités.
    """
    gone = Organisation.objects.filter(
        Q(successor__held_operations=OuterRef("pk")) | Q(successor__own_operations=OuterRef("pk"))
    ).exclude(name=F("successor__name"))
    return rows.annotate(
        deliveries=ArraySubquery(Phase.objects.filter(operation=OuterRef("pk")).order_by("rank").values("delivery")),
        others=ArraySubquery(
            Commune.objects.filter(shared_operations=OuterRef("pk"))
            .order_by("name", "insee")
            .values(words=Concat("name", Value(" ("), "county_id", Value(")"), output_field=TextField()))
        ),
        predecessors=ArraySubquery(
            gone.distinct().order_by("name").values(said=JSONObject(of=Cast("successor", TextField()), name="name"))
        ),
    )
