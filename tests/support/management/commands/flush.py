"""Django empties every table after a test that really commits; here the database is copied again instead.

The reference data would not survive a flush, and the journal refuses it.
"""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, connections

from tests.support import databases, memory


class Command(BaseCommand):
    """The options are those of Django's command of the same name, which this one replaces."""

    requires_system_checks = []
    stealth_options = ("interactive", "database", "reset_sequences", "allow_cascade", "inhibit_post_migrate")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse anything but the database of this test process."""
        name = connection.settings_dict["NAME"]
        if name != databases.copy_name():
            raise RuntimeError(f"{name} is not a test database.")
        connections.close_all()
        databases.make_copy(name)
        memory.forget()
