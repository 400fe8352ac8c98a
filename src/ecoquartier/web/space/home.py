"""`/espace/`: what waits for a person, whatever their roles, and what is going on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.shortcuts import resolve_url
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ecoquartier.access.scopes import dossiers_in_progress_for, dossiers_settled_for
from ecoquartier.commissions.predicates import seats_of
from ecoquartier.core import clock
from ecoquartier.core.registry import Task, pending
from ecoquartier.core.text import french_list
from ecoquartier.dossiers.queries import state_label
from ecoquartier.people.enums import Role
from ecoquartier.people.models import RoleGrant, User
from ecoquartier.web.shared.views import TemplatePage

IN_PROGRESS = 5
RECENT = 3
SOON = 7


@dataclass(frozen=True)
class Line:
    """A task as the page shows it."""

    task: Task
    when: str
    tone: str


@dataclass(frozen=True)
class Suggestion:
    """What a person with nothing to do may do."""

    label: str
    url: str
    sentence: str


def tasks_of(user: User) -> list[Task]:
    """Everything that waits for the person, by date, what has no date last."""
    found = [task for _key, entry in pending.items() for task in entry(user)]
    return sorted(found, key=lambda task: (task.due_on is None, task.due_on or date.max, task.title))


def line(task: Task) -> Line:
    """Its date in words, and how pressing it is."""
    if task.due_on is None:
        return Line(task, "", "neutral")
    days = (task.due_on - clock.today()).days
    day = date_format(task.due_on, "j F Y")
    if days < 0:
        return Line(task, _("attendu le %(day)s") % {"day": day}, "bad")
    if days == 0:
        return Line(task, _("aujourd’hui"), "wait")
    if days <= SOON:
        words = ngettext("dans %(n)s jour", "dans %(n)s jours", days) % {"n": days}
        return Line(task, f"{words}, le {day}", "wait")
    return Line(task, _("avant le %(day)s") % {"day": day}, "neutral")


def role_in_words(grant: RoleGrant) -> str:
    """A role and where it applies: « correspondant ville durable, Mayenne (53) »."""
    where = grant.county or grant.region
    return f"{grant.get_role_display()}, {where}" if where else grant.get_role_display()


def greeting(user: User) -> str:
    """Roles, seats and organisations of the person, in one sentence."""
    roles = [role_in_words(grant) for grant in user.grants_today]
    seats = [f"{seat.get_part_display()}, {seat.commission}" for seat in seats_of(user)]
    bodies = [
        f"{membership.title}, {membership.organisation}" if membership.title else str(membership.organisation)
        for membership in user.memberships_today
    ]
    words = [*roles, *seats] or bodies
    return f"{words[0][0].upper()}{french_list(words, limit=3)[1:]}." if words else ""


def suggestions(user: User) -> list[Suggestion]:
    """What each role may do when nothing waits."""
    roles, found = user.rights.roles, []
    if Role.BUREAU in roles:
        found.append(Suggestion(_("Pilotage"), resolve_url("bureau:home"), _("Voir où en est la campagne.")))
    if Role.CORRESPONDENT in roles:
        found.append(
            Suggestion(_("Opérations"), resolve_url("holder:operations"), _("Parcourir celles de votre département."))
        )
    if Role.COORDINATOR in roles or seats_of(user):
        found.append(
            Suggestion(_("Commissions"), resolve_url("commission:sittings"), _("Voir les séances prévues et passées."))
        )
    if Role.EXPERT in roles:
        found.append(Suggestion(_("Expertises"), resolve_url("expert:home"), _("Relire vos expertises.")))
    if not found:
        found = [
            Suggestion(_("Mes opérations"), resolve_url("holder:operations"), _("Écrire dans le carnet.")),
            Suggestion(
                _("Reprendre une opération"), resolve_url("holder:register"), _("Retrouver la vôtre dans le registre.")
            ),
        ]
    return found


class Home(TemplatePage):
    """The home of a signed-in person, the same for all roles."""

    permission = "space.home"
    template_name = "space/home.html"
    eyebrow = gettext_lazy("Mon espace")

    def get_title(self) -> str:
        return _("Bonjour %(name)s") % {"name": self.actor.full_name}

    def get_lead(self) -> str:
        return greeting(self.actor)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        user = self.actor
        rows = dossiers_in_progress_for(user)
        found = list(rows.prefetch_related("operation__collectivites")[: IN_PROGRESS + 1])
        return super().get_context_data(
            tasks=[line(task) for task in tasks_of(user)],
            dossiers=[(dossier, state_label(dossier, user)) for dossier in found[:IN_PROGRESS]],
            has_more=len(found) > IN_PROGRESS,
            recent=[(dossier, state_label(dossier, user)) for dossier in dossiers_settled_for(user)[:RECENT]],
            suggestions=suggestions(user),
            **kwargs,
        )
