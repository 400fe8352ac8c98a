"""Inviting by e-mail: one secret, one use, fourteen days; and every way to abuse it."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from ecoquartier.accounts.models import Invitation
from ecoquartier.accounts.queries import address_key, invitation_of_secret, invitation_secret
from ecoquartier.accounts.services import credentials, invitations, roles
from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError, PermissionRefused, TransitionRefused
from ecoquartier.core.logs import masked
from ecoquartier.journal.models import Entry
from ecoquartier.notifications.models import Message
from ecoquartier.notifications.services import as_read, send_ready
from ecoquartier.people.enums import OrganisationKind, Role
from ecoquartier.people.models import Organisation, User
from ecoquartier.territories.models import County
from tests.support.world import fresh

ADDRESS = "dominique@ville.example"
PASSWORD = "une phrase assez longue"


@pytest.fixture
def place(world):
    return Organisation.objects.create(name="Commune de Laval", kind=OrganisationKind.TOWN, commune=world.commune)


def invite(actor, email=ADDRESS, **what):
    actor = fresh(actor)
    return invitations.invite(actor, actor=actor, email=email, reason="Élue en mars.", **what)


def join(invitation, **more):
    more = {"full_name": "Dominique Lebrun", "password": PASSWORD, **more}
    return invitations.accept_invitation(invitation, **more)


def test_the_letter_alone_holds_the_secret(world, place):
    invitation = invite(world.correspondent, organisation=place, is_representative=True)
    mail.outbox.clear()
    send_ready()
    letter = next(m for m in mail.outbox if m.to == [ADDRESS])
    secret = re.search(r"/compte/invitation/([\w-]+)/", letter.body)[1]
    assert invitation_of_secret(secret) == invitation
    assert len(secret) >= 43  # 256 bits
    assert "Bonjour," in letter.body
    assert "représenter Commune de Laval" in letter.subject
    message = Message.objects.get(key="invitation_to_invitee")
    kept = f"{Invitation.objects.values().get()} {message.body} {message.context} {as_read(message)}"
    assert secret not in kept
    assert secret not in masked(f"GET /compte/invitation/{secret}/ 200")


def test_somebody_new_joins_with_a_name_and_a_password(world, place):
    invitation = invite(world.correspondent, organisation=place, is_representative=True, title="Maire")
    person = join(invitation)
    assert (person.email, person.full_name, person.check_password(PASSWORD)) == (ADDRESS, "Dominique Lebrun", True)
    assert fresh(person).rights.represents == {place.pk}
    acts = Entry.objects.filter(about_id=str(person.pk)).order_by("seq").values_list("event", "actor")
    assert list(acts) == [
        ("invitation.accepted", str(person.pk)),
        ("membership.started", str(world.correspondent.pk)),
    ]
    assert Message.objects.filter(key="invitation_accepted_to_inviter", recipient=world.correspondent).exists()


def test_an_account_joins_instead_of_being_doubled(world, place):
    person = User.objects.create_user(ADDRESS, "Dominique Lebrun", PASSWORD)
    invitation = invite(world.bureau, email=ADDRESS.upper(), organisation=place)
    with pytest.raises(DomainError) as refusal:
        join(invitation)
    assert refusal.value.code == "has_account"
    assert invitations.accept_invitation(invitation, actor=person) == person
    assert User.objects.filter(email__iexact=ADDRESS).count() == 1
    assert fresh(person).rights.organisations == {place.pk}


def test_a_role_is_given_in_the_name_of_who_invited(world):
    person = join(invite(world.coordinator, role=Role.CORRESPONDENT, county=County.objects.get(pk="44")))
    grant = person.grants.get()
    assert (grant.county_id, grant.granted_by, grant.reason) == ("44", world.coordinator, "Élue en mars.")


# --- Refused ------------------------------------------------------------------------------------------------------


def test_an_invitation_serves_once(world, place):
    invitation = invite(world.bureau, organisation=place)
    person = join(invitation)
    for more in ({}, {"actor": person}):
        with pytest.raises(TransitionRefused) as refusal:
            join(invitation, **more)
        assert refusal.value.code == "is_still_open"
    assert person.memberships.count() == 1


def test_an_invitation_expires(world, place):
    invitation = invite(world.bureau, organisation=place)
    with clock.travel(clock.now() + timedelta(days=13, hours=23)):
        assert invitation.is_open
    with clock.travel(clock.now() + timedelta(days=14, seconds=1)), pytest.raises(TransitionRefused):
        join(invitation)
    assert not User.objects.filter(email=ADDRESS).exists()


def test_an_invitation_is_withdrawn_by_its_author_or_the_bureau(world, place):
    invitation = invite(world.coordinator, organisation=place)
    with pytest.raises(PermissionRefused):
        invitations.withdraw_invitation(invitation, actor=world.correspondent)
    invitations.withdraw_invitation(invitation, actor=world.coordinator)
    with pytest.raises(TransitionRefused):
        join(invitation)
    again = invite(world.coordinator, organisation=place)
    invitations.withdraw_invitation(again, actor=world.bureau)
    mail.outbox.clear()
    send_ready()
    assert [m for m in mail.outbox if m.to == [ADDRESS]] == []


def test_a_secret_is_not_guessed(world, place):
    invitation = invite(world.bureau, organisation=place)
    secret = invitation_secret(invitation.pk)
    for guess in ("", str(invitation.pk), invitation.secret_hash, secret[:-1], secret.swapcase(), f"{secret} "):
        assert invitation_of_secret(guess) is None


def test_nobody_accepts_for_somebody_else(world, place):
    invitation = invite(world.bureau, organisation=place)
    for other in (world.cast.experts[0], world.bureau):
        with pytest.raises(PermissionRefused):
            invitations.accept_invitation(invitation, actor=fresh(other))
    assert Invitation.objects.get(pk=invitation.pk).is_open


def test_nobody_invites_an_address_that_was_their_own(world):
    person = world.coordinator
    former = person.email
    credentials.ask_address(person, actor=person, address="ailleurs@example.org")
    credentials.confirm_address(person, actor=person, key=address_key(person, "ailleurs@example.org"))
    with pytest.raises(TransitionRefused, match="soi-même"):
        invite(person, email=former, role=Role.CORRESPONDENT, county=County.objects.get(pk="53"))


@pytest.mark.parametrize("variant", ["{}", "+deux", "MAJ", '"guillemets"'])
def test_nobody_invites_oneself(world, place, variant):
    name, _at, host = world.coordinator.email.partition("@")
    address = {
        "{}": f"{name}@{host}",
        "+deux": f"{name}+deux@{host}",
        "MAJ": f"{name.upper()}@{host}",
        '"guillemets"': f'"{name}"@{host}',
    }[variant]
    with pytest.raises(TransitionRefused, match="soi-même"):
        invite(world.coordinator, email=address, organisation=place)


@pytest.mark.parametrize("what", ["organisation", "role"])
def test_nobody_takes_what_they_offered_by_taking_the_invited_address(world, place, what):
    author = world.coordinator
    given = {"organisation": place, "is_representative": True}
    if what == "role":
        given = {"role": Role.CORRESPONDENT, "county": County.objects.get(pk="44")}
    invitation = invite(author, **given)
    memberships, grants = author.memberships.count(), author.grants.count()
    # What a confirmed change of address does.
    User.objects.filter(pk=author.pk).update(email=ADDRESS)
    with pytest.raises(PermissionRefused):
        invitations.accept_invitation(invitation, actor=fresh(author))
    assert (author.memberships.count(), author.grants.count()) == (memberships, grants)
    assert Invitation.objects.get(pk=invitation.pk).is_open


def test_an_invitation_does_not_tell_who_exists(world, place):
    elected = join(invite(world.correspondent, organisation=place, is_representative=True))
    User.objects.create_user("ouverte@ville.example", "Compte Ouvert", PASSWORD)
    User.objects.create_user("fermee@ville.example", "Compte Fermé", PASSWORD, is_active=False)
    for email in ("ouverte@ville.example", "fermee@ville.example", "inconnue@ville.example"):
        assert invite(elected, email=email, organisation=place).is_open
    # Who may see the person reads why not.
    with pytest.raises(TransitionRefused, match="fermé"):
        invite(world.bureau, email="fermee@ville.example", role=Role.EXPERT)


@pytest.mark.parametrize(
    "what",
    [
        {"role": Role.BUREAU},
        {"role": Role.EXPERT},
        {"role": Role.CORRESPONDENT, "county": "67"},
    ],
)
def test_a_coordinator_invites_to_no_other_role(world, what):
    if "county" in what:
        what = what | {"county": County.objects.get(pk=what["county"])}
    with pytest.raises(PermissionRefused):
        invite(world.coordinator, **what)
    assert not Invitation.objects.exists()


def test_who_invites_into_what(world, place):
    with pytest.raises(PermissionRefused):
        invite(world.cast.experts[0], organisation=place)
    with pytest.raises(PermissionRefused):
        invite(world.cast.coordinator(County.objects.get(pk="67").region), organisation=place)
    elected = join(invite(world.correspondent, organisation=place, is_representative=True))
    # Now it has its first member, who invites the others.
    with pytest.raises(PermissionRefused):
        invite(world.correspondent, email="autre@ville.example", organisation=place)
    invite(elected, email="autre@ville.example", organisation=place, is_representative=True)
    with pytest.raises(PermissionRefused):
        invite(elected, email="encore@ville.example", organisation=place, role=Role.EXPERT)


def test_who_was_suspended_or_lost_the_right_gives_nothing_any_more(world, place):
    one = invite(world.coordinator, organisation=place)
    two = invite(world.correspondent, email="autre@ville.example", organisation=place)
    roles.suspend(world.correspondent, actor=world.bureau, reason="Doute.")
    roles.end_role(world.coordinator.grants.get(), actor=world.bureau, reason="Départ.")
    for invitation in (one, two):
        with pytest.raises(PermissionRefused, match="ne peut pas confier"):
            join(invitation)
    assert not User.objects.filter(email__endswith="@ville.example").exists()


def test_a_closed_account_does_not_come_back_by_an_invitation(world, place):
    person = User.objects.create_user(ADDRESS, "Dominique", PASSWORD)
    invitation = invite(world.bureau, organisation=place)
    roles.suspend(person, actor=world.bureau, reason="Doute.")
    with pytest.raises(PermissionRefused):
        invitations.accept_invitation(invitation, actor=fresh(person))
    with pytest.raises(TransitionRefused, match="fermé"):
        invite(world.bureau, organisation=place, title="Maire", is_representative=True, role=Role.EXPERT)


def test_the_same_is_not_offered_twice(world, place):
    invite(world.bureau, organisation=place)
    with pytest.raises(TransitionRefused, match="attend déjà"):
        invite(world.bureau, organisation=place)
    invite(world.bureau, role=Role.EXPERT)
    User.objects.create_user("la@ville.example", "Déjà Là").memberships.create(organisation=place)
    with pytest.raises(TransitionRefused, match="déjà rattaché"):
        invite(world.bureau, email="la@ville.example", organisation=place)


def test_an_invitation_is_to_something(world, place):
    with pytest.raises(ValidationError, match="Choisissez un organisme ou un rôle"):
        invite(world.bureau)


def test_a_weak_password_creates_nobody(world, place):
    invitation = invite(world.bureau, organisation=place)
    with pytest.raises(ValidationError) as refusal:
        join(invitation, password="court")
    assert "password" in refusal.value.error_dict
    assert not User.objects.filter(email=ADDRESS).exists()
    assert Invitation.objects.get(pk=invitation.pk).is_open
