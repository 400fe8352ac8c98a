"""The words of messages, which the bureau may change, and when people are reminded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from ecoquartier.core.errors import TransitionRefused
from ecoquartier.notifications import services
from ecoquartier.notifications.domain import Notice, notices
from ecoquartier.notifications.models import ReminderSchedule, Wording
from ecoquartier.notifications.queries import (
    kinds,
    reminder_days,
    wording_in_force,
    wordings_in_force,
    wordings_of,
)
from ecoquartier.notifications.services.words import Words, faults_of, name_of, number_of, sample_of, words_for
from ecoquartier.web.bureau import words
from ecoquartier.web.bureau.forms import RemindersForm, WordsForm
from ecoquartier.web.bureau.outbox import OUTBOX
from ecoquartier.web.shared.views import ActionView, FormPage, TemplatePage

KINDS = (gettext_lazy("Mots des messages"), "bureau:kinds")


@dataclass(frozen=True)
class Row:
    """A kind of message in the list."""

    notice: Notice
    name: str
    told: str
    family: str
    changed: Wording | None


class Kinds(TemplatePage):
    """Every message that the platform can send, and whose words they are."""

    permission = "outbox.word"
    refusal = words.REFUSAL
    title = gettext_lazy("Mots des messages")
    lead = gettext_lazy("Chaque message que la plateforme peut envoyer. Le bureau peut en changer l’objet et le texte.")
    breadcrumb = (words.HOME, OUTBOX)
    template_name = "bureau/kinds.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        changed = wordings_in_force()
        rows = [Row(n, name_of(n), n.told, str(n.family.label), changed.get(n.key)) for n in kinds()]
        return super().get_context_data(rows=rows, days=reminder_days(), **kwargs)


class OfKind:
    """A kind of message by its key."""

    permission = "outbox.word"
    refusal = words.REFUSAL

    def get_object(self) -> Notice:
        """The kind, or 404."""
        notice = notices.get(self.kwargs["key"])
        if notice is None:
            raise Http404
        return notice


class KindPage(OfKind, FormPage):
    """The words of one kind: change them, see them with an example, read who changed them."""

    form_class = WordsForm
    template_name = "bureau/kind.html"
    breadcrumb = (words.HOME, OUTBOX, KINDS)
    success_message = gettext_lazy("Les mots sont changés. Les messages qui ne sont pas partis les prennent.")
    # What a colleague saved while this page was open.
    theirs: Words | None = None

    @cached_property
    def current(self) -> Wording | None:
        """The words of the bureau, if any."""
        return wording_in_force(self.object.key)

    def get_title(self) -> str:
        return name_of(self.object)

    def get_initial(self) -> dict[str, str]:
        current = words_for(self.object, self.current)
        return {"subject": current.subject, "body": current.body, "since": number_of(self.current)}

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Keep the words, or only show them with an example."""
        if "apercu" not in request.POST:
            return super().post(request, *args, **kwargs)
        form = self.get_form()
        if form.is_valid():
            for part, sentences in faults_of(self.object, self._typed(form)).items():
                form.add_error(part, sentences)
        status = 200 if form.is_valid() else 422
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def perform(self, form: WordsForm) -> Wording:
        since = form.cleaned_data["since"] or 0
        try:
            return services.change_words(self.object, self._typed(form), actor=self.actor, since=since)
        except TransitionRefused:
            # The words typed stay in the form, beside those of the colleague: once read, these may be replaced.
            self.current = wording_in_force(self.object.key)
            self.theirs = words_for(self.object, self.current)
            form.data = form.data.copy()
            form.data["since"] = number_of(self.current)
            raise

    def get_success_url(self, result: Wording) -> str:
        return resolve_url("bureau:kind", key=self.object.key)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        form = kwargs.get("form")
        notice = self.object
        shown = words_for(notice, self.current)
        if form is not None:
            shown = self._typed(form) if form.is_valid() else None
        return super().get_context_data(
            notice=notice,
            is_changed=self.current is not None,
            theirs=self.theirs,
            variables=[(f"{{{name}}}", notice.sample[name]) for name in notice.variables],
            preview=sample_of(notice, shown) if shown else None,
            versions=list(wordings_of(notice.key)),
            **kwargs,
        )

    def _typed(self, form: WordsForm) -> Words:
        return Words(form.cleaned_data["subject"], form.cleaned_data["body"].replace("\r\n", "\n").strip())


class Restore(OfKind, ActionView):
    """Back to the words of the platform."""

    service = services.restore_words
    success_message = gettext_lazy("Les mots d’origine sont rétablis.")

    def get_next_url(self, result: Wording) -> str:
        return resolve_url("bureau:kind", key=self.object.key)

    def get_fallback_url(self) -> str:
        return resolve_url("bureau:kind", key=self.kwargs["key"])


class Reminders(FormPage):
    """How many days before a date people are reminded of it."""

    permission = "outbox.word"
    refusal = words.REFUSAL
    form_class = RemindersForm
    title = gettext_lazy("Rappels d’échéance")
    lead = gettext_lazy("Chaque matin, ceux de qui un acte est attendu reçoivent un rappel, une fois par échéance.")
    breadcrumb = (words.HOME, OUTBOX, KINDS)
    success_message = gettext_lazy("Les rappels sont réglés.")
    success_url = "bureau:kinds"

    def get_initial(self) -> dict[str, str]:
        return {"days": ", ".join(map(str, reminder_days()))}

    def perform(self, form: RemindersForm) -> ReminderSchedule:
        return services.set_reminder_days(actor=self.actor, days=form.cleaned_data["days"])
