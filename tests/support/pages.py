"""What tests of pages share: somebody signed in, and the words of a page."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from ecoquartier.people.models import User
from tests.support.client import StrictClient


def signed_in(user: User) -> StrictClient:
    """A client where the given person is signed in."""
    client = StrictClient()
    client.force_login(User.objects.get(pk=user.pk))
    return client


def words(response: Any) -> str:
    """Words of the page's body: tags removed, spaces folded, non-breaking ones plain."""
    html = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ").split())


def read(user: User, address: str) -> str:
    """The words of a page that must exist for this person."""
    response = signed_in(user).get(address)
    assert response.status_code == 200, response.status_code
    return words(response)


def queries_of(user: User, address: str) -> int:
    """How many queries a page costs, transactions aside."""
    client = signed_in(user)
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return sum(not query["sql"].startswith(("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT")) for query in captured)


class _Drawn(HTMLParser):
    """What the form of a page would send, read from its markup as a browser does."""

    def __init__(self):
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.text = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        name, value = said.get("name") or "", said.get("value")
        kind = said.get("type", "text")
        if (
            tag == "input"
            and kind not in {"file", "submit"}
            and (kind not in {"checkbox", "radio"} or "checked" in said)
        ):
            self.sent.setdefault(name, []).append("on" if value is None and kind == "checkbox" else value or "")
        elif tag == "textarea":
            self.text, self.sent[name] = name, [""]
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in said:
            self.sent[self.select] = [value or ""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # The line end after the tag is not of the text.
            self.sent[self.text] = [self.sent[self.text][0].removeprefix("\n")]
            self.text = ""

    def handle_data(self, data: str) -> None:
        if self.text:
            self.sent[self.text][0] += data


def drawn(response: Any) -> dict[str, list[str]]:
    """What the form of the page sends as it is: hidden fields too, and of the boxes only those that are ticked."""
    page = _Drawn()
    page.feed(response.content.decode().partition("<main")[2].partition("</main>")[0])
    return {name: values for name, values in page.sent.items() if name}
