"""The steps of a sitting, each with what it does; the minutes; the announcement."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ecoquartier.access.scopes import items_visible_to
from ecoquartier.awards.services import announce
from ecoquartier.commissions import services
from ecoquartier.commissions.enums import SittingState, SittingStep
from ecoquartier.commissions.models import AgendaItem, Sitting
from ecoquartier.commissions.predicates import remember_declarations
from ecoquartier.commissions.queries import draft_minutes, has_to_be_announced, is_final, to_announce
from ecoquartier.commissions.workflow import SITTING_WORKFLOW, signer_has_declared
from ecoquartier.core.errors import PermissionRefused
from ecoquartier.core.text import long_date
from ecoquartier.web.commission import words
from ecoquartier.web.commission.sittings import WITH_MINUTES, OfSitting
from ecoquartier.web.shared.views import ConfirmPage
from ecoquartier.workflow.engine import Offer


class Step(OfSitting, ConfirmPage):
    """A step of the sitting's table: what it does, and why not now."""

    step: SittingStep

    def get_title(self) -> str:
        return str(self.step.label)

    @property
    def submit_label(self) -> str:
        """The verb of the step."""
        return self.get_title()

    def get_lead(self) -> str:
        return words.sitting_title(self.object)

    def get_obstacles(self) -> list[str]:
        offer = SITTING_WORKFLOW.offer(self.step, self.object, self.actor)
        if offer is None:
            return [_("Cette séance est « %(state)s ».") % {"state": self.object.get_state_display()}]
        return [offer.reason] if offer.reason else []


class Convene(Step):
    """The convocation leaves."""

    permission = "commissions.run"
    step = SittingStep.CONVENE
    service = services.convene
    success_message = gettext_lazy("La séance est convoquée : chaque membre reçoit la convocation.")

    def get_effects(self) -> list[str]:
        points = self.object.items.count()
        return [
            ngettext(
                "Chaque membre reçoit la convocation, avec %(n)s dossier à l’ordre du jour.",
                "Chaque membre reçoit la convocation, avec %(n)s dossiers à l’ordre du jour.",
                points,
            )
            % {"n": points},
            _("Les membres déclarent leurs liens, puis lisent les dossiers qui leur sont ouverts."),
        ]


class Open(Step):
    """The sitting begins."""

    permission = "commissions.record"
    step = SittingStep.OPEN
    service = services.open_sitting
    success_message = gettext_lazy("La séance est ouverte. Notez les présences, puis prenez les points dans l’ordre.")

    def get_effects(self) -> list[str]:
        effects = [_("Les présences et les avis se notent pendant la séance.")]
        items = self.object.items.select_related("sitting__commission", "dossier__stage")
        if any(is_final(item) for item in items):
            effects.append(_("Les porteurs ne peuvent plus retirer leur candidature."))
        return effects


class Close(Step):
    """The sitting ends."""

    permission = "commissions.record"
    step = SittingStep.CLOSE
    service = services.close_sitting
    success_message = gettext_lazy("La séance est levée. Le procès-verbal attend la signature de la présidence.")

    def get_effects(self) -> list[str]:
        return [
            _("Les présences et les avis ne changent plus."),
            _("La présidence relit le procès-verbal et le signe. Rien n’est décidé avant sa signature."),
        ]


class Cancel(Step):
    """The sitting will not be held."""

    permission = "commissions.run"
    step = SittingStep.CANCEL
    service = services.cancel
    is_dangerous = True
    success_message = gettext_lazy("La séance est annulée. Ses dossiers peuvent rejoindre une autre séance.")

    def get_effects(self) -> list[str]:
        effects = [_("Ses dossiers redeviennent disponibles pour une autre séance.")]
        return [_("Les membres sont prévenus."), *effects]


