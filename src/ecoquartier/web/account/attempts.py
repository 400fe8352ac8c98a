"""How often somebody may be wrong about a password: on an account from a place, from a place, on an account.

The last two slow down who tries many accounts, or one from many places. They would also let anybody keep the owner of
an account out: a browser where the owner has signed in carries a mark, and is counted apart from everybody else.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ecoquartier.web.shared.limits import Limit, client_network

FAILURES = Limit("sign-in", most=10, seconds=15 * 60)
FAILURES_FROM = Limit("sign-in-from", most=100, seconds=15 * 60)
FAILURES_ON = Limit("sign-in-on", most=50, seconds=15 * 60)
MARK = "navigateur"
MARK_SECONDS = 365 * 24 * 3600
_SALT = "account.attempts"


def seconds_to_wait(request: HttpRequest, email: str) -> int:
    """Write down a try before the password is looked at; returns how long it must wait, 0 when it may be made.

    Nobody looks whether the account exists. A try that must wait is none: it does not keep the others waiting.
    """
    counters = _counters(request, email)
    seconds = max([limit.wait(*who) for limit, who in counters])
    if seconds:
        _give_back(counters)
    return seconds


def forget_failures(request: HttpRequest, email: str) -> None:
    """After the right password: this browser starts again from nothing, what others tried stays counted."""
    own, *others = _counters(request, email)
    limit, who = own
    limit.forget(*who)
    _give_back(others)


def _give_back(counters: list[tuple[Limit, tuple[str, ...]]]) -> None:
    for limit, who in counters:
        limit.give_back(*who)


def mark_browser(response: HttpResponse, email: str) -> None:
    """Mark the browser where the owner of an account has just given the right password."""
    response.set_signed_cookie(
        MARK,
        "1",
        salt=_salt(email),
        max_age=MARK_SECONDS,
        path="/compte/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _counters(request: HttpRequest, email: str) -> list[tuple[Limit, tuple[str, ...]]]:
    if request.get_signed_cookie(MARK, default="", salt=_salt(email), max_age=MARK_SECONDS):
        return [(FAILURES, (email, request.COOKIES[MARK]))]
    place = client_network(request)
    return [(FAILURES, (email, place)), (FAILURES_FROM, (place,)), (FAILURES_ON, (email,))]


def _salt(email: str) -> str:
    # The address itself is not in the cookie: the signature alone says which it is.
    return f"{_SALT}.{email}"
