"""Journeys in a real Chromium, on the demonstration data.

Screenshots go to `var/screenshots/`, to be looked at; `docs/images/` keeps those that the documents show.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connections
from django.test import override_settings
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from ecoquartier.ops.services.backup import stored_names
from ecoquartier.ops.services.demo import load_demo
from tests.support import databases

# Chromium looks up its maker's hosts at each start unless told not to.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREENSHOTS = settings.ROOT / "var" / "screenshots"

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright runs its own loop in the test's thread


def chromium() -> str:
    """Path of the browser; a sentence that says what to install when there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.exit("Aucun Chromium ici : apt-get install chromium", returncode=2)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


def apart(work: Callable, **kwargs) -> Any:
    """Run `work` in a thread of its own: Playwright keeps a loop running in the test’s, and sealing wants one."""

    def run() -> Any:
        try:
            return work(**kwargs)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


class Visitor:
    """Somebody in front of the site: becomes a persona in one click, reads, fills, presses."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        self.errors: list[str] = []
        page.on("console", self._listen)

    def _listen(self, message: ConsoleMessage) -> None:
        # Chromium logs each refused form (422) and each closed door (404): these are answers, not errors of the page.
        if message.type == "error" and not any(f"status of {code}" in message.text for code in (404, 422)):
            self.errors.append(message.text)

    def be(self, role: str, number: int = 0) -> str:
        """Sign in as the n-th persona of a role; returns their name."""
        self.page.context.clear_cookies()
        self.go("/compte/connexion/")
        card = self.page.locator(".card", has=self.page.get_by_role("heading", name=role, exact=True))
        card.locator("button").nth(number).click()
        self.page.wait_for_url("**/espace/")
        return self.page.locator("h1").inner_text().removeprefix("Bonjour ")

    def go(self, path: str) -> int:
        """Open a page; returns its HTTP status."""
        response = self.page.goto(self.base + path)
        assert response is not None
        return response.status

    def follow(self, words: str) -> None:
        """Click the first link whose text holds these words."""
        self.page.locator("main a", has_text=words).first.click()
        self.page.wait_for_load_state()

    def press(self, words: str) -> None:
        """Press the first button of the page's content with these words."""
        self.page.locator("main button", has_text=words).first.click()
        self.page.wait_for_load_state()

    def write(self, **values: str) -> None:
        """Fill fields by name."""
        for name, value in values.items():
            self.page.locator(f"main [name={name}]").fill(value)

    def write_everywhere(self, text: str) -> None:
        """Fill every long text of the page."""
        for area in self.page.locator("main textarea").all():
            area.fill(text)

    def choose(self, name: str, value: str) -> None:
        """Choose a radio button or tick a box: its label is what one clicks."""
        field = self.page.locator(f'main input[name="{name}"][value="{value}"]')
        self.page.locator(f'label[for="{field.get_attribute("id")}"]').first.click()

    def says(self, words: str) -> bool:
        """Whether the content of the page holds these words."""
        return words in self.page.locator("main").inner_text()

    def looked_at(self, name: str) -> None:
        """Keep the screen at 1280 and 320 px; nothing may overflow, and axe finds nothing."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        for width in (1280, 320):
            self.page.set_viewport_size({"width": width, "height": 900})
            overflow = self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
            assert not overflow, f"{name} overflows at {width} px"
            self.page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)
        self.page.set_viewport_size({"width": 1280, "height": 900})
        found = [(v["id"], len(v["nodes"])) for v in Axe().run(self.page).response["violations"]]
        assert found == [], name


@dataclass(frozen=True)
class Demonstration:
    """The demonstration, loaded once: each visitor has a copy of its database and of its files."""

    database: str
    files: Mapping[str, bytes]

    def put_back(self) -> None:
        """Make the database and the files of this test those of the demonstration."""
        connections.close_all()
        databases.make_copy(databases.copy_name(), self.database)
        for name, content in self.files.items():
            default_storage.save(name, ContentFile(content))


@pytest.fixture(scope="session")
def demonstration(live_server, django_db_setup, django_db_blocker) -> Iterator[Demonstration]:
    """Load it: its certificates say the address of the site that is visited."""
    name = f"{databases.copy_name()}_demo"
    with django_db_blocker.unblock():
        databases.make_copy(name)
        with databases.connected_to(name), override_settings(DEMO=True, BASE_URL=live_server.url):
            apart(load_demo, past=4)
            files = {name: default_storage.open(name).read() for name in stored_names(default_storage)}
    for path in chain.from_iterable(default_storage.listdir("")):
        default_storage.delete(path)
    yield Demonstration(name, files)
    with django_db_blocker.unblock():
        databases.remove(name)


@pytest.fixture
def visitor(browser: Browser, live_server, settings, demonstration: Demonstration) -> Iterator[Visitor]:
    """A visitor of the demonstration."""
    settings.DEMO = True
    settings.BASE_URL = live_server.url
    demonstration.put_back()
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900}, accept_downloads=True)
    visitor = Visitor(context.new_page(), live_server.url)
    visitor.page.set_default_timeout(10_000)
    yield visitor
    context.close()
    assert visitor.errors == []
