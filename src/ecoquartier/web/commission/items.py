"""One item of an agenda: the declaration that opens it, then its deliberation (rules 12 and 13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ecoquartier.access.scopes import items_visible_to, reports_visible_to
from ecoquartier.commissions import services
from ecoquartier.commissions.enums import Level, SittingState
from ecoquartier.commissions.models import AgendaItem
from ecoquartier.commissions.predicates import ANNOUNCED_STATES, conflict_of_member, declaration_of, is_seated
from ecoquartier.commissions.queries import (
    Deposited,
    allowed_outcomes,
    commitments_of,
    deposited_recommendations,
    regional_proposal,
    room_of,
    with_neighbours,
    with_quotes,
)
from ecoquartier.core.errors import PermissionRefused
from ecoquartier.dossiers.queries import last_examination
from ecoquartier.expertise.enums import AssignmentState
from ecoquartier.expertise.models import ExpertReport
from ecoquartier.expertise.queries import Comparison, compare, with_marks
from ecoquartier.web.commission import words
from ecoquartier.web.commission.forms import RECUSED, DeclareForm, OutcomeForm
from ecoquartier.web.commission.sittings import GONE
from ecoquartier.web.shared.quoted import quoted
from ecoquartier.web.shared.views import ConfirmPage, FormPage

ROOM_VIEW = "salle"
CAPTIONS = {
    1: gettext_lazy("L’expertise"),
    2: gettext_lazy("Les deux expertises"),
    3: gettext_lazy("Les trois expertises"),
}


class OfItem:
    """What the pages of one item share."""

    scope = staticmethod(items_visible_to)
    object: AgendaItem

    def get_queryset(self):
        """The item with the names its pages show."""
        return super().get_queryset().select_related("dossier__holder", "sitting__campaign__framework")

    def get_eyebrow(self) -> str:
        return str(self.object.sitting.commission)

    def get_breadcrumb(self):
        return words.sitting_crumbs(self.object.sitting)

    @property
    def public_facts(self) -> list[tuple[str, Any]]:
        """What anybody may read: enough to know one's ties, and nothing of the dossier."""
        dossier = self.object.dossier
        commune = dossier.operation.lead_commune
        return [
            (_("Opération"), dossier.operation.name),
            (_("Commune"), f"{commune.name} ({commune.county.name})"),
            (_("Étape demandée"), str(dossier.stage)),
            (_("Porteur de projet"), str(dossier.holder)),
            (_("Collectivité compétente"), ", ".join(str(c) for c in dossier.operation.collectivites.all())),
        ]


class Declare(OfItem, ConfirmPage):
    """Public data and the declaration: nothing else opens before it."""

    permission = "commissions.declare"
    refusal = gettext_lazy("Seuls les membres de la commission déclarent leurs liens.")
    template_name = "commission/declare.html"
    form_class = DeclareForm
    submit_label = gettext_lazy("Déclarer")

    def get_title(self) -> str:
        return words.place_of(self.object)

    def get_lead(self) -> str:
        return _("Avant d’ouvrir ce dossier, déclarez vos liens avec ceux qui le portent.")

    def get_obstacles(self) -> list[str]:
        declaration = declaration_of(self.actor, self.object.dossier)
        if declaration is not None and declaration.is_recused:
            return [_("Vous vous êtes retiré de ce dossier, définitivement.")]
        if self.object.sitting.state not in ANNOUNCED_STATES:
            return [_("Les déclarations s’ouvrent à la convocation de la séance.")]
        return []

    def perform(self, form: DeclareForm) -> AgendaItem:
        asked = form.cleaned_data
        is_recused = asked["position"] == RECUSED
        return services.declare(
            self.object, actor=self.actor, is_recused=is_recused, reason=asked["reason"] if is_recused else ""
        )

    @cached_property
    def declaration(self):
        """What the person has just declared, read again: a known conflict recuses whatever was declared."""
        self.actor.__dict__.pop("_declarations", None)
        return declaration_of(self.actor, self.object.dossier)

    def get_success_message(self, result: AgendaItem) -> str:
        if self.declaration.is_recused:
            return _("Vous êtes retiré de ce dossier : il ne vous est plus ouvert.")
        return _("Votre déclaration est enregistrée.")

    def get_success_url(self, result: AgendaItem) -> str:
        if self.declaration.is_recused:
            return resolve_url("commission:sitting", pk=self.object.sitting_id)
        return resolve_url("commission:item", pk=self.object.pk)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            facts=self.public_facts, known=conflict_of_member(self.actor, self.object.dossier), **kwargs
        )


