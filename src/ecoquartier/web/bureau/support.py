"""Sessions of the support mode: who asked to see what, who agreed, which pages were seen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.shortcuts import resolve_url
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import support_visible_to
from ecoquartier.accounts.enums import SupportState
from ecoquartier.accounts.models import SupportSession
from ecoquartier.accounts.services import support
from ecoquartier.accounts.workflow import SUPPORT_WORKFLOW, SupportStep
from ecoquartier.journal.enums import Event
from ecoquartier.journal.models import Entry
from ecoquartier.journal.queries import entries_of
from ecoquartier.web.bureau import words
from ecoquartier.web.bureau.forms import ReasonForm
from ecoquartier.web.bureau.people_forms import searched
from ecoquartier.web.shared.forms import FilterForm
from ecoquartier.web.shared.views import ActionView, ConfirmPage, DetailPage, ListPage
from ecoquartier.web.templatetags.typography import long_moment

SUPPORT = (gettext_lazy("Assistance"), "bureau:support")
SECOND = gettext_lazy(
    "Une autre personne du bureau répond à l’assistance que vous avez demandée, ou qui vous concerne."
)
PAGES = 200
TONES = {SupportState.ASKED: "wait", SupportState.OPENED: "info", SupportState.REFUSED: "bad"}


def state_badge(session: SupportSession) -> tuple[str, str]:
    """(words, tone) of a state."""
    return session.get_state_display(), TONES.get(SupportState(session.state), "neutral")


class SupportFilters(FilterForm):
    """Which sessions."""

    q = forms.CharField(label=gettext_lazy("Nom de qui aide ou de la personne vue"))
    etat = forms.ChoiceField(
        label=gettext_lazy("État"),
        choices=[("", gettext_lazy("Tous")), *((state.value, capfirst(state.label)) for state in SupportState)],
    )

    def filter(self, rows):
        """Sessions by the names of their people, in a state."""
        values = self.cleaned_data
        rows = searched(rows, values["q"], "asked_by__full_name", "person__full_name")
        return rows.filter(state=values["etat"]) if values["etat"] else rows


class SupportSessions(ListPage):
    """Every session, the latest first."""

    scope = support_visible_to
    permission = "bureau.desk"
    refusal = words.REFUSAL
    title = gettext_lazy("Assistance")
    lead = gettext_lazy("Qui a vu la plateforme comme une autre personne, pourquoi, et avec quel accord.")
    breadcrumb = (words.HOME,)
    template_name = "bureau/support.html"
    filter_form = SupportFilters
    empty_text = gettext_lazy("Aucune assistance n’a été demandée.")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"rows": [(session, *state_badge(session)) for session in context["rows"]]}


class SupportPage(DetailPage):
    """One session: its people, its times, the pages seen, and what may be done."""

    scope = support_visible_to
    permission = "bureau.desk"
    refusal = words.REFUSAL
    breadcrumb = (words.HOME, SUPPORT)
    template_name = "bureau/support_session.html"
    context_object_name = "session"

    def get_title(self) -> str:
        return _("Assistance auprès de %(person)s") % {"person": self.object.person}

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        seen = entries_of(self.object).filter(event=Event.SUPPORT_PAGE_VIEWED)
        return super().get_context_data(
            badge=state_badge(self.object),
            facts=self._facts(),
            pages=[(page_of(entry), entry.occurred_at) for entry in seen[:PAGES]],
            count=seen.count(),
            offers={offer.name for offer in SUPPORT_WORKFLOW.offers(self.object, self.actor)},
            **kwargs,
        )

    def _facts(self) -> list[tuple[str, str]]:
        session = self.object
        facts = [
            (_("Demandée par"), str(session.asked_by)),
            (_("Le"), long_moment(session.asked_at)),
            (_("Pour voir comme"), str(session.person)),
            (_("Motif"), session.reason),
            (_("Durée demandée"), _("%(n)s minutes") % {"n": session.minutes}),
        ]
        if session.state == SupportState.REFUSED:
            facts.append((_("Refusée par"), str(session.answered_by)))
            facts.append((_("Motif du refus"), session.refusal))
        elif session.expires_at:
            facts.append((_("Ouverte par"), f"{session.answered_by}, {long_moment(session.answered_at)}"))
            facts.append((_("Jusqu’au"), long_moment(session.expires_at)))
        if session.ended_at:
            facts.append((_("Terminée le"), long_moment(session.ended_at)))
        return facts


def page_of(entry: Entry) -> str:
    """Path of a page that was seen; its words go with the person, when they are erased."""
    return entry.detail.content["page"] if hasattr(entry, "detail") else _("adresse effacée")


class Answer(ConfirmPage):
    """What opening and refusing share."""

    scope = support_visible_to
    refusal = SECOND
    step: SupportStep

    def get_title(self) -> str:
        return str(self.step.label)

    @property
    def submit_label(self) -> str:
        """The verb of the step."""
        return self.get_title()

    def get_lead(self) -> str:
        names = {"asker": self.object.asked_by, "person": self.object.person, "reason": self.object.reason}
        return _("%(asker)s, auprès de %(person)s. Motif\u00a0: %(reason)s") % names

    def get_breadcrumb(self):
        return (words.HOME, SUPPORT, (str(self.object.person), self.get_success_url(self.object)))

    def get_obstacles(self) -> list[str]:
        return list(filter(None, (SUPPORT_WORKFLOW.why_not(self.step, self.object, self.actor),)))

    def get_success_url(self, result: SupportSession) -> str:
        return resolve_url("bureau:support-session", pk=self.object.pk)


class OpenSupport(Answer):
    """The agreement of a second person."""

    permission = "support.open"
    step = SupportStep.OPEN
    service = support.open_session
    success_message = gettext_lazy("L’assistance est ouverte. La personne et qui la demandait sont prévenues.")

    def get_effects(self) -> list[str]:
        names = {"asker": self.object.asked_by, "person": self.object.person, "n": self.object.minutes}
        return [
            _("%(asker)s voit la plateforme comme %(person)s pendant %(n)s minutes, à partir de maintenant.") % names,
            _("Rien ne peut être fait en son nom, et chaque page vue est inscrite au journal."),
            _("Les expertises en cours et les résultats qui ne sont pas publics restent fermés."),
            _("%(person)s reçoit un message avec le motif et vos deux noms.") % names,
        ]


class RefuseSupport(Answer):
    """A refusal, and why."""

    permission = "support.refuse"
    step = SupportStep.REFUSE
    form_class = ReasonForm
    service = support.refuse
    success_message = gettext_lazy("L’assistance est refusée, qui la demandait est prévenu.")


class EndSupport(ActionView):
    """The end of a session, at once."""

    scope = support_visible_to
    permission = "support.end"
    refusal = words.REFUSAL
    service = support.end
    success_message = gettext_lazy("L’assistance est terminée\u00a0: elle ne montre plus rien.")

    def get_next_url(self, result: SupportSession) -> str:
        return resolve_url("bureau:support-session", pk=result.pk)
