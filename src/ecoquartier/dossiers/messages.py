"""Messages about dossiers."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecoquartier.campaigns.enums import DecisionPath, Filing, MilestoneCode
from ecoquartier.core import clock
from ecoquartier.core.text import long_date
from ecoquartier.dossiers.models import Dossier
from ecoquartier.notifications.domain import Notice, may, notice
from ecoquartier.notifications.enums import Family
from ecoquartier.operations.queries import coordinators_of, correspondents_of, representatives, team_of
from ecoquartier.people.enums import Role
from ecoquartier.people.queries import holders_of


def words(dossier: Dossier) -> dict:
    """Values for the words of any message about a dossier: nothing that depends on an outcome."""
    return {
        "operation": dossier.operation.name,
        "stage": str(dossier.stage),
        "campaign": str(dossier.campaign_id),
        "path": f"/espace/dossiers/{dossier.pk}/",
    }


def at_the_latest(dossier: Dossier, code: str) -> str:
    """Until when, to follow a sentence: the day of a milestone of the campaign; empty when there is none to come."""
    day = dossier.campaign.milestone(code) if dossier.stage.filing == Filing.CAMPAIGN else None
    if day is None or day < clock.today():
        return ""
    return _(", au plus tard le %(day)s") % {"day": long_date(day)}


def _due(dossier: Dossier) -> str:
    return long_date(dossier.due_on) if dossier.due_on else ""


def _what_follows(dossier: Dossier) -> str:
    stage = dossier.stage
    if dossier.decision_path == DecisionPath.REGISTRATION:
        return _("le coordonnateur régional enregistre l’étape, sans expertise")
    if not stage.experts:
        return _("le bureau national transmet le dossier à la commission, sans expertise")
    team = ngettext("une expertise par %(n)s expert", "une expertise par %(n)s experts", stage.experts)
    follows = team % {"n": stage.experts} + at_the_latest(dossier, MilestoneCode.EXPERTISE)
    return _("%(expertise)s, puis l’avis de la commission") % {"expertise": follows}


def _agreed(dossier: Dossier) -> str:
    last = dossier.agreements.select_related("organisation").last()
    return last.organisation.name if last else ""


def holder_side(dossier: Dossier) -> list:
    """The team and the representatives of the collectivités."""
    return [*team_of(dossier.operation), *representatives(dossier.operation)]


SAMPLE = {
    "operation": "Les Rives du Thouet",
    "stage": "Étape 2, chantier",
    "campaign": "2027",
    "path": "/espace/dossiers/7f9c24e5-2f0b-4d3c-9a51-0c7d6f1e8b22/",
}
"""An example of each value of `words`."""

sees_dossier = may("dossiers.view")


MORE: dict[str, tuple[Callable[[Dossier], str], str]] = {
    "due_on": (_due, "10 juin 2027"),
    "filing_ends_on": (lambda d: long_date(d.filing_ends_on) if d.filing_ends_on else "", "30 avril 2027"),
    "filed_by": (lambda d: at_the_latest(d, MilestoneCode.FILING), ", au plus tard le 30 avril 2027"),
    "examined_by": (lambda d: at_the_latest(d, MilestoneCode.ADMISSIBILITY), ", au plus tard le 15 mai 2027"),
    "follows": (
        _what_follows,
        "une expertise par 2 experts, au plus tard le 30 septembre 2027, puis l’avis de la commission",
    ),
    "organisation": (_agreed, "Commune de Parthenay"),
    "reason": (lambda d: d.reason, "Le périmètre ne correspond pas à la délibération jointe."),
}
"""Values that only some messages have → (how it is found, its example)."""


def _notice(key: str, recipients: Callable, family: Family = Family.PROGRESS, *, more: tuple[str, ...] = ()) -> Notice:
    return notice(
        "dossiers",
        key,
        family=family,
        recipients=recipients,
        context=lambda dossier: {**words(dossier), **{name: MORE[name][0](dossier) for name in more}},
        sample={**SAMPLE, **{name: MORE[name][1] for name in more}},
        visible_to=sees_dossier,
    )


OPENED_TO_COLLECTIVITE = _notice(
    "dossier_opened_to_collectivite", lambda d: representatives(d.operation), more=("filed_by",)
)
AGREED_TO_HOLDER = _notice("agreement_given_to_holder", lambda d: team_of(d.operation), more=("organisation",))
EXTENDED_TO_HOLDER = _notice("filing_extended_to_holder", holder_side, Family.DECISION, more=("filing_ends_on",))
DEPOSITED_TO_CORRESPONDENT = _notice(
    "dossier_deposited_to_correspondent",
    lambda d: correspondents_of(d.operation),
    Family.ACT,
    more=("examined_by",),
)
DEPOSITED_TO_HOLDER = _notice("dossier_deposited_to_holder", holder_side, Family.DECISION, more=("examined_by",))
COMPLETION_TO_HOLDER = _notice(
    "completion_asked_to_holder", lambda d: team_of(d.operation), Family.ACT, more=("due_on",)
)
LAPSED_TO_HOLDER = _notice("completion_lapsed_to_holder", lambda d: team_of(d.operation))
ADMITTED_TO_HOLDER = _notice("dossier_admitted_to_holder", holder_side, Family.DECISION, more=("follows",))
ADMITTED_TO_BUREAU = _notice("dossier_admitted_to_bureau", lambda d: holders_of(Role.BUREAU), more=("follows",))
REFUSED_TO_HOLDER = _notice("dossier_refused_to_holder", holder_side, Family.DECISION, more=("reason",))
REOPENED_TO_CORRESPONDENT = _notice(
    "dossier_reopened_to_correspondent",
    lambda d: correspondents_of(d.operation),
    Family.ACT,
    more=("reason", "examined_by"),
)
WITHDRAWN_TO_SERVICES = _notice(
    "dossier_withdrawn_to_services",
    lambda d: [*correspondents_of(d.operation), *coordinators_of(d.operation), *holders_of(Role.BUREAU)],
)
CLOSED_TO_HOLDER = _notice("dossier_closed_to_holder", holder_side, Family.DECISION, more=("reason",))
RESUMED_TO_HOLDER = _notice("dossier_resumed_to_holder", lambda d: team_of(d.operation), Family.ACT, more=("due_on",))
