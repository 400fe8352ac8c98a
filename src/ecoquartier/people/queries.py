"""Named reads about people."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from ecoquartier.core import clock
from ecoquartier.people.enums import Role
from ecoquartier.people.models import Installation, User


def holders_of(role: Role, *, county: str | None = None, region: str | None = None) -> QuerySet[User]:
    """Active people who hold `role` today, over the given county or region code when there is one."""
    grants = {"grants__role": role, "grants__starts_on__lte": clock.today()}
    if county:
        grants["grants__county_id"] = county
    if region:
        grants["grants__region_id"] = region
    return (
        User.objects.filter(is_active=True, **grants)
        .exclude(grants__role=role, grants__ends_on__lt=clock.today())
        .distinct()
    )


def representatives_of(organisation_ids) -> QuerySet[User]:
    """People who commit any of these organisations."""
    return User.objects.filter(
        is_active=True,
        memberships__organisation_id__in=organisation_ids,
        memberships__is_representative=True,
        memberships__ended_on__isnull=True,
    ).distinct()


@dataclass(frozen=True)
class Persona:
    """Somebody of the demonstration, offered in one click: who, in which role, to do what."""

    user: User
    role: str
    purpose: str


def is_demo_database() -> bool:
    """Whether `load_demo` marked this database."""
    return Installation.objects.filter(is_demo=True).exists()


def personas() -> list[Persona]:
    """The personas of a demonstration database, in the order of the path; none elsewhere."""
    installation = Installation.objects.filter(is_demo=True).first()
    listed = installation.personas if installation else []
    people = User.objects.filter(is_demo=True, is_active=True).in_bulk([UUID(pk) for pk, _role, _purpose in listed])
    return [Persona(people[UUID(pk)], role, purpose) for pk, role, purpose in listed if UUID(pk) in people]


def demo_people(person: object = None) -> QuerySet[User]:
    """Invented people that anybody may become in one click, in a database marked as a demonstration only."""
    people = User.objects.filter(is_active=True, is_demo=True)
    return people if is_demo_database() else people.none()
