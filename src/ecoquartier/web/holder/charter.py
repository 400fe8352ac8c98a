"""The project charter: read by all who work on the operation, signed by the collectivité."""

from __future__ import annotations

from typing import Any

from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.campaigns.queries import current_framework
from ecoquartier.framework.queries import dimensions_of
from ecoquartier.operations import services
from ecoquartier.operations.models import Operation
from ecoquartier.web.holder import sheet
from ecoquartier.web.holder.forms import CharterForm
from ecoquartier.web.holder.operations import OperationPage
from ecoquartier.web.shared.views import ConfirmPage


class CharterSign(OperationPage, ConfirmPage):
    """The text of the charter, its signatures, and the button of those who may sign."""

    write_permission = "operations.sign_charter"
    write_refusal = gettext_lazy("La charte est signée par un représentant de la collectivité.")
    title = gettext_lazy("Charte ÉcoQuartier")
    template_name = "holder/charter.html"
    form_class = CharterForm
    submit_label = gettext_lazy("Signer la charte")
    success_message = gettext_lazy("La charte est signée. L’opération figure désormais au registre public.")

    def get_queryset(self):
        return super().get_queryset().prefetch_related("charter_signatures__organisation")

    @cached_property
    def signable(self) -> list:
        """The collectivités for which the person may sign now."""
        return sheet.unsigned_by(self.object, self.actor)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "organisations": self.signable, "label": _("Au nom de")}

    def get_effects(self) -> list[str]:
        if not self.signable:
            return []
        return [
            _("L’opération devient publique\u00a0: sa fiche figure au registre des opérations."),
            _("Une candidature peut être déposée dès la première étape."),
            _("Votre nom et la date sont inscrits au journal de la plateforme."),
        ]

    def get_obstacles(self) -> list[str]:
        if self.signable:
            return []
        if self.may_write:
            return [_("Votre collectivité a déjà signé la charte pour cette opération.")]
        names = ", ".join(organisation.name for organisation in self.object.collectivites.all())
        if not names:
            return [_("La collectivité compétente sera connue quand un porteur sera confirmé.")]
        return [_("La charte est signée par un représentant de %(names)s.") % {"names": names}]

    def perform(self, form) -> Operation:
        return services.sign_charter(self.object, actor=self.actor, organisation=form.cleaned_data["organisation"])

    def get_success_url(self, result: Any) -> str:
        return resolve_url("holder:operation", pk=self.object.pk)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        framework = current_framework()
        return super().get_context_data(
            dimensions=dimensions_of(framework) if framework else (),
            charter=sheet.charter_lines(self.object),
            may_sign=bool(self.signable),
            **kwargs,
        )
