"""The side of the correspondent: admissible, inadmissible, to complete, and back on the last deposit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import dossiers_visible_to
from ecoquartier.campaigns.enums import Section
from ecoquartier.core import clock
from ecoquartier.core.reading import reading
from ecoquartier.dossiers import services
from ecoquartier.dossiers.enums import Step
from ecoquartier.dossiers.queries import (
    agreement_statuses,
    doubts_in,
    last_deposit,
    missing_in,
)
from ecoquartier.dossiers.queries.snapshots import fields_of
from ecoquartier.web.dossiers.acts.base import DossierAct
from ecoquartier.web.dossiers.forms import (
    CompletionForm,
    OpinionForm,
    RefusalForm,
)
from ecoquartier.web.dossiers.sheet import Lack
from ecoquartier.web.shared.forms import Form
from ecoquartier.web.shared.views import ActionView


class Examination(DossierAct):
    """The file at left, the checklist at right: what the three answers of the correspondent share."""

    permission = "dossiers.examine"
    template_name = "dossiers/examine.html"

    def get_queryset(self):
        return super().get_queryset().prefetch_related("agreements__agreed_by", "completions")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        with reading():
            return super().get_context_data(
                deposit=last_deposit(self.object),
                lacks=[Lack(m.sentence) for m in missing_in(self.object)],
                doubts=doubts_in(self.object),
                agreements=agreement_statuses(self.object),
                completions=list(self.object.completions.all()),
                choices=[
                    (step.label, reverse(name, args=[self.object.pk]), step == self.step)
                    for step, name in (
                        (Step.ADMIT, "dossiers:examine"),
                        (Step.ASK_COMPLETION, "dossiers:ask-completion"),
                        (Step.REFUSE, "dossiers:refuse"),
                    )
                ],
                **kwargs,
            )


class Admit(Examination):
    """Admissible, with the opinion."""

    step = Step.ADMIT
    form_class = OpinionForm
    service = services.admit
    submit_label = Step.ADMIT.label
    success_message = gettext_lazy("Le dossier est recevable. Le porteur et le bureau national sont prévenus.")

    def get_effects(self) -> Iterable[str]:
        if self.get_obstacles():
            return []
        effects = [_("Le dossier est déclaré recevable sur ce dépôt ; le porteur de projet est prévenu.")]
        if self.object.stage.experts:
            effects.append(_("Le bureau national compose l’équipe d’expertise."))
        return effects


class Refuse(Examination):
    """Inadmissible, with the reasons."""

    step = Step.REFUSE
    form_class = RefusalForm
    service = services.refuse
    submit_label = Step.REFUSE.label
    is_dangerous = True
    success_message = gettext_lazy("Le dossier est irrecevable. Le porteur de projet reçoit vos motifs.")

    def get_effects(self) -> Iterable[str]:
        if self.get_obstacles():
            return []
        return [
            _("La candidature est refermée ; le porteur de projet et la collectivité lisent vos motifs."),
            _("Le coordonnateur régional peut rouvrir l’examen."),
        ]


class AskCompletion(Examination):
    """What is asked opens, and nothing else."""

    step = Step.ASK_COMPLETION
    form_class = CompletionForm
    submit_label = gettext_lazy("Envoyer la demande")
    success_message = gettext_lazy("La demande est envoyée au porteur de projet.")

    def get_effects(self) -> Iterable[str]:
        if self.get_obstacles():
            return []
        return [
            _("Le porteur de projet reçoit votre message et peut changer les éléments cochés jusqu’à la date."),
            _("Passé la date, vous pouvez reprendre l’examen sur le dépôt actuel."),
        ]

    def get_initial(self) -> dict[str, Any]:
        return {"due_on": clock.today() + timedelta(days=self.object.campaign.completion_days)}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "elements": self._elements()}

    def _elements(self) -> list[tuple[str, list[tuple[str, str]]]]:
        deposit, stage = last_deposit(self.object), self.object.stage
        if deposit is None:
            return []
        commitments = deposit.framework.commitments.values_list("number", "short")
        fields = fields_of(deposit, commitments if Section.ANSWERS in stage.sections else ())
        register = [row for row in fields if row[0].startswith(("operation.", "files."))]
        groups = [(_("Le registre de l’opération"), register), (_("Les réponses"), fields[len(register) :])]
        return [(label, rows) for label, rows in groups if rows]

    def perform(self, form: Form) -> Any:
        values = form.cleaned_data
        return services.ask_completion(
            self.object,
            actor=self.actor,
            message=values["message"],
            fields=values["elements"],
            due_on=values["due_on"],
        )


class Lapse(ActionView):
    """Past the date, the examination starts again on the last deposit."""

    scope = dossiers_visible_to
    service = services.lapse
    success_message = gettext_lazy("L’examen reprend sur le dernier dépôt, sans complément.")

    def get_next_url(self, result: Any) -> str:
        return resolve_url("dossiers:detail", pk=self.object.pk)

    def get_fallback_url(self) -> str:
        return resolve_url("dossiers:detail", pk=self.object.pk)
