"""The desk where correspondents confirm who holds what, and what of a draft enters the register."""

from __future__ import annotations

from typing import Any

from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import claims_visible_to
from ecoquartier.core.errors import PermissionRefused
from ecoquartier.core.text import french_list, long_date
from ecoquartier.framework.domain.vocabulary import figures
from ecoquartier.operations import services
from ecoquartier.operations.domain.drafts import DraftLine
from ecoquartier.operations.enums import ClaimState
from ecoquartier.operations.models import Claim, Operation
from ecoquartier.operations.queries import (
    WHO_AGREES,
    alike,
    awaited_from,
    correspondents_of,
    draft_lines,
    draft_mark,
    drafted,
    kind_of,
    label_of,
    rivals_of,
    sheet_of,
    term_labels,
)
from ecoquartier.operations.workflow import CLAIM_WORKFLOW, ClaimStep
from ecoquartier.people.enums import Role
from ecoquartier.people.queries import organisations_represented
from ecoquartier.web.holder import words
from ecoquartier.web.holder.claim_forms import ConfirmForm
from ecoquartier.web.holder.forms import ReasonForm
from ecoquartier.web.holder.operations import OPERATIONS
from ecoquartier.web.holder.sheet import doubts_of
from ecoquartier.web.holder.sheet_forms import PARTS
from ecoquartier.web.shared.sheet import sheet_value
from ecoquartier.web.shared.views import ConfirmPage, FormPage, ListPage

SETTLED = "traitees"


class ClaimDesk(ListPage):
    """Claims that the correspondent confirms or refuses, and that the coordinator follows."""

    scope = claims_visible_to
    permission = "services.desk"
    refusal = gettext_lazy("Les demandes de reprise sont confirmées par les correspondants et le bureau national.")
    title = gettext_lazy("Demandes de reprise et de création")
    breadcrumb = (OPERATIONS,)
    template_name = "holder/claims.html"

    def get_lead(self) -> str:
        if self.actor.rights.roles & {Role.CORRESPONDENT, Role.BUREAU}:
            return _(
                "Confirmez la personne et son organisme\u00a0: le porteur peut alors remplir le carnet et déposer."
            )
        return _("Le correspondant de chaque département les confirme\u00a0: vous les suivez.")

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
        context = super().get_context_data(tabs=[(url + query, label, here) for query, label, here in tabs], **kwargs)
        return context | {"rows": [{"claim": claim, "kind": kind_of(claim)} for claim in context["rows"]]}


