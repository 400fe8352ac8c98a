"""Named reads about what the platform holds of people."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit
from uuid import UUID

from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Concat, Now
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ecoquartier.accounts.enums import LOCAL_TOPICS, SupportState, Topic
from ecoquartier.accounts.models import CalendarLink, Invitation, InvitationQuerySet, Question, SupportSession
from ecoquartier.core import clock
from ecoquartier.core.registry import PersonalData, Task, Work, personal_data, places, recently
from ecoquartier.notifications.models import Message
from ecoquartier.people.domain import ERASED_DOMAIN, is_same_mailbox
from ecoquartier.people.enums import Role
from ecoquartier.people.models import Membership, RoleGrant, User
from ecoquartier.people.queries import holders_of


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


def provider_name(issuer: str) -> str:
    """A provider of identities as people know it: the one of the settings by its label, a former one by its host."""
    return settings.OIDC_LABEL if issuer == settings.OIDC_ISSUER else urlsplit(issuer).hostname or issuer


def identities_of(person: User) -> QuerySet[SocialAccount]:
    """The identities of providers that open the account of a person, the latest first."""
    return SocialAccount.objects.filter(user=person).order_by("-date_joined", "-pk")


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
    return signing.dumps([*_asked_by(person), address], salt=_ADDRESS_SALT)


def address_of_key(person: User, key: str) -> str | None:
    """The address that a key of `address_key` proves for this very person; None when it proves nothing any more.

    It proves the last one that they asked for, unless they gave it up since.
    """
    try:
        *who, address = signing.loads(key, salt=_ADDRESS_SALT, max_age=ADDRESS_KEY_SECONDS)
    except signing.BadSignature:
        return None
    return address if who == _asked_by(person) and address == person.pending_email else None


def _asked_by(person: User) -> list[str]:
    """Whose key it is, which a change of address or of password ends; the address itself is not in it."""
    return [str(person.pk), salted_hmac(_ADDRESS_SALT, person.email + person.password).hexdigest()[:32]]


def is_own_address(person: User, address: str) -> bool:
    """Whether an address is, or was, the person’s own, be it under a variant."""
    told = Message.objects.filter(recipient=person, key="address_changed_to_person").values_list("context", flat=True)
    return any(is_same_mailbox(address, own) for own in (person.email, *(context["former"] for context in told)))


def is_address_free(address: str) -> bool:
    """Whether nobody has this address."""
    return not User.objects.filter(email=address).exists()


# --- Calendars ------------------------------------------------------------------------------------------------------


def calendar_hash(secret: str) -> str:
    """What is kept of the secret of a calendar: with 256 bits drawn at random, a plain digest is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def calendar_link_of(person: User) -> CalendarLink | None:
    """The person’s calendar link, if they have made one."""
    return CalendarLink.objects.filter(user=person).first()


def person_of_calendar(secret: str) -> User | None:
    """The active person whose calendar this secret opens; None when it opens nothing."""
    return User.objects.filter(calendar_link__secret_hash=calendar_hash(secret), is_active=True).first()


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


def invitations() -> InvitationQuerySet:
    """Every invitation with what it is to, the latest first."""
    return Invitation.objects.select_related("organisation", "county", "region", "invited_by", "accepted_by")


def work_of(user: User) -> Work:
    """Roles that one has just received; invitations that one has sent; sessions of the support mode."""
    since = timezone.localdate(recently())
    given = [grant for grant in user.grants_today if grant.granted_by_id and grant.starts_on >= since]
    ended = [Task(_role(grant), "/compte/", due_on=grant.starts_on, state=_("rôle confié")) for grant in given]
    if not (user.rights.roles or user.rights.represents):
        return Work(ended=ended)
    rows = invitations().filter(invited_by=user)
    sent = rows.open() | rows.filter(accepted_at__gte=recently())
    given_and_seen = Work(ended=ended) + _support(user)
    return sum((_invitation(row) for row in sent.order_by("expires_at")[:20]), given_and_seen)


def _role(grant: RoleGrant) -> str:
    role = capfirst(str(grant.get_role_display()))
    return f"{role}, {grant.territory}" if grant.territory else role


def _invitation(row: Invitation) -> Work:
    title, path = _("Invitation de %(address)s") % {"address": row.email}, "/espace/pilotage/personnes/"
    place = places.get(row.place)
    note = place.words(row) if place else str(row.organisation or row.get_role_display())
    if row.accepted_at:
        return Work(ended=[Task(title, path, note, timezone.localdate(row.accepted_at), _("acceptée"))])
    return Work(going_on=[Task(title, path, note, timezone.localdate(row.expires_at), _("attend une réponse"))])


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


