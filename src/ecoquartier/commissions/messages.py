"""Messages of commissions: a convocation lists no dossier that its reader has not declared for."""

from __future__ import annotations

from ecoquartier.dossiers.messages import holder_side, words
from ecoquartier.notifications.domain import notice
from ecoquartier.people.models import User


def _members(sitting):
    return User.objects.filter(is_active=True, seats__commission=sitting.commission)


def _sitting(sitting) -> dict:
    return {
        "commission": sitting.commission.name,
        "held_on": sitting.held_on.strftime("%d/%m/%Y"),
        "place": sitting.place,
        "path": f"/espace/commissions/seances/{sitting.pk}/",
    }


CONVENED_TO_MEMBERS = notice("commissions", "sitting_convened_to_members", recipients=_members, context=_sitting)
CANCELLED_TO_MEMBERS = notice("commissions", "sitting_cancelled_to_members", recipients=_members, context=_sitting)
OUTCOME_TO_HOLDER = notice("commissions", "outcome_notified_to_holder", recipients=holder_side, context=words)
