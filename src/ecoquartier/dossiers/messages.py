"""Messages about dossiers."""

from __future__ import annotations

from ecoquartier.dossiers.models import Dossier
from ecoquartier.notifications.domain import notice
from ecoquartier.operations.queries import coordinators_of, correspondents_of, representatives, team_of
from ecoquartier.people.enums import Role
from ecoquartier.people.queries import holders_of


def words(dossier: Dossier) -> dict:
    """Values for the words of a message about a dossier: nothing that depends on an outcome."""
    return {
        "operation": dossier.operation.name,
        "stage": str(dossier.stage),
        "campaign": dossier.campaign_id,
        "due_on": dossier.due_on.strftime("%d/%m/%Y") if dossier.due_on else "",
        "reason": dossier.reason,
        "path": f"/espace/dossiers/{dossier.pk}/",
    }


def holder_side(dossier: Dossier) -> list:
    """The team and the representatives of the collectivités."""
    return [*team_of(dossier.operation), *representatives(dossier.operation)]


def _notice(key: str, recipients):
    return notice("dossiers", key, recipients=recipients, context=words)


OPENED_TO_COLLECTIVITE = _notice("dossier_opened_to_collectivite", lambda d: representatives(d.operation))
DEPOSITED_TO_CORRESPONDENT = _notice("dossier_deposited_to_correspondent", lambda d: correspondents_of(d.operation))
DEPOSITED_TO_HOLDER = _notice("dossier_deposited_to_holder", holder_side)
COMPLETION_TO_HOLDER = _notice("completion_asked_to_holder", lambda d: team_of(d.operation))
LAPSED_TO_HOLDER = _notice("completion_lapsed_to_holder", lambda d: team_of(d.operation))
ADMITTED_TO_HOLDER = _notice("dossier_admitted_to_holder", holder_side)
ADMITTED_TO_BUREAU = _notice("dossier_admitted_to_bureau", lambda d: holders_of(Role.BUREAU))
REFUSED_TO_HOLDER = _notice("dossier_refused_to_holder", holder_side)
REOPENED_TO_CORRESPONDENT = _notice("dossier_reopened_to_correspondent", lambda d: correspondents_of(d.operation))
WITHDRAWN_TO_SERVICES = _notice(
    "dossier_withdrawn_to_services",
    lambda d: [*correspondents_of(d.operation), *coordinators_of(d.operation), *holders_of(Role.BUREAU)],
)
CLOSED_TO_HOLDER = _notice("dossier_closed_to_holder", holder_side)
RESUMED_TO_HOLDER = _notice("dossier_resumed_to_holder", lambda d: team_of(d.operation))
