"""The life of a dossier: its table and the guards that need no higher app."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecoquartier.campaigns.enums import DecisionPath, Filing, MilestoneCode
from ecoquartier.core import clock
from ecoquartier.dossiers import messages as m
from ecoquartier.dossiers.enums import OUTCOMES, DossierState, Step
from ecoquartier.dossiers.models import Dossier, DossierScope
from ecoquartier.dossiers.queries import awaited_agreements, missing_in, state_label
from ecoquartier.journal.enums import Release
from ecoquartier.operations.queries import why_not_kept
from ecoquartier.territories.domain import end_of_day
from ecoquartier.workflow.engine import REGISTERED, Transition, Workflow

S = DossierState


def window_is_open(dossier: Dossier) -> str | None:
    """Rule 2: a first deposit needs the open window; a date ends at 23:59, Paris or the commune's time."""
    if dossier.campaign.closed_at:
        return _("La campagne %(year)s est close.") % {"year": dossier.campaign_id}
    if dossier.stage.filing == Filing.ALL_YEAR:
        return None
    launch, last = dossier.campaign.milestone(MilestoneCode.LAUNCH), dossier.filing_ends_on
    if launch is None or last is None or clock.today() < launch:
        return _("Le dépôt n’est pas encore ouvert.")
    if clock.now() > end_of_day(last, dossier.timezone):
        return _("Le dépôt est clos depuis le %(day)s.") % {"day": last.strftime("%d/%m/%Y")}
    return None


def completion_is_due(dossier: Dossier) -> str | None:
    """Rule 2: complements are taken until the correspondent's date, whatever the window."""
    if dossier.due_on and clock.now() > end_of_day(dossier.due_on, dossier.timezone):
        return _("Les compléments étaient attendus jusqu’au %(day)s.") % {"day": dossier.due_on.strftime("%d/%m/%Y")}
    return None


def completion_is_over(dossier: Dossier) -> str | None:
    """The reverse: a dossier lapses only past its date."""
    if completion_is_due(dossier) is None:
        return _("Le délai des compléments court encore.")
    return None


def everything_is_there(dossier: Dossier) -> str | None:
    """Rule 5: completeness is computed from the stage."""
    lacking = missing_in(dossier)
    if not lacking:
        return None
    return ngettext(
        "Il manque %(count)s élément\u00a0: %(first)s",
        "Il manque %(count)s éléments\u00a0; le premier\u00a0: %(first)s",
        len(lacking),
    ) % {"count": len(lacking), "first": lacking[0].sentence}


def collectivites_agree(dossier: Dossier) -> str | None:
    """Rule 4: each competent collectivité that is not the holder has agreed to the present content."""
    awaited = awaited_agreements(dossier)
    if awaited:
        return _("Un accord est attendu sur le contenu actuel\u00a0: %(names)s.") % {
            "names": ", ".join(map(str, awaited))
        }
    return None


def scope_is_free(dossier: Dossier) -> str | None:
    """Rule 1: no other open dossier on the same phases."""
    phases = dossier.scope.values_list("phase_id", flat=True)
    if DossierScope.objects.filter(phase__in=phases, is_open=True).exclude(dossier=dossier).exists():
        return _("Une autre candidature est ouverte pour cette opération.")
    return None


def withdrawal_is_open(dossier: Dossier) -> str | None:
    """Rule 15: the button closes when the final sitting opens, in the same words whatever was decided."""
    if dossier.final_sitting_opened_at or dossier.state in OUTCOMES:
        return _("La commission qui décide est réunie, ou s’est prononcée\u00a0: le retrait n’est plus possible.")
    return None


def outcome_is_told(dossier: Dossier) -> str | None:
    """Rule 15: an adjourned dossier is given back once its holder has been told."""
    return None if dossier.notified_at else _("La décision n’est pas encore notifiée au porteur.")


def needs_no_expert(dossier: Dossier) -> str | None:
    """Only a stage without experts goes straight to a commission."""
    if dossier.stage.experts or dossier.decision_path in {DecisionPath.REGISTRATION, DecisionPath.NATIONAL_ONLY}:
        return _("Cette étape demande une expertise, ou ne passe pas par la commission de la région.")
    return None


def is_national_only(dossier: Dossier) -> str | None:
    """Only this decision path skips the region."""
    if dossier.decision_path != DecisionPath.NATIONAL_ONLY or dossier.stage.experts:
        return _("Cette étape ne va pas directement à la commission nationale.")
    return None


BEFORE_DECISION = (
    S.DRAFT,
    S.SUBMITTED,
    S.TO_COMPLETE,
    S.ADMISSIBLE,
    S.UNDER_EXPERTISE,
    S.ASSESSED,
    S.PROPOSED,
    S.REFERRED,
)

