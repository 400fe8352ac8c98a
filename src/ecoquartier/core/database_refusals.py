"""What PostgreSQL refuses to a command, in one French sentence that says what to do."""

import os
import re
import shutil
from typing import Any

from django.conf import settings
from django.db import DatabaseError, NotSupportedError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from ecoquartier.core.postgres import LEAST_ROOM
from ecoquartier.core.system import no_room

LEAST_VERSION = 15

# What is said when no connection could be made: by libpq, or by the server in its own language.
_NO_CONNECTION = (
    (
        r"resolve host|translate host name|Name or service not known",
        "Le serveur {HOST} est introuvable\u00a0: vérifiez son nom dans DATABASE_URL.",
    ),
    (
        r"Connection refused|No such file or directory",
        "Rien ne répond sur {HOST}, port {PORT}\u00a0: démarrez PostgreSQL, ou corrigez DATABASE_URL.",
    ),
    (
        r"timeout|timed out|unreachable",
        "Le serveur {HOST} ne répond pas\u00a0: vérifiez le réseau, ou corrigez DATABASE_URL.",
    ),
    (
        r"password authentication|no password supplied|mot de passe",
        "La base de données refuse le mot de passe du compte {USER}\u00a0: corrigez DATABASE_URL.",
    ),
    (
        r"role .* does not exist|rôle .* n.existe pas",
        "Le compte {USER} n’existe pas\u00a0: créez-le avec CREATE ROLE, ou corrigez DATABASE_URL.",
    ),
    (
        r"database .* does not exist|base de données .* n.existe pas",
        "La base {NAME} n’existe pas\u00a0: créez-la avec CREATE DATABASE, ou corrigez DATABASE_URL.",
    ),
)

# What a server that answers may refuse, by SQLSTATE.
_REFUSED = {
    "25006": "La base de données est en lecture seule\u00a0: désignez le serveur principal avec DATABASE_URL.",
    "42501": (
        "Le compte {USER} n’a pas assez de droits sur la base {NAME}\u00a0: rendez-l’en propriétaire avec "
        "ALTER DATABASE {NAME} OWNER TO {USER}."
    ),
    "53300": "La base de données a trop de connexions\u00a0: fermez-en, ou augmentez max_connections.",
    "57P01": "La base de données s’est arrêtée\u00a0: relancez quand elle sera de retour.",
    "57P03": "La base de données démarre ou s’arrête\u00a0: relancez dans un instant.",
}


def explain_database(error: DatabaseError, database: dict[str, Any]) -> str:
    """Return the sentence of a database that cannot serve, empty for a mistake of ours.

    Args:
        error: what Django raised.
        database: the entry of `settings.DATABASES`.
    """
    where = {
        **database,
        "HOST": database["HOST"] or os.environ.get("PGHOST", "localhost"),
        "PORT": database.get("PORT") or 5432,
    }
    said = str(error)
    if isinstance(error, NotSupportedError) and (found := re.search(r"\(found ([\d.]+)\)", said)):
        return (
            f"Le serveur {where['HOST']} est en PostgreSQL {found[1]}\u00a0: "
            f"il faut la version {LEAST_VERSION} ou une plus récente."
        )
    state = getattr(error.__cause__, "sqlstate", None)
    if state == "53100" or (state is None and _has_little_room()):
        if settings.EMBEDDED_SERVER is not None:
            return no_room(settings.EMBEDDED_SERVER.data.parent)
        return f"Il n’y a plus de place sur le disque du serveur {where['HOST']}\u00a0: libérez-en."
    if state in ("42P01", "42703"):  # a table or a column is missing
        return "Les tables ne sont pas à jour\u00a0: lancez «\u00a0manage.py migrate\u00a0»." if _tables_wait() else ""
    if state is not None:
        return _REFUSED.get(state, "").format(**where)
    if not isinstance(error, OperationalError):
        return ""
    for words, sentence in _NO_CONNECTION:
        if re.search(words, said):
            return sentence.format(**where)
    first = (said.strip().splitlines() or [""])[0]
    return f"La base de données ne répond pas ou refuse l’accès ({first})\u00a0: vérifiez DATABASE_URL."


def _has_little_room() -> bool:
    """Tell whether the embedded server may have stopped for want of room."""
    server = settings.EMBEDDED_SERVER
    return server is not None and shutil.disk_usage(server.data.parent).free < LEAST_ROOM


def _tables_wait() -> bool:
    """Tell a database that waits for `migrate` from a mistake of ours."""
    connection.close()
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
