#!/usr/bin/env python
"""Runs a command of the platform: `.venv/bin/python manage.py help`.

Without `DATABASE_URL`, the command joins the embedded PostgreSQL server that `make run` started; if there is none it
starts it, and stops it again at the end.
"""

import os
import signal
import sys
from contextlib import nullcontext
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "src"))

# They read no table, so they need not wait for a server.
WITHOUT_DATABASE = {
    *("collectstatic", "compilemessages", "diffsettings", "findstatic", "help", "makemessages", "version"),
    *("maintenance", "signing_keys", "verify_certificate", "verify_credential"),
}


def main(arguments: list[str]) -> None:
    """Prepare the settings and the database, then hand over to Django."""
    # Stopped by a service manager or a container, we still leave the server as we found it.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    command = arguments[1] if len(arguments) > 1 else "help"
    if not {"-h", "--help", "--version"}.isdisjoint(arguments):
        command = "help"
    try:
        env.load_file(ROOT / ".env")
        production = bool(os.environ.get("DATABASE_URL")) and command != "dev"
        os.environ.setdefault(
            "DJANGO_SETTINGS_MODULE", f"ecoquartier.config.settings.{'base' if production else 'dev'}"
        )
        server = None if command in WITHOUT_DATABASE else settings.EMBEDDED_SERVER
        with server or nullcontext():
            execute_from_command_line(arguments)
    except (env.SettingError, PostgresError) as error:
        sys.exit(f"Arrêt\u00a0: {error}")
    except (DatabaseError, OSError) as error:
        if isinstance(error, DatabaseError):
            known = explain_database(error, settings.DATABASES["default"])
        else:
            known = explain_system(error, settings.DATA_DIR)
        if not known or "--traceback" in arguments:
            raise
        sys.exit(f"Arrêt\u00a0: {known}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    try:
        from django.conf import settings
        from django.core.management import execute_from_command_line
        from django.db import DatabaseError

        from ecoquartier.core import env
        from ecoquartier.core.database_refusals import explain_database
        from ecoquartier.core.postgres_programs import PostgresError
        from ecoquartier.core.system import explain_system
    except ImportError as error:
        sys.exit(f"Arrêt\u00a0: {error}. Lancez «\u00a0make setup\u00a0», puis .venv/bin/python manage.py …")
    except KeyboardInterrupt:
        sys.exit(130)
    main(sys.argv)
