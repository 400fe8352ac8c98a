"""GET never writes; refusals and failures become pages."""

import gzip

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from ecoquartier.people.models import User
from ecoquartier.web.shared.middleware import CompressMiddleware, ReadOnlyGuard, WriteOnReadError
from tests.support.client import StrictClient
from tests.web.shared.test_views import text


@pytest.fixture
def patient() -> StrictClient:
    """A client that gets the error page instead of the exception."""
    return StrictClient(raise_request_exception=False)


def test_reading_cannot_write(client, person):
    with pytest.raises(WriteOnReadError, match="GET must not write: UPDATE"), transaction.atomic():
        client.get("/writes/")
    person.refresh_from_db()
    assert person.full_name == "Camille Armand"


@pytest.mark.parametrize("address", ["/writes-declared/", "/writes-block/"])
def test_a_declared_exception_writes(client, person, address):
    assert client.get(address).status_code == 200
    person.refresh_from_db()
    assert person.full_name == "Écrit"


def test_the_guard_is_lifted_after_the_request(client, person):
    with pytest.raises(WriteOnReadError), transaction.atomic():
        client.get("/writes/")
    assert User.objects.update(full_name="Libre") == 1
    assert connection.execute_wrappers == []


@pytest.mark.parametrize(
    ("sql", "writes"),
    [
        ('SELECT 1 FROM "people_user" FOR UPDATE', False),
        ('UPDATE "people_user" SET x = 1', True),
        ('  insert into "people_user" values (1)', True),
        ('DELETE FROM "people_user"', True),
        ('TRUNCATE "people_user"', True),
        ('MERGE INTO "people_user" USING x', True),
        ('WITH a AS (SELECT 1) SELECT * FROM "update_log"', False),
        ('WITH a AS (INSERT INTO "people_user" VALUES (1) RETURNING id) SELECT * FROM a', True),
        ('UPDATE "django_session" SET x = 1', False),
        ('INSERT INTO "cache_entry" VALUES (1)', False),
        ("SAVEPOINT a", False),
    ],
)
def test_what_counts_as_writing(sql, writes):
    assert ReadOnlyGuard.writes(sql) is writes


def test_a_page_that_cannot_be_shown_says_why(client, db):
    response = client.get("/refused/")
    assert response.status_code == 409
    assert "Ce dossier est déjà déposé." in text(response)


def test_a_forbidden_page_says_why(client, db):
    response = client.get("/forbidden/")
    assert response.status_code == 403
    assert "Vous êtes retiré de ce dossier." in text(response)


def test_an_unknown_address_keeps_the_menu(client, db):
    response = client.get("/nothing-here/")
    assert response.status_code == 404
    assert "La démarche" in text(response)


def test_a_bug_shows_a_page_without_detail(patient, db):
    response = patient.get("/bug/")
    assert response.status_code == 500
    assert "Le service a rencontré une erreur" in text(response)
    assert "a bug" not in response.content.decode()


def test_a_database_that_does_not_serve_asks_to_come_back_and_guesses_no_cause(patient, db):
    response = patient.get("/database-away/")
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert "Ce qui était enregistré est gardé." in text(response)
    assert "redémarre" not in text(response)


def test_an_old_form_says_so(person, settings):
    strict = StrictClient(enforce_csrf_checks=True)
    strict.force_login(person)
    response = strict.post(f"/people/{person.pk}/rename/", {"reason": "x"})
    assert response.status_code == 403
    assert "La page était ouverte depuis trop longtemps" in text(response)


def compressed(address, **headers):
    """The answer to a browser that takes gzip; the strict client would read the bytes as text."""
    return Client().get(address, headers={"accept-encoding": "gzip", **headers})


def test_pages_are_compressed_for_browsers_that_ask(client, db):
    plain, packed = client.get("/versioned/"), compressed("/versioned/")
    assert (packed["Content-Encoding"], plain.get("Content-Encoding")) == ("gzip", None)
    assert gzip.decompress(packed.content) == plain.content


def test_a_compressed_page_that_did_not_change_is_not_sent_again(db):
    first = compressed("/versioned/")
    again = compressed("/versioned/", **{"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_what_is_compressed_already_is_left_alone(rf):
    certificate = HttpResponse(b"%PDF" + b"x" * 1000, content_type="application/pdf")
    request = rf.get("/", headers={"accept-encoding": "gzip"})
    assert CompressMiddleware(lambda request: certificate)(request).content == certificate.content
