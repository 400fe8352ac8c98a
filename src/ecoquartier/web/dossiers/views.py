"""The list of dossiers, the page of one dossier (one page for every party), the page of a deposit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Prefetch, Value, When, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import dossiers_visible_to, outcome_known_to
from ecoquartier.awards.queries import has_certificate
from ecoquartier.campaigns.queries import stage_count
from ecoquartier.commissions.predicates import know_turns, seats_of
from ecoquartier.core.reading import known, reading
from ecoquartier.dossiers.domain import IN_COMMISSION_HIDDEN, PUBLISHED, Course, whereabouts
from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.queries import (
    HIDDEN_STATES,
    PREPARED_IN,
    agreements,
    is_published,
    published_outcome,
    words_of_state,
)
from ecoquartier.dossiers.queries.snapshots import removed_files
from ecoquartier.expertise.predicates import has_assignment, is_sealed, know_no_assignment, sealed_by_all
from ecoquartier.framework.queries import dimensions_of
from ecoquartier.notebooks.queries import gathered_for, gathered_quote
from ecoquartier.operations.predicates import is_team, know_team_role, role_in_team
from ecoquartier.operations.queries import (
    as_feature,
    perimeter_as_quoted,
)
from ecoquartier.web.dossiers.content import Reading
from ecoquartier.web.dossiers.forms import DossierFilters
from ecoquartier.web.dossiers.reader import Reader, items_of
from ecoquartier.web.dossiers.sheet import AGREED_IN, public_part, sheet_of, tone_of
from ecoquartier.web.shared.views import DetailPage, ListPage

LIST = (gettext_lazy("Dossiers"), "dossiers:list")


def place(dossier: Dossier) -> str:
    """Where, and in which campaign: the line above the title of every page of a dossier."""
    commune = dossier.operation.lead_commune
    return _("%(commune)s (%(county)s), campagne %(year)s") % {
        "commune": commune.name,
        "county": commune.county.name,
        "year": dossier.campaign_id,
    }


@dataclass(frozen=True)
class Row:
    """One line of the list, as its reader may know it."""

    dossier: Dossier
    state: str
    tone: str
    who: str


def _flag(condition) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def row_of(dossier: Dossier) -> Row:
    """A line from a dossier annotated by `DossierList.get_queryset`."""
    readable = IN_COMMISSION_HIDDEN if dossier.state in HIDDEN_STATES and not dossier.is_known else dossier.state
    course = Course(dossier.stage.experts, dossier.decision_path, dossier.campaign.scheme.commission)
    where = whereabouts(PUBLISHED if dossier.is_public else readable, (), course)
    return Row(dossier, words_of_state(readable), tone_of(readable), where.who if where.owner else "")


class DossierList(ListPage):
    """Every dossier of the person, whatever their part in it."""

    scope = dossiers_visible_to
    permission = "dossiers.browse"
    title = gettext_lazy("Dossiers")
    lead = gettext_lazy("Les candidatures que vous suivez, et chez qui elles sont.")
    template_name = "dossiers/list.html"
    empty_text = gettext_lazy("Aucune candidature ne vous concerne pour le moment.")

    def get_queryset(self):
        rows = super().get_queryset()
        return rows.annotate(
            is_known=_flag(outcome_known_to(self.actor)),
            is_public=_flag(published_outcome()),
            stage_count=stage_count(),
        ).order_by("-created_at")

    def get_filter_form(self) -> DossierFilters:
        return DossierFilters(self.request.GET, user=self.actor, rows=self.scope(self.actor))

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        lines = [row_of(dossier) for dossier in context["rows"]]
        return {**context, "lines": lines, "operations_url": reverse("holder:operations")}


class DossierPage(DetailPage):
    """One page for every party; somebody who has not declared reads public data only."""

    scope = dossiers_visible_to
    permission = "dossiers.view"
    breadcrumb = (LIST,)
    context_object_name = "dossier"

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .select_related("visit", "synthesis", "award__stage")
            .annotate(
                stage_count=stage_count(),
                role=role_in_team(self.actor, "operation"),
                has_part=has_assignment(self.actor),
                is_sealed=_flag(sealed_by_all()),
                is_public=_flag(published_outcome()),
                has_certificate=has_certificate(),
                gathered=gathered_quote("operation"),
            )
            .prefetch_related("campaign__milestones")
        )

    def dispatch(self, request, *args, **kwargs):
        with reading():
            return super().dispatch(request, *args, **kwargs)

    def get_object(self):
        """The dossier, with the answers that came in its own row: they are not asked again."""
        dossier = super().get_object()
        know_team_role(self.actor, dossier, dossier.role)
        known(is_sealed, dossier, dossier.is_sealed)
        known(is_published, dossier, dossier.is_public)
        known(gathered_for, dossier.operation, dossier.gathered)
        if not dossier.has_part:
            know_no_assignment(self.actor, dossier)
        if seats_of(self.actor):
            know_turns(dossier, items_of(dossier))
        if dossier.state in AGREED_IN or self.actor.rights.represents:
            prefetch_related_objects([dossier], "operation__collectivites")
        if dossier.state in PREPARED_IN:
            given = Prefetch("agreements", agreements())
            prefetch_related_objects([dossier], "operation__charter_signatures", "operation__phases", given)
        return dossier

    @cached_property
    def reader(self) -> Reader:
        """The person before this dossier."""
        return Reader(self.object, self.actor)

    def get_template_names(self) -> list[str]:
        return ["dossiers/detail.html" if self.reader.has_declared else "dossiers/undeclared.html"]

    def get_title(self) -> str:
        return self.object.operation.name

    def get_eyebrow(self) -> str:
        return place(self.object)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        if not self.reader.has_declared:
            return super().get_context_data(public=public_part(self.reader), **kwargs)
        return super().get_context_data(
            reader=self.reader,
            sheet=sheet_of(self.reader),
            state=words_of_state(self.reader.state),
            tone=tone_of(self.reader.state),
            operation_url=self._operation_url(),
            **kwargs,
        )

    def _operation_url(self) -> str:
        operation = self.object.operation
        if not self.reader.may("operations.view", operation):
            return ""
        return reverse("holder:operation", args=[operation.pk])


class DepositPage(DetailPage):
    """One deposit as it was filed: content, hash, differences with the one before."""

    scope = dossiers_visible_to
    permission = "dossiers.read_deposit"
    refusal = gettext_lazy("Le dépôt se lit après avoir déclaré que rien ne vous lie à cette opération.")
    context_object_name = "dossier"
    template_name = "dossiers/deposit.html"

    @cached_property
    def deposits(self) -> list:
        """This deposit and the one before, if any."""
        number = self.kwargs["number"]
        rows = self.object.deposits.filter(number__in=[number, number - 1]).order_by("-number")
        found = list(rows.select_related("deposited_by", "framework"))
        if not found or found[0].number != number:
            raise Http404
        return found

    def get_breadcrumb(self):
        return [LIST, (self.object.operation.name, reverse("dossiers:detail", args=[self.object.pk]))]

    def get_title(self) -> str:
        return _("Dépôt n° %(number)s") % {"number": self.kwargs["number"]}

    def get_eyebrow(self) -> str:
        return f"{self.object.operation.name}, {place(self.object)}"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        deposit, *before = self.deposits
        reading_of = reading_for(self.object, deposit.framework)
        is_team_mate = is_team.test(self.actor, self.object.operation)
        return super().get_context_data(
            deposit=deposit,
            content=reading_of.content(deposit.snapshot, removed_files(deposit) if is_team_mate else ()),
            changes=reading_of.changes(before[0].snapshot, deposit.snapshot) if before else [],
            previous=before[0] if before else None,
            **kwargs,
        )


class DepositPerimeter(DepositPage):
    """The perimeter that a deposit quotes, as GeoJSON, whatever is in force since."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The file; 404 for a deposit that quotes none."""
        quote = self.deposits[0].snapshot["operation"].get("perimeter")
        perimeter = perimeter_as_quoted(self.object.operation, quote)
        if perimeter is None:
            raise Http404
        document = json.dumps(as_feature(perimeter, is_dated=False))
        response = HttpResponse(document, content_type="application/geo+json")
        name = f"perimetre-{self.object.operation.slug[:80]}-depot-{self.kwargs['number']}.geojson"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def reading_for(dossier: Dossier, framework) -> Reading:
    """How the content of this dossier is put in words."""
    return Reading(dimensions_of(framework), dossier.operation)
