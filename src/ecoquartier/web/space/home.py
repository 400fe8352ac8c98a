"""`/espace/`: what waits for a person, what they follow, what has just ended and their dates, whatever their roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, F, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ecoquartier.access.scopes import dossiers_in_progress_for, dossiers_visible_to, outcome_known_to, work_of
from ecoquartier.commissions.predicates import seats_of
from ecoquartier.core import clock
from ecoquartier.core.registry import Task, Work, by_day
from ecoquartier.core.text import french_list, long_date
from ecoquartier.dossiers.domain import IN_COMMISSION_HIDDEN
from ecoquartier.dossiers.queries import HIDDEN_STATES, words_of_state
from ecoquartier.dossiers.queries.work import with_day_awaited
from ecoquartier.people.enums import Role
from ecoquartier.people.models import RoleGrant, User
from ecoquartier.web.shared.views import TemplatePage

IN_PROGRESS = 6
RECENT = 4
DATES = 6
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


def line(task: Task) -> Line:
    """Something to do: its date in words, and how pressing it is."""
    if task.due_on is None:
        return Line(task, "", "neutral")
    days = (task.due_on - clock.today()).days
    day = long_date(task.due_on)
    if days < 0:
        return Line(task, _("attendu le %(day)s") % {"day": day}, "bad")
    if days == 0:
        return Line(task, _("aujourd’hui"), "wait")
    if days <= SOON:
        words = ngettext("dans %(n)s jour", "dans %(n)s jours", days) % {"n": days}
        return Line(task, f"{words}, le {day}", "wait")
    return Line(task, _("avant le %(day)s") % {"day": day}, "neutral")


def dossiers_of(user: User) -> Work:
    """The dossiers of a person, as they may know them: the nearest days of those under way, the last that ended.

    One query, whatever they are. Neither the state, nor the day, nor the order tells a decision that was not
    notified (rule 15).
    """
    known = outcome_known_to(user)
    going_on = Q(pk__in=dossiers_in_progress_for(user).order_by().values("pk"))
    rows = with_day_awaited(dossiers_visible_to(user), known).annotate(
        is_known=_flag(known),
        is_going_on=_flag(going_on),
        ended_at=Case(When(~going_on & known, then="state_since")),
    )
    order = (F("awaited_on").asc(nulls_last=True), F("ended_at").desc(nulls_last=True), F("created_at").desc())
    ranked = rows.annotate(rank=Window(RowNumber(), partition_by="is_going_on", order_by=order))
    found = ranked.filter(rank__lte=max(IN_PROGRESS, RECENT) + 1).order_by("rank")
    lines: dict[bool, list[Task]] = {True: [], False: []}
    for dossier in found:
        lines[dossier.is_going_on].append(_dossier_line(dossier))
    return Work(going_on=lines[True], ended=lines[False])


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _dossier_line(dossier: Any) -> Task:
    is_hidden = dossier.state in HIDDEN_STATES and not dossier.is_known
    note = _("%(commune)s, %(stage)s, campagne %(year)s") % {
        "commune": dossier.operation.lead_commune.name,
        "stage": dossier.stage,
        "year": dossier.campaign_id,
    }
    day = dossier.awaited_on if dossier.is_going_on else dossier.ended_at and timezone.localdate(dossier.ended_at)
    return Task(
        dossier.operation.name,
        resolve_url("dossiers:detail", pk=dossier.pk),
        note,
        day,
        words_of_state(IN_COMMISSION_HIDDEN if is_hidden else dossier.state),
    )


def distinct(lines: list[Task]) -> list[Task]:
    """Each page once: the first line, which says most."""
    return list({task.path: task for task in reversed(lines)}.values())[::-1]


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
    if roles & {Role.CORRESPONDENT, Role.COORDINATOR}:
        found.append(
            Suggestion(_("Mon territoire"), resolve_url("services:desk"), _("Voir où en sont ses opérations."))
        )
    if Role.COORDINATOR in roles or seats_of(user):
        found.append(
            Suggestion(_("Commissions"), resolve_url("commission:sittings"), _("Voir les séances prévues et passées."))
        )
    if Role.SUPPORT in roles:
        found.append(
            Suggestion(_("Assistance"), resolve_url("support:home"), _("Demander à voir comme une personne voit."))
        )
    if Role.EXPERT in roles:
        found.append(Suggestion(_("Expertises"), resolve_url("expert:home"), _("Relire vos expertises.")))
    if not found:
        found = [
            Suggestion(_("Mes opérations"), resolve_url("holder:operations"), _("Ouvrir leur fiche et leur carnet.")),
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
        found = work_of(user) + dossiers_of(user)
        going_on = sorted(distinct(found.going_on), key=by_day)
        ended = sorted(distinct(found.ended), key=lambda task: task.due_on or date.min, reverse=True)
        return super().get_context_data(
            tasks=[line(task) for task in sorted(found.to_do, key=by_day)],
            going_on=going_on[:IN_PROGRESS],
            has_more=len(going_on) > IN_PROGRESS,
            ended=ended[:RECENT],
            dates=[task for task in found.calendar if task.due_on >= clock.today()][:DATES],
            suggestions=suggestions(user),
            **kwargs,
        )
