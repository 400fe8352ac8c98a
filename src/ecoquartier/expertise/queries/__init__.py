"""Named reads of the expertise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.campaigns.domain import add_years
from ecoquartier.campaigns.enums import MilestoneCode
from ecoquartier.campaigns.queries import milestone_day
from ecoquartier.core import clock
from ecoquartier.core.registry import Audience
from ecoquartier.dossiers.enums import DossierState
from ecoquartier.dossiers.models import Dossier
from ecoquartier.expertise.enums import AssignmentState, ExpertiseStage, ReportState, SynthesisState, TeamPart
from ecoquartier.expertise.models import Assignment, ExpertReport, ReportMark, SiteVisit, Synthesis
from ecoquartier.expertise.predicates import IN_EXPERTISE, sealed_by_all
from ecoquartier.framework.models import Commitment
from ecoquartier.people.enums import OrganisationKind, Role
from ecoquartier.people.models import Membership, Organisation, User
from ecoquartier.people.queries import holders_of
from ecoquartier.territories.queries import regions

YEARS_OF_CONFLICT = 3
"""An employer left for longer than this is no hard conflict any more (rule 7)."""


def current_team(dossier: Dossier) -> QuerySet[Assignment]:
    """Assignments of those who have neither declined nor left, coordinator first."""
    return dossier.assignments.current().select_related("expert").order_by("part", "proposed_at")


def team_history(dossier: Dossier) -> list[Assignment]:
    """Everybody who was ever proposed, coordinator first."""
    return list(dossier.assignments.select_related("expert", "dossier").order_by("part", "proposed_at"))


def why_no_place(dossier: Dossier, team: Sequence[Assignment]) -> str:
    """Why nobody may be proposed for this dossier now; empty when a place is free."""
    if dossier.state not in IN_EXPERTISE:
        return _("Seul un dossier recevable reçoit une équipe d’expertise.")
    if len(team) >= dossier.stage.experts:
        return _("Cette équipe est déjà complète.")
    return ""


def stage_of_expertise(dossier: Dossier) -> ExpertiseStage:
    """INDEPENDENT until every current member has sealed, CLOSED once the synthesis is approved."""
    synthesis = synthesis_of(dossier)
    if synthesis and synthesis.state == SynthesisState.APPROVED:
        return ExpertiseStage.CLOSED
    if Dossier.objects.filter(sealed_by_all(), pk=dossier.pk).exists():
        return ExpertiseStage.CONSOLIDATING
    return ExpertiseStage.INDEPENDENT


def synthesis_of(dossier: Dossier) -> Synthesis | None:
    """The synthesis, once its first draft is saved."""
    return Synthesis.objects.filter(dossier=dossier).first()


def visit_of(dossier: Dossier) -> SiteVisit | None:
    """The visit, once dated."""
    return SiteVisit.objects.filter(dossier=dossier).first()


def commitments_to_mark(dossier: Dossier) -> QuerySet[Commitment]:
    """The commitments of the campaign's version with their dimension, in order."""
    commitments = dossier.campaign.framework.commitments
    return commitments.select_related("dimension").order_by("dimension__rank", "number")


def hard_conflicts(dossier: Dossier, experts: Iterable[User]) -> dict[UUID, str]:
    """Why each of these experts may never assess this dossier (rule 7), in French; those without conflict are left out.

    Member of the team; now or in the last three years in the holder's body, a competent collectivité or the State
    service that accompanies the operation. Three queries, whatever the number of experts.
    """
    operation, ids = dossier.operation, [expert.pk for expert in experts]
    agents = holders_of(Role.CORRESPONDENT, county=operation.lead_commune.county_id)
    service = Organisation.objects.filter(kind=OrganisationKind.STATE, memberships__user__in=agents)
    ties = (
        Membership.objects.filter(
            Q(organisation__in={operation.holder_id, dossier.holder_id} - {None})
            | Q(organisation__own_operations=operation)
            | Q(organisation__in=service),
            Q(ended_on__isnull=True) | Q(ended_on__gte=add_years(clock.today(), -YEARS_OF_CONFLICT)),
            user__in=ids,
        )
        .select_related("organisation")
        .annotate(is_service=Exists(service.filter(pk=OuterRef("organisation"))))
    )
    of_service, of_team = _("agent du service qui accompagne l’opération"), _("membre de l’équipe de l’opération")
    found = {
        tie.user_id: of_service if tie.is_service else _("rattaché à %(body)s") % {"body": tie.organisation}
        for tie in ties
    }
    found |= dict.fromkeys(agents.filter(pk__in=ids).values_list("pk", flat=True), of_service)
    return found | dict.fromkeys(operation.team.filter(user__in=ids).values_list("user", flat=True), of_team)


def hard_conflict(expert: User, dossier: Dossier) -> str:
    """The hard conflict of one expert; empty when nothing forbids."""
    return hard_conflicts(dossier, [expert]).get(expert.pk, "")


