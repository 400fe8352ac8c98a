"""Messages of the expertise: none says what an expert thinks."""

from __future__ import annotations

from ecoquartier.campaigns.enums import MilestoneCode
from ecoquartier.core.text import long_date
from ecoquartier.dossiers.messages import SAMPLE, at_the_latest, words
from ecoquartier.expertise.enums import TeamPart
from ecoquartier.expertise.queries import current_team
from ecoquartier.notifications.domain import Notice, anyone, may, notice
from ecoquartier.notifications.enums import Family
from ecoquartier.operations.queries import correspondents_of, team_of
from ecoquartier.people.enums import Role
from ecoquartier.people.queries import holders_of


def _linked(path: str):
    """Words about the dossier of an object, with a link to the page of the expertise where the act is done."""
    return lambda obj: {**words(obj.dossier), "path": path.format(id=obj.pk, dossier=obj.dossier_id)}


def _members(part: TeamPart):
    return lambda s: [a.expert for a in current_team(s.dossier) if a.part == part]


def _notice(key: str, **fields) -> Notice:
    defaults = {"family": Family.ACT, "sample": SAMPLE, "visible_to": may("dossiers.view", of=lambda obj: obj.dossier)}
    return notice("expertise", key, **{**defaults, **fields})


def _ending(obj) -> dict[str, str]:
    return {"ended_by": at_the_latest(obj.dossier, MilestoneCode.EXPERTISE)}


ENDING_SAMPLE = {**SAMPLE, "ended_by": ", au plus tard le 30 septembre 2027"}
_SYNTHESIS_PAGE = _linked("/espace/expertise/dossiers/{dossier}/synthese/")


def _synthesis(key: str, part: TeamPart) -> Notice:
    return _notice(
        key,
        recipients=_members(part),
        context=lambda synthesis: {**_SYNTHESIS_PAGE(synthesis), **_ending(synthesis)},
        sample=ENDING_SAMPLE,
    )


PROPOSED_TO_EXPERT = _notice(
    "assignment_proposed_to_expert",
    recipients=lambda a: [a.expert],
    context=lambda a: {**_linked("/espace/expertise/affectations/{id}/accepter/")(a), **_ending(a)},
    sample=ENDING_SAMPLE,
    visible_to=may("expertise.answer"),
)
DECLINED_TO_BUREAU = _notice(
    "assignment_declined_to_bureau",
    recipients=lambda a: holders_of(Role.BUREAU),
    context=_linked("/espace/expertise/dossiers/{dossier}/equipe/"),
)
STOOD_DOWN_TO_EXPERT = _notice(
    "assignment_stood_down_to_expert",
    family=Family.DECISION,
    recipients=lambda a: [a.expert],
    context=lambda a: {**_linked("/espace/expertise/")(a), "reason": a.reason},
    sample={**SAMPLE, "reason": "Un lien d’intérêts a été signalé."},
    visible_to=anyone,
)
VISIT_DATED = _notice(
    "visit_dated_to_all",
    recipients=lambda v: [
        *team_of(v.dossier.operation),
        *correspondents_of(v.dossier.operation),
        *(a.expert for a in current_team(v.dossier)),
    ],
    context=lambda v: {**words(v.dossier), "visit_on": long_date(v.visit_on)},
    sample={**SAMPLE, "visit_on": "3 juillet 2027"},
)
SYNTHESIS_TO_SECOND = _synthesis("synthesis_proposed_to_second", TeamPart.SECOND)
SENT_BACK_TO_COORDINATOR = _synthesis("synthesis_sent_back_to_coordinator", TeamPart.COORDINATOR)
SYNTHESIS_APPROVED = _notice(
    "synthesis_approved_to_coordinator",
    family=Family.PROGRESS,
    recipients=_members(TeamPart.COORDINATOR),
    context=_SYNTHESIS_PAGE,
)
