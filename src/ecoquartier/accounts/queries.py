"""Named reads about what the platform holds of people."""

from __future__ import annotations

from django.apps import apps
from django.db.models import QuerySet

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
