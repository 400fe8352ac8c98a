"""The desk of those who accompany operations for the State: what their territory counts, and what waits there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import (
    claims_visible_to,
    dossiers_in_progress_for,
    dossiers_in_territory_of,
    in_situation,
    operations_in_territory_of,
    operations_listed_for,
    outcome_known_to,
    questions_visible_to,
)
from ecoquartier.core import clock
from ecoquartier.core.text import french_list
from ecoquartier.dossiers.enums import Situation
from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.queries.work import with_day_awaited
from ecoquartier.operations.enums import ClaimState, OperationState
from ecoquartier.operations.models import Operation
from ecoquartier.operations.queries import charters_to_confirm, kind_of, meetings_awaited, tally
from ecoquartier.people.enums import Role
from ecoquartier.web.shared.views import TemplatePage

SPACE = (gettext_lazy("Mon espace"), "space:home")
SHOWN = 5
# From how many days before its day a deadline is at risk.
SOON = timedelta(days=14)
SERVICES = {Role.CORRESPONDENT, Role.COORDINATOR}


@dataclass(frozen=True)
class Figure:
    """A count, and the list of what it counts."""

    label: str
    count: int
    url: str


class Desk(TemplatePage):
    """Counts that lead to their lists, then what waits, the most pressing first."""

    permission = "services.desk"
    refusal = gettext_lazy("Cette page est celle des correspondants, des coordonnateurs et du bureau national.")
    breadcrumb = (SPACE,)
    template_name = "services/desk.html"

    @cached_property
    def is_national(self) -> bool:
        """The bureau accompanies the whole country."""
        return Role.BUREAU in self.actor.rights.roles

    def get_title(self) -> str:
        return _("Tous les territoires") if self.is_national else _("Mon territoire")

    def get_lead(self) -> str:
        if self.is_national:
            return ""
        territories = [str(grant.county or grant.region) for grant in self.actor.grants_today if grant.role in SERVICES]
        return french_list(territories)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        user, today = self.actor, clock.today()
        claims = claims_visible_to(user).filter(state=ClaimState.PROVISIONAL).order_by("created_at", "pk")
        return super().get_context_data(
            operations=list(self._operations(claims.count())),
            dossiers=list(self._dossiers()),
            claims=[(claim, capfirst(kind_of(claim))) for claim in claims[:SHOWN]],
            charters=charters_to_confirm(user)[:SHOWN],
            meetings=[(row, row.held_by < today, self._page_of(row, today)) for row in self._meetings()],
            deadlines=[(row, row.awaited_on < today) for row in self._deadlines(today)],
            meetings_url=self._list_url("holder:operations", attend="rencontre", tri="rencontre"),
            charters_url=self._list_url("holder:operations", attend="charte"),
            **kwargs,
        )

    def _operations(self, claims: int) -> Iterable[Figure]:
        """Operations of the territory, by what they hold and what they wait for; the first is their number."""
        questions = questions_visible_to(self.actor).filter(answered_at=None).count()
        marks = tally(operations_listed_for(self.actor).filter(is_in_territory=True))

        def figure(label: str, *, mark: str = "", value: Any = True, **filters: str) -> Figure:
            count = sum(row["n"] for row in marks if not mark or row[mark] == value)
            return Figure(label, count, self._list_url("holder:operations", **filters))

        yield figure(_("Opérations du registre"))
        found = [
            figure(_("Sans porteur"), mark="has_holder", value=False, porteur="sans"),
            *(
                figure(_("Étape %(n)s") % {"n": rank}, mark="rank_held", value=rank, etape=str(rank))
                for rank in sorted({row["rank_held"] for row in marks} - {0})
            ),
            figure(_("Suspendues"), mark="state", value=OperationState.PAUSED, statut=OperationState.PAUSED.value),
            Figure(_("Demandes à confirmer"), claims, resolve_url("holder:claims")),
            figure(_("Rencontres demandées"), mark="is_meeting_awaited", attend="rencontre", tri="rencontre"),
            figure(_("Rencontres en retard"), mark="is_meeting_late", attend="retard", tri="rencontre"),
            figure(_("Chartes à confirmer"), mark="has_charter_to_confirm", attend="charte"),
            Figure(_("Questions du public"), questions, resolve_url("services:questions")),
        ]
        yield from (line for line in found if line.count)

    def _dossiers(self) -> Iterable[Figure]:
        """Dossiers of the territory, in the words of the filter of their list."""
        user = self.actor
        counts = dossiers_in_territory_of(user).aggregate(
            **{situation.value: Count("pk", filter=in_situation(situation, user)) for situation in Situation}
        )
        for situation in Situation:
            if count := counts[situation.value]:
                yield Figure(
                    capfirst(str(situation.label)), count, self._list_url("dossiers:list", etat=situation.value)
                )

    def _meetings(self) -> QuerySet[Operation]:
        """Meetings asked for, the latest first."""
        mine = operations_in_territory_of(self.actor).order_by().values("pk")
        return meetings_awaited().filter(pk__in=mine).select_related("lead_commune__county", "holder")[:SHOWN]

    def _page_of(self, operation: Any, today: date) -> str:
        """Where a meeting is noted, by whom it is; where it is waived, once the bureau may; else the operation."""
        user = self.actor
        if operation.held_by < today and user.has_perm("operations.waive_meeting", operation):
            return resolve_url("holder:meeting-waive", pk=operation.pk)
        may_note = user.has_perm("operations.accompany", operation)
        return resolve_url("holder:operation-meeting" if may_note else "holder:operation", pk=operation.pk)

    def _deadlines(self, today: date) -> QuerySet[Dossier]:
        """Dossiers under way whose day is past or near, for all the person knows of them."""
        user = self.actor
        going_on = dossiers_in_progress_for(user).order_by().values("pk")
        rows = with_day_awaited(dossiers_in_territory_of(user).filter(pk__in=going_on), outcome_known_to(user))
        return rows.filter(awaited_on__lte=today + SOON).order_by("awaited_on", "operation__name", "pk")[:SHOWN]

    def _list_url(self, name: str, **filters: str) -> str:
        """A list, narrowed to what a count counts."""
        asked = filters if self.is_national else {"titre": "territoire", **filters}
        return f"{resolve_url(name)}?{urlencode(asked)}" if asked else resolve_url(name)
