"""Where a request meets the rules: refusals become answers, reading never writes, nothing weighs too much."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django_htmx.http import HttpResponseClientRedirect

from ecoquartier.core.errors import DomainError, PermissionRefused
from ecoquartier.web.shared.errors import error_page, too_large
from ecoquartier.web.shared.responses import is_htmx, refused

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class DomainErrorMiddleware:
    """Turns the domain's refusals into HTTP; the only other place is the form that shows them beside its fields.

    PermissionRefused → 403 page with its sentence. Any other DomainError → the sentence as a message on the page
    where the person was (422 fragment for htmx); when a page could not even be shown, a 409 page says why.
    A redirect answered to htmx moves the whole page, never a fragment of it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_htmx(request) and 300 <= response.status_code < 400 and response.has_header("Location"):
            return _client_redirect(response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; leave every other exception to Django."""
        if not isinstance(exception, DomainError):
            return None
        if isinstance(exception, PermissionRefused) and not is_htmx(request):
            return error_page(request, HTTPStatus.FORBIDDEN, reason=exception.message)
        if request.method in SAFE_METHODS and not is_htmx(request):
            return error_page(request, HTTPStatus.CONFLICT, reason=exception.message)
        response = refused(request, exception.message)
        if isinstance(exception, PermissionRefused):
            response.status_code = HTTPStatus.FORBIDDEN
        return response


def _client_redirect(response: HttpResponse) -> HttpResponse:
    """The same redirect in the words of htmx, cookies kept."""
    moved = HttpResponseClientRedirect(response["Location"])
    moved.cookies = response.cookies
    return moved


class WriteOnReadError(RuntimeError):
    """A page tried to change the database while answering a GET: a bug, never shown as a refusal."""


_writes_allowed: ContextVar[bool] = ContextVar("writes_allowed", default=False)
_WRITE = re.compile(r"\s*(INSERT|UPDATE|DELETE|MERGE|TRUNCATE)\b", re.IGNORECASE)
_WITH = re.compile(r"\s*WITH\b", re.IGNORECASE)
_WRITE_IN_WITH = re.compile(r"\b(INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|MERGE\s+INTO)\b", re.IGNORECASE)


@contextmanager
def writes_allowed() -> Iterator[None]:
    """Let the block write although the request only reads (example: the trace of the support mode).

    Every use is a decision: say why in a comment beside it.
    """
    token = _writes_allowed.set(True)
    try:
        yield
    finally:
        _writes_allowed.reset(token)


def exempt_tables() -> tuple[str, ...]:
    """Tables of the machinery that any request may write: sessions and the database cache (rate limits, locks)."""
    in_database = (options for options in settings.CACHES.values() if options["BACKEND"].endswith("DatabaseCache"))
    return ("django_session", *(options["LOCATION"] for options in in_database))


class ReadOnlyGuard:
    """The database wrapper of one request; `is_lifted` once its view has declared that it writes."""

    def __init__(self) -> None:
        self.is_lifted = False

    def __call__(self, execute, sql, params, many, context):
        """Refuse a statement that writes, unless lifted, allowed, or on a table of the machinery."""
        text = str(sql)
        if self.writes(text) and not (self.is_lifted or _writes_allowed.get()):
            raise WriteOnReadError(f"GET must not write: {text[:200]}")
        return execute(sql, params, many, context)

    @staticmethod
    def writes(text: str) -> bool:
        """True for INSERT, UPDATE, DELETE, MERGE and TRUNCATE, also behind WITH, on a table of ours."""
        if not (_WRITE.match(text) or (_WITH.match(text) and _WRITE_IN_WITH.search(text))):
            return False
        return not any(f'"{table}"' in text for table in exempt_tables())


class ReadOnlyMiddleware:
    """GET never writes: on safe methods the database refuses statements that change rows.

    Mail scanners and browsers open links ahead of people; only a POST is an act. Sessions and the cache are exempt.
    A view that must write on GET (sign-in callback) carries `writes_on_get = True`; code may use `writes_allowed()`.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE_METHODS:
            return self.get_response(request)
        request.read_only_guard = ReadOnlyGuard()
        with ExitStack() as wrappers:
            for connection in connections.all():
                wrappers.enter_context(connection.execute_wrapper(request.read_only_guard))
            return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        """Lift the guard for a view that declares that it writes."""
        guard = getattr(request, "read_only_guard", None)
        if guard and getattr(view_func, "writes_on_get", False):
            guard.is_lifted = True


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Every view asks for an account unless it is marked public; a public view is not asked who is there.

    Django's own middleware reads the session first, which would cost two queries and `Vary: Cookie` on public pages.
    """

    def process_view(self, request, view_func, view_args, view_kwargs):
        """Let public views through before the session is read."""
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class CompressMiddleware(GZipMiddleware):
    """Compresses what is text; images, PDF and archives are compressed already.

    The size of a compressed page tells a little of what it holds (BREACH): our cookies are never sent by another site's
    scripts (SameSite), the CSRF token is masked anew in each page, and Django adds a random length.
    """

    types = ("text/", "application/json", "application/geo+json", "application/xml", "application/atom+xml")

    def process_response(self, request, response):
        """Compress texts of some length, for browsers that ask for it."""
        if not response.get("Content-Type", "").startswith(self.types):
            return response
        return super().process_response(request, response)


class RequestSizeMiddleware:
    """Refuses what weighs more than `REQUEST_MAX_SIZE`, files included, before anything is read or kept."""

    # A browser reads the answer once it has sent everything; one that sends far more is not waited for.
    patience = 4

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._announced(request) <= settings.REQUEST_MAX_SIZE:
            return self.get_response(request)
        left = self.patience * settings.REQUEST_MAX_SIZE
        while left > 0 and (chunk := request.read(1 << 16)):
            left -= len(chunk)
        return too_large()

    @staticmethod
    def _announced(request: HttpRequest) -> int:
        text = request.headers.get("content-length") or "0"
        return int(text) if text.isdecimal() else 0
