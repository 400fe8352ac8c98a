"""The directory in a browser: the map read closer by mouse and keyboard, the same without JavaScript, the sheet."""

from __future__ import annotations

import re

import pytest

from ecoquartier.directory.models import DirectoryRow
from tests.e2e.conftest import apart

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


@pytest.fixture
def long_words(visitor):
    """An operation whose name and labelled phase are words of sixty letters."""

    def write() -> DirectoryRow:
        row = DirectoryRow.objects.filter(stage__isnull=False).order_by("slug").first()
        word = "Anticonstitutionnellement".ljust(60, "n")
        row.name, row.stages = f"{word} quartier", [{**row.stages[-1], "phases": [word]}]
        row.save(update_fields=["name", "stages"])
        return row

    return apart(write)


@pytest.mark.parametrize("with_scripts", [True, False])
def test_a_long_word_pushes_no_page_aside(browser, visitor, long_words, with_scripts):
    context = browser.new_context(java_script_enabled=with_scripts, viewport={"width": 320, "height": 900})
    page = context.new_page()
    tools = context.new_cdp_session(page)
    county = f"/ecoquartiers/?departement={long_words.county}"
    for path in (county, f"{county}&vue=carte", f"/widget/{long_words.slug}/", f"/ecoquartiers/{long_words.slug}/"):
        page.goto(visitor.base + path)
        assert page.get_by_text("Anticonstitutionnellement").count(), path
        # Asked of the browser, which answers without scripts too.
        assert tools.send("Page.getLayoutMetrics")["cssContentSize"]["width"] <= 320, path
    context.close()
