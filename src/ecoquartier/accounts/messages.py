"""Messages about an account: links that open it are made when they leave, and never kept."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from ecoquartier.accounts.models import Invitation
from ecoquartier.accounts.queries import address_key, invitation_secret, is_address_free, reset_key
from ecoquartier.core.text import long_date
from ecoquartier.notifications.domain import Envelope, anyone, notice
from ecoquartier.notifications.enums import Family
from ecoquartier.people.models import Membership, RoleGrant, User

SECURITY_PAGE = "/compte/securite/"
# What stands where the outbox is read; the true link has a key in its place.
RESET_PAGE = "/compte/mot-de-passe/lien/"
ADDRESS_PAGE = "/compte/adresse/lien/"


def _oneself(person: User) -> list[User]:
    return [person]


def _address_is_free(person: User, context: Mapping[str, str]) -> bool:
    return is_address_free(context["address"])


RESET = notice(
    "accounts",
    "reset_asked_to_person",
    family=Family.ACT,
    recipients=_oneself,
    context=lambda person: {"path": RESET_PAGE},
    sample={"path": RESET_PAGE},
    visible_to=anyone,
    sealed=lambda person, context: Envelope(f"{RESET_PAGE}{reset_key(person)}/"),
)
PASSWORD_CHANGED = notice(
    "accounts",
    "password_changed_to_person",
    family=Family.DECISION,
    recipients=_oneself,
    context=lambda person: {"path": SECURITY_PAGE},
    sample={"path": SECURITY_PAGE},
    visible_to=anyone,
)
ADDRESS_ASKED = notice(
    "accounts",
    "address_asked_to_person",
    family=Family.ACT,
    recipients=_oneself,
    context=lambda person: {"path": ADDRESS_PAGE},
    sample={"address": "dominique.martin@ville.example", "path": ADDRESS_PAGE},
    visible_to=anyone,
    # Asked when it leaves, so that who asks cannot tell a taken address from a free one.
    still_due=_address_is_free,
    sealed=lambda person, context: Envelope(
        f"{ADDRESS_PAGE}{address_key(person, context['address'])}/", context["address"]
    ),
)
ADDRESS_CHANGED = notice(
    "accounts",
    "address_changed_to_person",
    family=Family.DECISION,
    recipients=_oneself,
    context=lambda person: {"path": SECURITY_PAGE},
    sample={"former": "d.martin@ville.example", "address": "dominique.martin@ville.example", "path": SECURITY_PAGE},
    visible_to=anyone,
    # To the address that no longer opens the account: its owner must hear of it.
    sealed=lambda person, context: Envelope(context["path"], context["former"]),
)
SECOND_FACTOR_CHANGED = notice(
    "accounts",
    "second_factor_changed_to_person",
    family=Family.DECISION,
    recipients=_oneself,
    context=lambda person: {"path": SECURITY_PAGE},
    sample={"change": "une application de codes a été ajoutée", "path": SECURITY_PAGE},
    visible_to=anyone,
)


# --- Roles, organisations, invitations ------------------------------------------------------------------------------

ACCOUNT_PAGE = "/compte/"
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
    return _(" et ").join(parts)


_ROLE_SAMPLE = {
    "role": "correspondant ville durable, Mayenne (53)",
    "reason": "Arrivée au service.",
    "path": "/compte/",
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
REINSTATED = notice(
    "accounts",
    "account_reinstated_to_person",
    family=Family.DECISION,
    recipients=_oneself,
    context=lambda person: {"path": ACCOUNT_PAGE},
    sample={"path": ACCOUNT_PAGE},
    visible_to=anyone,
)
MERGED = notice(
    "accounts",
    "accounts_merged_to_person",
    family=Family.DECISION,
    recipients=_oneself,
    context=lambda person: {"address": person.email, "path": ACCOUNT_PAGE},
    sample={"address": "dominique.martin@ville.example", "path": ACCOUNT_PAGE},
    visible_to=anyone,
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
