"""What `manage.py reset_demo` refuses, and how it empties."""

import fcntl

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from ecoquartier.ops.management.commands.reset_demo import recreate_database
from ecoquartier.people.models import User
from tests.support import databases


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def test_database_with_people_and_no_mark_is_refused(db):
    person = User.objects.create_user("maire@example.fr", "Camille Maire")
    with pytest.raises(CommandError, match="n’est pas une base de démonstration"):
        call_command("reset_demo")
    assert User.objects.get() == person


def test_running_platform_is_not_pulled_from_under_its_people(db, tmp_path):
    with (tmp_path / "dev.lock").open("w") as running:
        fcntl.flock(running, fcntl.LOCK_EX)
        with pytest.raises(CommandError, match="arrêtez-la d’abord"):
            call_command("reset_demo")


def test_database_made_again_is_empty(django_db_setup, django_db_blocker):
    name = f"{databases.copy_name()}_reset"
    with django_db_blocker.unblock():
        databases.make_copy(name)
        with databases.connected_to(name):
            assert connection.introspection.table_names()
            recreate_database()
            assert connection.introspection.table_names() == []
        databases.remove(name)
