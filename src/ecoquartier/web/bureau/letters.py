"""Writing to a group: the letter, then its recipients and how it reads, then it leaves."""

from __future__ import annotations

from typing import Any

from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ecoquartier.access.scopes import letters_visible_to
from ecoquartier.core.text import french_list
from ecoquartier.notifications import services
from ecoquartier.notifications.enums import Cadence
from ecoquartier.notifications.messages import LETTER
from ecoquartier.notifications.models import Letter
from ecoquartier.notifications.queries import cadences_for, recipients_of, wording_in_force
from ecoquartier.notifications.services.words import put_in_words, words_for
from ecoquartier.people.models import User
from ecoquartier.web.bureau import words
from ecoquartier.web.bureau.forms import LetterForm
from ecoquartier.web.bureau.outbox import OUTBOX
from ecoquartier.web.shared.views import ConfirmPage, FormPage

WRITE = (gettext_lazy("Écrire à un groupe"), "bureau:letter-write")
SHOWN = 8


class Write(FormPage):
    """A new letter; nothing leaves from here."""

    permission = "outbox.write"
    refusal = words.REFUSAL
    form_class = LetterForm
    title = gettext_lazy("Écrire à un groupe")
    lead = gettext_lazy("La lettre est relue avec ses destinataires avant de partir.")
    breadcrumb = (words.HOME, OUTBOX)
    submit_label = gettext_lazy("Relire avant l’envoi")
    template_name = "bureau/letter_write.html"

    def perform(self, form: LetterForm) -> Letter:
        audience, _colon, group = form.cleaned_data["group"].partition(":")
        return services.prepare_letter(
            actor=self.actor,
            audience=audience,
            group=group,
            subject=form.cleaned_data["subject"],
            text=form.cleaned_data["text"].replace("\r\n", "\n"),
            letter=self.object,
        )

    def get_success_url(self, result: Letter) -> str:
        return resolve_url("bureau:letter-send", pk=result.pk)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(letters=list(letters_visible_to(self.actor)[:SHOWN]), **kwargs)


class Change(Write):
    """A letter that has not left."""

    scope = letters_visible_to
    title = gettext_lazy("Modifier la lettre")
    breadcrumb = (words.HOME, OUTBOX, WRITE)

    def get_initial(self) -> dict[str, str]:
        letter = self.object
        return {"group": f"{letter.audience}:{letter.group}", "subject": letter.subject, "text": letter.text}


class Send(ConfirmPage):
    """Who will receive the letter, and how it reads."""

    scope = letters_visible_to
    permission = "outbox.write"
    refusal = words.REFUSAL
    breadcrumb = (words.HOME, OUTBOX, WRITE)
    submit_label = gettext_lazy("Envoyer la lettre")
    template_name = "bureau/letter_send.html"
    irreversible = (gettext_lazy("Une lettre partie ne se rappelle pas."),)
    service = services.send_letter

    def get_title(self) -> str:
        return self.object.subject

    def get_cancel_url(self) -> str:
        return resolve_url("bureau:letter-change", pk=self.object.pk)

    def get_obstacles(self) -> list[str]:
        if self.object.sent_at:
            return [_("Cette lettre est déjà partie.")]
        return [] if self.people else [_("Ce groupe est vide\u00a0: la lettre n’a pas de destinataire.")]

    def get_effects(self) -> list[str]:
        if self.object.sent_at or not self.people:
            return []
        count = len(self.people) - self.unwilling
        sentence = ngettext("%(n)s personne reçoit cette lettre.", "%(n)s personnes reçoivent cette lettre.", count)
        effects = [sentence % {"n": count}] if count else []
        if count:
            effects.append(_("Elle part tout de suite ou dans le résumé du jour, selon ce que chacun a choisi."))
        if self.unwilling:
            unread = ngettext(
                "%(n)s personne du groupe a choisi de ne pas recevoir les lettres du bureau\u00a0: "
                "elle ne la reçoit pas.",
                "%(n)s personnes du groupe ont choisi de ne pas recevoir les lettres du bureau\u00a0: "
                "elles ne la reçoivent pas.",
                self.unwilling,
            )
            effects.append(unread % {"n": self.unwilling})
        return effects

    @cached_property
    def people(self) -> list[User]:
        """Who is in the group now."""
        return list(recipients_of(self.object))

    @cached_property
    def unwilling(self) -> int:
        """How many of them chose never to receive letters."""
        return list(cadences_for(LETTER.family, self.people).values()).count(Cadence.NEVER)

    def get_success_url(self, result: Letter) -> str:
        return resolve_url("bureau:outbox")

    def get_success_message(self, result: Letter) -> str:
        count = result.sent_to
        sentence = ngettext("La lettre part à %(n)s personne.", "La lettre part à %(n)s personnes.", count)
        return sentence % {"n": count}

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        letter = self.object
        first = self.people[0].full_name if self.people else ""
        return super().get_context_data(
            letter=letter,
            names=french_list([person.full_name for person in self.people], limit=SHOWN),
            preview=put_in_words(words_for(LETTER, wording_in_force(LETTER.key)), LETTER.context(letter), first),
            **kwargs,
        )
