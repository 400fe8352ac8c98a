"""Forms of the holder's pages. They parse what people type in French; services and models decide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ecoquartier.operations.enums import OperationType
from ecoquartier.operations.queries import matching
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


class Count(forms.IntegerField):
    """A number of things: « 1 240 » is understood."""

    widget = forms.TextInput

    def __init__(self, **kwargs):
        super().__init__(required=False, min_value=0, **kwargs)
        self.widget.attrs["inputmode"] = "numeric"

    def to_python(self, value: Any) -> int | None:
        return super().to_python(without_spaces(value))


class Measure(forms.DecimalField):
    """A measure: « 12,5 », « 12.5 » and « 1 012,5 » are understood; shown without useless zeros."""

    widget = forms.TextInput

    def __init__(self, **kwargs):
        super().__init__(required=False, localize=True, **kwargs)
        self.widget.attrs["inputmode"] = "decimal"

    def to_python(self, value: Any):
        return super().to_python(without_spaces(value))


class OperationFilters(FilterForm):
    """Finding an operation in a list."""

    q = forms.CharField(label=_("Nom ou commune"), max_length=100)
    region = forms.ChoiceField(label=_("Région"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = [("", _("Toutes")), *((region.pk, region.name) for region in regions())]

    def filter(self, rows):
        """Narrow by words and by region."""
        rows = matching(rows, self.cleaned_data["q"])
        region = self.cleaned_data["region"]
        return rows.filter(lead_commune__county__region=region) if region else rows


class OperationForm(Form):
    """The sheet of an operation: every field that its team may change."""

    groups = (
        (_("Identité"), ("name", "types", "description", "area_ha")),
        (_("Le site"), ("initial_site", "context")),
        (_("Le programme"), ("programme", "dwellings", "social_dwellings", "inhabitants", "delivered_on")),
    )

    name = forms.CharField(
        label=_("Nom de l’opération"), max_length=255, help_text=_("Celui que les habitants connaissent.")
    )
    types = forms.MultipleChoiceField(
        label=_("Types d’opération"),
        choices=OperationType.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Plusieurs réponses possibles."),
    )
    description = Prose(label=_("Description"), help_text=_("Pour qui ne connaît pas l’opération."))
    area_ha = Measure(
        label=_("Superficie"), help_text=_("En hectares, par exemple 12,5."), max_digits=8, decimal_places=2
    )
    initial_site = Prose(label=_("État initial du site"), help_text=_("Ce qu’il y avait avant le projet."))
    context = Prose(label=_("Contexte du site"), help_text=_("Le territoire, les documents d’urbanisme, les acteurs."))
    programme = Prose(label=_("Programme"), help_text=_("Logements, équipements, activités, espaces publics."))
    dwellings = Count(label=_("Logements"), help_text=_("À terme, toutes tranches comprises."))
    social_dwellings = Count(label=_("Logements sociaux"), help_text=_("Parmi les logements ci-dessus."))
    inhabitants = Count(label=_("Habitants prévus"))
    delivered_on = forms.DateField(
        label=_("Livraison de la dernière tranche"),
        required=False,
        help_text=_("Prévue ou réelle. L’étape 4 se compte à partir de cette date."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # What this person saw is sent back with the form: only what they changed themselves is saved.
        for field in self.fields.values():
            field.show_hidden_initial = True

    def changes(self) -> dict[str, Any]:
        """The fields that this person changed, with their new values."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


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

    met_on = forms.DateField(label=_("Date de la rencontre"))


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