# --- The support mode ---------------------------------------------------------------------------------------------


def why_not_seen(person: User, asker: User) -> str | None:
    """Why `asker` may not see the platform as `person` does, in French; None when nothing forbids."""
    if not person.is_active:
        return _("Le compte de %(person)s est fermé.") % {"person": person}
    if Role.BUREAU in person.rights.roles and Role.BUREAU not in asker.rights.roles:
        return _(
            "Le bureau national lit ce qui est encore confidentiel\u00a0: seul quelqu’un du bureau peut voir la "
            "plateforme comme l’un des siens."
        )
    return None


def support_sessions() -> QuerySet[SupportSession]:
    """Every session of the support mode with its people, the latest first."""
    return SupportSession.objects.select_related("asked_by", "person", "answered_by").order_by("-asked_at", "pk")


def pending_support(asker: User, person: User) -> QuerySet[SupportSession]:
    """What somebody asked about a person and is neither refused nor ended."""
    waiting = (SupportState.ASKED, SupportState.OPENED)
    return SupportSession.objects.filter(asked_by=asker, person=person, state__in=waiting)


def overdue_support() -> QuerySet[SupportSession]:
    """Opened sessions whose time is over."""
    return SupportSession.objects.filter(state=SupportState.OPENED, expires_at__lte=clock.now()).order_by("pk")


def support_opened_on(person: User) -> QuerySet[SupportSession]:
    """The sessions that were opened on a person: who looked, when and why."""
    return support_sessions().filter(person=person, expires_at__isnull=False)


def _support(user: User) -> Work:
    """Sessions to answer (bureau); those that one asked for, and may enter once they are opened."""
    if not user.rights.roles & {Role.BUREAU, Role.SUPPORT}:
        return Work()
    rows = support_sessions().filter(Q(state=SupportState.ASKED) | Q(asked_by=user, state=SupportState.OPENED))
    if Role.BUREAU not in user.rights.roles:
        rows = rows.filter(asked_by=user)
    to_do, going_on = [], []
    for session in rows.exclude(person=user)[:20]:
        person, path, state = {"person": session.person}, "/espace/assistance/", session.get_state_display()
        if session.asked_by_id != user.pk:
            title = _("Ouvrir ou refuser une assistance auprès de %(person)s") % person
            note = _("demandée par %(asker)s") % {"asker": session.asked_by}
            to_do.append(Task(title, f"/espace/pilotage/assistance/{session.pk}/", note))
        elif session.is_running:
            to_do.append(Task(_("Voir la plateforme comme %(person)s") % person, path, session.reason))
        elif session.state == SupportState.ASKED:
            title = _("Assistance auprès de %(person)s") % person
            going_on.append(Task(title, path, session.reason, state=state))
    return Work(to_do, going_on)


def questions() -> QuerySet[Question]:
    """Every question of the public, with its commune and who answered."""
    return Question.objects.select_related("commune__county__region", "answered_by")


def addressees(question: Question) -> QuerySet[User]:
    """Who answers: the correspondents of the county, or else the coordinators of the region, or else the bureau."""
    if question.commune and question.is_local:
        county = question.commune.county
        for people in (
            holders_of(Role.CORRESPONDENT, county=county.pk),
            holders_of(Role.COORDINATOR, region=county.region_id),
        ):
            if people.exists():
                return people
    return holders_of(Role.BUREAU)


def questions_to_answer(user: User) -> QuerySet[Question]:
    """Those that nobody answered, for whom they were sent to, the oldest first; `about` says subject and commune."""
    rights, local = user.rights, Q(topic__in=LOCAL_TOPICS, commune__isnull=False)
    subject = Case(*(When(topic=topic, then=Value(str(label))) for topic, label in Topic.choices))
    where = Concat(Value(", "), "commune__name", Value(" ("), "commune__county", Value(")"))
    about = Concat(subject, Case(When(commune__isnull=False, then=where), default=Value("")), output_field=CharField())
    waiting = Question.objects.filter(answered_at=None).annotate(about=about).order_by("asked_at")
    if not (rights.counties or rights.regions or Role.BUREAU in rights.roles):
        return waiting.none()
    served = RoleGrant.objects.in_force().filter(user__is_active=True)
    county = Exists(served.filter(role=Role.CORRESPONDENT, county=OuterRef("commune__county")))
    region = Exists(served.filter(role=Role.COORDINATOR, region=OuterRef("commune__county__region")))
    mine = local & Q(commune__county__in=rights.counties)
    mine |= local & ~county & Q(commune__county__region__in=rights.regions)
    if Role.BUREAU in rights.roles:
        mine |= ~local | ~county & ~region
    return waiting.filter(mine)
