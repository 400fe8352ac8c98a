"""Filters of the pages of the référentiel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.framework.domain.contents import Commitment, Version
from ecoquartier.framework.domain.vocabulary import goals
from ecoquartier.framework.models import Framework
from ecoquartier.web.shared.forms import FilterForm


class FrameworkFilters(FilterForm):
    """Words, challenge and goal of the United Nations; each choice says how many commitments it leads to."""

    q = forms.CharField(label=gettext_lazy("Mots cherchés"), max_length=100)
    enjeu = forms.ChoiceField(label=gettext_lazy("Enjeu"))
    odd = forms.TypedChoiceField(label=gettext_lazy("Objectif de développement durable"), coerce=int, empty_value=None)

    def __init__(self, data: Any = None, *, version: Version, challenges: Mapping[str, str], **kwargs):
        super().__init__(data, **kwargs)
        by_challenge = Counter(code for commitment in version.commitments for code in commitment.challenges)
        by_goal = Counter(number for commitment in version.commitments for number in commitment.sdgs)
        self.fields["enjeu"].choices = [
            ("", _("Tous")),
            *((code, counted(capfirst(name), by_challenge[code])) for code, name in challenges.items()),
        ]
        self.fields["odd"].choices = [
            ("", _("Tous")),
            *((str(n), counted(f"{n}. {name}", by_goal[n])) for n, name in goals().items() if by_goal[n]),
        ]

    def filter(self, rows: Iterable[Commitment]) -> list[Commitment]:
        """Commitments that serve the challenge and the goal chosen; none when the address is not understood."""
        if not self.is_valid():
            return []
        challenge, goal = self.cleaned_data["enjeu"], self.cleaned_data["odd"]
        return [
            commitment
            for commitment in rows
            if (not challenge or challenge in commitment.challenges) and (not goal or goal in commitment.sdgs)
        ]


class IndicatorFilters(FilterForm):
    """Indicators by challenge."""

    enjeu = forms.ChoiceField(label=gettext_lazy("Enjeu"))

    def __init__(self, data: Any = None, *, challenges: Mapping[str, str], **kwargs):
        super().__init__(data, **kwargs)
        self.fields["enjeu"].choices = [
            ("", _("Tous")),
            *((code, capfirst(name)) for code, name in challenges.items()),
        ]

    def filter(self, rows):
        """Those that serve the challenge."""
        challenge = self.cleaned_data["enjeu"]
        return rows.filter(challenges__contains=[challenge]) if challenge else rows


class ComparisonForm(FilterForm):
    """The two versions to compare."""

    de = forms.ChoiceField(label=gettext_lazy("De la version"))
    a = forms.ChoiceField(label=gettext_lazy("À la version"))

    def __init__(self, data: Any = None, *, versions: Iterable[Framework], **kwargs):
        super().__init__(data, **kwargs)
        choices = [(version.pk, version.title) for version in versions]
        for field in self.fields.values():
            field.choices = choices


def counted(label: str, n: int) -> str:
    """« Sobriété (9) »."""
    return f"{label} ({n})"
