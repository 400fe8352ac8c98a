"""The site closed for work says so, and when to come back."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext

from ecoquartier.core.maintenance import closed_message
from ecoquartier.web.shared.page import Page

RETRY_AFTER_SECONDS = 300
# Those who watch the machine want the truth about it.
ALWAYS_OPEN = ("/healthz", "/readyz")


class MaintenanceMiddleware:
    """Answers 503 to everything but the probes while `manage.py maintenance on` holds: no session, no database."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        message = closed_message()
        if message is None or request.path in ALWAYS_OPEN:
            return self.get_response(request)
        context = {
            "page": Page(title=gettext("Le site est fermé le temps d’une opération")),
            "status": "",
            "reason": message,
        }
        return HttpResponse(
            render_to_string("errors/maintenance.html", context),
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            headers={"Retry-After": str(RETRY_AFTER_SECONDS), "Cache-Control": "no-store"},
        )
