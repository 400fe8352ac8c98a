"""Named reads of the register."""

from __future__ import annotations

import re
from typing import cast

from django.db.models import Case, Count, Exists, F, Field, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from ecoquartier.core.registry import Task, Work, recently
from ecoquartier.core.text import sort_key
from ecoquartier.operations.enums import CharterState, ClaimState
from ecoquartier.operations.models import CharterSignature, Claim, Operation, Recommendation, StageHistory, TeamMember
from ecoquartier.operations.predicates import is_representative, is_team
from ecoquartier.people.enums import Role
from ecoquartier.people.models import User
from ecoquartier.people.queries import holders_of, representatives_of
from ecoquartier.territories.domain import name_key

_WORD = re.compile(r"[0-9a-z]+")


def public_operations() -> QuerySet[Operation]:
    """Rule 18: an operation is public from its confirmed charter or its first published stage."""
    return Operation.objects.filter(
        Q(charter_signatures__state=CharterState.CONFIRMED)
        | Q(stages__published_at__isnull=False, stages__withdrawn_on__isnull=True)
    ).distinct()


def stages_known_to(operation: Operation, user: User | None) -> QuerySet[StageHistory]:
    """Stages in force that the person may know of: published, or notified to the holder and the collectivité.

    `user=None` is the platform itself, which knows everything decided.
    """
    held = operation.stages.in_force()
    if user is None:
        return held
    # What was told in confidence is not told to whoever sees through a person, in the support mode.
    if user.seen_by is None and (is_team(user, operation) or is_representative(user, operation)):
        return stages_told(operation)
    return held.filter(published_at__isnull=False)


def stages_told(operation: Operation) -> QuerySet[StageHistory]:
    """Stages in force that the holder and the collectivité were told of."""
    return operation.stages.in_force().filter(notified_at__isnull=False)


def all_stages_known_to(user: User) -> QuerySet[StageHistory]:
    """The rows of `stages_known_to` of every operation, the highest first: for lists, which prefetch them."""
    own = Exists(TeamMember.objects.filter(operation=OuterRef("operation"), user=user)) | Q(
        operation__in=Operation.objects.filter(collectivites__in=user.rights.represents).values("pk")
    )
    known = Q(published_at__isnull=False)
    if user.seen_by is None:
        known = known & ~own | Q(notified_at__isnull=False) & own
    return StageHistory.objects.in_force().filter(known).order_by("operation", "-rank", "-year")


def matching(rows: QuerySet[Operation], text: str) -> QuerySet[Operation]:
    """Rows whose name, commune (today's or former) or INSEE code holds every word of `text`, accents ignored."""
    for word in _WORD.findall(sort_key(text)):
        rows = rows.filter(
            Q(name__icontains=word)
            # The slug is made of the name and the commune, without accents.
            | Q(slug__contains=word)
            | Q(lead_commune__search_key__contains=name_key(word))
            | Q(lead_commune__insee=word.upper())
        )
    return rows


def recommendations_told(operation: Operation, user: User) -> QuerySet[Recommendation]:
    """Recommendations of notified decisions, the latest first; the others are not known yet (rule 15).

    They tell what was decided: none to whoever sees through a person, in the support mode.
    """
    rows = Recommendation.objects.filter(operation=operation, notified_at__isnull=False)
    rows = rows.select_related("commitment").order_by("-issued_on", "commitment__number")
    return rows if user.seen_by is None else rows.none()


def unsettled_claims_by(user: User) -> QuerySet[Claim]:
    """What the person asked to hold and has not been given: waiting, or refused with a reason."""
    rows = Claim.objects.filter(user=user).exclude(state=ClaimState.CONFIRMED)
    return rows.select_related("operation__lead_commune", "organisation")


def has_charter(operation: Operation) -> bool:
    """Every competent collectivité (at least one) has a confirmed signature for this operation."""
    signed = {s.organisation_id for s in operation.charter_signatures.all() if s.state == CharterState.CONFIRMED}
    competent = {c.pk for c in operation.collectivites.all()}
    return bool(competent) and competent <= signed


IDENTITY = ("description", "area_ha", "types")
PROGRAMME = ("programme", "dwellings")
CONTEXT = ("initial_site", "context")


def empty_fields(operation: Operation, names: tuple[str, ...]) -> tuple[str, ...]:
    """French names of the fields that hold nothing (zero is an answer)."""
    return tuple(
        str(cast(Field, Operation._meta.get_field(name)).verbose_name)
        for name in names
        if getattr(operation, name) in (None, "", [])
    )


def correspondents_of(operation: Operation) -> QuerySet[User]:
    """The correspondents of the lead commune's county."""
    return holders_of(Role.CORRESPONDENT, county=operation.lead_commune.county_id)


def coordinators_of(operation: Operation) -> QuerySet[User]:
    """The coordinators of the lead commune's region."""
    return holders_of(Role.COORDINATOR, region=operation.lead_commune.county.region_id)


def team_of(operation: Operation) -> QuerySet[User]:
    """Active people of the team."""
    return User.objects.filter(is_active=True, teams__operation=operation)


def representatives(operation: Operation) -> QuerySet[User]:
    """Representatives of the competent collectivités."""
    return representatives_of(operation.collectivites.values_list("pk", flat=True))


def work_of(user: User) -> Work:
    """Claims to confirm in one’s counties, one’s own claims, charters to sign for the collectivités one represents."""
    return _claims(user) + Work(to_do=_charters(user))


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


def operations_without_phase() -> list[str]:
    """Invariant: every operation has at least one phase."""
    return [f"opération {pk} sans tranche" for pk in Operation.objects.filter(phases=None).values_list("pk", flat=True)]


def refused_if_provisional() -> Case:
    """The state of a claim whose author is erased, as an expression: nobody is left to confirm."""
    return Case(When(state=ClaimState.PROVISIONAL, then=Value(ClaimState.REFUSED)), default=F("state"))


def repeated_stages() -> list[str]:
    """Invariant: at most one award in force per stage and phase (rule 1)."""
    rows = StageHistory.objects.in_force().filter(source="award").values("phases", "rank").annotate(n=Count("pk"))
    return [f"tranche {row['phases']}\u00a0: étape {row['rank']} détenue deux fois" for row in rows.filter(n__gt=1)]


def undated_charters() -> list[str]:
    """Invariant: a confirmed charter has a year."""
    rows = CharterSignature.objects.filter(state=CharterState.CONFIRMED, year=None, signed_on=None)
    return [f"charte {pk}\u00a0: sans date" for pk in rows.values_list("pk", flat=True)]