class Minutes(OfSitting, ConfirmPage):
    """The minutes: as they stand, then locked; the chair signs them here."""

    permission = "commissions.view"
    title = gettext_lazy("Procès-verbal")
    template_name = "commission/minutes.html"
    service = services.sign_minutes
    submit_label = gettext_lazy("Signer le procès-verbal")
    success_message = gettext_lazy("Le procès-verbal est signé et verrouillé.")

    def get_lead(self) -> str:
        return words.sitting_title(self.object)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Sign; those who may only read are told so."""
        if not self.actor.has_perm("commissions.sign", self.object):
            raise PermissionRefused(_("Seule la présidence de la commission signe le procès-verbal."))
        return super().post(request, *args, **kwargs)

    def get_success_url(self, result: Sitting) -> str:
        return resolve_url("commission:minutes", pk=self.object.pk)

    @cached_property
    def hidden(self) -> list[AgendaItem]:
        """Items whose passage this person may not read: recused, or not declared."""
        items = list(items_visible_to(self.actor).filter(sitting=self.object).order_by("position"))
        remember_declarations(self.actor, [item.dossier for item in items])
        for item in items:
            item.sitting = self.object  # read once: the matrix asks its commission at every line
        return [item for item in items if not self.actor.has_perm("commissions.read_outcome", item)]

    def get_text(self) -> str:
        """The locked text; a draft, or an extract for those who may not read every passage."""
        if self.object.state == SittingState.MINUTED and not self.hidden:
            return self.object.minutes
        return draft_minutes(self.object, hidden={item.pk for item in self.hidden})

    @cached_property
    def offer(self) -> Offer | None:
        """The signature, when it is this person's to give and the sitting is over."""
        offer = SITTING_WORKFLOW.offer(SittingStep.SIGN, self.object, self.actor)
        return offer and replace(offer, reason=offer.reason or signer_has_declared(self.object, actor=self.actor) or "")

    def get_effects(self) -> list[str]:
        effects = [_("Le texte est verrouillé ; son empreinte est inscrite au journal.")]
        if self.object.commission.level == "national":
            effects.append(_("Les décisions sont prises. Elles restent confidentielles jusqu’à leur notification."))
        else:
            effects.append(_("Les avis sont rendus et notifiés aux porteurs et aux collectivités, en confidence."))
        if self.hidden:
            effects.append(
                _(
                    "Le passage des points suivants ne vous est pas montré : %(points)s. Déclarez vos liens pour les "
                    "lire ; si vous vous êtes retiré, la vice-présidence peut signer à votre place."
                )
                % {"points": ", ".join(str(item.position) for item in self.hidden)}
            )
        return effects

    def get_obstacles(self) -> list[str]:
        return [self.offer.reason] if self.offer and self.offer.reason else []

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        sitting = self.object
        return super().get_context_data(
            badge=words.state_badge(sitting),
            text=self.get_text() if sitting.state in WITH_MINUTES else "",
            is_extract=bool(self.hidden),
            is_signed=sitting.state == SittingState.MINUTED,
            may_sign=self.offer is not None,
            waits_for_chair=sitting.state == SittingState.CLOSED and self.offer is None,
            signature=[
                (_("Signé par"), sitting.signed_by),
                (_("Le"), long_date(timezone.localtime(sitting.signed_at).date()) if sitting.signed_at else ""),
                (_("Empreinte (SHA-256)"), sitting.minutes_sha256),
            ],
            **kwargs,
        )


class Announce(OfSitting, ConfirmPage):
    """The bureau tells holders and collectivités what the nation decided, all at once (rule 15)."""

    permission = "commissions.announce"
    refusal = gettext_lazy("Les décisions nationales sont notifiées par le bureau.")
    title = gettext_lazy("Notifier les décisions")
    template_name = "commission/announce.html"
    service = announce
    submit_label = gettext_lazy("Notifier les décisions")
    success_message = gettext_lazy("Les décisions sont notifiées : chaque porteur lit la sienne, en confidence.")

    def get_lead(self) -> str:
        return words.sitting_title(self.object)

    def get_effects(self) -> list[str]:
        return [
            _(
                "Chaque porteur et sa collectivité reçoivent un message et lisent leur décision, la synthèse et les "
                "recommandations."
            ),
            _("Les labels restent confidentiels jusqu’à la cérémonie."),
        ]

    def get_obstacles(self) -> list[str]:
        if self.object.state != SittingState.MINUTED:
            return [_("Le procès-verbal n’est pas encore signé.")]
        return [] if has_to_be_announced(self.object) else [_("Les décisions de cette séance sont déjà notifiées.")]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        items = to_announce(self.object)
        rows = [(item, words.place_of(item), *(words.outcome_badge(item) or ())) for item in items]
        return super().get_context_data(rows=rows, **kwargs)
