"""What the page of a dossier shows to one reader, block by block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from ecoquartier.awards.enums import AwardState
from ecoquartier.awards.models import Award
from ecoquartier.campaigns.domain import Missing
from ecoquartier.campaigns.enums import Section
from ecoquartier.commissions.enums import SittingState
from ecoquartier.commissions.models import AgendaItem
from ecoquartier.commissions.queries import recommendations_from
from ecoquartier.core import clock
from ecoquartier.dossiers.domain import OPENED_BY
from ecoquartier.dossiers.enums import CLOSED_STATES, DossierState
from ecoquartier.dossiers.models import Admissibility, CompletionRequest, Deposit
from ecoquartier.dossiers.queries import (
    HIDDEN_STATES,
    PREPARED_IN,
    AgreementStatus,
    Position,
    agreement_statuses,
    completions_of,
    deposits_of,
    doubts_in,
    missing_in,
    position,
)
from ecoquartier.dossiers.queries.snapshots import file_labels, register_labels
from ecoquartier.expertise.models import Assignment, ExpertReport, SiteVisit, Synthesis
from ecoquartier.expertise.queries import current_team
from ecoquartier.journal.queries import entries_about
from ecoquartier.notebooks.queries import commitment_names
from ecoquartier.operations.models import Operation, Recommendation
from ecoquartier.operations.queries import public_operations, term_labels
from ecoquartier.web.dossiers.actions import Actions, actions_for
from ecoquartier.web.dossiers.history import RECENT, history
from ecoquartier.web.dossiers.reader import Reader, items_of
from ecoquartier.web.shared.lacks import place_of

AGREED_IN = PREPARED_IN | {DossierState.SUBMITTED}
COMPLETED_IN = frozenset({DossierState.SUBMITTED, DossierState.TO_COMPLETE})
EXPERTISED = HIDDEN_STATES | {DossierState.ADMISSIBLE, DossierState.UNDER_EXPERTISE}
TONES = {
    DossierState.DRAFT: "neutral",
    DossierState.SUBMITTED: "info",
    DossierState.TO_COMPLETE: "wait",
    DossierState.ADMISSIBLE: "ok",
    DossierState.ADJOURNED: "wait",
    DossierState.AWARDED: "ok",
    DossierState.INADMISSIBLE: "bad",
    DossierState.WITHDRAWN: "neutral",
    DossierState.CLOSED: "neutral",
}


def tone_of(state: str) -> str:
    """Colour of a state that its reader may know."""
    return TONES.get(state, "info")


@dataclass(frozen=True)
class Lack:
    """What is missing, and where to give it when the reader may."""

    sentence: str
    url: str = ""


@dataclass(frozen=True)
class Expertise:
    """The expertise as one reader may know it (rule 8)."""

    team: list[Assignment]
    visit: SiteVisit | None
    shows_visit_report: bool
    reports: list[tuple[str, ExpertReport]]
    synthesis: Synthesis | None
    links_synthesis: bool

    @property
    def is_empty(self) -> bool:
        """Nothing to show yet."""
        return not (self.team or self.visit or self.reports or self.synthesis)


@dataclass(frozen=True)
class AgendaLine:
    """A sitting the dossier is or was on, and what it said, when the reader may know."""

    item: AgendaItem
    is_readable: bool
    is_open_to_me: bool


@dataclass(frozen=True)
class Completion:
    """What is asked, in words, each with the place to give it."""

    request: CompletionRequest
    asked: list[Lack]


@dataclass(frozen=True)
class Sheet:
    """Every block of the page."""

    position: Position
    actions: Actions
    lacks: list[Lack]
    doubts: list[Lack]
    is_prepared: bool
    agreements: list[AgreementStatus]
    deposits: list[Deposit]
    completion: Completion | None
    has_lapsed: bool
    reason: str
    examination: Admissibility | None
    expertise: Expertise | None
    agenda: list[AgendaLine]
    recommendations: list[Recommendation]
    award: Award | None
    recent: list[dict]
    older: list[dict]

    @property
    def edge(self) -> str:
        """Colour of the first card: it waits for the reader, for somebody, for nobody."""
        where = self.position.whereabouts
        return "wait" if where.is_mine else "info" if where.owner else ""

    @property
    def is_overdue(self) -> bool:
        """Whether the date of the present step has passed."""
        return self.position.until is not None and self.position.until < clock.today()


def sheet_of(reader: Reader) -> Sheet:
    """Read all the blocks, each once."""
    dossier = reader.dossier
    entries = list(entries_about(dossier.pk))
    items = _items(reader)
    readable = reader.readable_items(items)
    expertise = _expertise(reader)
    agreements = agreement_statuses(dossier) if dossier.state in AGREED_IN else []
    acts = history(reader, entries, readable)
    requests = completions_of(dossier) if dossier.state in COMPLETED_IN else []
    return Sheet(
        position=position(dossier, reader.user, reader.sides, entries),
        actions=actions_for(reader, agreements=agreements, items=items, visit=expertise.visit if expertise else None),
        lacks=lacks_of(reader),
        doubts=doubts_of(reader),
        is_prepared=dossier.state in PREPARED_IN,
        agreements=agreements,
        deposits=[] if dossier.state == DossierState.DRAFT else deposits_of(dossier),
        completion=_completion(reader, requests),
        has_lapsed=dossier.state == DossierState.SUBMITTED and bool(requests) and requests[0].lapsed,
        reason=dossier.reason if dossier.state in CLOSED_STATES - HIDDEN_STATES else "",
        examination=_examination(reader),
        expertise=expertise,
        agenda=_agenda(reader, items, readable),
        recommendations=_recommendations(items, readable),
        award=_award(reader),
        recent=acts[:RECENT],
        older=acts[RECENT:],
    )


def _award(reader: Reader) -> Award | None:
    """The label, once it is public; it came with the dossier, whoever reads."""
    award = getattr(reader.dossier, "award", None)
    return award if reader.is_published and award and award.state == AwardState.PUBLISHED else None


def _items(reader: Reader) -> list[AgendaItem]:
    dossier = reader.dossier
    if dossier.state not in EXPERTISED | {DossierState.WITHDRAWN, DossierState.CLOSED, DossierState.TO_COMPLETE}:
        return []
    items = items_of(dossier)
    if reader.user.rights.regions:
        prefetch_related_objects(items, "sitting__commission__regions")
    for item in items:
        item.dossier = dossier  # the same object: permissions ask its operation
    return items


def lacks_of(reader: Reader) -> list[Lack]:
    """What is missing before the next deposit, for those who read the notebook."""
    return [_lack(reader, missing) for missing in missing_in(reader.dossier)] if _prepares(reader) else []


def doubts_of(reader: Reader) -> list[Lack]:
    """What the dates of the operation contradict of the stage, for the same people."""
    return [_lack(reader, doubt) for doubt in doubts_in(reader.dossier)] if _prepares(reader) else []


def _prepares(reader: Reader) -> bool:
    dossier = reader.dossier
    return dossier.state in PREPARED_IN and reader.may("notebooks.view", dossier.operation)


def _lack(reader: Reader, missing: Missing) -> Lack:
    """The missing thing, with a link for who may give it."""
    operation = reader.dossier.operation
    return Lack(missing.sentence, place_of(missing, operation, lambda permission: reader.may(permission, operation)))


def _completion(reader: Reader, requests: list[CompletionRequest]) -> Completion | None:
    dossier = reader.dossier
    if dossier.state != DossierState.TO_COMPLETE or not requests:
        return None
    request = requests[0]
    quoted = deposits_of(dossier)[0].snapshot.get("recommendations", {})
    names = register_labels() | file_labels() | {pk: row["text"] for pk, row in quoted.items()}
    titles = {number: f"{number}. {short}" for number, short in commitment_names(dossier.campaign.framework)}
    return Completion(request, [_asked(reader, path, names, titles) for path in request.fields])


def _asked(reader: Reader, path: str, names: Mapping[str, str], titles: Mapping[int, str]) -> Lack:
    """A field that the completion opens, in words."""
    section, _dot, key = path.partition(".")
    if section == "answers":
        return _lack(reader, Missing(Section.ANSWERS, titles.get(int(key), key), int(key)))
    if section == "recommendations":
        return _lack(reader, Missing(Section.RECOMMENDATIONS, names.get(key, key), about=key))
    opened = next((code for code, field in OPENED_BY.items() if field == path), Section.IDENTITY)
    return _lack(reader, Missing(opened, names.get(key, key)))


def _examination(reader: Reader) -> Admissibility | None:
    """The last examination, for those who may read the opinion."""
    if reader.dossier.state == DossierState.DRAFT or not reader.reads_opinion:
        return None
    return reader.dossier.examinations.select_related("decided_by", "deposit").first()


def _expertise(reader: Reader) -> Expertise | None:
    dossier = reader.dossier
    if not dossier.stage.experts or dossier.state not in EXPERTISED | {DossierState.WITHDRAWN, DossierState.CLOSED}:
        return None
    reads_visit = reader.may("expertise.read_visit")
    return Expertise(
        team=_team(reader),
        visit=getattr(dossier, "visit", None) if reads_visit else None,
        shows_visit_report=reads_visit and (reader.reads_synthesis or bool(reader.assignment) or reader.is_staff),
        reports=[(_report_name(reader, report), report) for report in reader.reports],
        synthesis=getattr(dossier, "synthesis", None) if reader.reads_synthesis else None,
        links_synthesis=reader.reads_all_reports,
    )


def _team(reader: Reader) -> list[Assignment]:
    """The team, for its members, the services and the bureau, until its reports name it."""
    is_told = (reader.is_staff or reader.assignment) and not reader.reads_all_reports
    return list(current_team(reader.dossier)) if is_told else []


def _report_name(reader: Reader, report: ExpertReport) -> str:
    if report.assignment.expert_id == reader.user.pk:
        return _("Mon expertise")
    assignment = report.assignment
    return _("Expertise de %(name)s, %(part)s") % {"name": assignment.expert, "part": assignment.get_part_display()}


def _agenda(reader: Reader, items: list[AgendaItem], readable: set) -> list[AgendaLine]:
    return [
        AgendaLine(
            item,
            is_readable=item.pk in readable and bool(item.outcome),
            is_open_to_me=reader.may("commissions.view", item),
        )
        for item in reader.agenda(items)
    ]


def _recommendations(items: Iterable[AgendaItem], readable: set) -> list[Recommendation]:
    known = [item for item in items if item.pk in readable]
    return list(recommendations_from(known)) if known else []


@dataclass(frozen=True)
class Public:
    """What a member who has not declared may read of a dossier: public data of the operation (rule 12)."""

    operation: Operation
    facts: list[tuple[str, str]]
    public_url: str
    item: AgendaItem | None


def public_part(reader: Reader) -> Public:
    """The names needed to declare a conflict, the public sheet when there is one, and where to declare."""
    dossier, operation = reader.dossier, reader.dossier.operation
    commune, labels = operation.lead_commune, term_labels()["types"]
    is_public = public_operations().filter(pk=operation.pk).exists()
    seats = [item for item in _items(reader) if reader.may("commissions.declare", item)]
    convened = [item for item in seats if item.sitting.state != SittingState.PLANNED]
    return Public(
        operation=operation,
        facts=[
            (_("Commune"), f"{commune.name} ({commune.county.name})"),
            (_("Porteur de projet"), dossier.holder.name),
            (_("Collectivités compétentes"), ", ".join(c.name for c in operation.collectivites.all())),
            (_("Type d’opération"), ", ".join(labels[code] for code in operation.types)),
            (_("Candidature"), f"{dossier.stage}, {_('campagne')} {dossier.campaign_id}"),
        ],
        public_url=reverse("public:operation", args=[operation.slug]) if is_public else "",
        item=convened[-1] if convened else None,
    )
