"""Inviting somebody by e-mail into an organisation or to a role, and joining.

The secret of the link is made when the letter leaves; the database holds its hash only.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ecoquartier.accounts import messages
from ecoquartier.accounts.models import Invitation
from ecoquartier.accounts.queries import invitation_secret, is_own_address
from ecoquartier.accounts.services.credentials import Identity, link_identity
from ecoquartier.accounts.services.roles import can_receive, membership_data, role_data, save_grant
from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError, PermissionRefused, TransitionRefused
from ecoquartier.core.registry import places
from ecoquartier.people.models import Membership, Organisation, User
from ecoquartier.people.queries import person_of_address
from ecoquartier.territories.models import County, Region
from ecoquartier.workflow.engine import Effect, act, record, require, with_arguments

VALID = timedelta(days=14)


@with_arguments
def is_somebody_else(inviter: User, *, actor, email: str, **_arguments: object) -> str | None:
    """Nobody invites oneself, be it under a variant of one's address."""
    if is_own_address(inviter, email):
        return _("Personne ne s’invite soi-même\u00a0: demandez à une autre personne habilitée.")
    return None


@with_arguments
def is_not_invited(inviter: User, *, actor, email: str, **arguments: object) -> str | None:
    """Nothing of the kind waits for an answer already."""
    same = {name: arguments.get(name) for name in ("organisation", "county", "region")}
    open_ones = Invitation.objects.open().filter(email=email.strip().lower(), role=arguments.get("role", ""), **same)
    if open_ones.exists():
        return _("Une invitation semblable attend déjà une réponse à cette adresse\u00a0: retirez-la d’abord.")
    return None


@act(
    "invitation.sent",
    permission="people.browse",
    guards=(is_somebody_else, is_not_invited),
    notices=(messages.INVITATION,),
)
def invite(
    inviter: User,
    *,
    actor,
    email: str,
    reason: str,
    organisation: Organisation | None = None,
    title: str = "",
    is_representative: bool = False,
    role: str = "",
    county: County | None = None,
    region: Region | None = None,
) -> Effect:
    """Invite an address into an organisation, to a role, or both; the link serves once, within fourteen days.

    Raises:
        PermissionRefused: the inviter may not give this themselves, or would give it to oneself.
        TransitionRefused: the address has it already, or its account is closed.
        ValidationError: nothing to join, or the territory does not fit the role.
    """
    invitation = Invitation(
        email=email.strip().lower(),
        organisation=organisation,
        title=title,
        is_representative=is_representative,
        role=role,
        county=county,
        region=region,
        reason=reason,
        invited_by=inviter,
    )
    send(invitation, actor=actor)
    return Effect(result=invitation, data=_given(invitation), detail={"email": invitation.email, "reason": reason})


def send(invitation: Invitation, *, actor: User) -> None:
    """Check an invitation, give it its secret and its time, and keep it; part of the act that sends it.

    Raises:
        PermissionRefused: the inviter may not give this themselves.
        TransitionRefused: the address has it already, or its account is closed.
        ValidationError: nothing to join, or the territory does not fit the role.
    """
    invitation.expires_at = clock.now() + VALID
    invitation.secret_hash = hashlib.sha256(invitation_secret(invitation.pk).encode()).hexdigest()
    invitation.full_clean()
    _require_right(invitation, actor)
    if reason_not := _why_not(invitation, _known_to(actor, invitation.email)):
        raise TransitionRefused(reason_not, code="cannot_join")
    invitation.save()


def _require_right(invitation: Invitation, actor) -> None:
    """What an invitation gives, its author must be able to give.

    Raises:
        PermissionRefused: it is not so, or not any more.
    """
    sentence = _("Qui a envoyé cette invitation ne peut pas confier cela.")
    if not actor.is_active:
        raise PermissionRefused(sentence, code="inviter_closed")
    if invitation.organisation:
        require(actor, "people.attach", invitation.organisation, sentence)
    if grant := invitation.grant():
        require(actor, "people.grant", grant, sentence)
    if place := places.get(invitation.place):
        place.require(invitation, actor)


def _known_to(actor: User, email: str) -> User | None:
    """Who has this address, if the actor may see them: an invitation tells nobody else whether an account exists."""
    person = person_of_address(email)
    return person if person is not None and actor.has_perm("people.view", person) else None


