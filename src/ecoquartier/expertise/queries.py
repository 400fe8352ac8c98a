"""Named reads of the expertise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from ecoquartier.core.registry import Task
from ecoquartier.dossiers.enums import DossierState
from ecoquartier.dossiers.models import Dossier
from ecoquartier.expertise.enums import AssignmentState, ExpertiseStage, ReportState, SynthesisState, TeamPart
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
        Comparison(marks[0].commitment, tuple(m.appreciation for m in marks), tuple(m.comment for m in marks))
        for marks in rows.values()
    ]
    return sorted(found, key=lambda row: (not row.differs, row.commitment.number))


def waiting_for(user: User) -> list[Task]:
    """Assignments to answer, visits and reports to write, a synthesis to write or approve; teams to make (bureau)."""
    tasks = [task for row in _open_assignments(user) if (task := _task(row))]
    if Role.BUREAU in user.rights.roles:
        lacking = (
            Dossier.objects.filter(state=DossierState.ADMISSIBLE, stage__experts__gt=0)
            .annotate(n=Count("assignments", filter=~Q(assignments__state=AssignmentState.DECLINED)))
            .filter(n__lt=F("stage__experts"))
            .select_related("operation", "stage")
            .order_by("state_since")[:20]
        )
        tasks += [
            Task(
                _("Composer l’équipe d’expertise de « %(name)s »") % {"name": dossier.operation.name},
                f"/espace/expertise/dossiers/{dossier.pk}/equipe/",
                str(dossier.stage),
            )
            for dossier in lacking
        ]
    return tasks


def _open_assignments(user: User) -> QuerySet[Assignment]:
    return (
        Assignment.objects.filter(
            expert=user, dossier__state__in=[DossierState.ADMISSIBLE, DossierState.UNDER_EXPERTISE]
        )
        .exclude(state=AssignmentState.DECLINED)
        .select_related("dossier__operation", "dossier__stage", "dossier__visit", "dossier__synthesis", "report")
        .annotate(
            others_unsealed=Exists(
                Assignment.objects.filter(dossier=OuterRef("dossier"))
                .exclude(state=AssignmentState.DECLINED)
                .exclude(report__state=ReportState.SEALED)
            ),
            approves=Exists(Synthesis.approvals.through.objects.filter(assignment=OuterRef("pk"))),
        )
        .order_by("proposed_at")
    )


def _task(row: Assignment) -> Task | None:
    dossier, name = row.dossier, {"name": row.dossier.operation.name}
    base = f"/espace/expertise/dossiers/{dossier.pk}"
    coordinates = row.part == TeamPart.COORDINATOR
    if row.state == AssignmentState.PROPOSED:
        return Task(
            _("Répondre à la proposition d’expertise de « %(name)s »") % name,
            f"/espace/expertise/affectations/{row.pk}/accepter/",
        )
    if dossier.state != DossierState.UNDER_EXPERTISE:
        return None
    visit, synthesis = getattr(dossier, "visit", None), getattr(dossier, "synthesis", None)
    if coordinates and dossier.stage.visit and visit is None:
        return Task(_("Fixer la date de visite de « %(name)s »") % name, f"{base}/visite/")
    if coordinates and visit and visit.reported_at is None:
        return Task(
            _("Rédiger le compte rendu de visite de « %(name)s »") % name,
            f"{base}/visite/compte-rendu/",
            "",
            visit.visit_on,
        )
    if row.report.state == ReportState.DRAFT:
        return Task(
            _("Écrire et sceller mon expertise de « %(name)s »") % name,
            f"/espace/expertise/expertises/{row.report.pk}/",
        )
    if row.others_unsealed:
        return None
    if coordinates and (synthesis is None or synthesis.state == SynthesisState.DRAFT):
        return Task(_("Écrire la synthèse de « %(name)s »") % name, f"{base}/synthese/")
    if not coordinates and synthesis and synthesis.state == SynthesisState.PROPOSED and not row.approves:
        return Task(_("Approuver la synthèse de « %(name)s »") % name, f"{base}/synthese/")
    return None


def team_breaches() -> list[str]:
    """Invariant: a dossier under expertise or beyond has the accepted team its stage asks for."""
    rows = (
        Dossier.objects.filter(state__in=[DossierState.UNDER_EXPERTISE, DossierState.ASSESSED, DossierState.PROPOSED])
        .annotate(n=Count("assignments", filter=Q(assignments__state=AssignmentState.ACCEPTED)))
        .filter(n__lt=F("stage__experts"))
    )
    return [f"dossier {pk} : équipe incomplète" for pk in rows.values_list("pk", flat=True)]


def seal_breaches() -> list[str]:
    """Invariant: a sealed report has its hash and its date; a draft has neither."""
    rows = ExpertReport.objects.filter(
        Q(state=ReportState.SEALED, sha256="")
        | Q(state=ReportState.SEALED, sealed_at=None)
        | Q(state=ReportState.DRAFT, sealed_at__isnull=False)
    )
    return [f"expertise {pk} : sceau incohérent" for pk in rows.values_list("pk", flat=True)]


def synthesis_breaches() -> list[str]:
    """Invariant: no synthesis is proposed or approved while a current member has not sealed."""
    unsealed = (
        Assignment.objects.filter(dossier=OuterRef("dossier"))
        .exclude(state=AssignmentState.DECLINED)
        .exclude(report__state=ReportState.SEALED)
    )
    rows = Synthesis.objects.exclude(state=SynthesisState.DRAFT).filter(Exists(unsealed))
    return [f"synthèse {pk} : une expertise n’est pas scellée" for pk in rows.values_list("pk", flat=True)]
