"""A whole campaign, from drafts to the ceremony, through the real services."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from time import perf_counter

from ecoquartier.awards import services as awards
from ecoquartier.awards.models import Award
from ecoquartier.campaigns.enums import MilestoneCode
from ecoquartier.campaigns.models import Campaign, Scheme
from ecoquartier.campaigns.services import open_campaign
from ecoquartier.commissions.enums import Outcome
from ecoquartier.commissions.models import Sitting
from ecoquartier.dossiers import services as dossiers
from ecoquartier.dossiers.enums import DossierState
from ecoquartier.dossiers.models import Dossier
from ecoquartier.framework.models import Framework
from ecoquartier.ops.services.cast import Cast
from ecoquartier.ops.services.play import Part, Play, on
from ecoquartier.territories.models import Commune


@dataclass
class Report:
    """What a simulated campaign did: counts by state and seconds by chapter."""

    states: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def campaign_of(year: int) -> Campaign:
    """The campaign of a year with the default scheme and the latest référentiel, opened when it is not there."""
    campaign = open_campaign(
        year, scheme=Scheme.objects.get(code="quatre-etapes"), framework=Framework.objects.in_use().latest("code")
    )
    return Campaign.objects.select_related("scheme", "framework").get(pk=campaign.pk)


def pick_communes(rng: Random, count: int) -> list[Commune]:
    """Different communes of a few regions, so that regional sittings have several items."""
    regions = list(Commune.objects.order_by().values_list("county__region", flat=True).distinct())
    chosen = rng.sample(sorted(regions), k=min(len(regions), max(1, count // 8 + 1)))
    communes = Commune.objects.filter(kind="commune", county__region__in=chosen).select_related("county__region")
    ids = sorted(communes.values_list("pk", flat=True))
    found = communes.in_bulk(rng.sample(ids, k=min(count, len(ids))))
    return list(found.values())


def simulate(
    year: int, *, count: int, experts: int, seed: int, say: Callable[[str, int, int], None] = lambda *_: None
) -> Report:
    """Play `count` dossiers of stage 2 along the path; one in ten is adjourned, one in fifteen withdrawn.

    Args:
        say: called with (French step, done, total) as the work goes on.
    """
    rng, report = Random(seed), Report()
    campaign = campaign_of(year)
    play = Play(campaign, Cast(rng).set_up(experts))
    stage = campaign.scheme.stages.get(rank=2)
    found: list[Dossier] = []

    def chapter(name: str, started: float) -> float:
        report.seconds[name] = perf_counter() - started
        return perf_counter()

    t = perf_counter()
    for n, commune in enumerate(pick_communes(rng, count), start=1):
        with on(play.milestone(MilestoneCode.FILING, -30)):
            part = play.take_operation(commune, n)
            play.fill(part)
            dossier = play.deposit(part, play.open(part, stage))
            found.append(_examine(play, part, dossier, n))
        say("dépôts", n, count)
    t = chapter("dépôt et recevabilité", t)
    for n, dossier in enumerate(found):
        if dossier.state == DossierState.ADMISSIBLE:
            with on(play.milestone(MilestoneCode.ADMISSIBILITY, 10)):
                dossier = play.team(dossier)
            with on(play.milestone(MilestoneCode.EXPERTISE, -20)):
                found[n] = play.assess(dossier)
        say("expertises", n + 1, count)
    t = chapter("expertise", t)
    _regions(play, found)
    t = chapter("commissions régionales", t)
    national = _nation(play)
    with on(play.milestone(MilestoneCode.NATIONAL, 10)):
        from_minutes = _announce(play, national)
    t = chapter("commission nationale", t)
    if from_minutes:
        with on(play.milestone(MilestoneCode.CEREMONY)):
            play.publish(play.milestone(MilestoneCode.CEREMONY))
    chapter("cérémonie", t)
    report.states = dict(Counter(Dossier.objects.filter(pk__in=[d.pk for d in found]).values_list("state", flat=True)))
    return report


def _examine(play: Play, part: Part, dossier: Dossier, n: int) -> Dossier:
    """Most dossiers are admissible; some are withdrawn, some completed first."""
    if n % 15 == 0:
        return dossiers.withdraw(dossier, actor=part.lead, reason="Calendrier de l’opération revu.")
    if n % 7 == 0:
        correspondent = play.cast.correspondent(part.operation.lead_commune.county)
        dossier = dossiers.ask_completion(
            dossier, actor=correspondent, message="Préciser la concertation.", fields=["answers.2"]
        )
        dossier = play.deposit(part, dossier)
    return play.admit(dossier)


def _regions(play: Play, found: list[Dossier]) -> None:
    by_region: dict = {}
    for dossier in found:
        if dossier.state == DossierState.ASSESSED:
            by_region.setdefault(dossier.operation.lead_commune.county.region, []).append(dossier)
    for region, ready in by_region.items():
        outcomes = {d.pk: Outcome.ADJOURN if play.rng.random() < 0.1 else Outcome.PROPOSE for d in ready}
        play.hold_sitting(play.cast.commission(region), ready, outcomes, play.milestone(MilestoneCode.REGIONAL, -5))


def _nation(play: Play) -> Sitting | None:
    proposed = list(
        Dossier.objects.filter(campaign=play.campaign, state=DossierState.PROPOSED).order_by("operation__name", "pk")
    )
    if not proposed:
        return None
    outcomes = {d.pk: Outcome.ADJOURN if play.rng.random() < 0.03 else Outcome.AWARD for d in proposed}
    return play.hold_sitting(
        play.cast.commission(None), proposed, outcomes, play.milestone(MilestoneCode.NATIONAL) - timedelta(days=10)
    )


def _announce(play: Play, sitting: Sitting | None) -> bool:
    """The bureau announces the national outcomes; True when some label is to be published."""
    if sitting is None:
        return False
    awards.announce(sitting, actor=play.cast.bureau[0])
    return Award.objects.filter(item__sitting=sitting).exists()
