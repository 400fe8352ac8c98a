"""Forms of the holder's pages. They parse what people type in French; services and models decide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from ecoquartier.core.text import french_number, sort_key
from ecoquartier.operations.queries import matching, near
from ecoquartier.people.models import Organisation
from ecoquartier.territories.queries import regions
from ecoquartier.web.shared.forms import FilterForm, Form, RadioCards, TextField
from ecoquartier.web.templatetags.components import figure


def unix_lines(text: str) -> str:
    """The text with plain line ends: a browser sends others, which would count as a change of the content."""
    return text.replace("\r\n", "\n")


def without_spaces(value: Any) -> Any:
    """The figure as typed without the spaces that French readers put between thousands."""
    return "".join(value.split()) if isinstance(value, str) else value


class Prose(forms.CharField):
    """A text of several lines."""

    def __init__(self, *, rows: int = 5, **kwargs):
        super().__init__(widget=forms.Textarea({"rows": rows}), required=False, **kwargs)

    def to_python(self, value: Any) -> str:
        return unix_lines(super().to_python(value))


def bounds(least: float | None, most: float | None, unit: str) -> list[BaseValidator]:
    """Validators that say a bound with a French number and its unit."""
    found: list[BaseValidator] = []
    if least is not None:
        found.append(MinValueValidator(least, _("%(n)s au moins.") % {"n": f"{french_number(least)}\u00a0{unit}"}))
    if most is not None:
        found.append(MaxValueValidator(most, _("%(n)s au plus.") % {"n": f"{french_number(most)}\u00a0{unit}"}))
    return found


class Count(forms.IntegerField):
    """A number of things: « 1 240 » is understood."""

    widget = forms.TextInput

    def __init__(self, **kwargs):
        super().__init__(required=False, **kwargs)
        self.widget.attrs["inputmode"] = "numeric"

    def to_python(self, value: Any) -> int | None:
        return super().to_python(without_spaces(value))


class Measure(forms.DecimalField):
    """A measure: « 12,5 », « 12.5 » and « 1 012,5 » are understood; shown without useless zeros."""

    widget = forms.TextInput

    def __init__(self, *, min_value: float | None = None, max_value: float | None = None, unit: str = "", **kwargs):
        super().__init__(required=False, localize=True, validators=bounds(min_value, max_value, unit), **kwargs)
        self.widget.attrs["inputmode"] = "decimal"

    def to_python(self, value: Any):
        return super().to_python(without_spaces(value))


class OperationFilters(FilterForm):
    """Finding an operation in a list; `is_near` once filtered, when no row holds the words and some are like them."""

    is_near = False

    q = forms.CharField(label=_("Nom ou commune"), max_length=100)
    region = forms.ChoiceField(label=_("Région"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = [
            ("", _("Toutes")),
            *((region.pk, region.name) for region in sorted(regions(), key=lambda region: sort_key(region.name))),
        ]

    def filter(self, rows):
        """Narrow by region and by words, typing errors forgiven."""
        if region := self.cleaned_data["region"]:
            rows = rows.filter(lead_commune__county__region=region)
        text = self.cleaned_data["q"]
        found = matching(rows, text)
        if not text or found.exists():
            return found
        alike = near(rows, text)
        self.is_near = alike.exists()
        return alike


class OrganisationForm(Form):
    """The choice of one organisation among those for which the person may act."""

    organisation = forms.ChoiceField(label=_("Organisme"))

    def __init__(self, *args, organisations: Iterable[Organisation], label: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisations = {str(organisation.pk): organisation for organisation in organisations}
        field = self.fields["organisation"]
        field.label = label
        field.widget = RadioCards(
            hints={key: organisation.get_kind_display() for key, organisation in self.organisations.items()}
        )
        field.choices = [(key, organisation.name) for key, organisation in self.organisations.items()]
        if len(self.organisations) == 1:
            field.initial = next(iter(self.organisations))

    def clean_organisation(self) -> Organisation:
        """The organisation itself."""
        return self.organisations[self.cleaned_data["organisation"]]


class CharterForm(OrganisationForm):
    """The signature of the charter."""

    has_read = forms.BooleanField(label=_("J’ai lu la charte et j’engage la collectivité à la suivre"))


class MeetingForm(Form):
    """The day of the meeting."""

    met_on = forms.DateField(
        label=_("Date de la rencontre"),
        help_text=_("Elle a déjà eu lieu\u00a0: une date passée, ou celle d’aujourd’hui."),
    )


class WaiverForm(Form):
    """Why an operation does without the meeting."""

    reason = forms.CharField(
        label=_("Motif"), max_length=300, help_text=_("Il va au journal, avec votre nom. 300 signes au plus.")
    )


class ReasonForm(Form):
    """A refusal, with the words that its author will read."""

    reason = forms.CharField(
        label=_("Motif"),
        max_length=300,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("La personne le lira. 300 signes au plus."),
    )


class AnswerForm(Form):
    """The answer to one commitment."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, limit: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"] = TextField(
            label=_("Votre réponse"),
            limit=limit,
            rows=11,
            required=False,
            help_text=_("%(limit)s signes au plus, espaces non compris.") % {"limit": figure(limit)},
        )

    def clean_text(self) -> str:
        """Plain line ends."""
        return unix_lines(self.cleaned_data["text"])


class StageForm(Form):
    """The stage for which a candidature is opened."""

    stage = forms.IntegerField(label=_("Étape"))

    def __init__(self, *args, stages: Iterable, **kwargs):
        super().__init__(*args, **kwargs)
        self.stages = {stage.rank: stage for stage in stages}

    def clean_stage(self):
        """The stage itself."""
        stage = self.stages.get(self.cleaned_data["stage"])
        if stage is None:
            raise ValidationError(_("Cette étape n’existe pas dans la campagne."))
        return stage
