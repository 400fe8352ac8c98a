"""Forms of claims: asking, confirming, agreeing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from ecoquartier.operations.domain.drafts import DraftLine
from ecoquartier.operations.models import Operation
from ecoquartier.operations.queries import alike, label_of
from ecoquartier.people.enums import Role
from ecoquartier.people.models import User
from ecoquartier.web.holder.forms import OrganisationForm
from ecoquartier.web.shared.communes import HINT, CommuneField
from ecoquartier.web.shared.forms import Form, RadioCards
from ecoquartier.web.shared.sheet import sheet_value

DRAFT, REGISTER = "draft", "register"


class NewOperationForm(Form):
    """Where an operation is and what it is called; those of the register that are like it are shown once."""

    none_of_them = _("Aucune de ces opérations n’est la mienne")
    are_alike = _("Le registre a déjà des opérations qui pourraient être la vôtre\u00a0: lisez-en la liste.")

    name = forms.CharField(
        label=_("Nom de l’opération"), max_length=255, help_text=_("Celui que les habitants connaissent.")
    )
    commune = CommuneField(
        label=_("Commune principale"),
        help_text=format_lazy("{} {}", HINT, _("Son département confirme la demande.")),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.alike: list[Operation] = []
        self.order_fields(["name", "commune"])

    def clean(self) -> dict[str, Any]:
        """Another name, or the word of the person that it is another operation.

        Raises:
            ValidationError: the register has operations like it, which the person has not ruled out.
        """
        values = super().clean()
        if {"name", "commune"} <= set(values):
            self.alike = alike(values["name"], values["commune"])
        if self.alike:
            self.fields["is_another"] = forms.BooleanField(label=self.none_of_them, required=False)
            if not self.data.get("is_another"):
                raise ValidationError(self.are_alike)
        return values


class CreationForm(NewOperationForm, OrganisationForm):
    """An operation to create, and for whom."""


class PlaceForm(NewOperationForm):
    """An operation to put in the register without holder, in the territory of the person."""

    none_of_them = _("C’est une autre opération que celles-ci")
    are_alike = _("Le registre a déjà des opérations qui pourraient être celle-là\u00a0: lisez-en la liste.")

    def __init__(self, *args, actor: User, **kwargs):
        super().__init__(*args, **kwargs)
        is_national = Role.BUREAU in actor.rights.roles
        where = HINT if is_national else format_lazy("{} {}", HINT, _("Elle est dans votre territoire."))
        self.fields["commune"].help_text = where
        self.actor = actor

    def clean_commune(self):
        """A commune of their own territory.

        Raises:
            ValidationError: it is of another one.
        """
        commune = self.cleaned_data["commune"]
        if not self.actor.has_perm("operations.register", commune):
            raise ValidationError(_("Cette commune n’est pas de votre territoire."))
        return commune


class ConfirmForm(Form):
    """What the confirmation keeps where the register and the draft differ.

    Args:
        lines: what the draft fills, beside what the register says.
        faults: field → why the register cannot take it.
        terms: code → label of the terms of each list.
    """

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args,
        lines: Sequence[DraftLine],
        faults: Mapping[str, list[str]],
        terms: Mapping[str, Mapping[str, str]],
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        for line in lines:
            if not line.is_conflict and line.field not in faults:
                continue
            said = {
                REGISTER: sheet_value(line.field, line.register, terms) or _("Rien"),
                DRAFT: sheet_value(line.field, line.draft, terms),
            }
            self.fields[line.field] = forms.ChoiceField(
                label=capfirst(label_of(line.field)),
                choices=[(REGISTER, _("Garder ce que dit la fiche")), (DRAFT, _("Prendre le brouillon"))],
                widget=RadioCards(hints=said),
                help_text=" ".join(faults.get(line.field, ())),
            )

    @property
    def choices(self) -> dict[str, bool]:
        """Field → whether the draft is taken."""
        return {name: said == DRAFT for name, said in self.cleaned_data.items() if name != "seen"}


class WrittenAgreementForm(OrganisationForm):
    """An agreement that a collectivité gave in writing."""

    given_on = forms.DateField(
        label=_("Date de l’accord écrit"), help_text=_("Celle de la lettre ou de la délibération.")
    )
