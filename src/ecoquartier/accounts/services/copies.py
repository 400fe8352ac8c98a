"""The copy of one’s data: an archive with what the tables hold, the files that were given, and a word on both."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain, product
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.storage import Storage
from django.db.models import FileField
from django.utils.translation import gettext as _

from ecoquartier.accounts.services import export_data
from ecoquartier.core import clock
from ecoquartier.core.registry import personal_data
from ecoquartier.core.text import long_date
from ecoquartier.core.zips import zipped
from ecoquartier.people.models import User

PRIVACY = "/donnees-personnelles/"


def copy_of(person: User) -> Iterator[bytes]:
    """The archive, piece by piece: `LISEZMOI.txt`, `donnees.json`, and a folder `fichiers` when there are some.

    What the person is not to know yet is not in it, as the registration of each table says. The tables are read at
    once, each file when its turn comes.
    """
    data = export_data(person)
    files = _files_of(data)
    texts = {
        "LISEZMOI.txt": _read_me(person, len(files)),
        "donnees.json": json.dumps(data, ensure_ascii=False, indent=2),
    }
    return zipped(
        chain(
            ((path, [text.encode()]) for path, text in texts.items()),
            ((path, storage.open(name).chunks()) for path, storage, name in files),
        )
    )


def _files_of(data: dict[str, list[dict[str, Any]]]) -> list[tuple[str, Storage, str]]:
    """(path in the archive, storage, name there) of the files that the rows name; the rows then name the path.

    A path is a number and the kind of the file, never a name that somebody chose.
    """
    found: list[tuple[str, Storage, str]] = []
    for key, held in personal_data.items():
        model = apps.get_model(held.model)
        columns = {field.name: field.storage for field in model._meta.fields if isinstance(field, FileField)}
        for row, (column, storage) in product(data.get(key, ()), columns.items()):
            name = row.get(column)
            if name and storage.exists(name):
                kind = re.search(r"\.[a-z0-9]{1,5}$", name.lower())
                row[column] = f"fichiers/{len(found) + 1:04}{kind[0] if kind else ''}"
                found.append((row[column], storage, name))
    return found


def _read_me(person: User, files: int) -> str:
    lines = [
        _("Vos données sur ÉcoQuartier, copiées le %(day)s") % {"day": long_date(clock.today())},
        f"{person.full_name}, {person.email}",
        "",
        _("donnees.json\u00a0: ce que chaque table garde de vous, ligne par ligne. Un tableur ou un éditeur l’ouvre."),
    ]
    if files:
        lines.append(_("fichiers/\u00a0: ce que vous avez déposé\u00a0; donnees.json dit d’où vient chacun."))
    lines += [
        "",
        _("Ce qui n’est pas encore annoncé, et ce que d’autres ont écrit, n’y est pas."),
        _("Pourquoi ces données sont gardées, et jusqu’à quand\u00a0: %(url)s")
        % {"url": f"{settings.BASE_URL}{PRIVACY}"},
        "",
    ]
    return "\r\n".join(lines)
