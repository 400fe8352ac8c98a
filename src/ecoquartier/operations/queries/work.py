"""What waits for a person in the register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    CharField,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    prefetch_related_objects,
)
from django.db.models.functions import Cast
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.accounts.queries import questions_to_answer
from ecoquartier.core import clock
from ecoquartier.core.registry import Task, Work, recently
from ecoquartier.operations.domain.lives import CLOSED
from ecoquartier.operations.enums import CharterState, ClaimState
from ecoquartier.operations.models import CharterSignature, Claim, Operation, StageHistory
from ecoquartier.operations.queries.claims import WHO_AGREES, awaited_from, claims_to_agree, told_claims
from ecoquartier.operations.queries.meetings import meetings_awaited
from ecoquartier.operations.queries.perimeters import changed_labels
from ecoquartier.operations.queries.recommendations import operations_to_answer
from ecoquartier.people.enums import Role
from ecoquartier.people.models import User

HOLDER_CHANGED = "holder_changed_to_former"
"""The message by which a former team is told; its words are in `messages`, which is above."""
LEFT_FOR = timedelta(days=30)
"""How long it is told here too."""


def work_of(user: User) -> Work:
    """Claims, one’s own or to confirm; charters, meetings, recommendations, perimeters; questions about a place."""
    return _claims(user) + Work(to_do=_waiting(user))


def _claims(user: User) -> Work:
    """One’s own claims; those to confirm in one’s counties; changes of holder to agree to."""
    if Role.BUREAU in user.rights.roles:  # it claims nothing, and confirms in place of nobody who is there
        return Work()
    rows, provisional = told_claims().annotate(left_at=_left_at(user)), Q(state=ClaimState.PROVISIONAL)
    counties = user.rights.counties
    in_county = Q(operation__lead_commune__county__in=counties)
    in_county |= Q(operation=None, commune__county__in=counties)
    refused = Q(state=ClaimState.REFUSED, user=user, created_at__gte=recently())
    to_agree = Q(pk__in=claims_to_agree(Claim.objects.all(), user).values("pk"))
    mine = provisional & (in_county | Q(user=user) | to_agree) | refused
    # Whoever came back into the team has lost nothing.
    mine |= Q(left_at__isnull=False) & ~Q(operation__team__user=user)
    found = rows.filter(mine).order_by("created_at", "pk")
    claims: list[Any] = list(found[:20])
    prefetch_related_objects([claim for claim in claims if claim.changes_holder], *WHO_AGREES)
    return sum(
        (_left(claim, localdate(claim.left_at)) if claim.left_at else _claim(claim, user) for claim in claims), Work()
    )


def _left_at(user: User) -> Subquery:
    """When the person was told that the claim made them leave an operation, lately."""
    told = user.received.filter(key=HOLDER_CHANGED, created_at__gte=clock.now() - LEFT_FOR)
    return Subquery(told.filter(object_id=Cast(OuterRef("pk"), CharField())).values("created_at")[:1])


def _left(claim: Claim, day: date) -> Work:
    """An operation that the person works on no more: it has another holder."""
    said = _("Vous ne suivez plus «\u00a0%(name)s\u00a0»\u00a0: son porteur a changé") % {"name": claim.title}
    note = _("Nouveau porteur\u00a0: %(organisation)s") % {"organisation": claim.organisation}
    return Work(ended=[Task(said, "/espace/operations/", note, due_on=day)])


def _claim(claim: Claim, user: User) -> Work:
    """What one claim asks of this person."""
    name, body = {"name": claim.title}, str(claim.organisation)
    page = f"/espace/operations/demandes/{claim.pk}/"
    if claim.user_id == user.pk:
        said = _("Reprise de «\u00a0%(name)s\u00a0»") if claim.operation_id else _("Création de «\u00a0%(name)s\u00a0»")
        if claim.operation_id and claim.name and claim.state == ClaimState.PROVISIONAL:
            words = _("%(organisation)s. Déjà au registre\u00a0: vous demandiez à créer «\u00a0%(asked)s\u00a0»")
            body = words % {"organisation": body, "asked": claim.name}
        mine = [Task(said % name, f"{page}brouillon/", body, state=claim.get_state_display())]
        return Work(going_on=mine) if claim.state == ClaimState.PROVISIONAL else Work(ended=mine)
    is_closed = claim.operation is not None and claim.operation.state in CLOSED
    awaited = [] if is_closed else awaited_from(claim)
    work = Work()
    if {organisation.pk for organisation in awaited} & user.rights.represents:
        said = _("Donner ou refuser l’accord au nouveau porteur de «\u00a0%(name)s\u00a0»")
        work += Work(to_do=[Task(said % name, f"{page}accord/", body)])
    if claim.lead_commune.county_id in user.rights.counties:
        if is_closed:
            said = _("Répondre à la demande de reprise de «\u00a0%(name)s\u00a0», opération abandonnée") % name
        elif claim.operation_id:
            said = _("Confirmer la reprise de «\u00a0%(name)s\u00a0»") % name
        else:
            said = _("Confirmer la création de «\u00a0%(name)s\u00a0»") % name
        # Two may ask for one operation, be it for one organisation.
        asked = _("%(organisation)s, demande de %(person)s") % {"organisation": body, "person": claim.user}
        if awaited:
            work += Work(going_on=[Task(said, page, asked, state=_("accord de la collectivité attendu"))])
        else:
            work += Work(to_do=[Task(said, page, asked)])
    return work


@dataclass(frozen=True)
class Wait:
    """A kind of thing that waits, and the page where it is done.

    Args:
        said: the task in French, with the name of what it is about.
    """

    said: Any
    page: str


WAITS = {
    "charter": Wait(gettext_lazy("Signer la charte de «\u00a0%(name)s\u00a0»"), "/espace/operations/%s/charte/"),
    "meeting": Wait(
        gettext_lazy("Rencontrer le porteur de «\u00a0%(name)s\u00a0»"), "/espace/operations/%s/rencontre/"
    ),
    "answer": Wait(
        gettext_lazy("Répondre aux recommandations sur «\u00a0%(name)s\u00a0»"),
        "/espace/operations/%s/recommandations/",
    ),
    "perimeter": Wait(
        gettext_lazy("Voir le périmètre de «\u00a0%(name)s\u00a0», modifié depuis le label"),
        "/espace/operations/%s/perimetre/",
    ),
    "question": Wait(gettext_lazy("Répondre à une question du public"), "/espace/services/questions/%s/"),
}
NO_DATE = Value(None, output_field=DateField())
EACH = 20
"""How many of a kind are told: the rest waits behind."""


def _waiting(user: User) -> list[Task]:
    """What waits on an operation or a place for this person, the nearest date first; one query for all kinds."""
    found = {"answer": operations_to_answer(user), "question": questions_to_answer(user)}
    if user.rights.represents:
        found["charter"] = _charters(user)
    if user.rights.counties:
        found["meeting"] = meetings_awaited().filter(lead_commune__county__in=user.rights.counties)
        found["perimeter"] = _perimeters(user)
    names = {"perimeter": ("operation", "operation__name"), "question": ("pk", "about")}
    dates = {"answer": F("first_due"), "meeting": F("held_by")}
    first, *others = [
        rows.annotate(kind=Value(kind), on=dates.get(kind, NO_DATE)).values_list(
            "kind", *names.get(kind, ("pk", "name")), "on"
        )[:EACH]
        for kind, rows in found.items()
    ]
    rows = sorted(first.union(*others, all=True), key=lambda row: (row[3] or date.max, *row[:1], row[2]))
    return [
        Task(
            WAITS[kind].said % {"name": name},
            WAITS[kind].page % pk,
            note=name if kind == "question" else "",
            due_on=on,
        )
        for kind, pk, name, on in rows
    ]


def _charters(user: User) -> QuerySet[Operation]:
    """Operations whose charter a collectivité that one represents has not signed: each signs for itself."""
    signed = CharterSignature.objects.filter(
        state=CharterState.CONFIRMED, operation=OuterRef("operation"), organisation=OuterRef("organisation")
    )
    awaited = Operation.collectivites.through.objects.filter(organisation__in=user.rights.represents)
    return Operation.objects.filter(
        pk__in=awaited.exclude(Exists(signed)).values("operation"), holder__isnull=False
    ).exclude(state__in=CLOSED)


def _perimeters(user: User) -> QuerySet[StageHistory]:
    """Published labels of one’s counties whose perimeter has changed since, until somebody has seen it (rule 16)."""
    mine = StageHistory.objects.published().filter(operation__lead_commune__county__in=user.rights.counties)
    return changed_labels(mine).filter(change_noted_at=None).order_by("operation__name")
