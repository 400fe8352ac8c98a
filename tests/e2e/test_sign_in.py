"""Signing in, in a real browser.

A person of the bureau signs in with their password; the platform asks for a second factor before anything else; they
add a passkey (a virtual one, held by Chromium), keep their recovery codes, leave, and come back with the key alone.
Then the password with a code of an application.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from ecoquartier.people.enums import Role
from ecoquartier.people.models import RoleGrant, User
from tests.e2e.conftest import apart
from tests.web.account.support import code_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.loopback]

PASSWORD = "une phrase assez longue"
ADDRESS = "dominique@example.org"


def make_official() -> None:
    """Somebody of the bureau, who is not a persona."""
    person = User.objects.create_user(ADDRESS, "Dominique Martin", PASSWORD)
    RoleGrant.objects.create(user=person, role=Role.BUREAU)


@pytest.fixture
def authenticator(visitor):
    """A passkey holder inside Chromium, that says yes at once."""
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def give_password(visitor) -> None:
    visitor.page.context.clear_cookies()
    visitor.go("/compte/connexion/")
    visitor.write(email=ADDRESS, password=PASSWORD)
    visitor.page.get_by_role("button", name="Se connecter", exact=True).click()
    visitor.page.wait_for_load_state()


def test_a_passkey_from_its_making_to_the_next_sign_in(visitor, authenticator):
    apart(make_official)
    page = visitor.page
    visitor.go("/compte/connexion/")
    visitor.looked_at("sign-in")
    visitor.go("/compte/mot-de-passe/oublie/")
    visitor.looked_at("reset-ask")

    give_password(visitor)
    page.wait_for_url("**/compte/double-verification/**")
    visitor.looked_at("second-factor-setup")
    visitor.go("/espace/pilotage/")
    page.wait_for_url("**/compte/double-verification/**")

    visitor.follow("Ajouter une clé d’accès")
    visitor.looked_at("passkey-add")
    visitor.write(name="Ordinateur du bureau")
    visitor.press("Créer la clé")
    page.wait_for_url("**/compte/codes-de-secours/")
    visitor.press("Montrer mes codes")
    expect(page.locator("main code")).to_have_count(10)
    visitor.looked_at("recovery-codes")
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger en texte").click()
    assert download.value.suggested_filename == "codes-de-secours.txt"
    assert len(re.findall(r"^\d{8}$", download.value.path().read_text(), re.MULTILINE)) == 10

    assert visitor.go("/espace/pilotage/") == 200
    visitor.go("/compte/securite/")
    assert visitor.says("Ordinateur du bureau")
    visitor.looked_at("security")
    visitor.go("/compte/sessions/")
    visitor.looked_at("sessions")

    page.context.clear_cookies()
    visitor.go("/compte/connexion/")
    visitor.press("Se connecter avec une clé d’accès")
    page.wait_for_url("**/espace/")
    assert visitor.go("/espace/pilotage/") == 200

    # The key is also the second factor of who gives a password.
    give_password(visitor)
    page.wait_for_url("**/compte/double-verification/**")
    visitor.looked_at("second-factor")
    visitor.press("Avec une clé d’accès")
    page.wait_for_url("**/espace/")


def test_an_application_of_codes(visitor):
    apart(make_official)
    page = visitor.page
    give_password(visitor)
    visitor.follow("Ajouter une application de codes")
    page.locator("summary", has_text="Vous ne pouvez pas viser").click()
    visitor.looked_at("totp-add")
    secret = page.locator("main code").inner_text().replace(" ", "")
    drawing = page.locator("main img[src^='data:image/svg+xml']")
    assert drawing.evaluate("image => image.complete && image.naturalWidth > 100")
    visitor.write(code=code_of(secret))
    visitor.press("Vérifier et ajouter")
    page.wait_for_url("**/compte/codes-de-secours/")
    assert visitor.go("/espace/pilotage/") == 200
    for path, name in (
        ("/compte/mot-de-passe/", "password"),
        ("/compte/adresse/", "address"),
        ("/compte/application/retirer/", "totp-remove"),
        ("/compte/identite/", "identity"),
    ):
        assert visitor.go(path) == 200
        visitor.looked_at(name)
