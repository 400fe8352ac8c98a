"""The team of an operation: who is in it, who is invited, and what its lead changes."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import invitations_visible_to
from ecoquartier.accounts.models import Invitation
from ecoquartier.accounts.services.invitations import withdraw_invitation
from ecoquartier.operations.enums import TEAM_PLACE, TeamRole
from ecoquartier.operations.models import Operation, TeamMember
from ecoquartier.operations.queries import invitations_to, members_of_team
from ecoquartier.operations.services import team
from ecoquartier.web.holder.life_forms import RoleForm, TeamInviteForm
from ecoquartier.web.holder.operations import OperationPage, WritingPage, above
from ecoquartier.web.shared.pagination import paginate
from ecoquartier.web.shared.views import ActionView, ConfirmPage, DetailPage, FormPage
from ecoquartier.workflow.engine import obstacles

REFUSAL = gettext_lazy("L’équipe est tenue par son pilote, ou par le bureau national.")
BY = 20


class TeamPage(OperationPage, DetailPage):
    """Everybody of the team, and what this person may change."""

    title = gettext_lazy("Équipe")
    template_name = "holder/team.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        operation, user = self.object, self.actor
        runs = user.has_perm("operations.write_team", operation)
        nav = paginate(members_of_team(operation), self.request, by=BY)
        return super().get_context_data(
            nav=nav,
            rows=nav.page.object_list,
            runs=runs,
            closed=self.closed,
            is_in=bool(operation.role),
            invited=[(row, TeamRole(row.place_role).label) for row in invitations_to(operation)[:BY]] if runs else [],
            **kwargs,
        )


class TeamForm(OperationPage, FormPage):
    """What the acts on the team share."""

    permission = "operations.write_team"
    refusal = REFUSAL

    def get_breadcrumb(self):
        return [*above(self.object), (_("Équipe"), resolve_url("holder:team", pk=self.object.pk))]

    def get_success_url(self, result: Any) -> str:
        return resolve_url("holder:team", pk=self.object.pk)


class TeamInvite(WritingPage, TeamForm):
    """Somebody invited by e-mail, whether they have an account or not."""

    title = gettext_lazy("Inviter dans l’équipe")
    lead = gettext_lazy("La personne reçoit un lien personnel, valable quatorze jours et une seule fois.")
    form_class = TeamInviteForm
    submit_label = gettext_lazy("Envoyer l’invitation")
    success_message = gettext_lazy("L’invitation part dans la minute.")

    def perform(self, form: TeamInviteForm) -> Operation:
        return team.invite_to_team(self.object, actor=self.actor, **form.cleaned_data)


def team_invitations_visible_to(user) -> QuerySet[Invitation]:
    """Invitations into teams, among those that one may see."""
    return invitations_visible_to(user).filter(place=TEAM_PLACE)


class InvitationWithdraw(ActionView):
    """An invitation into the team that opens nothing any more."""

    scope = team_invitations_visible_to
    service = withdraw_invitation
    success_message = gettext_lazy("L’invitation est retirée.")

    def get_next_url(self, result: Any) -> str:
        return resolve_url("holder:team", pk=result.place_id)


class OnMember(TeamForm):
    """An act on one person of the team, whom the address names."""

    @cached_property
    def member(self) -> TeamMember:
        """Their place in the team."""
        found = members_of_team(self.object).filter(user=self.kwargs["person"]).first()
        if found is None:
            raise Http404
        return found

    def get_lead(self) -> str:
        return _("%(person)s, %(role)s.") % {"person": self.member.user, "role": self.member.get_role_display()}


class RoleChange(WritingPage, OnMember):
    """Another role for somebody of the team."""

    title = gettext_lazy("Changer de rôle")
    form_class = RoleForm
    success_message = gettext_lazy("Le rôle est changé, la personne est prévenue.")

    def get_initial(self) -> dict[str, Any]:
        return {"role": self.member.role}

    def perform(self, form: RoleForm) -> TeamMember:
        return team.change_role(self.member, actor=self.actor, **form.cleaned_data)


class MemberConfirm(OnMember, ConfirmPage):
    """An act on somebody of the team that is read before it is done."""

    def get_obstacles(self) -> list[str]:
        return obstacles(self.service, self.member)

    def perform(self, form) -> TeamMember:
        return self.service(self.member, actor=self.actor)


class HandOver(MemberConfirm):
    """The lead of the team, to somebody else."""

    title = gettext_lazy("Transmettre le pilotage")
    submit_label = gettext_lazy("Transmettre le pilotage")
    success_message = gettext_lazy("Le pilotage est transmis, la personne est prévenue.")
    service = team.hand_over

    def get_effects(self) -> list[str]:
        who = {"person": self.member.user}
        said = [_("%(person)s pilote l’équipe\u00a0: invite, écrit, dépose, répond de l’opération.") % who]
        if self.object.role == TeamRole.LEAD:
            return [*said, _("Vous devenez contributeur\u00a0: vous écrivez encore, vous ne déposez plus.")]
        return [*said, _("Les pilotes d’aujourd’hui deviennent contributeurs.")]


class MemberRemove(MemberConfirm):
    """Somebody taken out of the team."""

    title = gettext_lazy("Retirer de l’équipe")
    submit_label = gettext_lazy("Retirer de l’équipe")
    success_message = gettext_lazy("La personne ne fait plus partie de l’équipe, elle est prévenue.")
    service = team.remove_from_team
    is_dangerous = True

    def get_effects(self) -> list[str]:
        return [
            _("%(person)s n’ouvre plus rien de l’opération, dès la prochaine page.") % {"person": self.member.user},
            _("Ce que cette personne a écrit reste, sous son nom."),
        ]


class TeamLeave(MemberConfirm):
    """Leaving the team oneself."""

    permission = "operations.view"
    title = gettext_lazy("Quitter l’équipe")
    submit_label = gettext_lazy("Quitter l’équipe")
    success_message = gettext_lazy("Vous avez quitté l’équipe.")
    service = team.leave_team
    is_dangerous = True
    effects = (
        gettext_lazy("Vous n’ouvrez plus rien de l’opération, sauf par un autre de vos rôles."),
        gettext_lazy("Ce que vous avez écrit reste, sous votre nom."),
        gettext_lazy("Pour revenir, il faut une nouvelle invitation."),
    )

    @cached_property
    def member(self) -> TeamMember:
        """One’s own place."""
        found = members_of_team(self.object).filter(user=self.actor.pk).first()
        if found is None:
            raise Http404
        return found

    def get_effects(self):
        return self.effects

    def get_success_url(self, result: Any) -> str:
        return resolve_url("holder:operations")
