"""The project charter: read by all who work on the operation, signed by the collectivité."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.campaigns.queries import current_framework
from ecoquartier.core.text import long_date, of_place
from ecoquartier.framework.queries import dimensions_of
from ecoquartier.operations import services
from ecoquartier.operations.enums import CharterState
from ecoquartier.operations.models import CharterSignature, Operation
from ecoquartier.operations.queries import charter_signatures, public_operations
from ecoquartier.operations.workflow import CHARTER_WORKFLOW, CharterStep
from ecoquartier.people.models import Organisation
from ecoquartier.web.holder import sheet
from ecoquartier.web.holder.forms import CharterForm
from ecoquartier.web.holder.life_forms import ConfirmCharterForm, SetAsideForm
from ecoquartier.web.holder.operations import OperationPage, above
from ecoquartier.web.shared.sheet import fact_lines
from ecoquartier.web.shared.views import ConfirmPage

TOWN, EPCI = "commune", "intercommunalite"
"""Signatories that may not be in the directory of organisations yet."""


def _is_public(operation: Operation) -> bool:
    """Whether the register shows it already, by another signature or by a label (rule 18)."""
    return public_operations().filter(pk=operation.pk).exists()


def becomes_public(operation: Operation) -> list[str]:
    """What signing makes public; nothing when it is already."""
    if _is_public(operation):
        return []
    return [_("L’opération devient publique\u00a0: sa fiche figure au registre des opérations.")]


def done_words(done: str, operation: Operation) -> str:
    """What was done, as said after it; asked before, for what was public already."""
    return (
        done
        if _is_public(operation)
        else _("%(done)s L’opération figure désormais au registre public.") % {"done": done}
    )


class CharterSign(OperationPage, ConfirmPage):
    """The text of the charter, its signatures, and the button of those who may sign."""

    write_permission = "operations.sign_charter"
    write_refusal = gettext_lazy("Seul un représentant de la collectivité peut signer la charte.")
    title = gettext_lazy("Charte ÉcoQuartier")
    template_name = "holder/charter.html"
    form_class = CharterForm
    submit_label = gettext_lazy("Signer la charte")

    def get_queryset(self):
        return super().get_queryset().prefetch_related("charter_signatures__organisation")

    @cached_property
    def signable(self) -> list:
        """The collectivités for which the person may sign now."""
        return sheet.unsigned_by(self.object, self.actor)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "organisations": self.signable, "label": _("Au nom de")}

    def get_effects(self) -> list[str]:
        if not self.signable or self.closed:
            return []
        return [
            *becomes_public(self.object),
            _("Une candidature peut être déposée dès la première étape."),
            _("Votre nom et la date sont inscrits au journal de la plateforme."),
        ]

    def get_obstacles(self) -> list[str]:
        if self.signable:
            return [self.closed] if self.closed else []
        if self.may_write:
            return [_("Votre collectivité a déjà signé la charte pour cette opération.")]
        unsigned = sheet.unsigned(self.object)
        if unsigned:
            names = ", ".join(organisation.name for organisation in unsigned)
            return [_("Seul un représentant de la collectivité peut la signer (%(names)s).") % {"names": names}]
        if self.object.collectivites.all():
            return [_("La charte est déjà signée pour cette opération.")]
        return [_("La collectivité compétente sera connue quand un porteur sera confirmé.")]

    def get_success_message(self, result: Operation) -> str:
        return self.done

    def perform(self, form) -> Operation:
        self.done = done_words(_("La charte est signée."), self.object)
        return services.sign_charter(self.object, actor=self.actor, organisation=form.cleaned_data["organisation"])

    def get_success_url(self, result: Any) -> str:
        return resolve_url("holder:operation", pk=self.object.pk)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        framework = current_framework()
        return super().get_context_data(
            dimensions=dimensions_of(framework) if framework else (),
            charter=sheet.charter_lines(self.object),
            may_sign=bool(self.signable) and not self.closed,
            to_confirm=self._to_confirm(),
            **kwargs,
        )

    def _to_confirm(self) -> list[CharterSignature]:
        if not self.actor.has_perm("operations.confirm_charter", self.object):
            return []
        return [row for row in self.object.charter_signatures.all() if row.state == CharterState.TO_CONFIRM]


class OlderSignature(OperationPage, ConfirmPage):
    """What an older sheet tells of a signature, before it is confirmed or set aside."""

    permission = "operations.confirm_charter"
    refusal = gettext_lazy("Une signature ancienne est confirmée par le correspondant ou le bureau national.")
    template_name = "holder/charter_older.html"
    step: CharterStep

    @cached_property
    def signature(self) -> CharterSignature:
        """The signature that the address names."""
        found = charter_signatures().filter(operation=self.object, pk=self.kwargs["charter"]).first()
        if found is None:
            raise Http404
        # With the operation that the page has already.
        found.operation = self.object
        return found

    def get_breadcrumb(self):
        return [*above(self.object), (_("Charte ÉcoQuartier"), resolve_url("holder:charter-sign", pk=self.object.pk))]

    def get_obstacles(self) -> list[str]:
        reason = CHARTER_WORKFLOW.why_not(self.step, self.signature, self.actor)
        return [reason] if reason else []

    def get_success_url(self, result: Any) -> str:
        return resolve_url("holder:operation", pk=self.object.pk)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        row = self.signature
        day = _("le %(day)s") % {"day": long_date(row.signed_on)} if row.signed_on else row.year
        return super().get_context_data(
            told=[
                (_("Commune principale"), self.object.lead_commune.name),
                (_("Signature"), day or _("sans date")),
                (_("Source"), row.source),
                *fact_lines(self.object),
            ],
            **kwargs,
        )


class CharterConfirm(OlderSignature):
    """Who signed, and when: the operation becomes public."""

    step = CharterStep.CONFIRM
    title = gettext_lazy("Confirmer une signature ancienne")
    form_class = ConfirmCharterForm
    submit_label = gettext_lazy("Confirmer la signature")

    def get_effects(self) -> list[str]:
        return [
            *becomes_public(self.object),
            _("La charte compte pour les étapes qui la demandent."),
            _("L’équipe et les collectivités sont prévenues, s’il y en a."),
        ]

    def get_success_message(self, result: CharterSignature) -> str:
        return self.done

    @cached_property
    def signatories(self) -> dict[str, str]:
        """Who may have signed: the competent collectivités, or the commune and its grouping when none is known."""
        competent = {str(c.pk): c.name for c in self.object.collectivites.all()}
        if competent:
            return competent
        commune = self.object.lead_commune
        found = {TOWN: _("Commune %(of)s") % {"of": of_place(commune.name)}}
        return found | ({EPCI: commune.epci_name} if commune.epci_siren else {})

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"organisations": self.signatories.items()}

    def get_initial(self) -> dict[str, Any]:
        row = self.signature
        year = None if row.signed_on else row.year
        return {"organisation": str(row.organisation_id or ""), "signed_on": row.signed_on, "year": year}

    def perform(self, form: ConfirmCharterForm) -> CharterSignature:
        values = form.cleaned_data
        self.done = done_words(_("La signature est confirmée."), self.object)
        return services.confirm_charter(
            self.signature,
            actor=self.actor,
            organisation=self._signatory(values["organisation"]),
            signed_on=values["signed_on"],
            year=values["year"],
        )

    def _signatory(self, chosen: str) -> Organisation:
        commune = self.object.lead_commune
        made = {TOWN: services.town_of, EPCI: services.epci_of}.get(chosen)
        return made(commune) if made else next(c for c in self.object.collectivites.all() if str(c.pk) == chosen)


class CharterSetAside(OlderSignature):
    """Nothing proves the signature: it is kept, and counts for nothing."""

    step = CharterStep.SET_ASIDE
    title = gettext_lazy("Écarter une signature ancienne")
    form_class = SetAsideForm
    submit_label = gettext_lazy("Écarter la signature")
    success_message = gettext_lazy("La signature est écartée, avec votre motif.")
    effects = (
        gettext_lazy("Elle reste inscrite, avec votre motif, et ne compte plus pour rien."),
        gettext_lazy("La collectivité peut toujours signer la charte elle-même."),
    )

    def perform(self, form: SetAsideForm) -> CharterSignature:
        return services.set_charter_aside(self.signature, actor=self.actor, **form.cleaned_data)
