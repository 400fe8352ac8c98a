"""`/espace/assistance/`: asking to see the platform as somebody does, entering, leaving."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import support_asked_by
from ecoquartier.accounts.enums import SupportState
from ecoquartier.accounts.models import SupportSession
from ecoquartier.accounts.services import support
from ecoquartier.accounts.workflow import is_running, person_may_be_seen
from ecoquartier.web.shared.limits import Limit
from ecoquartier.web.shared.responses import refused
from ecoquartier.web.shared.views import ActionView, FormPage, ListPage
from ecoquartier.web.support.forms import AskForm
from ecoquartier.web.support.middleware import SESSION_KEY

SPACE = (gettext_lazy("Mon espace"), "space:home")
SUPPORT = (gettext_lazy("Assistance"), "support:home")
REFUSAL = gettext_lazy("L’assistance technique est un rôle que confie le bureau national.")
ASKED = Limit("support-ask", most=10, seconds=60 * 60)
TONES = {SupportState.ASKED: "wait", SupportState.OPENED: "ok", SupportState.REFUSED: "bad"}


class Home(ListPage):
    """The sessions that one asked for."""

    scope = support_asked_by
    permission = "support.ask"
    refusal = REFUSAL
    title = gettext_lazy("Assistance")
    lead = gettext_lazy(
        "Voir la plateforme comme la voit une personne, pour l’aider, sans rien pouvoir y faire, deux heures au plus."
    )
    breadcrumb = (SPACE,)
    template_name = "support/home.html"
    empty_text = gettext_lazy(
        "Vous n’avez demandé aucune assistance. Demandez-en une quand une personne vous signale un problème\u00a0: "
        "quelqu’un du bureau national l’ouvre, et la personne est prévenue."
    )

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "rows": [
                (session, session.get_state_display(), TONES.get(SupportState(session.state), "neutral"))
                for session in context["rows"]
            ]
        }


class Ask(FormPage):
    """A person, a reason, a time."""

    permission = "support.ask"
    refusal = REFUSAL
    form_class = AskForm
    title = gettext_lazy("Demander une assistance")
    lead = gettext_lazy("Une autre personne du bureau national l’ouvre ou la refuse.")
    breadcrumb = (SPACE, SUPPORT)
    submit_label = gettext_lazy("Demander")
    success_message = gettext_lazy("Votre demande attend une personne du bureau. Vous recevrez sa réponse.")
    success_url = "support:home"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "actor": self.actor}

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Ask, not so often that addresses could be tried one after the other."""
        if ASKED.wait(str(self.actor.pk)):
            messages.error(request, _("Trop de demandes\u00a0: réessayez dans une heure."))
            return HttpResponseRedirect(resolve_url("support:home"))
        return super().post(request, *args, **kwargs)

    def perform(self, form: AskForm) -> SupportSession:
        values = form.cleaned_data
        return support.ask(
            self.actor,
            actor=self.actor,
            person=values["email"],
            reason=values["reason"],
            minutes=values["minutes"],
        )


class Enter(ActionView):
    """From now on, this browser shows what the person sees."""

    scope = support_asked_by
    permission = "support.use"
    refusal = REFUSAL
    next = "support:home"

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Remember the session; each page asks again whether it may still be used."""
        reason = is_running(self.object) or person_may_be_seen(self.object)
        if reason:
            return refused(request, reason, fallback=self.get_fallback_url())
        request.session[SESSION_KEY] = str(self.object.pk)
        return HttpResponseRedirect(resolve_url("space:home"))


class Leave(ActionView):
    """Oneself again; the session may be entered again while it is opened."""

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Forget the session."""
        request.session.pop(SESSION_KEY, None)
        messages.success(request, _("Vous voyez de nouveau la plateforme comme vous-même."))
        return HttpResponseRedirect(resolve_url("support:home"))


class End(ActionView):
    """The end of a session, or of what was asked."""

    scope = support_asked_by
    permission = "support.end"
    refusal = REFUSAL
    service = support.end
    success_message = gettext_lazy("Cette assistance est terminée.")
    next = "support:home"
