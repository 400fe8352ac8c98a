"""What the tests of backups share."""

import pytest

from tests.support.backups import empty_database, save_a_world


@pytest.fixture(scope="session")
def saved(django_db_setup, django_db_blocker, tmp_path_factory):
    """A backup of a played world, with files and keys; nobody writes in its folder."""
    with django_db_blocker.unblock():
        return save_a_world(tmp_path_factory.mktemp("saved"))


@pytest.fixture
def empty(django_db_setup, django_db_blocker):
    """A database without any table, that Django uses during the test."""
    with django_db_blocker.unblock(), empty_database():
        yield
