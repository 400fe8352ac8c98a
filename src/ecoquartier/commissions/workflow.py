"""The life of a sitting (rule 10)."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from ecoquartier.commissions import messages as m
from ecoquartier.commissions.enums import SittingState, SittingStep
from ecoquartier.commissions.models import Sitting
from ecoquartier.core import clock
from ecoquartier.dossiers.enums import CLOSED_STATES, DossierState
from ecoquartier.workflow.engine import Transition, Workflow, with_arguments

S = SittingState


def has_items(sitting: Sitting) -> str | None:
    """A sitting is convened on an agenda."""
    return None if sitting.items.exists() else _("L’ordre du jour est vide.")


def notice_is_long_enough(sitting: Sitting) -> str | None:
    """Convened at least the campaign's number of days before (5 by default)."""
    days = sitting.campaign.notice_days
    if clock.today() + timedelta(days=days) > sitting.held_on:
        return _("La convocation part au moins %(n)s jours avant la séance.") % {"n": days}
    return None


def day_has_come(sitting: Sitting) -> str | None:
    """A sitting opens on its day or later."""
    if clock.today() < sitting.held_on:
        return _("La séance est prévue le %(day)s.") % {"day": sitting.held_on.strftime("%d/%m/%Y")}
    return None


def every_item_settled(sitting: Sitting) -> str | None:
    """Each dossier still in commission has an outcome or is carried over."""
    waiting = sitting.items.filter(outcome="").exclude(dossier__state__in=CLOSED_STATES).first()
    if waiting:
        return _("Le point %(n)s n’a pas encore d’avis\u00a0: rendez-le, ou reportez-le.") % {"n": waiting.position}
    return None


@with_arguments
def signer_has_declared(sitting: Sitting, *, actor) -> str | None:
    """Rule 12: nobody signs what they may not open; a recusal is told in the minutes, silence is not."""
    waiting = (
        sitting.items.exclude(dossier__declarations__user=actor)
        .exclude(dossier__state__in=[DossierState.WITHDRAWN, DossierState.CLOSED])
        .first()
    )
    if waiting:
        return _("Déclarez d’abord vos liens pour le point %(n)s\u00a0: vous pourrez le lire, puis signer.") % {
            "n": waiting.position
        }
    return None


SITTING_WORKFLOW = Workflow(
    "sitting",
    states=SittingState,
    initial=S.PLANNED,
    transitions=[
        Transition(
            SittingStep.CONVENE,
            (S.PLANNED,),
            S.CONVENED,
            "commissions.run",
            "sitting.convened",
            guards=(has_items, notice_is_long_enough),
            notices=(m.CONVENED_TO_MEMBERS,),
        ),
        Transition(
            SittingStep.OPEN,
            (S.CONVENED,),
            S.OPEN,
            "commissions.record",
            "sitting.opened",
            guards=(day_has_come,),
        ),
        Transition(
            SittingStep.CLOSE,
            (S.OPEN,),
            S.CLOSED,
            "commissions.record",
            "sitting.closed",
            guards=(every_item_settled,),
        ),
        Transition(
            SittingStep.SIGN,
            (S.CLOSED,),
            S.MINUTED,
            "commissions.sign",
            "minutes.signed",
            guards=(signer_has_declared,),
        ),
        Transition(
            SittingStep.CANCEL,
            (S.PLANNED, S.CONVENED),
            S.CANCELLED,
            "commissions.run",
            "sitting.cancelled",
            notices=(m.CANCELLED_TO_MEMBERS,),
        ),
    ],
)
