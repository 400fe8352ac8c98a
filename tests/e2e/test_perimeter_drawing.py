"""A perimeter drawn in a browser, over tiles that the test serves itself.

1. The lead poses four corners, drags one, chooses one and removes it, undoes; the field says each gesture.
2. They read what was understood, correct a corner in the field, and record the drawing.
3. They start again from the perimeter in force, with the keyboard alone.
"""

import base64
import re

import pytest

from ecoquartier.operations.models import Operation, Perimeter

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.loopback]

SERVER = "https://tuiles.example.fr"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mM8febUfwAIVgOX+0RRPwAAAABJRU5ErkJggg=="
)


@pytest.fixture
def drawing(visitor, settings):
    """The page where a lead draws the perimeter of their operation."""
    settings.TILES_URL = SERVER + "/{z}/{x}/{y}.png"
    settings.TILES_CREDIT = "© la carte"
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**policy, "img-src": [*policy["img-src"], SERVER]}}
    asked = []

    def serve(route):
        asked.append(route.request.url)
        route.fulfill(body=PIXEL, content_type="image/png")

    visitor.page.route(f"{SERVER}/**", serve)
    visitor.asked = asked
    visitor.be("Pilote d’une opération")
    visitor.go("/espace/operations/")
    visitor.page.locator("main .card a, main table a, main li a").first.click()
    visitor.page.wait_for_load_state()
    visitor.page.locator("#perimetre a, .card a", has_text="périmètre").first.click()
    visitor.page.wait_for_load_state()
    visitor.follow("Dessiner sur la carte")
    return visitor


def lines(visitor) -> list[str]:
    return visitor.page.locator("textarea[name=corners]").input_value().split("\n")


def at(visitor, x: float, y: float) -> tuple[float, float]:
    """A place of the screen, from shares of the map."""
    box = visitor.page.locator("svg.draw-map").bounding_box()
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def drag(visitor, start, end) -> None:
    mouse = visitor.page.mouse
    mouse.move(*at(visitor, *start))
    mouse.down()
    mouse.move(*at(visitor, *end), steps=4)
    mouse.up()


