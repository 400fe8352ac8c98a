"""What territories add to the référentiel, as the services see it: wide and narrow, by day and by night, without a
script too.
"""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from ecoquartier.framework.models import LocalSupplement
from ecoquartier.framework.queries import latest_version
from ecoquartier.framework.services.versions import copy_version, publish
from ecoquartier.people.enums import Role
from ecoquartier.people.models import User
from tests.e2e.conftest import Visitor, apart

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.loopback]

BASE = "/espace/services/declinaisons/"


def walk(visitor: Visitor, addresses) -> list[tuple]:
    """Open each page by day on a screen, by night on a phone; returns what is wrong, page by page."""
    found = []
    for address in addresses:
        assert visitor.go(BASE + address) == 200, address
        for width, theme in ((1280, "light"), (320, "dark")):
            visitor.page.set_viewport_size({"width": width, "height": 900})
            visitor.page.emulate_media(color_scheme=theme)
            seen = visitor.page.evaluate("document.documentElement.scrollWidth")
            rules = [(v["id"], v["nodes"][0]["html"]) for v in Axe().run(visitor.page).response["violations"]]
            if seen > width or rules:
                found.append((address, width, seen, rules))
    return found


def publish_the_next_version() -> None:
    """The same référentiel under another code: what territories wrote is then of the version before."""
    bureau = User.objects.filter(grants__role=Role.BUREAU).first()
    latest = latest_version()
    publish(copy_version(latest, actor=bureau, code="2031", title="Référentiel 2031"), actor=bureau)


def test_pages_of_supplements_are_accessible_at_every_width(visitor: Visitor):
    proposed = LocalSupplement.objects.get(state="proposed")
    published = LocalSupplement.objects.get(state="published", county="53")
    visitor.be("Correspondant ville durable")
    found = walk(visitor, ["", "?q=nulle+part", "ecrire/", f"{proposed.pk}/", f"{proposed.pk}/modifier/"])
    found += walk(visitor, [f"{published.pk}/", f"{published.pk}/recopier/"])
    apart(publish_the_next_version)
    found += walk(visitor, ["", f"{published.pk}/", f"{published.pk}/recopier/"])
    assert visitor.says("Reprendre dans la version 2031")
    visitor.be("Coordonnateur régional")
    found += walk(visitor, ["", f"{proposed.pk}/", f"{proposed.pk}/rendre/", f"{proposed.pk}/publier/"])
    found += walk(visitor, [f"{published.pk}/retirer/"])
    assert found == []


def test_a_county_proposes_and_its_region_publishes_without_a_script(browser, visitor: Visitor):
    context = browser.new_context(locale="fr-FR", java_script_enabled=False, viewport={"width": 320, "height": 900})
    plain = Visitor(context.new_page(), visitor.base)
    plain.page.set_default_timeout(10_000)
    plain.be("Correspondant ville durable")
    plain.go(f"{BASE}ecrire/")
    plain.page.locator("[name=commitment]").select_option(label="14. Mobilités")
    plain.write(questions="Qui répare les vélos ?", indicator_1_title="Places de vélo")
    plain.press("Ajouter un indicateur")
    assert plain.page.locator("[name=indicator_1_title]").input_value() == "Places de vélo"
    assert plain.page.locator("[name=indicator_2_title]").is_visible()
    plain.press("Enregistrer le brouillon")
    assert plain.says("Dites pourquoi ce territoire a besoin de cette déclinaison.")
    plain.page.locator("[name=indicator_1_kind]").select_option(label="Nombre entier")
    plain.page.locator("[name=indicator_1_direction]").select_option(label="Plus haut, c’est mieux")
    plain.write(reason="Exemple inventé : l’atelier du bourg a fermé.")
    plain.press("Enregistrer le brouillon")
    assert plain.says("Qui répare les vélos")
    plain.follow("Proposer à la publication")
    plain.press("Proposer à la publication")
    address = plain.page.url
    plain.be("Coordonnateur régional")
    assert plain.says("Publier ou rendre la déclinaison locale")
    plain.page.goto(address)
    plain.follow("Publier")
    plain.press("Publier")
    assert plain.says("Ce que le public lit")
    context.close()
