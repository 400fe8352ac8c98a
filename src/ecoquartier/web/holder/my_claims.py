"""What a provisional holder does: reads where the demand stands, writes a draft apart, takes the demand back."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import resolve_url
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import claims_made_by
from ecoquartier.core.errors import TransitionRefused
from ecoquartier.operations import services
from ecoquartier.operations.enums import ClaimState
from ecoquartier.operations.models import Claim
from ecoquartier.operations.queries import drafted, label_of, moves_of, public_operations, term_labels, terms_offered
from ecoquartier.web.holder import words
from ecoquartier.web.holder.operations import OPERATIONS
from ecoquartier.web.holder.sheet import doubts_of
from ecoquartier.web.holder.sheet_forms import PARTS, SheetForm
from ecoquartier.web.shared.sheet import sheet_value
from ecoquartier.web.shared.views import ConfirmPage, DetailPage, FormPage

SAID = {
    ClaimState.PROVISIONAL: gettext_lazy(
        "Votre demande attend le correspondant du département. Vous serez prévenu de sa réponse."
    ),
    ClaimState.CONFIRMED: gettext_lazy("Votre organisme porte l’opération et vous pilotez l’équipe."),
    ClaimState.REFUSED: gettext_lazy("Votre demande n’a pas été retenue. Le brouillon est effacé."),
    ClaimState.WITHDRAWN: gettext_lazy("Vous avez retiré cette demande. Le brouillon est effacé."),
}
"""Where the demand stands, in the same words whoever holds or claims the operation."""


class MyClaimPage:
    """What the pages of one's own claim share: nobody else finds them."""

    scope = staticmethod(claims_made_by)
    permission = "operations.write_draft"
    object: Claim

    def get_eyebrow(self) -> str:
        return words.place(self.object)

    def get_breadcrumb(self):
        return [OPERATIONS, (self.object.title, resolve_url("holder:my-claim", pk=self.object.pk))]


class MyClaim(MyClaimPage, DetailPage):
    """One's demand: where it stands, and the draft."""

    template_name = "holder/my_claim.html"

    def get_title(self) -> str:
        return self.object.title

    def get_lead(self) -> str:
        return str(SAID[ClaimState(self.object.state)])

    def get_breadcrumb(self):
        return [OPERATIONS]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        claim = self.object
        is_public = claim.operation_id and public_operations().filter(pk=claim.operation_id).exists()
        return super().get_context_data(
            is_open=claim.state == ClaimState.PROVISIONAL,
            moves=moves_of(claim),
            is_confirmed=claim.state == ClaimState.CONFIRMED,
            public_slug=claim.operation.slug if is_public else "",
            sections=_sections(claim),
            **kwargs,
        )


def _sections(claim: Claim) -> list[dict[str, Any]]:
    """The draft in words, part by part; a settled claim shows only what was written."""
    terms, sheet_drafted = term_labels(), drafted(claim)
    sections = []
    for part, (title, form) in PARTS.items():
        facts = [
            (capfirst(label_of(field)), sheet_value(field, claim.draft[field], terms))
            for field in form.sheet_fields()
            if field in claim.draft
        ]
        if facts or claim.state == ClaimState.PROVISIONAL:
            doubts = doubts_of(sheet_drafted, part)
            sections.append({"part": part, "title": title, "facts": facts, "doubts": doubts})
    return sections


class DraftEdit(MyClaimPage, FormPage):
    """Writing one part of the draft, with the forms of the sheet; nothing of the register is shown in them."""

    title = gettext_lazy("Écrire le brouillon")
    template_name = "holder/operation_edit.html"
    success_message = gettext_lazy("Le brouillon est enregistré.")
    submit_label = gettext_lazy("Enregistrer le brouillon")

    @property
    def part(self) -> str:
        """The part of the sheet that the address names."""
        return self.kwargs["part"]

    def get_object(self) -> Claim:
        if self.part not in PARTS:
            raise Http404
        claim = super().get_object()
        if reason := services.is_provisional(claim):
            raise TransitionRefused(reason)
        return claim

    @property
    def form_class(self) -> type[SheetForm]:
        """The form of that part."""
        return PARTS[self.part][1]

    def get_lead(self) -> str:
        return self.form_class.lead

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"terms": terms_offered(drafted(self.object))}

    def get_initial(self) -> dict[str, Any]:
        return self.form_class.initial_of(drafted(self.object))

    def perform(self, form: SheetForm) -> Claim:
        return services.write_draft(self.object, actor=self.actor, **form.changes(drafted(self.object)))

    def get_success_url(self, result: Claim) -> str:
        return resolve_url("holder:my-claim", pk=result.pk)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        tabs = [
            (resolve_url("holder:claim-draft", pk=self.object.pk, part=part), title, part == self.part)
            for part, (title, _form) in PARTS.items()
        ]
        return super().get_context_data(tabs=tabs, **kwargs)


class ClaimWithdraw(MyClaimPage, ConfirmPage):
    """Taking back what one asked."""

    title = gettext_lazy("Retirer ma demande")
    service = services.withdraw_claim
    submit_label = gettext_lazy("Retirer ma demande")
    success_message = gettext_lazy("Votre demande est retirée.")
    is_dangerous = True
    irreversible = (gettext_lazy("Le brouillon est effacé."),)

    def get_effects(self) -> list[str]:
        return [_("Le correspondant ne la verra plus parmi les demandes à confirmer. Vous pourrez en faire une autre.")]

    def get_obstacles(self) -> list[str]:
        reason = services.is_provisional(self.object)
        return [reason] if reason else []

    def get_success_url(self, result: Claim) -> str:
        return resolve_url("holder:operations")