def test_a_lead_draws_a_square_and_saves_it(drawing):
    page = drawing.page
    assert drawing.says("Posez au moins trois points.")
    drawing.press("+")
    for corner in ((0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7)):
        page.mouse.click(*at(drawing, *corner))
    four = lines(drawing)
    assert len(four) == 4
    assert all(re.fullmatch(r"-?\d+\.\d{6}, -?\d+\.\d{6}", line) for line in four)
    said = page.locator("[data-eq-said]").inner_text()
    assert re.fullmatch(
        r"Points\s: 4\. Superficie approximative\s: [\d,]+\sha\s; elle sera mesurée à la lecture\.", said
    )
    assert drawing.asked
    assert all(re.fullmatch(rf"{SERVER}/\d+/\d+/\d+\.png", url) for url in drawing.asked)
    drag(drawing, (0.7, 0.7), (0.8, 0.8))
    assert [new == old for new, old in zip(lines(drawing), four, strict=True)] == [True, True, False, True]
    drawing.press("Annuler le dernier geste")
    assert lines(drawing) == four
    # The map moves under the corners, which stay where they are.
    seen = page.locator(".draw-corner").first.bounding_box()
    drag(drawing, (0.5, 0.5), (0.4, 0.5))
    assert page.locator(".draw-corner").first.bounding_box()["x"] < seen["x"]
    assert lines(drawing) == four
    drag(drawing, (0.4, 0.5), (0.5, 0.5))
    # A new corner comes after the one that is chosen.
    page.mouse.click(*at(drawing, 0.7, 0.3))
    page.mouse.click(*at(drawing, 0.8, 0.5))
    assert [lines(drawing)[n] for n in (0, 1, 3, 4)] == four
    drawing.press("Retirer le point choisi")
    assert lines(drawing) == four
    drawing.looked_at("perimetre-dessin")
    drawing.press("Recommencer")
    assert lines(drawing) == [""]
    drawing.press("Annuler le dernier geste")
    assert lines(drawing) == four
    drawing.press("Lire le contour")
    assert drawing.says("dessin, point par point")
    drawing.looked_at("perimetre-dessin-relu")
    drawing.follow("Corriger le dessin")
    assert page.locator(".draw-corner").count() == 4
    drawing.press("Lire le contour")
    drawing.press("Enregistrer ce périmètre")
    assert drawing.says("Le périmètre en vigueur")
    operation = Operation.objects.get(pk=page.url.split("/")[5])
    recorded = Perimeter.objects.get(operation=operation, replaced_at=None)
    assert (recorded.source, len(recorded.geometry["coordinates"][0])) == ("drawn", 5)
    # Drawn again from the perimeter in force, by the keyboard alone.
    drawing.follow("Dessiner sur la carte")
    page.locator("button", has_text="Partir du périmètre actuel").click()
    assert len(lines(drawing)) == 4
    page.locator("svg.draw-map").focus()
    for key in ("ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    assert len(lines(drawing)) == 5
    page.keyboard.press("Delete")
    assert len(lines(drawing)) == 4
    drawing.looked_at("perimetre-redessine")


def test_the_field_is_the_truth(drawing):
    """What is typed is drawn, and a line that the map does not understand stays as it was typed."""
    page = drawing.page
    page.locator("svg.draw-map").focus()
    page.keyboard.press("Enter")
    first = lines(drawing)[0]
    field = page.locator("textarea[name=corners]")
    field.fill(f"{first}\n\nla mairie\n{first}")
    assert page.locator(".draw-corner").count() == 2
    assert drawing.says("Lignes que la carte ne comprend pas")
    page.mouse.click(*at(drawing, 0.2, 0.2))
    assert lines(drawing)[:3] == [first, "la mairie", first]
    drawing.press("Lire le contour")
    assert re.search(r"Ligne 2\s: «\sla mairie\s» n’est pas une latitude", page.locator("main").inner_text())
    assert lines(drawing)[1] == "la mairie"
    drawing.looked_at("perimetre-dessin-refuse")


def test_a_finger_poses_corners_on_a_phone(browser, drawing):
    phone = {"has_touch": True, "viewport": {"width": 320, "height": 700}, "locale": "fr-FR"}
    context = browser.new_context(storage_state=drawing.page.context.storage_state(), **phone)
    page = context.new_page()
    page.route(f"{SERVER}/**", lambda route: route.fulfill(body=PIXEL, content_type="image/png"))
    page.goto(drawing.page.url)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    svg = page.locator("svg.draw-map")
    svg.scroll_into_view_if_needed()
    box = svg.bounding_box()
    for x, y in ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8)):
        page.touchscreen.tap(box["x"] + x * box["width"], box["y"] + y * box["height"])
    assert page.locator("textarea[name=corners]").input_value().count("\n") == 2
    assert "Superficie approximative" in page.locator("[data-eq-said]").inner_text()
    context.close()


def test_without_javascript_the_field_is_enough(browser, drawing):
    context = browser.new_context(
        java_script_enabled=False, storage_state=drawing.page.context.storage_state(), locale="fr-FR"
    )
    page = context.new_page()
    page.goto(drawing.page.url)
    assert not page.locator("svg.draw-map").is_visible()
    operation = Operation.objects.select_related("lead_commune").get(pk=page.url.split("/")[5])
    west, south = operation.lead_commune.longitude, operation.lead_commune.latitude
    corners = [(south, west), (south, west + 0.003), (south + 0.003, west + 0.003)]
    page.locator("textarea[name=corners]").fill("\n".join(f"{north:.5f}, {east:.5f}" for north, east in corners))
    page.get_by_role("button", name="Lire le contour").click()
    page.get_by_role("button", name="Enregistrer ce périmètre").click()
    assert "dessin, point par point" in page.locator("main").inner_text()
    context.close()