class ClaimPage:
    """What the pages of a claim share for those who confirm it."""

    scope = staticmethod(claims_visible_to)
    permission = "operations.confirm_holder"
    refusal = gettext_lazy("Cette demande est confirmée par le correspondant du département ou le bureau national.")
    object: Claim

    def get_queryset(self):
        """The claim with what its agreements read."""
        return super().get_queryset().prefetch_related(*WHO_AGREES)

    def get_eyebrow(self) -> str:
        return words.place(self.object)

    def get_breadcrumb(self):
        return (OPERATIONS, (_("Demandes de reprise et de création"), "holder:claims"))

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
    """One claim: who asks, for what, what the draft would bring, and what confirming does.

    The coordinator reads who asks for what, not the draft: its author was told who reads it.
    """

    permission = "operations.read_claim"
    template_name = "holder/claim.html"
    form_class = ConfirmForm
    submit_label = gettext_lazy("Confirmer le porteur")
    success_message = gettext_lazy("Le porteur est confirmé\u00a0: la personne et la collectivité sont prévenues.")

    def check_permission(self) -> None:
        """Reading for all methods, confirming for POST."""
        super().check_permission()
        if self.request.method == "POST" and not self.may_confirm:
            raise PermissionRefused(self.refusal)

    @cached_property
    def may_confirm(self) -> bool:
        """Whether the person confirms or refuses it, and does not only follow it."""
        return self.actor.has_perm("operations.confirm_holder", self.object)

    def get_title(self) -> str:
        return self.object.title

    @cached_property
    def lines(self) -> list[DraftLine]:
        """What the draft fills; nothing once the claim is settled."""
        is_open = self.object.state == ClaimState.PROVISIONAL
        return draft_lines(self.object) if is_open and self.may_confirm else []

    @cached_property
    def faults(self) -> dict[str, list[str]]:
        """Why the register cannot take some of it."""
        return services.faults_of(self.object) if self.lines else {}

    @cached_property
    def terms(self) -> dict[str, dict[str, str]]:
        """The words of the lists of choices."""
        return term_labels()

    @property
    def loses_source(self) -> bool:
        """Whether figures of the draft would take away the date and the source of those of the sheet."""
        fields = {line.field for line in self.lines if not line.is_same and line.field not in self.faults}
        told = any(sheet_of(self.object).value_of(name) for name in services.SOURCE_OF_FIGURES)
        return (
            told
            and bool(fields & figures().keys())
            and not services.SOURCE_OF_FIGURES.keys() & self.object.draft.keys()
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"lines": self.lines, "faults": self.faults, "terms": self.terms}

    def get_initial(self) -> dict[str, Any]:
        return {"seen": draft_mark(self.object)}

    def get_obstacles(self) -> list[str]:
        return self.obstacles(ClaimStep.CONFIRM) if self.may_confirm else []

    def get_effects(self) -> list[str]:
        claim = self.object
        if claim.state != ClaimState.PROVISIONAL or not self.may_confirm:
            return []
        names = {"organisation": claim.organisation, "person": claim.user, "commune": claim.lead_commune.name}
        effects = [_("%(organisation)s devient le porteur de l’opération.") % names]
        if claim.operation_id is None:
            effects.insert(0, _("L’opération entre au registre."))
        if claim.changes_holder:
            effects.append(
                _("%(former)s ne la porte plus\u00a0: son équipe la quitte, les candidatures en cours suivent.")
                % {"former": claim.operation.holder}
            )
        effects.append(_("%(person)s pilote l’équipe\u00a0: remplit le carnet, invite, dépose.") % names)
        if not claim.changes_holder:
            effects.append(
                _("La collectivité compétente (%(commune)s, sauf si une autre est connue) signe la charte.") % names
            )
        if self.loses_source:
            effects.append(
                _(
                    "Si un chiffre du brouillon est pris, la date et la source des chiffres de la fiche "
                    "s’effacent\u00a0: le brouillon n’en donne pas."
                )
            )
        if rivals_of(claim).exists():
            effects.append(_("Les autres demandes pour cette opération sont écartées."))
        return effects

    def get_cancel_url(self) -> str:
        return resolve_url("holder:claims")

    def perform(self, form: ConfirmForm) -> Claim:
        return services.confirm_claim(
            self.object, actor=self.actor, choices=form.choices, seen=form.cleaned_data["seen"]
        )

    def form_refused(self, form: ConfirmForm):
        """What is shown again is what the register and the draft say now."""
        self.object = self.get_object()
        for name in ("lines", "faults"):
            self.__dict__.pop(name, None)
        form.data = form.data.copy()
        form.data["seen"] = draft_mark(self.object)
        return super().form_refused(form)

    def get_success_url(self, result: Claim) -> str:
        return resolve_url("holder:claims")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        claim = self.object
        is_open = claim.state == ClaimState.PROVISIONAL
        return super().get_context_data(
            claim=claim,
            kind=kind_of(claim),
            person=person_of(claim),
            organisation=organisation_of(claim),
            draft=[self.row_of(line) for line in self.lines],
            doubts=[said for part in PARTS for said in doubts_of(drafted(claim), part)] if self.lines else [],
            alike=alike_to(claim) if self.may_confirm else [],
            agreements=agreements_of(claim, self.may_confirm) if is_open and claim.changes_holder else [],
            follows="" if self.may_confirm or not is_open else who_confirms(claim),
            may_confirm=self.may_confirm,
            rivals=rivals_of(claim).select_related("user", "organisation"),
            was_recognised=self.may_confirm and is_open and services.was_creation(claim) is None,
            may_refuse=self.may_confirm and self.offer(ClaimStep.REFUSE) is not None,
            **kwargs,
        )

    def row_of(self, line: DraftLine) -> tuple[str, str, str, str, str]:
        """(field, register, draft, what becomes of it, tone) of one field of the draft."""
        if line.field in self.faults:
            fate = (" ".join(self.faults[line.field]), "bad")
        elif line.is_conflict:
            fate = (_("à choisir"), "wait")
        elif line.is_same:
            fate = (_("déjà dans la fiche"), "neutral")
        else:
            fate = (_("entre dans la fiche"), "ok")
        said = [sheet_value(line.field, value, self.terms) for value in (line.register, line.draft)]
        return (capfirst(label_of(line.field)), *said, *fate)


