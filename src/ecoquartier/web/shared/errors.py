"""Error pages: what happened, why, and a way back.

`config.urls` names these functions as `handler400` … `handler500`, and the settings name `csrf_failure`.
"""

import sys
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ecoquartier.web.shared.page import Page
from ecoquartier.web.shared.responses import back_url

RETRY_AFTER_SECONDS = 10


def error_page(request: HttpRequest, status: int, *, reason: str = "", back: str = "") -> HttpResponse:
    """Render `errors/<status>.html` inside the site's layout, with a sentence and a link back."""
    template = f"errors/{int(status)}.html"
    page = Page(title=TITLES[status], back_href=back or back_url(request))
    context = {"page": page, "reason": reason}
    return HttpResponse(render_to_string(template, context, request), status=status)


def bare_error_page(status: int) -> HttpResponse:
    """The same without anything that could fail again: no database, no session, no context processor."""
    content = render_to_string(f"errors/{int(status)}.html", {"page": Page(title=TITLES[status])})
    return HttpResponse(content, status=status)


TITLES = {
    HTTPStatus.BAD_REQUEST: _("Cette demande n’a pas pu être comprise"),
    HTTPStatus.FORBIDDEN: _("Cette page ne vous est pas ouverte"),
    HTTPStatus.NOT_FOUND: _("Cette page n’existe pas"),
    HTTPStatus.METHOD_NOT_ALLOWED: _("Cette adresse n’est pas une page"),
    HTTPStatus.CONFLICT: _("Cette étape n’est pas possible maintenant"),
    HTTPStatus.TOO_MANY_REQUESTS: _("Trop d’essais en peu de temps"),
    HTTPStatus.INTERNAL_SERVER_ERROR: _("Le service a rencontré une erreur"),
    HTTPStatus.SERVICE_UNAVAILABLE: _("Le service revient dans un instant"),
}


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a malformed or suspicious request; nothing of it is shown back."""
    return bare_error_page(HTTPStatus.BAD_REQUEST)


@login_not_required
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the sentence of the refusal, if it carries one."""
    return error_page(request, HTTPStatus.FORBIDDEN, reason=str(exception))


@login_not_required
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: unknown address, or an object that this person may not know of (the two look the same)."""
    return error_page(request, HTTPStatus.NOT_FOUND)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 with Retry-After when the database is away or restarting."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        response = bare_error_page(HTTPStatus.SERVICE_UNAVAILABLE)
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
    return bare_error_page(HTTPStatus.INTERNAL_SERVER_ERROR)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the page was too old or cookies are refused; the technical reason is not shown."""
    page = Page(title=gettext("Cette page a expiré"), back_href=back_url(request))
    return HttpResponse(render_to_string("errors/expired.html", {"page": page}, request), status=HTTPStatus.FORBIDDEN)
