"""What a person may do with a dossier now, from the workflow tables: the main action, the others, the rare ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from ecoquartier.campaigns.enums import DecisionPath, Filing
from ecoquartier.commissions.enums import SittingState
from ecoquartier.commissions.models import AgendaItem
from ecoquartier.core import clock
from ecoquartier.dossiers.enums import OUTCOMES, DossierState, Step
from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.queries import PREPARED_IN, AgreementStatus
from ecoquartier.dossiers.workflow import DOSSIER_WORKFLOW
from ecoquartier.expertise.enums import ReportState, SynthesisState, TeamPart
from ecoquartier.expertise.models import Assignment, SiteVisit
from ecoquartier.web.dossiers.reader import Reader

# Step → (page, weight): the lightest open one is the main action of the page; from RARE on, behind « Plus ».
RARE = 100
ROUTES = {
    Step.DEPOSIT: ("dossiers:submit", 10),
    Step.REDEPOSIT: ("dossiers:submit", 10),
    Step.LAPSE: ("dossiers:lapse", 20),
    Step.ADMIT: ("dossiers:examine", 10),
    Step.ASK_COMPLETION: ("dossiers:ask-completion", 50),
    Step.REFUSE: ("dossiers:refuse", 60),
    Step.REOPEN: ("dossiers:reopen", 50),
    Step.REGISTER: ("dossiers:register", 10),
    Step.SKIP_EXPERTISE: ("dossiers:skip-expertise", 10),
    Step.REFER_DIRECTLY: ("dossiers:refer-directly", 10),
    Step.RESUME: ("dossiers:resume", 50),
    Step.WITHDRAW: ("dossiers:withdraw", RARE),
    Step.CLOSE: ("dossiers:close", RARE),
}
POSTED = frozenset({Step.LAPSE})


@dataclass(frozen=True)
class Action:
    """A button: its verb, where it leads, why it is closed."""

    label: str
    url: str
    weight: int
    reason: str = ""
    method: str = "get"


@dataclass(frozen=True)
class Actions:
    """What the page offers: one main action at most, the others, the rare ones."""

    main: Action | None
    others: tuple[Action, ...]
    rare: tuple[Action, ...]


def actions_for(
    reader: Reader, *, agreements: Iterable[AgreementStatus], items: Iterable[AgendaItem], visit: SiteVisit | None
) -> Actions:
    """Every act this person may do on the dossier, sorted."""
    found = [
        *_steps(reader),
        *_agreement(reader, agreements),
        *_expertise(reader, visit),
        *_bureau(reader),
        *_sittings(reader, items),
        *_after(reader),
    ]
    common = sorted((a for a in found if a.weight < RARE), key=lambda a: (bool(a.reason), a.weight))
    main = next((a for a in common if a.weight < 50), None)
    return Actions(
        main=main,
        others=tuple(a for a in common if a is not main),
        rare=tuple(a for a in found if a.weight >= RARE),
    )


def _steps(reader: Reader) -> list[Action]:
    dossier, found = reader.dossier, []
    for offer in DOSSIER_WORKFLOW.offers(dossier, reader.user):
        step = Step(offer.name)
        if _is_for_another_stage(step, dossier, offer) or _is_settled(reader, step):
            continue
        name, weight = ROUTES[step]
        found.append(
            Action(
                label=offer.label,
                url=reverse(name, kwargs={"pk": dossier.pk}),
                weight=weight,
                reason=offer.reason,
                method="post" if step in POSTED else "get",
            )
        )
    return found


def _is_for_another_stage(step: Step, dossier: Dossier, offer) -> bool:
    """A step that this stage never takes is not a closed button: it is not shown."""
    if step == Step.REGISTER:
        return dossier.decision_path != DecisionPath.REGISTRATION
    return step in {Step.SKIP_EXPERTISE, Step.REFER_DIRECTLY} and not offer.is_open


def _is_settled(reader: Reader, step: Step) -> bool:
    """Withdrawing has no sense any more for somebody who knows the outcome; until then its button is only closed."""
    return step == Step.WITHDRAW and reader.state in OUTCOMES


def _agreement(reader: Reader, agreements: Iterable[AgreementStatus]) -> list[Action]:
    prepared = reader.dossier.state in PREPARED_IN
    represented = reader.user.rights.represents
    awaited = [a for a in agreements if not a.is_current and a.organisation.pk in represented]
    if not (prepared and awaited and reader.may("dossiers.agree")):
        return []
    return [Action(_("Donner l’accord de la collectivité"), reverse("dossiers:agree", args=[reader.dossier.pk]), 5)]


def _expertise(reader: Reader, visit: SiteVisit | None) -> list[Action]:
    dossier, mine = reader.dossier, reader.assignment
    if dossier.state != DossierState.UNDER_EXPERTISE or mine is None:
        return []
    found = []
    own = next((r for r in reader.reports if r.assignment_id == mine.pk), None)
    if own is not None:
        is_draft = own.state == ReportState.DRAFT
        label = _("Écrire mon expertise") if is_draft else _("Relire mon expertise")
        found.append(Action(label, reverse("expert:report", args=[own.pk]), 20 if is_draft else 60))
    if mine.part == TeamPart.COORDINATOR:
        found += _visit(dossier, visit)
    if reader.is_sealed:
        found += _synthesis(reader, mine)
    return found


def _visit(dossier: Dossier, visit: SiteVisit | None) -> list[Action]:
    if not dossier.stage.visit or (visit and visit.reported_at):
        return []
    if visit and visit.visit_on <= clock.today():
        return [
            Action(_("Rédiger le compte rendu de la visite"), reverse("expert:visit-report", args=[dossier.pk]), 10)
        ]
    label = _("Changer la date de la visite") if visit else _("Fixer la date de la visite")
    return [Action(label, reverse("expert:visit", args=[dossier.pk]), 60 if visit else 10)]


def _synthesis(reader: Reader, mine: Assignment) -> list[Action]:
    synthesis = getattr(reader.dossier, "synthesis", None)
    state = synthesis.state if synthesis else SynthesisState.DRAFT
    url = reverse("expert:synthesis", args=[reader.dossier.pk])
    if state == SynthesisState.DRAFT and mine.part == TeamPart.COORDINATOR:
        return [Action(_("Rédiger la synthèse"), url, 10)]
    if state == SynthesisState.PROPOSED and mine.part == TeamPart.SECOND:
        return [Action(_("Relire et approuver la synthèse"), url, 10)]
    return []


def _bureau(reader: Reader) -> list[Action]:
    dossier, found = reader.dossier, []
    if dossier.state == DossierState.ADMISSIBLE and dossier.stage.experts and reader.may("expertise.assign"):
        found.append(Action(_("Composer l’équipe d’expertise"), reverse("expert:team", args=[dossier.pk]), 10))
    is_bounded = dossier.stage.filing == Filing.CAMPAIGN
    if dossier.state == DossierState.DRAFT and is_bounded and reader.may("dossiers.steer"):
        found.append(Action(_("Prolonger le dépôt"), reverse("dossiers:extend", args=[dossier.pk]), RARE))
    return found


def _after(reader: Reader) -> list[Action]:
    """An adjourned holder, once told, comes back through the stages of the operation."""
    operation = reader.dossier.operation
    if reader.state != DossierState.ADJOURNED or not reader.may("dossiers.open", operation):
        return []
    return [Action(_("Préparer une nouvelle candidature"), reverse("holder:dossier-open", args=[operation.pk]), 10)]


def _sittings(reader: Reader, items: Iterable[AgendaItem]) -> list[Action]:
    """The sitting in which the person takes part, while it is to come or going on."""
    live = {SittingState.CONVENED, SittingState.OPEN, SittingState.CLOSED}
    mine = [i for i in items if i.sitting.state in live and reader.may("commissions.view", i)]
    return [
        Action(_("Voir le point à l’ordre du jour"), reverse("commission:item", args=[i.pk]), 30) for i in mine[-1:]
    ]
