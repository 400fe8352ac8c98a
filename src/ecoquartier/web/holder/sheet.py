"""What the sheet of an operation says, and what may be done from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.shortcuts import resolve_url
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ecoquartier.access.scopes import dossiers_visible_to
from ecoquartier.dossiers.queries import state_label
from ecoquartier.operations.enums import CharterState, TeamRole
from ecoquartier.operations.models import Operation, TeamMember
from ecoquartier.people.models import Organisation
from ecoquartier.web.holder import words


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
        found.append(Act(_("Modifier la fiche"), resolve_url("holder:operation-edit", pk=operation.pk)))
    if user.has_perm("operations.sign_charter", operation):
        reason = "" if unsigned_by(operation, user) else _("Votre collectivité a déjà signé la charte.")
        found.append(Act(_("Signer la charte"), resolve_url("holder:charter-sign", pk=operation.pk), reason))
    if user.has_perm("operations.accompany", operation):
        label = _("Corriger la date de rencontre") if operation.met_on else _("Noter la rencontre")
        found.append(Act(label, resolve_url("holder:operation-meeting", pk=operation.pk)))
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
    delivered, met = operation.delivered_on, operation.met_on
    return [
        (_("Porteur de projet"), operation.holder.name if operation.holder else _("aucun porteur confirmé")),
        (_("Collectivités compétentes"), ", ".join(c.name for c in operation.collectivites.all())),
        (_("Types d’opération"), ", ".join(operation.type_labels)),
        (
            _("Livraison de la dernière tranche"),
            delivered and date_format(delivered, "j F Y"),
        ),
        (_("Rencontre avec le correspondant"), met and date_format(met, "j F Y")),
    ]


def texts_of(operation: Operation) -> list[tuple[str, str]]:
    """The texts of the sheet that say something."""
    rows = (
        (_("Description"), operation.description),
        (_("État initial du site"), operation.initial_site),
        (_("Contexte du site"), operation.context),
        (_("Programme"), operation.programme),
    )
    return [row for row in rows if row[1]]


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
