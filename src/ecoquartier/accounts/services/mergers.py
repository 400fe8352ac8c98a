"""One person, or one organisation, entered twice: everything that points at one points at the other.

The duplicate keeps its row, closed, for what cannot change: the journal, and the photographs of deposits.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from ecoquartier.accounts import messages
from ecoquartier.accounts.models import CalendarLink
from ecoquartier.accounts.services import close_sessions
from ecoquartier.core import clock
from ecoquartier.core.errors import TransitionRefused
from ecoquartier.core.registry import invariants, mergers, personal_data, projections
from ecoquartier.notifications.models import Bounce, Message, Preference
from ecoquartier.people.domain import ERASED_DOMAIN, MERGED_DOMAIN
from ecoquartier.people.enums import OrganisationKind
from ecoquartier.people.models import Membership, Organisation, RoleGrant, User
from ecoquartier.workflow.engine import Effect, Job, act, require, with_arguments

FROZEN = {"dossiers.Deposit"}
"""Tables whose rows the database refuses to change: they keep the duplicate, which has the same name."""

PERSONAL = (Preference, Bounce, CalendarLink)
"""How each account was set: the settings of the one that stays are kept."""


def others(kept: models.Model, *, actor: object, duplicate: models.Model, **_arguments: object) -> list[models.Model]:
    """Both are locked."""
    return [duplicate]


@with_arguments
def are_two(kept: models.Model, *, actor, duplicate: models.Model, **_arguments: object) -> str | None:
    """There are two of them."""
    return _("Choisissez deux fiches différentes.") if kept.pk == duplicate.pk else None


@with_arguments
def nothing_in_common(kept, *, actor, duplicate, **_arguments: object) -> str | None:
    """Both hold no place where one may hold only one."""
    return next(filter(None, (why_not(kept, duplicate) for _key, why_not in mergers.items())), None)


# --- People -------------------------------------------------------------------------------------------------------


@with_arguments
def are_open(kept: User, *, actor, duplicate: User, **_arguments: object) -> str | None:
    """The one that stays is open; neither was erased nor merged before."""
    if not kept.is_active:
        return _("Le compte gardé est fermé\u00a0: rétablissez-le d’abord.")
    if duplicate.merged_into_id or duplicate.email.endswith(ERASED_DOMAIN):
        return _("L’autre compte n’existe plus.")
    return None


@with_arguments
def gave_each_other_nothing(kept: User, *, actor, duplicate: User, **_arguments: object) -> str | None:
    """Nobody has given oneself a role by means of a second account."""
    if RoleGrant.objects.filter(user__in=[kept, duplicate], granted_by__in=[kept, duplicate]).exists():
        return _("L’un de ces comptes a confié un rôle à l’autre\u00a0: personne ne s’attribue un rôle.")
    return None


@act(
    "people.merged",
    permission="people.merge",
    guards=(are_two, are_open, gave_each_other_nothing, nothing_in_common),
    notices=(messages.MERGED,),
    locks=others,
)
def merge_people(kept: User, *, actor, duplicate: User, reason: str) -> Effect:
    """Make two accounts of one person into `kept`, who signs in as before; the other opens nothing any more.

    Raises:
        PermissionRefused: the bureau alone merges, and nobody merges one's own account.
        TransitionRefused: both hold a place where a person has only one, or a fact between tables would break.
    """
    duplicate = User.objects.get(pk=duplicate.pk)
    require(actor, "people.merge", duplicate)
    broken = breaches()
    close_sessions(duplicate)
    duplicate.email, duplicate.is_active, duplicate.merged_into = f"{duplicate.pk}{MERGED_DOMAIN}", False, kept
    duplicate.full_name, duplicate.pending_email = kept.full_name, ""
    duplicate.set_unusable_password()
    duplicate.save(update_fields=["email", "pending_email", "is_active", "merged_into", "full_name", "password"])
    for model in PERSONAL:
        model.objects.filter(user=duplicate).delete()
    _fold_memberships("user", kept, duplicate)
    moved = _point_at(kept, duplicate)
    _rebuild(moved)
    require_whole(broken)
    return Effect(data={"duplicate": str(duplicate.pk), "rows": _counts(moved)}, detail={"reason": reason})


# --- Organisations ------------------------------------------------------------------------------------------------


@with_arguments
def are_of_today(kept: Organisation, *, actor, duplicate: Organisation, **_arguments: object) -> str | None:
    """Neither was merged before: no chain, no circle."""
    if kept.successor_id or duplicate.successor_id:
        return _("L’un de ces organismes est déjà fusionné dans un autre.")
    if kept.kind != duplicate.kind:
        return _("Ces organismes n’ont pas la même nature\u00a0: corrigez d’abord la fiche qui se trompe.")
    return None


@with_arguments
def is_not_a_member(kept: Organisation, *, actor, duplicate: Organisation, **_arguments: object) -> str | None:
    """Nobody comes to act for an organisation by merging one's own."""
    if isinstance(actor, Job):
        return None
    if Membership.objects.filter(user=actor.pk, organisation__in=[kept, duplicate], ended_on=None).exists():
        return _("Vous êtes rattaché à l’un de ces organismes\u00a0: une autre personne du bureau les fusionne.")
    return None


