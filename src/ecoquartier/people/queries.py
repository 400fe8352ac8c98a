"""Named reads about people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from django.db.models import CharField, Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.core import clock
from ecoquartier.core.registry import Audience
from ecoquartier.people.domain import ERASED_DOMAIN, address_pattern, name_pattern
from ecoquartier.people.enums import Role
from ecoquartier.people.models import Installation, Membership, Organisation, RoleGrant, User
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
        .exclude(grants__role=role, grants__ends_on__lte=clock.today())
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


def organisations_represented(organisation_ids) -> set[UUID]:
    """Those of these organisations that somebody can commit here."""
    rows = Membership.objects.filter(organisation__in=organisation_ids, is_representative=True, ended_on=None)
    return set(rows.filter(user__is_active=True).values_list("organisation", flat=True))


def registered_people() -> QuerySet[User]:
    """Everybody, by name; one line for each person: merged accounts are left out."""
    return User.objects.filter(merged_into__isnull=True).order_by("full_name", "email")


def person_of_address(email: str) -> User | None:
    """Who signs in with this address, whatever its case."""
    return User.objects.filter(email=email.strip().lower()).first()


def organisations() -> QuerySet[Organisation]:
    """Every organisation with its place, by name; merged ones too, which lead to their successor."""
    return Organisation.objects.select_related("commune__county__region", "successor")


def current_organisation(organisation: Organisation) -> Organisation:
    """The organisation of today: itself, or the one it was merged into."""
    return organisation.successor or organisation


def acting_for(organisations) -> Q:
    """People who act today for some of these organisations (rows or ids)."""
    return Q(pk__in=Membership.objects.filter(ended_on=None, organisation__in=organisations).values("user"))


def acting_in(*, counties=(), regions=()) -> Q:
    """People of a territory: they act for an organisation that has its seat there, or serve the State there."""
    of_counties, of_regions = Q(county__in=counties), Q(county__region__in=regions)
    organisations = Organisation.objects.filter(seated_in(counties=counties, regions=regions)).values("pk")
    serving = RoleGrant.objects.in_force().filter(of_counties | of_regions | Q(region__in=regions))
    return acting_for(organisations) | Q(pk__in=serving.values("user"))


def seated_in(*, counties=(), regions=()) -> Q:
    """Organisations whose seat is in these counties or regions (codes)."""
    return Q(commune__county__in=counties) | Q(commune__county__region__in=regions)


def has_members(organisation: Organisation) -> bool:
    """Whether an active person acts for it today."""
    return organisation.memberships.filter(ended_on=None, user__is_active=True).exists()


def with_what_they_hold(people: QuerySet[User]) -> QuerySet[User]:
    """People with their `held_roles` and `held_memberships` of today, in one query more for each."""
    grants = RoleGrant.objects.in_force().select_related("county", "region")
    memberships = Membership.objects.filter(ended_on=None).select_related("organisation")
    return people.prefetch_related(
        Prefetch("grants", grants, to_attr="held_roles"),
        Prefetch("memberships", memberships, to_attr="held_memberships"),
    )


def with_member_count(rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Organisations with `member_count`: how many people act for each today."""
    members = Membership.objects.filter(organisation=OuterRef("pk"), ended_on=None).order_by().values("organisation")
    return rows.annotate(member_count=Coalesce(Subquery(members.annotate(n=Count("pk")).values("n")), 0))


def roles_in_force(role: str) -> QuerySet[RoleGrant]:
    """The grants of a role that are in force today."""
    return RoleGrant.objects.in_force().filter(role=role)


def members_of(organisation: Organisation) -> QuerySet[Membership]:
    """Who acts for it today, those who represent it first."""
    rows = organisation.memberships.filter(ended_on=None).select_related("user", "organisation__commune__county")
    return rows.order_by("-is_representative", "user__full_name")


def memberships_of(person: User) -> QuerySet[Membership]:
    """For whom a person acts or acted, the latest first."""
    rows = person.memberships.select_related("organisation__commune__county")
    return rows.order_by(F("ended_on").desc(nulls_first=True), "organisation__name")


def others_at_the_bureau(person: User) -> bool:
    """Whether somebody else belongs to the national bureau today."""
    return holders_of(Role.BUREAU).exclude(pk=person.pk).exists()


def roles_of(person: User) -> list[RoleGrant]:
    """The roles of a person, those in force first, with who gave them."""
    rows = person.grants.select_related("county", "region", "granted_by").order_by("-starts_on", "pk")
    return sorted(rows, key=lambda grant: not grant.is_in_force)


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


def merger_breaches() -> list[str]:
    """Invariant: a merged organisation or account leads at once to one that is not, and keeps nobody."""
    chained = Organisation.objects.filter(successor__successor__isnull=False).values_list("pk", flat=True)
    kept = Organisation.objects.filter(successor__isnull=False, memberships__isnull=False).values_list("pk", flat=True)
    people = User.objects.filter(merged_into__merged_into__isnull=False).values_list("pk", flat=True)
    holding = RoleGrant.objects.filter(user__merged_into__isnull=False).values_list("user", flat=True)
    return [
        f"{kind} {pk}\u00a0: {fault}"
        for kind, fault, ids in (
            ("organisme", "fusionné dans un organisme fusionné", chained),
            ("organisme", "fusionné, et pourtant rattachements", kept),
            ("personne", "fusionnée dans un compte fusionné", people),
            ("personne", "fusionnée, et pourtant un rôle", holding),
        )
        for pk in ids
    ]


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
