"""What machines read."""

import json

import pytest

from ecoquartier.awards.domain.credential import trust_from_json, verify_credential


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


@pytest.mark.parametrize("url", ["/healthz", "/robots.txt", "/.well-known/did.json"])
def test_machines_only_read(client, url):
    assert client.post(url).status_code == 405
