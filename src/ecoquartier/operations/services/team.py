"""The team of an operation: who is invited, in which role, who hands over and who leaves."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.utils.translation import gettext as _

from ecoquartier.accounts import messages as account_messages
from ecoquartier.accounts.models import Invitation
from ecoquartier.accounts.queries import is_own_address
from ecoquartier.accounts.services.invitations import send
from ecoquartier.notifications.domain import Notice
from ecoquartier.notifications.services.outbox import post, write
from ecoquartier.operations import messages
from ecoquartier.operations.enums import TEAM_PLACE, TeamRole
from ecoquartier.operations.models import Operation, TeamMember
from ecoquartier.operations.queries import invitations_to, why_not_kept
from ecoquartier.people.models import User
from ecoquartier.workflow.engine import Effect, act, record, require, with_arguments


def other_leads(member: TeamMember) -> bool:
    """Whether somebody else, whose account is open, leads the team."""
    leads = TeamMember.objects.filter(operation=member.operation_id, role=TeamRole.LEAD, user__is_active=True)
    return leads.exclude(pk=member.pk).exists()


def keeps_a_lead(member: TeamMember) -> str | None:
    """A team always keeps somebody who leads it."""
    if member.role != TeamRole.LEAD or other_leads(member):
        return None
    return _("%(person)s est seul pilote de l’équipe\u00a0: le pilotage se transmet d’abord.") % {"person": member.user}


# --- Coming in ----------------------------------------------------------------------------------------------------


@with_arguments
def is_to_be_invited(operation: Operation, *, actor: User, email: str, role: str) -> str | None:
    """Somebody else, who is neither of the team nor invited already."""
    address = email.strip().lower()
    if is_own_address(actor, address):
        return _("Personne ne s’invite soi-même\u00a0: demandez à une autre personne habilitée.")
    if operation.team.filter(user__email=address).exists():
        return _("Cette personne fait déjà partie de l’équipe.")
    if invitations_to(operation).filter(email=address).exists():
        return _("Une invitation attend déjà une réponse à cette adresse\u00a0: retirez-la d’abord.")
    return None


@act("team.invited", permission="operations.write_team", guards=(why_not_kept, is_to_be_invited))
def invite_to_team(operation: Operation, *, actor: User, email: str, role: str) -> Effect:
    """Invite an address into the team; the person has the role once they accept, within fourteen days.

    Raises:
        ValidationError: it is not an address.
    """
    invitation = Invitation(
        email=email.strip().lower(),
        place=TEAM_PLACE,
        place_id=operation.pk,
        place_role=role,
        reason=_("Équipe de l’opération"),
        invited_by=actor,
    )
    send(invitation, actor=actor)
    return Effect(
        data={"invitation": str(invitation.pk), "role": role},
        detail={"email": invitation.email},
        then=lambda: post(account_messages.INVITATION, invitation),
    )


def invited_words(invitation: Invitation) -> str:
    """What an invitation into a team gives, after « Vous êtes invité à »."""
    words = {"role": TeamRole(invitation.place_role).label, "operation": _invited_into(invitation)}
    return _("rejoindre l’équipe de l’opération «\u00a0%(operation)s\u00a0», comme %(role)s") % words


def require_to_invite(invitation: Invitation, inviter: User) -> None:
    """Only who runs the team gives a place in it, when they invite and still when the invitation is accepted.

    Raises:
        PermissionRefused: it is not so, or not any more.
    """
    require(inviter, "operations.write_team", _invited_into(invitation))


def why_not_in_team(invitation: Invitation, person: User | None) -> str | None:
    """Why somebody cannot come into the team now: it is closed, they are of it, or they assess it (rule 7)."""
    operation = _invited_into(invitation)
    if sentence := why_not_kept(operation):
        return sentence
    if person is None:
        return None
    if operation.team.filter(user=person).exists():
        return _("%(person)s fait déjà partie de l’équipe.") % {"person": person}
    if not person.has_perm("operations.join_team", operation):
        return _("Qui expertise une candidature d’une opération n’est pas de son équipe.")
    return None


def join_team(invitation: Invitation, person: User, inviter: User) -> None:
    """Give the role that the invitation promised."""
    member = TeamMember.objects.create(
        operation=_invited_into(invitation), user=person, role=TeamRole(invitation.place_role)
    )
    person.__dict__.pop("_team_roles", None)
    record("team.joined", member, actor=person, effect=Effect(data=_told(member)))
    post(messages.TEAM_JOINED, member)


def _invited_into(invitation: Invitation) -> Operation:
    return Operation.objects.select_related("lead_commune__county").get(pk=cast(UUID, invitation.place_id))


def _told(member: TeamMember) -> dict[str, str]:
    return {"person": str(member.user_id), "role": member.role}


# --- Roles --------------------------------------------------------------------------------------------------------


@with_arguments
def is_another_role(member: TeamMember, *, actor: User, role: str) -> str | None:
    """There is something to change, and somebody still leads."""
    if member.role == role:
        return _("%(person)s a déjà ce rôle.") % {"person": member.user}
    return keeps_a_lead(member)


@act(
    "team.role_changed",
    permission="operations.write_team",
    guards=(why_not_kept, is_another_role),
    notices=(messages.TEAM_ROLE_CHANGED,),
)
def change_role(member: TeamMember, *, actor: User, role: str) -> Effect:
    """Give somebody of the team another role, at once."""
    member.role = TeamRole(role)
    return Effect(fields=["role"], data=_told(member))


@with_arguments
def is_somebody_else(member: TeamMember, *, actor: User) -> str | None:
    """One hands over to another, whose account is open."""
    if member.user_id == actor.pk:
        return _("Vous êtes déjà de l’équipe\u00a0: choisissez une autre personne.")
    return None if member.user.is_active else _("Le compte de cette personne est fermé.")


def other_places(member: TeamMember, *, actor: User) -> list[TeamMember]:
    """The places of those who lead now: handing over changes them."""
    return list(member.operation.team.filter(role=TeamRole.LEAD).exclude(pk=member.pk))


@act(
    "team.handed_over",
    permission="operations.write_team",
    guards=(why_not_kept, is_somebody_else),
    notices=(messages.TEAM_ROLE_CHANGED,),
    locks=other_places,
)
def hand_over(member: TeamMember, *, actor: User) -> Effect:
    """Make somebody of the team its lead. Who hands over becomes a contributor; the bureau replaces every lead."""
    former = member.operation.team.filter(role=TeamRole.LEAD).exclude(pk=member.pk)
    if former.filter(user=actor).exists():
        former = former.filter(user=actor)
    gave = [str(pk) for pk in former.values_list("user", flat=True)]
    former.update(role=TeamRole.EDITOR)
    member.role = TeamRole.LEAD
    return Effect(fields=["role"], data={**_told(member), "from": gave})


# --- Leaving ------------------------------------------------------------------------------------------------------


def _take_away(member: TeamMember, notice: Notice) -> Effect:
    # By the rows, so that the object keeps the id which the journal writes.
    TeamMember.objects.filter(pk=member.pk).delete()
    write(notice, member.operation, notice.recipients(member), notice.context(member))
    return Effect(data=_told(member))


@act("team.removed", permission="operations.write_team", guards=(keeps_a_lead,))
def remove_from_team(member: TeamMember, *, actor: User) -> Effect:
    """Take somebody out of the team: they open nothing of the operation any more, from their next page on."""
    return _take_away(member, messages.TEAM_REMOVED)


@act("team.departed", permission="operations.leave_team", guards=(keeps_a_lead,))
def leave_team(member: TeamMember, *, actor: User) -> Effect:
    """Leave the team oneself."""
    return _take_away(member, messages.TEAM_LEFT)
