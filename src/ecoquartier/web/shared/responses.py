"""Answers that several views and the middleware share: where to go back, and how a refusal is shown."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme


def is_htmx(request: HttpRequest) -> bool:
    """True when htmx asks for a fragment; going back in history or a boosted link asks for the whole page."""
    details = getattr(request, "htmx", None)
    return bool(details) and not details.history_restore_request and not details.boosted


def safe_path(request: HttpRequest, url: str | None) -> str:
    """`url` when it stays on this site, else an empty string: nobody is sent elsewhere by a forged address."""
    allowed = bool(url) and url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if allowed else ""


def back_url(request: HttpRequest, fallback: str = "/") -> str:
    """Where the person was: the `next` field of the form, else the referrer if it is ours, else `fallback`."""
    asked = safe_path(request, request.POST.get("next"))
    if asked:
        return asked
    referrer = safe_path(request, request.headers.get("Referer"))
    if referrer:
        parts = urlsplit(referrer)
        path = "/" + parts.path.lstrip("/")  # « //elsewhere » would be another site's address
        return f"{path}?{parts.query}" if parts.query else path
    return fallback


def refused(request: HttpRequest, sentence: str, *, fallback: str = "/") -> HttpResponse:
    """A refused act: the sentence above the page where the person was, or as a 422 fragment for htmx."""
    if is_htmx(request):
        content = render_to_string("components/message.html", {"tone": "bad", "text": sentence}, request)
        response = HttpResponse(content, status=422)
        response["HX-Retarget"] = "#messages"
        response["HX-Reswap"] = "innerHTML show:top"
        return response
    messages.error(request, sentence)
    return HttpResponseRedirect(back_url(request, fallback))
