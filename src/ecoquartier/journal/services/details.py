"""The erasable part of the journal."""

from __future__ import annotations

import json

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from ecoquartier.journal.models import EntryDetail
from ecoquartier.people.models import User


def forget_details(person: User) -> int:
    """Erase the words of the acts on a person or that name them, with their salt; returns how many entries.

    The digest that stays in the chain then proves nothing and tells nothing.
    """
    names = [json.dumps(name, ensure_ascii=False)[1:-1] for name in (person.full_name, person.email)]
    named = Q(*(Q(text__icontains=name) for name in names), _connector=Q.OR)
    rows = EntryDetail.objects.annotate(text=Cast("content", TextField()))
    found = rows.filter(named | Q(entry__object_id=str(person.pk))).values_list("pk", flat=True)
    return EntryDetail.objects.filter(pk__in=list(found)).delete()[0]
