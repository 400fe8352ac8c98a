"""The collectivité agrees to a change of holder, or declines it."""

from __future__ import annotations

from typing import Any

from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import claims_agreed_by, claims_visible_to
from ecoquartier.operations import services
from ecoquartier.operations.models import Claim
from ecoquartier.operations.queries import WHO_AGREES, awaited_from
from ecoquartier.people.models import Organisation
from ecoquartier.web.holder import words
from ecoquartier.web.holder.claim_forms import WrittenAgreementForm
from ecoquartier.web.holder.claims_desk import ClaimPage
from ecoquartier.web.holder.forms import OrganisationForm, ReasonForm
from ecoquartier.web.holder.operations import above
from ecoquartier.web.shared.views import ConfirmPage, FormPage


class AgreementPage:
    """What agreeing and declining share."""

    scope = staticmethod(claims_agreed_by)
    permission = "operations.agree_to_holder"
    object: Claim

    def get_queryset(self):
        """The claim with what its agreements read."""
        return super().get_queryset().prefetch_related(*WHO_AGREES)

    def get_eyebrow(self) -> str:
        return words.place(self.object)

    def get_breadcrumb(self):
        return above(self.object.operation)

    @property
    def awaited(self) -> list[Organisation]:
        """The collectivités for which this person may agree now."""
        return [c for c in awaited_from(self.object) if c.pk in self.actor.rights.represents]

    def get_obstacles(self) -> list[str]:
        """The claim is settled, or its collectivité has agreed."""
        if reason := services.is_provisional(self.object):
            return [reason]
        return [] if self.awaited else [_("Aucun accord de votre collectivité n’est attendu.")]

    def get_success_url(self, result: Claim) -> str:
        return resolve_url("holder:operation", pk=self.object.operation_id)


class HolderAgree(AgreementPage, ConfirmPage):
    """Agreeing to the new holder for a collectivité that one represents."""

    title = gettext_lazy("Changement de porteur")
    template_name = "holder/claim_agree.html"
    form_class = OrganisationForm
    service = services.agree_to_holder
    submit_label = gettext_lazy("Donner l’accord de la collectivité")
    success_message = gettext_lazy("L’accord est enregistré\u00a0: le correspondant du département peut confirmer.")

    def get_lead(self) -> str:
        names = {"organisation": self.object.organisation, "operation": self.object.title}
        return _("%(organisation)s demande à porter «\u00a0%(operation)s\u00a0».") % names

    def get_effects(self) -> list[str]:
        names = {"new": self.object.organisation, "former": self.object.operation.holder}
        return [
            _("Une fois tous les accords donnés, le correspondant du département confirme.") % names,
            _("%(new)s devient alors le porteur de projet, à la place de %(former)s.") % names,
            _("L’équipe actuelle quitte l’opération\u00a0; les candidatures en cours suivent le nouveau porteur."),
        ]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "organisations": self.awaited,
            "label": _("Au nom de quelle collectivité\u00a0?"),
        }

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        claim = self.object
        person = [
            (_("Nom"), claim.user.full_name),
            (_("Organisme"), claim.organisation.name),
            (_("Nature"), claim.organisation.get_kind_display()),
            (_("Porteur actuel"), claim.operation.holder.name),
        ]
        return super().get_context_data(person=person, **kwargs)


class HolderDecline(AgreementPage, FormPage):
    """Declining the new holder, with a reason."""

    title = gettext_lazy("Refuser le changement de porteur")
    template_name = "holder/claim_refuse.html"
    form_class = ReasonForm
    submit_label = gettext_lazy("Refuser le changement de porteur")
    success_message = gettext_lazy("Le changement est refusé\u00a0: la personne lit votre motif.")

    def get_lead(self) -> str:
        names = {"organisation": self.object.organisation, "operation": self.object.title}
        return _("%(organisation)s ne portera pas «\u00a0%(operation)s\u00a0».") % names

    def get_cancel_url(self) -> str:
        return resolve_url("holder:claim-agree", pk=self.object.pk)

    def perform(self, form: ReasonForm) -> Claim:
        return services.decline_holder(self.object, actor=self.actor, reason=form.cleaned_data["reason"])

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(obstacles=self.get_obstacles(), **kwargs)


class AgreementRecord(ClaimPage, FormPage):
    """The correspondent records an agreement that a collectivité without representative gave in writing."""

    scope = claims_visible_to
    title = gettext_lazy("Enregistrer un accord écrit")
    lead = gettext_lazy("Pour une collectivité qui n’a encore aucun représentant sur la plateforme.")
    form_class = WrittenAgreementForm
    submit_label = gettext_lazy("Enregistrer l’accord")
    success_message = gettext_lazy("L’accord écrit est enregistré.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "organisations": awaited_from(self.object),
            "label": _("Collectivité"),
        }

    def get_cancel_url(self) -> str:
        return resolve_url("holder:claim", pk=self.object.pk)

    def perform(self, form: WrittenAgreementForm) -> Claim:
        return services.record_agreement(self.object, actor=self.actor, **form.cleaned_data)

    def get_success_url(self, result: Claim) -> str:
        return resolve_url("holder:claim", pk=self.object.pk)
