"""Pages that change how one signs in: not for a session that has proved less than the account asks."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy

from ecoquartier.web.account.second_factor import has_proved_second_factor, has_second_factor, is_recently_proved

ABOVE = (
    (gettext_lazy("Mon espace"), "space:home"),
    (gettext_lazy("Sécurité de mon compte"), "account:security"),
)


class Protected:
    """A page of one's account: second factor proved if one is set up, identity proved in the last minutes.

    Open before the roles of the person may use anything else: that is where they set up what is asked of them.
    """

    signed_in = True
    before_second_factor = True
    needs_recent_proof = True

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Send to the proof that is missing, then back here."""
        missing = self.missing_proof(request) if request.user.is_authenticated else ""
        if missing:
            return redirect_to_login(request.get_full_path(), resolve_url(missing))
        response = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    def missing_proof(self, request: HttpRequest) -> str:
        """Name of the page where the missing proof is given; empty when none is."""
        if not has_proved_second_factor(request) and has_second_factor(request.user):
            return "account:second-factor"
        if self.needs_recent_proof and not is_recently_proved(request):
            return "account:identity"
        return ""


class SecretLink:
    """A page whose address is a secret: not kept by the browser, not told to the next site."""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Answer, then say so."""
        response = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(response)
        # Not « no-referrer »: browsers would then send the form of this very page without its origin, and be refused.
        response["Referrer-Policy"] = "strict-origin"
        return response
