"""`/compte/`: who one is here, and everything that one may change."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from ecoquartier.web.shared.views import TemplatePage


class Hub(TemplatePage):
    """My roles, my organisations, and the pages of my account."""

    signed_in = True
    title = gettext_lazy("Mon compte")
    breadcrumb = ((gettext_lazy("Mon espace"), "space:home"),)
    template_name = "account/hub.html"

    def get_lead(self) -> str:
        return f"{self.actor.full_name}, {self.actor.email}"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            roles=self.actor.grants_today,
            memberships=self.actor.memberships_today,
            may_browse=self.actor.has_perm("people.browse"),
            **kwargs,
        )
