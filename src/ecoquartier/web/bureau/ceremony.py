"""The ceremony of a campaign: its day, its laureates, and the publication, which takes two people (rule 15)."""

from __future__ import annotations

from typing import Any

from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ecoquartier.access.scopes import ceremonies_visible_to
from ecoquartier.awards import services
from ecoquartier.awards.enums import AwardState, CeremonyState, CeremonyStep
from ecoquartier.awards.models import Ceremony
from ecoquartier.awards.queries import ceremony_of, laureates
from ecoquartier.awards.workflow import CEREMONY_WORKFLOW, second_person
from ecoquartier.campaigns.enums import MilestoneCode
from ecoquartier.campaigns.queries import all_campaigns
from ecoquartier.core.text import long_date
from ecoquartier.web.bureau import words
from ecoquartier.web.bureau.forms import CeremonyForm
from ecoquartier.web.shared.pagination import paginate
from ecoquartier.web.shared.views import ActionView, ConfirmPage, FormPage

TONES = {AwardState.DECIDED: "wait", AwardState.NOTIFIED: "info", AwardState.PUBLISHED: "ok"}
CEREMONY_TONES = {CeremonyState.PLANNED: "info", CeremonyState.REQUESTED: "wait", CeremonyState.PUBLISHED: "ok"}


class CeremonyPage(FormPage):
    """The ceremony of one campaign; its form sets the day."""

    scope = all_campaigns
    lookup = "year"
    permission = "awards.publish_campaign"
    refusal = words.REFUSAL
    breadcrumb = (words.HOME,)
    template_name = "bureau/ceremony.html"
    form_class = CeremonyForm
    submit_label = gettext_lazy("Enregistrer la date")
    success_message = gettext_lazy("La date de la cérémonie est enregistrée.")

    def get_title(self) -> str:
        return _("Cérémonie %(year)s") % {"year": self.object.year}

    @cached_property
    def ceremony(self) -> Ceremony | None:
        """The ceremony, once its day is set."""
        return ceremony_of(self.object)

    def get_initial(self) -> dict[str, Any]:
        day = self.ceremony.held_on if self.ceremony else self.object.milestone(MilestoneCode.CEREMONY)
        return {"held_on": day}

    def perform(self, form: CeremonyForm) -> Ceremony:
        return services.plan_ceremony(self.object, actor=self.actor, held_on=form.cleaned_data["held_on"])

    def get_success_url(self, result: Ceremony) -> str:
        return resolve_url("bureau:ceremony", year=self.object.year)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        nav = paginate(laureates(self.object), self.request, by=50)
        ceremony = self.ceremony
        return super().get_context_data(
            ceremony=ceremony,
            badge=(ceremony.get_state_display(), CEREMONY_TONES[ceremony.state]) if ceremony else None,
            rows=[(award, award.get_state_display(), TONES[award.state]) for award in nav.page.object_list],
            nav=nav,
            count=nav.page.paginator.count,
            facts=self._facts(),
            may_plan=ceremony is None or ceremony.state == CeremonyState.PLANNED,
            offers=self._offers(),
            **kwargs,
        )

    def _facts(self) -> list[tuple[str, Any]]:
        ceremony = self.ceremony
        if ceremony is None:
            return []
        facts = [(_("Date"), long_date(ceremony.held_on))]
        if ceremony.requested_by:
            facts.append((_("Publication demandée par"), ceremony.requested_by))
        if ceremony.confirmed_by:
            facts.append((_("Confirmée par"), ceremony.confirmed_by))
        return facts

    def _offers(self) -> dict[str, Any]:
        """Steps by name: address and reason why not now."""
        if self.ceremony is None:
            return {}
        found = {}
        for offer in CEREMONY_WORKFLOW.offers(self.ceremony, self.actor):
            reason = offer.reason
            if offer.name == CeremonyStep.CONFIRM:
                reason = second_person(self.ceremony, actor=self.actor) or reason
            found[str(offer.name)] = {"label": offer.label, "reason": reason}
        return found


class OfCeremony:
    """A ceremony by the year of its campaign."""

    def get_lookup(self) -> dict[str, Any]:
        """One ceremony a campaign."""
        return {"campaign": self.kwargs["year"]}

    def get_next_url(self, result: Ceremony) -> str:
        """Back to the ceremony."""
        return resolve_url("bureau:ceremony", year=self.kwargs["year"])

    get_success_url = get_next_url


class Request(OfCeremony, ActionView):
    """The first of two people."""

    scope = ceremonies_visible_to
    permission = "awards.publish"
    service = services.request_publication
    success_message = gettext_lazy("La publication est demandée. Une autre personne du bureau la confirme.")

    def get_fallback_url(self) -> str:
        return self.get_next_url(self.object)


class Cancel(Request):
    """The request is taken back."""

    service = services.cancel_request
    success_message = gettext_lazy("La demande de publication est annulée.")


class Confirm(OfCeremony, ConfirmPage):
    """The second person publishes every label of the campaign at once."""

    scope = ceremonies_visible_to
    permission = "awards.publish"
    title = gettext_lazy("Confirmer la publication")
    service = services.confirm_publication
    submit_label = gettext_lazy("Publier les labels")
    success_message = gettext_lazy("Les labels sont publiés. Leurs certificats se préparent.")

    def get_breadcrumb(self):
        year = self.object.campaign_id
        page = (_("Cérémonie %(year)s") % {"year": year}, resolve_url("bureau:ceremony", year=year))
        return (words.HOME, page)

    def get_effects(self) -> list[str]:
        count = laureates(self.object.campaign).filter(state=AwardState.NOTIFIED).count()
        return [
            ngettext("%(n)s label devient public.", "%(n)s labels deviennent publics ensemble.", count) % {"n": count},
            _("Chaque porteur reçoit un message avec le code de vérification de son label."),
            _("Les certificats et les attestations sont produits dans les minutes qui suivent."),
            _("La publication ne s’annule pas."),
        ]

    def get_obstacles(self) -> list[str]:
        offer = CEREMONY_WORKFLOW.offer(CeremonyStep.CONFIRM, self.object, self.actor)
        if offer is None:
            return [_("La cérémonie est « %(state)s ».") % {"state": self.object.get_state_display()}]
        reasons = (second_person(self.object, actor=self.actor), offer.reason)
        return [reason for reason in reasons if reason]
