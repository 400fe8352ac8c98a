"""Facts about a person and an account, an organisation, a role or an invitation."""

from __future__ import annotations

from ecoquartier.accounts.models import Invitation, Question, SupportSession
from ecoquartier.core.predicates import predicate
from ecoquartier.people.enums import Role
from ecoquartier.people.models import Membership, Organisation, RoleGrant, User
from ecoquartier.people.queries import acting_for, acting_in, has_members, registered_people


@predicate
def is_oneself(user, obj=None) -> bool:
    """Is the person whose account it is."""
    return isinstance(obj, User) and obj.pk == user.pk


@predicate
def is_about_oneself(user, obj=None) -> bool:
    """Would act on one's own roles, organisations or account: nobody does, whatever their role."""
    if isinstance(obj, RoleGrant | Membership):
        return obj.user_id == user.pk
    return isinstance(obj, User) and user.pk in (obj.pk, obj.merged_into_id)


# --- People -------------------------------------------------------------------------------------------------------


@predicate
def is_of_my_territory(user, obj=None) -> bool:
    """Is a person of the counties or regions that one serves."""
    return _is_among(obj, acting_in(counties=user.rights.counties, regions=user.rights.regions))


@predicate
def is_of_my_organisation(user, obj=None) -> bool:
    """Is a person of an organisation that one represents."""
    return _is_among(obj, acting_for(user.rights.represents))


def _is_among(obj, condition) -> bool:
    return isinstance(obj, User) and registered_people().filter(condition, pk=obj.pk).exists()


@predicate
def is_only_of_my_region(user, obj=None) -> bool:
    """Serves as a correspondent in one's region, or acts for its organisations, and holds nothing elsewhere."""
    if not (isinstance(obj, User) and user.rights.regions):
        return False
    places = [
        grant.county.region_id if grant.role == Role.CORRESPONDENT else None
        for grant in obj.grants.not_over().select_related("county")
    ]
    members = obj.memberships.filter(ended_on=None).select_related("organisation__commune__county")
    places += [m.organisation.commune.county.region_id if m.organisation.commune else None for m in members]
    return bool(places) and all(place in user.rights.regions for place in places)


# --- Organisations ------------------------------------------------------------------------------------------------


def organisation_of(obj) -> Organisation | None:
    """The organisation behind an object: itself, that of a membership or of an invitation."""
    return obj if isinstance(obj, Organisation) else getattr(obj, "organisation", None)


@predicate
def is_organisation_of_my_county(user, obj=None) -> bool:
    """Has its seat in a county that one serves."""
    organisation = organisation_of(obj)
    return (
        organisation is not None
        and organisation.commune is not None
        and organisation.commune.county_id in user.rights.counties
    )


@predicate
def is_organisation_of_my_region(user, obj=None) -> bool:
    """Has its seat in a region that one coordinates."""
    organisation = organisation_of(obj)
    return (
        organisation is not None
        and organisation.commune is not None
        and bool(user.rights.regions)
        and organisation.commune.county.region_id in user.rights.regions
    )


@predicate
def is_some_representative(user, obj=None) -> bool:
    """Represents some organisation."""
    return bool(user.rights.represents)


@predicate
def represents_organisation(user, obj=None) -> bool:
    """Represents the organisation."""
    organisation = organisation_of(obj)
    return organisation is not None and organisation.pk in user.rights.represents


@predicate
def is_without_members(user, obj=None) -> bool:
    """Nobody acts for the organisation yet."""
    organisation = organisation_of(obj)
    return organisation is not None and not has_members(organisation)


# --- Roles and invitations ----------------------------------------------------------------------------------------


@predicate
def is_correspondence_of_my_region(user, obj=None) -> bool:
    """Is the role of a correspondent in a region that one coordinates."""
    return (
        isinstance(obj, RoleGrant)
        and obj.role == Role.CORRESPONDENT
        and obj.county is not None
        and obj.county.region_id in user.rights.regions
    )


@predicate
def is_invited(user, obj=None) -> bool:
    """Has the address that the invitation was sent to."""
    return isinstance(obj, Invitation) and obj.email == user.email


@predicate
def is_inviter(user, obj=None) -> bool:
    """Sent the invitation."""
    return isinstance(obj, Invitation) and obj.invited_by_id == user.pk


# --- The support mode ---------------------------------------------------------------------------------------------


@predicate
def is_support_asker(user, obj=None) -> bool:
    """Asked for the session."""
    return isinstance(obj, SupportSession) and obj.asked_by_id == user.pk


@predicate
def is_seen_in_support(user, obj=None) -> bool:
    """Is the person whom the session shows."""
    return isinstance(obj, SupportSession) and obj.person_id == user.pk


# --- Questions of the public --------------------------------------------------------------------------------------


@predicate
def is_question_of_my_territory(user, obj=None) -> bool:
    """Is about a commune of the counties or regions that one serves, and for its State services."""
    if not (isinstance(obj, Question) and obj.is_local):
        return False
    county = obj.commune.county
    return county.pk in user.rights.counties or county.region_id in user.rights.regions
