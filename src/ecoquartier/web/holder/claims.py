"""« Reprendre cette opération », « Créer une opération »: what one asks, for an organisation."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import claims_made_by, register_for
from ecoquartier.operations import services
from ecoquartier.operations.enums import ClaimState
from ecoquartier.operations.models import Claim, Operation
from ecoquartier.operations.queries import same_creation, survivor_of, why_not_kept
from ecoquartier.web.holder import words
from ecoquartier.web.holder.claim_forms import CreationForm, NewOperationForm, PlaceForm
from ecoquartier.web.holder.forms import OrganisationForm
from ecoquartier.web.holder.operations import OPERATIONS
from ecoquartier.web.holder.register import REGISTER
from ecoquartier.web.shared.views import ConfirmPage, FormPage


class AskPage(ConfirmPage):
    """What the two demands share: they are made for one of one's organisations, and change nothing yet."""

    permission = "operations.claim"
    breadcrumb = (OPERATIONS, REGISTER)
    template_name = "holder/claim_new.html"
    success_message = gettext_lazy(
        "Votre demande est envoyée au correspondant du département. Vous serez prévenu de sa réponse."
    )

    @property
    def organisations(self) -> list:
        """Those for which the person may ask."""
        return [membership.organisation for membership in self.actor.memberships_today]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "organisations": self.organisations,
            "label": _("Pour quel organisme\u00a0?"),
        }

    def get_effects(self) -> list[str]:
        return [
            _("Le correspondant du département de l’opération reçoit votre demande."),
            _("D’ici sa réponse, rien ne change\u00a0: vous pouvez écrire un brouillon, que vous seul lisez avec lui."),
            _("S’il confirme, votre organisme devient le porteur de projet et vous pilotez l’équipe."),
        ]

    def get_obstacles(self) -> list[str]:
        if self.organisations:
            return []
        return [
            _(
                "Vous n’êtes rattaché à aucun organisme. Une opération se porte au nom d’un organisme\u00a0: "
                "demandez au bureau national de vous rattacher au vôtre."
            )
        ]

    def get_success_url(self, result: Claim) -> str:
        return resolve_url("holder:my-claim", pk=result.pk)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(has_organisation=bool(self.organisations), **kwargs)
        return context | {"alike": getattr(context["form"], "alike", ()), "asked": self.get_asked(context["form"])}

    def get_asked(self, form: Any) -> Claim | None:
        """What the person has asked already, and that waits; None when it is the first time."""
        raise NotImplementedError


class OperationClaim(AskPage):
    """Asking to hold an operation of the register; the page is the same whoever holds or claims it."""

    scope = register_for
    title = gettext_lazy("Reprendre cette opération")
    form_class = OrganisationForm
    service = services.claim
    submit_label = gettext_lazy("Demander à reprendre cette opération")

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The page; that of a merged operation leads to the same page of the one that took it."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            kept = survivor_of(kwargs["pk"])
            if kept is None:
                raise
            return HttpResponseRedirect(resolve_url(request.resolver_match.view_name, pk=kept))

    def get_asked(self, form: OrganisationForm) -> Claim | None:
        return claims_made_by(self.actor).filter(operation=self.object, state=ClaimState.PROVISIONAL).first()

    def get_eyebrow(self) -> str:
        return words.place(self.object)

    def get_lead(self) -> str:
        return self.object.name

    def get_obstacles(self) -> list[str]:
        """That it is abandoned, which the register says to everybody, before what is about the person."""
        reason = why_not_kept(self.object)
        return [reason] if reason else super().get_obstacles()


class OperationCreate(AskPage):
    """Asking to create an operation that the register does not have."""

    title = gettext_lazy("Créer une opération")
    lead = gettext_lazy("Si elle est déjà au registre, reprenez-la plutôt\u00a0: son histoire vous suivra.")
    form_class = CreationForm
    submit_label = gettext_lazy("Demander à créer cette opération")

    def get_asked(self, form: CreationForm) -> Claim | None:
        values = getattr(form, "cleaned_data", {})
        name, commune = values.get("name"), values.get("commune")
        return same_creation(self.actor, name, commune) if name and commune else None

    def perform(self, form: CreationForm) -> Claim:
        values = form.cleaned_data
        return services.ask_creation(
            values["organisation"], actor=self.actor, name=values["name"], commune=values["commune"]
        )


class OperationRegister(FormPage):
    """A State service puts an operation in the register; whoever claims it then holds it, once confirmed."""

    permission = "services.desk"
    refusal = gettext_lazy("Les services de l’État et le bureau national inscrivent les opérations au registre.")
    title = gettext_lazy("Inscrire une opération")
    lead = gettext_lazy(
        "Elle entre au registre sans porteur. L’organisme qui la porte la reprend ensuite, et le correspondant du "
        "département le confirme."
    )
    breadcrumb = (OPERATIONS, REGISTER)
    template_name = "holder/operation_register.html"
    form_class = PlaceForm
    submit_label = gettext_lazy("Inscrire au registre")
    success_message = gettext_lazy("L’opération est inscrite au registre, sans porteur.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "actor": self.actor}

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"alike": context["form"].alike}

    def perform(self, form: NewOperationForm) -> Operation:
        values = form.cleaned_data
        return services.register_operation(values["commune"], actor=self.actor, name=values["name"])

    def get_success_url(self, result: Operation) -> str:
        return resolve_url("holder:operation", pk=result.pk)
