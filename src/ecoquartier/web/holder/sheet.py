"""What the sheet of an operation says, and what may be done from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.shortcuts import resolve_url
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ecoquartier.access.scopes import dossiers_visible_to
from ecoquartier.dossiers.queries import state_label
from ecoquartier.operations.domain.figures import doubts, in_unit, known_figures
from ecoquartier.operations.enums import CharterState, TeamRole, TermKind
from ecoquartier.operations.models import Operation, TeamMember
from ecoquartier.operations.queries import changes_of, label_of, perimeter_in_force, term_labels
from ecoquartier.people.models import Organisation
from ecoquartier.web.holder import perimeter_words, words
from ecoquartier.web.holder.sheet_forms import PARTS
from ecoquartier.web.shared.sheet import sheet_value


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
        label = _("Préparer une candidature") if user.has_perm("dossiers.open", operation) else _("Voir les étapes")
        found.append(Act(label, resolve_url("holder:dossier-open", pk=operation.pk)))
    if user.has_perm("operations.write", operation):
        found.append(
            Act(_("Modifier la fiche"), resolve_url("holder:operation-edit", pk=operation.pk, part="identite"))
        )
    if user.has_perm("operations.sign_charter", operation):
        reason = "" if unsigned_by(operation, user) else _("Votre collectivité a déjà signé la charte.")
        found.append(Act(_("Signer la charte"), resolve_url("holder:charter-sign", pk=operation.pk), reason))
    found += _about_the_meeting(operation, user)
    return found


def _about_the_meeting(operation: Operation, user) -> list[Act]:
    """What is offered: to ask for it once, to note it, to do without it once it was asked for."""
    found = []
    is_awaited = not (operation.met_on or operation.meeting_waived_on)
    if is_awaited and not operation.meeting_asked_on and user.has_perm("operations.ask_meeting", operation):
        found.append(Act(_("Demander la rencontre"), resolve_url("holder:meeting-ask", pk=operation.pk)))
    if user.has_perm("operations.accompany", operation):
        label = _("Corriger la date de rencontre") if operation.met_on else _("Noter la rencontre")
        found.append(Act(label, resolve_url("holder:operation-meeting", pk=operation.pk)))
    if is_awaited and operation.meeting_asked_on and user.has_perm("operations.waive_meeting", operation):
        found.append(Act(_("Dispenser de la rencontre"), resolve_url("holder:meeting-waive", pk=operation.pk)))
    return found


def unsigned_by(operation: Operation, user) -> list[Organisation]:
    """The competent collectivités that the person represents and that have not signed yet."""
    signed = {s.organisation_id for s in operation.charter_signatures.all() if s.state == CharterState.CONFIRMED}
    return [c for c in operation.collectivites.all() if c.pk in user.rights.represents and c.pk not in signed]


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
    when = date_format(signature.signed_on, "j F Y") if signature.signed_on else signature.year
    if signature.state == CharterState.CONFIRMED:
        return (_("signée le %(day)s") if signature.signed_on else _("signée en %(day)s")) % {"day": when}, "ok"
    return (_("signée en %(year)s, à confirmer") % {"year": when} if when else _("à confirmer")), "wait"


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


def identity_of(operation: Operation) -> list[tuple[str, Any]]:
    """The terms of the sheet."""
    delivered = operation.delivered_on
    return [
        (_("Porteur de projet"), operation.holder.name if operation.holder else _("aucun porteur confirmé")),
        (_("Collectivités compétentes"), ", ".join(c.name for c in operation.collectivites.all())),
        (
            _("Livraison de la dernière tranche"),
            delivered and date_format(delivered, "j F Y"),
        ),
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


def sections_of(operation: Operation) -> list[Section]:
    """The whole sheet, in the order of its forms."""
    chosen, texts = chosen_terms(operation), dict(_named_texts(operation))
    delivered = operation.delivered_on and date_format(operation.delivered_on, "j F Y")
    facts = {
        "identite": [(_("Commune principale"), words.place(operation)), *_lists(chosen, "types", "vocations")],
        "site": [],
        "programme": [
            *_lists(chosen, "procedures"),
            (_("Livraison de la dernière tranche"), delivered),
        ],
        "chiffres": [
            *((capfirst(known.title), in_unit(value, known)) for known, value in known_figures(operation.figures)),
            (_("Arrêtés au"), operation.figures_as_of and date_format(operation.figures_as_of, "j F Y")),
            (_("Source"), operation.figures_source),
        ],
        "demarches": _lists(chosen, "strong_points", "strategies", "state_programmes", "approaches"),
    }
    return [
        Section(
            title,
            resolve_url("holder:operation-edit", pk=operation.pk, part=part),
            facts[part],
            [texts[name] for name in form.base_fields if name in texts],
            doubts(operation.figures) if part == "chiffres" else [],
        )
        for part, (title, form) in PARTS.items()
    ]


def _lists(chosen: dict[str, str], *kinds: str) -> list[tuple[str, str]]:
    return [(capfirst(TermKind(kind).label), chosen[kind]) for kind in kinds]


def chosen_terms(operation: Operation) -> dict[str, str]:
    """What the operation chose in each list, in words."""
    return {
        kind: ", ".join(label for code, label in labels.items() if code in getattr(operation, kind))
        for kind, labels in term_labels().items()
    }


SHOWN = 100
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
            date_format(localtime(row.changed_at), "j F Y, H:i"),
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
    return next((said % {"day": date_format(day, "j F Y")} for day, said in sentences if day), "")


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
    """The people of the team, those who lead it first."""
    members = operation.team.select_related("user")
    return sorted(members, key=lambda member: (member.role != TeamRole.LEAD, member.user.full_name))


def dossier_lines(operation: Operation, user) -> list[tuple[Any, str]]:
    """(dossier, its state in words for this person) of the operation's candidatures."""
    rows = list(dossiers_visible_to(user).filter(operation=operation))
    for row in rows:
        row.operation = operation
    return [(row, state_label(row, user)) for row in rows]
