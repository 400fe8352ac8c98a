"""The outbox: every message, its words, and what became of it."""

from __future__ import annotations

from typing import Any

from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import messages_visible_to
from ecoquartier.notifications.enums import RETRIABLE, MessageState
from ecoquartier.notifications.models import Message
from ecoquartier.notifications.queries import counts_by_state
from ecoquartier.notifications.services import retry
from ecoquartier.notifications.services import words as words_of
from ecoquartier.web.bureau import words
from ecoquartier.web.bureau.forms import OutboxFilters
from ecoquartier.web.shared.views import ActionView, DetailPage, ListPage

TONES = {
    MessageState.READY: "info",
    MessageState.SENDING: "wait",
    MessageState.SENT: "ok",
    MessageState.FAILED: "bad",
}


def badge_of(message: Message) -> tuple[str, str]:
    """(words, tone) of a message's state."""
    return message.get_state_display(), TONES[MessageState(message.state)]


class Outbox(ListPage):
    """Messages, the latest first."""

    scope = messages_visible_to
    permission = "outbox.read"
    refusal = words.REFUSAL
    title = gettext_lazy("Messages")
    lead = gettext_lazy("Ce que la plateforme a écrit, à qui, et si c’est parti.")
    breadcrumb = (words.HOME,)
    template_name = "bureau/outbox.html"
    filter_form = OutboxFilters
    paginate_by = 30
    empty_text = gettext_lazy("Aucun message n’a encore été écrit.")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        counts = counts_by_state()
        rows = [(message, words_of(message)[0], *badge_of(message)) for message in context["rows"]]
        troubled = [(state.label, counts[state], f"?etat={state.value}") for state in RETRIABLE if counts.get(state)]
        return context | {"rows": rows, "troubled": sorted(troubled, key=lambda row: str(row[0]))}


class MessagePage(DetailPage):
    """One message as its recipient reads it."""

    scope = messages_visible_to
    permission = "outbox.read"
    refusal = words.REFUSAL
    breadcrumb = (words.HOME, (gettext_lazy("Messages"), "bureau:outbox"))
    template_name = "bureau/message.html"
    context_object_name = "message"

    @cached_property
    def text(self) -> tuple[str, str]:
        """(subject, body)."""
        return words_of(self.object)

    def get_title(self) -> str:
        return self.text[0]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        message = self.object
        return super().get_context_data(
            badge=badge_of(message),
            body=self.text[1],
            facts=[
                (_("Destinataire"), f"{message.recipient} ({message.recipient.email})"),
                (_("Écrit le"), message.created_at),
                (_("Envoyé le"), message.sent_at),
            ],
            may_retry=message.state in RETRIABLE and self.actor.has_perm("outbox.retry", message),
            is_uncertain=message.state == MessageState.SENDING,
            **kwargs,
        )


class Retry(ActionView):
    """Back in the outbox."""

    scope = messages_visible_to
    permission = "outbox.retry"
    service = retry
    success_message = gettext_lazy("Le message est remis en file : il part dans la minute.")

    def get_next_url(self, result: Message) -> str:
        return resolve_url("bureau:message", pk=self.object.pk)

    def get_fallback_url(self) -> str:
        return self.get_next_url(self.object)
