"""The guards of the suite themselves."""

import socket
import urllib.request

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction

from tests.support import databases
from tests.support.client import page_faults
from tests.support.network import NetworkForbidden


@pytest.mark.parametrize(
    ("html", "faults"),
    [
        ("<p>ok</p><script src='/a.js'></script>", []),
        ('<script type="application/ld+json">{"a": 1}</script>', []),
        ("<script>alert(1)</script>", ["inline script"]),
        ("<style>p{}</style>", ["inline <style>"]),
        ("<p style='color:red' onclick='x()'>", ["attribute style on <p>", "attribute onclick on <p>"]),
        ("<form method='post'></form>", ["POST form without CSRF token"]),
        ("<form method='post'><input name='csrfmiddlewaretoken'></form>", []),
        ("<form><input name='q'></form>", []),
        ("<p>{{ name }}</p>", ["template syntax {{"]),
    ],
)
def test_page_faults(html, faults):
    assert page_faults(html) == faults


def test_network_is_walled():
    with pytest.raises(NetworkForbidden, match="192.0.2.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(NetworkForbidden):
        urllib.request.urlopen("http://localhost:9/")


@pytest.mark.loopback
def test_loopback_is_open_to_those_who_ask():
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", 9), timeout=1)
    with pytest.raises(NetworkForbidden):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_each_process_has_its_own_database(db):
    assert connection.settings_dict["NAME"] == databases.copy_name()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        assert cursor.fetchone() == (databases.copy_name(),)


def test_commit_runs_what_waits(db, commit):
    done = []
    transaction.on_commit(lambda: (done.append(1), transaction.on_commit(lambda: done.append(2))))
    assert done == []
    commit()
    assert done == [1, 2]
    commit()
    assert done == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_committed_rows_are_gone_after_the_test_and_reference_stays(request):
    """Run twice: the second sees what the first left."""
    _expect_reference_data_only()
    ContentType.objects.create(app_label="left", model="behind")


@pytest.mark.django_db(transaction=True)
def test_committed_rows_are_gone_after_the_test_and_reference_stays_again():
    _expect_reference_data_only()
    ContentType.objects.create(app_label="left", model="behind")


def _expect_reference_data_only():
    assert not ContentType.objects.filter(app_label="left").exists()
    assert ContentType.objects.filter(app_label="people", model="user").exists()


def test_files_stay_in_memory_and_are_forgotten():
    assert default_storage.listdir("") == ([], [])
    default_storage.save("a/b.txt", ContentFile(b"x"))


def test_files_stay_in_memory_and_are_forgotten_again():
    assert default_storage.listdir("") == ([], [])
    default_storage.save("a/b.txt", ContentFile(b"x"))


def test_cache_is_in_the_database(db, django_assert_num_queries):
    cache.set("key", {"a": 1})
    assert cache.get("key") == {"a": 1}
