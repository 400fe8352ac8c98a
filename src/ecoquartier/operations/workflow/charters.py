"""The life of a signature of the charter that an older sheet tells of."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from ecoquartier.operations import messages
from ecoquartier.operations.enums import CharterState
from ecoquartier.operations.queries import why_not_kept
from ecoquartier.workflow.engine import Transition, Workflow


class CharterStep(TextChoices):
    """Steps of a signature told by an older sheet."""

    CONFIRM = "confirm", _("Confirmer la signature")
    SET_ASIDE = "set_aside", _("Écarter la signature")


CHARTER_WORKFLOW = Workflow(
    "charter",
    states=CharterState,
    initial=CharterState.TO_CONFIRM,
    transitions=[
        Transition(
            CharterStep.CONFIRM,
            (CharterState.TO_CONFIRM,),
            CharterState.CONFIRMED,
            "operations.confirm_charter",
            "charter.confirmed",
            guards=(why_not_kept,),
            notices=(messages.CHARTER_CONFIRMED,),
        ),
        Transition(
            CharterStep.SET_ASIDE,
            (CharterState.TO_CONFIRM,),
            CharterState.SET_ASIDE,
            "operations.confirm_charter",
            "charter.dismissed",
        ),
    ],
)
