"""The search of the directory: words, filters with what each value would keep, order."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ecoquartier.campaigns.domain import stage_label
from ecoquartier.campaigns.queries import all_stages
from ecoquartier.core.text import place_words, sort_key
from ecoquartier.directory.domain.facets import CHARTER_ONLY, DELIVERED, LISTS, SIZES, Tally
from ecoquartier.directory.queries import SORTS, Asked, Found, find, names_in_use, tallies, values_in_use
from ecoquartier.operations.enums import OperationState, TermKind
from ecoquartier.operations.queries import term_labels
from ecoquartier.territories.models import Commune
from ecoquartier.territories.queries import commune_by_insee, counties, regions
from ecoquartier.web.shared.forms import FilterForm
from ecoquartier.web.templatetags.components import figure

# Parameter of the address → filter of the directory.
PARAMETERS = {
    "etape": "stage",
    "annee": "year",
    "region": "region",
    "departement": "county",
    "type": "types",
    "vocation": "vocations",
    "point_fort": "strong_points",
    "taille": "size",
    "vie": "life",
}
SORT_LABELS = {
    "": gettext_lazy("Pertinence, sinon nom"),
    "nom": gettext_lazy("Nom"),
    "annee": gettext_lazy("Millésime, le plus récent d’abord"),
    "etape": gettext_lazy("Étape, la plus avancée d’abord"),
    "logements": gettext_lazy("Logements, les plus nombreux d’abord"),
}
MAP = "carte"
RESULTS = "resultats"
"""Where the results begin: what was just asked is shown, and the keyboard goes there."""

_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_RANK = re.compile(r"[1-9]")


class Presentation(forms.ChoiceField):
    """How the selection is shown: it narrows nothing, and what is not understood is as if it were not said."""

    def clean(self, value: str) -> str:
        return value if self.valid_value(value) else ""


class DirectoryFilters(FilterForm):
    """Search of the directory; the address says it all, so that a selection can be shared."""

    q = forms.CharField(
        label=gettext_lazy("Nom, commune, code postal ou mot de la description"),
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    etape = forms.ChoiceField(label=gettext_lazy("Étape détenue"))
    annee = forms.ChoiceField(label=gettext_lazy("Millésime de cette étape"))
    region = forms.ChoiceField(label=gettext_lazy("Région"))
    departement = forms.ChoiceField(label=gettext_lazy("Département"))
    type = forms.ChoiceField(label=gettext_lazy("Type d’opération"))
    vocation = forms.ChoiceField(label=gettext_lazy("Vocation"))
    point_fort = forms.ChoiceField(label=gettext_lazy("Point fort"))
    taille = forms.ChoiceField(label=gettext_lazy("Taille"))
    vie = forms.ChoiceField(label=gettext_lazy("Avancement"))
    tri = Presentation(label=gettext_lazy("Trier par"), choices=[*SORT_LABELS.items()])
    commune = forms.CharField(label=gettext_lazy("Commune"), max_length=5, widget=forms.HiddenInput)
    vue = Presentation(choices=[("", ""), (MAP, MAP)], widget=forms.HiddenInput)

    search = "q"
    not_filters = ("tri", "vue")

    def __init__(self, data: Any = None, **kwargs):
        super().__init__(data, **kwargs)
        self.known = tallies()
        said = {facet: self.data[name] for name, facet in PARAMETERS.items() if self.data.get(name)}
        self.labels = filter_labels(self.known, said)
        for name, facet in PARAMETERS.items():
            self.fields[name].choices = [("", _("Tous les choix")), *self.labels[facet].items()]

    def clean_commune(self) -> Commune | None:
        """The commune of an INSEE code, today's when it merged: only the address says it."""
        code = self.cleaned_data["commune"]
        return commune_by_insee(code) if code else None

    def clean(self) -> dict[str, Any]:
        """A commune that does not exist is said at the top: its field is not seen.

        Raises:
            ValidationError: no commune has this code.
        """
        values = super().clean()
        if self.data.get("commune") and not values.get("commune"):
            raise ValidationError(_("Cette commune n’existe pas."))
        return values

    @property
    def asked(self) -> Asked:
        """The selection that the address says, once the form is valid."""
        said = self.cleaned_data
        choice = {facet: said[name] for name, facet in PARAMETERS.items() if said[name]}
        commune = said["commune"].pk if said["commune"] else ""
        return Asked(said["q"], commune, choice, sort=said["tri"] if said["tri"] in SORTS else "")

    def found(self) -> Found:
        """What the selection finds; each list then says what its values would keep, and drops those that keep none."""
        found = find(self.asked, self.known)
        if found.counts is not None:
            for name, facet in PARAMETERS.items():
                counts, chosen = found.counts[facet], self.cleaned_data[name]
                self.fields[name].choices = [
                    ("", _("Tous les choix")),
                    *(
                        (value, f"{label} ({figure(counts[value])})")
                        for value, label in self.labels[facet].items()
                        if counts[value] or value == chosen
                    ),
                ]
        return found

    def address(self, *, with_order: bool = False) -> str:
        """The selection as an address says it: without the page, the view, nor the order unless told."""
        kept = [(name, value) for name, value in self.data.items() if value and name in self.fields]
        return urlencode([pair for pair in kept if pair[0] != "vue" and (with_order or pair[0] != "tri")])

    @property
    def chosen(self) -> list[tuple[str, str, str]]:
        """Each filter in use: its name, the words of its value, and the address without it."""
        said = {name: value for name, value in self.data.items() if value and name in self.fields}
        words = {name: self.labels[facet][said[name]] for name, facet in PARAMETERS.items() if self.has(name)}
        if self.has("commune"):
            commune = self.cleaned_data["commune"]
            words["commune"] = place_words(commune.name, commune.county.name)
        return [
            (
                str(self.fields[name].label),
                value,
                f"?{urlencode({key: kept for key, kept in said.items() if key != name})}#{RESULTS}",
            )
            for name, value in words.items()
        ]

    @property
    def said(self) -> list[str]:
        """The search, then the words of the filters in use."""
        return [*super().said, *(words for _label, words, _address in self.chosen)]

    def has(self, name: str) -> bool:
        """Whether the address asks for it, in words that are understood."""
        return bool(self.cleaned_data.get(name))


