"""Forms of what territories add to the référentiel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.framework.domain.contents import LONG, PARAGRAPH, UNIT
from ecoquartier.framework.domain.local import MAX_INDICATORS
from ecoquartier.framework.enums import Direction, IndicatorKind, SupplementState
from ecoquartier.framework.models import Commitment, LocalSupplement
from ecoquartier.framework.queries import commitments_for
from ecoquartier.territories.models import County, Region
from ecoquartier.territories.queries import counties, regions
from ecoquartier.web.shared.forms import FilterForm, Form, TextField

PARTS = ("title", "unit", "kind", "direction", "method")
NEEDED = ("title", "kind", "direction")
Choices = list[tuple[str, Any]]


def capital(labels: Any) -> Choices:
    """Choices with a capital."""
    return [(value, capfirst(label)) for value, label in labels.choices]


class Territories:
    """Counties and regions as the choices of one field: `county-53`, `region-52`."""

    def __init__(self, of_counties: Iterable[County], of_regions: Iterable[Region]) -> None:
        self.found: dict[str, County | Region] = {f"region-{region.pk}": region for region in of_regions}
        self.found |= {f"county-{county.pk}": county for county in of_counties}

    @property
    def choices(self) -> Choices:
        """Regions, then counties; without a heading when there is one kind only."""
        names = {"region": _("Régions"), "county": _("Départements")}
        groups: dict[str, Choices] = {}
        for key, territory in self.found.items():
            groups.setdefault(names[key.partition("-")[0]], []).append((key, str(territory)))
        return list(groups.items()) if len(groups) > 1 else [choice for group in groups.values() for choice in group]


def by_version(commitments: Iterable[Commitment]) -> Choices:
    """Commitments as choices; under the name of their version when there are several."""
    groups: dict[str, Choices] = {}
    for commitment in commitments:
        groups.setdefault(commitment.framework.title, []).append((str(commitment.pk), str(commitment)))
    return list(groups.items()) if len(groups) > 1 else [choice for group in groups.values() for choice in group]


class SupplementFilters(FilterForm):
    """Which supplements."""

    q = forms.CharField(label=gettext_lazy("Mots du texte ou de l’engagement"))
    etat = forms.ChoiceField(
        label=gettext_lazy("État"), choices=[("", gettext_lazy("Tous")), *capital(SupplementState)]
    )
    territoire = forms.ChoiceField(label=gettext_lazy("Territoire"))
    engagement = forms.ChoiceField(label=gettext_lazy("Engagement"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["territoire"].choices = [("", _("Tous")), *Territories(counties(), regions()).choices]
        public = commitments_for().prefetch_related(None).order_by("-framework__code", "number")
        self.fields["engagement"].choices = [("", _("Tous")), *by_version(public)]

    def filter(self, rows):
        """Supplements by words, state, territory (a region comes with its counties) and commitment."""
        values = self.cleaned_data
        for word in values["q"].split():
            rows = rows.filter(
                Q(guidance__icontains=word)
                | Q(questions__icontains=word)
                | Q(indicators__icontains=word)
                | Q(commitment__title__icontains=word)
                | Q(commitment__short__icontains=word)
            )
        if values["etat"]:
            rows = rows.filter(state=values["etat"])
        if values["territoire"]:
            kind, _dash, code = values["territoire"].partition("-")
            rows = rows.filter(Q(region=code) | Q(county__region=code) if kind == "region" else Q(county=code))
        if values["engagement"]:
            rows = rows.filter(commitment=values["engagement"])
        return rows


class QuestionsField(forms.CharField):
    """Questions, one a line."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.Textarea(attrs={"rows": 6}), required=False, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if any(len(line) > PARAGRAPH for line in text.splitlines()):
            raise ValidationError(_("Une question dépasse %(limit)s signes."), params={"limit": PARAGRAPH})
        return text


def indicator_fields(number: int) -> Iterator[tuple[str, forms.Field]]:
    """(name, field) of the parts of one indicator."""
    kinds = [("", _("Choisir")), *capital(IndicatorKind)]
    directions = [("", _("Choisir")), *capital(Direction)]
    fields = {
        "title": forms.CharField(label=_("Ce qui est mesuré"), max_length=LONG),
        "unit": forms.CharField(label=_("Unité"), max_length=UNIT, help_text=_("Par exemple logements/ha.")),
        "kind": forms.ChoiceField(label=_("Nature"), choices=kinds),
        "direction": forms.ChoiceField(label=_("Sens"), choices=directions),
        "method": forms.CharField(label=_("Méthode"), max_length=PARAGRAPH, widget=forms.Textarea(attrs={"rows": 3})),
    }
    for part, field in fields.items():
        field.required = False
        yield f"indicator_{number}_{part}", field


