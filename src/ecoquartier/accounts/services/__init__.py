"""Acts on people: giving their data back, and erasing it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ecoquartier.accounts.queries import rows_of, running_duty
from ecoquartier.core.registry import PersonalData, personal_data, projections
from ecoquartier.people.domain import ERASED_DOMAIN, without
from ecoquartier.people.models import User
from ecoquartier.people.queries import namesakes, naming
from ecoquartier.workflow.engine import Effect, act


def export_data(person: User) -> dict[str, list[dict[str, Any]]]:
    """Everything the platform holds of a person, as JSON values: table → rows."""
    held = {
        key: list(rows_of(data, person).filter(**data.told).values(*data.fields))
        for key, data in personal_data.items()
        if data.fields
    }
    return json.loads(json.dumps({key: rows for key, rows in held.items() if rows}, cls=DjangoJSONEncoder))


def is_not_erased(person: User) -> str | None:
    """Nothing is left to erase."""
    return _("Cette personne est déjà effacée.") if person.email.endswith(ERASED_DOMAIN) else None


def has_no_running_duty(person: User) -> str | None:
    """Who holds an official duty gives it back first: others rely on them."""
    return running_duty(person)


@act("person.erased", permission="accounts.erase", guards=(is_not_erased, has_no_running_duty))
def erase(person: User, *, actor) -> Effect:
    """Erase what the platform holds of a person, in one transaction. Acts stay, under the name « Personne effacée ».

    Living texts lose the name and the address, unless somebody else bears the same name; frozen proofs keep them, as
    their registration says. The journal's entries hold ids only; the words that named the person go or are written
    again without the name, the entry of this act says which, and the chain verifies.
    """
    named, others = naming(person), namesakes(person)
    rows: dict[str, int | Mapping[str, str]] = {}
    stale = []
    for key, data in personal_data.items():
        changed = _replace_names(data, named)
        kind = data.model.partition(".")[2].lower()
        if changed and projections.get(kind):
            stale.append((kind, changed))
        if count := _erase(data, person) or len(changed):
            rows[key] = count
    return Effect(result=User.objects.get(pk=person.pk), data={"rows": rows, "namesakes": others}, projections=stale)


def _erase(data: PersonalData, person: User) -> int | Mapping[str, str]:
    """Erase what one table holds of the person; returns the number of rows deleted or changed, or what each became."""
    if data.erase:
        return data.erase(person)
    if data.deleted:
        return rows_of(data, person).delete()[0]
    values = {column: value() if callable(value) else value for column, value in data.replaced.items()}
    return rows_of(data, person).update(**values) if values else 0


def _replace_names(data: PersonalData, named: re.Pattern[str]) -> set[Any]:
    """Replace what names a person in the living texts of one table, JSON values alike; returns the rows changed."""
    rows = apps.get_model(data.model)._base_manager.all()
    always = [column for column in data.words if column not in data.kept]
    until_frozen = [column for column in data.words if column in data.kept]
    return _rewrite(rows, always, named) | _rewrite(rows.exclude(**data.frozen), until_frozen, named)


def _rewrite(rows: QuerySet, columns: list[str], named: re.Pattern[str]) -> set[Any]:
    # Read whole: a database folds neither accents nor non-breaking spaces, and an erasure is rare.
    changed = set()
    for row in rows.only(*columns).iterator(chunk_size=500) if columns else ():
        words = {column: without(named, getattr(row, column)) for column in columns}
        if any(getattr(row, column) != text for column, text in words.items()):
            for column, text in words.items():
                longest = row._meta.get_field(column).max_length
                setattr(row, column, text[:longest] if longest else text)
            row.save(update_fields=columns)
            changed.add(row.pk)
    return changed


def close_sessions(person: User) -> int:
    """Close every open session of a person; returns how many."""
    opened = [s.pk for s in Session.objects.iterator() if s.get_decoded().get(SESSION_KEY) == str(person.pk)]
    return Session.objects.filter(pk__in=opened).delete()[0]
