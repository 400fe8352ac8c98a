"""Messages of commissions: a convocation lists no dossier that its reader has not declared for."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ecoquartier.core.text import long_date
from ecoquartier.dossiers.messages import SAMPLE, holder_side, words
from ecoquartier.dossiers.queries import knows_outcome
from ecoquartier.notifications.domain import Notice, may, notice
from ecoquartier.notifications.enums import Family
from ecoquartier.people.models import User


def _members(sitting):
    return User.objects.filter(is_active=True, seats__commission=sitting.commission)


def _words(sitting) -> dict[str, str]:
    return {
        "commission": sitting.commission.name,
        "held_on": long_date(sitting.held_on),
        "place": sitting.place or _("il sera indiqué sur la page de la séance"),
        "path": f"/espace/commissions/seances/{sitting.pk}/",
    }


def _to_members(key: str) -> Notice:
    return notice(
        "commissions",
        key,
        family=Family.DECISION,
        recipients=_members,
        context=_words,
        sample={
            "commission": "Commission régionale des Pays de la Loire",
            "held_on": "22 septembre 2027",
            "place": "Préfecture de région, salle Loire",
            "path": "/espace/commissions/seances/7f9c24e5-2f0b-4d3c-9a51-0c7d6f1e8b22/",
        },
        visible_to=may("commissions.view"),
    )


CONVENED_TO_MEMBERS = _to_members("sitting_convened_to_members")
CANCELLED_TO_MEMBERS = _to_members("sitting_cancelled_to_members")
OUTCOME_TO_HOLDER = notice(
    "commissions",
    "outcome_notified_to_holder",
    family=Family.DECISION,
    recipients=holder_side,
    context=words,
    sample=SAMPLE,
    visible_to=lambda person, dossier: knows_outcome(dossier, person),
)
