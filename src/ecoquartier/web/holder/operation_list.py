"""The operations that a person works on: one list for all, found again by what they hold and what they wait for."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.db.models import F, Prefetch
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import claims_visible_to, operations_listed_for
from ecoquartier.core.text import long_date, sort_key
from ecoquartier.operations.enums import ClaimState, OperationState
from ecoquartier.operations.queries import (
    BY_NAME,
    all_stages_known_to,
    matching,
    tally,
    unsettled_claims_by,
)
from ecoquartier.people.enums import Role
from ecoquartier.web.holder import words
from ecoquartier.web.shared.forms import FilterForm
from ecoquartier.web.shared.views import ListPage


def _stage_held(rank: int) -> str:
    return _("étape %(n)s") % {"n": rank} if rank else _("aucune encore")


# Filter → value in the address → the mark of the rows that it keeps (`queries.lists`), and its label.
FIXED = {
    "titre": {
        "territoire": ("is_in_territory", True, gettext_lazy("mon territoire")),
        "autre": ("is_in_territory", False, gettext_lazy("un autre titre")),
    },
    "statut": {state.value: ("state", state.value, state.label) for state in OperationState},
    "porteur": {
        "avec": ("has_holder", True, gettext_lazy("avec un porteur")),
        "sans": ("has_holder", False, gettext_lazy("sans porteur")),
    },
    "attend": {
        "reprise": ("is_claimed", True, gettext_lazy("réponse à une reprise")),
        "rencontre": ("is_meeting_awaited", True, gettext_lazy("rencontre")),
        "retard": ("is_meeting_late", True, gettext_lazy("rencontre en retard")),
        "charte": ("has_charter_to_confirm", True, gettext_lazy("charte à confirmer")),
    },
}
# Filter → the mark whose value is that of the address, and how it is said.
OPEN = {
    "region": ("region", lambda marks: marks["region_name"]),
    "departement": ("county", lambda marks: f"{marks['county_name']} ({marks['county']})"),
    "etape": ("rank_held", lambda marks: _stage_held(marks["rank_held"])),
}
# Twenty may wait at most; the last refusals come after them.
SHOWN_CLAIMS = 25
SORTS = {
    "": (gettext_lazy("Par nom"), (BY_NAME,)),
    "commune": (gettext_lazy("Par commune"), ("lead_commune__name", BY_NAME)),
    "etape": (gettext_lazy("Par étape"), ("-rank_held", BY_NAME)),
    "rencontre": (gettext_lazy("Par date de rencontre"), (F("held_by").asc(nulls_last=True), BY_NAME)),
    "recentes": (gettext_lazy("Les plus récentes"), ("-created_at", BY_NAME)),
}


class Counted(forms.RegexField):
    """A filter whose choices are those of the rows, with how many rows each would keep."""

    def __init__(self, pattern: str, *, label: Any, is_masculine: bool = False):
        self.every = _("Tous") if is_masculine else _("Toutes")
        super().__init__(pattern, label=label, widget=forms.Select(choices=[("", self.every)]))


def _among(name: str) -> str:
    return f"^({'|'.join(FIXED[name])})$"


class OperationListFilters(FilterForm):
    """Filters that say what each of their choices would keep, and that vanish where there is nothing to choose."""

    search = "q"

    q = forms.CharField(label=gettext_lazy("Nom ou commune"), max_length=100)
    titre = Counted(_among("titre"), label=gettext_lazy("Suivies pour"))
    region = Counted(r"^\d{2,3}$", label=gettext_lazy("Région"))
    departement = Counted(r"^\d[0-9AB]\d?$", label=gettext_lazy("Département"), is_masculine=True)
    etape = Counted(r"^\d{1,2}$", label=gettext_lazy("Étape détenue"))
    statut = Counted(_among("statut"), label=gettext_lazy("Situation"))
    porteur = Counted(_among("porteur"), label=gettext_lazy("Porteur"), is_masculine=True)
    attend = Counted(_among("attend"), label=gettext_lazy("En attente"))
    tri = forms.ChoiceField(label=gettext_lazy("Ordre"), choices=[(code, said) for code, (said, _by) in SORTS.items()])

    def filter(self, rows):
        """Narrow and sort the rows of `operations_listed_for`, and count what each other choice would keep."""
        values = self.cleaned_data
        asked = {name: values[name] for name in (*OPEN, *FIXED) if values[name]}
        rows = matching(rows, values["q"])
        self._offer(tally(rows), asked)
        for name, value in asked.items():
            mark, wanted = (OPEN[name][0], value) if name in OPEN else FIXED[name][value][:2]
            rows = rows.filter(**{mark: wanted})
        return rows.order_by(*SORTS[values["tri"]][1], "lead_commune__name", "pk")

    def _offer(self, found: list[dict[str, Any]], asked: dict[str, str]) -> None:
        """Give each filter its choices, counted among the rows that the other filters keep."""
        for name in (*OPEN, *FIXED):
            counts: Counter[str] = Counter()
            labels: dict[str, Any] = {}
            if name in asked:
                counts[asked[name]] = 0
                labels[asked[name]] = asked[name]
            for marks in found:
                values = _values_of(marks, name)
                labels |= values
                if all(value in _values_of(marks, other) for other, value in asked.items() if other != name):
                    counts.update(dict.fromkeys(values, marks["n"]))
            if len(counts) < 2 and name not in asked:
                del self.fields[name]
                continue
            order = list(FIXED[name]) if name in FIXED else sorted(counts, key=lambda value: sort_key(labels[value]))
            self.fields[name].widget.choices = [
                ("", self.fields[name].every),
                *((value, f"{capfirst(str(labels[value]))} ({counts[value]})") for value in order if value in counts),
            ]


def _values_of(marks: dict[str, Any], name: str) -> dict[str, Any]:
    """The values of a filter that keep rows so marked, with their labels."""
    if name in OPEN:
        mark, label = OPEN[name]
        return {str(marks[mark]): label(marks)}
    return {value: label for value, (mark, wanted, label) in FIXED[name].items() if marks[mark] == wanted}


class OperationList(ListPage):
    """Operations that the person works on."""

    scope = operations_listed_for
    permission = "operations.browse"
    title = gettext_lazy("Opérations")
    template_name = "holder/operations.html"
    filter_form = OperationListFilters
    empty_text = gettext_lazy(
        "Vous ne suivez encore aucune opération. Retrouvez la vôtre dans le registre, puis reprenez-la."
    )

    def get_lead(self) -> str:
        rights = self.actor.rights
        if Role.BUREAU in rights.roles:
            return _("Toutes les opérations du registre.")
        if rights.counties or rights.regions:
            return _("Les opérations de votre territoire, et celles de votre équipe.")
        return _("Les opérations de votre équipe ou de votre collectivité.")

    def get_queryset(self):
        known = Prefetch("stages", queryset=all_stages_known_to(self.actor), to_attr="known_stages")
        return super().get_queryset().prefetch_related(known)

    def _creations(self) -> int:
        """How many operations to create wait too, when the list is narrowed to those asked for: they have no row."""
        if self.request.GET.get("attend") != "reprise" or not self.actor.has_perm("services.desk"):
            return 0
        return claims_visible_to(self.actor).filter(state=ClaimState.PROVISIONAL, operation=None).count()

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(
            claims=unsettled_claims_by(self.actor)[:SHOWN_CLAIMS],
            has_desk=self.actor.has_perm("services.desk"),
            creations=self._creations(),
            **kwargs,
        )
        context["rows"] = [
            {
                "operation": row,
                "stage": words.stage_line(row.known_stages[0]) if row.known_stages else None,
                "awaits": awaited(row),
            }
            for row in context["rows"]
        ]
        return context


def awaited(row: Any) -> list[tuple[str, str]]:
    """What a `listed` operation waits for, each with its tone."""
    found = []
    if row.is_claimed:
        found.append((_("demande de reprise"), "wait"))
    if row.held_by:
        said = _("rencontre attendue depuis le %(day)s") if row.is_meeting_late else _("rencontre avant le %(day)s")
        found.append((said % {"day": long_date(row.held_by)}, "bad" if row.is_meeting_late else "wait"))
    if row.has_charter_to_confirm:
        found.append((_("charte à confirmer"), "wait"))
    return found
