"""Acts on people: inviting, giving and ending roles, closing accounts, merging duplicates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import (
    invitations_visible_to,
    memberships_visible_to,
    organisations_visible_to,
    people_visible_to,
    roles_visible_to,
)
from ecoquartier.accounts.services import credentials, invitations, mergers, roles
from ecoquartier.people.models import RoleGrant, User
from ecoquartier.web.bureau.forms import ReasonForm
from ecoquartier.web.bureau.merging import MergePage, person_in_words
from ecoquartier.web.bureau.people import PEOPLE, REFUSAL, above, role_words
from ecoquartier.web.bureau.people_forms import InviteForm, OtherPersonForm, RoleForm
from ecoquartier.web.shared.views import ActionView, ConfirmPage, FormPage
from ecoquartier.workflow.engine import obstacles


class OnPerson(FormPage):
    """What the pages of acts on one person share."""

    scope = people_visible_to
    refusal = REFUSAL

    @property
    def person(self) -> User:
        """Whom the act is about: the object, or the person of a role or of a membership."""
        return self.object if isinstance(self.object, User) else self.object.user

    def get_lead(self) -> str:
        return str(self.person)

    def get_breadcrumb(self):
        return (above(self), PEOPLE, (str(self.person), resolve_url("bureau:person", pk=self.person.pk)))

    def get_success_url(self, result: Any) -> str:
        return resolve_url("bureau:person", pk=self.person.pk)


class WithReason(OnPerson, ConfirmPage):
    """An act on one person that asks for a reason; it is closed while a guard of the act says why not now."""

    form_class = ReasonForm

    def get_obstacles(self) -> list[str]:
        return obstacles(self.service, self.object)


class Invite(FormPage):
    """Somebody, known or not, into an organisation or to a role."""

    permission = "people.browse"
    refusal = REFUSAL
    form_class = InviteForm
    title = gettext_lazy("Inviter une personne")
    lead = gettext_lazy("Elle reçoit un lien personnel, valable quatorze jours et une seule fois.")
    submit_label = gettext_lazy("Envoyer l’invitation")
    success_message = gettext_lazy("L’invitation part dans la minute.")
    success_url = "bureau:people"

    def get_breadcrumb(self):
        return (above(self), PEOPLE)

    def get_initial(self) -> dict[str, Any]:
        return {"organisation": self.request.GET.get("organisme", "")}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "actor": self.actor,
            "organisations": organisations_visible_to(self.actor),
        }

    def perform(self, form: InviteForm):
        return invitations.invite(self.actor, actor=self.actor, **form.cleaned_data)


class WithdrawInvitation(ActionView):
    """An invitation that opens nothing any more."""

    scope = invitations_visible_to
    service = invitations.withdraw_invitation
    success_message = gettext_lazy("L’invitation est retirée.")
    next = "bureau:people"


class GrantRole(OnPerson):
    """A role, its territory and its period."""

    permission = "people.grant_some"
    form_class = RoleForm
    title = gettext_lazy("Confier un rôle")
    submit_label = gettext_lazy("Confier ce rôle")
    success_message = gettext_lazy("Le rôle est confié, la personne est prévenue.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"actor": self.actor}

    def perform(self, form: RoleForm) -> RoleGrant:
        return roles.grant_role(self.person, actor=self.actor, **form.cleaned_data)


class EndRole(WithReason):
    """The end of a role, today."""

    scope = roles_visible_to
    permission = "people.grant"
    title = gettext_lazy("Mettre fin à un rôle")
    submit_label = gettext_lazy("Mettre fin à ce rôle")
    success_message = gettext_lazy("Le rôle est fini, la personne est prévenue.")
    service = roles.end_role
    is_dangerous = True

    def get_effects(self) -> list[str]:
        who = {"person": self.person, "role": role_words(self.object)}
        return [
            _("%(person)s n’est plus %(role)s, dès la prochaine page ouverte.") % who,
            _("Ses actes passés restent, sous son nom."),
        ]


class EndMembership(WithReason):
    """The end of what makes a person act for an organisation."""

    scope = memberships_visible_to
    permission = "people.detach"
    title = gettext_lazy("Mettre fin à un rattachement")
    submit_label = gettext_lazy("Mettre fin au rattachement")
    success_message = gettext_lazy("Le rattachement est fini, la personne est prévenue.")
    service = roles.end_membership
    is_dangerous = True

    def get_breadcrumb(self):
        place = self.object.organisation
        return (above(self), PEOPLE, (str(place), resolve_url("bureau:organisation", pk=place.pk)))

    def get_effects(self) -> list[str]:
        names = {"person": self.person, "organisation": self.object.organisation}
        return [_("%(person)s n’agit plus pour %(organisation)s, dès la prochaine page ouverte.") % names]

    def get_success_url(self, result: Any) -> str:
        return resolve_url("bureau:organisation", pk=self.object.organisation_id)


class Suspend(WithReason):
    """An account closed at once."""

    permission = "people.suspend"
    title = gettext_lazy("Suspendre un compte")
    submit_label = gettext_lazy("Suspendre ce compte")
    success_message = gettext_lazy("Le compte est suspendu.")
    service = roles.suspend
    is_dangerous = True
    effects = (
        gettext_lazy("La personne ne peut plus se connecter, et ses sessions ouvertes se ferment."),
        gettext_lazy("Ses rôles et ses organismes l’attendent\u00a0: un compte suspendu se rétablit."),
    )


class Reinstate(WithReason):
    """A suspended account opened again."""

    permission = "people.suspend"
    title = gettext_lazy("Rétablir un compte")
    submit_label = gettext_lazy("Rétablir ce compte")
    success_message = gettext_lazy("Le compte est rétabli, la personne est prévenue.")
    service = roles.reinstate
    effects = (gettext_lazy("La personne se connecte de nouveau, avec les rôles et les organismes qu’elle avait."),)


class RemoveSecondFactor(WithReason):
    """Somebody has lost what proves who they are: the bureau checks it otherwise, then removes it."""

    permission = "accounts.remove_second_factor"
    title = gettext_lazy("Retirer la double vérification")
    submit_label = gettext_lazy("Retirer la double vérification")
    success_message = gettext_lazy("La double vérification est retirée, la personne est prévenue.")
    service = credentials.remove_second_factor
    is_dangerous = True
    effects = (
        gettext_lazy("L’application de codes, les clés d’accès et les codes de secours n’ouvrent plus ce compte."),
        gettext_lazy("Les sessions ouvertes se ferment\u00a0; la personne se connecte avec son mot de passe."),
        gettext_lazy("Si ses fonctions la demandent, une nouvelle double vérification lui est demandée aussitôt."),
    )

    def get_lead(self) -> str:
        return _("%(person)s. Assurez-vous d’abord de vive voix que la demande vient bien d’elle ou de lui.") % {
            "person": self.person
        }


class MergePeople(OnPerson, MergePage):
    """Two accounts of one person."""

    permission = "people.merge"
    form_class = OtherPersonForm
    title = gettext_lazy("Fusionner un doublon")
    success_message = gettext_lazy("Les deux comptes n’en font plus qu’un.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"people": people_visible_to(self.actor)}

    def get_effects(self) -> Iterable[str]:
        if self.preview is None:
            return self.effects
        return [
            *person_in_words(self.preview),
            _("Tout ce qui désigne l’autre compte désigne désormais %(person)s.") % {"person": self.person},
            _("La personne se connecte avec l’adresse %(address)s.") % {"address": self.person.email},
        ]

    irreversible = (gettext_lazy("L’autre compte est fermé pour toujours, ses moyens de connexion sont effacés."),)

    def perform(self, form: OtherPersonForm) -> User:
        values = form.cleaned_data
        return mergers.merge_people(self.person, actor=self.actor, duplicate=values["other"], reason=values["reason"])
