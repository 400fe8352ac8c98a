"""The lives of a label and of a ceremony."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecoquartier.awards import messages as m
from ecoquartier.awards.enums import AwardState, AwardStep, CeremonyState, CeremonyStep
from ecoquartier.awards.models import Award, Ceremony
from ecoquartier.awards.queries import for_ceremony
from ecoquartier.core import clock
from ecoquartier.journal.enums import Release
from ecoquartier.workflow.engine import Transition, Workflow, with_arguments


def day_has_come(ceremony: Ceremony) -> str | None:
    """Nothing is published before the day of the ceremony."""
    if clock.today() < ceremony.held_on:
        return _("La cérémonie est prévue le %(day)s.") % {"day": ceremony.held_on.strftime("%d/%m/%Y")}
    return None


def all_notified(ceremony: Ceremony) -> str | None:
    """Holders learn of their label before the press does (rule 15)."""
    waiting = for_ceremony(ceremony.campaign).filter(state=AwardState.DECIDED).count()
    if waiting:
        return ngettext(
            "%(n)s label n’est pas encore notifié à son porteur.",
            "%(n)s labels ne sont pas encore notifiés à leurs porteurs.",
            waiting,
        ) % {"n": waiting}
    if not for_ceremony(ceremony.campaign).exists():
        return _("Aucun label n’est à publier pour cette campagne.")
    return None


@with_arguments
def second_person(ceremony: Ceremony, *, actor) -> str | None:
    """Publication is confirmed by somebody else of the bureau."""
    if ceremony.requested_by_id == actor.pk:
        return _("Une autre personne du bureau doit confirmer la publication.")
    return None


def is_notified(award: Award) -> str | None:
    """Registered stages are published at once; others after notification."""
    return None if award.notified_at else _("Le label n’est pas encore notifié.")


AWARD_WORKFLOW = Workflow(
    "award",
    states=AwardState,
    initial=AwardState.DECIDED,
    transitions=[
        Transition(
            AwardStep.NOTIFY,
            (AwardState.DECIDED,),
            AwardState.NOTIFIED,
            "",
            "award.notified",
            release=Release.NOTIFIED,
        ),
        Transition(
            AwardStep.PUBLISH,
            (AwardState.NOTIFIED,),
            AwardState.PUBLISHED,
            "",
            "award.published",
            guards=(is_notified,),
            notices=(m.PUBLISHED_TO_HOLDER,),
            release=Release.PUBLISHED,
        ),
    ],
)

CEREMONY_WORKFLOW = Workflow(
    "ceremony",
    states=CeremonyState,
    initial=CeremonyState.PLANNED,
    transitions=[
        Transition(
            CeremonyStep.REQUEST,
            # Published already: labels awarded since then are published by the same two-person gesture.
            (CeremonyState.PLANNED, CeremonyState.PUBLISHED),
            CeremonyState.REQUESTED,
            "awards.publish",
            "ceremony.requested",
            guards=(day_has_come, all_notified),
        ),
        Transition(
            CeremonyStep.CANCEL,
            (CeremonyState.REQUESTED,),
            CeremonyState.PLANNED,
            "awards.publish",
            "ceremony.request_cancelled",
        ),
        Transition(
            CeremonyStep.CONFIRM,
            (CeremonyState.REQUESTED,),
            CeremonyState.PUBLISHED,
            "awards.publish",
            "ceremony.published",
            guards=(second_person, day_has_come, all_notified),
        ),
    ],
)
