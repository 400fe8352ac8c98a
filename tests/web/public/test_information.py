"""Help, accessibility, legal notice, personal data: short, and true of this installation."""

import pytest

PAGES = ["/aide/", "/accessibilite/", "/mentions-legales/", "/donnees-personnelles/"]


@pytest.mark.parametrize("url", PAGES)
def test_pages_need_neither_person_nor_data(client, url, db, queries):
    assert queries(url) == 0
    assert not client.get(url).cookies


def test_nothing_is_claimed_that_no_audit_has_shown(db, main):
    assert "Accessibilité : non conforme" in main("/accessibilite/")


def test_a_demonstration_says_that_it_is_not_official(settings, db, main):
    assert "est édité par l’organisme qui exploite cette installation" in main("/mentions-legales/")
    settings.DEMO = True
    page = main("/mentions-legales/")
    assert "Ce n’est pas un site officiel" in page
    assert "n’y écrivez rien de réel" in main("/donnees-personnelles/")