def filter_labels(known: Sequence[Tally], said: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Filter → value → its words, in the order of its list: the values in use, and those of the address.

    An address outlives the operations that it found: a value that none has now keeps none, and can be removed. One
    query, and one for each stage, region or county of the address that no operation has.

    Args:
        said: filter → what the address says of it, understood or not.
    """
    terms, names, values = term_labels(), names_in_use(known), values_in_use(known)
    words = {
        "stage": {rank: stage_label(int(rank), name) for rank, name in sorted(names["stage"].items())}
        | {CHARTER_ONLY: _("Charte signée, sans étape")},
        "year": {year: year for year in sorted(values["year"], reverse=True)},
        "region": dict(sorted(names["region"].items(), key=lambda pair: sort_key(pair[1]))),
        "county": {code: f"{code} {name}" for code, name in sorted(names["county"].items())},
        **{kind: terms[kind] for kind in TermKind.values if kind in LISTS},
        "size": {str(least): size_label(least) for least in SIZES},
        "life": life_labels(),
    }
    for facet, value in said.items():
        if value not in words[facet] and (label := unused_label(facet, value)):
            words[facet][value] = label
    return {
        facet: {value: label for value, label in found.items() if value in values[facet] or value == said.get(facet)}
        for facet, found in words.items()
    }


def unused_label(facet: str, value: str) -> str:
    """The words of a value that no operation has now, and that one had or may have; empty for what never was one."""
    if facet == "year":
        return value if _YEAR.fullmatch(value) else ""
    if facet == "stage" and _RANK.fullmatch(value):
        stage = all_stages().filter(level=value).order_by("-scheme__is_default", "scheme").first()
        return stage_label(stage.level, stage.name) if stage else ""
    if facet == "region":
        return regions().filter(pk=value).values_list("name", flat=True).first() or ""
    county = counties().filter(pk=value).first() if facet == "county" else None
    return f"{county.code} {county.name}" if county else ""


def life_labels() -> dict[str, str]:
    """Phase of life → its words."""
    return {
        OperationState.ACTIVE.value: _("en cours"),
        DELIVERED: _("livrée"),
        **{code: str(label) for code, label in OperationState.choices if code != OperationState.ACTIVE},
    }


def size_label(least: int) -> str:
    """« de 100 à 499 logements »."""
    larger = [size for size in SIZES if size > least]
    if not larger:
        return _("%(n)s\u00a0logements et plus") % {"n": figure(least)}
    if not least:
        return ngettext("moins de %(n)s\u00a0logement", "moins de %(n)s\u00a0logements", larger[0]) % {
            "n": figure(larger[0])
        }
    return _("de %(from)s à %(to)s\u00a0logements") % {"from": figure(least), "to": figure(larger[0] - 1)}
