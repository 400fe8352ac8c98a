"""Named reads about what the platform holds of people."""

from __future__ import annotations

import hashlib
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import CharField, Count, QuerySet, Value
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from ecoquartier.accounts.models import Invitation
from ecoquartier.core.registry import PersonalData, personal_data
from ecoquartier.people.domain import ERASED_DOMAIN
from ecoquartier.people.models import Membership, RoleGrant, User


def rows_of(held: PersonalData, person: User) -> QuerySet:
    """What one table holds of a person; nothing when its rows are found otherwise."""
    manager = apps.get_model(held.model)._base_manager
    return manager.filter(**{held.person: person.pk}) if held.person else manager.none()


def running_duty(person: User) -> str | None:
    """The first reason, in French, why the data of a person may not be erased now; None when there is none."""
    reasons = (held.refusal(person) for _key, held in personal_data.items() if held.refusal)
    return next(filter(None, reasons), None)


def erased_breaches() -> list[str]:
    """Invariant: an erased person can neither sign in nor hold anything."""
    erased = User.objects.filter(email__endswith=ERASED_DOMAIN)
    active = erased.filter(is_active=True).values_list("pk", flat=True)
    in_office = RoleGrant.objects.in_force().filter(user__in=erased).values_list("user", flat=True)
    members = Membership.objects.filter(user__in=erased, ended_on=None).values_list("user", flat=True)
    return [
        f"personne {pk}\u00a0: effacée, et pourtant {what}"
        for what, ids in (("active", active), ("en fonction", in_office), ("rattachée", members))
        for pk in ids
    ]


def open_sessions(person: User) -> QuerySet:
    """Sessions of a person that still open the site, the latest first."""
    opened = Session.objects.filter(expire_date__gt=Now()).values("session_key")
    return UserSession.objects.filter(user=person, session_key__in=opened).order_by("-created_at", "-pk")


# --- Keys of the links that open an account: signed, never stored -------------------------------------------------

ADDRESS_KEY_SECONDS = 24 * 3600
_ADDRESS_SALT = "accounts.address"


def reset_key(person: User) -> str:
    """What proves, once and for a few hours, that somebody reads the mail of this person.

    Made of the present password and of the last sign-in: either of them, changed, ends it.
    """
    return f"{urlsafe_base64_encode(person.pk.bytes)}~{default_token_generator.make_token(person)}"


def person_of_reset_key(key: str) -> User | None:
    """The active person that a key of `reset_key` stands for; None when it no longer opens anything."""
    who, _separator, token = key.partition("~")
    try:
        person = User.objects.filter(pk=urlsafe_base64_decode(who).hex(), is_active=True).first()
    except (ValueError, ValidationError):
        return None
    return person if person and default_token_generator.check_token(person, token) else None


def address_key(person: User, address: str) -> str:
    """What proves, for a day and until the address changes, that the person reads mail at `address`."""
    return signing.dumps([str(person.pk), person.email, address], salt=_ADDRESS_SALT)


def address_of_key(person: User, key: str) -> str | None:
    """The address that a key of `address_key` proves for this very person; None when it proves nothing any more."""
    try:
        who, former, address = signing.loads(key, salt=_ADDRESS_SALT, max_age=ADDRESS_KEY_SECONDS)
    except signing.BadSignature:
        return None
    return address if (who, former) == (str(person.pk), person.email) else None


def is_address_free(address: str) -> bool:
    """Whether nobody has this address."""
    return not User.objects.filter(email=address).exists()


# --- Invitations ----------------------------------------------------------------------------------------------------

_INVITATION_SALT = "accounts.invitation"


def invitation_secret(pk: UUID | str) -> str:
    """The secret of an invitation's link, 256 bits: made from its id when the letter leaves; only its hash is kept."""
    return urlsafe_base64_encode(salted_hmac(_INVITATION_SALT, str(pk), algorithm="sha256").digest())


def invitation_of_secret(secret: str) -> Invitation | None:
    """The invitation that a link opens, used or expired ones included; None for a secret that was never one."""
    hashed = hashlib.sha256(secret.encode()).hexdigest()
    return (
        Invitation.objects.select_related(
            "organisation__commune", "county__region", "region", "invited_by", "accepted_by"
        )
        .filter(secret_hash=hashed)
        .first()
    )


def invitations() -> QuerySet[Invitation]:
    """Every invitation with what it is to, the latest first."""
    return Invitation.objects.select_related("organisation", "county", "region", "invited_by", "accepted_by")


def held_counts(person: User) -> dict[str, int]:
    """How many rows each table holds of a person, in one query: key of `personal_data` → number."""
    counts = [
        rows_of(data, person)
        .filter(**data.told)
        .order_by()
        .values(held_as=Value(key, CharField()))
        .annotate(n=Count("*"))
        .values("held_as", "n")
        for key, data in personal_data.items()
        if data.fields and data.person
    ]
    first, *others = counts
    return {row["held_as"]: row["n"] for row in first.union(*others, all=True)}
