"""What people ask to hold, what they wrote meanwhile, and who must agree."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django.db.models import Case, F, Field, QuerySet, Value, When
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from ecoquartier.framework.domain.vocabulary import figures
from ecoquartier.operations.domain.drafts import DraftLine, mark_of
from ecoquartier.operations.domain.legacy import operation_key
from ecoquartier.operations.enums import ClaimState, OperationState
from ecoquartier.operations.models import SHEET_FIELDS, Claim, Operation
from ecoquartier.people.models import Organisation, User
from ecoquartier.people.queries import representatives_of
from ecoquartier.territories.domain import likeness
from ecoquartier.territories.models import Commune

ALIKE = 0.8
"""Names that differ by more than one letter in five are two names."""
MOST_ALIKE = 8


def told_claims() -> QuerySet[Claim]:
    """Every claim with what its pages show."""
    return Claim.objects.select_related(
        "operation__lead_commune__county__region",
        "operation__holder",
        "commune__county__region",
        "organisation__commune",
        "user",
    )


def kind_of(claim: Claim) -> str:
    """What is asked, in a word, for those who answer."""
    if claim.operation_id is None:
        return _("création")
    if claim.state == ClaimState.PROVISIONAL and claim.changes_holder:
        return _("reprise, avec changement de porteur")
    return _("reprise")


def unsettled_claims_by(user: User) -> QuerySet[Claim]:
    """What the person asked to hold and has not been given: what waits, then what was refused with a reason."""
    rows = Claim.objects.filter(user=user).exclude(state__in=[ClaimState.CONFIRMED, ClaimState.WITHDRAWN])
    waits = Case(When(state=ClaimState.PROVISIONAL, then=Value(0)), default=Value(1))
    return rows.select_related("operation__lead_commune", "commune", "organisation").order_by(
        waits, "-created_at", "pk"
    )


def claims_to_agree(rows: QuerySet[Claim], user: User) -> QuerySet[Claim]:
    """Those of `rows` that would change the holder of an operation of the collectivités that the person represents.

    What they ask themselves is not there: asking is agreeing.
    """
    mine = Operation.objects.filter(collectivites__in=user.rights.represents)
    changes = rows.filter(operation__in=mine, operation__holder__isnull=False)
    return changes.exclude(organisation=F("operation__holder")).exclude(user=user)


WHO_AGREES = ("operation__collectivites", "agreements", "user__memberships")
"""What `awaited_from` reads, to prefetch."""


def awaited_from(claim: Claim) -> list[Organisation]:
    """The competent collectivités that have not agreed to the change of holder that the claim asks for (rule 19).

    A collectivité agrees by a representative, who may be the claimant.
    """
    if not claim.changes_holder:
        return []
    agreed = {agreement.organisation_id for agreement in claim.agreements.all()}
    agreed |= {m.organisation_id for m in claim.user.memberships.all() if m.is_representative and m.ended_on is None}
    return [c for c in cast(Operation, claim.operation).collectivites.all() if c.pk not in agreed]


def representatives_awaited(claim: Claim) -> QuerySet[User]:
    """Who may agree for those collectivités."""
    return representatives_of([organisation.pk for organisation in awaited_from(claim)])


def rivals_of(claim: Claim) -> QuerySet[Claim]:
    """Other claims that wait for the same operation."""
    if claim.operation_id is None:
        return Claim.objects.none()
    return Claim.objects.filter(operation=claim.operation_id, state=ClaimState.PROVISIONAL).exclude(pk=claim.pk)


def alike(name: str, commune: Commune) -> list[Operation]:
    """Operations of the register that may be the one named so: any of the commune, those of like name in the county.

    The likeliest first.
    """
    key = operation_key(name)
    rows = Operation.objects.filter(lead_commune__county=commune.county_id).exclude(state=OperationState.MERGED)
    found = [
        (likeness(key, operation_key(row.name), 0.0), row)
        for row in rows.select_related("lead_commune").order_by("name", "pk")
    ]
    near = [(like, row) for like, row in found if row.lead_commune_id == commune.pk or like >= ALIKE]
    return [row for _like, row in sorted(near, key=lambda pair: -pair[0])[:MOST_ALIKE]]


def moves_of(claim: Claim) -> list[str]:
    """Why a claim that waits is on this record of the register, when it is not the one that was asked for.

    Names of the register only: who holds or claims the operation is not said.
    """
    if claim.operation is None or claim.state != ClaimState.PROVISIONAL:
        return []
    said = []
    if claim.name:
        words = _(
            "Vous avez demandé à créer «\u00a0%(asked)s\u00a0». Le correspondant a reconnu une opération déjà au "
            "registre, «\u00a0%(known)s\u00a0»\u00a0: votre demande porte sur elle."
        )
        said.append(words % {"asked": claim.name, "known": claim.operation.name})
    merged = claim.operation.duplicates.filter(state_since__gte=localdate(claim.created_at)).order_by("name", "pk")
    words = _(
        "Depuis votre demande, «\u00a0%(gone)s\u00a0» et «\u00a0%(known)s\u00a0» ne font plus qu’une fiche au "
        "registre\u00a0: votre demande porte sur elle."
    )
    return [*said, *(words % {"gone": row.name, "known": claim.operation.name} for row in merged)]


def same_creation(user: User, name: str, commune: Commune) -> Claim | None:
    """The demand by which the person already asks to create an operation of this name there."""
    rows = Claim.objects.filter(user=user, operation=None, commune=commune, state=ClaimState.PROVISIONAL)
    return next((row for row in rows if operation_key(row.name) == operation_key(name)), None)


def sheet_of(claim: Claim) -> Operation:
    """The sheet as the register has it; an empty one, not saved, for an operation to create."""
    return claim.operation or Operation(name=claim.name, lead_commune=claim.lead_commune)


def drafted(claim: Claim) -> Operation:
    """The draft alone as a sheet, not saved: it holds nothing of the register but the name and the commune."""
    sheet = Operation(name=claim.title, lead_commune=claim.lead_commune)
    for field, said in claim.draft.items():
        sheet.write(field, read_fact(field, said))
    return sheet


def read_fact(field: str, said: Any) -> Any:
    """A field of the sheet from what `Operation.as_json` says of it."""
    if field in figures():
        return None if said is None else Decimal(said)
    return cast(Field, Operation._meta.get_field(field)).to_python(said)


def draft_lines(claim: Claim) -> list[DraftLine]:
    """The fields that the draft fills, in the order of the sheet, beside what the register says."""
    sheet = sheet_of(claim)
    return [
        DraftLine(field, sheet.as_json(field), claim.draft[field]) for field in SHEET_FIELDS if field in claim.draft
    ]


def draft_mark(claim: Claim) -> str:
    """A short word that changes when the draft, the operation or what the register says of it does."""
    return mark_of(draft_lines(claim), f"{claim.operation_id or claim.name}")


def refused_if_provisional() -> Case:
    """The state of a claim whose author is erased, as an expression: nobody is left to confirm."""
    return Case(When(state=ClaimState.PROVISIONAL, then=Value(ClaimState.REFUSED)), default=F("state"))
