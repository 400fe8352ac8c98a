"""The directory of organisations, and acts on them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.shortcuts import resolve_url
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import organisations_visible_to, people_visible_to
from ecoquartier.accounts.services import mergers, organisations, roles
from ecoquartier.people.models import Organisation
from ecoquartier.people.queries import members_of, with_member_count
from ecoquartier.web.bureau.merging import MergePage, organisation_in_words
from ecoquartier.web.bureau.people import REFUSAL, above
from ecoquartier.web.bureau.people_forms import (
    AttachForm,
    NewOrganisationForm,
    OrganisationFilters,
    OrganisationForm,
    OtherOrganisationForm,
)
from ecoquartier.web.shared.views import DetailPage, FormPage, ListPage

ORGANISATIONS = (gettext_lazy("Organismes"), "bureau:organisations")


class Organisations(ListPage):
    """The organisations that one may see, by name."""

    scope = organisations_visible_to
    permission = "people.browse"
    refusal = REFUSAL
    title = gettext_lazy("Organismes")
    lead = gettext_lazy("Communes, aménageurs, services de l’État, associations\u00a0: ceux pour qui l’on agit.")
    template_name = "bureau/organisations.html"
    filter_form = OrganisationFilters
    paginate_by = 30
    empty_text = gettext_lazy("Aucun organisme n’est encore inscrit ici.")

    def get_breadcrumb(self):
        return (above(self),)

    def get_queryset(self):
        return with_member_count(super().get_queryset())

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(may_add=self.actor.has_perm("organisations.write"), **kwargs)


class OrganisationPage(DetailPage):
    """One organisation: what it is, who acts for it, what it was."""

    scope = organisations_visible_to
    permission = "organisations.view"
    refusal = REFUSAL
    template_name = "bureau/organisation.html"
    context_object_name = "organisation"

    def get_breadcrumb(self):
        return (above(self), ORGANISATIONS)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        organisation = self.object
        members = list(members_of(organisation))
        seen = set(
            people_visible_to(self.actor).filter(pk__in=[m.user_id for m in members]).values_list("pk", flat=True)
        )
        return super().get_context_data(
            facts=[
                (_("Nature"), capfirst(organisation.get_kind_display())),
                (_("SIREN"), organisation.siren),
                (_("Commune du siège"), organisation.commune),
            ],
            members=[(m, m.user_id in seen, self.actor.has_perm("people.detach", m)) for m in members],
            acts=self._acts(),
            **kwargs,
        )

    def _acts(self) -> list[tuple[str, str, str]]:
        """(label, address, tone) of what may be done about it."""
        organisation, may = self.object, self.actor.has_perm
        if organisation.successor_id:
            return []
        acts = []
        if may("people.attach", organisation):
            invite = f"{resolve_url('bureau:invite')}?{urlencode({'organisme': organisation.name})}"
            attach = resolve_url("bureau:organisation-attach", pk=organisation.pk)
            acts += [(_("Inviter une personne"), invite, "main"), (_("Rattacher une personne"), attach, "quiet")]
        if may("organisations.write", organisation):
            acts += [
                (_("Modifier"), resolve_url("bureau:organisation-edit", pk=organisation.pk), "quiet"),
                (_("Fusionner un doublon"), resolve_url("bureau:organisation-merge", pk=organisation.pk), "quiet"),
            ]
        return acts


class AddOrganisation(FormPage):
    """A new organisation."""

    permission = "organisations.write"
    refusal = REFUSAL
    form_class = NewOrganisationForm
    title = gettext_lazy("Inscrire un organisme")
    submit_label = gettext_lazy("Inscrire")
    success_message = gettext_lazy("L’organisme est inscrit.")

    def get_breadcrumb(self):
        return (above(self), ORGANISATIONS)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"organisations": organisations_visible_to(self.actor)}

    def perform(self, form: NewOrganisationForm) -> Organisation:
        return organisations.add_organisation(self.actor, actor=self.actor, **form.cleaned_data)

    def get_success_url(self, result: Organisation) -> str:
        return resolve_url("bureau:organisation", pk=result.pk)


class OnOrganisation(FormPage):
    """What the pages of acts on one organisation share."""

    scope = organisations_visible_to
    refusal = REFUSAL

    def get_breadcrumb(self):
        return (above(self), ORGANISATIONS, (str(self.object), resolve_url("bureau:organisation", pk=self.object.pk)))

    def get_success_url(self, result: Any) -> str:
        return resolve_url("bureau:organisation", pk=self.object.pk)


class EditOrganisation(OnOrganisation):
    """What an organisation is, corrected."""

    permission = "organisations.write"
    form_class = OrganisationForm
    title = gettext_lazy("Modifier un organisme")
    success_message = gettext_lazy("La fiche est enregistrée.")

    def get_initial(self) -> dict[str, Any]:
        kept = self.object
        return {"name": kept.name, "kind": kept.kind, "siren": kept.siren, "commune": kept.commune}

    def perform(self, form: OrganisationForm) -> Organisation:
        return organisations.update_organisation(self.object, actor=self.actor, **form.cleaned_data)


class Attach(OnOrganisation):
    """Somebody who has an account, and acts for the organisation from now on."""

    permission = "people.attach"
    form_class = AttachForm
    title = gettext_lazy("Rattacher une personne")
    lead = gettext_lazy("Elle a déjà un compte. Sinon, invitez-la.")
    submit_label = gettext_lazy("Rattacher")
    success_message = gettext_lazy("La personne est rattachée et prévenue.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"people": people_visible_to(self.actor)}

    def perform(self, form: AttachForm):
        values = dict(form.cleaned_data)
        return roles.add_membership(self.object, actor=self.actor, person=values.pop("email"), **values)


class MergeOrganisations(OnOrganisation, MergePage):
    """One organisation entered twice, or that took over another."""

    permission = "organisations.write"
    form_class = OtherOrganisationForm
    title = gettext_lazy("Fusionner un doublon")
    success_message = gettext_lazy("Les deux organismes n’en font plus qu’un.")
    irreversible = (gettext_lazy("L’autre organisme reste dans l’annuaire, comme fusionné\u00a0: il ne revient pas."),)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"organisations": organisations_visible_to(self.actor)}

    def get_effects(self) -> Iterable[str]:
        if self.preview is None:
            return self.effects
        name = {"name": self.object}
        return [
            *organisation_in_words(self.preview),
            _("Ses opérations, ses personnes, ses sièges et ses signatures passent à %(name)s.") % name,
        ]

    def perform(self, form: OtherOrganisationForm) -> Organisation:
        values = form.cleaned_data
        return mergers.merge_organisations(
            self.object, actor=self.actor, duplicate=values["other"], reason=values["reason"]
        )
