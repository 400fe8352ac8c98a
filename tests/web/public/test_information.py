"""Help, accessibility, legal notice, personal data: short, and true of this installation."""

import pytest

PAGES = ["/aide/", "/accessibilite/", "/mentions-legales/", "/donnees-personnelles/"]


@pytest.mark.parametrize("url", PAGES)
def test_pages_need_neither_person_nor_data(client, url, db, queries):
    assert queries(url) == 0
    assert not client.get(url).cookies


def test_nothing_is_claimed_that_no_audit_has_shown(db, main):
    assert "Accessibilité : non conforme" in main("/accessibilite/")


def test_the_statement_of_accessibility_is_dated(db, main):
    assert "Cette déclaration est du 22 novembre 2026." in main("/accessibilite/")


def test_who_publishes_and_hosts_the_site_comes_from_the_settings(settings, db, main, client):
    page = main("/mentions-legales/")
    assert page.count("non renseigné") == 3
    etag = client.get("/mentions-legales/").headers["ETag"]
    settings.LEGAL_PUBLISHER, settings.LEGAL_HOST = "Ministère de la Ville", "Centre de calcul, 12 rue des Lilas"
    assert client.get("/mentions-legales/", headers={"If-None-Match": etag}).status_code == 200
    page = main("/mentions-legales/")
    assert "Ministère de la Ville" in page
    assert "Centre de calcul, 12 rue des Lilas" in page
    assert page.count("non renseigné") == 1
    assert "Il lui revient" not in page


def test_a_demonstration_says_that_it_is_not_official(settings, db, main):
    assert "est édité par l’organisme qui exploite cette installation" in main("/mentions-legales/")
    settings.DEMO = True
    page = main("/mentions-legales/")
    assert "Ce n’est pas un site officiel" in page
    assert "n’y écrivez rien de réel" in main("/donnees-personnelles/")
