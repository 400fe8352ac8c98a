"""The life of a session of the support mode."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.accounts import messages as m
from ecoquartier.accounts.enums import SupportState
from ecoquartier.accounts.models import SupportSession
from ecoquartier.accounts.queries import why_not_seen
from ecoquartier.workflow.engine import Transition, Workflow


class SupportStep(TextChoices):
    """Steps of a session."""

    OPEN = "open", gettext_lazy("Ouvrir l’assistance")
    REFUSE = "refuse", gettext_lazy("Refuser l’assistance")
    END = "end", gettext_lazy("Terminer l’assistance")


def asker_may_still_ask(session: SupportSession) -> str | None:
    """Whoever asked still holds the role that allows it."""
    if session.asked_by.is_active and session.asked_by.has_perm("support.ask"):
        return None
    return _("%(asker)s n’a plus le rôle qui permet de demander une assistance.") % {"asker": session.asked_by}


def person_may_be_seen(session: SupportSession) -> str | None:
    """The account seen is open, and holds nothing that the asker must not learn."""
    return why_not_seen(session.person, session.asked_by)


def is_running(session: SupportSession) -> str | None:
    """The session is opened, and its time is not over."""
    if session.is_running:
        return None
    if session.state == SupportState.OPENED:
        at = date_format(timezone.localtime(session.expires_at), r"H \h i")
        return _("Le temps de cette assistance est passé\u00a0: elle durait jusqu’à %(at)s.") % {"at": at}
    return _("Cette assistance est «\u00a0%(state)s\u00a0».") % {"state": session.get_state_display()}


SUPPORT_WORKFLOW = Workflow(
    "support",
    states=SupportState,
    initial=SupportState.ASKED,
    transitions=[
        Transition(
            SupportStep.OPEN,
            (SupportState.ASKED,),
            SupportState.OPENED,
            "support.open",
            "support.opened",
            guards=(asker_may_still_ask, person_may_be_seen),
            notices=(m.SUPPORT_OPENED, m.SUPPORT_ANSWERED),
        ),
        Transition(
            SupportStep.REFUSE,
            (SupportState.ASKED,),
            SupportState.REFUSED,
            "support.refuse",
            "support.refused",
            notices=(m.SUPPORT_ANSWERED,),
        ),
        Transition(
            SupportStep.END,
            (SupportState.ASKED, SupportState.OPENED),
            SupportState.ENDED,
            "support.end",
            "support.ended",
        ),
    ],
)
