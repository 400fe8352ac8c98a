"""What the sheet of an operation says, and what may be done from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.shortcuts import resolve_url
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import dossiers_visible_to
from ecoquartier.core.text import long_date
from ecoquartier.dossiers.queries import state_label
from ecoquartier.operations.domain.actors import tells_how_to_reach
from ecoquartier.operations.domain.dates import kept_date, last_of
from ecoquartier.operations.domain.figures import doubts, in_unit, known_figures
from ecoquartier.operations.enums import CharterState, OperationState, TermKind
from ecoquartier.operations.models import PHASE_DATES, Operation, Phase, TeamMember, Term
from ecoquartier.operations.queries import (
    all_terms,
    changes_of,
    is_unnamed,
    label_of,
    members_of_team,
    perimeter_in_force,
    term_labels,
    why_not_kept,
    why_not_running,
)
from ecoquartier.people.models import Organisation
from ecoquartier.web.holder import perimeter_words, words
from ecoquartier.web.holder.sheet_forms import PARTS
from ecoquartier.web.shared.sheet import date_labels, phase_words, sheet_value
from ecoquartier.web.templatetags.typography import long_moment

CHARTER_TONES = {CharterState.CONFIRMED: "ok", CharterState.SET_ASIDE: "neutral", CharterState.TO_CONFIRM: "wait"}


@dataclass(frozen=True)
class Act:
    """A button of the sheet; a reason closes it."""

    label: str
    url: str
    reason: str = ""
    tone: str = "quiet"


def acts_on(operation: Operation, user) -> list[Act]:
    """What this person may do on the operation."""
    found = []
    if user.has_perm("notebooks.view", operation):
        tone = "main" if user.has_perm("notebooks.write", operation) else "quiet"
        found.append(Act(_("Ouvrir le carnet"), resolve_url("holder:notebook", pk=operation.pk), tone=tone))
    # What each stage lacks tells what was recommended, and so what was decided.
    if user.has_perm("recommendations.view", operation):
        label = _("Préparer une candidature") if user.has_perm("dossiers.open", operation) else _("Voir les étapes")
        # Who opens candidatures reads at once why none may be opened; the others read what each stage asks.
        reason = why_not_running(operation) or "" if user.has_perm("dossiers.open", operation) else ""
        found.append(Act(label, resolve_url("holder:dossier-open", pk=operation.pk), reason))
    if user.has_perm("operations.write", operation):
        found.append(
            Act(
                _("Modifier la fiche"),
                resolve_url("holder:operation-edit", pk=operation.pk, part="identite"),
                why_not_kept(operation) or "",
            )
        )
    if is_unnamed(operation) and user.has_perm("operations.name", operation):
        found.append(Act(_("Nommer l’opération"), resolve_url("bureau:operation-name", pk=operation.pk)))
    if user.has_perm("operations.sign_charter", operation):
        reason = why_not_kept(operation) or ""
        if not unsigned_by(operation, user):
            reason = _("Votre collectivité a déjà signé la charte.")
        found.append(Act(_("Signer la charte"), resolve_url("holder:charter-sign", pk=operation.pk), reason))
    found += _about_the_meeting(operation, user)
    return found


_LIFE = {
    OperationState.ACTIVE: ("operations.pause", gettext_lazy("Suspendre ou abandonner l’opération")),
    OperationState.PAUSED: ("operations.pause", gettext_lazy("Relancer ou abandonner l’opération")),
    OperationState.ABANDONED: ("operations.revive", gettext_lazy("Rétablir l’opération")),
}
"""State → who may end it, and the link that leads there."""


def life_link(operation: Operation, user) -> str:
    """What the page of its life offers to this person; the others read it."""
    permission, label = _LIFE[OperationState(operation.state)]
    return str(label) if user.has_perm(permission, operation) else _("Voir la vie de l’opération")


def _about_the_meeting(operation: Operation, user) -> list[Act]:
    """What is offered: to ask for it once, to note it, to do without it once it was asked for."""
    found, closed = [], why_not_kept(operation) or ""
    is_awaited = not (operation.met_on or operation.meeting_waived_on)
    if is_awaited and not operation.meeting_asked_on and user.has_perm("operations.ask_meeting", operation):
        url = resolve_url("holder:meeting-ask", pk=operation.pk)
        found.append(Act(_("Demander la rencontre"), url, closed))
    if user.has_perm("operations.accompany", operation):
        label = _("Corriger la date de rencontre") if operation.met_on else _("Noter la rencontre")
        found.append(Act(label, resolve_url("holder:operation-meeting", pk=operation.pk), closed))
    if is_awaited and operation.meeting_asked_on and user.has_perm("operations.waive_meeting", operation):
        url = resolve_url("holder:meeting-waive", pk=operation.pk)
        found.append(Act(_("Dispenser de la rencontre"), url, closed))
    return found


def unsigned(operation: Operation) -> list[Organisation]:
    """The competent collectivités that have not signed yet."""
    signed = {s.organisation_id for s in operation.charter_signatures.all() if s.state == CharterState.CONFIRMED}
    return [c for c in operation.collectivites.all() if c.pk not in signed]


def unsigned_by(operation: Operation, user) -> list[Organisation]:
    """Those of them that the person represents."""
    return [c for c in unsigned(operation) if c.pk in user.rights.represents]


def charter_lines(operation: Operation) -> list[tuple[str, str, str]]:
    """(who, in words, tone) of each signature, given or awaited."""
    signatures = {s.organisation_id: s for s in operation.charter_signatures.all()}
    lines = []
    for organisation in operation.collectivites.all():
        signature = signatures.pop(organisation.pk, None)
        if signature is None:
            lines.append((organisation.name, _("à signer"), "wait"))
        else:
            lines.append((organisation.name, *_signature_words(signature)))
    for signature in signatures.values():
        name = signature.organisation.name if signature.organisation else operation.lead_commune.name
        lines.append((name, *_signature_words(signature)))
    return lines


def _signature_words(signature) -> tuple[str, str]:
    return signature.words, CHARTER_TONES[CharterState(signature.state)]


def figures_of(operation: Operation) -> list[tuple[str, str, str]]:
    """(figure, label, note) of the programme; what is not known is left out."""
    social = share_note(operation)
    rows = (
        (words.with_unit(operation.area_ha, "ha"), _("de superficie"), ""),
        (words.with_unit(operation.dwellings, ""), _("logements"), ""),
        (words.with_unit(operation.social_dwellings, ""), _("logements sociaux"), social),
        (words.with_unit(operation.inhabitants, ""), _("habitants prévus"), ""),
    )
    return [row for row in rows if row[0]]


def share_note(operation: Operation) -> str:
    """The share of social dwellings, in words."""
    share = words.share(operation.social_dwellings, operation.dwellings)
    return _("%(share)s des logements") % {"share": share} if share else ""


def identity_of(operation: Any) -> list[tuple[str, Any]]:
    """The terms of the sheet.

    Args:
        operation: one that came `with_identity`.
    """
    others, delivery = ", ".join(operation.others), last_of(operation.deliveries)
    holder, collectivites = operation.holder, operation.collectivites.all()
    former: dict[UUID, list[str]] = {}
    for said in operation.predecessors:
        former.setdefault(UUID(said["of"]), []).append(said["name"])
    return [
        (_("Commune principale"), words.commune(operation)),
        *([(_("Autres communes"), others)] if others else []),
        (
            _("Porteur de projet"),
            words.formerly(holder.name, former.get(holder.pk)) if holder else _("aucun porteur confirmé"),
        ),
        (_("Collectivités compétentes"), ", ".join(words.formerly(c.name, former.get(c.pk)) for c in collectivites)),
        (_("Livraison de la dernière tranche"), delivery.words if delivery else ""),
        (_("Rencontre avec le correspondant"), meeting_words(operation)),
    ]


@dataclass(frozen=True)
class Section:
    """A part of the sheet, as it is read: facts, texts, and what looks wrong."""

    title: str
    url: str
    facts: list[tuple[str, Any]]
    texts: list[tuple[str, str]]
    doubts: list[str]


PAGES = {
    "identite": ("communes", gettext_lazy("Communes"), "holder:communes"),
    "programme": ("tranches", gettext_lazy("Tranches"), "holder:phases"),
}
"""Part of the sheet → what comes after it and has a page of its own: its code, its title, its URL name."""


def tabs_of(operation: Operation, current: str) -> list[tuple[str, Any, bool]]:
    """(address, title, whether it is the current one) of each page that changes the sheet, in order."""
    tabs = []
    for part, (title, _form) in PARTS.items():
        tabs.append((resolve_url("holder:operation-edit", pk=operation.pk, part=part), title, part == current))
        if part in PAGES:
            code, title_of_page, name = PAGES[part]
            tabs.append((resolve_url(name, pk=operation.pk), title_of_page, code == current))
    return tabs


def sections_of(operation: Operation) -> list[Section]:
    """The whole sheet, in the order of its pages."""
    terms = list(all_terms())
    chosen, texts = chosen_terms(operation, terms), dict(_named_texts(operation))
    phases = list(operation.phases.all())
    facts = {
        "identite": _lists(chosen, "types", "vocations"),
        "communes": [
            (_("Commune principale"), words.place(operation)),
            (_("Autres communes"), communes_of(operation) or _("aucune")),
        ],
        "site": [],
        "programme": _lists(chosen, "procedures"),
        "tranches": [
            *((phase.name, phase_words(phase.as_json())) for phase in phases),
            (_("Livraison de la dernière tranche"), delivery_words(operation)),
        ],
        "acteurs": actors_of(operation, terms),
        "chiffres": [
            *((capfirst(known.title), in_unit(value, known)) for known, value in known_figures(operation.figures)),
            (_("Arrêtés au"), operation.figures_as_of and long_date(operation.figures_as_of)),
            (_("Source"), operation.figures_source),
        ],
        "demarches": _lists(chosen, "strong_points", "strategies", "state_programmes", "approaches"),
    }
    sections = []
    for part, (title, form) in PARTS.items():
        url = resolve_url("holder:operation-edit", pk=operation.pk, part=part)
        said = [texts[name] for name in form.base_fields if name in texts]
        sections.append(Section(title, url, facts[part], said, doubts_of(operation, part)))
        if part in PAGES:
            code, title_of_page, name = PAGES[part]
            sections.append(Section(title_of_page, resolve_url(name, pk=operation.pk), facts[code], [], []))
    return sections


def doubts_of(operation: Operation, part: str) -> list[str]:
    """What looks wrong in a part of the sheet, in sentences."""
    if part == "identite" and tells_how_to_reach(operation.description):
        return [
            _(
                "La description donne un téléphone ou une adresse électronique\u00a0: elle est publique avec "
                "l’opération."
            )
        ]
    return doubts(operation.figures) if part == "chiffres" else []


def _lists(chosen: dict[str, str], *kinds: str) -> list[tuple[str, str]]:
    return [(capfirst(TermKind(kind).label), chosen[kind]) for kind in kinds]


def chosen_terms(operation: Operation, terms: Iterable[Term]) -> dict[str, str]:
    """What the operation chose in each list, in words; « autre » with what it is."""
    chosen: dict[str, list[str]] = {kind: [] for kind in TermKind.values}
    for term in terms:
        if term.code in operation.value_of(term.kind):
            said = operation.other_words.get(term.kind) if term.is_other else ""
            chosen[term.kind].append(f"{term.label} ({said})" if said else term.label)
    return {kind: ", ".join(labels) for kind, labels in chosen.items()}


def actors_of(operation: Operation, terms: Iterable[Term]) -> list[tuple[str, str]]:
    """(kind, names) of the actors, in the order of the list."""
    actors = (term for term in terms if term.kind == TermKind.ACTORS and term.code in operation.actors)
    return [(capfirst(term.label), ", ".join(operation.actors[term.code])) for term in actors]


def communes_of(operation: Operation) -> str:
    """The communes beside the lead one, with their counties."""
    return ", ".join(map(str, operation.other_communes.all()))


def delivery_words(operation: Operation) -> str:
    """When the last phase is delivered, as exactly as it is known."""
    return operation.delivery.words if operation.delivery else ""


Dates = list[tuple[str, str]]


def dates_of(phase: Phase) -> Dates:
    """(what, when) of each date of a phase; when nobody knows, nothing."""
    known = {name: kept_date(getattr(phase, name)) for name in PHASE_DATES}
    return [(capfirst(date_labels()[name]), day.words if day else "") for name, day in known.items()]


SHOWN = 100
SHOWN_TEAM = 8
"""How many changes of the sheet a page shows."""


@dataclass(frozen=True)
class Change:
    """One field of the sheet, from what it said to what it says."""

    label: str
    before: str
    after: str
    who: str
    when: str


def history_of(operation: Operation) -> tuple[list[Change], bool]:
    """The last changes of the sheet in words, and whether there are more."""
    rows, terms = list(changes_of(operation)[: SHOWN + 1]), term_labels()
    changes = [
        Change(
            capfirst(label_of(row.field)),
            sheet_value(row.field, row.before, terms),
            sheet_value(row.field, row.after, terms),
            str(row.changed_by or _("personne effacée")),
            long_moment(row.changed_at),
        )
        for row in rows[:SHOWN]
    ]
    return changes, len(rows) > SHOWN


def meeting_words(operation: Operation) -> str:
    """Where the meeting with the correspondent stands; nothing while nobody asked for it."""
    sentences = (
        (operation.met_on, "%(day)s"),
        (operation.meeting_waived_on, _("dispense du bureau national, le %(day)s")),
        (operation.meeting_asked_on, _("demandée le %(day)s")),
    )
    return next((said % {"day": long_date(day)} for day, said in sentences if day), "")


def perimeter_of(operation: Operation) -> dict[str, Any]:
    """The perimeter in force, in words, and what looks doubtful in it."""
    found = perimeter_in_force(operation)
    if found is None:
        return {}
    return {
        "row": found,
        "area": perimeter_words.hectares(found.area_ha),
        "label": perimeter_words.label(operation),
        "warnings": perimeter_words.warnings(operation, found.area_ha),
    }


def texts_of(operation: Operation) -> list[tuple[str, str]]:
    """The texts of the sheet that say something."""
    return [text for _name, text in _named_texts(operation)]


def _named_texts(operation: Operation) -> list[tuple[str, tuple[str, str]]]:
    rows = (
        ("description", _("Description"), operation.description),
        ("initial_site", _("État initial du site"), operation.initial_site),
        ("context", _("Contexte du site"), operation.context),
        ("programme", _("Programme"), operation.programme),
    )
    return [(name, (title, text)) for name, title, text in rows if text]


def team_of(operation: Operation) -> list[TeamMember]:
    """The first people of the team, those who lead it before the others."""
    return list(members_of_team(operation)[:SHOWN_TEAM])


def dossier_lines(operation: Operation, user) -> list[tuple[Any, str]]:
    """(dossier, its state in words for this person) of the operation's candidatures."""
    rows = list(dossiers_visible_to(user).filter(operation=operation))
    for row in rows:
        row.operation = operation
    return [(row, state_label(row, user)) for row in rows]
