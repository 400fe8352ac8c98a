"""What waits for a person in the register."""

from __future__ import annotations

from django.db.models import (
    F,
    Q,
)
from django.utils.translation import gettext as _

from ecoquartier.core.registry import Task, Work, recently
from ecoquartier.operations.enums import CharterState, ClaimState
from ecoquartier.operations.models import (
    Claim,
    Operation,
)
from ecoquartier.operations.queries.meetings import meetings_awaited
from ecoquartier.people.enums import Role
from ecoquartier.people.models import User


def work_of(user: User) -> Work:
    """Claims to confirm in one’s counties, one’s own claims, charters to sign for the collectivités one represents."""
    return _claims(user) + Work(to_do=[*_charters(user), *_meetings(user)])


def _claims(user: User) -> Work:
    if Role.BUREAU in user.rights.roles:  # it claims nothing, and confirms in place of nobody who is there
        return Work()
    rows = (
        Claim.objects.filter(
            Q(state=ClaimState.PROVISIONAL, operation__lead_commune__county__in=user.rights.counties)
            | Q(state=ClaimState.PROVISIONAL, user=user)
            | Q(state=ClaimState.REFUSED, user=user, created_at__gte=recently())
        )
        .select_related("operation__lead_commune", "organisation")
        .order_by("created_at")[:20]
    )
    to_do: list[Task] = []
    going_on: list[Task] = []
    ended: list[Task] = []
    for claim in rows:
        name, body = {"name": claim.operation.name}, str(claim.organisation)
        if claim.user_id != user.pk:
            title = _("Confirmer le porteur de «\u00a0%(name)s\u00a0»") % name
            to_do.append(Task(title, f"/espace/operations/demandes/{claim.pk}/", body))
            continue
        mine = going_on if claim.state == ClaimState.PROVISIONAL else ended
        title = _("Reprise de «\u00a0%(name)s\u00a0»") % name
        mine.append(Task(title, "/espace/operations/", body, state=claim.get_state_display()))
    return Work(to_do, going_on, ended)


def _charters(user: User) -> list[Task]:
    unsigned = (
        Operation.objects.filter(collectivites__in=user.rights.represents, holder__isnull=False)
        .exclude(
            charter_signatures__state=CharterState.CONFIRMED,
            charter_signatures__organisation__in=user.rights.represents,
        )
        .distinct()
    )
    return [
        Task(
            _("Signer la charte de «\u00a0%(name)s\u00a0»") % {"name": operation.name},
            f"/espace/operations/{operation.pk}/charte/",
        )
        for operation in unsigned[:20]
    ]


def _meetings(user: User) -> list[Task]:
    """Meetings to hold in one’s counties."""
    if not user.rights.counties:
        return []
    mine = meetings_awaited().filter(lead_commune__county__in=user.rights.counties)
    said = _("Rencontrer le porteur de «\u00a0%(name)s\u00a0»")
    return [
        Task(said % {"name": name}, f"/espace/operations/{pk}/rencontre/", due_on=held_by)
        for pk, name, held_by in mine.values_list("pk", "name", F("held_by"))[:20]
    ]
