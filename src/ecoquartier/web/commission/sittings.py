"""Sittings: their list, a new one, its agenda, its attendance, its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, prefetch_related_objects
from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import (
    commissions_run_by,
    commissions_visible_to,
    items_visible_to,
    sittings_visible_to,
)
from ecoquartier.campaigns.models import Campaign
from ecoquartier.campaigns.queries import all_campaigns, current_campaign
from ecoquartier.commissions import services
from ecoquartier.commissions.enums import SittingState, SittingStep
from ecoquartier.commissions.models import AgendaItem, Sitting
from ecoquartier.commissions.predicates import declaration_of, is_recused, is_seated, remember_declarations
from ecoquartier.commissions.queries import has_to_be_announced, ready_for, room_of
from ecoquartier.commissions.workflow import SITTING_WORKFLOW
from ecoquartier.dossiers.enums import DossierState
from ecoquartier.web.commission import words
from ecoquartier.web.commission.forms import AgendaForm, AttendanceForm, PlanForm, SittingFilters
from ecoquartier.web.shared.views import DetailPage, FormPage, ListPage
from ecoquartier.workflow.engine import Offer

ATTENDED = (SittingState.CONVENED, SittingState.OPEN)
GONE = (DossierState.WITHDRAWN, DossierState.CLOSED)
"""What left its agenda without an outcome."""
WITH_MINUTES = (SittingState.OPEN, SittingState.CLOSED, SittingState.MINUTED)


class Sittings(ListPage):
    """Sittings of the commissions one may see."""

    scope = sittings_visible_to
    permission = "commissions.browse"
    refusal = gettext_lazy("Les séances sont ouvertes aux membres des commissions, aux coordonnateurs et au bureau.")
    title = gettext_lazy("Commissions")
    lead = gettext_lazy("Les séances, de leur préparation à la signature du procès-verbal.")
    template_name = "commission/sittings.html"
    empty_text = gettext_lazy("Aucune séance n’est prévue. Vous serez prévenu à la convocation de la prochaine.")

    def get_queryset(self):
        return super().get_queryset().annotate(points=Count("items")).order_by("-held_on", "pk")

    def get_filter_form(self) -> SittingFilters:
        return SittingFilters(self.request.GET, commissions=commissions_visible_to(self.actor))

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(run=list(commissions_run_by(self.actor)), **kwargs)
        rows = [(sitting, words.sitting_title(sitting), *words.state_badge(sitting)) for sitting in context["rows"]]
        return context | {"rows": rows}


class SittingPlan(FormPage):
    """A new sitting of a commission: its day, its place, the dossiers ready for it."""

    scope = commissions_run_by
    permission = "commissions.run"
    title = gettext_lazy("Préparer une séance")
    breadcrumb = (words.SITTINGS,)
    template_name = "commission/sitting_plan.html"
    form_class = PlanForm
    submit_label = gettext_lazy("Préparer la séance")
    success_message = gettext_lazy("La séance est préparée. Relisez l’ordre du jour, puis convoquez les membres.")

    def get_lead(self) -> str:
        return str(self.object)

    @cached_property
    def years(self) -> list[int]:
        """Campaigns that have a dossier ready, the latest first."""
        return sorted(set(ready_for(self.object).values_list("campaign", flat=True)), reverse=True)

    @cached_property
    def campaign(self) -> Campaign | None:
        """The campaign asked for, else the one under way, else the latest with a dossier ready."""
        asked = self.request.GET.get("campagne", "")
        if asked.isdecimal() and int(asked) in self.years:
            return all_campaigns().get(pk=int(asked))
        current = current_campaign()
        if self.years and (current is None or current.year not in self.years):
            return all_campaigns().get(pk=self.years[0])
        return current

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"ready": ready_for(self.object, self.campaign)}

    def perform(self, form: PlanForm) -> Sitting:
        asked = form.cleaned_data
        return services.plan_sitting(
            self.object,
            actor=self.actor,
            campaign=self.campaign,
            held_on=asked["held_on"],
            place=asked["place"],
            dossiers=list(asked["dossiers"]),
            needs_quorum=not asked["without_quorum"],
        )

    def get_success_url(self, result: Sitting) -> str:
        return resolve_url("commission:sitting", pk=result.pk)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        tabs = [(f"?campagne={year}", str(year), self.campaign.year == year) for year in self.years]
        return super().get_context_data(
            campaign=self.campaign,
            tabs=tabs if len(tabs) > 1 else [],
            is_ready=bool(self.years),
            quorum=self._quorum(),
            **kwargs,
        )

    def _quorum(self) -> str:
        commission = self.object
        share = {(1, 2): _("la moitié"), (1, 3): _("un tiers"), (2, 3): _("deux tiers")}.get(
            (commission.quorum_numerator, commission.quorum_denominator),
            f"{commission.quorum_numerator}/{commission.quorum_denominator}",
        )
        return _("%(share)s des sièges qui votent, arrondie au-dessus") % {"share": share}


class OfSitting:
    """What the pages of one sitting share."""

    scope = staticmethod(sittings_visible_to)
    object: Sitting

    def get_object(self):
        """The sitting; the regions of its commission, which the matrix asks at every line, are read once."""
        sitting = super().get_object()
        if self.actor.rights.regions:
            prefetch_related_objects([sitting.commission], "regions")
        return sitting

    def get_eyebrow(self) -> str:
        return str(self.object.commission)

    def get_breadcrumb(self):
        return words.sitting_crumbs(self.object)

    def get_success_url(self, result: Sitting) -> str:
        return resolve_url("commission:sitting", pk=self.object.pk)


class Agenda(OfSitting, FormPage):
    """Dossiers to add to an agenda."""

    permission = "commissions.run"
    title = gettext_lazy("Compléter l’ordre du jour")
    template_name = "commission/agenda.html"
    form_class = AgendaForm
    submit_label = gettext_lazy("Ajouter à l’ordre du jour")
    success_message = gettext_lazy("L’ordre du jour est complété.")

    def get_form_kwargs(self) -> dict[str, Any]:
        ready = ready_for(self.object.commission, self.object.campaign)
        return super().get_form_kwargs() | {"ready": ready}

    def perform(self, form: AgendaForm) -> Sitting:
        return services.add_to_agenda(self.object, actor=self.actor, dossiers=list(form.cleaned_data["dossiers"]))

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"is_ready": bool(context["form"].fields["dossiers"].queryset)}


class Attendance(OfSitting, FormPage):
    """Who is there: one line per filled seat."""

    permission = "commissions.record"
    title = gettext_lazy("Présences")
    lead = gettext_lazy("Un siège à distance compte comme présent. Un siège présent porte au plus un pouvoir.")
    template_name = "commission/attendance.html"
    form_class = AttendanceForm
    submit_label = gettext_lazy("Enregistrer les présences")
    success_message = gettext_lazy("Les présences sont enregistrées.")

    @cached_property
    def room(self):
        """The filled seats and what is recorded of them."""
        return room_of(self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"seats": self.room.seats, "recorded": self.room.attendance.values()}

    def perform(self, form: AttendanceForm) -> Sitting:
        return services.record_attendance(self.object, actor=self.actor, rows=form.rows)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(is_open=self.object.state in ATTENDED, **kwargs)


@dataclass(frozen=True)
class Line:
    """One item of the agenda, as this person may read it."""

    item: AgendaItem
    place: str
    declaration: str
    outcome: tuple[str, str] | None
    is_gone: bool

    @property
    def is_closed(self) -> bool:
        """Recused: nothing of it opens any more."""
        return self.declaration == "recused"


class SittingPage(OfSitting, DetailPage):
    """A sitting: its agenda, who is there, and what may be done now."""

    permission = "commissions.view"
    breadcrumb = (words.SITTINGS,)
    template_name = "commission/sitting.html"
    context_object_name = "sitting"

    def get_title(self) -> str:
        return words.sitting_title(self.object)

    def get_breadcrumb(self):
        return self.breadcrumb

    @cached_property
    def lines(self) -> list[Line]:
        """The agenda, in order."""
        items = list(items_visible_to(self.actor).filter(sitting=self.object).order_by("position"))
        for item in items:
            item.sitting = self.object  # read once: the matrix asks its commission at every line
        seated = is_seated.test(self.actor, self.object)
        remember_declarations(self.actor, [item.dossier for item in items])
        return [self._line(item, seated) for item in items]

    def _line(self, item: AgendaItem, seated: bool) -> Line:
        reads = self.actor.has_perm("commissions.read_outcome", item)
        if is_recused.test(self.actor, item):
            declaration = "recused"
        elif seated and not declaration_of(self.actor, item.dossier):
            declaration = "missing"
        else:
            declaration = "made" if seated else ""
        return Line(
            item=item,
            place=words.place_of(item),
            declaration=declaration,
            outcome=words.outcome_badge(item) if reads else None,
            is_gone=item.dossier.state in GONE and not item.outcome,
        )

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        sitting, room = self.object, room_of(self.object)
        main, others, rare = self._steps()
        records = self.actor.has_perm("commissions.record", sitting)
        return super().get_context_data(
            badge=words.state_badge(sitting),
            lines=self.lines,
            lines_missing=sum(line.declaration == "missing" for line in self.lines),
            main=main,
            others=others,
            rare=rare,
            facts=self._facts(),
            quorum=room.quorum(),
            places=room.places(),
            may_record_attendance=records and sitting.state in ATTENDED,
            may_extend=self.actor.has_perm("commissions.run", sitting)
            and sitting.state in {SittingState.PLANNED, SittingState.CONVENED},
            has_minutes=sitting.state in WITH_MINUTES,
            may_announce=has_to_be_announced(sitting) and self.actor.has_perm("commissions.announce", sitting),
            **kwargs,
        )

    def _steps(self) -> tuple[tuple[Offer, str] | None, Sequence[tuple[Offer, str]], Sequence[tuple[Offer, str]]]:
        """(the step to take now, the others, those that are rare), each with its page."""
        offers = [
            (offer, resolve_url(words.STEP_PAGES[SittingStep(offer.name)], pk=self.object.pk))
            for offer in SITTING_WORKFLOW.offers(self.object, self.actor)
        ]
        usual = [pair for pair in offers if pair[0].name != SittingStep.CANCEL]
        return (usual[0] if usual else None), usual[1:], [p for p in offers if p[0].name == SittingStep.CANCEL]

    def _facts(self) -> list[tuple[str, Any]]:
        sitting = self.object
        facts = [(_("Campagne"), sitting.campaign_id), (_("Lieu"), sitting.place)]
        if not sitting.needs_quorum:
            facts.append((_("Quorum"), _("non requis : nouvelle convocation")))
        return facts
