"""One operation entered twice: what is told of it once follows, the duplicate keeps its row for what cannot change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from ecoquartier.accounts.models import Invitation
from ecoquartier.accounts.services.mergers import breaches, require_whole
from ecoquartier.core import clock
from ecoquartier.core.registry import mergers, projections
from ecoquartier.core.text import french_list
from ecoquartier.operations.domain.lives import state_told
from ecoquartier.operations.enums import TEAM_PLACE, CharterState, ClaimState
from ecoquartier.operations.models import (
    CharterSignature,
    Claim,
    Document,
    LegacyFact,
    Operation,
    Perimeter,
    Photo,
    StageHistory,
    TeamMember,
)
from ecoquartier.operations.queries import perimeter_in_force, public_operations, why_not_kept
from ecoquartier.operations.services.attachments import MAX_DOCUMENTS, MAX_PHOTOS
from ecoquartier.operations.services.communes import MAX_OTHERS
from ecoquartier.operations.services.filling import Filling, fill, filling_of
from ecoquartier.operations.services.lives import since_today
from ecoquartier.operations.services.sheet import keep_changes
from ecoquartier.operations.workflow import OPERATION_WORKFLOW, OperationStep
from ecoquartier.territories.models import Commune
from ecoquartier.workflow.engine import Effect, check, with_arguments

AWARD = "award"


# --- Why not ------------------------------------------------------------------------------------------------------


@with_arguments
def are_two(duplicate: Operation, *, actor, into: Operation, **arguments: Any) -> str | None:
    """There are two of them, and the one that stays is open."""
    return _("Choisissez deux fiches différentes.") if duplicate.pk == into.pk else why_not_kept(into)


@with_arguments
def is_held_alike(duplicate: Operation, *, actor, into: Operation, **arguments: Any) -> str | None:
    """They have one holder at most: nobody loses an operation by a merger."""
    if duplicate.holder_id and into.holder_id and duplicate.holder_id != into.holder_id:
        return _(
            "Les deux fiches n’ont pas le même porteur (%(one)s et %(other)s)\u00a0: un changement de porteur d’abord."
        ) % {"one": into.holder, "other": duplicate.holder}
    return None


@with_arguments
def was_never_awarded(duplicate: Operation, *, actor, into: Operation, **arguments: Any) -> str | None:
    """What was awarded names its operation for good."""
    held = duplicate.stages.filter(Q(source=AWARD) | Q(phases__isnull=False)).first()
    if held is None:
        return None
    said = _("«\u00a0%(operation)s\u00a0» détient une étape délivrée ici\u00a0: c’est sa fiche qu’il faut garder.")
    return said % {"operation": duplicate}


@with_arguments
def charters_agree(duplicate: Operation, *, actor, into: Operation, **arguments: Any) -> str | None:
    """A signature that is certain does not meet one of the same collectivité that waits."""
    certain = duplicate.charter_signatures.filter(state=CharterState.CONFIRMED).values("organisation")
    doubt = into.charter_signatures.exclude(state=CharterState.CONFIRMED).filter(organisation__in=certain).first()
    if doubt is None:
        return None
    said = _("La fiche gardée a une signature de %(name)s qui n’est pas confirmée\u00a0: confirmez-la d’abord.")
    return said % {"name": doubt.organisation}


@with_arguments
def nobody_asks_for_both(duplicate: Operation, *, actor, into: Operation, **arguments: Any) -> str | None:
    """Nobody waits for an answer about each."""
    claims = duplicate.claims.filter(state=ClaimState.PROVISIONAL).select_related("user")
    twice = claims.filter(user__in=into.claims.filter(state=ClaimState.PROVISIONAL).values("user")).first()
    if twice is None:
        return None
    said = _("%(person)s demande à reprendre les deux fiches\u00a0: répondez d’abord à l’une des demandes.")
    return said % {"person": twice.user}


@with_arguments
def nothing_holds_it(duplicate: Operation, *, actor, into: Operation, **arguments: Any) -> str | None:
    """No candidature, no notebook: what higher apps know of it is not cited under another name."""
    return next(filter(None, (why_not(into, duplicate) for _key, why_not in mergers.items())), None)


GUARDS = (
    are_two,
    is_held_alike,
    was_never_awarded,
    nothing_holds_it,
    charters_agree,
    nobody_asks_for_both,
)


# --- What follows -------------------------------------------------------------------------------------------------


FOLLOWS = {
    "stages": ngettext_lazy("%(n)s étape rejoint la fiche gardée.", "%(n)s étapes rejoignent la fiche gardée.", "n"),
    "facts": ngettext_lazy(
        "%(n)s fait d’un ancien tableau rejoint la fiche gardée.",
        "%(n)s faits d’un ancien tableau rejoignent la fiche gardée.",
        "n",
    ),
    "charters": ngettext_lazy(
        "%(n)s signature de la charte rejoint la fiche gardée.",
        "%(n)s signatures de la charte rejoignent la fiche gardée.",
        "n",
    ),
    "photos": ngettext_lazy("%(n)s photo rejoint la fiche gardée.", "%(n)s photos rejoignent la fiche gardée.", "n"),
    "documents": ngettext_lazy(
        "%(n)s document rejoint la fiche gardée.", "%(n)s documents rejoignent la fiche gardée.", "n"
    ),
    "claims": ngettext_lazy(
        "%(n)s demande de reprise porte désormais sur la fiche gardée.",
        "%(n)s demandes de reprise portent désormais sur la fiche gardée.",
        "n",
    ),
    "team": ngettext_lazy(
        "%(n)s personne de l’équipe rejoint la fiche gardée.",
        "%(n)s personnes de l’équipe rejoignent la fiche gardée.",
        "n",
    ),
}
"""Rows that follow, by their name in a merger → what is said of them."""


@dataclass(frozen=True)
class Merger:
    """What of the duplicate follows to the operation that stays."""

    facts: list[LegacyFact]
    stages: list[StageHistory]
    charters: list[CharterSignature]
    photos: list[Photo]
    documents: list[Document]
    claims: list[Claim]
    team: list[TeamMember]
    communes: list[Commune]
    filling: Filling
    perimeter: Perimeter | None
    warnings: list[str]
    takes_holder: bool
    takes_collectivites: bool

    def counts(self) -> dict[str, int]:
        """How many rows of each kind, for the journal."""
        return {
            name: len(getattr(self, name))
            for name in ("facts", "stages", "charters", "photos", "documents", "claims", "team", "communes")
        } | {"perimeters": int(self.perimeter is not None), **self.filling.counts()}

    def sentences(self, duplicate: Operation) -> list[str]:
        """What moves, as the bureau reads it before it acts."""
        said = []
        if self.takes_holder:
            said.append(_("%(holder)s devient le porteur de la fiche gardée.") % {"holder": duplicate.holder})
        if self.takes_collectivites:
            names = french_list([organisation.name for organisation in duplicate.collectivites.all()])
            said.append(
                _("Les collectivités compétentes de l’autre deviennent celles de la fiche gardée\u00a0: %(names)s.")
                % {"names": names}
            )
        if self.perimeter:
            said.append(_("Le périmètre de l’autre fiche devient celui de la fiche gardée."))
        if self.communes:
            names = french_list([commune.name for commune in self.communes])
            said.append(
                _("La fiche gardée compte désormais parmi ses autres communes\u00a0: %(names)s.") % {"names": names}
            )
        said += [str(words % {"n": len(rows)}) for name, words in FOLLOWS.items() if (rows := getattr(self, name))]
        return said + self.filling.sentences() + self.warnings


def merger_of(duplicate: Operation, into: Operation, *, with_commune: bool = False) -> Merger:
    """What would follow: all that the operation that stays does not say already, and that nothing contradicts.

    Args:
        with_commune: the lead commune of the duplicate, when it is another, becomes one of the others.
    """
    facts = {(row.kind, row.year): row.detail for row in into.legacy_facts.all()}
    held = list(into.stages.values_list("rank", "year", "source"))
    takes_collectivites = not into.collectivites.exists() and duplicate.collectivites.exists()
    competent = set((duplicate if takes_collectivites else into).collectivites.values_list("pk", flat=True))
    signed = set(into.charter_signatures.values_list("organisation", flat=True))
    takes_holder = into.holder_id is None and duplicate.holder_id is not None
    # A team goes with its holder: nobody comes into somebody else’s operation by a merger.
    is_one_team = takes_holder or into.holder_id == duplicate.holder_id
    has_place = perimeter_in_force(into) is not None
    told = list(duplicate.legacy_facts.all())
    known, awarded = {held_stage[:2] for held_stage in held}, {rank for rank, _year, source in held if source == AWARD}
    lacking = [row for row in duplicate.stages.all() if (row.rank, row.year) not in known]
    stages = [row for row in lacking if row.rank not in awarded]
    signatures = list(duplicate.charter_signatures.select_related("organisation"))
    charters = [
        row
        for row in signatures
        if row.organisation_id not in signed and (row.organisation_id is None or row.organisation_id in competent)
    ]
    return Merger(
        facts=[row for row in told if (row.kind, row.year) not in facts],
        stages=stages,
        charters=charters,
        photos=_new_files(duplicate.photos.select_related("file"), into.photos, MAX_PHOTOS),
        documents=_new_files(duplicate.documents.select_related("file"), into.documents, MAX_DOCUMENTS),
        claims=list(duplicate.claims.filter(state=ClaimState.PROVISIONAL)),
        team=list(duplicate.team.exclude(user__in=into.team.values("user"))) if is_one_team else [],
        communes=_new_communes(duplicate, into, with_commune),
        filling=filling_of(duplicate, into),
        perimeter=None if has_place else perimeter_in_force(duplicate),
        warnings=[
            *_state_left(duplicate),
            *_facts_left([row for row in told if facts.get((row.kind, row.year), row.detail) != row.detail]),
            *(_charter_left(row, row.organisation_id in signed) for row in signatures if row not in charters),
            *_stages_left([row for row in lacking if row not in stages]),
            *_held_twice(stages, held),
        ],
        takes_holder=takes_holder,
        takes_collectivites=takes_collectivites,
    )


def _facts_left(rows: list[LegacyFact]) -> list[str]:
    """Those that the sheet that stays tells otherwise for the same year."""
    if not rows:
        return []
    said = _(
        "Ces faits d’un ancien tableau restent sur la fiche fermée, car la fiche gardée les dit autrement pour la même "
        "année\u00a0: %(names)s."
    )
    return [said % {"names": french_list([*dict.fromkeys(row.get_kind_display() for row in rows)])}]


def _charter_left(row: CharterSignature, is_known: bool) -> str:
    """A signature that does not follow, and why."""
    if is_known:
        said = _("La charte %(words)s (%(name)s) reste sur la fiche fermée\u00a0: la fiche gardée en a déjà une.")
    else:
        said = _(
            "La charte %(words)s (%(name)s) reste sur la fiche fermée\u00a0: cette collectivité n’est pas compétente "
            "pour la fiche gardée."
        )
    return said % {"words": row.words, "name": row.organisation or _("collectivité à préciser")}


def _state_left(duplicate: Operation) -> list[str]:
    """A record that no longer goes on says nothing of the one that stays, which keeps its own state."""
    told = state_told(duplicate.state, duplicate.state_since)
    said = _("L’autre fiche %(told)s\u00a0: la fiche gardée ne change pas d’état.")
    return [said % {"told": told}] if told else []


def _stages_left(rows: list[StageHistory]) -> list[str]:
    """Those of a year that the sheet that stays does not tell, while it holds the stage by an award."""
    said = _("L’étape %(rank)s de %(year)s reste sur la fiche fermée\u00a0: la fiche gardée la détient, délivrée ici.")
    return [said % {"rank": row.rank, "year": row.year} for row in rows]


def _held_twice(stages: list[StageHistory], held: list[tuple[int, int, str]]) -> list[str]:
    """A stage that both records hold, with another year: one of the two may be a mistake."""
    said = _("La fiche gardée aura plusieurs fois l’étape %(rank)s (%(years)s)\u00a0: vérifiez ces années.")
    return [
        said % {"rank": row.rank, "years": french_list([str(year) for year in [*years, row.year]])}
        for row in stages
        if (years := [year for rank, year, _source in held if rank == row.rank])
    ]


def _new_files(rows, present, most: int) -> list:
    """The files that are not there already, as many as there is room for."""
    there = set(present.values_list("file__sha256", flat=True))
    return [row for row in rows if row.file.sha256 not in there][: max(0, most - len(there))]


def _new_communes(duplicate: Operation, into: Operation, with_commune: bool) -> list[Commune]:
    """The other communes that are not said already, as many as there is room for: their services go on reading it."""
    there = {into.lead_commune_id, *into.other_communes.values_list("pk", flat=True)}
    said = [*([duplicate.lead_commune] if with_commune else []), *duplicate.other_communes.order_by("pk")]
    new = [commune for commune in said if commune.pk not in there]
    return new[: MAX_OTHERS - into.other_communes.count()]


def preview_merger(duplicate: Operation, *, actor, into: Operation, with_commune: bool = False) -> Merger:
    """What a merger would do; nothing is done.

    Raises:
        TransitionRefused: it cannot be done.
    """
    check(GUARDS, duplicate, actor=actor, into=into, reason="")
    return merger_of(duplicate, into, with_commune=with_commune)


# --- The act ------------------------------------------------------------------------------------------------------


def the_one_that_stays(duplicate: Operation, *, actor, into: Operation, **arguments: Any) -> Iterable[Operation]:
    """Both are locked."""
    return [into]


@OPERATION_WORKFLOW.performs(OperationStep.MERGE, guards=GUARDS, locks=the_one_that_stays)
def merge_operation(duplicate: Operation, *, actor, into: Operation, reason: str, with_commune: bool = False) -> Effect:
    """Make `into` the only record of an operation entered twice. The duplicate stays, closed, and leads to it.

    The one that stays takes the texts, figures and phases that it lacks; what it says already does not change.

    Args:
        with_commune: the lead commune of the duplicate, when it is another, becomes one of the others.

    Raises:
        TransitionRefused: something names the duplicate for good, both contradict each other, or a fact between
            tables would break.
    """
    broken = breaches()
    # Known only now: the facts that made it public follow.
    duplicate.was_public = public_operations().filter(pk=duplicate.pk).exists()
    merger = merger_of(duplicate, into, with_commune=with_commune)
    _move(merger, duplicate, into)
    fill(into, merger.filling, author=actor)
    if merger.communes:
        before = into.as_json("other_communes")
        into.other_communes.add(*merger.communes)
        keep_changes(into, {"other_communes": before}, author=actor)
    Operation.objects.filter(merged_into=duplicate).update(merged_into=into)
    Invitation.objects.filter(place=TEAM_PLACE, place_id=duplicate.pk).update(place_id=into.pk)
    if into.source_key is None:
        # A later import of the same file finds the one that stays.
        key, duplicate.source_key = duplicate.source_key, None
        duplicate.save(update_fields=["source_key"])
        into.source_key = key
        into.save(update_fields=["source_key"])
    duplicate.merged_into = into
    effect = since_today(duplicate, reason)
    both = {duplicate.pk, into.pk}
    return Effect(
        fields=[*effect.fields, "merged_into", "was_public"],
        data={"into": str(into.pk), "rows": merger.counts()},
        detail=effect.detail,
        projections=[("operation", both)],
        then=lambda: _require_whole(both, broken),
    )


def _require_whole(ids: set, before: set[str]) -> None:
    rebuild = projections.get("operation")
    if rebuild:
        rebuild(ids)
    require_whole(before)


def _move(merger: Merger, duplicate: Operation, into: Operation) -> None:
    for rows in (merger.facts, merger.stages, merger.charters, merger.documents, merger.claims, merger.team):
        for row in rows:
            row.operation = into
            row.save(update_fields=["operation"])
    last = into.photos.aggregate(last=Max("rank"))["last"] or 0
    for rank, photo in enumerate(merger.photos, start=last + 1):
        photo.operation, photo.rank = into, rank
        photo.save(update_fields=["operation", "rank"])
    if merger.perimeter:
        _copy(merger.perimeter, into)
    if merger.takes_collectivites:
        into.collectivites.set(duplicate.collectivites.all())
    if merger.takes_holder:
        into.holder = duplicate.holder
        into.save(update_fields=["holder"])


def _copy(perimeter: Perimeter, into: Operation) -> None:
    """Perimeters are never changed nor deleted: the one that stays is given its own row."""
    names = [field.attname for field in Perimeter._meta.concrete_fields if not field.primary_key]
    values = {name: getattr(perimeter, name) for name in names} | {"operation_id": into.pk, "added_at": clock.now()}
    Perimeter.objects.create(**values)
