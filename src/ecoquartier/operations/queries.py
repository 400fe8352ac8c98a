"""Named reads of the register."""

from __future__ import annotations

import re
from typing import Any, cast
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Field,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, JSONObject
from django.utils.translation import gettext as _

from ecoquartier.campaigns.queries import meeting_delay
from ecoquartier.core.reading import read_once
from ecoquartier.core.registry import Task, Work, recently
from ecoquartier.core.text import sort_key
from ecoquartier.framework.domain.vocabulary import figures
from ecoquartier.operations.domain.figures import figure_faults
from ecoquartier.operations.enums import CharterState, ClaimState, TermKind
from ecoquartier.operations.models import (
    SHEET_FIELDS,
    CharterSignature,
    Claim,
    LegacyImport,
    Operation,
    Perimeter,
    Recommendation,
    SheetChange,
    StageHistory,
    TeamMember,
    Term,
)
from ecoquartier.operations.predicates import is_representative, is_team
from ecoquartier.people.enums import Role
from ecoquartier.people.models import User
from ecoquartier.people.queries import holders_of, representatives_of
from ecoquartier.territories.domain import name_key

_WORD = re.compile(r"[0-9a-z]+")


def public_operations() -> QuerySet[Operation]:
    """Rule 18: an operation is public from its confirmed charter or its first published stage."""
    return Operation.objects.filter(
        Q(charter_signatures__state=CharterState.CONFIRMED)
        | Q(stages__published_at__isnull=False, stages__withdrawn_on__isnull=True)
    ).distinct()


def stages_known_to(operation: Operation, user: User | None) -> QuerySet[StageHistory]:
    """Stages in force that the person may know of: published, or notified to the holder and the collectivité.

    `user=None` is the platform itself, which knows everything decided.
    """
    held = operation.stages.in_force()
    if user is None:
        return held
    # What was told in confidence is not told to whoever sees through a person, in the support mode.
    if user.seen_by is None and (is_team(user, operation) or is_representative(user, operation)):
        return stages_told(operation)
    return held.filter(published_at__isnull=False)


def stages_told(operation: Operation) -> QuerySet[StageHistory]:
    """Stages in force that the holder and the collectivité were told of."""
    return operation.stages.in_force().filter(notified_at__isnull=False)


def all_stages_known_to(user: User) -> QuerySet[StageHistory]:
    """The rows of `stages_known_to` of every operation, the highest first: for lists, which prefetch them."""
    own = Exists(TeamMember.objects.filter(operation=OuterRef("operation"), user=user)) | Q(
        operation__in=Operation.objects.filter(collectivites__in=user.rights.represents).values("pk")
    )
    known = Q(published_at__isnull=False)
    if user.seen_by is None:
        known = known & ~own | Q(notified_at__isnull=False) & own
    return StageHistory.objects.in_force().filter(known).order_by("operation", "-rank", "-year")


def matching(rows: QuerySet[Operation], text: str) -> QuerySet[Operation]:
    """Rows whose name, commune (today's or former) or INSEE code holds every word of `text`, accents ignored."""
    for word in _WORD.findall(sort_key(text)):
        rows = rows.filter(
            Q(name__icontains=word)
            # The slug is made of the name and the commune, without accents.
            | Q(slug__contains=word)
            | Q(lead_commune__search_key__contains=name_key(word))
            | Q(lead_commune__insee=word.upper())
        )
    return rows


def recommendations_told(operation: Operation, user: User) -> QuerySet[Recommendation]:
    """Recommendations of notified decisions, the latest first; the others are not known yet (rule 15).

    They tell what was decided: none to whoever sees through a person, in the support mode.
    """
    rows = Recommendation.objects.filter(operation=operation, notified_at__isnull=False)
    rows = rows.select_related("commitment").order_by("-issued_on", "commitment__number")
    return rows if user.seen_by is None else rows.none()


def unsettled_claims_by(user: User) -> QuerySet[Claim]:
    """What the person asked to hold and has not been given: waiting, or refused with a reason."""
    rows = Claim.objects.filter(user=user).exclude(state=ClaimState.CONFIRMED)
    return rows.select_related("operation__lead_commune", "organisation")


def charter_signatures() -> QuerySet[CharterSignature]:
    """Every signature, with the name of who signed."""
    return CharterSignature.objects.select_related("organisation")


def has_charter(operation: Operation) -> bool:
    """Every competent collectivité (at least one) has a confirmed signature for this operation."""
    signed = {s.organisation_id for s in operation.charter_signatures.all() if s.state == CharterState.CONFIRMED}
    competent = {c.pk for c in operation.collectivites.all()}
    return bool(competent) and competent <= signed


IDENTITY = ("description", "types", "vocations")
PROGRAMME = ("programme", "procedures", "area_ha", "dwellings")
CONTEXT = ("initial_site", "context")
OPTIONAL = frozenset(SHEET_FIELDS) - {*IDENTITY, *PROGRAMME, *CONTEXT, "delivered_on"}
"""What no stage asks for."""