@dataclass(frozen=True)
class Row:
    """One commitment as the experts see it: (words, tone) of each appreciation, and their comments."""

    commitment: str
    marks: list[tuple[str, str]]
    comments: list[tuple[str, str]]


class ItemPage(OfItem, FormPage):
    """The deliberation: differences first, the synthesis, the opinion, then what the commission says."""

    permission = "commissions.open_item"
    refusal = gettext_lazy(
        "Vous vous êtes retiré de ce dossier : il ne vous est plus ouvert, ni maintenant ni plus tard."
    )
    form_class = OutcomeForm
    submit_label = gettext_lazy("Enregistrer l’avis")
    success_message = gettext_lazy("L’avis est enregistré. Il peut changer tant que la séance est ouverte.")

    @property
    def is_room_view(self) -> bool:
        """The view to project while the holder is in the room: the synthesis only."""
        return self.request.GET.get("vue") == ROOM_VIEW

    def get_queryset(self):
        """The item with all that one query can read of what is around it."""
        rows = with_quotes(with_neighbours(super().get_queryset())).select_related("dossier__synthesis")
        return rows.annotate(deposit_number=Max("dossier__deposits__number"))

    def get_template_names(self) -> list[str]:
        return ["commission/item_room.html" if self.is_room_view else "commission/item.html"]

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """A member who has not declared is led to the declaration first (rule 12)."""
        if is_seated.test(self.actor, self.object) and declaration_of(self.actor, self.object.dossier) is None:
            return HttpResponseRedirect(resolve_url("commission:declare", pk=self.object.pk))
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Record the outcome; members who do not hold the pen are told so."""
        if not self.may_record:
            raise PermissionRefused(_("L’avis est noté par le secrétariat de la commission."))
        return super().post(request, *args, **kwargs)

    def get_title(self) -> str:
        names = {"n": self.object.position, "of": self.object.points, "place": words.place_of(self.object)}
        return _("Point %(n)s sur %(of)s : %(place)s") % names

    @cached_property
    def may_record(self) -> bool:
        """Whether this person holds the pen."""
        return self.actor.has_perm("commissions.record", self.object)

    @cached_property
    def closed_because(self) -> str:
        """Why no outcome may be recorded now; empty when it may."""
        if self.object.dossier.state in GONE:
            return _("Cette candidature a été retirée ou close : la commission ne se prononce pas.")
        if self.object.sitting.state != SittingState.OPEN:
            return _("Un avis s’enregistre pendant que la séance est ouverte.")
        return ""

    def get_initial(self) -> dict[str, Any]:
        names = ("outcome", "reasons", "support", "votes_for", "votes_against", "abstentions")
        initial: dict[str, Any] = {name: getattr(self.object, name) for name in names}
        if self.object.mode:
            initial["mode"] = self.object.mode
        for n, row in enumerate(self.recommendations, start=1):
            initial |= {f"commitment_{n}": row.commitment_id, f"text_{n}": row.text, f"due_{n}": row.due_on}
        for n, found in enumerate(self.deposited, start=1):
            initial |= {f"settlement_{n}": found.settlement, f"words_{n}": found.words}
        return initial

    def get_form_kwargs(self) -> dict[str, Any]:
        item = self.object
        # The experts marked every commitment: those of the form are read with their marks.
        commitments = sorted((row.commitment for row in self.compared), key=lambda c: c.number) or commitments_of(item)
        return super().get_form_kwargs() | {
            "outcomes": allowed_outcomes(item),
            "commitments": commitments,
            "deposited": self.deposited,
        }

    def perform(self, form: OutcomeForm) -> AgendaItem:
        return services.record_outcome(self.object, actor=self.actor, **form.arguments)

    def get_success_url(self, result: AgendaItem) -> str:
        return resolve_url("commission:item", pk=self.object.pk)

    @cached_property
    def recommendations(self) -> list:
        """Those recorded in the sitting."""
        return list(self.object.recommendations.select_related("commitment")) if self.object.outcome else []

    @cached_property
    def deposited(self) -> list[Deposited]:
        """Earlier recommendations, with the answers of the deposit and what the sitting makes of them."""
        return deposited_recommendations(self.object)

    @cached_property
    def reports(self) -> list[ExpertReport]:
        """The sealed expertises of the current team, if this person may read them."""
        rows = reports_visible_to(self.actor).filter(
            dossier=self.object.dossier, assignment__state=AssignmentState.ACCEPTED
        )
        return list(with_marks(rows).order_by("assignment__part", "assignment__proposed_at"))

    @cached_property
    def compared(self) -> list[Comparison]:
        """The expertises side by side."""
        return compare(self.reports)

    @cached_property
    def synthesis(self):
        """The joint text, if this person may read it."""
        # Whoever reads the expertises of others reads their synthesis: the matrix has one rule for both.
        if self.reports or self.actor.has_perm("expertise.read_synthesis", self.object):
            return getattr(self.object.dossier, "synthesis", None)
        return None

    def _comparison(self) -> dict[str, Any]:
        scale = {code: (label, tone) for code, label, tone in self.object.dossier.scale}
        parts = [report.assignment.get_part_display() for report in self.reports]

        def row(found: Comparison) -> Row:
            return Row(
                commitment=str(found.commitment),
                marks=[scale.get(code, (code, "neutral")) for code in found.appreciations],
                comments=[(part, text) for part, text in zip(parts, found.comments, strict=False) if text],
            )

        alike = [row(c) for c in self.compared if not c.differs]
        return {
            "columns": "|".join(
                [_("Engagement"), *(part[:1].upper() + part[1:] for part in parts), _("Ce qu’ils disent")]
            ),
            "caption": CAPTIONS.get(len(self.reports), _("Les expertises")),
            "differences": [row(c) for c in self.compared if c.differs],
            "alike": alike,
            "alike_text": ngettext(
                "%(n)s engagement concorde ; les écarts sont montrés d’abord.",
                "%(n)s engagements concordent ; les écarts sont montrés d’abord.",
                len(alike),
            )
            % {"n": len(alike)},
        }

    def _room(self) -> dict[str, Any]:
        room, dossier_id = room_of(self.object.sitting), self.object.dossier_id
        places = room.places(dossier_id)
        return {
            "quorum": room.quorum(dossier_id),
            "places": [place for place in places if place.presence and place.presence != "absent" or place.is_recused],
            "recused": [place for place in places if place.is_recused],
        }

    def _region(self) -> dict[str, Any]:
        """What the region proposed, before the nation."""
        if self.object.sitting.commission.level != Level.NATIONAL:
            return {"region": None, "region_badge": None}
        region = regional_proposal(self.object.dossier)
        return {"region": region, "region_badge": words.outcome_badge(region) if region else None}

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        shared = {
            "item": self.object,
            "dossier": self.object.dossier,
            "synthesis": self.synthesis,
        }
        if self.is_room_view:
            return super().get_context_data(facts=self.public_facts, form=None, **shared, **kwargs)
        reads_opinion = self.actor.has_perm("dossiers.read_opinion", self.object)
        if not (self.may_record and not self.closed_because):
            kwargs.setdefault("form", None)
        reads_outcome = self.actor.has_perm("commissions.read_outcome", self.object)
        return super().get_context_data(
            **shared,
            **self._comparison(),
            **self._room(),
            **self._region(),
            reports=self.reports,
            opinion=last_examination(self.object.dossier) if reads_opinion else None,
            may_record=self.may_record,
            closed_because=self.closed_because,
            outcome=words.outcome_badge(self.object) if reads_outcome else None,
            recommendations=self.recommendations if reads_outcome else [],
            settlements=[found for found in self.deposited if found.settlement] if reads_outcome else [],
            deposited=[quoted(found.recommendation, found.answer) for found in self.deposited],
            is_seated=is_seated.test(self.actor, self.object),
            **kwargs,
        )
