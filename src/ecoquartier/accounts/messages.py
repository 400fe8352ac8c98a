"""Messages about an account: links that open it are made when they leave, and never kept."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ecoquartier.accounts.enums import SupportState
from ecoquartier.accounts.models import Invitation, Question, SupportSession
from ecoquartier.accounts.queries import address_key, addressees, invitation_secret, is_address_free, reset_key
from ecoquartier.core.registry import places
from ecoquartier.core.text import long_date
from ecoquartier.notifications.domain import Envelope, Notice, anyone, may, notice
from ecoquartier.notifications.enums import Family
from ecoquartier.people.enums import Role
from ecoquartier.people.models import Membership, RoleGrant, User
from ecoquartier.people.queries import holders_of

ACCOUNT_PAGE = "/compte/"
SECURITY_PAGE = "/compte/securite/"
# What stands where the outbox is read; the true link has a key in its place.
RESET_PAGE = "/compte/mot-de-passe/lien/"
ADDRESS_PAGE = "/compte/adresse/lien/"


def _about_the_account(key: str, page: str, *, family: Family = Family.DECISION, **more: Any) -> Notice:
    """A message to a person about their account, which leads to one of its pages."""
    sample = {**more.pop("sample", {}), "path": page}
    return notice(
        "accounts",
        key,
        family=family,
        recipients=lambda person: [person],
        sample=sample,
        visible_to=anyone,
        **{"context": lambda person: {"path": page}} | more,
    )


RESET = _about_the_account(
    "reset_asked_to_person",
    RESET_PAGE,
    family=Family.ACT,
    sealed=lambda person, context: Envelope(f"{RESET_PAGE}{reset_key(person)}/"),
)
PASSWORD_CHANGED = _about_the_account("password_changed_to_person", SECURITY_PAGE)
ADDRESS_ASKED = _about_the_account(
    "address_asked_to_person",
    ADDRESS_PAGE,
    family=Family.ACT,
    sample={"address": "dominique.martin@ville.example"},
    # Asked when it leaves, so that who asks cannot tell a taken address from a free one.
    still_due=lambda person, context: is_address_free(context["address"]),
    sealed=lambda person, context: Envelope(
        f"{ADDRESS_PAGE}{address_key(person, context['address'])}/", context["address"]
    ),
)
ADDRESS_CHANGED = _about_the_account(
    "address_changed_to_person",
    SECURITY_PAGE,
    sample={"former": "d.martin@ville.example", "address": "dominique.martin@ville.example"},
    # To the address that no longer opens the account: its owner must hear of it.
    sealed=lambda person, context: Envelope(context["path"], context["former"]),
)
SECOND_FACTOR_CHANGED = _about_the_account(
    "second_factor_changed_to_person", SECURITY_PAGE, sample={"change": "une application de codes a été ajoutée"}
)
IDENTITY_CHANGED = _about_the_account(
    "identity_changed_to_person", SECURITY_PAGE, sample={"change": "la connexion avec ProConnect a été ajoutée"}
)
REINSTATED = _about_the_account("account_reinstated_to_person", ACCOUNT_PAGE)
MERGED = _about_the_account(
    "accounts_merged_to_person",
    ACCOUNT_PAGE,
    context=lambda person: {"address": person.email, "path": ACCOUNT_PAGE},
    sample={"address": "dominique.martin@ville.example"},
)


# --- Roles, organisations, invitations ------------------------------------------------------------------------------

# What stands where the outbox is read; the true link has the secret in its place.
INVITATION_PAGE = "/compte/invitation/lien/"


def _is_holder(person: User, obj: RoleGrant | Membership) -> bool:
    return obj.user_id == person.pk


def _role_words(grant: RoleGrant) -> dict[str, str]:
    role = str(grant.get_role_display())
    return {
        "role": f"{role}, {grant.territory}" if grant.territory else role,
        "reason": grant.reason,
        "path": ACCOUNT_PAGE,
    }


def _membership_words(membership: Membership) -> dict[str, str]:
    return {"organisation": membership.organisation.name, "path": ACCOUNT_PAGE}


def _invitation_words(invitation: Invitation) -> dict[str, str]:
    return {
        "inviter": invitation.invited_by.full_name,
        "what": invited_to(invitation),
        "address": invitation.email,
        "invitation": str(invitation.pk),
        "until": long_date(timezone.localdate(invitation.expires_at)),
        "path": INVITATION_PAGE,
    }


def invited_to(invitation: Invitation) -> str:
    """What an invitation gives, in words: the organisation, the role and its territory, or both."""
    parts = []
    if invitation.organisation:
        how = _("représenter %(name)s") if invitation.is_representative else _("rejoindre %(name)s")
        parts.append(how % {"name": invitation.organisation})
    if grant := invitation.grant():
        parts.append(_("être %(role)s") % {"role": _role_words(grant)["role"]})
    if place := places.get(invitation.place):
        parts.append(place.words(invitation))
    return _(" et ").join(parts)


_ROLE_SAMPLE = {
    "role": "correspondant ville durable, Mayenne (53)",
    "reason": "Arrivée au service.",
    "path": ACCOUNT_PAGE,
}
_MEMBERSHIP_SAMPLE = {"organisation": "Commune de Parthenay", "path": ACCOUNT_PAGE}

ROLE_GRANTED, ROLE_ENDED = (
    notice(
        "accounts",
        key,
        family=Family.DECISION,
        recipients=lambda grant: [grant.user],
        context=words,
        sample=_ROLE_SAMPLE,
        visible_to=_is_holder,
    )
    for key, words in (
        ("role_granted_to_person", _role_words),
        ("role_ended_to_person", lambda grant: {**_role_words(grant), "reason": grant.end_reason}),
    )
)
MEMBERSHIP_STARTED, MEMBERSHIP_ENDED = (
    notice(
        "accounts",
        key,
        family=Family.DECISION,
        recipients=lambda membership: [membership.user],
        context=_membership_words,
        sample=_MEMBERSHIP_SAMPLE,
        visible_to=_is_holder,
    )
    for key in ("membership_started_to_person", "membership_ended_to_person")
)
INVITATION = notice(
    "accounts",
    "invitation_to_invitee",
    family=Family.ACT,
    # The outbox writes to people: this one is in the name of who invites, and leaves for the invited address.
    recipients=lambda invitation: [invitation.invited_by],
    context=_invitation_words,
    sample={
        "inviter": "Camille Rousseau",
        "what": "rejoindre Commune de Parthenay",
        "address": "dominique.martin@ville.example",
        "until": "22 juin 2027",
        "path": INVITATION_PAGE,
    },
    visible_to=lambda person, invitation: invitation.is_open,
    sealed=lambda person, context: Envelope(
        f"/compte/invitation/{invitation_secret(context['invitation'])}/", context["address"], name=""
    ),
    leaves_for="address",
)
INVITATION_ACCEPTED = notice(
    "accounts",
    "invitation_accepted_to_inviter",
    family=Family.PROGRESS,
    recipients=lambda invitation: [invitation.invited_by],
    context=lambda invitation: {
        "person": invitation.accepted_by.full_name,
        "what": invited_to(invitation),
        "path": f"/espace/pilotage/personnes/{invitation.accepted_by_id}/",
    },
    sample={
        "person": "Dominique Martin",
        "what": "rejoindre Commune de Parthenay",
        "path": "/espace/pilotage/personnes/7f9c24e5-2f0b-4d3c-9a51-0c7d6f1e8b22/",
    },
    visible_to=lambda person, invitation: person.has_perm("people.view", invitation.accepted_by),
)


# --- The support mode ---------------------------------------------------------------------------------------------

SUPPORT_PAGE = "/espace/assistance/"
MY_DATA_PAGE = "/compte/donnees/"


def _bureau_but_those_concerned(session: SupportSession) -> list[User]:
    return list(holders_of(Role.BUREAU).exclude(pk__in=[session.asked_by_id, session.person_id]))


def _until(session: SupportSession) -> str:
    return date_format(timezone.localtime(session.expires_at), r"j F Y, H \h i")


def _answer(session: SupportSession) -> str:
    names = {"who": session.answered_by, "until": _until(session) if session.expires_at else "", "why": session.refusal}
    if session.state == SupportState.REFUSED:
        return _("%(who)s l’a refusée\u00a0: %(why)s") % names
    return _("%(who)s l’a ouverte, jusqu’au %(until)s.") % names


def _support_words(session: SupportSession) -> dict[str, str]:
    return {"asker": str(session.asked_by), "person": str(session.person), "reason": session.reason}


_SUPPORT_SAMPLE = {
    "asker": "Alex Durand",
    "person": "Dominique Martin",
    "reason": "Le bouton «\u00a0Déposer\u00a0» reste fermé.",
}
_SUPPORT_SESSION = "/espace/pilotage/assistance/7f9c24e5-2f0b-4d3c-9a51-0c7d6f1e8b22/"

SUPPORT_ASKED = notice(
    "accounts",
    "support_asked_to_bureau",
    family=Family.ACT,
    recipients=_bureau_but_those_concerned,
    context=lambda session: {
        **_support_words(session),
        "minutes": str(session.minutes),
        "path": f"/espace/pilotage/assistance/{session.pk}/",
    },
    sample={**_SUPPORT_SAMPLE, "minutes": "60", "path": _SUPPORT_SESSION},
    visible_to=may("support.open"),
)
SUPPORT_OPENED = notice(
    "accounts",
    "support_opened_to_person",
    family=Family.DECISION,
    recipients=lambda session: [session.person],
    context=lambda session: {
        "asker": str(session.asked_by),
        "reason": session.reason,
        "opener": str(session.answered_by),
        "until": _until(session),
        "path": MY_DATA_PAGE,
    },
    sample={
        "asker": _SUPPORT_SAMPLE["asker"],
        "reason": _SUPPORT_SAMPLE["reason"],
        "opener": "Camille Rousseau",
        "until": "22 juin 2027, 15 h 20",
        "path": MY_DATA_PAGE,
    },
    # Told even if the session ended before the message left.
    visible_to=anyone,
)
SUPPORT_ANSWERED = notice(
    "accounts",
    "support_answered_to_asker",
    family=Family.DECISION,
    recipients=lambda session: [session.asked_by],
    context=lambda session: {
        "person": str(session.person),
        "answer": _answer(session),
        "path": SUPPORT_PAGE,
    },
    sample={
        "person": _SUPPORT_SAMPLE["person"],
        "answer": "Camille Rousseau l’a ouverte, jusqu’au 22 juin 2027, 15 h 20.",
        "path": SUPPORT_PAGE,
    },
    visible_to=may("support.view"),
)


def _where(question: Question) -> str:
    return str(question.commune or _("aucune commune précisée"))


QUESTION_ASKED = notice(
    "accounts",
    "question_asked_to_addressee",
    family=Family.ACT,
    recipients=addressees,
    # Neither the name, nor the address, nor the words of who asks: they are read on the page, and erased with it.
    context=lambda question: {
        "topic": str(question.get_topic_display()),
        "where": _where(question),
        "path": f"/espace/services/questions/{question.pk}/",
    },
    sample={
        "topic": "une opération, ou un projet de quartier",
        "where": "Laval (Mayenne)",
        "path": "/espace/services/questions/7f9c24e5-2f0b-4d3c-9a51-0c7d6f1e8b22/",
    },
    visible_to=may("questions.answer"),
)