DOSSIER_WORKFLOW = Workflow(
    "dossier",
    states=DossierState,
    initial=S.DRAFT,
    state_label=state_label,
    transitions=[
        Transition(
            Step.DEPOSIT,
            (S.DRAFT,),
            S.SUBMITTED,
            "dossiers.deposit",
            "dossier.deposited",
            guards=(window_is_open, everything_is_there, collectivites_agree),
            notices=(m.DEPOSITED_TO_CORRESPONDENT, m.DEPOSITED_TO_HOLDER),
        ),
        Transition(
            Step.REDEPOSIT,
            (S.TO_COMPLETE,),
            S.SUBMITTED,
            "dossiers.deposit",
            "dossier.completed",
            guards=(completion_is_due, everything_is_there, collectivites_agree),
            notices=(m.DEPOSITED_TO_CORRESPONDENT, m.DEPOSITED_TO_HOLDER),
        ),
        Transition(
            Step.LAPSE,
            (S.TO_COMPLETE,),
            S.SUBMITTED,
            "dossiers.lapse",
            "dossier.lapsed",
            guards=(completion_is_over,),
            notices=(m.LAPSED_TO_HOLDER,),
        ),
        Transition(
            Step.ASK_COMPLETION,
            (S.SUBMITTED,),
            S.TO_COMPLETE,
            "dossiers.examine",
            "dossier.completion_asked",
            notices=(m.COMPLETION_TO_HOLDER,),
        ),
        Transition(
            Step.ADMIT,
            (S.SUBMITTED,),
            S.ADMISSIBLE,
            "dossiers.examine",
            "dossier.admitted",
            notices=(m.ADMITTED_TO_HOLDER, m.ADMITTED_TO_BUREAU),
        ),
        Transition(
            Step.REFUSE,
            (S.SUBMITTED,),
            S.INADMISSIBLE,
            "dossiers.examine",
            "dossier.refused",
            notices=(m.REFUSED_TO_HOLDER,),
        ),
        Transition(
            Step.REOPEN,
            (S.INADMISSIBLE,),
            S.SUBMITTED,
            "dossiers.reopen",
            "dossier.reopened",
            guards=(why_not_kept, scope_is_free),
            notices=(m.REOPENED_TO_CORRESPONDENT,),
        ),
        Transition(
            Step.START_EXPERTISE,
            (S.ADMISSIBLE,),
            S.UNDER_EXPERTISE,
            "",
            "expertise.started",
            guards=REGISTERED,
        ),
        Transition(
            Step.SKIP_EXPERTISE,
            (S.ADMISSIBLE,),
            S.ASSESSED,
            "dossiers.steer",
            "dossier.expertise_skipped",
            guards=(needs_no_expert,),
        ),
        Transition(
            Step.REFER_DIRECTLY,
            (S.ADMISSIBLE,),
            S.REFERRED,
            "dossiers.steer",
            "dossier.referred_directly",
            guards=(is_national_only,),
        ),
        Transition(
            Step.ASSESS,
            (S.UNDER_EXPERTISE,),
            S.ASSESSED,
            "",
            "expertise.closed",
            guards=REGISTERED,
            release=Release.ALL_SEALED,
        ),
        *(
            Transition(step, sources, target, "", event, guards=REGISTERED, release=Release.NOTIFIED)
            for step, sources, target, event in (
                (Step.PROPOSE, (S.ASSESSED,), S.PROPOSED, "dossier.proposed"),
                (Step.REFER, (S.ASSESSED,), S.REFERRED, "dossier.referred"),
                (Step.ADJOURN, (S.ASSESSED, S.PROPOSED, S.REFERRED), S.ADJOURNED, "dossier.adjourned"),
                (Step.SEND_BACK, (S.PROPOSED, S.REFERRED), S.ASSESSED, "dossier.sent_back"),
                (Step.AWARD, (S.ASSESSED, S.PROPOSED, S.REFERRED), S.AWARDED, "dossier.awarded"),
            )
        ),
        Transition(
            Step.REGISTER,
            (S.ADMISSIBLE,),
            S.AWARDED,
            "dossiers.register",
            "dossier.registered",
            guards=REGISTERED,
        ),
        Transition(
            Step.WITHDRAW,
            (*BEFORE_DECISION, S.ADJOURNED, S.AWARDED),
            S.WITHDRAWN,
            "dossiers.withdraw",
            "dossier.withdrawn",
            guards=(withdrawal_is_open,),
            notices=(m.WITHDRAWN_TO_SERVICES,),
        ),
        Transition(
            Step.CLOSE,
            BEFORE_DECISION,
            S.CLOSED,
            "dossiers.steer",
            "dossier.closed",
            guards=(withdrawal_is_open,),
            notices=(m.CLOSED_TO_HOLDER,),
        ),
        Transition(
            Step.RESUME,
            (S.ADJOURNED,),
            S.TO_COMPLETE,
            "dossiers.steer",
            "dossier.resumed",
            guards=(why_not_kept, outcome_is_told, scope_is_free),
            notices=(m.RESUMED_TO_HOLDER,),
        ),
    ],
)