def _why_not(invitation: Invitation, person: User | None) -> str | None:
    """Why a person, or somebody of whom nothing is known yet, cannot join."""
    organisation = invitation.organisation
    if organisation is not None and organisation.successor_id:
        return _("Cet organisme est fusionné dans un autre.")
    place = places.get(invitation.place)
    if place and (sentence := place.why_not(invitation, person)):
        return sentence
    if person is None:
        return None
    if (
        organisation is not None
        and not invitation.role
        and organisation.memberships.filter(user=person, ended_on=None).exists()
    ):
        return _("%(person)s est déjà rattaché à cet organisme.") % {"person": person}
    return can_receive(person)


def _given(invitation: Invitation) -> dict[str, object]:
    return {
        "organisation": str(invitation.organisation_id or ""),
        "role": invitation.role,
        "county": invitation.county_id,
        "region": invitation.region_id,
        **({invitation.place: str(invitation.place_id), "as": invitation.place_role} if invitation.place else {}),
    }


def is_still_open(invitation: Invitation) -> str | None:
    """It was neither accepted nor withdrawn, and its time is not over."""
    return None if invitation.is_open else _("Cette invitation ne sert plus\u00a0: demandez-en une autre à son auteur.")


@act("invitation.withdrawn", permission="invitations.view", guards=(is_still_open,))
def withdraw_invitation(invitation: Invitation, *, actor) -> Effect:
    """Take an invitation back: its link opens nothing any more."""
    invitation.withdrawn_at = clock.now()
    return Effect(fields=["withdrawn_at"], data=_given(invitation))


@transaction.atomic
def accept_invitation(
    invitation: Invitation,
    *,
    actor: User | None = None,
    full_name: str = "",
    password: str = "",
    identity: Identity | None = None,
) -> User:
    """Join, with one's account (`actor`) or with a new one of this name, opened by a password or a provider's identity.

    Raises:
        DomainError: the link has served, or is too old; the address has an account, which must accept itself; the
            identity opens an account already.
        PermissionRefused: it is for somebody else, or its author cannot give this any more.
        ValidationError: the password is too weak, the name is missing.
    """
    # Two answers at once to one link: the second waits, then finds that it has served.
    Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    fresh = Invitation.objects.get(pk=invitation.pk)
    if sentence := is_still_open(fresh):
        raise TransitionRefused(sentence, code="is_still_open")
    person = actor or _new_person(fresh, full_name, password, identity)
    accept(fresh, actor=person)
    return person


def _new_person(invitation: Invitation, full_name: str, password: str, identity: Identity | None) -> User:
    if person_of_address(invitation.email):
        raise DomainError(_("Cette adresse a déjà un compte\u00a0: connectez-vous, puis acceptez."), code="has_account")
    if identity is not None:
        person = User.objects.create_user(invitation.email, full_name)
        link_identity(person, actor=person, identity=identity)
        return person
    person = User(email=invitation.email, full_name=full_name)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    return User.objects.create_user(invitation.email, full_name, password)


@act(
    "invitation.accepted",
    permission="invitations.accept",
    guards=(is_still_open,),
    notices=(messages.INVITATION_ACCEPTED,),
)
def accept(invitation: Invitation, *, actor: User) -> Effect:
    """Give the person what the invitation promised, in the name of its author, who must still be able to give it."""
    inviter = User.objects.get(pk=invitation.invited_by_id)
    _require_right(invitation, inviter)
    if sentence := _why_not(invitation, actor):
        raise TransitionRefused(sentence, code="cannot_join")
    invitation.accepted_at, invitation.accepted_by = clock.now(), actor
    return Effect(
        fields=["accepted_at", "accepted_by"],
        data=_given(invitation),
        then=lambda: _join(invitation, actor, inviter),
    )


def _join(invitation: Invitation, person: User, inviter: User) -> None:
    organisation = invitation.organisation
    if organisation and not organisation.memberships.filter(user=person, ended_on=None).exists():
        membership = Membership(
            user=person,
            organisation=organisation,
            title=invitation.title,
            is_representative=invitation.is_representative,
            started_on=clock.today(),
        )
        # The author may have taken the invited address since: nobody attaches oneself.
        require(inviter, "people.attach", membership)
        membership.save()
        record("membership.started", membership, actor=inviter, effect=Effect(data=membership_data(membership)))
    if grant := invitation.grant():
        grant.user = person
        require(inviter, "people.grant", grant)
        save_grant(grant)
        effect = Effect(data=role_data(grant), detail={"reason": grant.reason})
        record("role.granted", grant, actor=inviter, effect=effect)
    if place := places.get(invitation.place):
        place.join(invitation, person, inviter)
