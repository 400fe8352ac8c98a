"""Named reads of the expertise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from ecoquartier.dossiers.models import Dossier
from ecoquartier.expertise.enums import AssignmentState, ExpertiseStage, ReportState, SynthesisState
from ecoquartier.expertise.models import Assignment, ExpertReport, SiteVisit, Synthesis
from ecoquartier.framework.models import Commitment
from ecoquartier.people.enums import Role
from ecoquartier.people.models import Membership, User
from ecoquartier.people.queries import holders_of


def current_team(dossier: Dossier) -> QuerySet[Assignment]:
    """Assignments that were not declined, coordinator first."""
    return dossier.assignments.exclude(state=AssignmentState.DECLINED).select_related("expert").order_by("part")


def stage_of_expertise(dossier: Dossier) -> ExpertiseStage:
    """INDEPENDENT until every current member has sealed, CLOSED once the synthesis is approved."""
    synthesis = synthesis_of(dossier)
    if synthesis and synthesis.state == SynthesisState.APPROVED:
        return ExpertiseStage.CLOSED
    team = current_team(dossier)
    if team.exists() and not team.exclude(report__state=ReportState.SEALED).exists():
        return ExpertiseStage.CONSOLIDATING
    return ExpertiseStage.INDEPENDENT


def synthesis_of(dossier: Dossier) -> Synthesis | None:
    """The synthesis, once its first draft is saved."""
    return Synthesis.objects.filter(dossier=dossier).first()


def visit_of(dossier: Dossier) -> SiteVisit | None:
    """The visit, once dated."""
    return SiteVisit.objects.filter(dossier=dossier).first()


def hard_conflict(expert: User, dossier: Dossier) -> str:
    """Why this expert may never assess this dossier (rule 7), in French; empty when nothing forbids it.

    Hard conflicts are excluded by construction: member of the team, or of the holder or a competent collectivité.
    """
    operation = dossier.operation
    if operation.team.filter(user=expert).exists():
        return "membre de l’équipe de l’opération"
    bodies = {operation.holder_id, dossier.holder_id, *(c.pk for c in operation.collectivites.all())}
    membership = Membership.objects.filter(user=expert, organisation__in=bodies - {None}).first()
    if membership:
        return f"rattaché à {membership.organisation}"
    if operation.lead_commune.county_id in expert.rights.counties:
        return "agent du service qui accompagne l’opération"
    return ""


@dataclass(frozen=True)
class Candidate:
    """An expert who may be proposed, with the number of dossiers already carried in the campaign."""

    expert: User
    load: int
    conflict: str


def candidates_for(dossier: Dossier) -> list[Candidate]:
    """Qualified experts, free of conflict first, then the least loaded."""
    load: dict = {}
    for expert_id in (
        Assignment.objects.filter(dossier__campaign=dossier.campaign)
        .exclude(state=AssignmentState.DECLINED)
        .values_list("expert_id", flat=True)
    ):
        load[expert_id] = load.get(expert_id, 0) + 1
    found = [
        Candidate(expert, load.get(expert.pk, 0), hard_conflict(expert, dossier)) for expert in holders_of(Role.EXPERT)
    ]
    return sorted(found, key=lambda c: (bool(c.conflict), c.load, c.expert.full_name))


@dataclass(frozen=True)
class Comparison:
    """One commitment as each expert appreciated it; differing ones come first."""

    commitment: Commitment
    appreciations: tuple[str, ...]
    comments: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """True when the experts do not say the same."""
        return len(set(self.appreciations)) > 1


def compare(reports: Iterable[ExpertReport]) -> list[Comparison]:
    """Reports side by side, one row per commitment, differences first."""
    rows: dict[int, list] = {}
    for report in reports:
        for mark in report.marks.all():
            rows.setdefault(mark.commitment_id, []).append(mark)
    found = [
        Comparison(
            marks[0].commitment, tuple(m.appreciation for m in marks), tuple(m.comment for m in marks)
        )
        for marks in rows.values()
    ]
    return sorted(found, key=lambda row: (not row.differs, row.commitment.number))
