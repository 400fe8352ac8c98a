"""The sheet of an operation, cut in short forms; services and models decide."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ecoquartier.core import clock
from ecoquartier.framework.domain.vocabulary import Figure, figures
from ecoquartier.operations.domain.figures import as_of_fault, figure_faults, with_figure
from ecoquartier.operations.enums import TermKind
from ecoquartier.operations.models import Operation, Term
from ecoquartier.operations.services import MAX_WORDS, MOST_STRONG_POINTS, fault_of_names
from ecoquartier.web.holder.forms import Count, Measure, Prose
from ecoquartier.web.shared.forms import printed
from ecoquartier.web.shared.shared_forms import SharedForm


class Terms(forms.MultipleChoiceField):
    """Choices of one of the lists that the bureau keeps."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, kind: TermKind, *, help_text: Any = ""):
        super().__init__(label=capfirst(kind.label), required=False, help_text=help_text)
        self.kind = kind


class Names(forms.CharField):
    """Names of organisations, one a line: « Habitat 53 »."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.Textarea({"rows": 2}), required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        lines = (" ".join(line.split()) for line in printed(super().to_python(value)).splitlines())
        return list(dict.fromkeys(filter(None, lines)))

    def validate(self, value: list[str]) -> None:
        if fault := fault_of_names(value):
            raise ValidationError(fault)


class SheetForm(SharedForm):
    """A part of the sheet.

    Args:
        terms: what each list offers to this operation.
    """

    lead: ClassVar[Any] = ""
    beside: ClassVar[tuple[str, ...]] = ()
    """Fields of the sheet that fields made from the lists hold together."""

    def __init__(self, *args, terms: Mapping[str, list[Term]], **kwargs):
        self.terms = terms
        self.others: dict[str, Term] = {}
        super().__init__(*args, **kwargs)

    def add_fields(self) -> None:
        """Give each list its choices, and a place to say what « autre » is."""
        for name, field in list(self.fields.items()):
            if isinstance(field, Terms):
                field.choices = [(term.code, self._said(term)) for term in self.terms[field.kind]]
                self._ask_what_is_other(name, self.terms[field.kind])

    def _ask_what_is_other(self, kind: str, terms: list[Term]) -> None:
        """Under a list that offers « autre », a place to say what."""
        other = next((term for term in terms if term.is_other), None)
        if other is None:
            return
        self.others[kind] = other
        label = _("Si «\u00a0%(other)s\u00a0», précisez") % {"other": other.label}
        self.fields[other_name(kind)] = forms.CharField(label=label, required=False, max_length=MAX_WORDS)
        names = [name for name in self.fields if name != other_name(kind)]
        names.insert(names.index(kind) + 1, other_name(kind))
        self.order_fields(names)

    @staticmethod
    def _said(term: Term) -> str:
        label = capfirst(term.label)
        return label if term.is_active else _("%(label)s (n’est plus proposé)") % {"label": label}

    @classmethod
    def initial_of(cls, operation: Operation) -> dict[str, Any]:
        """What the operation holds, as the form shows it."""
        values = {name: operation.value_of(name) for name in cls.base_fields}
        values |= {other_name(kind): operation.other_words.get(kind, "") for kind in TermKind.values if kind in values}
        # Without useless zeros: « 12,5 » and not « 12,50 ».
        return {
            name: Decimal(f"{value.normalize():f}") if isinstance(value, Decimal) else value
            for name, value in values.items()
        }

    @classmethod
    def sheet_fields(cls) -> tuple[str, ...]:
        """Fields of the sheet that this part holds, in order."""
        return (*cls.base_fields, *cls.beside)

    def clean(self) -> dict[str, Any]:
        """What « autre » is goes with it."""
        cleaned = super().clean()
        for kind, term in self.others.items():
            said, is_chosen = cleaned.get(other_name(kind)), term.code in cleaned.get(kind, ())
            if said and not is_chosen:
                fault = _("Cochez «\u00a0%(other)s\u00a0» dans la liste, ou effacez cette précision.")
                self.add_error(other_name(kind), fault % {"other": term.label})
            elif is_chosen and not said and {kind, other_name(kind)} & {*self.changed_data}:
                fault = _("Précisez en quelques mots ce qu’est «\u00a0%(other)s\u00a0», ou décochez-le.")
                self.add_error(other_name(kind), fault % {"other": term.label})
        return cleaned

    def changes(self, operation: Operation) -> dict[str, Any]:
        """The fields of the sheet that this person changed, with their new values.

        Args:
            operation: as it is now: what others wrote meanwhile in the same field is kept.
        """
        changed = self.changed_values()
        asked = {kind: changed.pop(other_name(kind)) for kind in self.others if other_name(kind) in changed}
        return {**changed, "other_words": operation.other_words | asked} if asked else changed


def other_name(kind: str) -> str:
    """Name of the field that says what « autre » is in a list."""
    return f"other_{kind}"


class IdentityForm(SheetForm):
    """What the operation is."""

    beside = ("other_words",)
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
    """What is built, and how."""

    programme = Prose(label=_("Programme"), help_text=_("Logements, équipements, activités, espaces publics."))
    procedures = Terms(TermKind.PROCEDURES, help_text=_("Plusieurs si les tranches ont chacune la leur."))


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

    def clean(self) -> dict[str, Any]:
        """Every fault is told at once: those of the figures too, which the model would tell after the others."""
        cleaned, held = super().clean(), {}
        for code in figures().keys() & cleaned.keys():
            held = with_figure(held, code, cleaned[code])
        faults = figure_faults(held)
        if fault := as_of_fault(cleaned.get("figures_as_of"), clock.today()):
            faults["figures_as_of"] = fault
        for name, fault in faults.items():
            self.add_error(name, fault)
        return cleaned


FiguresForm = type(
    "FiguresForm",
    (DatedForm,),
    {"field_order": tuple(figures())} | {code: _figure_field(definition) for code, definition in figures().items()},
)
"""The figures of the programme, at term, all phases included."""


class ActorsForm(SheetForm):
    """Who makes it: organisations, kind by kind."""

    lead = _("Un organisme par ligne\u00a0: société, bailleur, bureau d’études, association. Pas de nom de personne.")
    beside = ("actors",)

    def add_fields(self) -> None:
        self.kinds = {f"actors_{term.code}": term for term in self.terms[TermKind.ACTORS]}
        self.fields |= {name: Names(label=self._said(term)) for name, term in self.kinds.items()}

    @classmethod
    def initial_of(cls, operation: Operation) -> dict[str, Any]:
        return {f"actors_{code}": list(names) for code, names in operation.actors.items()}

    def changes(self, operation: Operation) -> dict[str, Any]:
        written = {self.kinds[name].code: self.cleaned_data[name] for name in self.changed_data}
        return {"actors": operation.actors | written} if written else {}


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
    "acteurs": (_("Acteurs"), ActorsForm),
    "demarches": (_("Démarches"), StrategyForm),
}
"""Part of the address → title and form of a page of the sheet, in order."""
