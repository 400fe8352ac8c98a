"""The team: invited, changed, handed over, left; never without somebody who leads it."""

import pytest
from django.utils.text import slugify

from ecoquartier.access import scopes
from ecoquartier.accounts.models import Invitation
from ecoquartier.accounts.services.invitations import accept_invitation, withdraw_invitation
from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.core.registry import invariants
from ecoquartier.dossiers import services as dossiers
from ecoquartier.journal.models import Entry
from ecoquartier.notifications.models import Message
from ecoquartier.operations.enums import TeamRole
from ecoquartier.operations.models import Operation, TeamMember
from ecoquartier.operations.queries import leads_others, members_of_team
from ecoquartier.operations.services import team
from ecoquartier.people.models import User
from tests.support.world import fresh

EMAIL = "nouvelle@example.org"


@pytest.fixture
def part(world):
    return world.part(filled=False)


def mate(part, role=TeamRole.EDITOR, name="Équipière") -> TeamMember:
    user = User.objects.create_user(f"{slugify(name)}@example.org", name)
    return TeamMember.objects.create(operation=part.operation, user=user, role=role)


def place(part, user) -> TeamMember:
    return TeamMember.objects.get(operation=part.operation, user=user)


def invite(part, actor, role=TeamRole.EDITOR, email=EMAIL) -> Invitation:
    team.invite_to_team(part.operation, actor=fresh(actor), email=email, role=role)
    return Invitation.objects.get(email=email.lower(), withdrawn_at=None)


def roles(part) -> dict[str, str]:
    return {str(m.user): m.role for m in TeamMember.objects.filter(operation=part.operation).select_related("user")}


# --- Coming in ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", TeamRole.values)
def test_an_invited_stranger_has_the_role_once_they_accept(part, role):
    invitation = invite(part, part.lead, role)
    assert Message.objects.get(key="invitation_to_invitee").context["what"] == (
        f"rejoindre l’équipe de l’opération «\u00a0{part.operation}\u00a0», comme {TeamRole(role).label}"
    )
    assert not TeamMember.objects.filter(role=role, user__email=EMAIL).exists()
    person = accept_invitation(invitation, full_name="Nouvelle Venue", password="une phrase bien assez longue")
    assert place(part, person).role == role
    assert fresh(person).has_perm("operations.view", part.operation)
    assert [m.recipient for m in Message.objects.filter(key="team_joined_to_holder")][0] == part.lead
    events = list(Entry.objects.filter(about_id=str(part.operation.pk)).values_list("event", flat=True))
    assert {"team.invited", "team.joined"} <= set(events)


def test_somebody_who_has_an_account_accepts_with_it(part):
    known = User.objects.create_user(EMAIL, "Connue")
    accept_invitation(invite(part, part.lead), actor=fresh(known))
    assert place(part, known).role == TeamRole.EDITOR


def test_the_bureau_invites_into_a_team_that_nobody_leads_yet(world, part):
    TeamMember.objects.filter(operation=part.operation).delete()
    person = accept_invitation(
        invite(part, world.bureau, TeamRole.LEAD), full_name="Pilote", password="une phrase bien assez longue"
    )
    assert roles(part) == {str(person): TeamRole.LEAD}


def test_who_does_not_lead_does_not_invite(world, part):
    for actor in (mate(part).user, mate(part, TeamRole.READER, "Lectrice").user, part.elected, world.correspondent):
        with pytest.raises(PermissionRefused):
            invite(part, actor)
    assert not Invitation.objects.exists()


def test_nobody_invites_oneself_nor_twice_nor_a_member(part):
    with pytest.raises(TransitionRefused, match="soi-même"):
        invite(part, part.lead, email=part.lead.email)
    with pytest.raises(TransitionRefused, match="déjà partie de l’équipe"):
        invite(part, part.lead, email=mate(part).user.email)
    invite(part, part.lead)
    with pytest.raises(TransitionRefused, match="attend déjà une réponse"):
        invite(part, part.lead, email=EMAIL.upper())


def test_an_invitation_taken_back_opens_nothing(part):
    invitation = invite(part, part.lead)
    withdraw_invitation(invitation, actor=fresh(part.lead))
    with pytest.raises(TransitionRefused, match="ne sert plus"):
        accept_invitation(invitation, full_name="Nouvelle", password="une phrase bien assez longue")


def test_another_lead_sees_and_takes_back_an_invitation(part):
    invitation, other = invite(part, part.lead), mate(part, TeamRole.LEAD)
    assert list(scopes.invitations_visible_to(fresh(other.user))) == [invitation]
    withdraw_invitation(invitation, actor=fresh(other.user))
    assert Invitation.objects.get().withdrawn_at


def test_a_contributor_does_not_see_invitations(part):
    invite(part, part.lead)
    assert not scopes.invitations_visible_to(mate(part).user).exists()


def test_an_invitation_of_somebody_who_no_longer_leads_gives_nothing(part):
    invitation = invite(part, part.lead)
    mate(part, TeamRole.LEAD)
    team.change_role(place(part, part.lead), actor=fresh(part.lead), role=TeamRole.EDITOR)
    with pytest.raises(PermissionRefused):
        accept_invitation(invitation, full_name="Nouvelle", password="une phrase bien assez longue")
    assert not User.objects.filter(email=EMAIL).exists()


def test_who_assesses_the_operation_does_not_come_into_its_team(world):
    part, dossier = world.under_expertise()
    expert = dossier.assignments.first().expert
    invitation = invite(part, part.lead, email=expert.email)
    with pytest.raises(TransitionRefused, match="expertise"):
        accept_invitation(invitation, actor=fresh(expert))
    assert not TeamMember.objects.filter(user=expert).exists()


