"""Invented operations written by lots: a few statements for a thousand of them, and their entries in the journal.

Their past is invented too, so no act of a person is played: the services play those that matter (`demo_register`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from random import Random

from django.db import models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from ecoquartier.campaigns.queries import all_schemes
from ecoquartier.core import clock
from ecoquartier.core.text import of_place, sort_key
from ecoquartier.directory.services import rebuild
from ecoquartier.journal import services as journal
from ecoquartier.journal.enums import Event
from ecoquartier.operations.enums import TermKind
from ecoquartier.operations.models import CharterSignature, LegacyFact, Operation, Phase, StageHistory, Term
from ecoquartier.ops.domain import words
from ecoquartier.ops.domain.invention import Invention, Situation, invent
from ecoquartier.people.enums import OrganisationKind
from ecoquartier.people.models import Organisation
from ecoquartier.territories.models import Commune
from ecoquartier.workflow.engine import Job

SOURCE = "démonstration"
OVERSEAS = ("97", "98")

StageNames = Mapping[tuple[str, int], tuple[str, str]]
"""(code of a scheme, level) → (name of the stage, title of the scheme)."""


@dataclass(frozen=True)
class Placed:
    """An invention in its commune, whose county comes with it."""

    invention: Invention
    commune: Commune


@dataclass
class Inventor:
    """Draws operations of the register of today: its lists, its schemes, its calendar."""

    rng: Random
    terms: Mapping[str, Sequence[str]]
    before: date

    @classmethod
    def of_now(cls, seed: str) -> Inventor:
        """With the choices that the lists propose now, but for « autre », which asks for words."""
        terms: dict[str, list[str]] = {kind: [] for kind in TermKind.values}
        for kind, code in Term.objects.filter(is_active=True, is_other=False).values_list("kind", "code"):
            terms[kind].append(code)
        return cls(Random(seed), terms, clock.today())

    def place(self, commune: Commune, situation: Situation | None = None) -> Placed:
        """Invent an operation there."""
        invention = invent(
            self.rng,
            commune=commune.name,
            population=commune.population or 0,
            is_overseas=commune.insee.startswith(OVERSEAS),
            terms=self.terms,
            before=self.before,
            situation=situation,
        )
        return Placed(invention, commune)


def stage_names() -> StageNames:
    """How the stages of every scheme are named."""
    return {
        (scheme.code, stage.level): (stage.name, scheme.title)
        for scheme in all_schemes()
        for stage in scheme.stages.all()
    }


@transaction.atomic
def write_lot(found: Sequence[Placed], *, names: StageNames, actor: Job) -> list[Operation]:
    """Put inventions in the register, with what they obtained, and in the directory those that are public."""
    towns, holders = _organisations(found)
    slugs = _free_slugs(found)
    made = [
        _operation(each, slug=slug, holder=holders.get(_holder(each))) for each, slug in zip(found, slugs, strict=True)
    ]
    Operation.objects.bulk_create(made)
    pairs = list(zip(made, (each.invention for each in found), strict=True))
    phases = _write_phases(pairs)
    _write_stages(pairs, phases, names)
    owned = [
        (operation, towns[each.commune.pk]) for operation, each in zip(made, found, strict=True) if _has_town(each)
    ]
    through = Operation.collectivites.through
    through.objects.bulk_create([through(operation=operation, organisation=town) for operation, town in owned])
    _write_charters(pairs, {operation.pk: town for operation, town in owned})
    _write_facts(pairs)
    now = clock.now()
    journal.append(
        [
            journal.Draft(
                event=Event.OPERATION_REGISTERED,
                obj=operation,
                about_id=str(operation.pk),
                actor=actor.pk,
                occurred_at=now,
                data={"source": actor.name},
            )
            for operation in made
        ]
    )
    rebuild({operation.pk for operation in made})
    return made


def _operation(each: Placed, *, slug: str, holder: Organisation | None) -> Operation:
    invention = each.invention
    return Operation(
        name=invention.name,
        slug=slug,
        lead_commune=each.commune,
        holder=holder,
        figures=dict(invention.figures),
        figures_as_of=invention.figures_as_of,
        figures_source=invention.figures_source,
        met_on=date(invention.first_year, 2, 3) if holder and invention.stages else None,
        source=SOURCE,
        is_demo=True,
        actors=dict(invention.actors),
        **invention.texts,
        **invention.choices,
    )


def _has_town(each: Placed) -> bool:
    """Whether its commune has said that it is the competent collectivité: it signed, or somebody holds it."""
    return bool(each.invention.holder) or each.invention.situation.is_signed


def _holder(each: Placed) -> tuple[str, str]:
    """(kind, name) of the organisation that holds it: one of each sort in a county, so that some hold several."""
    kind, county = each.invention.holder, each.commune.county
    if kind == OrganisationKind.TOWN:
        return kind, _town(each.commune)
    if kind == OrganisationKind.EPCI:
        return kind, f"{words.EPCI}, {county.name} (démonstration)"
    if not kind:
        return "", ""
    title, kind = words.DEVELOPERS[each.invention.first_year % len(words.DEVELOPERS)]
    return kind, f"{title}, {county.name} (démonstration)"


def _town(commune: Commune) -> str:
    return _("Commune %(of)s") % {"of": of_place(commune.name)}


def _organisations(found: Sequence[Placed]) -> tuple[dict[str, Organisation], dict[tuple[str, str], Organisation]]:
    """Towns by commune, and those who hold by kind and name; made when they are not there."""
    communes = {each.commune.pk: each.commune for each in found if _has_town(each)}
    towns: dict[str, Organisation] = {
        str(town.commune_id): town
        for town in Organisation.objects.filter(kind=OrganisationKind.TOWN, commune__in=communes.keys())
    }
    missing = [
        Organisation(name=_town(commune), kind=OrganisationKind.TOWN, commune=commune, is_demo=True)
        for pk, commune in communes.items()
        if pk not in towns
    ]
    Organisation.objects.bulk_create(missing)
    towns |= {str(town.commune_id): town for town in missing}
    wanted = {
        _holder(each): each.commune
        for each in reversed(found)
        if each.invention.holder not in ("", OrganisationKind.TOWN)
    }
    holders = {
        (body.kind, body.name): body
        for body in Organisation.objects.filter(name__in={name for _kind, name in wanted}, is_demo=True)
    }
    bodies = [
        Organisation(name=key[1], kind=key[0], commune=commune, is_demo=True)
        for key, commune in wanted.items()
        if key not in holders
    ]
    Organisation.objects.bulk_create(bodies)
    holders |= {(body.kind, body.name): body for body in bodies}
    holders |= {
        _holder(each): towns[each.commune.pk] for each in found if each.invention.holder == OrganisationKind.TOWN
    }
    return towns, holders


def _free_slugs(found: Sequence[Placed]) -> list[str]:
    """A slug that nobody has for each, the name and the commune, then a number larger than any given before."""
    wanted = [slugify(sort_key(f"{each.invention.name} {each.commune.name}"))[:250] for each in found]
    taken = set(Operation.objects.filter(slug__in=wanted).values_list("slug", flat=True))
    numbers = count(Operation.objects.count() + 1)
    slugs = []
    for slug in wanted:
        free = slug if slug not in taken else f"{slug}-{next(numbers)}"
        taken.add(free)
        slugs.append(free)
    return slugs


Pairs = Sequence[tuple[Operation, Invention]]


def _write_phases(pairs: Pairs) -> dict[tuple[object, int], Phase]:
    """The phases of each operation, one at least, by operation and rank."""
    rows = [
        Phase(
            operation=operation,
            rank=rank,
            name=part.name or _("Ensemble de l’opération"),
            studies=part.studies,
            works=part.works,
            delivery=part.delivery,
        )
        for operation, invention in pairs
        for rank, part in enumerate(invention.phases, start=1)
    ]
    Phase.objects.bulk_create(rows)
    return {(row.operation_id, row.rank): row for row in rows}


def _write_stages(pairs: Pairs, phases: Mapping[tuple[object, int], Phase], names: StageNames) -> None:
    rows, covered = [], []
    for operation, invention in pairs:
        for stage in invention.stages:
            name, title = names[stage.scheme, stage.level]
            published_at = datetime(stage.year, 12, 10, 11, tzinfo=UTC)
            row = StageHistory(
                operation=operation,
                rank=stage.level,
                name=name,
                scheme_title=title,
                year=stage.year,
                decided_on=date(stage.year, 11, 12),
                notified_at=published_at,
                published_at=published_at,
                source=SOURCE,
            )
            rows.append(row)
            covered += [(row, phases[operation.pk, rank]) for rank in stage.phases]
    StageHistory.objects.bulk_create(rows)
    through = StageHistory.phases.through
    through.objects.bulk_create([through(stagehistory=row, phase=phase) for row, phase in covered])


def _write_charters(pairs: Pairs, towns: Mapping[object, Organisation]) -> None:
    """Signed by the commune, or told by an older file and to be confirmed."""
    CharterSignature.objects.bulk_create(
        CharterSignature(
            operation=operation,
            organisation=towns[operation.pk] if invention.situation.is_signed else None,
            signed_on=date(invention.first_year, 1, 20) if invention.situation.is_signed else None,
            year=invention.first_year,
            state=invention.situation.charter,
            source=SOURCE,
        )
        for operation, invention in pairs
        if invention.situation.charter
    )


def _write_facts(pairs: Pairs) -> None:
    LegacyFact.objects.bulk_create(
        LegacyFact(
            operation=operation,
            kind=invention.situation.fact,
            year=min(invention.first_year, 2011),
            source=SOURCE,
        )
        for operation, invention in pairs
        if invention.situation.fact
    )


def communes_by_population() -> tuple[list[str], list[int]]:
    """INSEE codes of the communes of today where people live, and how many do."""
    rows: models.QuerySet = Commune.objects.current().filter(population__gt=0).order_by("insee")
    found = list(rows.values_list("insee", "population"))
    return [insee for insee, _people in found], [people for _insee, people in found]
