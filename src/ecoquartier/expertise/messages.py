"""Messages of the expertise: none says what an expert thinks."""

from __future__ import annotations

from ecoquartier.dossiers.messages import words
from ecoquartier.expertise.enums import TeamPart
from ecoquartier.expertise.queries import current_team
from ecoquartier.notifications.domain import notice
from ecoquartier.operations.queries import correspondents_of, team_of
from ecoquartier.people.enums import Role
from ecoquartier.people.queries import holders_of


def _linked(path: str):
    """Words about the dossier of an object, with a link to the page of the expertise where the act is done."""
    return lambda obj: {**words(obj.dossier), "path": path.format(id=obj.pk, dossier=obj.dossier_id)}


def _members(part: TeamPart):
    return lambda s: [a.expert for a in current_team(s.dossier) if a.part == part]


SYNTHESIS_PAGE = "/espace/expertise/dossiers/{dossier}/synthese/"

PROPOSED_TO_EXPERT = notice(
    "expertise",
    "assignment_proposed_to_expert",
    recipients=lambda a: [a.expert],
    context=_linked("/espace/expertise/affectations/{id}/accepter/"),
)
DECLINED_TO_BUREAU = notice(
    "expertise",
    "assignment_declined_to_bureau",
    recipients=lambda a: holders_of(Role.BUREAU),
    context=_linked("/espace/expertise/dossiers/{dossier}/equipe/"),
)
STOOD_DOWN_TO_EXPERT = notice(
    "expertise",
    "assignment_stood_down_to_expert",
    recipients=lambda a: [a.expert],
    context=lambda a: {**_linked("/espace/expertise/")(a), "reason": a.reason},
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
    recipients=_members(TeamPart.SECOND),
    context=_linked(SYNTHESIS_PAGE),
)
SENT_BACK_TO_COORDINATOR = notice(
    "expertise",
    "synthesis_sent_back_to_coordinator",
    recipients=_members(TeamPart.COORDINATOR),
    context=_linked(SYNTHESIS_PAGE),
)
SYNTHESIS_APPROVED = notice(
    "expertise",
    "synthesis_approved_to_coordinator",
    recipients=_members(TeamPart.COORDINATOR),
    context=_linked(SYNTHESIS_PAGE),
)
