"""Forms of claims: asking, confirming, agreeing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ecoquartier.operations.domain.drafts import DraftLine
from ecoquartier.operations.models import Operation
from ecoquartier.operations.queries import alike, label_of
from ecoquartier.people.models import User
from ecoquartier.web.holder.forms import OrganisationForm
from ecoquartier.web.shared.communes import CommuneField
from ecoquartier.web.shared.forms import Form, RadioCards
from ecoquartier.web.shared.sheet import sheet_value

DRAFT, REGISTER = "draft", "register"


class NewOperationForm(Form):
    """Where an operation is and what it is called; those of the register that are like it are shown once."""

    name = forms.CharField(
        label=_("Nom de l’opération"), max_length=255, help_text=_("Celui que les habitants connaissent.")
    )
    commune = CommuneField(
        label=_("Commune principale"),
        help_text=_("Son nom, son code postal ou son code INSEE. Son département confirme la demande."),
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
            label = _("Aucune de ces opérations n’est la mienne")
            self.fields["is_another"] = forms.BooleanField(label=label, required=False)
            if not self.data.get("is_another"):
                raise ValidationError(
                    _("Le registre a déjà des opérations qui pourraient être la vôtre\u00a0: lisez-en la liste.")
                )
        return values


class CreationForm(NewOperationForm, OrganisationForm):
    """An operation to create, and for whom."""


class PlaceForm(NewOperationForm):
    """An operation to put in the register without holder, in the territory of the person."""

    def __init__(self, *args, actor: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["commune"].help_text = _("Son nom, son code postal ou son code INSEE, dans votre territoire.")
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


class RecogniseForm(Form):
    """The operation of the register that a creation turns out to be."""

    operation = forms.UUIDField()


class WrittenAgreementForm(OrganisationForm):
    """An agreement that a collectivité gave in writing."""

    given_on = forms.DateField(
        label=_("Date de l’accord écrit"), help_text=_("Celle de la lettre ou de la délibération.")
    )
