"""The outbox: every message, its words, what became of it, and what somebody decides about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import messages_visible_to
from ecoquartier.notifications import services
from ecoquartier.notifications.enums import LEFT, TROUBLED, MessageState
from ecoquartier.notifications.messages import DIGEST
from ecoquartier.notifications.models import Message
from ecoquartier.notifications.queries import addressee_of, counts_by_state, people_with_failing_address
from ecoquartier.notifications.services.words import name_of, subjects
from ecoquartier.web.bureau import words
from ecoquartier.web.bureau.forms import OutboxFilters, ReasonForm
from ecoquartier.web.shared.views import ConfirmPage, DetailPage, ListPage

TONES = {
    MessageState.DRAFT: "neutral",
    MessageState.WAITING: "neutral",
    MessageState.GROUPED: "ok",
    MessageState.READY: "info",
    MessageState.SENDING: "info",
    MessageState.UNCERTAIN: "wait",
    MessageState.SENT: "ok",
    MessageState.FAILED: "bad",
    MessageState.CANCELLED: "neutral",
}
OUTBOX = (gettext_lazy("Messages"), "bureau:outbox")
SHOWN = 10


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
        found = list(context["rows"])
        failing = list(people_with_failing_address()[: SHOWN + 1])
        return context | {
            "rows": [
                (m, subject, addressee_of(m), *badge_of(m)) for m, subject in zip(found, subjects(found), strict=True)
            ],
            "troubled": [
                (state.label, counts[state], f"?etat={state.value}") for state in TROUBLED if counts.get(state)
            ],
            "failing": failing[:SHOWN],
            "failing_more": len(failing) > SHOWN,
        }


class MessagePage(DetailPage):
    """One message as its recipient reads it."""

    scope = messages_visible_to
    permission = "outbox.read"
    refusal = words.REFUSAL
    breadcrumb = (words.HOME, OUTBOX)
    template_name = "bureau/message.html"
    context_object_name = "message"

    def get_queryset(self):
        return super().get_queryset().select_related("recipient__bounce", "digest")

    @cached_property
    def text(self) -> tuple[str, str]:
        """(subject, body)."""
        return services.as_read(self.object)

    def get_title(self) -> str:
        return self.text[0]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        message = self.object
        bounce = getattr(message.recipient, "bounce", None)
        facts = [
            (_("Destinataire"), self._addressee()),
            (_("Écrit le"), message.created_at),
            (_("Envoyé le"), message.sent_at),
            (_("Essais"), message.attempts),
        ]
        if message.digest:
            facts.append((_("Dans"), message.digest.subject or name_of(DIGEST)))
        if message.cancelled_because:
            facts.append((_("Annulé parce que"), message.get_cancelled_because_display()))
        return super().get_context_data(
            badge=badge_of(message),
            body=self.text[1],
            facts=facts,
            acts=self._acts(),
            is_uncertain=message.state == MessageState.UNCERTAIN,
            bounce=bounce if bounce and bounce.is_current and message.address in ("", bounce.address) else None,
            **kwargs,
        )

    def _addressee(self) -> str:
        """Whom it is for: an address alone when nobody has an account there yet."""
        message, name = self.object, addressee_of(self.object)
        return f"{name} ({message.address or message.recipient.email})" if name == str(message.recipient) else name

    def _acts(self) -> list[tuple[str, str, str]]:
        """(label, address, tone) of what may be done about the message."""
        message = self.object
        if not self.actor.has_perm("outbox.retry", message):
            return []
        acts = (
            (_("Renvoyer"), "bureau:message-retry", "main", Retry),
            (_("Considérer comme envoyé"), "bureau:message-settle", "quiet", Settle),
            (_("Noter un retour"), "bureau:message-bounce", "quiet", NoteBounce),
            (_("Annuler"), "bureau:message-cancel", "quiet", Cancel),
        )
        return [
            (label, resolve_url(name, pk=message.pk), tone) for label, name, tone, page in acts if page.is_open(message)
        ]


class ByHand(ConfirmPage):
    """What somebody decides about one message, with a reason that goes to the journal."""

    scope = messages_visible_to
    permission = "outbox.retry"
    refusal = words.REFUSAL
    form_class = ReasonForm
    # Whether the act makes sense for the message as it is.
    is_open: Callable[[Message], bool]

    def get_breadcrumb(self):
        page = (services.as_read(self.object)[0], resolve_url("bureau:message", pk=self.object.pk))
        return (words.HOME, OUTBOX, page)

    def get_obstacles(self) -> list[str]:
        if type(self).is_open(self.object):
            return []
        return [_("Ce message est «\u00a0%(state)s\u00a0».") % {"state": self.object.get_state_display()}]

    def get_success_url(self, result: Message) -> str:
        return resolve_url("bureau:message", pk=self.object.pk)


class Retry(ByHand):
    """Back in the outbox."""

    title = gettext_lazy("Renvoyer le message")
    submit_label = gettext_lazy("Renvoyer")
    success_message = gettext_lazy("Le message est remis en file\u00a0: il part dans la minute.")
    service = services.retry
    is_open = staticmethod(lambda message: message.is_retriable)

    def get_effects(self) -> list[str]:
        effects = [_("Le message part dans la minute, à l’adresse actuelle du destinataire.")]
        if self.object.state == MessageState.UNCERTAIN:
            effects.append(_("S’il était déjà arrivé, le destinataire le reçoit une seconde fois."))
        return effects


class Settle(ByHand):
    """No doubt any more."""

    title = gettext_lazy("Considérer le message comme envoyé")
    submit_label = gettext_lazy("Considérer comme envoyé")
    success_message = gettext_lazy("Le message est considéré comme envoyé.")
    effects = (gettext_lazy("Le message ne sera pas renvoyé. Le destinataire, ou le serveur, a confirmé son arrivée."),)
    service = services.settle
    is_open = staticmethod(lambda message: message.state == MessageState.UNCERTAIN)


class Cancel(ByHand):
    """It will not leave."""

    title = gettext_lazy("Annuler le message")
    submit_label = gettext_lazy("Annuler le message")
    success_message = gettext_lazy("Le message est annulé.")
    effects = (gettext_lazy("Le message ne partira pas. L’acte qui l’a écrit reste ce qu’il est."),)
    irreversible = (gettext_lazy("Un message annulé ne se remet pas en file."),)
    is_dangerous = True
    service = services.cancel
    is_open = staticmethod(lambda message: message.is_cancellable)


class NoteBounce(ByHand):
    """It came back."""

    title = gettext_lazy("Noter un retour")
    submit_label = gettext_lazy("Noter le retour")
    success_message = gettext_lazy("Le retour est noté.")
    effects = (
        gettext_lazy("Le message n’est pas remis\u00a0: il pourra être renvoyé."),
        gettext_lazy("La personne et le bureau voient que son adresse refuse les messages."),
    )
    service = services.note_bounce
    is_open = staticmethod(lambda message: message.state in LEFT)
