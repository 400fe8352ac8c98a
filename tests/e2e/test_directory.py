"""The directory in a browser: the map read closer by mouse and keyboard, the same without JavaScript, the sheet."""

from __future__ import annotations

import re

PINS = "[data-eq-map-pins] a"


def test_the_map_is_read_closer_and_by_keyboard(visitor):
    page = visitor.page
    visitor.go("/ecoquartiers/?vue=carte")
    page.wait_for_selector("[data-eq-map-tools]:not([hidden])")
    svg = page.locator("svg.atlas-map")
    whole = svg.get_attribute("viewBox")
    page.get_by_role("button", name="Agrandir la carte").click()
    assert svg.get_attribute("viewBox") != whole
    page.keyboard.press("Home")
    assert svg.get_attribute("viewBox") == whole
    page.locator(f"{PINS}[role=button]").first.focus()
    page.keyboard.press("Enter")
    assert svg.get_attribute("viewBox") != whole
    assert page.evaluate("document.activeElement.closest('[data-eq-map-pins]') !== null")
    page.get_by_role("button", name="Toute la France").click()
    page.locator(f"{PINS}:not([role])").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/ecoquartiers/[\w-]+/$"))


def test_a_selection_is_shared_by_its_address(visitor):
    page = visitor.page
    visitor.go("/ecoquartiers/")
    page.locator("details summary", has_text="Filtrer").click()
    page.select_option("[name=etape]", index=1)
    page.get_by_role("button", name="Appliquer").click()
    page.wait_for_url("**etape=*#resultats")
    assert page.evaluate("document.activeElement.id") == "resultats"
    assert page.locator("[name=etape]").is_hidden()
    count = page.locator("#resultats").inner_text()
    page.get_by_role("link", name="Carte et liste").click()
    page.wait_for_url("**vue=carte")
    assert page.locator("#resultats").inner_text() == count
    visitor.go(page.url.removeprefix(visitor.base))
    assert page.locator("#resultats").inner_text() == count
    assert page.locator(".chosen a").count() == 1
    # A selection fills the map.
    page.locator("details summary", has_text="1 filtre").click()
    page.select_option("[name=departement]", index=1)
    page.get_by_role("button", name="Appliquer").click()
    page.wait_for_selector("svg.atlas-map.is-close")
    visitor.looked_at("annuaire-selection")


def test_the_pages_are_accessible_and_fit_a_phone(visitor):
    visitor.go("/ecoquartiers/?vue=carte")
    visitor.page.wait_for_selector("[data-eq-map-tools]:not([hidden])")
    visitor.looked_at("annuaire-carte")
    sheet = visitor.page.locator(".operation-card a").first.get_attribute("href")
    visitor.go("/ecoquartiers/?q=jardin&etape=2")
    visitor.looked_at("annuaire-recherche")
    visitor.go(sheet)
    visitor.looked_at("fiche")
    visitor.go(sheet.replace("/ecoquartiers/", "/widget/"))
    visitor.looked_at("cadre")
