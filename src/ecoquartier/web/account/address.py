"""Changing one's address: asked here, confirmed from the mail sent to the new one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.accounts.queries import address_of_key
from ecoquartier.accounts.services import credentials
from ecoquartier.people.models import User
from ecoquartier.web.account.forms import AddressForm
from ecoquartier.web.account.protection import ABOVE, Protected, SecretLink
from ecoquartier.web.shared.forms import Form
from ecoquartier.web.shared.limits import Limit
from ecoquartier.web.shared.views import ActionView, ConfirmPage, FormPage

ASKED = Limit("address", most=5, seconds=60 * 60)


class AddressChange(Protected, FormPage):
    """`/compte/adresse/`: nothing changes before the link is opened; nothing says whose address it may be."""

    form_class = AddressForm
    template_name = "account/address.html"
    title = gettext_lazy("Changer mon adresse")
    breadcrumb = ABOVE
    submit_label = gettext_lazy("Recevoir le lien")
    success_url = "account:security"

    def get_lead(self) -> str:
        return _("Votre adresse actuelle est %(address)s. Elle sert à vous connecter et à vous écrire.") % {
            "address": self.actor.email
        }

    def perform(self, form: AddressForm) -> None:
        if not ASKED.wait(str(self.actor.pk)):
            credentials.ask_address(self.actor, actor=self.actor, address=form.cleaned_data["address"])

    def get_success_message(self, result: None) -> str:
        return _("Si cette adresse peut servir, un lien vient d’y partir. Il fonctionne pendant un jour.")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(pending=self.actor.pending_email, **kwargs)


class AddressCancel(Protected, ActionView):
    """`/compte/adresse/annuler/`: the address stays as it is."""

    service = credentials.cancel_address
    success_message = gettext_lazy("Votre adresse ne change pas.")
    next = "account:address"

    def get_object(self) -> User:
        """Oneself."""
        return self.actor


class AddressConfirm(SecretLink, Protected, ConfirmPage):
    """`/compte/adresse/lien/<key>/`: by the owner of the account only, whoever reads the mail."""

    title = gettext_lazy("Confirmer ma nouvelle adresse")
    breadcrumb = ABOVE
    submit_label = gettext_lazy("Confirmer cette adresse")
    success_url = "account:security"
    success_message = gettext_lazy("Votre adresse a changé\u00a0: c’est avec elle que vous vous connectez.")
    needs_recent_proof = False

    def get_effects(self) -> list[str]:
        address = address_of_key(self.actor, self.kwargs["key"])
        return (
            [_("%(address)s remplace %(former)s.") % {"address": address, "former": self.actor.email}]
            if address
            else []
        )

    def get_obstacles(self) -> list[str]:
        if address_of_key(self.actor, self.kwargs["key"]):
            return []
        return [_("Ce lien ne sert plus, ou il a été demandé depuis un autre compte.")]

    def perform(self, form: Form) -> User:
        return credentials.confirm_address(self.actor, actor=self.actor, key=self.kwargs["key"])
