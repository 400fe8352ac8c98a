"""Facts that must hold between the tables of dossiers, for `check_invariants`: each lists its breaches in French."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, Subquery

from ecoquartier.dossiers.domain import cited_files, content_hash
from ecoquartier.dossiers.enums import CLOSED_STATES, OPEN_STATES, OUTCOMES, DossierState
from ecoquartier.dossiers.models import Admissibility, Agreement, CitedFile, Deposit, Dossier, DossierScope
from ecoquartier.journal.models import Entry


def scope_breaches() -> list[str]:
    """Invariant: the phases of a dossier are held open exactly while the dossier is open."""
    rows = DossierScope.objects.exclude(Q(is_open=True, dossier__state__in=OPEN_STATES)).exclude(
        Q(is_open=False, dossier__state__in=CLOSED_STATES)
    )
    return [f"dossier {pk}\u00a0: tranches mal ouvertes" for pk in rows.values_list("dossier", flat=True).distinct()]


def deposit_breaches() -> list[str]:
    """Invariant: each deposit’s hash is that of its content, and numbers follow one another from 1."""
    breaches: list[str] = []
    expected: dict[UUID, int] = {}
    for deposit in Deposit.objects.order_by("dossier_id", "number").iterator(chunk_size=500):
        if content_hash(deposit.snapshot) != deposit.sha256:
            breaches.append(f"dépôt {deposit.pk}\u00a0: empreinte fausse")
        number = expected.get(deposit.dossier_id, 0) + 1
        if deposit.number != number:
            breaches.append(f"dossier {deposit.dossier_id}\u00a0: dépôt {number} absent")
        expected[deposit.dossier_id] = deposit.number
    return breaches


def file_breaches() -> list[str]:
    """Invariant: each deposit keeps the very files that its photograph tells (rule 3)."""
    kept: dict[UUID, dict[str, str]] = {}
    rows = CitedFile.objects.values_list("deposit", "file", "file__sha256")
    for deposit_id, file_id, sha256 in rows.iterator(chunk_size=2000):
        kept.setdefault(deposit_id, {})[str(file_id)] = sha256
    return [
        f"dépôt {deposit.pk}\u00a0: ses fichiers ne sont pas ceux de sa photographie"
        for deposit in Deposit.objects.iterator(chunk_size=500)
        if cited_files(deposit.snapshot) != kept.get(deposit.pk, {})
    ]


def agreement_breaches() -> list[str]:
    """Invariant: each competent collectivité, other than the holder, agreed to the last deposit of an open dossier."""
    agreed = set(Agreement.objects.values_list("dossier", "organisation", "content_sha256"))
    last = Deposit.objects.filter(dossier=OuterRef("pk")).order_by("-number").values("sha256")[:1]
    rows = Dossier.objects.filter(state__in=OPEN_STATES, operation__collectivites__isnull=False)
    rows = rows.annotate(last=Subquery(last)).filter(last__isnull=False)
    return [
        f"dossier {pk}\u00a0: déposé sans l’accord d’une collectivité"
        for pk, holder, town, content in rows.values_list("pk", "holder", "operation__collectivites", "last")
        if town != holder and (pk, town, content) not in agreed
    ]


def team_breaches() -> list[str]:
    """Invariant: somebody holds the operation of each open dossier."""
    rows = Dossier.objects.filter(state__in=OPEN_STATES, operation__team=None)
    return [f"dossier {pk}\u00a0: opération sans équipe" for pk in rows.values_list("pk", flat=True)]


def undeposited_breaches() -> list[str]:
    """Invariant: a dossier past its draft has a deposit."""
    early = {DossierState.DRAFT, DossierState.WITHDRAWN, DossierState.CLOSED}
    rows = Dossier.objects.exclude(state__in=early).filter(deposits=None)
    return [f"dossier {pk}\u00a0: aucun dépôt" for pk in rows.values_list("pk", flat=True)]


def journal_breaches() -> list[str]:
    """Invariant: the last transition written in the journal led each dossier to the state it is in."""
    last: dict[str, str] = {}
    for object_id, data in (
        Entry.objects.filter(object_type="dossiers.dossier", data__has_key="to")
        .order_by("seq")
        .values_list("object_id", "data")
        .iterator(chunk_size=2000)
    ):
        last[object_id] = data["to"]
    return [
        f"dossier {pk}\u00a0: le journal dit {last.get(str(pk), DossierState.DRAFT)}, la base {state}"
        for pk, state in Dossier.objects.values_list("pk", "state")
        if last.get(str(pk), DossierState.DRAFT) != state
    ]


def stage_breaches() -> list[str]:
    """Invariant: a dossier applies for a stage of the scheme of its campaign."""
    rows = Dossier.objects.exclude(stage__scheme=F("campaign__scheme")).values_list("pk", flat=True)
    return [f"dossier {pk}\u00a0: étape d’un autre régime" for pk in rows]


def phase_breaches() -> list[str]:
    """Invariant: a dossier covers at least one phase, and phases of its operation only (rule 1)."""
    empty = Dossier.objects.filter(scope=None).values_list("pk", flat=True)
    foreign = DossierScope.objects.exclude(phase__operation=F("dossier__operation")).values_list("dossier", flat=True)
    return [f"dossier {pk}\u00a0: aucune tranche" for pk in empty] + [
        f"dossier {pk}\u00a0: tranche d’une autre opération" for pk in foreign
    ]


def completion_breaches() -> list[str]:
    """Invariant: a dossier to complete, or given back, has a date (rule 2)."""
    rows = Dossier.objects.filter(state=DossierState.TO_COMPLETE, due_on=None).values_list("pk", flat=True)
    return [f"dossier {pk}\u00a0: à compléter sans date" for pk in rows]


def examination_breaches() -> list[str]:
    """Invariant: a dossier past its examination was declared admissible (rule 6)."""
    examined = OPEN_STATES - {DossierState.DRAFT, DossierState.SUBMITTED, DossierState.TO_COMPLETE}
    favourable = Admissibility.objects.filter(dossier=OuterRef("pk"), is_admissible=True)
    rows = Dossier.objects.filter(state__in=examined | OUTCOMES).exclude(Exists(favourable))
    return [f"dossier {pk}\u00a0: jamais déclaré recevable" for pk in rows.values_list("pk", flat=True)]
