"""The map of the directory in a browser: what it groups, what it says, what it writes, what it remembers."""

from __future__ import annotations

import re

PINS = "[data-eq-map-pins] a"
# Boxes on the screen of each pin and of each name written, with the frame overseas where its middle stands, if any.
SHOWN = """() => {
  const box = (node) => {
    const {left, top, right, bottom} = node.getBoundingClientRect();
    return {left, top, right, bottom};
  };
  const all = (selector) => [...document.querySelectorAll(selector)];
  const frames = all(".map-frame").map(box);
  const pins = all("[data-eq-map-pins] a").map((pin) => {
    const mark = box(pin.querySelector("circle, use"));
    const x = (mark.left + mark.right) / 2, y = (mark.top + mark.bottom) / 2;
    const frame = frames.find((one) => one.left < x && x < one.right && one.top < y && y < one.bottom);
    return {...mark, frame, label: pin.getAttribute("aria-label")};
  });
  const names = all("[data-eq-map-towns] text, .pin-name").map((text) => ({...box(text), said: text.textContent}));
  return {map: box(document.querySelector("svg.atlas-map")), pins, names};
}"""
TERRITORIES = ("La Réunion", "Mayotte", "Guadeloupe", "Martinique", "Polynésie française")


def live(visitor, path="/ecoquartiers/?vue=carte"):
    """The map of a page, once its script has drawn it."""
    visitor.go(path)
    visitor.page.wait_for_selector("svg.is-live")
    return visitor.page.evaluate(SHOWN)


def overlap(one, other):
    """Whether two boxes cross by more than a pixel."""
    across = min(one["right"], other["right"]) - max(one["left"], other["left"])
    return across > 1 and min(one["bottom"], other["bottom"]) - max(one["top"], other["top"]) > 1


def is_inside(one, other):
    """Whether a box is in another, to a pixel."""
    return (
        one["left"] >= other["left"] - 1
        and one["top"] >= other["top"] - 1
        and one["right"] <= other["right"] + 1
        and one["bottom"] <= other["bottom"] + 1
    )


def test_marks_stay_in_their_territory_and_say_a_place(visitor):
    page = visitor.page
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 640})
        shown = live(visitor)
        overseas = [pin for pin in shown["pins"] if pin["frame"]]
        # One mark a territory at this distance, whole in its frame; none of the mainland among them.
        assert len({pin["frame"]["left"] + pin["frame"]["top"] for pin in overseas}) == len(overseas) > 5
        assert all(is_inside(pin, pin["frame"]) for pin in overseas)
        groups = [pin["label"] for pin in shown["pins"] if pin["label"].endswith(", agrandir")]
        assert all(re.fullmatch(r"\d+ opérations\xa0: .+, agrandir", label) for label in groups)
        assert any(name in label for name in TERRITORIES for label in groups)
        assert any(label.endswith("Paris et alentours, agrandir") for label in groups)
        assert shown["map"]["bottom"] - shown["map"]["top"] < 640


def test_nothing_is_written_over_anything(visitor):
    page = visitor.page
    for width, path in (
        (1280, "/ecoquartiers/?vue=carte&region=11"),
        (1280, "/ecoquartiers/?vue=carte&departement=75"),
        (320, "/ecoquartiers/?vue=carte&region=32"),
        (320, "/ecoquartiers/?vue=carte&region=04"),
    ):
        page.set_viewport_size({"width": width, "height": 900})
        shown = live(visitor, path)
        names = shown["names"]
        assert names
        assert not [(a["said"], b["said"]) for a in names for b in names if a is not b and overlap(a, b)]
        assert not [(a["said"], pin["label"]) for a in names for pin in shown["pins"] if overlap(a, pin)]
        assert len({name["said"] for name in names}) == len(names)
    # What is said to be visible is.
    page.set_viewport_size({"width": 1280, "height": 900})
    live(visitor)
    page.locator(f"{PINS}[role=button]", has_text="Paris").first.press("Enter")
    shown = page.evaluate(SHOWN)
    whole = [pin for pin in shown["pins"] if is_inside(pin, shown["map"])]
    counts = [int(n[0]) if (n := re.match(r"\d+(?= opérations)", pin["label"])) else 1 for pin in whole]
    assert page.locator("[data-eq-map-note]").inner_text() == f"Opérations visibles\xa0: {sum(counts)}"


def test_the_script_says_what_the_server_says_and_keeps_the_view(visitor, browser):
    page = visitor.page
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{visitor.base}/ecoquartiers/?vue=carte&region=04")
    said = {pin.get_attribute("href"): pin.get_attribute("aria-label") for pin in plain.locator(PINS).all()}
    context.close()
    live(visitor, "/ecoquartiers/?vue=carte&region=04")
    assert {pin.get_attribute("href"): pin.get_attribute("aria-label") for pin in page.locator(PINS).all()} == said
    page.get_by_role("button", name="Agrandir la carte").click()
    seen = page.locator("svg.atlas-map").get_attribute("viewBox")
    page.locator(f"{PINS}:not([role])").first.press("Enter")
    page.wait_for_url(re.compile(r"/ecoquartiers/[\w-]+/$"))
    page.go_back()
    page.wait_for_selector("svg.is-live")
    assert page.locator("svg.atlas-map").get_attribute("viewBox") == seen
    page.get_by_role("button", name="Tout le territoire").click()
    assert page.locator("svg.atlas-map").get_attribute("viewBox") != seen
