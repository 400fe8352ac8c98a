"""`/compte/securite/`: how one signs in, and everything that changes it."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext_lazy

from ecoquartier.accounts.queries import identities_of, open_sessions, provider_name
from ecoquartier.web.account.openid_flow import provider_label
from ecoquartier.web.account.protection import Protected
from ecoquartier.web.account.second_factor import has_proved_second_factor
from ecoquartier.web.shared.views import TemplatePage


class Security(Protected, TemplatePage):
    """The means of signing in of this person, each with what can be done about it."""

    title = gettext_lazy("Sécurité de mon compte")
    lead = gettext_lazy("Ce qui ouvre votre compte, et où il est ouvert.")
    breadcrumb = ((gettext_lazy("Mon espace"), "space:home"),)
    template_name = "account/security.html"
    needs_recent_proof = False

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        by_type: dict[str, list[Authenticator]] = {kind: [] for kind in Authenticator.Type.values}
        for means in self.actor.authenticator_set.order_by("created_at", "pk"):
            by_type[means.type].append(means)
        codes = [means.wrap() for means in by_type[Authenticator.Type.RECOVERY_CODES]]
        identities = list(identities_of(self.actor)) if settings.OIDC_ISSUER else []
        return super().get_context_data(
            provider=provider_label(),
            identities=[(provider_name(identity.provider), identity) for identity in identities],
            may_link=settings.OIDC_ISSUER not in {identity.provider for identity in identities},
            totp=next(iter(by_type[Authenticator.Type.TOTP]), None),
            passkeys=by_type[Authenticator.Type.WEBAUTHN],
            codes_left=len(codes[0].get_unused_codes()) if codes else None,
            has_password=self.actor.has_usable_password(),
            is_required=self.actor.has_perm("accounts.prove_second_factor")
            and not has_proved_second_factor(self.request),
            session_count=open_sessions(self.actor).count(),
            **kwargs,
        )
