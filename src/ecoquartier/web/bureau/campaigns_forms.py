"""Forms of campaigns."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.campaigns.domain.calendar import REQUIRED
from ecoquartier.campaigns.enums import DecisionPath, MilestoneCode
from ecoquartier.campaigns.models import Scheme
from ecoquartier.core.text import long_date
from ecoquartier.web.bureau.previewed import RulesForm
from ecoquartier.web.bureau.shown_first import SeenForm
from ecoquartier.web.shared.forms import Form

PERIODS = (
    (gettext_lazy("Candidater"), ("launch", "intention", "filing", "experts")),
    (gettext_lazy("Examiner et expertiser"), ("admissibility", "completions", "teams", "expertise")),
    (gettext_lazy("Délibérer en région"), ("regional_from", "regional", "minutes")),
    (gettext_lazy("Décider et publier"), ("national_from", "national", "notification", "ceremony")),
)


def told_reason() -> forms.CharField:
    """Why dates change: everybody reads it."""
    return forms.CharField(
        label=gettext_lazy("Motif"),
        max_length=300,
        help_text=gettext_lazy("Il va au journal, au calendrier public et aux personnes concernées."),
    )


class DatesForm(Form):
    """The dates of a campaign, one field a milestone."""

    groups = PERIODS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for code in MilestoneCode:
            self.fields[code.value] = forms.DateField(
                label=capfirst(code.label),
                required=code in REQUIRED,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            )

    def days(self) -> dict[str, date | None]:
        """Day of each milestone; None for those that the campaign does without."""
        return {code.value: self.cleaned_data[code.value] for code in MilestoneCode}


class OpenCampaignForm(DatesForm, SeenForm):
    """A new campaign: its year, what it follows, its dates; it is read again before it opens."""

    year = forms.IntegerField(label=gettext_lazy("Année"), min_value=2013, max_value=2100)
    scheme = forms.ModelChoiceField(label=gettext_lazy("Régime du label"), queryset=None, empty_label=None)
    framework = forms.ModelChoiceField(label=gettext_lazy("Version du référentiel"), queryset=None, empty_label=None)

    groups = ((gettext_lazy("La campagne"), ("year", "scheme", "framework")), *PERIODS)

    def __init__(self, *args, schemes, frameworks, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["scheme"].queryset = schemes
        self.fields["framework"].queryset = frameworks

    def values(self) -> dict[str, Any]:
        """What the service is given."""
        chosen = {name: self.cleaned_data[name] for name in ("year", "scheme", "framework")}
        return chosen | {"days": {code: day for code, day in self.days().items() if day}}


class RescheduleForm(DatesForm):
    """Dates changed, with a reason that those concerned read."""

    reason = told_reason()

    groups = (*PERIODS, ("", ("reason",)))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for code in MilestoneCode:
            self.fields[code.value].show_hidden_initial = True

    def days(self) -> dict[str, date | None]:
        """The dates that the person changed: those changed meanwhile by somebody else stay as they put them."""
        return {code: day for code, day in super().days().items() if code in self.changed_data}


class ExtendFilingForm(Form):
    """A later last day to file."""

    until = forms.DateField(label=gettext_lazy("Dernier jour de dépôt"))
    reason = told_reason()

    def __init__(self, *args, deadline: date | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.deadline = deadline

    def clean_until(self) -> date:
        """Later than today's deadline: otherwise it is not an extension."""
        until = self.cleaned_data["until"]
        if self.deadline and until <= self.deadline:
            raise ValidationError(
                _("Choisissez un jour après le %(day)s, la clôture actuelle.") % {"day": long_date(self.deadline)}
            )
        return until


class SettingsForm(RulesForm):
    """What a campaign follows, its delays, and who decides this year."""

    scheme = forms.ModelChoiceField(label=gettext_lazy("Régime du label"), queryset=None, empty_label=None)
    framework = forms.ModelChoiceField(label=gettext_lazy("Version du référentiel"), queryset=None, empty_label=None)
    completion_days = forms.IntegerField(
        label=gettext_lazy("Jours laissés pour compléter un dossier"), min_value=1, max_value=90
    )
    notice_days = forms.IntegerField(
        label=gettext_lazy("Jours entre une convocation et sa séance"), min_value=0, max_value=90
    )

    def __init__(self, *args, schemes, frameworks, scheme: Scheme, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["scheme"].queryset = schemes
        self.fields["framework"].queryset = frameworks
        self.ranks = []
        for stage in scheme.stages.all():
            self.ranks.append(str(stage.rank))
            own = [("", _("comme le régime\u00a0: %(path)s") % {"path": stage.get_decision_path_display()})]
            others = [(c, capfirst(label)) for c, label in DecisionPath.choices if c != stage.decision_path]
            self.fields[f"path_{stage.rank}"] = forms.ChoiceField(
                label=_("Qui décide cette année\u00a0: %(stage)s") % {"stage": stage},
                choices=own + others,
                required=False,
            )
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])

    def values(self) -> dict[str, Any]:
        """What the service is given."""
        values = super().values()
        chosen = {rank: values.pop(f"path_{rank}") for rank in self.ranks}
        return values | {"paths": {rank: path for rank, path in chosen.items() if path}}
