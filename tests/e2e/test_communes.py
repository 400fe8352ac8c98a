"""The commune of an organisation: by the keyboard alone, without script, on a phone.

Script: the bureau records an organisation, types a few letters, goes down the list, chooses with Enter; types a
name that twenty places bear and is asked which; makes a typing error and is asked whether it is that one.
"""

from __future__ import annotations

import pytest

from ecoquartier.people.models import Organisation
from tests.e2e.conftest import Visitor, apart

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.loopback]

ADD = "/espace/pilotage/organismes/ajouter/"


def commune_of(name: str) -> str:
    """The INSEE code of the seat of an organisation."""
    return apart(Organisation.objects.get, name=name).commune_id


def test_a_commune_is_chosen_with_the_keyboard_alone(visitor: Visitor):
    visitor.be("Bureau national")
    visitor.go(ADD)
    page = visitor.page
    page.locator("[name=name]").fill("Société des Hauts")
    page.locator("[name=kind]").select_option("developer")
    field = page.get_by_role("combobox", name="Commune du siège")
    field.focus()
    page.keyboard.type("st denis", delay=20)
    options = page.locator(".combobox-list [role=option]")
    options.first.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    assert page.locator(".combobox [role=status]").inner_text().startswith(f"{options.count()} communes proposées")
    visitor.looked_at("commune-proposals")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = options.nth(1)
    assert second.get_attribute("aria-selected") == "true"
    assert field.get_attribute("aria-activedescendant") == second.get_attribute("id")
    page.keyboard.press("Enter")
    assert field.input_value() == "Saint-Denis (93)"
    assert field.get_attribute("aria-expanded") == "false"
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/ajouter/"))
    assert visitor.says("Saint-Denis (93)")
    assert commune_of("Société des Hauts") == "93066"


def test_the_list_is_left_by_escape_and_what_is_typed_stays(visitor: Visitor):
    visitor.be("Bureau national")
    visitor.go(ADD)
    field = visitor.page.get_by_role("combobox", name="Commune du siège")
    field.press_sequentially("Nulleparville", delay=5)
    visitor.page.locator(".combobox [role=status]", has_text="Aucune commune").wait_for()
    field.fill("")
    field.press_sequentially("renn", delay=20)
    visitor.page.locator(".combobox-list [role=option]").first.wait_for()
    field.press("Escape")
    assert visitor.page.locator(".combobox-list [role=option]").count() == 0
    assert field.input_value() == "renn"
    field.press("ArrowDown")
    visitor.page.locator(".combobox-list [role=option]", has_text="Rennes (35)").click()
    assert field.input_value() == "Rennes (35)"


def test_a_commune_is_chosen_without_script(browser, visitor: Visitor):
    context = browser.new_context(locale="fr-FR", java_script_enabled=False, viewport={"width": 320, "height": 900})
    plain = Visitor(context.new_page(), visitor.base)
    plain.be("Bureau national")
    plain.go(ADD)
    plain.write(name="Société du Fleuve", commune="st denis")
    plain.page.locator("[name=kind]").select_option("developer")
    plain.press("Inscrire")
    assert plain.says("Plusieurs communes répondent")
    assert plain.page.locator("[name=name]").input_value() == "Société du Fleuve"
    assert plain.page.locator("[name=commune]").input_value() == "st denis"
    plain.choose("commune_insee", "97411")
    plain.press("Inscrire")
    assert not plain.page.url.endswith(ADD)
    assert commune_of("Société du Fleuve") == "97411"
    context.close()


def test_the_choice_and_the_search_are_accessible_at_every_width(visitor: Visitor):
    visitor.be("Bureau national")
    visitor.go(ADD)
    visitor.write(name="Société du Fleuve", commune="Sainte-Colombe")
    visitor.press("Inscrire")
    assert visitor.says("Plusieurs communes répondent")
    visitor.looked_at("commune-choice")
    visitor.go("/territoires/?q=cherbourg")
    assert visitor.says("Équeurdreville-Hainneville (50173), réunie le 1er\u00a0janvier\u00a02016")
    visitor.looked_at("territories")
    visitor.go("/territoires/?q=Nulleparville")
    visitor.looked_at("territories-none")
