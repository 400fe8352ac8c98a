"""What every page has: the shell in both themes, wide and narrow, by keyboard, without JavaScript, on paper.

The pages are those of the gallery, which need no data; the journey looks at the others.
"""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from ecoquartier.people.models import User
from ecoquartier.web.shared.gallery import ERRORS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.loopback]

GALLERY = "/composants/"
FORM = "/composants/confirmation/"
PAGES = [
    GALLERY,
    f"{GALLERY}?erreurs=1",
    f"{GALLERY}?refus=1",
    FORM,
    f"{FORM}?ferme=1",
    *(f"{GALLERY}erreurs/{name}/" for name in ERRORS),
]
PASSWORD = "quatre-blocs-et-un-quartier"
KB = 1000


@pytest.fixture
def opened(browser: Browser, live_server, settings) -> Iterator[Callable[..., Page]]:
    """Opens a page of the site in a browser of the given kind (theme, width, JavaScript or not)."""
    settings.DEMO = True
    settings.BASE_URL = live_server.url
    contexts = []

    def open_page(path: str, *, width: int = 1280, **kind) -> Page:
        context = browser.new_context(
            locale="fr-FR", base_url=live_server.url, viewport={"width": width, "height": 800}, **kind
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def overflows(page: Page) -> bool:
    """Whether one must scroll sideways."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe finds: the rule, and the first element that breaks it."""
    return [(found["id"], found["nodes"][0]["html"]) for found in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_gallery_and_the_error_pages_are_accessible_at_every_width(opened, theme):
    page = opened(GALLERY, color_scheme=theme)
    grounds = {"light": "rgb(246, 244, 238)", "dark": "rgb(18, 24, 20)"}
    for path in PAGES:
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(path)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == grounds[theme]
        # 640 px is what a zoom of 200 % leaves of a window of 1280.
        for width in (1280, 640, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert not overflows(page), f"{path} overflows at {width} px"
            if width != 640:
                assert violations(page) == [], f"{path} at {width} px"


def test_the_keyboard_is_enough(opened):
    page = opened("/ecoquartiers/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Aller au contenu")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("main :focus")).to_have_count(1)

    page.goto("/ecoquartiers/")
    reached = []
    for _step in range(7):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(({innerText}, {outlineStyle, outlineWidth}) => [innerText.trim(), outlineStyle, outlineWidth])"
            "(document.activeElement, getComputedStyle(document.activeElement))"
        )
        reached.append(focused[0])
        assert focused[1:] == ["solid", "3px"], f"the focus on {focused[0]} is not seen"
    menu = page.locator(".main-nav a").all_inner_texts()
    assert reached == ["Aller au contenu", "ÉcoQuartier", *menu, "Se connecter"]


def test_the_phone_menu_opens_and_closes_by_keyboard(opened):
    page = opened(GALLERY, width=375)
    summary = page.locator(".phone-menu summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".phone-menu").get_by_role("link", name="La démarche")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(".phone-menu").get_by_role("link", name="La démarche")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".phone-menu").get_by_role("link", name="La démarche")).to_be_hidden()
    expect(summary).to_be_focused()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_refused_form_takes_the_focus_then_is_sent(opened, script):
    page = opened(FORM, java_script_enabled=script)
    page.locator("[name=proof]").set_input_files({"name": "lettre.pdf", "mimeType": "", "buffer": b"%PDF-1.7"})
    page.get_by_role("button", name="Retirer").click()
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("1 point à corriger")
    expect(page.locator("main")).to_contain_text("lettre.pdf\u00a0» n’a pas été gardé")
    summary.get_by_role("link", name="Motif").click()
    expect(page.locator("[name=reason]")).to_be_focused()
    page.locator("[name=reason]").fill("Le calendrier a changé.")
    page.get_by_role("button", name="Retirer").click()
    expect(page.locator("#messages")).to_contain_text("La candidature est retirée.")


def test_a_refusal_takes_the_focus_even_at_a_named_place(opened):
    page = opened(f"{FORM}#contenu")
    page.get_by_role("button", name="Retirer").click()
    expect(page.locator(".error-summary")).to_be_focused()


def test_the_site_works_without_javascript(opened):
    User.objects.create_user("camille@example.org", "Camille Armand", password=PASSWORD)
    page = opened("/espace/", width=375, java_script_enabled=False)
    page.locator("[name=email]").fill("camille@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form", has=page.locator("[name=password]")).get_by_role("button").click()
    page.wait_for_url("**/espace/")
    expect(page.locator("h1")).to_contain_text("Camille Armand")

    page.locator(".phone-menu summary").click()
    page.locator(".phone-menu").get_by_role("link", name="À faire").click()
    page.goto(GALLERY)
    page.get_by_text("Filtrer", exact=True).click()
    page.locator(".filters [name=q]").fill("12")
    page.get_by_role("button", name="Appliquer").click()
    assert "q=12" in page.url
    expect(page.locator(".filters details")).to_have_attribute("open", "")

    page.goto("/espace/")
    page.locator(".person-menu summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("link", name="Se connecter")).to_be_visible()


def test_pages_are_light(opened):
    """Files are served plain here: production compresses them too, and weighs less."""
    page = opened("about:blank")
    received: dict[str, tuple[str, int]] = {}
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.on("Network.responseReceived", lambda event: received.update({event["requestId"]: (event["type"], 0)}))
    devtools.on(
        "Network.loadingFinished",
        lambda event: received.update(
            {event["requestId"]: (received[event["requestId"]][0], int(event["encodedDataLength"]))}
        ),
    )

    def weight(path: str) -> dict[str, int]:
        received.clear()
        page.goto(path, wait_until="networkidle")
        weights: dict[str, int] = {}
        for kind, size in received.values():
            weights[kind] = weights.get(kind, 0) + size
        return weights

    first = weight("/")
    assert {"Document", "Stylesheet", "Font"} <= first.keys()
    assert sum(first.values()) <= 150 * KB, first
    form = weight(FORM)
    assert form.get("Script", 0) <= 60 * KB
    # The gallery is heavier than any page of the site.
    for path in (GALLERY, "/demarche/", "/ecoquartiers/", "/compte/connexion/"):
        assert sum(weight(path).values()) <= 30 * KB, path


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_paper_gets_ink_on_white_and_no_navigation(opened, theme):
    page = opened(GALLERY, color_scheme=theme)
    page.emulate_media(media="print", color_scheme=theme)
    for gone in (".main-nav", ".sign-in", ".site-footer", ".breadcrumb", ".pagination", ".filters", ".button"):
        assert page.locator(gone).count()
        assert not any(element.is_visible() for element in page.locator(gone).all()), gone
    # Nobody opens a fold on paper.
    expect(page.locator("details.disclosure:not([open]) .disclosure-body").first).to_be_visible()
    colours = "(({color, backgroundColor}) => [color, backgroundColor])(getComputedStyle(document.body))"
    assert page.evaluate(colours) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    expect(page.locator(".print-source")).to_contain_text(f"Imprimé depuis {page.url.removesuffix(GALLERY)}")
    link = "document.querySelector('main .row-list a[href^=\"/composants/\"]')"
    assert "/composants/" in page.evaluate(f"getComputedStyle({link}, '::after').content")
