"""Messages of the expertise: none says what an expert thinks."""

from __future__ import annotations

from ecoquartier.dossiers.messages import words
from ecoquartier.expertise.queries import current_team
from ecoquartier.notifications.domain import notice
from ecoquartier.operations.queries import correspondents_of, team_of
from ecoquartier.people.enums import Role
from ecoquartier.people.queries import holders_of


def _of_dossier(obj) -> dict:
    return words(obj.dossier)


PROPOSED_TO_EXPERT = notice(
    "expertise", "assignment_proposed_to_expert", recipients=lambda a: [a.expert], context=_of_dossier
)
DECLINED_TO_BUREAU = notice(
    "expertise", "assignment_declined_to_bureau", recipients=lambda a: holders_of(Role.BUREAU), context=_of_dossier
)
VISIT_DATED = notice(
    "expertise",
    "visit_dated_to_all",
    recipients=lambda v: [
        *team_of(v.dossier.operation),
        *correspondents_of(v.dossier.operation),
        *(a.expert for a in current_team(v.dossier)),
    ],
    context=lambda v: {**words(v.dossier), "visit_on": v.visit_on.strftime("%d/%m/%Y")},
)
SYNTHESIS_TO_SECOND = notice(
    "expertise",
    "synthesis_proposed_to_second",
    recipients=lambda s: [a.expert for a in current_team(s.dossier) if a.part == "second"],
    context=_of_dossier,
)
SYNTHESIS_APPROVED = notice(
    "expertise",
    "synthesis_approved_to_coordinator",
    recipients=lambda s: [a.expert for a in current_team(s.dossier) if a.part == "coordinator"],
    context=_of_dossier,
)
