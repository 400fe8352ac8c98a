"""The site closed for work."""

import io

import pytest
from django.core.management import CommandError, call_command


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.ROOT_URLCONF = "ecoquartier.config.urls"
    settings.DATA_DIR = tmp_path / "not-made-yet"


def maintenance(*arguments):
    """Run the command and return what it says."""
    out = io.StringIO()
    call_command("maintenance", *arguments, stdout=out)
    return out.getvalue()


def test_closed_site_says_why_without_asking_anything(client, db, django_assert_num_queries, caplog):
    assert "maintenance off" in maintenance("on", "Mise à jour jusqu’à <14> h.")
    with django_assert_num_queries(0):
        response = client.get("/")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "300")
    assert response.headers["Cache-Control"] == "no-store"
    assert "default-src" in response.headers["Content-Security-Policy"]
    assert caplog.records == []  # a closed site is no failure
    page = response.content.decode()
    assert "Mise à jour jusqu’à &lt;14&gt; h." in page
    assert "Le site est fermé le temps d’une opération" in page


def test_closed_site_refuses_acts_too(client, db):
    maintenance("on")
    response = client.post("/compte/connexion/")
    assert response.status_code == 503
    assert "Elle rouvre bientôt" in response.content.decode()


def test_probes_still_tell_the_truth(client, db):
    maintenance("on")
    assert client.get("/healthz").status_code == 200
    assert set(client.get("/readyz").json()) == {"database", "migrations", "worker", "storage"}


def test_site_opens_again(client, db):
    maintenance("on")
    assert client.get("/").status_code == 503
    assert maintenance("off") == "Site ouvert.\n"
    maintenance("off")
    assert client.get("/").status_code == 200


def test_another_word_is_refused():
    with pytest.raises(CommandError, match="on.*off"):
        maintenance("maybe")
