"""Operations put in the register."""

from __future__ import annotations

from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from ecoquartier.core.text import of_place, sort_key
from ecoquartier.operations.models import Operation, Phase
from ecoquartier.operations.queries import has_been_public
from ecoquartier.people.enums import OrganisationKind
from ecoquartier.people.models import Organisation


def free_slug(name: str, commune: str, *, own: Operation | None = None) -> str:
    """A slug that no other operation has: the name and the commune, œ and æ spelled out, then a number."""
    base = slugify(sort_key(f"{name} {commune}"))[:250] or "operation"
    others = Operation.objects.exclude(pk=own.pk) if own else Operation.objects.all()
    taken = set(others.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(s for n in range(2, len(taken) + 3) if (s := f"{base}-{n}") not in taken)


def add_operation(*, name: str, lead_commune, **fields: Any) -> Operation:
    """Put an operation in the register with its first phase. The caller writes the journal entry of its act."""
    operation = Operation(name=name, slug=free_slug(name, lead_commune.name), lead_commune=lead_commune, **fields)
    operation.full_clean(exclude=["holder", "source_key"])
    operation.save()
    Phase.objects.create(operation=operation, rank=1, name=_("Ensemble de l’opération"))
    return operation


def follow_name(operation: Operation) -> None:
    """Let the address tell the name of today while nobody outside could read another (rule 18); then it stays."""
    if not has_been_public(operation):
        operation.slug = free_slug(operation.name, operation.lead_commune.name, own=operation)


def town_of(commune) -> Organisation:
    """The commune as an organisation, made when it is first needed."""
    town, _created = Organisation.objects.get_or_create(
        commune=commune,
        kind=OrganisationKind.TOWN,
        defaults={"name": _("Commune %(of)s") % {"of": of_place(commune.name)}},
    )
    return town
