"""Forms of commissions: they parse and phrase; the services decide."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.commissions.enums import Outcome, Presence, Settlement, SittingState, VoteMode
from ecoquartier.commissions.models import Attendance, Seat
from ecoquartier.commissions.queries import Deposited
from ecoquartier.core import clock
from ecoquartier.web.commission.words import HINTS, SETTLE
from ecoquartier.web.shared.forms import FilterForm, Form, RadioCards, TextField

RECOMMENDATIONS = 5
NO_CONFLICT, RECUSED = "aucun", "retrait"


class SittingFilters(FilterForm):
    """Filters of the list of sittings."""

    commission = forms.ModelChoiceField(
        label=gettext_lazy("Commission"), queryset=None, empty_label=gettext_lazy("Toutes")
    )
    etat = forms.ChoiceField(
        label=gettext_lazy("État"),
        choices=[("", gettext_lazy("Tous")), *((s.value, capfirst(s.label)) for s in SittingState)],
    )
    campagne = forms.IntegerField(label=gettext_lazy("Campagne"), min_value=2000, max_value=2999)

    def __init__(self, data: Any = None, *, commissions, **kwargs):
        super().__init__(data, **kwargs)
        self.fields["commission"].queryset = commissions

    def filter(self, rows):
        """Sittings of a commission, in a state, of a campaign."""
        asked = self.cleaned_data
        if asked["commission"]:
            rows = rows.filter(commission=asked["commission"])
        if asked["etat"]:
            rows = rows.filter(state=asked["etat"])
        if asked["campagne"]:
            rows = rows.filter(campaign=asked["campagne"])
        return rows


class DossierChoices(forms.ModelMultipleChoiceField):
    """Dossiers ready for a commission, as checkboxes in the order of their arrival."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj) -> str:
        """What tells a dossier from another."""
        commune = obj.operation.lead_commune
        return f"{obj.operation.name}, {commune.name} ({commune.county_id}) – {obj.stage}"


