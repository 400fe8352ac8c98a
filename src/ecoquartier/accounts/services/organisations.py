"""The register of organisations."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from ecoquartier.people.models import Organisation, User
from ecoquartier.workflow.engine import Effect, act

FIELDS = ("name", "kind", "siren", "commune")


@act("organisation.added", permission="organisations.write")
def add_organisation(author: User, *, actor, **fields: Any) -> Effect:
    """Put an organisation in the register, in the name of `author`.

    Raises:
        ValidationError: its SIREN is false or taken, its town is there already.
    """
    organisation = Organisation(**fields)
    organisation.full_clean()
    organisation.save()
    return Effect(result=organisation, data={"kind": organisation.kind})


def is_of_today(organisation: Organisation) -> str | None:
    """A merged organisation is history."""
    return _("Cet organisme est fusionné dans un autre.") if organisation.successor_id else None


@act("organisation.updated", permission="organisations.write", guards=(is_of_today,))
def update_organisation(organisation: Organisation, *, actor, **values: Any) -> Effect:
    """Change the given fields among `FIELDS`; the names of those that changed go to the journal.

    Raises:
        ValidationError: its SIREN is false or taken, its town is there already.
        ValueError: a field is not editable.
    """
    if unknown := set(values) - set(FIELDS):
        raise ValueError(f"Not editable: {sorted(unknown)}")
    changed = [name for name, value in values.items() if getattr(organisation, name) != value]
    for name in changed:
        setattr(organisation, name, values[name])
    organisation.full_clean()
    return Effect(fields=changed, data={"fields": changed}, projections=[("organisation", {organisation.pk})])