def test_nobody_is_invited_into_an_abandoned_operation(part):
    dossiers.abandon_operation(part.operation, actor=part.lead, reason="Projet retiré.")
    with pytest.raises(TransitionRefused, match="abandonnée"):
        invite(part, part.lead)


# --- Roles --------------------------------------------------------------------------------------------------------


def test_the_lead_changes_a_role_and_the_person_is_told(part):
    member = mate(part)
    team.change_role(member, actor=fresh(part.lead), role=TeamRole.READER)
    assert place(part, member.user).role == TeamRole.READER
    assert not fresh(member.user).has_perm("operations.write", part.operation)
    message = Message.objects.get(key="team_role_changed_to_person")
    assert (message.recipient, message.context["role"]) == (member.user, "lecteur")


def test_the_only_lead_keeps_the_role_leaves_not_and_is_not_removed(world, part):
    mate(part)
    own = place(part, part.lead)
    with pytest.raises(TransitionRefused, match="seul pilote"):
        team.change_role(own, actor=fresh(part.lead), role=TeamRole.EDITOR)
    with pytest.raises(TransitionRefused, match="seul pilote"):
        team.leave_team(own, actor=fresh(part.lead))
    with pytest.raises(TransitionRefused, match="seul pilote"):
        team.remove_from_team(own, actor=world.bureau)
    assert roles(part)[str(part.lead)] == TeamRole.LEAD


def test_a_lead_whose_account_is_closed_does_not_count(part):
    other = mate(part, TeamRole.LEAD)
    User.objects.filter(pk=other.user_id).update(is_active=False)
    with pytest.raises(TransitionRefused, match="seul pilote"):
        team.leave_team(place(part, part.lead), actor=fresh(part.lead))


def test_the_lead_hands_over_and_stays_a_contributor(part):
    member = mate(part)
    team.hand_over(member, actor=fresh(part.lead))
    assert roles(part) == {str(part.lead): TeamRole.EDITOR, str(member.user): TeamRole.LEAD}
    assert Entry.objects.filter(event="team.handed_over", about_id=str(part.operation.pk)).exists()


def test_the_bureau_hands_over_for_every_lead(world, part):
    mate(part, TeamRole.LEAD, "Seconde")
    member = mate(part)
    team.hand_over(member, actor=world.bureau)
    assert [who for who, role in roles(part).items() if role == TeamRole.LEAD] == [str(member.user)]


def test_one_hands_over_to_somebody_else_whose_account_is_open(part):
    with pytest.raises(TransitionRefused, match="autre personne"):
        team.hand_over(place(part, part.lead), actor=fresh(part.lead))
    closed = mate(part)
    User.objects.filter(pk=closed.user_id).update(is_active=False)
    with pytest.raises(TransitionRefused, match="fermé"):
        team.hand_over(TeamMember.objects.get(pk=closed.pk), actor=fresh(part.lead))


def test_a_contributor_changes_nothing(part):
    member, other = mate(part), mate(part, TeamRole.READER, "Lectrice")
    actor = fresh(member.user)
    for act in (
        lambda: team.change_role(other, actor=actor, role=TeamRole.LEAD),
        lambda: team.hand_over(member, actor=actor),
        lambda: team.remove_from_team(other, actor=actor),
    ):
        with pytest.raises(PermissionRefused):
            act()


# --- Leaving ------------------------------------------------------------------------------------------------------


def test_a_removed_person_loses_access_at_once_and_is_told(part):
    member = mate(part)
    assert fresh(member.user).has_perm("operations.view", part.operation)
    team.remove_from_team(member, actor=fresh(part.lead))
    gone = fresh(member.user)
    assert not gone.has_perm("operations.view", part.operation)
    assert not scopes.operations_visible_to(gone).filter(pk=part.operation.pk).exists()
    assert Message.objects.get(key="team_removed_to_person").recipient == gone
    entry = Entry.objects.get(event="team.removed")
    assert (entry.about_id, entry.data["person"]) == (str(part.operation.pk), str(gone.pk))


def test_one_leaves_and_the_leads_are_told(part):
    member = mate(part)
    team.leave_team(member, actor=fresh(member.user))
    assert roles(part) == {str(part.lead): TeamRole.LEAD}
    message = Message.objects.get(key="team_left_to_holder")
    assert (message.recipient, message.context["person"]) == (part.lead, "Équipière")


def test_nobody_leaves_for_somebody_else(world, part):
    member = mate(part)
    for actor in (part.lead, world.bureau):
        with pytest.raises(PermissionRefused):
            team.leave_team(member, actor=fresh(actor))


def test_the_only_lead_of_others_is_not_erased(part):
    assert leads_others(part.lead) is None
    mate(part)
    assert "transmettez d’abord le pilotage" in leads_others(part.lead)
    mate(part, TeamRole.LEAD, "Seconde")
    assert leads_others(part.lead) is None


def test_leads_come_first(part):
    mate(part, TeamRole.READER, "Abeille")
    mate(part, TeamRole.EDITOR, "Zoé")
    assert [m.role for m in members_of_team(part.operation)] == [TeamRole.LEAD, TeamRole.EDITOR, TeamRole.READER]


def test_a_team_without_lead_is_told(part):
    check = dict(invariants.items())["teams_led"]
    assert check() == []
    TeamMember.objects.filter(operation=part.operation).update(role=TeamRole.EDITOR)
    assert str(part.operation.pk) in check()[0]
    assert Operation.objects.filter(pk=part.operation.pk).exists()
