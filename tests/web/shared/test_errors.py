"""Error pages: each in plain French, with its status, a way out, and when to come back."""

import re
from types import SimpleNamespace

import pytest

from ecoquartier.web.shared.errors import TITLES, error_page
from ecoquartier.web.shared.gallery import ERRORS
from ecoquartier.web.shared.limits import Limit, client_network
from tests.support.client import StrictClient
from tests.web.shared.test_views import text


@pytest.fixture
def patient() -> StrictClient:
    """A client that gets the error page instead of the exception."""
    return StrictClient(raise_request_exception=False)


def test_a_wrong_host_is_a_page_that_repeats_nothing(patient, db):
    response = patient.get("/versioned/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "Cette demande n’a pas pu être comprise" in text(response)
    assert "evil.example" not in response.content.decode()


def test_a_long_form_is_refused_with_the_limit(patient, settings, db):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
    address = "/composants/confirmation/"
    settings.DEMO = True
    response = patient.post(address, {"reason": "x" * 1024 * 1024})
    assert response.status_code == 413
    assert "Un formulaire pèse 1 Mo au plus" in text(response)


def test_too_many_fields_are_refused(patient, settings, db):
    settings.DEMO = True
    response = patient.post("/composants/confirmation/", {f"field-{n}": "" for n in range(1001)})
    assert response.status_code == 413
    assert "Cet envoi compte trop d’éléments à la fois." in text(response)


def test_a_heavy_body_is_refused_before_it_is_read(patient, settings, db):
    settings.REQUEST_MAX_SIZE = 1000
    response = patient.post("/undeclared/", b"x" * 1001, content_type="application/octet-stream")
    assert response.status_code == 413
    assert patient.post("/undeclared/", b"x" * 1000, content_type="text/plain").status_code == 302


def test_an_error_page_says_when_to_come_back(rf, settings, person):
    request = rf.get("/")
    request.user = person
    response = error_page(request, 429, retry_after=90)
    assert (response.status_code, response["Retry-After"]) == (429, "90")
    assert "Attendez quelques minutes" in text(response)
    assert not error_page(request, 403).has_header("Retry-After")


def test_a_reached_limit_knows_how_long_it_lasts(db, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("ecoquartier.web.shared.limits.time", SimpleNamespace(time=lambda: now[0]))
    limit = Limit("test", most=1, seconds=600)
    assert limit.wait("a") == 0
    now[0] += 400.5
    assert limit.wait("a") == 200
    assert limit.wait("b") == 0


@pytest.mark.parametrize("name", ERRORS)
def test_every_error_page_can_be_looked_at(client, settings, db, name):
    settings.DEMO = True
    page = client.get(f"/composants/erreurs/{name}/").content.decode()
    assert re.findall(r"<h1>([^<]+)</h1>", page) == [str(ERRORS[name])]
    assert re.search(r'<p class="lead">\s*\S', page)
    assert re.search(r'<p class="actions">\s*<a class="button', page)
    assert "Traceback" not in page


def test_the_gallery_shows_every_error(client, settings, db):
    settings.DEMO = True
    page = client.get("/composants/").content.decode()
    assert all(f"/composants/erreurs/{int(code)}/" in page for code in TITLES)
    assert client.get("/composants/erreurs/418/").status_code == 404


@pytest.mark.parametrize("address", ["/composants/confirmation/", "/composants/erreurs/404/"])
def test_examples_do_not_exist_in_production(client, settings, db, address):
    settings.DEMO = False
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("inconnue", "inconnue"),
    ],
)
def test_limits_count_the_network_of_a_subscriber(rf, address, network):
    assert client_network(rf.get("/", REMOTE_ADDR=address)) == network
