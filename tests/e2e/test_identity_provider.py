"""Signing in by the identity provider of the demonstration, in a real browser.

What only a browser shows: the policy of contents is held against the redirection that answers a form, on the site as at
the provider; the session comes back from another origin; nothing needs a script.
"""

from __future__ import annotations

import threading

import pytest
from allauth.socialaccount.models import SocialAccount
from playwright.sync_api import expect

from ecoquartier.ops.management.commands.run_demo_provider import Server
from ecoquartier.ops.services.identity_provider import make_provider
from tests.e2e.conftest import apart

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.loopback]

LABEL = "ProConnect (démonstration)"


@pytest.fixture
def served(visitor, settings):
    """The provider, served beside the site of the visitor and known to it, its form allowed by the policy."""
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = "http://localhost:0/", "demo", "secret"
    settings.OIDC_LABEL, settings.OIDC_SECOND_FACTOR_ACR = LABEL, ["eidas2"]
    server = apart(lambda: Server(make_provider()))
    origin = f"http://localhost:{server.server_port}"
    apart(_move, origin=origin, server=server)
    settings.OIDC_ISSUER = f"{origin}/"
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**policy, "form-action": ["'self'", origin]}}
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield origin
    server.shutdown()
    thread.join()
    server.server_close()


def _move(origin: str, server: Server) -> None:
    """The port is known once it is taken: the provider and its accounts take their name then."""
    server.provider.issuer = f"{origin}/"
    SocialAccount.objects.update(provider=f"{origin}/")


def leave(visitor, agent: str, button: str) -> None:
    """From the site to the provider, then back as this agent."""
    page = visitor.page
    page.wait_for_url("**/autoriser?**")
    expect(page.locator("h1")).to_have_text("Fournisseur d’identité de démonstration")
    page.get_by_label(agent).check()
    page.get_by_role("button", name=button).click()


def test_an_agent_of_the_state_signs_in(visitor, served):
    page = visitor.page
    visitor.go("/compte/connexion/?next=/espace/dossiers/")
    visitor.press(f"Se connecter avec {LABEL}")
    visitor.looked_at("identity-provider")
    leave(visitor, "Correspondant ville durable", "Continuer avec une double vérification")
    page.wait_for_url("**/espace/dossiers/")
    visitor.go("/compte/securite/")
    assert visitor.says(f"{LABEL} ouvre votre compte depuis le")
    visitor.looked_at("security-provider")
    visitor.follow(f"Retirer le lien avec {LABEL}")
    visitor.press("Retirer le lien")
    page.wait_for_url("**/compte/securite/")

    # The proof of the provider went with the link: a persona enters in one click, then links it again.
    visitor.be("Correspondant ville durable")
    visitor.go("/compte/fournisseur/relier/")
    visitor.looked_at("provider-link")
    visitor.press("Continuer")
    leave(visitor, "Agent inconnu ici", "Continuer sans double vérification")
    page.wait_for_url("**/compte/securite/")
    assert visitor.says(f"Vous pouvez maintenant vous connecter avec {LABEL}.")


def test_who_is_not_known_and_who_proved_too_little(visitor, served):
    page = visitor.page
    visitor.go("/compte/connexion/")
    visitor.press(f"Se connecter avec {LABEL}")
    leave(visitor, "Agent inconnu ici", "Continuer avec une double vérification")
    page.wait_for_url("**/compte/connexion/fournisseur/retour/**")
    assert visitor.says("n’ouvre aucun compte ici")
    visitor.looked_at("identity-refusal")
    # Chromium logs the answer of a refused return, which is no error of the page.
    assert [error for error in visitor.errors if "403" not in error] == []
    visitor.errors.clear()
    visitor.follow("Revenir à la connexion")

    visitor.press(f"Se connecter avec {LABEL}")
    leave(visitor, "Coordonnateur régional", "Continuer sans double vérification")
    page.wait_for_url("**/compte/double-verification/**")
