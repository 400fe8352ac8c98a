"""Giving and ending roles and memberships; closing an account and opening it again."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ecoquartier.accounts import messages
from ecoquartier.accounts.services import close_sessions
from ecoquartier.core import clock
from ecoquartier.core.errors import TransitionRefused
from ecoquartier.notifications.services.outbox import post
from ecoquartier.people.domain import ERASED_DOMAIN
from ecoquartier.people.enums import Role
from ecoquartier.people.models import Membership, Organisation, RoleGrant, User
from ecoquartier.people.queries import holders_of, others_at_the_bureau, person_of_address
from ecoquartier.territories.models import County, Region
from ecoquartier.workflow.engine import Effect, Job, act, require, with_arguments


def can_receive(person: User, **_arguments: object) -> str | None:
    """The account is open: nothing is given to somebody suspended, erased, or known under another account."""
    if person.merged_into_id:
        return _("Ce compte est fusionné dans un autre\u00a0: agissez sur celui-là.")
    return None if person.is_active else _("Ce compte est fermé\u00a0: rétablissez-le d’abord.")


def bureau_of_today(*_objects: object, **_arguments: object) -> list[RoleGrant]:
    """The roles of the bureau, locked together so that the last two people do not end each other's."""
    return list(RoleGrant.objects.in_force().filter(role=Role.BUREAU))


# --- Roles --------------------------------------------------------------------------------------------------------


