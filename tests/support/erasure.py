"""Somebody whose name nothing else contains, and where it is still written."""

from __future__ import annotations

import base64
import json

from django.contrib.sessions.models import Session
from django.db import connection

from ecoquartier.people.models import User
from ecoquartier.workflow.engine import Job
from tests.support.world import fresh

NAME, EMAIL = "Zénobie Quéré-d’Astorg", "zenobie.quere@ville-exemple.fr"
OPERATOR = Job("erase_person")


def named(user):
    """The person, under a name that nothing else contains."""
    User.objects.filter(pk=user.pk).update(full_name=NAME, email=EMAIL)
    return fresh(user)


def dump():
    """Every row of every table, as text: what a copy of the whole database would hold."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for table in tables:
            with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
                found[table] = b"".join(bytes(block) for block in rows).decode()
    found["decoded sessions"] = json.dumps([s.get_decoded() for s in Session.objects.all()])
    cached = [line.split("\t")[1] for line in found["cache_entry"].splitlines()]
    found["decoded cache"] = "".join(base64.b64decode(value).decode("latin-1") for value in cached)
    return found


def traces(*words):
    """Tables where one of the words is written: as text, escaped in JSON, or as bytes in hexadecimal."""
    forms = set()
    for word in words:
        for form in (word, word.lower(), json.dumps(word)[1:-1], word.encode("latin-1", "replace").decode("latin-1")):
            forms |= {form, form.encode().hex(), form.encode().decode("latin-1")}
    # COPY doubles the backslashes of JSON.
    forms |= {form.replace("\\", "\\\\") for form in forms}
    return sorted(
        table for table, text in dump().items() if any(form in text or form in text.lower() for form in forms)
    )
