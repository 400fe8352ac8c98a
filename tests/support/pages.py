"""What tests of pages share: somebody signed in, and the words of a page."""

import re
from html import unescape
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
