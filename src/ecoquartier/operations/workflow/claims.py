"""The life of a claim (rule 19)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.db.models import TextChoices
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from ecoquartier.core.text import french_list
from ecoquartier.operations import messages
from ecoquartier.operations.enums import ClaimState
from ecoquartier.operations.models import Claim, Operation
from ecoquartier.operations.queries import awaited_from, draft_lines, draft_mark, why_not_kept
from ecoquartier.workflow.engine import Transition, Workflow, with_arguments


class ClaimStep(TextChoices):
    """Steps of a claim."""

    CONFIRM = "confirm", _("Confirmer le porteur")
    REFUSE = "refuse", _("Refuser la demande")
    DECLINE = "decline", _("Refuser le changement de porteur")
    WITHDRAW = "withdraw", _("Retirer la demande")
    CLOSE = "close", _("Écarter la demande")


def collectivites_agree(claim: Claim) -> str | None:
    """Rule 19: each competent collectivité agrees to a change of holder."""
    if claim.changes_holder and not cast(Operation, claim.operation).collectivites.exists():
        return _t(
            "Aucune collectivité compétente n’est connue\u00a0: personne ne peut accepter ce changement de porteur."
        )
    awaited = awaited_from(claim)
    if not awaited:
        return None
    said = _t("Un autre organisme porte cette opération\u00a0: un accord est attendu (%(names)s).")
    return said % {"names": french_list([str(organisation) for organisation in awaited])}


@with_arguments
def is_as_shown(claim: Claim, *, seen: str | None = None, **arguments: Any) -> str | None:
    """Neither the draft nor the register changed since the page was shown."""
    if seen is None or seen == draft_mark(claim):
        return None
    return _t("La fiche ou le brouillon a changé depuis que cette page est ouverte\u00a0: relisez-la, puis confirmez.")


@with_arguments
def each_conflict_is_settled(
    claim: Claim, *, choices: Mapping[str, bool] | None = None, **arguments: Any
) -> str | None:
    """Where the register and the draft differ, somebody chose."""
    if all(line.field in (choices or {}) for line in draft_lines(claim) if line.is_conflict):
        return None
    return _t("La fiche et le brouillon diffèrent\u00a0: choisissez pour chaque élément ce qui est gardé.")


P = ClaimState.PROVISIONAL

CLAIM_WORKFLOW = Workflow(
    "claim",
    states=ClaimState,
    initial=P,
    transitions=[
        Transition(
            ClaimStep.CONFIRM,
            (P,),
            ClaimState.CONFIRMED,
            "operations.confirm_holder",
            "claim.confirmed",
            guards=(why_not_kept, collectivites_agree, is_as_shown, each_conflict_is_settled),
            notices=(messages.CLAIM_CONFIRMED, messages.HOLDER_CHANGED, messages.CHARTER_TO_SIGN),
        ),
        *(
            Transition(step, (P,), ClaimState.REFUSED, permission, event, notices=(messages.CLAIM_REFUSED,))
            for step, permission, event in (
                (ClaimStep.REFUSE, "operations.confirm_holder", "claim.refused"),
                (ClaimStep.DECLINE, "operations.agree_to_holder", "claim.declined"),
                (ClaimStep.CLOSE, "", "claim.closed"),
            )
        ),
        Transition(ClaimStep.WITHDRAW, (P,), ClaimState.WITHDRAWN, "operations.write_draft", "claim.withdrawn"),
    ],
)
