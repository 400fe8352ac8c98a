"""The sheet of an operation, cut in short forms; services and models decide."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ecoquartier.framework.domain.vocabulary import Figure, figures
from ecoquartier.operations.enums import TermKind
from ecoquartier.operations.models import Operation, Term
from ecoquartier.operations.services import MOST_STRONG_POINTS
from ecoquartier.web.holder.forms import Count, Measure, Prose
from ecoquartier.web.shared.forms import Form


class Terms(forms.MultipleChoiceField):
    """Choices of one of the lists that the bureau keeps."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, kind: TermKind, *, help_text: Any = ""):
        super().__init__(label=capfirst(kind.label), required=False, help_text=help_text)
        self.kind = kind


class SheetForm(Form):
    """A part of the sheet.

    Args:
        terms: what each list offers to this operation.
    """

    def __init__(self, *args, terms: Mapping[str, list[Term]], **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # What this person saw is sent back with the form: only what they changed themselves is saved.
            field.show_hidden_initial = True
            if isinstance(field, Terms):
                field.choices = [(term.code, self._said(term)) for term in terms[field.kind]]

    @staticmethod
    def _said(term: Term) -> str:
        label = capfirst(term.label)
        return label if term.is_active else _("%(label)s (n’est plus proposé)") % {"label": label}

    @classmethod
    def initial_of(cls, operation: Operation) -> dict[str, Any]:
        """What the operation holds, as the form shows it."""
        values = {name: operation.value_of(name) for name in cls.base_fields}
        # Without useless zeros: « 12,5 » and not « 12,50 ».
        return {
            name: Decimal(f"{value.normalize():f}") if isinstance(value, Decimal) else value
            for name, value in values.items()
        }

    def changes(self) -> dict[str, Any]:
        """The fields that this person changed, with their new values."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class IdentityForm(SheetForm):
    """What the operation is."""

    name = forms.CharField(
        label=_("Nom de l’opération"), max_length=255, help_text=_("Celui que les habitants connaissent.")
    )
    description = Prose(label=_("Description"), help_text=_("Pour qui ne connaît pas l’opération."))
    types = Terms(TermKind.TYPES, help_text=_("Plusieurs réponses possibles."))
    vocations = Terms(TermKind.VOCATIONS, help_text=_("Plusieurs réponses possibles."))


class SiteForm(SheetForm):
    """Where it is, and what was there."""

    initial_site = Prose(label=_("État initial du site"), help_text=_("Ce qu’il y avait avant le projet."))
    context = Prose(label=_("Contexte du site"), help_text=_("Le territoire, les documents d’urbanisme, les acteurs."))


class ProgrammeForm(SheetForm):
    """What is built, how, and when."""

    programme = Prose(label=_("Programme"), help_text=_("Logements, équipements, activités, espaces publics."))
    procedures = Terms(TermKind.PROCEDURES, help_text=_("Plusieurs si les tranches ont chacune la leur."))
    delivered_on = forms.DateField(
        label=_("Livraison de la dernière tranche"),
        required=False,
        help_text=_("Prévue ou réelle. L’étape 4 se compte à partir de cette date."),
    )


def _figure_field(figure: Figure) -> forms.Field:
    """Where a figure of the programme is typed, from its definition."""
    label, hint = capfirst(figure.title), ""
    if figure.part_of:
        hint = _("Parmi les %(whole)s.") % {"whole": figures()[figure.part_of].title}
    elif not figure.title.startswith(figure.unit):
        hint = _("En %(unit)s.") % {"unit": figure.unit}
    if figure.decimals:
        return Measure(label=label, help_text=hint, max_digits=12, decimal_places=figure.decimals)
    return Count(label=label, help_text=hint)


class DatedForm(SheetForm):
    """When the figures were right, and who says so."""

    figures_as_of = forms.DateField(
        label=_("Chiffres arrêtés au"), required=False, help_text=_("Le jour où ces chiffres étaient justes.")
    )
    figures_source = forms.CharField(
        label=_("Source"),
        max_length=200,
        required=False,
        help_text=_("Par exemple «\u00a0dossier de réalisation\u00a0»."),
    )


FiguresForm = type(
    "FiguresForm",
    (DatedForm,),
    {"field_order": tuple(figures())} | {code: _figure_field(definition) for code, definition in figures().items()},
)
"""The figures of the programme, at term, all phases included."""


class StrategyForm(SheetForm):
    """What it stands for, and the policies it belongs to."""

    strong_points = Terms(
        TermKind.STRONG_POINTS, help_text=_("%(n)s au plus, les plus marquants.") % {"n": MOST_STRONG_POINTS}
    )
    strategies = Terms(TermKind.STRATEGIES, help_text=_("Les documents dont l’opération met en œuvre les objectifs."))
    state_programmes = Terms(TermKind.STATE_PROGRAMMES, help_text=_("Ceux qui soutiennent l’opération ou son site."))
    approaches = Terms(TermKind.APPROACHES, help_text=_("Celles que l’opération suit aussi."))


PARTS: dict[str, tuple[Any, type[SheetForm]]] = {
    "identite": (_("Identité"), IdentityForm),
    "site": (_("Site"), SiteForm),
    "programme": (_("Programme"), ProgrammeForm),
    "chiffres": (_("Chiffres"), FiguresForm),
    "demarches": (_("Stratégies et démarches"), StrategyForm),
}
"""Part of the address → title and form of a page of the sheet, in order."""
