"""« Reprendre cette opération », and the desk where correspondents confirm who holds what."""

from __future__ import annotations

from typing import Any

from django.shortcuts import resolve_url
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import claims_visible_to, register_for
from ecoquartier.operations import services
from ecoquartier.operations.enums import ClaimState
from ecoquartier.operations.models import Claim
from ecoquartier.operations.workflow import CLAIM_WORKFLOW, ClaimStep
from ecoquartier.web.holder import words
from ecoquartier.web.holder.forms import OrganisationForm, ReasonForm
from ecoquartier.web.holder.operations import OPERATIONS
from ecoquartier.web.shared.views import ConfirmPage, FormPage, ListPage

TO_CONFIRM, SETTLED = "a-confirmer", "traitees"


class OperationClaim(ConfirmPage):
    """Asking to hold an operation for one of one's organisations."""

    scope = register_for
    permission = "operations.claim"
    title = gettext_lazy("Reprendre cette opération")
    breadcrumb = (OPERATIONS, (gettext_lazy("Registre"), "holder:register"))
    template_name = "holder/claim_new.html"
    form_class = OrganisationForm
    service = services.claim
    submit_label = gettext_lazy("Demander à reprendre cette opération")
    success_message = gettext_lazy(
        "Votre demande est envoyée au correspondant du département. Vous serez prévenu de sa réponse."
    )
    success_url = "holder:operations"

    def get_eyebrow(self) -> str:
        return words.place(self.object)

    def get_lead(self) -> str:
        return self.object.name

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
            _("Le correspondant de votre département reçoit votre demande."),
            _("Dès qu’il la confirme, votre organisme devient le porteur de projet et vous pilotez l’équipe."),
            _("D’ici là, rien ne change pour l’opération."),
        ]

    def get_obstacles(self) -> list[str]:
        if not self.organisations:
            return [
                _(
                    "Vous n’êtes rattaché à aucun organisme. Une opération se reprend au nom d’un organisme\u00a0: "
                    "demandez au bureau national de vous rattacher au vôtre."
                )
            ]
        holder = self.object.holder
        if holder and holder not in self.organisations:
            return [
                _("Cette opération a déjà un porteur\u00a0: %(holder)s. Un changement se prépare avec lui.")
                % {"holder": holder}
            ]
        return []

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(has_organisation=bool(self.organisations), **kwargs)


class ClaimDesk(ListPage):
    """Claims that the correspondent confirms or refuses."""

    scope = claims_visible_to
    permission = "services.desk"
    refusal = gettext_lazy("Les demandes de reprise sont confirmées par les correspondants et le bureau national.")
    title = gettext_lazy("Demandes de reprise")
    lead = gettext_lazy(
        "Confirmez la personne et son organisme\u00a0: le porteur peut alors remplir le carnet et déposer."
    )
    breadcrumb = (OPERATIONS,)
    template_name = "holder/claims.html"

    @property
    def shows_settled(self) -> bool:
        """The second tab."""
        return self.request.GET.get("etat") == SETTLED

    def get_queryset(self):
        rows = super().get_queryset()
        if self.shows_settled:
            return rows.exclude(state=ClaimState.PROVISIONAL).order_by("-created_at", "pk")
        return rows.filter(state=ClaimState.PROVISIONAL).order_by("created_at", "pk")

    def get_empty_text(self) -> str:
        if self.shows_settled:
            return _("Aucune demande n’a encore été traitée.")
        return _("Aucune demande n’attend. Elles arrivent quand quelqu’un reprend une opération de votre territoire.")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        tabs = (("", _("À confirmer"), not self.shows_settled), (f"?etat={SETTLED}", _("Traitées"), self.shows_settled))
        url = resolve_url("holder:claims")
        return super().get_context_data(tabs=[(url + query, label, here) for query, label, here in tabs], **kwargs)


