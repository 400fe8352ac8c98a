"""Error pages: what happened, why, and a way back.

`config.urls` names these functions as `handler400` … `handler500`, and the settings name `csrf_failure`.
"""

import sys
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ecoquartier.core.logs import current_trace
from ecoquartier.web.shared.files import file_size
from ecoquartier.web.shared.page import Page
from ecoquartier.web.shared.responses import back_url

RETRY_AFTER_SECONDS = 10


def error_page(
    request: HttpRequest, status: int, *, reason: str = "", back: str = "", retry_after: int = 0
) -> HttpResponse:
    """Render `errors/<status>.html` inside the site's layout, with a sentence and a link back.

    `retry_after`: seconds before the same request may succeed, said to machines too.
    """
    page = Page(title=TITLES[status], back_href=back or back_url(request))
    context = {"page": page, "status": int(status), "reason": reason}
    response = HttpResponse(render_to_string(f"errors/{int(status)}.html", context, request), status=status)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


def bare_error_page(status: int, *, reason: str = "") -> HttpResponse:
    """The same without anything that could fail again: no database, no session, no context processor."""
    context = {"page": Page(title=TITLES[status]), "status": int(status), "reason": reason, "trace": current_trace()}
    return HttpResponse(render_to_string(f"errors/{int(status)}.html", context), status=status)


TITLES = {
    HTTPStatus.BAD_REQUEST: _("Cette demande n’a pas pu être comprise"),
    HTTPStatus.FORBIDDEN: _("Cette page ne vous est pas ouverte"),
    HTTPStatus.NOT_FOUND: _("Cette page n’existe pas"),
    HTTPStatus.METHOD_NOT_ALLOWED: _("Cette adresse n’est pas une page"),
    HTTPStatus.CONFLICT: _("Cette action n’est pas possible maintenant"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("Cet envoi est trop lourd"),
    HTTPStatus.TOO_MANY_REQUESTS: _("Trop d’essais en peu de temps"),
    HTTPStatus.INTERNAL_SERVER_ERROR: _("Le service a rencontré une erreur"),
    HTTPStatus.SERVICE_UNAVAILABLE: _("Le service ne répond pas pour le moment"),
}


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a malformed or suspicious request, of which nothing is shown back; 413 when it is only too large."""
    if isinstance(exception, RequestDataTooBig):
        return too_large()
    if isinstance(exception, TooManyFieldsSent | TooManyFilesSent):
        return too_large(gettext("Cet envoi compte trop d’éléments à la fois."))
    return bare_error_page(HTTPStatus.BAD_REQUEST)


def size_limits() -> str:
    """What may be sent, in a sentence."""
    return gettext("Un formulaire pèse %(form)s au plus, et %(files)s avec ses fichiers.") % {
        "form": file_size(settings.DATA_UPLOAD_MAX_MEMORY_SIZE),
        "files": file_size(settings.REQUEST_MAX_SIZE),
    }


def too_large(reason: str = "") -> HttpResponse:
    """413: more than a form or its files may weigh, unless `reason` says otherwise."""
    return bare_error_page(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, reason=reason or size_limits())


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
    """500, or 503 with Retry-After when the database does not serve: away, restarting, without room."""
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
    context = {"page": page, "status": int(HTTPStatus.FORBIDDEN)}
    return HttpResponse(render_to_string("errors/expired.html", context, request), status=HTTPStatus.FORBIDDEN)
