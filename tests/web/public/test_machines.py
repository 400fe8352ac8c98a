"""What machines read."""

import json
import re

import pytest

from ecoquartier.awards.domain.credential import trust_from_json, verify_credential
from ecoquartier.operations.services import add_operation
from ecoquartier.territories.models import Commune


def addresses(response) -> set[str]:
    """The addresses of a site map."""
    return set(re.findall(r"<loc>([^<]+)</loc>", response.content.decode()))


def test_did_document_verifies_our_credentials(certified, client):
    response = client.get("/.well-known/did.json")
    assert response.headers["Content-Type"] == "application/did+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    document = json.loads(response.content)
    assert document["id"] == "did:web:testserver"
    assert "d" not in document["verificationMethod"][0]["publicKeyJwk"]
    trust = trust_from_json(response.content)
    assert verify_credential(certified.certificate.credential, trust=trust).ok


@pytest.mark.parametrize(
    ("demo", "lines"),
    [
        (False, ["Disallow: /espace/", "Disallow: /compte/", "Sitemap: http://testserver/sitemap.xml"]),
        (True, ["Disallow: /"]),
    ],
)
def test_robots(client, settings, demo, lines):
    settings.DEMO = demo
    assert client.get("/robots.txt").content.decode().splitlines() == ["User-agent: *", *lines]


def test_site_map_lists_what_is_public(world, public_operation, client):
    operation = public_operation()
    hidden = add_operation(name="Le Moulin caché", lead_commune=Commune.objects.get(pk="53130"))
    response = client.get("/sitemap.xml")
    assert response.headers["Content-Type"] == "application/xml"
    found = addresses(response)
    assert f"http://testserver/ecoquartiers/{operation.slug}/" in found
    assert f"http://testserver/ecoquartiers/{hidden.slug}/" not in found
    assert {
        "http://testserver/",
        "http://testserver/demarche/etapes/4/",
        "http://testserver/referentiel/2016/20/",
    } <= found


def test_site_map_leads_to_pages_that_exist(world, public_operation, client):
    public_operation()
    for address in addresses(client.get("/sitemap.xml")):
        assert client.get(address.removeprefix("http://testserver")).status_code == 200, address


def test_queries_of_the_site_map_are_constant(world, public_operation, queries):
    public_operation()
    one = queries("/sitemap.xml")
    public_operation("Les Rives")
    public_operation("La Gare")
    assert queries("/sitemap.xml") == one <= 8


@pytest.mark.parametrize("url", ["/healthz", "/robots.txt", "/.well-known/did.json"])
def test_machines_only_read(client, url):
    assert client.post(url).status_code == 405
