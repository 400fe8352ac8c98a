"""The forms by which the bureau corrects an operation."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from ecoquartier.operations.models import Operation
from ecoquartier.operations.queries import matching, near
from ecoquartier.web.bureau.shown_first import SeenForm
from ecoquartier.web.shared.forms import FilterForm, Form, RadioCards


class OtherOperationFilters(FilterForm):
    """Looking for it by its name or its commune."""

    q = forms.CharField(label=gettext_lazy("Chercher l’autre fiche par son nom ou sa commune"), max_length=100)

    def filter(self, rows: QuerySet[Operation]) -> QuerySet[Operation]:
        """Rows that hold these words; else those whose name or commune is near."""
        text = self.cleaned_data["q"]
        found = matching(rows, text)
        return found if found.exists() else near(rows, text)


class OtherOperationForm(SeenForm):
    """The record that was entered twice, and why the two are one."""

    other = forms.ChoiceField(label=gettext_lazy("L’autre fiche"))
    with_commune = forms.BooleanField(
        label=gettext_lazy("Si sa commune principale est différente, l’ajouter aux autres communes de la fiche gardée"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Les services de cette commune continuent alors de lire l’opération."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        max_length=300,
        help_text=gettext_lazy("L’équipe, le correspondant et les collectivités le lisent. 300 signes au plus."),
    )

    def __init__(self, *args, operations: Iterable[Operation], **kwargs):
        super().__init__(*args, **kwargs)
        self.operations = {str(operation.pk): operation for operation in operations}
        field = self.fields["other"]
        field.widget = RadioCards(
            hints={
                key: ", ".join(filter(None, [row.lead_commune.name, row.holder and row.holder.name, row.state_words]))
                for key, row in self.operations.items()
            }
        )
        field.choices = [(key, row.name) for key, row in self.operations.items()]

    def clean_other(self) -> Operation:
        """The operation itself."""
        return self.operations[self.cleaned_data["other"]]


class NameForm(Form):
    """A name, and where it was found."""

    name = forms.CharField(label=gettext_lazy("Nom de l’opération"), max_length=255)
    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        max_length=300,
        help_text=gettext_lazy("Par exemple d’où vient ce nom. Il va au journal, avec le vôtre. 300 signes au plus."),
    )
