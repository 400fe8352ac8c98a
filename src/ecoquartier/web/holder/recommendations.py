"""The recommendations of an operation: what was asked, what was answered, what a commission made of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import recommendations_visible_to
from ecoquartier.commissions.queries import comes_from_adjournment
from ecoquartier.core.errors import PermissionRefused
from ecoquartier.core.text import long_date
from ecoquartier.operations.enums import AWAITING_ANSWER, RecommendationState
from ecoquartier.operations.models import Operation, Recommendation, RecommendationReply
from ecoquartier.operations.queries import recommendations_told
from ecoquartier.operations.services import (
    MOST_SIGNS,
    answer_recommendation,
    hide_follow_up,
    publish_follow_up,
)
from ecoquartier.operations.workflow import RECOMMENDATION_WORKFLOW, RecommendationStep
from ecoquartier.web.holder import words
from ecoquartier.web.holder.operations import OperationPage, above
from ecoquartier.web.shared.forms import FilterForm, Form, TextField
from ecoquartier.web.shared.pagination import paginate
from ecoquartier.web.shared.views import ActionView, DetailPage, FormPage
from ecoquartier.workflow.engine import obstacles

TITLE = gettext_lazy("Recommandations")


class RecommendationFilters(FilterForm):
    """Which recommendations to list."""

    etat = forms.ChoiceField(
        label=gettext_lazy("État"),
        choices=[
            ("", gettext_lazy("Toutes")),
            ("a-repondre", gettext_lazy("Attendent une réponse")),
            ("repondues", gettext_lazy("Répondues")),
            ("levees", gettext_lazy("Levées")),
        ],
    )
    STATES = {
        "a-repondre": AWAITING_ANSWER,
        "repondues": (RecommendationState.ANSWERED,),
        "levees": (RecommendationState.LIFTED,),
    }

    def filter(self, rows: QuerySet[Recommendation]) -> QuerySet[Recommendation]:
        """Narrow by state."""
        states = self.STATES.get(self.cleaned_data["etat"])
        return rows.filter(state__in=states) if states else rows


class Recommendations(OperationPage, DetailPage):
    """Every recommendation of an operation, the latest first."""

    permission = "recommendations.view"
    title = TITLE
    lead = gettext_lazy("Ce que les commissions ont demandé, ce que l’équipe a répondu, ce qui en est advenu.")
    template_name = "holder/recommendations.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        filters = RecommendationFilters(self.request.GET)
        rows = recommendations_told(self.object, self.actor)
        rows = filters.filter(rows) if filters.is_valid() else rows.none()
        nav = paginate(rows, self.request, by=20)
        return super().get_context_data(
            rows=[(row, words.marks_of(row)) for row in nav.page.object_list],
            nav=nav,
            count=nav.page.paginator.count,
            filters=filters,
            may_answer=self.actor.has_perm("recommendations.answer", self.object),
            **kwargs,
        )


class ReplyForm(Form):
    """The answer of the holder."""

    text = TextField(
        label=gettext_lazy("Votre réponse"),
        limit=MOST_SIGNS,
        rows=8,
        help_text=gettext_lazy(
            "Ce qui a été fait, ou ce qui le sera et quand. La prochaine commission la lit dans le dépôt."
        ),
    )


class RecommendationPage(FormPage):
    """One recommendation, its history, and the answer."""

    scope = recommendations_visible_to
    permission = "recommendations.view"
    template_name = "holder/recommendation.html"
    form_class = ReplyForm
    submit_label = gettext_lazy("Enregistrer la réponse")
    success_message = gettext_lazy("La réponse est enregistrée.")
    object: Recommendation

    def check_permission(self) -> None:
        """Reading for all methods, answering for POST."""
        super().check_permission()
        if self.request.method == "POST" and not self.may_answer:
            raise PermissionRefused(_("Seuls les pilotes et contributeurs de l’équipe répondent aux recommandations."))

    @cached_property
    def may_answer(self) -> bool:
        """Whether this person writes for the operation."""
        return self.actor.has_perm("recommendations.answer", self.object)

    @property
    def operation(self) -> Operation:
        """The operation of the page."""
        return self.object.operation

    def get_title(self) -> str:
        said = _("Réserve du %(day)s") if self.object.is_reservation else _("Recommandation du %(day)s")
        return said % {"day": long_date(self.object.issued_on)}

    def get_eyebrow(self) -> str:
        return self.operation.name

    def get_breadcrumb(self):
        return [*above(self.operation), (TITLE, resolve_url("holder:recommendations", pk=self.operation.pk))]

    def get_initial(self) -> dict[str, Any]:
        return {"text": self.object.answer.text if self.object.answer else ""}

    def perform(self, form: ReplyForm) -> Recommendation:
        return answer_recommendation(self.object, actor=self.actor, text=form.cleaned_data["text"])

    def get_success_url(self, result: Recommendation) -> str:
        return resolve_url("holder:recommendation", pk=result.pk)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        recommendation = self.object
        may_publish = self.actor.has_perm("recommendations.publish", recommendation)
        reason = RECOMMENDATION_WORKFLOW.why_not(RecommendationStep.ANSWER, recommendation, self.actor)
        kwargs.setdefault("form", self.get_form())
        return super().get_context_data(
            marks=words.marks_of(recommendation),
            tone=words.RECOMMENDATION_TONES[RecommendationState(recommendation.state)],
            history=history_of(recommendation),
            # What somebody has just typed stays under their eyes, whatever happened meanwhile.
            shows_form=self.may_answer and (not reason or kwargs["form"].is_bound),
            may_publish=may_publish,
            why_not_published=why_not_public(recommendation) if may_publish else "",
            **kwargs,
        )


def why_not_public(recommendation: Recommendation) -> str:
    """Why its follow-up cannot be shown to all, or hidden again; empty when it can."""
    if comes_from_adjournment(recommendation) and not recommendation.is_published:
        return _("Elle vient d’un ajournement\u00a0: il n’est jamais rendu public.")
    service = hide_follow_up if recommendation.is_published else publish_follow_up
    return next(iter(obstacles(service, recommendation)), "")


class FollowUpShow(ActionView):
    """The lead shows on the public sheet what was asked and what was done of it."""

    scope = recommendations_visible_to
    service = publish_follow_up
    success_message = gettext_lazy("La fiche publique montrera le suivi de cette recommandation.")


class FollowUpHide(ActionView):
    """The lead shows it no more."""

    scope = recommendations_visible_to
    service = hide_follow_up
    success_message = gettext_lazy("La fiche publique ne montre plus le suivi de cette recommandation.")


def history_of(recommendation: Recommendation) -> list[dict[str, str]]:
    """What was asked, answered and decided, in order."""
    asked = _("Demandée par\u00a0: %(issuer)s") % {"issuer": recommendation.issuer}
    return [
        {"title": asked, "when": long_date(recommendation.issued_on), "text": "", "state": "done"},
        *(_line(reply) for reply in recommendation.replies.all()),
    ]


def _line(reply: RecommendationReply) -> dict[str, str]:
    if reply.state == RecommendationState.ANSWERED:
        title = _("Réponse de %(person)s") % {"person": reply.said_by or _("l’équipe")}
        return {"title": title, "when": long_date(localdate(reply.said_at)), "text": reply.text, "state": "done"}
    is_lifted = reply.state == RecommendationState.LIFTED
    said = _("Levée par\u00a0: %(issuer)s") if is_lifted else _("Maintenue par\u00a0: %(issuer)s")
    when = long_date(reply.decided_on)
    return {"title": said % {"issuer": reply.issuer}, "when": when, "text": reply.text, "state": "done"}
