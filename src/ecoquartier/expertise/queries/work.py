"""What expertises ask of a person, which they follow, and the visits to come."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ecoquartier.core import clock
from ecoquartier.core.registry import Task, Work
from ecoquartier.dossiers.models import Dossier
from ecoquartier.expertise.enums import AssignmentState
from ecoquartier.expertise.models import Assignment, SiteVisit
from ecoquartier.expertise.predicates import IN_EXPERTISE
from ecoquartier.expertise.queries import lacking_experts, next_step, with_progress
from ecoquartier.operations.models import TeamMember
from ecoquartier.people.enums import Role
from ecoquartier.people.models import User


def work_of(user: User) -> Work:
    """Assignments to answer, visits and reports to write, syntheses, for an expert; teams to make, for the bureau."""
    roles = user.rights.roles
    found = _own(user) if Role.EXPERT in roles else Work()
    return found + (Work(to_do=_teams_to_make()) if Role.BUREAU in roles else Work(dates=_visits(user)))


def _own(user: User) -> Work:
    rows: QuerySet[Any] = with_progress(
        Assignment.objects.current()
        .filter(expert=user)
        .select_related("dossier__operation__lead_commune", "dossier__stage")
        .order_by("-proposed_at")
    )
    to_do, going_on, ended = [], [], []
    for row in rows[:40]:
        step, name = next_step(row), row.dossier.operation.name
        if step.path:
            to_do.append(Task(f"{step.label}\u00a0: {name}", step.path, _place(row), step.due, about=row.dossier_id))
        elif row.dossier.state in IN_EXPERTISE:
            going_on.append(
                Task(name, f"/espace/dossiers/{row.dossier_id}/", step.label, row.ends_on, about=row.dossier_id)
            )
        elif row.state == AssignmentState.ACCEPTED:
            ended.append(_ended(row))
    return Work(to_do, going_on, ended)


def _ended(row: Assignment) -> Task:
    """An expertise that is over, on the day of its synthesis: that of the dossier’s state would tell a decision."""
    synthesis = getattr(row.dossier, "synthesis", None)
    closed_at = synthesis.approved_at if synthesis else None
    return Task(
        _("Expertise de «\u00a0%(name)s\u00a0»") % {"name": row.dossier.operation.name},
        f"/espace/dossiers/{row.dossier_id}/",
        _place(row),
        timezone.localdate(closed_at) if closed_at else None,
        _("terminée"),
        about=row.dossier_id,
    )


def _place(row: Assignment) -> str:
    return f"{row.dossier.operation.lead_commune.name}, {row.dossier.stage}"


def _teams_to_make() -> list[Task]:
    lacking = lacking_experts(Dossier.objects.select_related("operation__lead_commune", "stage"))[:20]
    return [
        Task(
            _("Composer l’équipe d’expertise de «\u00a0%(name)s\u00a0»") % {"name": dossier.operation.name},
            f"/espace/expertise/dossiers/{dossier.pk}/equipe/",
            f"{dossier.operation.lead_commune.name}, {dossier.stage}",
            about=dossier.pk,
        )
        for dossier in lacking
    ]


def _visits(user: User) -> list[Task]:
    """Visits to come of the dossiers of one’s operations, collectivité, territory, and of those one assesses."""
    rights, place = user.rights, "dossier__operation__lead_commune__county"
    mine = Assignment.objects.filter(expert=user, state=AssignmentState.ACCEPTED)
    rows = (
        SiteVisit.objects.filter(
            Q(dossier__operation__in=TeamMember.objects.filter(user=user).values("operation"))
            | Q(dossier__operation__collectivites__in=rights.represents)
            | Q(**{f"{place}__in": rights.counties})
            | Q(**{f"{place}__region__in": rights.regions})
            | Q(dossier__in=mine.values("dossier")),
            dossier__state__in=IN_EXPERTISE,
            visit_on__gte=clock.today(),
        )
        .select_related("dossier__operation__lead_commune")
        .distinct()
        .order_by("visit_on", "pk")[:20]
    )
    return [
        Task(
            _("Visite de «\u00a0%(name)s\u00a0»") % {"name": visit.dossier.operation.name},
            f"/espace/dossiers/{visit.dossier_id}/",
            _("à distance") if visit.is_remote else visit.dossier.operation.lead_commune.name,
            visit.visit_on,
            about=visit.dossier_id,
        )
        for visit in rows
    ]
