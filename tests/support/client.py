"""The test client that reads every page it receives, as a strict browser and a careful reviewer would."""

import re
import time
from html.parser import HTMLParser
from typing import Any

from allauth.account.internal.userkit import user_id_to_str
from django.db import connection
from django.test import Client

# Data for machines inside a page: never executed, so the policy of scripts does not concern it.
DATA_SCRIPTS = {"application/ld+json", "application/json"}


class _Faults(HTMLParser):
    """Collects what our pages may not contain."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._form: dict[str, Any] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "script" and "src" not in names and names.get("type") not in DATA_SCRIPTS:
            self.found.append("inline script")
        if tag == "style":
            self.found.append("inline <style>")
        self.found += [f"attribute {name} on <{tag}>" for name in names if name == "style" or name.startswith("on")]
        if tag == "form":
            self._form = {"post": (names.get("method") or "").lower() == "post", "token": False}
        if tag == "input" and names.get("name") == "csrfmiddlewaretoken" and self._form:
            self._form["token"] = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._form:
            if self._form["post"] and not self._form["token"]:
                self.found.append("POST form without CSRF token")
            self._form = None


def page_faults(html: str) -> list[str]:
    """Return what a page contains and should not: inline code, template syntax, a POST form without its token."""
    faults = _Faults()
    faults.feed(html)
    faults.close()
    faults.found += [f"template syntax {mark}" for mark in re.findall(r"\{\{|\{%|\{#", html)]
    return faults.found


def run_commit_callbacks() -> None:
    """Run what waits for a commit that the transaction around a test never does; callbacks may add others."""
    while connection.run_on_commit:
        _savepoints, callback, _robust = connection.run_on_commit.pop(0)
        callback()


class StrictClient(Client):
    """Django's client, plus: faults of a page fail the test, and what waits for the commit runs after each request.

    In production a request ends with its commit; in a test the surrounding transaction hides it.
    """

    def force_login(self, user: Any, backend: str | None = None, *, second_factor: bool = True) -> None:
        """Sign in without a form, as somebody who has just proved their second factor unless told otherwise."""
        super().force_login(user, backend)
        session = self.session
        proof = {"method": "mfa" if second_factor else "password", "at": time.time()}
        session["account_authentication_methods"] = [proof]
        session["account_authentication_methods_user"] = user_id_to_str(user)
        session.save()

    def request(self, **request: Any) -> Any:
        """Answer as Django's client does."""
        response = super().request(**request)
        if connection.in_atomic_block:
            run_commit_callbacks()
        if not response.streaming and response.get("Content-Type", "").startswith("text/html"):
            faults = page_faults(response.content.decode(response.charset))
            assert not faults, f"{request.get('PATH_INFO')}: {', '.join(sorted(set(faults)))}"
        return response
