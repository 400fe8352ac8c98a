"""What allauth asks the platform: its sentences, its messages, its secrets, and who may open an account (nobody)."""

from __future__ import annotations

import base64
from hashlib import sha256
from typing import Any, ClassVar
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.accounts.services import credentials
from ecoquartier.people.models import User
from ecoquartier.web.account.second_factor import is_recently_proved
from ecoquartier.web.shared.limits import client_network

SENTENCES = {
    "incorrect_code": gettext_lazy("Ce code n’est pas le bon, ou il a déjà servi."),
    "too_many_login_attempts": gettext_lazy("Trop d’essais\u00a0: réessayez dans quelques minutes."),
    "rate_limited": gettext_lazy("Trop d’essais\u00a0: réessayez dans quelques minutes."),
    "cannot_generate_recovery_codes": gettext_lazy(
        "Les codes de secours viennent avec une application de codes ou une clé d’accès."
    ),
}
CHANGES = {
    "mfa/email/totp_activated": gettext_lazy("une application de codes a été ajoutée"),
    "mfa/email/totp_deactivated": gettext_lazy("l’application de codes a été retirée"),
    "mfa/email/webauthn_added": gettext_lazy("une clé d’accès a été ajoutée"),
    "mfa/email/webauthn_removed": gettext_lazy("une clé d’accès a été retirée"),
    "mfa/email/recovery_codes_generated": gettext_lazy("de nouveaux codes de secours ont été faits"),
}


class AccountAdapter(DefaultAccountAdapter):
    """The pipeline of sign-in: after the password, the second factor, and nothing else."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | SENTENCES

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an account is opened by an invitation."""
        return False

    def get_login_stages(self) -> list[str]:
        """What stands between the password, or another provider, and the session."""
        return ["ecoquartier.web.account.second_factor.SecondFactorStage"]

    def is_reauthentication_required(self, *, app: str, **kwargs) -> bool:
        """Acts on the account ask for a proof of the last minutes; having just signed in is one."""
        return not is_recently_proved(context.request)

    def pre_login(self, request: HttpRequest, user: User, **more: Any) -> None:
        """Let a suspended person go on to the second factor: who has not proved everything learns nothing."""

    def login(self, request: HttpRequest, user: User) -> None:
        """Open the session, at the end of the pipeline; nobody suspended goes further.

        Raises:
            ImmediateHttpResponse: the account is suspended, which its owner reads.
        """
        if not user.is_active:
            clear_login(request)
            messages.error(request, _("Votre compte est suspendu. Pour le faire rétablir, écrivez au bureau national."))
            raise ImmediateHttpResponse(HttpResponseRedirect(resolve_url(settings.LOGIN_URL)))
        super().login(request, user)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The network that the limits count, believed from `TRUSTED_PROXIES` only."""
        return client_network(request)

    def add_message(self, request: HttpRequest, level: int, message_template=None, *args, **kwargs) -> None:
        """Say nothing: each page says what it did, in its own words."""

    def send_notification_mail(self, template_prefix: str, user: User, *args, **kwargs) -> None:
        """Tell what changed through the outbox, in one language and layout with every other message."""
        credentials.tell_second_factor(user, change=str(CHANGES[template_prefix]))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets are not in clear in the database nor in its backups, and keys are those of this site only."""

    error_messages: ClassVar[dict[str, Any]] = DefaultMFAAdapter.error_messages | SENTENCES

    def encrypt(self, text: str) -> str:
        """Encrypt the secret of an application of codes, or the seed of recovery codes."""
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again, also under a former SECRET_KEY that is still in SECRET_KEY_FALLBACKS."""
        return _vault().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """The name of a passkey that was given none."""
        return _("Clé d’accès n°\u00a0%(n)s") % {"n": user.authenticator_set.filter(type=type).count() + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site as browsers know it: the host of BASE_URL, never the one that a request claims."""
        return {"id": urlsplit(settings.BASE_URL).hostname or "", "name": "ÉcoQuartier"}


def _vault() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(sha256(f"second-factor:{key}".encode()).digest())) for key in keys]
    )
