"""Dossiers in any state, and those who open their pages."""

import re
from html import unescape

import pytest

from ecoquartier.people.models import User
from tests.support.client import StrictClient


@pytest.fixture
def sign_in():
    """A client where the given person is signed in."""

    def make(user: User) -> StrictClient:
        client = StrictClient()
        client.force_login(User.objects.get(pk=user.pk))
        return client

    return make


@pytest.fixture
def page_of(sign_in):
    """The words of a page as one person reads it, tags removed, spaces folded; the page must exist for them."""

    def read(user: User, address: str) -> str:
        response = sign_in(user).get(address)
        assert response.status_code == 200, response.status_code
        return text(response)

    return read


def text(response) -> str:
    """Words of the page's body."""
    html = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