@act(
    "organisations.merged",
    permission="organisations.write",
    guards=(are_two, are_of_today, is_not_a_member, nothing_in_common),
    locks=others,
)
def merge_organisations(kept: Organisation, *, actor, duplicate: Organisation, reason: str) -> Effect:
    """Make `kept` the successor of `duplicate`: its operations, people, seats and signatures follow.

    Raises:
        TransitionRefused: both hold a place where an organisation has only one, or a fact between tables would break.
    """
    broken = breaches()
    Organisation.objects.filter(pk=duplicate.pk).update(successor=kept)
    _fill(kept, duplicate)
    _fold_memberships("organisation", kept, duplicate)
    moved = _point_at(kept, duplicate)
    _rebuild(moved)
    require_whole(broken)
    return Effect(data={"duplicate": str(duplicate.pk), "rows": _counts(moved)}, detail={"reason": reason})


def _fill(kept: Organisation, duplicate: Organisation) -> None:
    """Give the one that stays the SIREN and the seat that it lacks; two towns never share a commune, even merged."""
    known: dict[str, str | None] = {"siren": duplicate.siren}
    if kept.kind != OrganisationKind.TOWN:
        known["commune_id"] = duplicate.commune_id
    found = {name: value for name, value in known.items() if value and not getattr(kept, name)}
    if found:
        Organisation.objects.filter(pk=kept.pk).update(**found)


# --- What points at a row -----------------------------------------------------------------------------------------

Moved = dict[type[models.Model], set[Any]]


def _fold_memberships(column: str, kept: models.Model, duplicate: models.Model) -> None:
    """Two memberships in force that become the same are one: it represents if either did."""
    other = "organisation" if column == "user" else "user"
    mine = {getattr(m, f"{other}_id"): m for m in Membership.objects.filter(**{column: kept}, ended_on=None)}
    for membership in Membership.objects.filter(**{column: duplicate}, ended_on=None):
        same = mine.get(getattr(membership, f"{other}_id"))
        if same is not None:
            Membership.objects.filter(pk=same.pk).update(
                is_representative=same.is_representative or membership.is_representative
            )
            # Closed where it was: what it was stays readable.
            day = max(clock.today(), membership.started_on or clock.today())
            Membership.objects.filter(pk=membership.pk).update(ended_on=day)


def _point_at(kept: models.Model, duplicate: models.Model) -> Moved:
    """Make every row of ours that points at the duplicate point at the one that stays.

    What libraries keep of an account (means to sign in) is never handed over: it is deleted.

    Returns:
        The rows that changed, by model; for a set, those that own it.
    """
    moved: Moved = {}
    for relation in _relations_to(type(kept)):
        model, column, owner = _table_of(relation)
        rows = model._base_manager.filter(**{column: duplicate.pk})
        if model._meta.label in FROZEN:
            continue
        if not model.__module__.startswith("ecoquartier."):
            rows.delete()
            continue
        ids = set(rows.values_list(owner, flat=True))
        if ids:
            _move(model, column, rows, kept)
            moved.setdefault(relation.related_model, set()).update(ids)
    return moved


def _relations_to(model: type[models.Model]) -> list[Any]:
    """What points at a model, keys without a way back (`related_name="+"`) included."""
    fields: list[Any] = model._meta.get_fields(include_hidden=True)
    # The table between two models points by itself too: it is changed as the set that it is.
    return [
        field
        for field in fields
        if field.is_relation
        and field.auto_created
        and not field.concrete
        and not (field.related_model._meta.auto_created and not field.many_to_many)
    ]


def _table_of(relation: Any) -> tuple[type[models.Model], str, str]:
    """The table that points at us, its column, and the column of the row that it belongs to."""
    if relation.many_to_many:
        return relation.through, relation.field.m2m_reverse_field_name(), f"{relation.field.m2m_field_name()}_id"
    return relation.related_model, relation.field.name, "pk"


def _move(model: type[models.Model], column: str, rows: models.QuerySet, kept: models.Model) -> None:
    """Change the column of these rows; what would be there twice stays once, or stops everything."""
    try:
        with transaction.atomic():
            rows.update(**{column: kept.pk})
    except IntegrityError as error:
        if not (model._meta.auto_created or model is Message):
            raise TransitionRefused(_twice(model, column), code="same_place") from error
        for row in list(rows):
            try:
                with transaction.atomic():
                    model._base_manager.filter(pk=row.pk).update(**{column: kept.pk})
            except IntegrityError:
                row.delete()


def _twice(model: type[models.Model], column: str) -> str:
    """Why rows that would be the same are not merged by the machine."""
    held = (
        data.holds for _key, data in personal_data.items() if (data.model, data.person) == (model._meta.label, column)
    )
    place = next(held, _("une charte, un accord ou un siège"))
    return _("Les deux fiches figurent au même endroit (%(place)s)\u00a0: retirez-en une d’abord.") % {"place": place}


def _rebuild(moved: Moved) -> None:
    """Make again what is derived from the rows that changed, so that the facts between tables may be asked."""
    for model, ids in moved.items():
        if rebuild := projections.get(str(model._meta.model_name)):
            rebuild(ids)


def breaches() -> set[str]:
    """The facts between tables that do not hold now."""
    return {breach for _name, check in invariants.items() for breach in check()}


def require_whole(before: Iterable[str]) -> None:
    """A merger may break no fact between tables: an expert of a dossier, say, in the team of its operation.

    Args:
        before: those that did not hold already.

    Raises:
        TransitionRefused: one that held is broken.
    """
    if broken := sorted(breaches() - set(before)):
        raise TransitionRefused(
            _("Cette fusion mettrait les données en contradiction\u00a0: %(breach)s.") % {"breach": broken[0]},
            code="facts_broken",
        )


def _counts(moved: Moved) -> dict[str, int]:
    return {model._meta.label: len(ids) for model, ids in moved.items()}
