"""The référentiel as a guide: wide and narrow, by day and by night, on paper, with and without JavaScript."""

from __future__ import annotations

import pytest

from ecoquartier.framework.models import Commitment
from tests.e2e.conftest import Visitor
from tests.e2e.test_people import walk
from tests.web.public.test_framework import added, published

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.loopback]

PAGES = (
    *("", "?q=eau", "?q=pluie+patrimoine", "?q=" + "a" * 120, "?enjeu=inclusion&odd=14", "?enjeu=resilience"),
    *("2016/", "2016/9/", "2016/16/", "2016/16/?territoire=departement-53", "2016/16/?territoire=x"),
    *("2016/indicateurs/", "2016/indicateurs/?enjeu=x", "2016/imprimer/", "ancienne/", "ancienne/1/"),
    *("comparer/", "comparer/?de=ancienne&a=ancienne", "comparer/?de=x"),
)


@pytest.fixture
def two_versions(visitor):
    """A retired version beside that of the campaign, and what two territories add to a commitment."""
    published("ancienne", state="retired")
    sixteen = Commitment.objects.get(framework="2016", number=16)
    measure = {"title": "Recul du trait de côte", "unit": "m/an", "kind": "decimal", "direction": "lower", "method": ""}
    added(sixteen, county="53", questions="Où sera la plage dans trente ans ?", indicators=[measure])
    added(sixteen, region="52")


@pytest.mark.usefixtures("two_versions")
def test_every_page_is_accessible_at_every_width(visitor: Visitor):
    assert walk(visitor, "/referentiel/", PAGES) == []


def test_the_heads_of_cards_are_not_cut(visitor: Visitor):
    visitor.page.set_viewport_size({"width": 320, "height": 900})
    visitor.go("/referentiel/2016/indicateurs/")
    room, needed = visitor.page.locator("td[data-label=Engagement]").first.evaluate("""cell => {
        const head = getComputedStyle(cell, "::before"), word = document.createElement("canvas").getContext("2d");
        word.font = head.font;
        return [parseFloat(head.width), word.measureText("Engagement").width];
    }""")
    assert needed <= room


@pytest.mark.usefixtures("two_versions")
def test_a_designer_finds_a_question_without_a_script(browser, visitor: Visitor):
    context = browser.new_context(locale="fr-FR", java_script_enabled=False, viewport={"width": 320, "height": 900})
    plain = Visitor(context.new_page(), visitor.base)
    plain.go("/referentiel/")
    plain.write(q="plages")
    plain.press("Chercher")
    assert plain.says("1 engagement trouvé")
    plain.follow("Déclinaison locale, Mayenne (53)")
    assert plain.says("Où sera la plage dans trente ans")
    plain.follow("Résilience")
    plain.page.locator("main select[name=enjeu]").select_option("inclusion")
    plain.press("Chercher")
    plain.follow("Mobilités")
    assert plain.page.locator("h1").inner_text() == "14. Mobilités"
    context.close()


@pytest.mark.usefixtures("two_versions")
def test_paper_has_no_menu_and_a_sheet_for_each_dimension(visitor: Visitor):
    visitor.go("/referentiel/2016/imprimer/")
    visitor.page.emulate_media(media="print")
    for hidden in (".site-header nav", ".site-footer", ".breadcrumb", ".sign-in"):
        assert not visitor.page.locator(hidden).first.is_visible(), hidden
    breaks = "node => getComputedStyle(node).breakBefore"
    dimensions = visitor.page.locator(".printed-dimension").all()
    assert [node.evaluate(breaks) for node in dimensions] == ["page"] * 4
    # Four dimensions of five commitments, none cut in two, after a sheet for the contents.
    assert 5 <= visitor.page.pdf(format="A4").count(b"/Type /Page\n") <= 14
