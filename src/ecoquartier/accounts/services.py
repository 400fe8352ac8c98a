"""Acts on people: giving their data back, and erasing it."""

from __future__ import annotations

import json
import re
from typing import Any

from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from ecoquartier.accounts.queries import rows_of, running_duty
from ecoquartier.core.registry import PersonalData, personal_data
from ecoquartier.people.domain import ERASED_DOMAIN
from ecoquartier.people.models import User
from ecoquartier.workflow.engine import Effect, act


def export_data(person: User) -> dict[str, list[dict[str, Any]]]:
    """Everything the platform holds of a person, as JSON values: table → rows."""
    held = {key: list(rows_of(data, person).values(*data.fields)) for key, data in personal_data.items() if data.fields}
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

    The journal's entries hold ids only; the words that named the person go with their salt, and the chain verifies.
    """
    rows = {key: count for key, data in personal_data.items() if (count := _erase(data, person))}
    return Effect(result=User.objects.get(pk=person.pk), data={"rows": rows})


def _erase(data: PersonalData, person: User) -> int:
    """Erase what one table holds of the person; returns the number of rows deleted or changed."""
    count = data.erase(person) if data.erase else 0
    if data.deleted:
        count += rows_of(data, person).delete()[0]
    elif data.replaced:
        values = {column: value() if callable(value) else value for column, value in data.replaced.items()}
        count += rows_of(data, person).update(**values)
    return count + (_replace_names(data, person) if data.words else 0)


def _replace_names(data: PersonalData, person: User) -> int:
    """Replace the name and the address of a person in what others wrote, texts and JSON values alike."""
    names = (person.full_name, person.email)
    written = {*names, *(json.dumps(name, ensure_ascii=False)[1:-1] for name in names)}
    texts = {f"text_of_{column}": Cast(column, TextField()) for column in data.words}
    named = Q(*((f"{text}__icontains", name) for text in texts for name in written), _connector=Q.OR)
    rows = list(apps.get_model(data.model)._base_manager.annotate(**texts).filter(named))
    pattern = re.compile("|".join(map(re.escape, names)), re.IGNORECASE)
    for row in rows:
        for column in data.words:
            setattr(row, column, _without(pattern, getattr(row, column)))
        row.save(update_fields=data.words)
    return len(rows)


def _without(pattern: re.Pattern[str], value: Any) -> Any:
    if isinstance(value, str):
        return pattern.sub("personne effacée", value)
    if isinstance(value, dict):
        return {key: _without(pattern, item) for key, item in value.items()}
    return [_without(pattern, item) for item in value] if isinstance(value, list) else value


def close_sessions(person: User) -> int:
    """Close every open session of a person; returns how many."""
    opened = [s.pk for s in Session.objects.iterator() if s.get_decoded().get(SESSION_KEY) == str(person.pk)]
    return Session.objects.filter(pk__in=opened).delete()[0]
