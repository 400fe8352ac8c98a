"""`/compte/donnees/`: what is known of me, a copy of it, and its erasure."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import View

from ecoquartier.accounts import services
from ecoquartier.accounts.queries import held_counts, running_duty, support_opened_on
from ecoquartier.accounts.services import copies
from ecoquartier.core import clock
from ecoquartier.core.registry import personal_data
from ecoquartier.people.models import User
from ecoquartier.web.account.protection import Protected
from ecoquartier.web.shared.forms import Form
from ecoquartier.web.shared.views import AccessMixin, ConfirmPage, TemplatePage

ABOVE = ((gettext_lazy("Mon compte"), "account:home"),)
MY_DATA = (gettext_lazy("Mes données"), "account:data")
SEEN = 50


class Mine(Protected):
    """About oneself: the second factor is asked; a recent proof, to take a copy or to erase only."""

    needs_recent_proof = False
    before_second_factor = False


class MyData(Mine, TemplatePage):
    """Each thing that is kept, why so long, and how many of them."""

    title = gettext_lazy("Mes données")
    lead = gettext_lazy("Ce que la plateforme garde de vous, jusqu’à quand, et comment le reprendre.")
    breadcrumb = ABOVE
    template_name = "account/my_data.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        counts = held_counts(self.actor)
        held = [
            (capfirst(data.holds), counts[key], capfirst(data.retention))
            for key, data in personal_data.items()
            if counts.get(key)
        ]
        return super().get_context_data(
            held=held, duty=running_duty(self.actor), seen=support_opened_on(self.actor)[:SEEN], **kwargs
        )


class Export(Mine, AccessMixin, View):
    """A copy: an archive that is sent while it is made."""

    needs_recent_proof = True
    stateless = False

    def get(self, request: HttpRequest, *args, **kwargs) -> StreamingHttpResponse:
        """The archive, under a name with the day."""
        response = StreamingHttpResponse(copies.copy_of(self.actor), content_type="application/zip")
        response["Content-Disposition"] = f'attachment; filename="mes-donnees-{clock.today().isoformat()}.zip"'
        response["X-Content-Type-Options"] = "nosniff"
        return response


class EraseForm(Form):
    """One's address, typed again: erasing cannot be undone."""

    email = forms.EmailField(
        label=gettext_lazy("Votre adresse électronique"),
        help_text=gettext_lazy("Écrivez-la pour confirmer."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args, person: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_email(self) -> str:
        """The address of the account and no other."""
        if self.cleaned_data["email"].lower() != self.person.email:
            raise ValidationError(_("Ce n’est pas l’adresse de ce compte."))
        return self.cleaned_data["email"]


class Erase(Mine, ConfirmPage):
    """The end of one's account."""

    needs_recent_proof = True
    form_class = EraseForm
    title = gettext_lazy("Effacer mon compte et mes données")
    breadcrumb = (*ABOVE, MY_DATA)
    submit_label = gettext_lazy("Effacer pour toujours")
    success_url = "account:sign-in"
    success_message = gettext_lazy("Votre compte et vos données sont effacés.")
    is_dangerous = True
    effects = (
        gettext_lazy("Votre nom, votre adresse et ce que vous avez dit de vous sont effacés partout."),
        gettext_lazy("Vos actes officiels restent, sous le nom «\u00a0Personne effacée\u00a0»."),
        gettext_lazy("Vous êtes déconnecté, ici et ailleurs."),
    )
    irreversible = (gettext_lazy("Personne, pas même le bureau national, ne peut y revenir."),)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"person": self.actor}

    def get_obstacles(self) -> list[str]:
        return list(filter(None, (running_duty(self.actor),)))

    def perform(self, form: EraseForm) -> User:
        erased = services.erase(self.actor, actor=self.actor)
        logout(self.request)
        return erased
