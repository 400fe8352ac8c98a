"""What may be done with what a territory adds: proposed, given back, published, withdrawn."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.framework.services import supplements as services
from ecoquartier.framework.workflow import SUPPLEMENT_WORKFLOW, SupplementStep
from ecoquartier.web.services.forms import ReasonForm
from ecoquartier.web.services.supplements import OnSupplement
from ecoquartier.web.shared.views import ConfirmPage


class StepPage(OnSupplement, ConfirmPage):
    """A step of the table, with its effects and what stands in its way."""

    template_name = "services/supplement_step.html"
    step: SupplementStep
    # What is said to its author, when it is somebody else.
    told: str = ""

    def get_effects(self) -> list[str]:
        is_told = self.told and self.object.author_id not in (None, self.actor.pk)
        return [*self.effects, self.told] if is_told else [*self.effects]

    def get_obstacles(self) -> list[str]:
        reason = SUPPLEMENT_WORKFLOW.why_not(self.step, self.object, self.actor)
        return [reason] if reason else []


class Propose(StepPage):
    """A county says that it has finished."""

    permission = "framework.propose_supplement"
    refusal = gettext_lazy("Le département qui écrit cette déclinaison la propose.")
    service = services.propose_supplement
    step = SupplementStep.PROPOSE
    title = gettext_lazy("Proposer une déclinaison à la publication")
    submit_label = gettext_lazy("Proposer à la publication")
    success_message = gettext_lazy("C’est proposé\u00a0: la région est prévenue.")
    effects = (
        gettext_lazy("Le coordonnateur de la région est prévenu\u00a0; il la publie, ou la rend avec un motif."),
        gettext_lazy("Son texte ne change plus tant qu’elle n’est pas remise en préparation."),
    )


class Return(StepPage):
    """What was proposed is to be written again."""

    permission = "framework.return_supplement"
    refusal = gettext_lazy("Cette déclinaison est remise en préparation par son territoire ou par sa région.")
    service = services.return_supplement
    step = SupplementStep.RETURN
    form_class = ReasonForm
    title = gettext_lazy("Remettre une déclinaison en préparation")
    submit_label = gettext_lazy("Remettre en préparation")
    success_message = gettext_lazy("Elle est de nouveau en préparation.")
    effects = (gettext_lazy("Son territoire peut la modifier, puis la proposer de nouveau."),)
    told = gettext_lazy("Son auteur est prévenu et lit le motif.")


class Publish(StepPage):
    """Everybody reads it."""

    permission = "framework.publish_supplement"
    refusal = gettext_lazy("La région publie ses déclinaisons et celles de ses départements.")
    service = services.publish_supplement
    step = SupplementStep.PUBLISH
    title = gettext_lazy("Publier une déclinaison")
    submit_label = gettext_lazy("Publier")
    success_message = gettext_lazy("Elle est publiée.")
    told = gettext_lazy("Son auteur est prévenu.")
    irreversible = (
        gettext_lazy("Son texte ne changera plus\u00a0: pour le corriger, on la retire et on en écrit une autre."),
    )

    @property
    def effects(self) -> tuple[str, ...]:
        """Who reads it: the notebooks of its version, not the others."""
        return (
            _("Chacun la lit à côté de l’engagement."),
            _("Les équipes du territoire la lisent dans les carnets qui suivent la version %(version)s.")
            % {"version": self.object.commitment.framework_id},
            _("Les réponses déjà écrites et les candidatures déposées ne changent pas."),
        )


class Withdraw(StepPage):
    """Nobody else reads it any more."""

    permission = "framework.publish_supplement"
    refusal = gettext_lazy("La région retire ses déclinaisons et celles de ses départements.")
    service = services.withdraw_supplement
    step = SupplementStep.WITHDRAW
    form_class = ReasonForm
    title = gettext_lazy("Retirer une déclinaison")
    submit_label = gettext_lazy("Retirer")
    success_message = gettext_lazy("Elle est retirée.")
    effects = (
        gettext_lazy("Le public et les équipes ne la lisent plus\u00a0; les services de son territoire la gardent."),
    )
    told = gettext_lazy("Son auteur est prévenu et lit le motif.")
    irreversible = (gettext_lazy("Elle ne sera plus publiée\u00a0; on peut en écrire une autre à partir d’elle."),)
    is_dangerous = True
