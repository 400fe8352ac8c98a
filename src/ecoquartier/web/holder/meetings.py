"""The meeting of the holder with the correspondent: asked for, noted, waived."""

from __future__ import annotations

from typing import Any

from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy

from ecoquartier.core import clock
from ecoquartier.operations import services
from ecoquartier.operations.models import Operation
from ecoquartier.operations.queries import meetings_awaited, members_of_team
from ecoquartier.web.holder.forms import MeetingForm, WaiverForm
from ecoquartier.web.holder.operations import OperationPage, WritingPage
from ecoquartier.web.shared.views import ConfirmPage, FormPage

# Of a team, those to call first.
SHOWN = 5


class OperationMeeting(WritingPage, OperationPage, FormPage):
    """The meeting, a condition of the first stage, once it is held."""

    permission = "operations.accompany"
    refusal = gettext_lazy("La date de rencontre est notée par le correspondant du département.")
    title = gettext_lazy("Rencontre avec le porteur")
    lead = gettext_lazy("La première étape suppose que le correspondant et le porteur se soient rencontrés.")
    template_name = "holder/meeting.html"
    form_class = MeetingForm
    submit_label = gettext_lazy("Noter la rencontre")
    success_message = gettext_lazy("La rencontre est notée.")

    def get_initial(self) -> dict[str, Any]:
        return {"met_on": self.object.met_on}

    def perform(self, form: MeetingForm) -> Operation:
        return services.record_meeting(self.object, actor=self.actor, met_on=form.cleaned_data["met_on"])

    def get_success_url(self, result: Operation) -> str:
        return resolve_url("holder:operation", pk=result.pk)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        awaited = meetings_awaited().filter(pk=self.object.pk).first()
        return super().get_context_data(
            settled=services.is_meeting_awaited(self.object),
            awaited=awaited,
            is_late=awaited is not None and awaited.held_by < clock.today(),
            people=members_of_team(self.object)[:SHOWN],
            **kwargs,
        )


class AskMeeting(WritingPage, OperationPage, ConfirmPage):
    """The holder asks to meet the correspondent."""

    permission = "operations.ask_meeting"
    refusal = gettext_lazy("Seuls les pilotes et contributeurs de l’équipe demandent la rencontre.")
    service = services.ask_meeting
    title = gettext_lazy("Demander à rencontrer le correspondant")
    submit_label = gettext_lazy("Demander la rencontre")
    success_message = gettext_lazy("La rencontre est demandée\u00a0: le correspondant est prévenu.")
    effects = (
        gettext_lazy("Le correspondant ville durable reçoit votre demande, et convient d’un jour avec vous."),
        gettext_lazy("Si la rencontre ne se tient pas dans les délais, le bureau national peut vous en dispenser."),
    )

    get_success_url = OperationMeeting.get_success_url

    def get_obstacles(self) -> list[str]:
        checks = (services.is_meeting_awaited(self.object), services.is_meeting_to_ask(self.object))
        return [reason for reason in checks if reason]


class WaiveMeeting(WritingPage, OperationPage, ConfirmPage):
    """The bureau does without a meeting that was not held in time."""

    permission = "operations.waive_meeting"
    refusal = gettext_lazy("Seul le bureau national dispense de la rencontre.")
    form_class = WaiverForm
    service = services.waive_meeting
    title = gettext_lazy("Dispenser de la rencontre")
    submit_label = gettext_lazy("Dispenser de la rencontre")
    success_message = gettext_lazy("L’opération est dispensée de la rencontre\u00a0: son équipe est prévenue.")
    effects = (
        gettext_lazy("La rencontre ne manque plus à la candidature, comme si elle avait eu lieu."),
        gettext_lazy("Les pilotes de l’équipe reçoivent un message."),
    )

    get_success_url = OperationMeeting.get_success_url

    def get_obstacles(self) -> list[str]:
        awaited = services.is_meeting_awaited(self.object)
        overdue = None if awaited else services.is_meeting_overdue(self.object)
        return [reason for reason in (awaited, overdue) if reason]
