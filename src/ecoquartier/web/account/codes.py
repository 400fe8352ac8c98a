"""An application of codes (TOTP) and recovery codes."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import segno
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.flows import generate_recovery_codes
from allauth.mfa.totp.internal.flows import activate_totp, deactivate_totp
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.core.errors import DomainError
from ecoquartier.people.models import User
from ecoquartier.web.account.forms import TotpForm
from ecoquartier.web.account.protection import ABOVE, Protected
from ecoquartier.web.account.second_factor import SECOND_FACTOR, note_proof
from ecoquartier.web.account.sessions import leave_second_factor
from ecoquartier.web.shared.forms import Form
from ecoquartier.web.shared.views import ConfirmPage, FormPage


def of_type(kind: str, person: User) -> QuerySet:
    """One's own means of a kind."""
    return person.authenticator_set.filter(type=kind)


class TotpAdd(Protected, FormPage):
    """`/compte/application/`: a drawing to scan, its secret to type where one cannot, a first code as a proof."""

    form_class = TotpForm
    title = gettext_lazy("Ajouter une application de codes")
    breadcrumb = ABOVE
    template_name = "account/totp_add.html"
    submit_label = gettext_lazy("Vérifier et ajouter")
    success_url = "account:recovery-codes"
    success_message = gettext_lazy("L’application de codes est ajoutée. Gardez maintenant vos codes de secours.")

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The drawing, unless there is one application already."""
        if of_type(Authenticator.Type.TOTP, self.actor).exists():
            return HttpResponseRedirect(resolve_url("account:security"))
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.actor}

    def perform(self, form: TotpForm) -> Authenticator:
        if of_type(Authenticator.Type.TOTP, self.actor).exists():
            raise DomainError(_("Une application de codes est déjà ajoutée."), code="already")
        means, _codes = activate_totp(self.request, form)
        # This code has served: whoever saw it typed cannot sign in with it.
        means.wrap().validate_code(form.cleaned_data["code"])
        note_proof(self.request, SECOND_FACTOR, type=means.type, id=means.pk)
        return means

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        secret = context["form"].secret
        url = get_adapter().build_totp_url(self.actor, secret)
        # Its white stays white on a dark screen: cameras read nothing else.
        image = segno.make(url, error="m", micro=False).svg_data_uri(scale=4, border=4, light="#fff")
        groups = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
        return {**context, "qr_code": image, "secret": groups, "totp_url": url}


class TotpRemove(Protected, ConfirmPage):
    """`/compte/application/retirer/`."""

    title = gettext_lazy("Retirer l’application de codes")
    breadcrumb = ABOVE
    submit_label = gettext_lazy("Retirer l’application")
    success_url = "account:security"
    success_message = gettext_lazy("L’application de codes est retirée.")
    is_dangerous = True

    def get_effects(self) -> list[str]:
        return [_("Ses codes n’ouvriront plus votre compte."), *self.get_consequences()]

    def get_consequences(self) -> list[str]:
        """What else it means for those whose roles ask for a second factor."""
        if not self.actor.has_perm("accounts.prove_second_factor"):
            return []
        return [
            _("Vos fonctions demandent une double vérification\u00a0: sans autre moyen, elle vous sera redemandée.")
        ]

    def get_object(self) -> Authenticator | None:
        """The application, if there is one."""
        return of_type(Authenticator.Type.TOTP, self.actor).first()

    def get_obstacles(self) -> list[str]:
        return [] if self.object else [_("Vous n’avez pas d’application de codes.")]

    def perform(self, form: Form) -> None:
        if self.object:
            deactivate_totp(self.request, self.object)
            leave_second_factor(self.request)


class RecoveryCodes(Protected, FormPage):
    """`/compte/codes-de-secours/`: shown once, by a POST; new ones replace the old."""

    form_class = Form
    title = gettext_lazy("Codes de secours")
    lead = gettext_lazy("Chacun ouvre votre compte une fois, si votre téléphone ou votre clé est perdu.")
    breadcrumb = ABOVE
    template_name = "account/recovery_codes.html"

    def get_object(self) -> Authenticator | None:
        """The codes of this person, if a second factor gave them some."""
        return of_type(Authenticator.Type.RECOVERY_CODES, self.actor).first()

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Show those that nobody has seen, or new ones; the next answer shows none."""
        if self.object is None:
            raise DomainError(str(get_adapter().error_messages["cannot_generate_recovery_codes"]), code="none")
        if self.object.wrap().did_view:
            self.object = generate_recovery_codes(request)
        codes = self.object.wrap()
        codes.mark_as_viewed()
        shown = codes.get_unused_codes()
        text = _("Codes de secours ÉcoQuartier de %(address)s") % {"address": self.actor.email}
        file = "\n".join([text, "", *shown, ""])
        address = f"data:text/plain;charset=utf-8,{quote(file)}"
        return self.render_to_response(self.get_context_data(codes=shown, file_url=address))

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        found = self.object.wrap() if self.object else None
        return super().get_context_data(
            **{"codes": [], "file_url": ""} | kwargs,
            left=len(found.get_unused_codes()) if found else None,
            were_shown=bool(found and found.did_view),
        )