def empty_fields(operation: Operation, names: tuple[str, ...]) -> tuple[str, ...]:
    """French names of the fields that hold nothing (zero is an answer)."""
    return tuple(label_of(name) for name in names if operation.value_of(name) in (None, "", []))


def label_of(name: str) -> str:
    """French name of a field of the sheet."""
    known = figures().get(name)
    return known.title if known else str(cast(Field, Operation._meta.get_field(name)).verbose_name)


def all_terms(person: User | None = None) -> QuerySet[Term]:
    """Every term of every list of the sheet, in order; the same for everybody."""
    return Term.objects.all()


def term_labels() -> dict[str, dict[str, str]]:
    """Code → label of the terms of each list, in order, closed ones included."""
    labels: dict[str, dict[str, str]] = {kind: {} for kind in TermKind.values}
    for kind, code, label in Term.objects.values_list("kind", "code", "label"):
        labels[kind][code] = label
    return labels


def terms_offered(operation: Operation) -> dict[str, list[Term]]:
    """The terms of each list that the operation may choose: those proposed, and those it has chosen already."""
    offered: dict[str, list[Term]] = {kind: [] for kind in TermKind.values}
    for term in Term.objects.all():
        if term.is_active or term.code in getattr(operation, term.kind):
            offered[term.kind].append(term)
    return offered


def uses_of(term: Term) -> int:
    """How many operations have chosen the term."""
    return Operation.objects.filter(**{f"{term.kind}__contains": [term.code]}).count()


def renewal_types() -> list[str]:
    """Codes of the types that build the town on itself."""
    return list(Term.objects.filter(kind=TermKind.TYPES, is_renewal=True).values_list("code", flat=True))


def correspondents_of(operation: Operation) -> QuerySet[User]:
    """The correspondents of the lead commune's county."""
    return holders_of(Role.CORRESPONDENT, county=operation.lead_commune.county_id)


def coordinators_of(operation: Operation) -> QuerySet[User]:
    """The coordinators of the lead commune's region."""
    return holders_of(Role.COORDINATOR, region=operation.lead_commune.county.region_id)


def team_of(operation: Operation) -> QuerySet[User]:
    """Active people of the team."""
    return User.objects.filter(is_active=True, teams__operation=operation)


def representatives(operation: Operation) -> QuerySet[User]:
    """Representatives of the competent collectivités."""
    return representatives_of(operation.collectivites.values_list("pk", flat=True))


def work_of(user: User) -> Work:
    """Claims to confirm in one’s counties, one’s own claims, charters to sign for the collectivités one represents."""
    return _claims(user) + Work(to_do=[*_charters(user), *_meetings(user)])


def _claims(user: User) -> Work:
    if Role.BUREAU in user.rights.roles:  # it claims nothing, and confirms in place of nobody who is there
        return Work()
    rows = (
        Claim.objects.filter(
            Q(state=ClaimState.PROVISIONAL, operation__lead_commune__county__in=user.rights.counties)
            | Q(state=ClaimState.PROVISIONAL, user=user)
            | Q(state=ClaimState.REFUSED, user=user, created_at__gte=recently())
        )
        .select_related("operation__lead_commune", "organisation")
        .order_by("created_at")[:20]
    )
    to_do: list[Task] = []
    going_on: list[Task] = []
    ended: list[Task] = []
    for claim in rows:
        name, body = {"name": claim.operation.name}, str(claim.organisation)
        if claim.user_id != user.pk:
            title = _("Confirmer le porteur de «\u00a0%(name)s\u00a0»") % name
            to_do.append(Task(title, f"/espace/operations/demandes/{claim.pk}/", body))
            continue
        mine = going_on if claim.state == ClaimState.PROVISIONAL else ended
        title = _("Reprise de «\u00a0%(name)s\u00a0»") % name
        mine.append(Task(title, "/espace/operations/", body, state=claim.get_state_display()))
    return Work(to_do, going_on, ended)


def _charters(user: User) -> list[Task]:
    unsigned = (
        Operation.objects.filter(collectivites__in=user.rights.represents, holder__isnull=False)
        .exclude(
            charter_signatures__state=CharterState.CONFIRMED,
            charter_signatures__organisation__in=user.rights.represents,
        )
        .distinct()
    )
    return [
        Task(
            _("Signer la charte de «\u00a0%(name)s\u00a0»") % {"name": operation.name},
            f"/espace/operations/{operation.pk}/charte/",
        )
        for operation in unsigned[:20]
    ]