class ClaimPage:
    """What confirming and refusing share."""

    scope = staticmethod(claims_visible_to)
    permission = "operations.confirm_holder"
    refusal = gettext_lazy("Cette demande est confirmée par le correspondant du département ou le bureau national.")
    object: Claim

    def get_queryset(self):
        """The claim with what its page shows."""
        return (
            super()
            .get_queryset()
            .select_related(
                "operation__lead_commune__county__region", "operation__holder", "organisation__commune", "user"
            )
        )

    def get_eyebrow(self) -> str:
        return words.place(self.object.operation)

    def get_breadcrumb(self):
        return (OPERATIONS, (_("Demandes de reprise"), "holder:claims"))

    def offer(self, step: ClaimStep):
        """The step as the table offers it to this person."""
        return CLAIM_WORKFLOW.offer(step, self.object, self.actor)

    def obstacles(self, step: ClaimStep) -> list[str]:
        """Why the step is closed."""
        offer = self.offer(step)
        if offer is None:
            return [_("Cette demande est déjà %(state)s.") % {"state": self.object.get_state_display()}]
        return [offer.reason] if offer.reason else []


class ClaimConfirm(ClaimPage, ConfirmPage):
    """One claim: who asks, for what, and what confirming does."""

    template_name = "holder/claim.html"
    service = services.confirm_claim
    submit_label = gettext_lazy("Confirmer le porteur")
    success_message = gettext_lazy("Le porteur est confirmé\u00a0: la personne et la collectivité sont prévenues.")

    def get_title(self) -> str:
        return self.object.operation.name

    def get_obstacles(self) -> list[str]:
        return self.obstacles(ClaimStep.CONFIRM)

    def get_effects(self) -> list[str]:
        claim = self.object
        names = {"organisation": claim.organisation, "person": claim.user, "commune": claim.operation.lead_commune.name}
        return [
            _("%(organisation)s devient le porteur de l’opération.") % names,
            _("%(person)s pilote l’équipe\u00a0: remplit le carnet, invite, dépose.") % names,
            _("La collectivité compétente (%(commune)s, sauf si une autre est connue) est invitée à signer la charte.")
            % names,
        ]

    def get_cancel_url(self) -> str:
        return resolve_url("holder:claims")

    def get_success_url(self, result: Claim) -> str:
        return resolve_url("holder:claims")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        claim = self.object
        rivals = claims_visible_to(self.actor).filter(operation=claim.operation, state=ClaimState.PROVISIONAL)
        memberships = claim.user.memberships_today
        membership = next((m for m in memberships if m.organisation_id == claim.organisation_id), None)
        return super().get_context_data(
            claim=claim,
            person=[
                (_("Nom"), claim.user.full_name),
                (_("Adresse électronique"), claim.user.email),
                (_("Fonction"), membership.title if membership else _("n’y est plus rattachée")),
                (_("Demande du"), date_format(claim.created_at, "j F Y")),
            ],
            organisation=[
                (_("Nom"), claim.organisation.name),
                (_("Nature"), claim.organisation.get_kind_display()),
                (_("SIREN"), claim.organisation.siren),
                (_("Commune"), claim.organisation.commune and str(claim.organisation.commune)),
            ],
            rivals=rivals.exclude(pk=claim.pk),
            may_refuse=self.offer(ClaimStep.REFUSE) is not None,
            **kwargs,
        )


class ClaimRefuse(ClaimPage, FormPage):
    """Refusing a claim, with a reason."""

    title = gettext_lazy("Refuser la demande")
    template_name = "holder/claim_refuse.html"
    form_class = ReasonForm
    submit_label = gettext_lazy("Refuser la demande")
    success_message = gettext_lazy("La demande est refusée\u00a0: la personne lit votre motif.")

    def get_lead(self) -> str:
        claim = self.object
        names = {"person": claim.user, "organisation": claim.organisation, "operation": claim.operation}
        return _("%(person)s (%(organisation)s) ne reprendra pas «\u00a0%(operation)s\u00a0».") % names

    def get_cancel_url(self) -> str:
        return resolve_url("holder:claim", pk=self.object.pk)

    def perform(self, form) -> Claim:
        return services.refuse_claim(self.object, actor=self.actor, reason=form.cleaned_data["reason"])

    def get_success_url(self, result: Claim) -> str:
        return resolve_url("holder:claims")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(obstacles=self.obstacles(ClaimStep.REFUSE), **kwargs)
