"""What opens an account: its password, its address, its second factor."""

from __future__ import annotations

from typing import Any, NamedTuple

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ecoquartier.accounts.messages import (
    ADDRESS_ASKED,
    ADDRESS_CHANGED,
    IDENTITY_CHANGED,
    PASSWORD_CHANGED,
    RESET,
    SECOND_FACTOR_CHANGED,
)
from ecoquartier.accounts.queries import address_of_key, is_address_free, person_of_reset_key, provider_name
from ecoquartier.accounts.services import close_sessions
from ecoquartier.core.errors import DomainError, PermissionRefused
from ecoquartier.notifications.services.outbox import post, write
from ecoquartier.people.models import User
from ecoquartier.workflow.engine import Effect, act


@transaction.atomic
def send_reset_link(email: str) -> None:
    """Write to whoever has this address how to choose a password; to nobody when nobody has it."""
    person = User.objects.filter(email=email.lower(), is_active=True).first()
    if person is not None:
        post(RESET, person)


@transaction.atomic
def reset_password(key: str, *, password: str) -> User:
    """Choose a password by the key of a mail, which has then served.

    Raises:
        DomainError: the key has served, is too old or was never one.
    """
    person = person_of_reset_key(key)
    if person is not None:
        # Two answers at once to one link: the second finds that it has served.
        User.objects.select_for_update().get(pk=person.pk)
        person = person_of_reset_key(key)
    if person is None:
        raise DomainError(_("Ce lien ne sert plus\u00a0: demandez-en un autre."), code="stale_link")
    return change_password(person, actor=person, password=password)


@transaction.atomic
def change_password(person: User, *, actor, password: str) -> User:
    """Give oneself a password, already judged strong enough; every session opened with the former one ends.

    Raises:
        PermissionRefused: somebody else's.
    """
    _require_oneself(person, actor)
    person.set_password(password)
    person.save(update_fields=["password"])
    post(PASSWORD_CHANGED, person)
    return person


@transaction.atomic
def ask_address(person: User, *, actor, address: str) -> None:
    """Write to a new address the link that confirms it; nothing leaves, nor is said, when it is somebody else's.

    Raises:
        PermissionRefused: somebody else's account.
    """
    _require_oneself(person, actor)
    person.pending_email = address.lower()
    person.save(update_fields=["pending_email"])
    write(ADDRESS_ASKED, person, [person], {**ADDRESS_ASKED.context(person), "address": person.pending_email})


def cancel_address(person: User, *, actor) -> None:
    """Give up the address that one asked for: the link that was sent there opens nothing any more.

    Raises:
        PermissionRefused: somebody else's account.
    """
    _require_oneself(person, actor)
    person.pending_email = ""
    person.save(update_fields=["pending_email"])


@transaction.atomic
def confirm_address(person: User, *, actor, key: str) -> User:
    """Take the address that the key proves; the former one is told.

    Raises:
        PermissionRefused: somebody else's account.
        DomainError: the key has served, is too old, is another person's, or the address was taken meanwhile.
    """
    _require_oneself(person, actor)
    person = User.objects.select_for_update().get(pk=person.pk)
    address, former = address_of_key(person, key), person.email
    if address is None or not is_address_free(address):
        raise DomainError(_("Ce lien ne sert plus\u00a0: demandez-en un autre."), code="stale_link")
    person.email, person.pending_email = address, ""
    person.full_clean(exclude=["password"])
    person.save(update_fields=["email", "pending_email"])
    context = {**ADDRESS_CHANGED.context(person), "former": former, "address": address}
    write(ADDRESS_CHANGED, person, [person], context)
    return person


def tell_second_factor(person: User, *, change: str) -> None:
    """Tell somebody what changed in the second factor of their account."""
    context = {**SECOND_FACTOR_CHANGED.context(person), "change": change}
    write(SECOND_FACTOR_CHANGED, person, [person], context)


class Identity(NamedTuple):
    """Somebody as a provider knows them, for ever and whatever their address: who says so, and whom it names."""

    issuer: str
    subject: str


@transaction.atomic
def link_identity(person: User, *, actor, identity: Identity) -> SocialAccount:
    """Let a verified identity of a provider open one's account.

    Raises:
        PermissionRefused: somebody else's account.
        DomainError: the account has another identity of this provider, or this one opens an account already.
    """
    _require_oneself(person, actor)
    User.objects.select_for_update().get(pk=person.pk)
    if SocialAccount.objects.filter(user=person, provider=identity.issuer).exists():
        raise DomainError(
            _("Votre compte est déjà relié à ce fournisseur\u00a0: retirez d’abord ce lien."), code="linked"
        )
    try:
        with transaction.atomic():
            account = SocialAccount.objects.create(user=person, provider=identity.issuer, uid=identity.subject)
    except IntegrityError as error:
        raise DomainError(_("Cette identité ouvre déjà un autre compte."), code="taken") from error
    _tell_identity(person, _("la connexion avec %(provider)s a été ajoutée"), identity.issuer)
    return account


@transaction.atomic
def unlink_identity(account: SocialAccount, *, actor) -> None:
    """Take from a provider's identity what it opened.

    Raises:
        PermissionRefused: somebody else's account.
    """
    person = account.user
    _require_oneself(person, actor)
    account.delete()
    _tell_identity(person, _("la connexion avec %(provider)s a été retirée"), account.provider)


def _tell_identity(person: User, change: str, issuer: str) -> None:
    context = {**IDENTITY_CHANGED.context(person), "change": change % {"provider": provider_name(issuer)}}
    write(IDENTITY_CHANGED, person, [person], context)


def has_second_factor(person: User, **_arguments: Any) -> str | None:
    """There is something to remove."""
    found = Authenticator.objects.filter(user=person).exists()
    return None if found else _("Cette personne n’a pas de double vérification.")


@act("person.second_factor_removed", permission="accounts.remove_second_factor", guards=(has_second_factor,))
def remove_second_factor(person: User, *, actor, reason: str) -> Effect:
    """Remove every second factor of somebody who lost theirs, whose identity was checked; their sessions end."""
    means = Authenticator.objects.filter(user=person)
    kinds = sorted(means.values_list("type", flat=True))
    means.delete()
    close_sessions(person)
    tell_second_factor(person, change=_("le bureau national l’a retirée, à votre demande"))
    return Effect(data={"kinds": kinds}, detail={"reason": reason})


def _require_oneself(person: User, actor) -> None:
    if actor.pk != person.pk:
        raise PermissionRefused(_("Chacun gère son propre compte."), code="account")
