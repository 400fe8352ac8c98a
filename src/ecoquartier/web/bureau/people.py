"""The directory of people: who they are, what they hold, what happened to them."""

from __future__ import annotations

from typing import Any

from django.shortcuts import resolve_url
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import invitations_visible_to, organisations_visible_to, people_visible_to
from ecoquartier.accounts.messages import invited_to
from ecoquartier.accounts.services import credentials
from ecoquartier.commissions.predicates import seats_of
from ecoquartier.commissions.queries import with_seats
from ecoquartier.journal.enums import Event
from ecoquartier.journal.queries import entries_about, words_of
from ecoquartier.people.domain import ERASED_DOMAIN
from ecoquartier.people.models import RoleGrant, User
from ecoquartier.people.queries import memberships_of, roles_of, with_what_they_hold
from ecoquartier.web.bureau import words
from ecoquartier.web.bureau.people_forms import PeopleFilters
from ecoquartier.web.shared.views import DetailPage, ListPage

REFUSAL = gettext_lazy(
    "Cet annuaire est tenu par le bureau national, les services de l’État et les représentants des organismes."
)
PEOPLE = (gettext_lazy("Personnes"), "bureau:people")
HISTORY = 30
WAITING = 10


def above(view) -> tuple:
    """The first step of the breadcrumb: steering for the bureau, one's space for the others."""
    return words.HOME if view.actor.has_perm("bureau.desk") else (gettext_lazy("Mon espace"), "space:home")


def state_of(person: User) -> tuple[str, str]:
    """(words, tone) of an account."""
    if person.is_active:
        return _("ouvert"), "ok"
    return (_("effacé"), "neutral") if person.email.endswith(ERASED_DOMAIN) else (_("suspendu"), "bad")


def role_words(grant: RoleGrant) -> str:
    """A role and its territory."""
    return f"{grant.get_role_display()}, {grant.territory}" if grant.territory else str(grant.get_role_display())


class People(ListPage):
    """Everybody that one may see, by name."""

    scope = people_visible_to
    permission = "people.browse"
    refusal = REFUSAL
    title = gettext_lazy("Personnes")
    lead = gettext_lazy("Qui agit, pour quel organisme, à quel titre et où.")
    template_name = "bureau/people.html"
    filter_form = PeopleFilters
    paginate_by = 30
    empty_text = gettext_lazy("Personne n’est encore inscrit ici\u00a0: invitez la première personne.")

    def get_breadcrumb(self):
        return (above(self),)

    def get_queryset(self):
        return with_seats(with_what_they_hold(super().get_queryset()))

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        waiting = invitations_visible_to(self.actor).open()[:WAITING]
        return context | {
            "rows": [
                (
                    person,
                    [
                        *(capfirst(role_words(grant)) for grant in person.held_roles),
                        *(f"{capfirst(seat.get_part_display())}, {seat.commission}" for seat in person.held_seats),
                    ],
                    [membership.organisation for membership in person.held_memberships],
                    *state_of(person),
                )
                for person in context["rows"]
            ],
            "waiting": [(invitation, invited_to(invitation)) for invitation in waiting],
        }


class PersonPage(DetailPage):
    """One person: roles, organisations, seats, history, and what may be done."""

    scope = people_visible_to
    permission = "people.view"
    refusal = REFUSAL
    template_name = "bureau/person.html"
    context_object_name = "person"

    def get_breadcrumb(self):
        return (above(self), PEOPLE)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        person = self.object
        memberships = list(memberships_of(person))
        seen = set(
            organisations_visible_to(self.actor)
            .filter(pk__in=[m.organisation_id for m in memberships])
            .values_list("pk", flat=True)
        )
        may_close = self.actor.has_perm("people.suspend", person)
        return super().get_context_data(
            badge=state_of(person),
            facts=[(_("Adresse"), person.email), (_("Compte créé le"), person.created_at)],
            roles=[(grant, role_words(grant), self._may_end(grant)) for grant in roles_of(person)],
            memberships=[
                (m, m.organisation_id in seen, m.ended_on is None and self.actor.has_perm("people.detach", m))
                for m in memberships
            ],
            seats=seats_of(person),
            history=self._history() if may_close or self.actor.has_perm("journal.read") else [],
            acts=self._acts(may_close=may_close),
            **kwargs,
        )

    def _may_end(self, grant: RoleGrant) -> bool:
        return not grant.is_over and self.actor.has_perm("people.grant", grant)

    def _history(self) -> list[dict[str, str]]:
        # The pages of a support session are on its own page: they would hide the rest.
        acts = entries_about(self.object.pk).exclude(event=Event.SUPPORT_PAGE_VIEWED)
        found = acts.select_related("detail").order_by("-seq")[:HISTORY]
        return [
            {
                "title": words_of(entry.event),
                "when": _("%(day)s, par %(who)s")
                % {"day": entry.occurred_at.strftime("%d/%m/%Y"), "who": entry.actor_name or _("la plateforme")},
                "text": entry.detail.content.get("reason", "") if hasattr(entry, "detail") else "",
                "state": "done",
            }
            for entry in found
        ]

    def _acts(self, *, may_close: bool) -> list[tuple[str, str, str]]:
        """(label, address, tone) of what may be done about the account."""
        person, may = self.object, self.actor.has_perm
        acts = []
        if person.is_active and may("people.grant_some", person):
            acts.append((_("Confier un rôle"), "bureau:role-grant", "main"))
        if may_close and person.is_active:
            acts.append((_("Suspendre"), "bureau:person-suspend", "quiet"))
        elif may_close and not person.email.endswith(ERASED_DOMAIN):
            acts.append((_("Rétablir"), "bureau:person-reinstate", "main"))
        if may("accounts.remove_second_factor", person) and credentials.has_second_factor(person) is None:
            acts.append((_("Retirer la double vérification"), "bureau:person-second-factor", "quiet"))
        if person.is_active and may("people.merge", person):
            acts.append((_("Fusionner un doublon"), "bureau:person-merge", "quiet"))
        return [(label, resolve_url(name, pk=person.pk), tone) for label, name, tone in acts]