@dataclass(frozen=True)
class Candidate:
    """An expert who may be proposed, with the number of dossiers already carried in the campaign."""

    expert: User
    load: int
    conflict: str

    @property
    def bodies(self) -> str:
        """Where the expert works now."""
        return ", ".join(str(m.organisation) for m in self.expert.memberships.all() if m.ended_on is None)


def candidates_for(dossier: Dossier) -> list[Candidate]:
    """Qualified experts, free of conflict first, then the least loaded."""
    experts = list(holders_of(Role.EXPERT).prefetch_related("memberships__organisation"))
    load = dict(
        Assignment.objects.current()
        .filter(dossier__campaign=dossier.campaign_id)
        .values_list("expert")
        .annotate(Count("pk"))
        .order_by()
    )
    conflicts = hard_conflicts(dossier, experts)
    found = [Candidate(expert, load.get(expert.pk, 0), conflicts.get(expert.pk, "")) for expert in experts]
    return sorted(found, key=lambda c: (bool(c.conflict), c.load, c.expert.full_name))


def may_read_synthesis(dossier: Dossier, user: User) -> bool:
    """Team, services, bureau and sitting once all have sealed; holder and collectivité once notified (rule 15)."""
    if user.has_perm("expertise.read_synthesis", dossier):
        return True
    return dossier.notified_at is not None and user.has_perm("dossiers.see_notified_outcome", dossier)


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


def with_marks(reports: QuerySet[ExpertReport]) -> QuerySet[ExpertReport]:
    """Reports with all that `compare` reads, in one query more."""
    return reports.prefetch_related(Prefetch("marks", ReportMark.objects.select_related("commitment")))


def compare(reports: Iterable[ExpertReport]) -> list[Comparison]:
    """Reports side by side, one row per commitment, differences first; read them by `with_marks`."""
    rows: dict[int, list] = {}
    for report in reports:
        for mark in report.marks.all():
            rows.setdefault(mark.commitment_id, []).append(mark)
    found = [
        Comparison(marks[0].commitment, tuple(m.appreciation for m in marks), tuple(m.comment for m in marks))
        for marks in rows.values()
    ]
    return sorted(found, key=lambda row: (not row.differs, row.commitment.number))


