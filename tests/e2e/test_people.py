"""Pages of one's account, of people and of organisations, as those who use them see them: wide and narrow, by day and
by night, with and without JavaScript.
"""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from ecoquartier.accounts.models import Invitation
from ecoquartier.accounts.queries import invitation_secret
from ecoquartier.ops.services.cast import DOMAIN
from ecoquartier.people.enums import OrganisationKind
from ecoquartier.people.models import Organisation, User
from tests.e2e.conftest import Visitor, apart

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.loopback]

VISITOR = ("connexion/", "mot-de-passe/oublie/", "mot-de-passe/lien/x/", "invitation/x/")
ACCOUNT = (
    *("", "securite/", "sessions/", "notifications/", "donnees/", "donnees/effacer/", "adresse/", "adresse/lien/x/"),
    *("mot-de-passe/", "application/", "application/retirer/", "codes-de-secours/", "cles/ajouter/", "identite/"),
)
DIRECTORY = ("personnes/", "personnes/inviter/", "organismes/")


def directory_of_the_bureau() -> list[str]:
    """The pages about a correspondent, their role, their organisation, and what is done about them."""
    person = User.objects.get(email=f"correspondant-53@{DOMAIN}")
    of_person = [f"personnes/{person.pk}/{act}" for act in ("", "role/", "suspendre/", "retablir/", "fusionner/")]
    landlord = Organisation.objects.get(kind=OrganisationKind.LANDLORD, memberships__isnull=False)
    of_organisation = [f"organismes/{landlord.pk}/{act}" for act in ("", "modifier/", "rattacher/", "fusionner/")]
    return [
        *("", *DIRECTORY, "personnes/?q=nulle+part", "personnes/?role=correspondent", "organismes/?q=nulle+part"),
        *(*of_person, f"personnes/roles/{person.grants.get().pk}/terminer/"),
        *(*of_organisation, f"personnes/rattachements/{landlord.memberships.get().pk}/terminer/"),
        "organismes/ajouter/",
    ]


def walk(visitor: Visitor, base: str, addresses) -> list[tuple]:
    """Open each page by day on a screen, by night on a phone; returns what is wrong, page by page."""
    found = []
    for address in addresses:
        visitor.go(base + address)
        for width, theme in ((1280, "light"), (320, "dark")):
            visitor.page.set_viewport_size({"width": width, "height": 900})
            visitor.page.emulate_media(color_scheme=theme)
            seen = visitor.page.evaluate("document.documentElement.scrollWidth")
            rules = [(v["id"], v["nodes"][0]["html"]) for v in Axe().run(visitor.page).response["violations"]]
            if seen > width or rules:
                found.append((base + address, width, seen, rules))
        words = visitor.page.locator("main").inner_text()
        found += [(base + address, word) for word in ("None", "---", "'' ", "{", "  ") if word in words]
    return found


def test_pages_of_people_are_accessible_at_every_width(visitor: Visitor):
    invitation = Invitation.objects.get()
    found = walk(visitor, "/compte/", [*VISITOR, f"invitation/{invitation_secret(invitation.pk)}/"])
    visitor.be("Membre")
    found += walk(visitor, "/compte/", ACCOUNT)
    visitor.be("Bureau national")
    found += walk(visitor, "/espace/pilotage/", directory_of_the_bureau())
    for role in ("Coordonnateur régional", "Correspondant ville durable", "Délégué d’une association d’élus"):
        visitor.be(role)
        found += walk(visitor, "/espace/pilotage/", DIRECTORY)
    assert found == []


def test_an_invitation_needs_no_script(browser, visitor: Visitor):
    context = browser.new_context(locale="fr-FR", java_script_enabled=False, viewport={"width": 320, "height": 900})
    plain = Visitor(context.new_page(), visitor.base)
    plain.be("Coordonnateur régional")
    plain.go("/espace/pilotage/personnes/inviter/")
    plain.write(email="elue@ville.example", reason="Élue en mars, à l’œuvre.")
    plain.press("Envoyer l’invitation")
    assert plain.says("Indiquez un organisme")
    assert plain.page.locator("[name=reason]").input_value() == "Élue en mars, à l’œuvre."
    plain.write(organisation="Commune de Laval")
    plain.press("Envoyer l’invitation")
    assert plain.says("elue@ville.example")
    invitation = Invitation.objects.get(email="elue@ville.example")
    context.clear_cookies()
    plain.go(f"/compte/invitation/{invitation_secret(invitation.pk)}/")
    plain.write(full_name="Zoé d’Œuvré", password="quatre mots bout à bout")
    plain.press("Accepter l’invitation")
    assert apart(User.objects.get, email="elue@ville.example").full_name == "Zoé d’Œuvré"
    context.close()
