"""Changes of rules: their effects are read before they are made, and the page keeps the last ones in sight."""

from __future__ import annotations

from typing import Any

from django.forms import CharField
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ecoquartier.access.scopes import dossiers_visible_to, entries_visible_to
from ecoquartier.core.canonical import sha256_hex
from ecoquartier.core.text import french_list, long_date
from ecoquartier.dossiers.enums import CLOSED_STATES, DossierState
from ecoquartier.dossiers.queries import counts_by_state
from ecoquartier.journal.queries import names_of, words_of
from ecoquartier.people.models import User
from ecoquartier.web.bureau import words
from ecoquartier.web.bureau.shown_first import SeenForm, ShownFirst

SHOWN = 8


class RulesForm(SeenForm):
    """A change of rules, and why."""

    reason = CharField(
        label=gettext_lazy("Motif"),
        max_length=300,
        help_text=gettext_lazy("Il va au journal, avec votre nom."),
    )

    def mark(self) -> str:
        """Also what the rules are today: changed meanwhile by somebody else, they are shown again."""
        return sha256_hex(f"{super().mark()} {sorted(self.initial.items())!r}".encode())[:16]


class Previewed(ShownFirst):
    """A change of rules, compared with the present ones before it is made.

    Its preview says what would change: `gone` and `come` (sentences), `effects`, and `words` when a stage is shown.
    """

    permission = "campaigns.write"
    refusal = words.REFUSAL
    template_name = "bureau/previewed.html"
    submit_label = gettext_lazy("Voir ce que cela change")
    confirm_label = gettext_lazy("Enregistrer ce changement")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(preview=self.preview, **kwargs)


def effects_on_dossiers(actor: User, *, of: str, **where: Any) -> list[str]:
    """How many open dossiers a change concerns, by state, and what it means for them.

    Args:
        of: « de cette étape », what these dossiers have in common.
        where: which dossiers, as a filter.
    """
    rows = dossiers_visible_to(actor).filter(**where).exclude(state__in=CLOSED_STATES)
    counts = counts_by_state(rows)
    total = sum(counts.values())
    if not total:
        return [_("Aucun dossier ouvert n’est concerné.")]
    parts = [f"{counts[state]}\u00a0{state.label}" for state in DossierState if counts.get(state)]
    said = ngettext(
        "%(n)s dossier ouvert %(of)s (%(states)s).", "%(n)s dossiers ouverts %(of)s (%(states)s).", total
    ) % {"n": total, "of": of, "states": french_list(parts)}
    return [
        said,
        _(
            "Ceux qui ne sont pas déposés devront répondre aux nouvelles règles\u00a0; un dépôt déjà fait n’est pas "
            "repris."
        ),
    ]


def recent_acts(actor: User, kind: str, about: object) -> list[dict[str, str]]:
    """The last acts on a scheme or a campaign, as a timeline: what, when, who and why."""
    rows = entries_visible_to(actor).filter(object_type__startswith="campaigns.", about_id=str(about))
    if kind != "campaigns.scheme":
        rows = rows.filter(object_type=kind)
    entries = list(rows[:SHOWN])
    names = names_of(entry.actor for entry in entries)
    return [
        {
            "title": capfirst(words_of(entry.event)),
            "when": f"{long_date(entry.occurred_at.date())}, {names.get(entry.actor, _('personne effacée'))}",
            "text": " ".join(str(text) for text in entry.detail.content.values()) if hasattr(entry, "detail") else "",
            "state": "done",
        }
        for entry in entries
    ]