def with_progress(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Assignments with all that `next_step` and `progress` read: constant queries, whatever the rows."""
    marked = ReportMark.objects.filter(report__assignment=OuterRef("pk")).exclude(appreciation="")
    asked = Commitment.objects.filter(framework__campaigns=OuterRef("dossier__campaign"))
    return rows.select_related("dossier__visit", "dossier__synthesis", "report").annotate(
        ends_on=milestone_day(MilestoneCode.EXPERTISE, "dossier__campaign"),
        is_opened=sealed_by_all("dossier"),
        approves=Exists(Synthesis.approvals.through.objects.filter(assignment=OuterRef("pk"))),
        marked=Subquery(marked.order_by().values("report").annotate(n=Count("pk")).values("n")),
        asked=Subquery(asked.order_by().values("framework").annotate(n=Count("pk")).values("n")),
    )


@dataclass(frozen=True)
class NextStep:
    """What an expert has to do for a dossier, as a verb with its page; or, without page, what they wait for."""

    label: str
    path: str = ""
    due: date | None = None


def next_step(row) -> NextStep:
    """What is next for the expert of this assignment, read by `with_progress`.

    Says nothing of the others' expertises as long as one's own is not sealed (rule 8).
    """
    dossier = row.dossier
    if row.state == AssignmentState.DECLINED:
        return NextStep(_("Vous avez quitté l’équipe.") if row.has_left else _("Vous avez décliné."))
    if dossier.state not in IN_EXPERTISE:
        return NextStep(_("L’expertise est terminée."))
    if row.state == AssignmentState.PROPOSED:
        return NextStep(_("Répondre à la proposition"), f"/espace/expertise/affectations/{row.pk}/accepter/")
    if dossier.state == DossierState.ADMISSIBLE:
        return NextStep(_("L’expertise commencera quand toute l’équipe aura accepté."))
    if row.report.state == ReportState.SEALED:
        return _step_of_synthesis(row)
    return _step_of_visit(row) or NextStep(
        _("Écrire et sceller mon expertise"), f"/espace/expertise/expertises/{row.report.pk}/", row.ends_on
    )


def _step_of_visit(row) -> NextStep | None:
    """The coordinator dates the visit, then reports it; meanwhile everybody may write."""
    visit = getattr(row.dossier, "visit", None)
    if row.part != TeamPart.COORDINATOR or not row.dossier.stage.visit:
        return None
    base = f"/espace/expertise/dossiers/{row.dossier_id}/visite/"
    if visit is None:
        return NextStep(_("Fixer la date de la visite"), base, row.ends_on)
    if visit.reported_at is None and visit.visit_on <= clock.today():
        return NextStep(_("Rédiger le compte rendu de la visite"), f"{base}compte-rendu/", visit.visit_on)
    return None


def _step_of_synthesis(row) -> NextStep:
    if not row.is_opened:
        return NextStep(_("Votre expertise est scellée. Toutes ne le sont pas encore."))
    synthesis, path = getattr(row.dossier, "synthesis", None), f"/espace/expertise/dossiers/{row.dossier_id}/synthese/"
    is_draft = synthesis is None or synthesis.state == SynthesisState.DRAFT
    if row.part == TeamPart.COORDINATOR:
        if is_draft:
            return NextStep(_("Écrire la synthèse"), path, row.ends_on)
        return NextStep(_("La synthèse attend l’approbation de toute l’équipe."))
    if is_draft:
        return NextStep(_("Le coordonnateur écrit la synthèse."))
    if not row.approves:
        return NextStep(_("Approuver la synthèse"), path, row.ends_on)
    return NextStep(_("Vous avez approuvé la synthèse. Tous ne l’ont pas encore fait."))


def lacking_experts(rows: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """Among these dossiers, those with a place to fill (`proposed` are filled), the longest waiting first."""
    return (
        rows.filter(state__in=IN_EXPERTISE, stage__experts__gt=0)
        .annotate(proposed=Count("assignments", filter=~Q(assignments__state=AssignmentState.DECLINED)))
        .filter(proposed__lt=F("stage__experts"))
        .order_by("state_since")
    )


def team_breaches() -> list[str]:
    """Invariant: a dossier whose expertise is over has the accepted team its stage asks for (rule 8).

    During the expertise a place may be vacant: somebody left, and the bureau looks for another expert.
    """
    rows = (
        Dossier.objects.filter(state__in=[DossierState.ASSESSED, DossierState.PROPOSED])
        .annotate(n=Count("assignments", filter=Q(assignments__state=AssignmentState.ACCEPTED)))
        .filter(n__lt=F("stage__experts"))
    )
    return [f"dossier {pk}\u00a0: équipe incomplète" for pk in rows.values_list("pk", flat=True)]


def seal_breaches() -> list[str]:
    """Invariant: a sealed report has its hash and its date; a draft has neither."""
    rows = ExpertReport.objects.filter(
        Q(state=ReportState.SEALED, sha256="")
        | Q(state=ReportState.SEALED, sealed_at=None)
        | Q(state=ReportState.DRAFT, sealed_at__isnull=False)
    )
    return [f"expertise {pk}\u00a0: sceau incohérent" for pk in rows.values_list("pk", flat=True)]


def synthesis_breaches() -> list[str]:
    """Invariant: no synthesis is proposed or approved while a current member has not sealed."""
    rows = Synthesis.objects.exclude(state=SynthesisState.DRAFT).exclude(sealed_by_all("dossier"))
    return [f"synthèse {pk}\u00a0: une expertise n’est pas scellée" for pk in rows.values_list("pk", flat=True)]


def running_expertise(person: User) -> str | None:
    """Why an expert who has not finished may not be erased."""
    mine = Assignment.objects.current().filter(
        expert=person, dossier__state__in=[DossierState.ADMISSIBLE, DossierState.UNDER_EXPERTISE]
    )
    assignment = mine.select_related("dossier__operation").first()
    if assignment is None:
        return None
    return _("Vous expertisez %(operation)s\u00a0: finissez, ou demandez d’abord au bureau de vous remplacer.") % {
        "operation": assignment.dossier.operation
    }


def experts_at_work(region: str) -> QuerySet[User]:
    """Experts who hold the role today; in a region, those of a team of one of its operations, past or present."""
    experts = holders_of(Role.EXPERT)
    if not region:
        return experts
    return experts.filter(
        pk__in=Assignment.objects.filter(
            state=AssignmentState.ACCEPTED, dossier__operation__lead_commune__county__region=region
        ).values_list("expert")
    )


EXPERTS = Audience(
    label=gettext_lazy("Experts"),
    groups=lambda: [("", _("tous")), *((region.pk, region.name) for region in regions())],
    people=experts_at_work,
)


def conflict_breaches() -> list[str]:
    """Invariant: no expert of a dossier is a member of its team (rule 7)."""
    rows = Assignment.objects.current().filter(dossier__operation__team__user=F("expert")).values_list("pk", flat=True)
    return [f"affectation {pk}\u00a0: membre de l’équipe de l’opération" for pk in rows]


def coordinator_breaches() -> list[str]:
    """Invariant: an expertise that is over had a coordinating expert."""
    coordinating = Assignment.objects.current().filter(dossier=OuterRef("pk"), part=TeamPart.COORDINATOR)
    rows = Dossier.objects.filter(state__in=[DossierState.ASSESSED, DossierState.PROPOSED], stage__experts__gt=0)
    alone = rows.exclude(Exists(coordinating)).values_list("pk", flat=True)
    return [f"dossier {pk}\u00a0: sans expert coordonnateur" for pk in alone]


def report_breaches() -> list[str]:
    """Invariant: a report is about the dossier of its assignment."""
    rows = ExpertReport.objects.exclude(dossier=F("assignment__dossier")).values_list("pk", flat=True)
    return [f"expertise {pk}\u00a0: d’un autre dossier" for pk in rows]
