"""The side of the coordinator and of the bureau: what moves a dossier without examining it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.awards import services as awards
from ecoquartier.core import clock
from ecoquartier.core.text import long_date
from ecoquartier.dossiers import services
from ecoquartier.dossiers.enums import DossierState, Step
from ecoquartier.dossiers.queries import (
    state_label,
)
from ecoquartier.web.dossiers.acts.base import DossierAct
from ecoquartier.web.dossiers.forms import (
    ExtendForm,
    ReasonForm,
    ResumeForm,
)


class Reopen(DossierAct):
    """The coordinator has an inadmissible dossier examined again."""

    permission = "dossiers.reopen"
    step = Step.REOPEN
    form_class = ReasonForm
    service = services.reopen
    submit_label = Step.REOPEN.label
    success_message = gettext_lazy("L’examen est rouvert. Le correspondant est prévenu.")
    effects = (gettext_lazy("Le dossier revient chez le correspondant, sur son dernier dépôt, avec votre motif."),)


class Register(DossierAct):
    """The coordinator registers a stage that no commission decides."""

    permission = "dossiers.register"
    step = Step.REGISTER
    service = awards.register
    submit_label = Step.REGISTER.label
    success_message = gettext_lazy("L’étape est enregistrée.")

    def get_effects(self) -> Iterable[str]:
        if self.get_obstacles():
            return []
        return [
            _("L’opération obtient : %(stage)s (%(year)s).")
            % {"stage": self.object.stage, "year": self.object.campaign_id},
            _("Le porteur et la collectivité sont prévenus, et le registre public change aussitôt."),
            _("La prochaine commission nationale en prend acte."),
        ]


class SkipExpertise(DossierAct):
    """A stage without experts goes to its regional commission."""

    permission = "dossiers.steer"
    step = Step.SKIP_EXPERTISE
    service = services.skip_expertise
    submit_label = gettext_lazy("Passer en commission")
    success_message = gettext_lazy("Le dossier peut être inscrit à une séance régionale.")
    effects = (gettext_lazy("Le dossier peut être inscrit à l’ordre du jour de la commission de la région."),)


class ReferDirectly(DossierAct):
    """A stage that the national commission alone decides."""

    permission = "dossiers.steer"
    step = Step.REFER_DIRECTLY
    service = services.refer_directly
    submit_label = gettext_lazy("Transmettre")
    success_message = gettext_lazy("Le dossier peut être inscrit à une séance nationale.")
    effects = (gettext_lazy("Le dossier peut être inscrit à l’ordre du jour de la commission nationale."),)


class Close(DossierAct):
    """The bureau closes a dossier."""

    permission = "dossiers.steer"
    step = Step.CLOSE
    form_class = ReasonForm
    service = services.close
    submit_label = Step.CLOSE.label
    is_dangerous = True
    success_message = gettext_lazy("Le dossier est clos. Le porteur de projet reçoit votre motif.")
    effects = (gettext_lazy("La candidature est refermée ; le porteur de projet et la collectivité lisent le motif."),)


class Resume(DossierAct):
    """The bureau gives an adjourned dossier back to its holder."""

    permission = "dossiers.steer"
    step = Step.RESUME
    form_class = ResumeForm
    service = services.resume
    submit_label = gettext_lazy("Rendre le dossier au porteur")
    success_message = gettext_lazy("Le dossier est rendu au porteur de projet.")
    effects = (
        gettext_lazy("Le porteur de projet peut changer tous les éléments, puis déposer de nouveau jusqu’à la date."),
        gettext_lazy("Le dossier reprend ensuite tout le chemin, depuis l’examen du correspondant."),
    )

    def get_initial(self) -> dict[str, Any]:
        return {"due_on": clock.today() + timedelta(days=self.object.campaign.completion_days)}


class Extend(DossierAct):
    """The bureau extends the window for one dossier."""

    permission = "dossiers.steer"
    title = gettext_lazy("Prolonger le dépôt")
    form_class = ExtendForm
    service = services.extend
    submit_label = gettext_lazy("Prolonger")

    def get_effects(self) -> Iterable[str]:
        last = self.object.filing_ends_on
        if self.get_obstacles() or last is None:
            return []
        return [
            _(
                "Le dépôt de cette candidature se ferme aujourd’hui le %(day)s ; il restera possible jusqu’à la "
                "nouvelle date."
            )
            % {"day": long_date(last)}
        ]

    def get_obstacles(self) -> Iterable[str]:
        if self.object.state == DossierState.DRAFT:
            return []
        label = state_label(self.object, self.actor)
        return [_("Seul un dossier en préparation peut être prolongé ; l’état est « %(state)s ».") % {"state": label}]

    def get_success_message(self, result: Any) -> str:
        return _("Le dépôt est possible jusqu’au %(day)s.") % {"day": long_date(result.filing_ends_on)}
