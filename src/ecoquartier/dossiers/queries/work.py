"""What candidatures ask of a person, and until when."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from ecoquartier.campaigns.enums import DecisionPath, Filing
from ecoquartier.campaigns.queries import decided_along, milestone_day
from ecoquartier.core.registry import Task, Work
from ecoquartier.dossiers.domain import IN_COMMISSION_HIDDEN, Course, whereabouts
from ecoquartier.dossiers.enums import DossierState
from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.queries import HIDDEN_STATES, is_covered
from ecoquartier.operations.domain.lives import CLOSED
from ecoquartier.operations.enums import TeamRole
from ecoquartier.operations.models import Operation, StageHistory, TeamMember
from ecoquartier.operations.predicates import role_in_team
from ecoquartier.people.enums import Role
from ecoquartier.people.models import User

# Those who serve the label see operations elsewhere than among their own.
SERVING = frozenset({Role.BUREAU, Role.COORDINATOR, Role.CORRESPONDENT})


def with_day_awaited(rows: QuerySet[Dossier], known: Q | None = None) -> QuerySet[Dossier]:
    """Dossiers with `awaited_on`, the day by which their present state ends; None when nothing bounds it.

    Args:
        known: the rows whose outcome their reader may know; the day of the others is that of any dossier in
            commission, whatever was decided (rule 15).
    """
    hidden = Q(state__in=HIDDEN_STATES) & ~known if known else Q(pk__in=())
    regional = decided_along(DecisionPath.REGIONAL_FINAL)
    bounds = Case(
        When(stage__filing=Filing.ALL_YEAR, then=Value("")),
        When(hidden & regional, then=Value(_bound(IN_COMMISSION_HIDDEN, DecisionPath.REGIONAL_FINAL))),
        When(hidden, then=Value(_bound(IN_COMMISSION_HIDDEN))),
        *(When(state=state, then=Value(_bound(state))) for state in DossierState),
        output_field=CharField(),
    )
    return rows.alias(bound=bounds).annotate(
        awaited_on=Case(
            When(state=DossierState.TO_COMPLETE, then="due_on"),
            When(state=DossierState.DRAFT, then=Greatest(milestone_day(OuterRef("bound")), "extended_to")),
            default=milestone_day(OuterRef("bound")),
        )
    )


def _bound(state: str, path: str = DecisionPath.REGIONAL_THEN_NATIONAL) -> str:
    """The milestone that bounds a state."""
    return whereabouts(state, (), Course(experts=2, path=path, commission="")).deadline


def work_of(user: User) -> Work:
    """Dossiers to finish or complete (team), to agree to (collectivité), to examine, to register; notebooks."""
    return Work(to_do=_dossiers(user)) + _notebooks(user)


def _dossiers(user: User) -> list[Task]:
    mine = Q(operation__team__user=user, operation__team__role=TeamRole.LEAD)
    represented = Q(operation__collectivites__in=user.rights.represents) & ~Q(holder__in=user.rights.represents)
    writing = Q(state__in=[DossierState.DRAFT, DossierState.TO_COMPLETE])
    examined = Q(state=DossierState.SUBMITTED, operation__lead_commune__county__in=user.rights.counties)
    registered = decided_along(DecisionPath.REGISTRATION) & Q(
        state=DossierState.ADMISSIBLE, operation__lead_commune__county__region__in=user.rights.regions
    )
    rows = (
        with_day_awaited(Dossier.objects.filter((writing & (mine | represented)) | examined | registered))
        .select_related("operation__lead_commune", "stage")
        .annotate(
            is_mine=Exists(TeamMember.objects.filter(operation=OuterRef("operation"), user=user, role=TeamRole.LEAD))
        )
        .distinct()
        .order_by("state_since")[:20]
    )
    return [_task(dossier) for dossier in rows]


def _task(dossier: Any) -> Task:
    path, day = f"/espace/dossiers/{dossier.pk}/", dossier.awaited_on
    if dossier.state == DossierState.SUBMITTED:
        words = _("Examiner le dossier de «\u00a0%(name)s\u00a0»")
    elif dossier.state == DossierState.ADMISSIBLE:
        words = _("Enregistrer l’étape de «\u00a0%(name)s\u00a0»")
    elif not dossier.is_mine:
        words = _("Donner l’accord de la collectivité au dossier de «\u00a0%(name)s\u00a0»")
        path += "accord/"
    elif dossier.state == DossierState.TO_COMPLETE:
        words = _("Compléter le dossier de «\u00a0%(name)s\u00a0»")
    else:
        words = _("Préparer le dossier de «\u00a0%(name)s\u00a0»")
    note = f"{dossier.operation.lead_commune.name}, {dossier.stage}"
    return Task(words % {"name": dossier.operation.name}, path, note, day, about=dossier.pk)


def _notebooks(user: User) -> Work:
    """Operations of one’s team or collectivité without a candidature under way, for all their holder was told.

    Nothing is written any more in the notebook of those that are closed.
    """
    if user.rights.roles & SERVING:
        return Work()
    own = Q(team__user=user) | Q(collectivites__in=user.rights.represents)
    rows = (
        Operation.objects.filter(own, ~is_covered())
        .exclude(state__in=CLOSED)
        .select_related("lead_commune")
        .annotate(
            role=role_in_team(user),
            is_new=~Exists(Dossier.objects.filter(operation=OuterRef("pk")))
            & ~Exists(StageHistory.objects.filter(operation=OuterRef("pk"))),
        )
        .distinct()
        .order_by("name", "pk")[:20]
    )
    to_do, going_on = [], []
    for operation in rows:
        path, name = f"/espace/operations/{operation.pk}/carnet/", {"name": operation.name}
        if operation.role == TeamRole.LEAD and operation.is_new:
            title = _("Remplir le carnet de «\u00a0%(name)s\u00a0», puis préparer une candidature")
            to_do.append(Task(title % name, path))
        else:
            state = _("pas de candidature en cours")
            title = _("Carnet de «\u00a0%(name)s\u00a0»") % name
            going_on.append(Task(title, path, operation.lead_commune.name, state=state))
    return Work(to_do, going_on)
