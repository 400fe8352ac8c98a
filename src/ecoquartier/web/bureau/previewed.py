"""Changes of rules: their effects are read before they are made, and the page keeps the last ones in sight."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import CharField, HiddenInput
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ecoquartier.access.scopes import dossiers_visible_to, entries_visible_to
from ecoquartier.core.canonical import canonical_json, sha256_hex
from ecoquartier.core.errors import DomainError
from ecoquartier.core.text import french_list, long_date
from ecoquartier.dossiers.enums import CLOSED_STATES, DossierState
from ecoquartier.dossiers.queries import counts_by_state
from ecoquartier.journal.queries import names_of, words_of
from ecoquartier.people.models import User
from ecoquartier.web.bureau import words
from ecoquartier.web.shared.forms import Form
from ecoquartier.web.shared.views import FormPage

SHOWN = 8
UNSEEN = frozenset({"csrfmiddlewaretoken", "seen", "reason"})


class RulesForm(Form):
    """A form whose effects are read before it acts; `seen` marks what was read."""

    reason = CharField(
        label=gettext_lazy("Motif"),
        max_length=300,
        help_text=gettext_lazy("Il va au journal, avec votre nom."),
    )
    seen = CharField(required=False, widget=HiddenInput)

    def mark(self) -> str:
        """What was sent, the reason aside, in one short word."""
        sent = {name: self.data.getlist(name) for name in sorted(self.data) if name not in UNSEEN}
        return sha256_hex(canonical_json(sent))[:16]

    def values(self) -> dict[str, Any]:
        """What the service is given."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class Previewed(FormPage):
    """The first sending shows what would change, the second does it; what changed in between is shown again."""

    permission = "campaigns.write"
    refusal = words.REFUSAL
    template_name = "bureau/previewed.html"
    submit_label = gettext_lazy("Voir ce que cela change")
    confirm_label = gettext_lazy("Enregistrer ce changement")
    preview: dict[str, Any] | None = None

    def get_preview(self, values: dict[str, Any]) -> dict[str, Any]:
        """What would change: `gone` and `come` (sentences), `effects`, and `words` when a stage is shown.

        Raises:
            DomainError, ValidationError: it cannot hold.
        """
        raise NotImplementedError(f"{type(self).__qualname__} must define get_preview().")

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Show the effects, unless they are those that were just read."""
        form = self.get_form()
        if not form.is_valid() or form.cleaned_data["seen"] == form.mark():
            return super().post(request, *args, **kwargs)
        try:
            self.preview = self.get_preview(form.values())
        except DomainError as error:
            form.add_error(None, error.message)
            return self.form_refused(form)
        except ValidationError as error:
            form.add_validation_error(error)
            return self.form_refused(form)
        form.data = form.data.copy()
        form.data["seen"] = form.mark()
        self.submit_label = self.confirm_label
        return self.render_to_response(self.get_context_data(form=form))

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
