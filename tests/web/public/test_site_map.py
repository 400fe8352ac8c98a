"""The site map: what is public, in files of a length that search engines read."""

import pytest

from ecoquartier.directory.services import rebuild
from ecoquartier.operations.models import Operation
from ecoquartier.operations.services import add_operation
from ecoquartier.territories.models import Commune
from ecoquartier.web.public import site_map as files

FILES = ("/sitemap.xml", "/sitemap-pages.xml", "/sitemap-1.xml")


def test_it_lists_what_is_public(world, public_operation, client, site_map):
    operation = public_operation()
    hidden = add_operation(name="Le Moulin caché", lead_commune=Commune.objects.get(pk="53130"))
    assert client.get("/sitemap.xml").headers["Content-Type"] == "application/xml"
    found = site_map()
    assert len(found) == len(set(found))
    assert f"http://testserver/ecoquartiers/{operation.slug}/" in found
    assert f"http://testserver/ecoquartiers/{hidden.slug}/" not in found
    assert {
        "http://testserver/",
        "http://testserver/demarche/etapes/4/",
        "http://testserver/referentiel/2016/20/",
    } <= set(found)


def test_it_leads_to_pages_that_exist(world, public_operation, client, site_map):
    public_operation()
    for address in site_map():
        assert client.get(address.removeprefix("http://testserver")).status_code == 200, address


def test_without_operation_it_has_its_pages(db, client, site_map):
    assert "http://testserver/ecoquartiers/" in site_map()
    assert client.get("/sitemap-1.xml").status_code == 404


def test_beyond_what_a_file_may_list_there_is_another(public_operation, client, site_map, monkeypatch):
    monkeypatch.setattr(files, "MOST_ADDRESSES", 2)
    slugs = {public_operation(name).slug for name in ("Les Rives", "La Gare", "Le Quai", "Le Pré", "Le Lac")}
    assert client.get("/sitemap-3.xml").status_code == 200
    assert [client.get(f"/sitemap-{number}.xml").status_code for number in (0, 4)] == [404, 404]
    assert {f"http://testserver/ecoquartiers/{slug}/" for slug in slugs} <= set(site_map())


@pytest.mark.parametrize("url", FILES)
def test_who_has_it_is_told_so_until_it_changes(public_operation, client, url):
    operation = public_operation()
    response = client.get(url)
    assert {"public", "no-cache"} == set(response["Cache-Control"].split(", "))
    known = {"If-None-Match": response["ETag"]}
    assert client.get(url, headers=known).status_code == 304
    Operation.objects.filter(pk=operation.pk).update(name="Les Tanneries neuves")
    rebuild([operation.pk])
    assert client.get(url, headers=known).status_code == (200 if url == "/sitemap-1.xml" else 304)


@pytest.mark.parametrize("url", FILES)
def test_its_queries_are_constant(world, public_operation, queries, url):
    public_operation()
    one = queries(url)
    public_operation("Les Rives")
    public_operation("La Gare")
    assert queries(url) == one <= 8
