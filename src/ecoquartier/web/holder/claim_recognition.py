"""What was to be created may be in the register already: the correspondent compares, says so, and may come back."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404, resolve_url
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import operations_visible_to
from ecoquartier.operations import services
from ecoquartier.operations.models import SHEET_FIELDS, Claim, Operation
from ecoquartier.operations.queries import label_of, term_labels
from ecoquartier.web.holder.claims_desk import ClaimPage
from ecoquartier.web.shared.forms import Form
from ecoquartier.web.shared.sheet import sheet_value
from ecoquartier.web.shared.views import ConfirmPage


class RecognitionPage(ClaimPage, ConfirmPage):
    """What the two ways share."""

    def get_breadcrumb(self):
        return (*super().get_breadcrumb(), (self.object.title, resolve_url("holder:claim", pk=self.object.pk)))

    def get_success_url(self, result: Claim) -> str:
        return resolve_url("holder:claim", pk=result.pk)


class ClaimRecognise(RecognitionPage):
    """« C’est cette opération »: both are read side by side, then the claim is on that of the register."""

    title = gettext_lazy("Est-ce la même opération\u00a0?")
    template_name = "holder/claim_recognise.html"
    submit_label = gettext_lazy("C’est la même opération")
    success_message = gettext_lazy("La demande porte désormais sur l’opération du registre.")

    @cached_property
    def operation(self) -> Operation:
        """The one of the register, among those that the person reads."""
        return get_object_or_404(operations_visible_to(self.actor), pk=self.kwargs["operation"])

    def get_lead(self) -> str:
        if self.get_obstacles():
            return ""
        names = {"asked": self.object.title, "known": self.operation.name}
        return _("La demande de créer «\u00a0%(asked)s\u00a0», et «\u00a0%(known)s\u00a0», au registre.") % names

    def get_effects(self) -> list[str]:
        if self.get_obstacles():
            return []
        names = {"known": self.operation.name, "holder": self.operation.holder}
        effects = [_("La demande porte sur «\u00a0%(known)s\u00a0»\u00a0: aucune opération n’est créée.") % names]
        if self.operation.holder_id not in {None, self.object.organisation_id}:
            effects.append(
                _(
                    "%(holder)s la porte\u00a0: la collectivité est invitée à donner son accord au changement de "
                    "porteur."
                )
                % names
            )
        return [
            *effects,
            _("Le nom et le brouillon de la demande sont comparés à la fiche\u00a0: vous choisirez en confirmant."),
            _("Tant que la demande n’est pas confirmée, vous pouvez dire que ce n’était pas elle."),
        ]

    def get_obstacles(self) -> list[str]:
        reason = (
            services.is_provisional(self.object)
            or services.is_creation(self.object)
            or services.may_be_recognised(self.object, actor=self.actor, operation=self.operation)
        )
        return [reason] if reason else []

    def perform(self, form: Form) -> Claim:
        return services.recognise(self.object, actor=self.actor, operation=self.operation)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            operation=self.operation, compared=compared(self.object, self.operation), **kwargs
        )


def compared(claim: Claim, operation: Operation) -> list[tuple[str, str, str]]:
    """(label, what the demand says, what the register says) of all that one of them says."""
    terms, said = term_labels(), {"name": claim.title, **claim.draft}
    around = [
        (_("Commune principale"), str(claim.lead_commune), str(operation.lead_commune)),
        (_("Porteur de projet"), str(claim.organisation), str(operation.holder or "")),
        (_("Situation"), "", operation.state_words),
    ]
    sheet = [
        (
            str(capfirst(label_of(field))),
            sheet_value(field, said.get(field), terms),
            sheet_value(field, operation.as_json(field), terms),
        )
        for field in SHEET_FIELDS
    ]
    name, *others = sheet
    return [(label, asked, known) for label, asked, known in (name, *around, *others) if asked or known]


class ClaimUnrecognise(RecognitionPage):
    """« Ce n’est pas cette opération »: the claim is a creation again."""

    title = gettext_lazy("Ce n’est pas cette opération")
    service = services.unrecognise
    submit_label = gettext_lazy("Ce n’est pas cette opération")
    success_message = gettext_lazy("La demande porte de nouveau sur une opération à créer.")

    def get_lead(self) -> str:
        if self.get_obstacles():
            return ""
        return _("La demande ne portera plus sur «\u00a0%(operation)s\u00a0».") % {"operation": self.object.title}

    def get_effects(self) -> list[str]:
        if self.get_obstacles():
            return []
        name = self.object.draft.get("name", self.object.name)
        effects = [_("Elle demande de nouveau à créer «\u00a0%(name)s\u00a0».") % {"name": name}]
        if self.object.agreements.all():
            effects.append(_("Les accords donnés au changement de porteur s’effacent."))
        return effects

    def get_obstacles(self) -> list[str]:
        claim = self.object
        reason = services.is_provisional(claim) or services.was_creation(claim) or services.is_not_asked_again(claim)
        return [reason] if reason else []