class SupplementForm(Form):
    """What a territory adds to a commitment.

    Args:
        territories: those to choose from; none when it is known.
        commitments: those to choose from; none when it is known.
        rows: how many indicators there is room for, unless the form that was sent says it.
    """

    guidance = TextField(
        label=gettext_lazy("Orientations"),
        limit=4000,
        required=False,
        help_text=gettext_lazy("Ce à quoi ce territoire demande de prêter attention."),
    )
    questions = QuestionsField(label=gettext_lazy("Questions"), help_text=gettext_lazy("Une question par ligne."))
    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        max_length=PARAGRAPH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Pourquoi ce territoire a besoin de cette déclinaison\u00a0; le public le lit."),
        error_messages={"required": gettext_lazy("Dites pourquoi ce territoire a besoin de cette déclinaison.")},
    )
    rows = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args,
        territories: Territories | None = None,
        commitments: Iterable[Commitment] = (),
        rows: int = 1,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.territories = territories
        self.commitments = {str(commitment.pk): commitment for commitment in commitments}
        self.count = sent_rows(self.data) if self.is_bound else min(max(rows, 1), MAX_INDICATORS)
        self.initial["rows"] = self.count
        if self.territories is not None:
            self.fields["territory"] = self._choice(_("Territoire"), self.territories.choices)
        if self.commitments:
            self.fields["commitment"] = self._choice(_("Engagement"), by_version(self.commitments.values()))
        named = []
        for number in range(1, self.count + 1):
            fields = dict(indicator_fields(number))
            self.fields |= fields
            named.append((_("Indicateur %(n)s") % {"n": number}, tuple(fields)))
        self.groups = (
            (_("Où, et pourquoi"), ("territory", "commitment", "reason")),
            (_("Ce que ce territoire ajoute"), ("guidance", "questions")),
            *named,
        )
        # Errors are listed as the page goes.
        self.order_fields([name for _legend, names in self.groups for name in names])

    @staticmethod
    def _choice(label: str, choices: Choices) -> forms.ChoiceField:
        """A choice to be made; made already when there is only one."""
        first = [] if len(choices) == 1 and isinstance(choices[0][1], str) else [("", _("Choisir"))]
        said = _("Choisissez dans la liste.")
        return forms.ChoiceField(
            label=label, choices=[*first, *choices], error_messages={"required": said, "invalid_choice": said}
        )

    def clean(self) -> dict[str, Any]:
        """Gather the indicators: an empty one is left out, one that is begun is finished."""
        values = super().clean()
        values["indicators"] = []
        for number in range(1, self.count + 1):
            parts = {part: values.get(f"indicator_{number}_{part}", "") for part in PARTS}
            if not any(parts.values()):
                continue
            values["indicators"].append(parts)
            for part in NEEDED:
                name = f"indicator_{number}_{part}"
                if not parts[part] and name not in self.errors:
                    self.add_error(name, _("Remplissez ce champ, ou videz tout l’indicateur %(n)s.") % {"n": number})
        return values

    @property
    def written(self) -> dict[str, Any]:
        """What was written, as the service takes it."""
        return {name: self.cleaned_data[name] for name in ("guidance", "questions", "indicators", "reason")}

    @property
    def territory(self) -> dict[str, County | Region]:
        """`{"county": …}` or `{"region": …}`."""
        key = self.cleaned_data["territory"]
        return {key.partition("-")[0]: self.territories.found[key]}

    @property
    def commitment(self) -> Commitment:
        """The commitment chosen."""
        return self.commitments[self.cleaned_data["commitment"]]


def sent_rows(data: Mapping[str, Any]) -> int:
    """How many indicators the form that was sent had room for."""
    return {str(n): n for n in range(1, MAX_INDICATORS + 1)}.get(data.get("rows", ""), 1)


def as_initial(supplement: LocalSupplement) -> Mapping[str, Any]:
    """What a supplement says, as the form shows it."""
    found = {name: getattr(supplement, name) for name in ("guidance", "questions", "reason")}
    for number, indicator in enumerate(supplement.indicators, start=1):
        found |= {f"indicator_{number}_{part}": indicator[part] for part in PARTS}
    return found


class ReasonForm(Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Motif"), max_length=PARAGRAPH, widget=forms.Textarea(attrs={"rows": 4})
    )
