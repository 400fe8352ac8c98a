"""Questions of the public, for those who answer them by mail."""

from __future__ import annotations

from typing import Any

from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import questions_visible_to
from ecoquartier.accounts.models import Question
from ecoquartier.accounts.services import questions
from ecoquartier.web.shared.views import ConfirmPage, ListPage
from ecoquartier.web.templatetags.typography import long_moment

QUESTIONS = (gettext_lazy("Questions du public"), "services:questions")
REFUSAL = gettext_lazy("Les services de l’État et le bureau national répondent aux questions du public.")
ANSWERED = "repondues"


class Questions(ListPage):
    """Those that wait for an answer, or those that had one."""

    scope = questions_visible_to
    permission = "services.desk"
    refusal = REFUSAL
    title = gettext_lazy("Questions du public")
    lead = gettext_lazy("Écrites par la page de contact. Elles sont effacées un an après.")
    template_name = "services/questions.html"

    @property
    def shows_answered(self) -> bool:
        """The second tab."""
        return self.request.GET.get("etat") == ANSWERED

    def get_queryset(self):
        rows = super().get_queryset()
        if self.shows_answered:
            return rows.filter(answered_at__isnull=False).order_by("-answered_at", "pk")
        return rows.filter(answered_at=None).order_by("asked_at", "pk")

    def get_empty_text(self) -> str:
        if self.shows_answered:
            return _("Aucune question n’a encore eu de réponse.")
        return _("Aucune question n’attend de réponse.")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        url, answered = resolve_url("services:questions"), self.shows_answered
        tabs = [(url, _("À répondre"), not answered), (f"{url}?etat={ANSWERED}", _("Répondues"), answered)]
        return super().get_context_data(tabs=tabs, **kwargs)


class QuestionPage(ConfirmPage):
    """One question: who asks what; the answer leaves from one's own mailbox, then one says so here."""

    scope = questions_visible_to
    permission = "questions.answer"
    refusal = REFUSAL
    breadcrumb = (QUESTIONS,)
    template_name = "services/question.html"
    service = questions.note_answer
    submit_label = gettext_lazy("J’ai répondu")
    success_message = gettext_lazy("C’est noté\u00a0: cette question n’attend plus.")
    success_url = "services:questions"
    effects = (
        gettext_lazy("La question passe dans «\u00a0Répondues\u00a0»\u00a0: vos collègues n’ont plus à y répondre."),
        gettext_lazy("Ils y lisent que vous avez répondu, et quel jour."),
    )

    def get_title(self) -> str:
        return _("Question du public")

    def get_obstacles(self) -> list[str]:
        return list(filter(None, (questions.is_unanswered(self.object),)))

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        question: Question = self.object
        facts = [
            (_("Sujet"), question.get_topic_display()),
            (_("Commune"), str(question.commune or _("aucune précisée"))),
            (_("De"), question.name),
            (_("Écrite le"), long_moment(question.asked_at)),
        ]
        if question.answered_at:
            facts.append((_("Réponse de"), str(question.answered_by or _("une personne effacée"))))
            facts.append((_("Réponse le"), long_moment(question.answered_at)))
        return super().get_context_data(question=question, facts=facts, **kwargs)
