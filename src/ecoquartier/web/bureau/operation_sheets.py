"""What a record of the register says: two side by side before a merger, the closed one after it."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Prefetch, QuerySet
from django.shortcuts import resolve_url
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ecoquartier.access.scopes import merged_operations_for, operations_visible_to
from ecoquartier.operations.enums import ClaimState
from ecoquartier.operations.models import REGISTER_FIELDS, CharterSignature, Operation, StageHistory
from ecoquartier.operations.queries import all_stages_known_to, label_of, mergings_of, term_labels
from ecoquartier.people.models import User
from ecoquartier.web.bureau.words import REFUSAL
from ecoquartier.web.shared.sheet import fact_lines, sheet_value
from ecoquartier.web.shared.views import DetailPage

TOLD = ("collectivites", "other_communes", "phases", "charter_signatures__organisation", "claims", "legacy_facts")


def read_whole(rows: QuerySet[Operation], actor: User) -> dict[Any, Operation]:
    """The records with all that `said_by` reads and the actor may know, by their id; as many queries for two."""
    rows = rows.prefetch_related(*TOLD, Prefetch("stages", queryset=all_stages_known_to(actor)))
    counts = {f"n_{name}": Count(name, distinct=True) for name in ("photos", "documents", "team", "perimeters")}
    return {row.pk: row for row in rows.annotate(**counts)}


def said_by(operation: Any, terms: dict[str, dict[str, str]]) -> dict[str, str]:
    """What one record, of `read_whole`, says: label → words, empty where it says nothing."""
    waiting = [claim for claim in operation.claims.all() if claim.state == ClaimState.PROVISIONAL]
    around = {
        _("Commune principale"): f"{operation.lead_commune.name} ({operation.lead_commune.county_id})",
        _("Porteur de projet"): str(operation.holder or ""),
        _("Collectivités compétentes"): ", ".join(body.name for body in operation.collectivites.all()),
        _("Étapes"): ", ".join(_stage(stage) for stage in operation.stages.all()),
        _("Charte"): ", ".join(_charter(signature) for signature in operation.charter_signatures.all()),
        _("Périmètre"): _("oui") if operation.n_perimeters else "",
        _("Photos"): str(operation.n_photos or ""),
        _("Documents"): str(operation.n_documents or ""),
        _("Équipe"): _people(operation.n_team),
        _("Demandes qui attendent"): str(len(waiting) or ""),
    }
    sheet = {
        str(capfirst(label_of(name))): sheet_value(name, operation.as_json(name), terms) for name in REGISTER_FIELDS
    }
    # As exactly as it is known, and not the day from which a rule counts.
    sheet[str(capfirst(label_of("delivered_on")))] = operation.delivery.words if operation.delivery else ""
    return around | sheet | {_("Faits d’un ancien tableau"): _facts(operation)}


def _facts(operation: Operation) -> str:
    return "\u00a0; ".join(f"{label}\u00a0: {words}" for label, words in fact_lines(operation))


def _people(count: int) -> str:
    return ngettext("%(n)s personne", "%(n)s personnes", count) % {"n": count} if count else ""


def _stage(stage: StageHistory) -> str:
    return _("%(name)s en %(year)s") % {"name": stage.name, "year": stage.year} if stage.year else stage.name


def _charter(signature: CharterSignature) -> str:
    when = date_format(signature.signed_on, "j F Y") if signature.signed_on else signature.year
    body = signature.organisation.name if signature.organisation else _("collectivité à préciser")
    said = [body, when, signature.get_state_display()]
    return " – ".join(str(word) for word in said if word)


def side_by_side(kept: Operation, other: Operation, actor: User) -> list[tuple[str, str, str]]:
    """(label, what the record that stays says, what the other says) of all that one of them says."""
    rows = operations_visible_to(actor).filter(pk__in=[kept.pk, other.pk])
    found, terms = read_whole(rows, actor), term_labels()
    one, two = said_by(found[kept.pk], terms), said_by(found[other.pk], terms)
    return [(label, said, two[label]) for label, said in one.items() if said or two[label]]


class ClosedOperation(DetailPage):
    """The record that was merged: what it still says, and where what followed is."""

    scope = merged_operations_for
    permission = "operations.read_merged"
    refusal = REFUSAL
    template_name = "bureau/operation_closed.html"
    eyebrow = gettext_lazy("Fiche fermée")

    def get_title(self) -> str:
        return self.object.name

    def get_breadcrumb(self):
        kept = self.object.merged_into
        return (
            (_("Opérations"), "holder:operations"),
            (kept.name, resolve_url("holder:operation", pk=kept.pk)),
            (_("Vie de l’opération"), resolve_url("holder:life", pk=kept.pk)),
        )

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        rows = merged_operations_for(self.actor).filter(pk=self.object.pk)
        said = said_by(read_whole(rows, self.actor)[self.object.pk], term_labels())
        return super().get_context_data(
            merging=mergings_of(rows)[0],
            facts=[(label, words) for label, words in said.items() if words],
            **kwargs,
        )
