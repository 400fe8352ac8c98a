"""The public addresses of an operation that was merged: they lead to the one that stays, if they ever were public."""

import pytest

from ecoquartier.directory.models import DirectoryRow
from ecoquartier.operations.models import Operation
from ecoquartier.operations.services import add_operation, merging
from ecoquartier.territories.models import Commune
from tests.support.world import fresh

KEPT = "les-tanneries-laval"
PATHS = ("/ecoquartiers/{}/", "/widget/{}/", "/oembed?url=http://testserver/ecoquartiers/{}/")


def merge(duplicate, into, bureau):
    duplicate, into = (Operation.objects.get(pk=operation.pk) for operation in (duplicate, into))
    merging.merge_operation(duplicate, actor=fresh(bureau), into=into, reason="La même, inscrite deux fois.")


@pytest.fixture
def kept(public_operation):
    return public_operation()


@pytest.fixture
def gone(world, public_operation, kept):
    """It was public when it was merged: all that made it so followed."""
    duplicate = public_operation("Le Quai", year=2013)
    merge(duplicate, kept, world.bureau)
    assert not Operation.objects.get(pk=duplicate.pk).stages.exists()
    return duplicate


@pytest.mark.parametrize("path", PATHS[:2])
def test_its_pages_have_moved(client, gone, path):
    response = client.get(path.format(gone.slug))
    assert (response.status_code, response["Location"]) == (301, path.format(KEPT))


def test_its_frame_moves_inside_the_page_of_another_site(client, gone):
    response = client.get(f"/widget/{gone.slug}/")
    assert "X-Frame-Options" not in response.headers
    assert "frame-ancestors *" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["ecoquartiers", "widget"])
def test_its_address_describes_the_frame_of_the_one_that_stays(client, gone, path):
    said = client.get("/oembed", {"url": f"http://testserver/{path}/{gone.slug}/"}).json()
    assert said["title"] == "Les Tanneries"
    assert f'src="http://testserver/widget/{KEPT}/"' in said["html"]


def test_a_question_about_it_is_about_the_one_that_stays(client, gone):
    form = client.get("/contact/", {"operation": gone.slug}).context["form"]
    assert form.initial["text"].startswith("À propos de «\u00a0Les Tanneries\u00a0»")


def test_a_merger_of_the_one_that_stays_leads_farther(client, world, public_operation, gone, kept):
    last = public_operation("La Gare", year=2014)
    merge(kept, last, world.bureau)
    for slug in (gone.slug, kept.slug):
        assert client.get(f"/ecoquartiers/{slug}/")["Location"] == "/ecoquartiers/la-gare-laval/"


def test_its_address_leads_nowhere_once_the_other_is_no_longer_public(client, gone):
    DirectoryRow.objects.all().delete()
    assert [client.get(path.format(gone.slug)).status_code for path in PATHS] == [404, 404, 404]


def test_one_that_never_was_public_stays_unknown(client, world, kept):
    """Its address is made of its name and its commune: whoever guesses it must not be told that it exists."""
    secret = add_operation(name="Secret", lead_commune=Commune.objects.get(pk="53130"))
    unknown = [client.get(path.format("inconnu-laval")) for path in PATHS]
    merge(secret, kept, world.bureau)
    for path, before in zip(PATHS, unknown, strict=True):
        after = client.get(path.format(secret.slug))
        assert (after.status_code, after.get("Location")) == (before.status_code, None) == (404, None)
    assert client.get(PATHS[1].format(secret.slug)).content == unknown[1].content


def test_a_frame_without_operation_says_so_in_the_page_of_another_site(client, db):
    response = client.get("/widget/inconnu-laval/")
    assert response.status_code == 404
    assert "Cette opération n’est pas à l’annuaire" in response.content.decode()
    assert "X-Frame-Options" not in response.headers
    assert "frame-ancestors *" in response.headers["Content-Security-Policy"]
    assert not response.cookies