def who_confirms(claim: Claim) -> str:
    """Who is to confirm it, for those who only follow it."""
    people = [str(person) for person in correspondents_of(claim)]
    if not people:
        return _("Ce département n’a aucun correspondant\u00a0: le bureau national confirme à sa place.")
    return _("À confirmer dans le département par\u00a0: %(people)s.") % {"people": french_list(people)}


def alike_to(claim: Claim) -> list[Operation]:
    """Operations of the register that the one to create may be."""
    is_open = claim.state == ClaimState.PROVISIONAL and claim.operation_id is None
    return alike(claim.name, claim.lead_commune) if is_open else []


def person_of(claim: Claim) -> list[tuple[str, Any]]:
    """Who asks."""
    memberships = claim.user.memberships_today
    membership = next((m for m in memberships if m.organisation_id == claim.organisation_id), None)
    return [
        (_("Nom"), claim.user.full_name),
        (_("Adresse électronique"), claim.user.email),
        (_("Fonction"), membership.title if membership else _("n’y est plus rattachée")),
        (_("Demande du"), long_date(claim.created_at.date())),
    ]


def organisation_of(claim: Claim) -> list[tuple[str, Any]]:
    """For which organisation."""
    organisation = claim.organisation
    return [
        (_("Nom"), organisation.name),
        (_("Nature"), organisation.get_kind_display()),
        (_("SIREN"), organisation.siren),
        (_("Commune"), organisation.commune and str(organisation.commune)),
    ]


def agreements_of(claim: Claim, may_record: bool) -> list[tuple[str, str, str, bool]]:
    """(collectivité, where its agreement stands, tone, may be recorded) of each competent one.

    An agreement in writing is that of a collectivité which nobody represents here.
    """
    given = {agreement.organisation_id: agreement for agreement in claim.agreements.all()}
    awaited = {organisation.pk for organisation in awaited_from(claim)}
    represented = organisations_represented(awaited)
    rows = []
    for organisation in claim.operation.collectivites.all():
        if agreement := given.get(organisation.pk):
            said = _("accord écrit du %(day)s") if agreement.is_in_writing else _("accord donné le %(day)s")
            rows.append((organisation.name, said % {"day": long_date(agreement.given_on)}, "ok", False))
        elif organisation.pk in awaited:
            rows.append(
                (organisation.name, _("accord attendu"), "wait", may_record and organisation.pk not in represented)
            )
        else:
            rows.append((organisation.name, _("demande faite par son représentant"), "ok", False))
    return rows


class ClaimRefuse(ClaimPage, FormPage):
    """Refusing a claim, with a reason."""

    title = gettext_lazy("Refuser la demande")
    template_name = "holder/claim_refuse.html"
    form_class = ReasonForm
    submit_label = gettext_lazy("Refuser la demande")
    success_message = gettext_lazy("La demande est refusée\u00a0: la personne lit votre motif.")

    def get_lead(self) -> str:
        claim = self.object
        names = {"person": claim.user, "organisation": claim.organisation, "operation": claim.title}
        return _("%(person)s (%(organisation)s) ne portera pas «\u00a0%(operation)s\u00a0».") % names

    def get_cancel_url(self) -> str:
        return resolve_url("holder:claim", pk=self.object.pk)

    def perform(self, form: ReasonForm) -> Claim:
        return services.refuse_claim(self.object, actor=self.actor, reason=form.cleaned_data["reason"])

    def get_success_url(self, result: Claim) -> str:
        return resolve_url("holder:claims")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(obstacles=self.obstacles(ClaimStep.REFUSE), **kwargs)