class AgendaForm(Form):
    """Dossiers to put on the agenda."""

    dossiers = DossierChoices(
        label=gettext_lazy("Dossiers à inscrire"),
        queryset=None,
        help_text=gettext_lazy("L’ordre du jour suit l’ordre de cette liste."),
        error_messages={"required": gettext_lazy("Choisissez au moins un dossier.")},
    )

    def __init__(self, *args, ready, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["dossiers"].queryset = ready


class PlanForm(AgendaForm):
    """A new sitting."""

    held_on = forms.DateField(label=gettext_lazy("Date de la séance"))
    place = forms.CharField(label=gettext_lazy("Lieu"), max_length=200, required=False)
    without_quorum = forms.BooleanField(
        label=gettext_lazy("Convoquer à nouveau, sans condition de quorum"),
        required=False,
        help_text=gettext_lazy("Pour les seuls dossiers reportés par une séance qui n’avait pas le quorum."),
    )
    field_order = ("held_on", "place", "dossiers", "without_quorum")


class AttendanceForm(Form):
    """One line per filled seat: how it is present, and who carries its proxy."""

    def __init__(self, *args, seats: Sequence[Seat], recorded: Iterable[Attendance] = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.seats = {str(seat.pk): seat for seat in seats}
        known = {row.seat_id: row for row in recorded}
        voting = {pk: seat for pk, seat in self.seats.items() if seat.is_voting}
        carriers = [("", _("à personne")), *((pk, seat.organisation.name) for pk, seat in voting.items())]
        for pk, seat in self.seats.items():
            row = known.get(seat.pk)
            self.fields[f"presence_{pk}"] = forms.ChoiceField(
                label=_("Présence : %(seat)s") % {"seat": seat.organisation},
                choices=[(p.value, capfirst(p.label)) for p in Presence],
                initial=row.presence if row else Presence.PRESENT,
            )
            self.fields[f"proxy_{pk}"] = forms.ChoiceField(
                label=_("Pouvoir donné à : %(seat)s") % {"seat": seat.organisation},
                choices=[choice for choice in carriers if choice[0] != pk],
                required=False,
                initial=row.proxy_to_id if row else "",
            )

    def clean(self) -> dict[str, Any]:
        """A proxy is given to somebody, and somebody carries only what was given."""
        cleaned = super().clean()
        for pk in self.seats:
            presence, carrier = cleaned.get(f"presence_{pk}"), cleaned.get(f"proxy_{pk}")
            if presence == Presence.PROXY and not carrier:
                self.add_error(f"proxy_{pk}", _("Indiquez qui porte ce pouvoir."))
        return cleaned

    def lines(self) -> list[tuple[Seat, forms.BoundField, forms.BoundField]]:
        """(seat, presence, proxy) of each line."""
        return [(seat, self[f"presence_{pk}"], self[f"proxy_{pk}"]) for pk, seat in self.seats.items()]

    @property
    def rows(self) -> dict[Seat, tuple[str, Seat | None]]:
        """What the service records: seat → (presence, carrier of its proxy)."""
        found = {}
        for pk, seat in self.seats.items():
            presence = self.cleaned_data[f"presence_{pk}"]
            carrier = self.seats.get(self.cleaned_data[f"proxy_{pk}"]) if presence == Presence.PROXY else None
            found[seat] = (presence, carrier)
        return found


class DeclareForm(Form):
    """Nothing but public data is read before this declaration (rule 12)."""

    position = forms.ChoiceField(
        label=gettext_lazy("Votre déclaration"),
        choices=[
            (NO_CONFLICT, gettext_lazy("Je n’ai pas de conflit d’intérêts")),
            (RECUSED, gettext_lazy("Je me retire de ce dossier")),
        ],
        widget=RadioCards(
            hints={
                NO_CONFLICT: gettext_lazy("Le dossier vous est ouvert ; vous prenez part à l’avis."),
                RECUSED: gettext_lazy("Définitif : le dossier vous est fermé et le procès-verbal le mentionne."),
            }
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Motif de votre retrait"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Employeur, mandat, contrat, intérêt personnel… Lu par ceux qui tiennent la séance."),
    )

    def clean(self) -> dict[str, Any]:
        """A recusal says why."""
        cleaned = super().clean()
        if cleaned.get("position") == RECUSED and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Indiquez le motif de votre retrait."))
        return cleaned


class OutcomeForm(Form):
    """What the commission says of one dossier."""

    outcome = forms.ChoiceField(label=gettext_lazy("Avis"), widget=RadioCards(hints=HINTS))
    reasons = TextField(label=gettext_lazy("Motifs"), rows=4, required=False)
    mode = forms.ChoiceField(
        label=gettext_lazy("Comment l’avis a été rendu"),
        choices=[
            (VoteMode.CONSENSUS, gettext_lazy("Par consensus")),
            (VoteMode.HANDS, gettext_lazy("Par un vote à main levée")),
        ],
        widget=forms.RadioSelect,
        initial=VoteMode.CONSENSUS,
    )
    votes_for = forms.IntegerField(label=gettext_lazy("Pour"), min_value=0, required=False)
    votes_against = forms.IntegerField(label=gettext_lazy("Contre"), min_value=0, required=False)
    abstentions = forms.IntegerField(label=gettext_lazy("Abstentions"), min_value=0, required=False)
    chair_is_for = forms.BooleanField(
        label=gettext_lazy("La présidence a voté pour"),
        required=False,
        help_text=gettext_lazy("Sa voix départage en cas d’égalité."),
    )
    support = TextField(
        label=gettext_lazy("Accompagnement proposé"),
        rows=3,
        required=False,
        help_text=gettext_lazy("Demandé en cas d’ajournement : formation, appui, rencontre d’une opération voisine…"),
    )

    def __init__(
        self,
        *args,
        outcomes: Collection[Outcome],
        commitments: Iterable,
        deposited: Sequence[Deposited] = (),
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.deposited = deposited
        self.may_reserve = Outcome.AWARD in outcomes
        self.fields["outcome"].choices = [(o.value, capfirst(o.label)) for o in outcomes]
        self._add_recommendations(commitments)
        self._add_settlements()

    def _add_recommendations(self, commitments: Iterable) -> None:
        tied = [("", _("sans engagement précis")), *((str(c.pk), str(c)) for c in commitments)]
        for n in range(1, RECOMMENDATIONS + 1):
            self.fields[f"commitment_{n}"] = forms.ChoiceField(
                label=_("Engagement de la recommandation %(n)s") % {"n": n}, choices=tied, required=False
            )
            self.fields[f"text_{n}"] = TextField(
                label=_("Recommandation %(n)s") % {"n": n}, limit=600, rows=2, required=False
            )
            if self.may_reserve:
                self.fields[f"due_{n}"] = forms.DateField(
                    label=_("Réserve à lever avant le"),
                    required=False,
                    help_text=_("Avec une date, c’est une réserve\u00a0: le label est attribué à cette condition."),
                )

    def _add_settlements(self) -> None:
        for n, _found in enumerate(self.deposited, start=1):
            self.fields[f"settlement_{n}"] = forms.ChoiceField(
                label=_("Suite donnée à la recommandation antérieure %(n)s") % {"n": n},
                choices=[("", _("La laisser ouverte")), *((s.value, SETTLE[s]) for s in Settlement)],
                widget=forms.RadioSelect,
                required=False,
            )
            self.fields[f"words_{n}"] = TextField(
                label=_("Ce que la commission dit de la recommandation antérieure %(n)s") % {"n": n},
                limit=600,
                rows=2,
                required=False,
                help_text=_("Demandé quand elle est maintenue."),
            )

    def clean(self) -> dict[str, Any]:
        """A recommendation tied to a commitment or to a date says something; one maintained says why."""
        cleaned = super().clean()
        for n in range(1, RECOMMENDATIONS + 1):
            is_empty = not cleaned.get(f"text_{n}", "").strip()
            if cleaned.get(f"due_{n}") and is_empty:
                self.add_error(f"text_{n}", _("Écrivez cette réserve, ou effacez sa date."))
            elif cleaned.get(f"commitment_{n}") and is_empty:
                self.add_error(f"text_{n}", _("Écrivez cette recommandation, ou effacez son engagement."))
            self._clean_due(n, cleaned)
        for n, _found in enumerate(self.deposited, start=1):
            if cleaned.get(f"settlement_{n}") == Settlement.MAINTAIN and not cleaned.get(f"words_{n}", "").strip():
                self.add_error(f"words_{n}", _("Dites pourquoi la recommandation est maintenue."))
        if cleaned.get("mode") == VoteMode.HANDS and cleaned.get("outcome") != Outcome.CARRY_OVER:
            for name in ("votes_for", "votes_against", "abstentions"):
                if cleaned.get(name) is None and name not in self.errors:
                    self.add_error(name, ValidationError(_("Indiquez le nombre de voix, zéro compris.")))
        return cleaned

    def _clean_due(self, n: int, cleaned: dict[str, Any]) -> None:
        day = cleaned.get(f"due_{n}")
        if day is None or cleaned.get("outcome") == Outcome.CARRY_OVER:
            return
        if cleaned.get("outcome") != Outcome.AWARD:
            self.add_error(f"due_{n}", _("Une réserve accompagne l’attribution du label."))
        elif day <= clock.today():
            self.add_error(f"due_{n}", _("Une réserve se lève à une date à venir."))

    def settlements(self) -> list[tuple[Deposited, forms.BoundField, forms.BoundField]]:
        """(recommendation with the answer deposited, what becomes of it, why) of each earlier one."""
        rows = enumerate(self.deposited, start=1)
        return [(found, self[f"settlement_{n}"], self[f"words_{n}"]) for n, found in rows]

    def recommendations(self) -> list[list[forms.BoundField]]:
        """Text, commitment, and the date of a *réserve* where a label may be awarded, of each line."""
        names = ("text", "commitment", "due") if self.may_reserve else ("text", "commitment")
        return [[self[f"{name}_{n}"] for name in names] for n in range(1, RECOMMENDATIONS + 1)]

    def first_recommendations(self) -> list[list[forms.BoundField]]:
        """The first line, and those in use."""
        return self.recommendations()[: self._used()]

    def more_recommendations(self) -> list[list[forms.BoundField]]:
        """The others, one click away."""
        return self.recommendations()[self._used() :]

    def _used(self) -> int:
        used = [n for n, (text, *_tied) in enumerate(self.recommendations(), start=1) if text.value()]
        return max(used, default=1)

    @property
    def arguments(self) -> dict[str, Any]:
        """What `record_outcome` takes."""
        cleaned = self.cleaned_data
        votes = (cleaned["votes_for"], cleaned["votes_against"], cleaned["abstentions"])
        asked = [
            (int(cleaned[f"commitment_{n}"] or 0) or None, cleaned[f"text_{n}"], cleaned.get(f"due_{n}"))
            for n in range(1, RECOMMENDATIONS + 1)
        ]
        settled = [
            (found.recommendation.pk, cleaned[f"settlement_{n}"], cleaned[f"words_{n}"])
            for n, found in enumerate(self.deposited, start=1)
        ]
        return {
            "outcome": cleaned["outcome"],
            "reasons": cleaned["reasons"],
            "support": cleaned["support"],
            "mode": cleaned["mode"],
            "votes": None if None in votes else votes,
            "chair_is_for": cleaned["chair_is_for"],
            "recommendations": [(commitment, text) for commitment, text, due_on in asked if due_on is None],
            "reservations": [row for row in asked if row[2]],
            "settlements": [row for row in settled if row[1]],
        }
