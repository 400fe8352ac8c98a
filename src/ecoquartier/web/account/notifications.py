"""`/compte/notifications/`: what one receives, and how; an address that fails."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from ecoquartier.notifications import services
from ecoquartier.notifications.enums import CADENCES, Family
from ecoquartier.notifications.queries import bounce_of, preferences_of
from ecoquartier.people.models import User
from ecoquartier.web.account.forms import NotificationsForm
from ecoquartier.web.shared.views import ActionView, FormPage


class Notifications(FormPage):
    """One choice for each family of messages that leaves one."""

    signed_in = True
    form_class = NotificationsForm
    title = gettext_lazy("Notifications")
    lead = gettext_lazy("Ce que la plateforme vous écrit, et quand.")
    breadcrumb = ((gettext_lazy("Mon espace"), "space:home"),)
    template_name = "account/notifications.html"
    success_message = gettext_lazy("Vos choix sont enregistrés.")
    success_url = "account:notifications"

    def get_initial(self) -> dict[str, str]:
        return {family.value: cadence.value for family, cadence in preferences_of(self.actor).items()}

    def perform(self, form: NotificationsForm) -> User:
        chosen = {family: cadence for family, cadence in form.cleaned_data.items() if cadence}
        return services.choose(self.actor, actor=self.actor, cadences=chosen)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            official=[family.label for family in Family if len(CADENCES[family]) == 1],
            bounce=bounce_of(self.actor),
            **kwargs,
        )


class ConfirmAddress(ActionView):
    """The person says that their address works."""

    success_message = gettext_lazy("Votre adresse est de nouveau considérée comme bonne.")
    service = services.confirm_address
    next = "account:notifications"

    def get_object(self) -> User:
        """Oneself."""
        return self.actor
