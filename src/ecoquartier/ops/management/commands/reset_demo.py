"""`manage.py reset_demo`: the demonstration as on its first day."""

import fcntl
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from psycopg import sql

from ecoquartier.core.commands import OperatorCommand
from ecoquartier.ops.services.demo import is_empty, require_demo


def recreate_database() -> None:
    """Drop the database of the settings, whoever uses it, and make an empty one of the same name."""
    parameters = connection.get_connection_params()
    name = sql.Identifier(parameters["dbname"])
    connection.close()
    with psycopg.connect(**{**parameters, "dbname": "postgres"}, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
        server.execute(sql.SQL("CREATE DATABASE {}").format(name))


class Command(OperatorCommand):
    help = (
        "Efface une base de démonstration et la charge de nouveau\u00a0; refuse toute autre base.\n\n"
        "Exemple\u00a0: python manage.py reset_demo"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Empty by making the database again: the journal refuses to be emptied, and rightly."""
        with (Path(settings.DATA_DIR) / "dev.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CommandError("La plateforme tourne sur ces données\u00a0: arrêtez-la d’abord (Ctrl-C).") from None
            call_command("migrate", verbosity=0)
            if not is_empty():
                require_demo()
                recreate_database()
                call_command("migrate", verbosity=0)
            call_command("load_reference")
            call_command("load_demo")