@act("role.granted", permission="people.grant_some", guards=(can_receive,), notices=(messages.ROLE_GRANTED,))
def grant_role(
    person: User,
    *,
    actor,
    role: str,
    reason: str,
    county: County | None = None,
    region: Region | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Effect:
    """Give a role over its territory, for a period, with a reason.

    Raises:
        PermissionRefused: not this role, not there, or to oneself.
        ValidationError: the territory does not fit the role, or the period is impossible.
        TransitionRefused: the person has this role already during that period.
    """
    grant = RoleGrant(
        user=person,
        role=role,
        county=county,
        region=region,
        starts_on=starts_on or clock.today(),
        ends_on=ends_on,
        granted_by=actor if isinstance(actor, User) else None,
        reason=reason,
    )
    require(actor, "people.grant", grant)
    save_grant(grant)
    return Effect(result=grant, data=role_data(grant), detail={"reason": reason})


def save_grant(grant: RoleGrant) -> None:
    """Check and save a role; part of the act that gives it.

    Raises:
        ValidationError: the territory does not fit the role, or the period is impossible.
        TransitionRefused: the person has this role already during that period.
    """
    same = RoleGrant.objects.filter(user=grant.user, role=grant.role, county=grant.county, region=grant.region)
    overlaps = Q(ends_on__isnull=True) | Q(ends_on__gt=grant.starts_on)
    if grant.ends_on:
        overlaps &= Q(starts_on__lt=grant.ends_on)
    if same.filter(overlaps).exists():
        raise TransitionRefused(_("Cette personne a déjà ce rôle à cette période."), code="role_held")
    grant.full_clean()
    grant.save()


def role_data(grant: RoleGrant) -> dict[str, str | None]:
    """A role in codes, for the journal."""
    return {
        "role": grant.role,
        "county": grant.county_id,
        "region": grant.region_id,
        "starts_on": grant.starts_on.isoformat(),
        "ends_on": grant.ends_on.isoformat() if grant.ends_on else None,
    }


def is_not_over(grant: RoleGrant) -> str | None:
    """There is something to end."""
    return _("Ce rôle est déjà fini.") if grant.is_over else None


def leaves_a_bureau(grant: RoleGrant) -> str | None:
    """The bureau is never left empty: nobody could give a role any more."""
    if grant.role != Role.BUREAU or others_at_the_bureau(grant.user):
        return None
    return _("C’est la dernière personne du bureau national\u00a0: confiez d’abord ce rôle à une autre.")


@act(
    "role.ended",
    permission="people.grant",
    guards=(is_not_over, leaves_a_bureau),
    notices=(messages.ROLE_ENDED,),
    locks=bureau_of_today,
)
def end_role(grant: RoleGrant, *, actor, reason: str) -> Effect:
    """End a role today, with a reason: it gives no right from the next request on."""
    grant.ends_on = max(clock.today(), grant.starts_on)
    grant.end_reason = reason
    return Effect(fields=["ends_on", "end_reason"], data=role_data(grant), detail={"reason": reason})


FOUNDERS = 2
"""People of the bureau that a publication needs: from then on, they invite the others on screen."""


@transaction.atomic
def found_bureau(email: str, full_name: str) -> User:
    """Give the bureau to one of its first two people, from the machine: nobody could yet on screen.

    Args:
        email: the address of the account, made when nobody has it; a message then says how to choose a password.
        full_name: the name of a new account.

    Raises:
        TransitionRefused: the bureau has its two people, or this one has the role.
        ValidationError: the address or the name is not one.
    """
    if holders_of(Role.BUREAU).count() >= FOUNDERS:
        raise TransitionRefused(
            _("Le bureau national a déjà ses deux premières personnes : elles invitent les autres à l’écran."),
            code="bureau_founded",
        )
    person = person_of_address(email) or User.objects.create_user(email, full_name)
    grant_role(person, actor=Job("found_bureau"), role=Role.BUREAU, reason=_("Installation de la plateforme."))
    if not person.has_usable_password():
        post(messages.RESET, person)
    return person


# --- Memberships --------------------------------------------------------------------------------------------------


@with_arguments
def is_not_attached(organisation: Organisation, *, actor, person: User, **_arguments: object) -> str | None:
    """The person does not act for the organisation yet, and both are of today."""
    if organisation.successor_id:
        return _("Cet organisme est fusionné dans un autre\u00a0: agissez sur celui-là.")
    if organisation.memberships.filter(user=person, ended_on=None).exists():
        return _("%(person)s est déjà rattaché à cet organisme.") % {"person": person}
    return can_receive(person)


@act(
    "membership.started",
    permission="people.attach",
    guards=(is_not_attached,),
    notices=(messages.MEMBERSHIP_STARTED,),
)
def add_membership(
    organisation: Organisation, *, actor, person: User, title: str = "", is_representative: bool = False
) -> Effect:
    """Make a person act for an organisation; a representative commits it.

    Raises:
        PermissionRefused: nobody attaches oneself.
    """
    membership = Membership(
        user=person,
        organisation=organisation,
        title=title,
        is_representative=is_representative,
        started_on=clock.today(),
    )
    require(actor, "people.attach", membership)
    membership.full_clean()
    membership.save()
    return Effect(result=membership, data=membership_data(membership))


def membership_data(membership: Membership) -> dict[str, object]:
    """A membership in codes, for the journal."""
    return {"organisation": str(membership.organisation_id), "is_representative": membership.is_representative}


def is_attached(membership: Membership) -> str | None:
    """There is something to end."""
    return _("Ce rattachement est déjà fini.") if membership.ended_on else None


@act("membership.ended", permission="people.detach", guards=(is_attached,), notices=(messages.MEMBERSHIP_ENDED,))
def end_membership(membership: Membership, *, actor, reason: str) -> Effect:
    """End what makes a person act for an organisation, from now on."""
    membership.ended_on = max(clock.today(), membership.started_on or clock.today())
    return Effect(fields=["ended_on"], data=membership_data(membership), detail={"reason": reason})


# --- Accounts -----------------------------------------------------------------------------------------------------


def is_open(person: User) -> str | None:
    """There is an account to close."""
    return None if person.is_active else _("Ce compte est déjà fermé.")


def is_not_the_last_of_the_bureau(person: User) -> str | None:
    """The bureau is never left empty."""
    held = person.grants.in_force().filter(role=Role.BUREAU).first()
    return leaves_a_bureau(held) if held else None


@act(
    "person.suspended",
    permission="people.suspend",
    guards=(is_open, is_not_the_last_of_the_bureau),
    locks=bureau_of_today,
)
def suspend(person: User, *, actor, reason: str) -> Effect:
    """Close an account at once, its open sessions too; roles and organisations stay, and wait."""
    person.is_active = False
    return Effect(fields=["is_active"], detail={"reason": reason}, then=lambda: close_sessions(person))


def is_suspended(person: User) -> str | None:
    """There is an account to open again: neither erased nor merged."""
    if person.is_active:
        return _("Ce compte est ouvert.")
    if person.merged_into_id or person.email.endswith(ERASED_DOMAIN):
        return _("Ce compte n’existe plus.")
    return None


@act("person.reinstated", permission="people.suspend", guards=(is_suspended,), notices=(messages.REINSTATED,))
def reinstate(person: User, *, actor, reason: str) -> Effect:
    """Open a suspended account again, with what it held."""
    person.is_active = True
    return Effect(fields=["is_active"], detail={"reason": reason})
