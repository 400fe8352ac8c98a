"""Messages about dossiers."""

from __future__ import annotations

from collections.abc import Callable

from ecoquartier.core.text import long_date
from ecoquartier.dossiers.models import Dossier
from ecoquartier.notifications.domain import Notice, may, notice
from ecoquartier.notifications.enums import Family
from ecoquartier.operations.queries import coordinators_of, correspondents_of, representatives, team_of
from ecoquartier.people.enums import Role
from ecoquartier.people.queries import holders_of


def words(dossier: Dossier) -> dict:
    """Values for the words of a message about a dossier: nothing that depends on an outcome."""
    return {
        "operation": dossier.operation.name,
        "stage": str(dossier.stage),
        "campaign": str(dossier.campaign_id),
        "due_on": long_date(dossier.due_on) if dossier.due_on else "",
        "reason": dossier.reason,
        "path": f"/espace/dossiers/{dossier.pk}/",
    }


def holder_side(dossier: Dossier) -> list:
    """The team and the representatives of the collectivités."""
    return [*team_of(dossier.operation), *representatives(dossier.operation)]


SAMPLE = {
    "operation": "Les Rives du Thouet",
    "stage": "Étape 2, chantier",
    "campaign": "2027",
    "due_on": "10 juin 2027",
    "reason": "Le périmètre ne correspond pas à la délibération jointe.",
    "path": "/espace/dossiers/7f9c24e5-2f0b-4d3c-9a51-0c7d6f1e8b22/",
}
"""An example of each value of `words`."""

sees_dossier = may("dossiers.view")


def _notice(key: str, recipients: Callable, family: Family = Family.PROGRESS) -> Notice:
    return notice(
        "dossiers",
        key,
        family=family,
        recipients=recipients,
        context=words,
        sample=SAMPLE,
        visible_to=sees_dossier,
    )


OPENED_TO_COLLECTIVITE = _notice("dossier_opened_to_collectivite", lambda d: representatives(d.operation))
DEPOSITED_TO_CORRESPONDENT = _notice(
    "dossier_deposited_to_correspondent", lambda d: correspondents_of(d.operation), Family.ACT
)
DEPOSITED_TO_HOLDER = _notice("dossier_deposited_to_holder", holder_side, Family.DECISION)
COMPLETION_TO_HOLDER = _notice("completion_asked_to_holder", lambda d: team_of(d.operation), Family.ACT)
LAPSED_TO_HOLDER = _notice("completion_lapsed_to_holder", lambda d: team_of(d.operation))
ADMITTED_TO_HOLDER = _notice("dossier_admitted_to_holder", holder_side, Family.DECISION)
ADMITTED_TO_BUREAU = _notice("dossier_admitted_to_bureau", lambda d: holders_of(Role.BUREAU))
REFUSED_TO_HOLDER = _notice("dossier_refused_to_holder", holder_side, Family.DECISION)
REOPENED_TO_CORRESPONDENT = _notice(
    "dossier_reopened_to_correspondent", lambda d: correspondents_of(d.operation), Family.ACT
)
WITHDRAWN_TO_SERVICES = _notice(
    "dossier_withdrawn_to_services",
    lambda d: [*correspondents_of(d.operation), *coordinators_of(d.operation), *holders_of(Role.BUREAU)],
)
CLOSED_TO_HOLDER = _notice("dossier_closed_to_holder", holder_side, Family.DECISION)
RESUMED_TO_HOLDER = _notice("dossier_resumed_to_holder", lambda d: team_of(d.operation), Family.ACT)
