"""Named reads about people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.core import clock
from ecoquartier.core.registry import Audience
from ecoquartier.people.domain import ERASED_DOMAIN, address_pattern, name_pattern
from ecoquartier.people.enums import Role
from ecoquartier.people.models import Installation, RoleGrant, User
from ecoquartier.territories.queries import regions


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


def erased_address() -> Concat:
    """The address of an erased person, unique and unused, as an expression."""
    return Concat(Cast("pk", CharField()), Value(ERASED_DOMAIN))


def namesakes(person: User) -> int:
    """How many other people bear the name of a person, alone or inside their own: nobody can tell whom a text names."""
    name = name_pattern(person.full_name)
    others = User.objects.exclude(pk=person.pk).values_list("full_name", flat=True)
    return sum(bool(re.search(name, other, re.IGNORECASE)) for other in others) if name else 0


def naming(person: User) -> re.Pattern[str]:
    """What names a person in a text: the address, and the full name unless somebody else bears it."""
    forms = [address_pattern(person.email)]
    if (name := name_pattern(person.full_name)) and not namesakes(person):
        forms.append(name)
    return re.compile("|".join(forms), re.IGNORECASE)


def today_unless_ended() -> Coalesce:
    """The end of what ends today at the latest, as an expression."""
    return Coalesce(F("ended_on"), Value(clock.today()))


def running_office(person: User) -> str | None:
    """Why somebody who holds a role of the label may not be erased."""
    grant = person.grants.in_force().first()
    if grant is None:
        return None
    return _(
        "Vous êtes encore «\u00a0%(role)s\u00a0»\u00a0: demandez d’abord la fin de ce rôle au bureau national."
    ) % {"role": grant.get_role_display()}


def period_breaches() -> list[str]:
    """Invariant: no role ends before it starts."""
    rows = RoleGrant.objects.filter(ends_on__lt=F("starts_on")).values_list("pk", flat=True)
    return [f"rôle {pk}\u00a0: finit avant de commencer" for pk in rows]


def _regions() -> list[tuple[str, str]]:
    return [("", _("toute la France")), *((region.pk, region.name) for region in regions())]


def _in_region(role: Role, path: str, region: str) -> QuerySet[User]:
    """People who hold `role` today in a region, or anywhere."""
    grants = RoleGrant.objects.in_force().filter(role=role)
    return User.objects.filter(grants__in=grants.filter(**{path: region}) if region else grants)


CORRESPONDENTS = Audience(
    label=gettext_lazy("Correspondants ville durable"),
    groups=_regions,
    people=lambda region: _in_region(Role.CORRESPONDENT, "county__region", region),
)
COORDINATORS = Audience(
    label=gettext_lazy("Coordonnateurs régionaux"),
    groups=_regions,
    people=lambda region: _in_region(Role.COORDINATOR, "region", region),
)
