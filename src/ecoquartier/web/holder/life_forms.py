"""Forms about the life of an operation, its team and its older charters."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.operations.enums import TeamRole
from ecoquartier.web.shared.forms import Form, RadioCards

ROLE_HINTS = {
    TeamRole.LEAD: gettext_lazy("Invite, écrit, signe les dépôts, répond de l’opération."),
    TeamRole.EDITOR: gettext_lazy("Écrit dans la fiche et le carnet."),
    TeamRole.READER: gettext_lazy("Lit tout, n’écrit rien."),
}


class ReasonForm(Form):
    """Why an operation stops, or goes on again."""

    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy(
            "L’équipe, le correspondant et les collectivités le lisent\u00a0; il n’est pas public. 300 signes au plus."
        ),
    )


class SetAsideForm(Form):
    """Why a signature told by an older sheet is set aside."""

    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Il est gardé avec la signature, et va au journal. 300 signes au plus."),
    )


class ConfirmCharterForm(Form):
    """Which collectivité signed, and when."""

    organisation = forms.ChoiceField(label=gettext_lazy("Qui a signé"), widget=RadioCards())
    signed_on = forms.DateField(label=gettext_lazy("Jour de la signature, s’il est connu"), required=False)
    year = forms.IntegerField(
        label=gettext_lazy("Sinon, son année"),
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "size": 4}),
    )

    def __init__(self, *args, organisations: Iterable[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        choices = list(organisations)
        self.fields["organisation"].choices = choices
        if len(choices) == 1:
            self.fields["organisation"].initial = choices[0][0]

    def clean(self):
        """The day and the year agree; one of them is given."""
        values = super().clean()
        day, year = values.get("signed_on"), values.get("year")
        if day and year and day.year != year:
            raise ValidationError({"year": _("Cette année n’est pas celle du jour donné.")})
        return values


class RoleForm(Form):
    """A role in the team."""

    role = forms.ChoiceField(
        label=gettext_lazy("Rôle dans l’équipe"), choices=TeamRole.choices, widget=RadioCards(hints=ROLE_HINTS)
    )


class TeamInviteForm(RoleForm):
    """Somebody to invite, and in which role."""

    email = forms.EmailField(
        label=gettext_lazy("Adresse électronique"), widget=forms.EmailInput({"autocomplete": "off"})
    )
    field_order = ("email", "role")
