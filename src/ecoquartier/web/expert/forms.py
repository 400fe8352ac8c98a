"""Forms of the expertise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.core.text import sort_key
from ecoquartier.expertise.enums import Proposal, TeamPart
from ecoquartier.expertise.queries import Candidate
from ecoquartier.framework.models import Commitment
from ecoquartier.people.enums import Role
from ecoquartier.people.queries import holders_of
from ecoquartier.web.shared.forms import FilterForm, Form, RadioCards, TextField

PROPOSAL_HINTS = {
    Proposal.FAVOURABLE: gettext_lazy("L’opération mérite le label à l’étape demandée."),
    Proposal.ADJOURN: gettext_lazy("Des recommandations, puis un nouvel examen."),
    Proposal.LOWER: gettext_lazy("Une étape inférieure correspond mieux à l’avancement."),
}


class CandidateFilter(FilterForm):
    """Finds an expert by name or by organisation."""

    nom = forms.CharField(label=gettext_lazy("Nom ou organisme"), max_length=100)

    def filter(self, rows: Iterable[Candidate]) -> list[Candidate]:
        """Candidates whose name or organisation holds the words."""
        words = sort_key(self.cleaned_data["nom"])
        return [row for row in rows if words in sort_key(f"{row.expert.full_name} {row.bodies}")]


class ProposeForm(Form):
    """Who, for which part."""

    expert = forms.ModelChoiceField(queryset=None, label=gettext_lazy("Expert"))
    part = forms.ChoiceField(choices=TeamPart.choices, label=gettext_lazy("Rôle"))

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expert"].queryset = holders_of(Role.EXPERT)


class AcceptForm(Form):
    """The declaration, without which nobody reads a dossier."""

    no_conflict = forms.BooleanField(
        label=gettext_lazy("Je déclare n’avoir aucun conflit d’intérêts avec cette opération."),
        error_messages={
            "required": gettext_lazy(
                "Déclarez que vous n’avez pas de conflit d’intérêts sur ce dossier, ou déclinez la proposition."
            )
        },
    )


class DeclineForm(Form):
    """Why, if one wishes to say it."""

    reason = forms.CharField(
        label=gettext_lazy("Motif (facultatif)"),
        help_text=gettext_lazy("Le bureau ne lit pas ce motif."),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )


class StandDownForm(Form):
    """Why a member leaves the team."""

    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        help_text=gettext_lazy("L’expert le lira."),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
    )


class VisitForm(Form):
    """When, and whether people really go."""

    visit_on = forms.DateField(label=gettext_lazy("Date de la visite"))
    is_remote = forms.BooleanField(label=gettext_lazy("Visite à distance"), required=False)
    remote_reason = forms.CharField(
        label=gettext_lazy("Motif de la visite à distance"),
        help_text=gettext_lazy("À dire si personne ne se rend sur place."),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        """Say beside the field what the rule would say above the form."""
        cleaned = super().clean()
        if cleaned.get("is_remote") and not cleaned.get("remote_reason"):
            self.add_error("remote_reason", _("Une visite à distance demande un motif."))
        return cleaned


class VisitReportForm(Form):
    """What was seen, with whom."""

    report = TextField(
        label=gettext_lazy("Compte rendu"),
        help_text=gettext_lazy("Qui était là, ce qui a été parcouru, ce qui a été dit. Sans appréciation."),
        limit=6000,
        rows=14,
    )


@dataclass(frozen=True)
class Line:
    """One commitment of the grid: what was deposited, and what the expert says of it."""

    commitment: Commitment
    answer: str
    appreciation: forms.BoundField
    comment: forms.BoundField


class ReportForm(Form):
    """The grid: nothing is required before the seal, so that everything typed is kept.

    Args:
        commitments: those of the campaign's version, in order.
        scale: code → (label, tone) of the appreciations.
    """

    opinion = TextField(label=gettext_lazy("Avis d’ensemble"), limit=4000, rows=8, required=False)
    proposal = forms.ChoiceField(
        label=gettext_lazy("Proposition à la commission"),
        choices=Proposal.choices,
        widget=RadioCards(hints=PROPOSAL_HINTS),
        required=False,
    )

    def __init__(self, *args, commitments: Iterable[Commitment], scale: dict[str, tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.commitments = list(commitments)
        choices = [(code, label) for code, (label, _tone) in scale.items()]
        for commitment in self.commitments:
            of = format_html('<span class="visually-hidden"> {} {}</span>', _("de l’engagement"), commitment.number)
            self.fields[f"appreciation_{commitment.number}"] = forms.ChoiceField(
                label=format_html("{}{}", _("Appréciation"), of),
                choices=choices,
                widget=forms.RadioSelect,
                required=False,
            )
            self.fields[f"comment_{commitment.number}"] = TextField(
                label=format_html("{}{}", _("Points forts, points à surveiller"), of),
                limit=1500,
                rows=3,
                required=False,
            )

    def line(self, commitment: Commitment, answer: str) -> Line:
        """The fields of one commitment."""
        number = commitment.number
        return Line(commitment, answer, self[f"appreciation_{number}"], self[f"comment_{number}"])

    def marks(self) -> dict[int, tuple[str, str]]:
        """Id of the commitment → (appreciation, comment), as the service takes them."""
        return {
            c.pk: (self.cleaned_data[f"appreciation_{c.number}"], self.cleaned_data[f"comment_{c.number}"])
            for c in self.commitments
        }

    def is_marked(self, commitment: Commitment) -> bool:
        """Whether the appreciation shown is given, saved or not."""
        return bool(self[f"appreciation_{commitment.number}"].value())


class SynthesisForm(Form):
    """The text of the whole team."""

    text = TextField(label=gettext_lazy("Synthèse"), limit=8000, rows=14)
    proposal = forms.ChoiceField(
        label=gettext_lazy("Proposition à la commission"),
        choices=Proposal.choices,
        widget=RadioCards(hints=PROPOSAL_HINTS),
    )


class SendBackForm(Form):
    """What is to be corrected."""

    reason = TextField(
        label=gettext_lazy("Ce qui est à corriger"),
        help_text=gettext_lazy("Le coordonnateur le lira en tête de la synthèse."),
        limit=1000,
        rows=6,
    )