def meetings_awaited() -> QuerySet[Operation]:
    """Operations whose holder asked to meet the correspondent and still waits, the oldest first, with `held_by`:
    the last day before the bureau may waive the meeting. None while no stage wants one.
    """
    rows = Operation.objects.filter(meeting_asked_on__isnull=False, met_on=None, meeting_waived_on=None)
    held_by = ExpressionWrapper(F("meeting_asked_on") + Subquery(meeting_delay()), output_field=DateField())
    return rows.annotate(held_by=held_by).filter(held_by__isnull=False).order_by("held_by", "name")


def _meetings(user: User) -> list[Task]:
    """Meetings to hold in one’s counties."""
    if not user.rights.counties:
        return []
    mine = meetings_awaited().filter(lead_commune__county__in=user.rights.counties)
    said = _("Rencontrer le porteur de «\u00a0%(name)s\u00a0»")
    return [
        Task(said % {"name": name}, f"/espace/operations/{pk}/rencontre/", due_on=held_by)
        for pk, name, held_by in mine.values_list("pk", "name", F("held_by"))[:20]
    ]


def legacy_imports() -> QuerySet[LegacyImport]:
    """Every file of older operations, the latest first."""
    return LegacyImport.objects.order_by("-made_at")


def changes_of(operation: Operation) -> QuerySet[SheetChange]:
    """Every change of the sheet, the latest first, with its author."""
    return operation.changes.select_related("changed_by").order_by("-changed_at", "pk")


def impossible_figures() -> list[str]:
    """Invariant: every figure of a programme may be."""
    rows = Operation.objects.values_list("pk", "figures")
    return [f"opération {pk}\u00a0: {fault}" for pk, held in rows for fault in figure_faults(held).values()]


def operations_without_phase() -> list[str]:
    """Invariant: every operation has at least one phase."""
    return [f"opération {pk} sans tranche" for pk in Operation.objects.filter(phases=None).values_list("pk", flat=True)]


def refused_if_provisional() -> Case:
    """The state of a claim whose author is erased, as an expression: nobody is left to confirm."""
    return Case(When(state=ClaimState.PROVISIONAL, then=Value(ClaimState.REFUSED)), default=F("state"))


def repeated_stages() -> list[str]:
    """Invariant: at most one award in force per stage and phase (rule 1)."""
    rows = StageHistory.objects.in_force().filter(source="award").values("phases", "rank").annotate(n=Count("pk"))
    return [f"tranche {row['phases']}\u00a0: étape {row['rank']} détenue deux fois" for row in rows.filter(n__gt=1)]


def undated_charters() -> list[str]:
    """Invariant: a confirmed charter has a year."""
    rows = CharterSignature.objects.filter(state=CharterState.CONFIRMED, year=None, signed_on=None)
    return [f"charte {pk}\u00a0: sans date" for pk in rows.values_list("pk", flat=True)]


def perimeters_of(operation: Operation) -> QuerySet[Perimeter]:
    """The perimeter in force, then those it replaced, the latest first; without their geometries, which are heavy."""
    rows = operation.perimeters.defer("geometry").select_related("added_by")
    return rows.order_by(F("replaced_at").desc(nulls_first=True))


def perimeter_of(operation: Operation, pk: UUID) -> Perimeter | None:
    """One perimeter of the operation, present or past."""
    return operation.perimeters.filter(pk=pk).first()


def perimeter_in_force(operation: Operation) -> Perimeter | None:
    """The perimeter of the operation now, without its geometry."""
    return operation.perimeters.defer("geometry").filter(replaced_at=None).first()


def _quote() -> JSONObject:
    return JSONObject(area_ha=Cast("area_ha", TextField()), sha256="sha256")


def perimeter_quote(path: str) -> Subquery:
    """The answer of `quoted_perimeter` for the operation at `path`, for rows that bring it in their own query."""
    rows = Perimeter.objects.filter(operation=OuterRef(path), replaced_at=None)
    return Subquery(rows.values(quote=_quote()))


@read_once
def quoted_perimeter(operation: Operation) -> dict[str, str] | None:
    """Area and hash of the perimeter in force, as a deposit quotes them; None without a perimeter."""
    return operation.perimeters.filter(replaced_at=None).values_list(_quote(), flat=True).first()


def as_feature(perimeter: Perimeter) -> dict[str, Any]:
    """The perimeter as a GeoJSON document of one feature (RFC 7946)."""
    operation = perimeter.operation
    properties = {
        "nom": operation.name,
        "insee": operation.lead_commune_id,
        "superficie_ha": float(perimeter.area_ha),
        "source": perimeter.get_source_display(),
        "depuis": perimeter.added_at.date().isoformat(),
        "jusqu_a": perimeter.replaced_at and perimeter.replaced_at.date().isoformat(),
    }
    feature = {"type": "Feature", "properties": properties, "geometry": perimeter.geometry}
    box = [perimeter.west, perimeter.south, perimeter.east, perimeter.north]
    return {"type": "FeatureCollection", "bbox": box, "features": [feature]}
