"""Who may see which rows: the matrix as queries. Web code gets rows only from here."""

from __future__ import annotations

from ecoquartier.access.scopes.commissions import (
    ceremonies_visible_to,
    commissions_run_by,
    commissions_visible_to,
    items_visible_to,
    sittings_visible_to,
)
from ecoquartier.access.scopes.dossiers import (
    dossiers_in_progress_for,
    dossiers_in_territory_of,
    dossiers_read_by,
    dossiers_settled_for,
    dossiers_visible_to,
    in_situation,
    outcome_known_to,
    work_of,
)
from ecoquartier.access.scopes.expertise import assignments_of, assignments_steered_by, reports_visible_to
from ecoquartier.access.scopes.framework import supplements_visible_to, territories_supplemented_by, versions_edited_by
from ecoquartier.access.scopes.operations import (
    claims_agreed_by,
    claims_made_by,
    claims_visible_to,
    imports_visible_to,
    merged_operations_for,
    operations_in_territory_of,
    operations_listed_for,
    operations_visible_to,
    phases_visible_to,
    recommendations_visible_to,
    register_for,
)
from ecoquartier.access.scopes.people import (
    invitations_visible_to,
    memberships_visible_to,
    organisations_visible_to,
    people_visible_to,
    questions_visible_to,
    roles_visible_to,
    support_asked_by,
    support_visible_to,
)
from ecoquartier.access.scopes.records import entries_visible_to, letters_visible_to, messages_visible_to
from ecoquartier.core.registry import scopes

__all__ = [
    "assignments_of",
    "assignments_steered_by",
    "ceremonies_visible_to",
    "claims_agreed_by",
    "claims_made_by",
    "claims_visible_to",
    "commissions_run_by",
    "commissions_visible_to",
    "dossiers_in_progress_for",
    "dossiers_in_territory_of",
    "dossiers_read_by",
    "dossiers_settled_for",
    "dossiers_visible_to",
    "entries_visible_to",
    "imports_visible_to",
    "in_situation",
    "invitations_visible_to",
    "items_visible_to",
    "letters_visible_to",
    "memberships_visible_to",
    "merged_operations_for",
    "messages_visible_to",
    "operations_in_territory_of",
    "operations_listed_for",
    "operations_visible_to",
    "organisations_visible_to",
    "outcome_known_to",
    "people_visible_to",
    "phases_visible_to",
    "recommendations_visible_to",
    "register",
    "register_for",
    "questions_visible_to",
    "reports_visible_to",
    "roles_visible_to",
    "sittings_visible_to",
    "supplements_visible_to",
    "support_asked_by",
    "support_visible_to",
    "territories_supplemented_by",
    "versions_edited_by",
    "work_of",
]


def register() -> None:
    """Fill the `scopes` seam."""
    for kind, scope in {
        "person": people_visible_to,
        "role": roles_visible_to,
        "membership": memberships_visible_to,
        "organisation": organisations_visible_to,
        "invitation": invitations_visible_to,
        "support": support_visible_to,
        "question": questions_visible_to,
        "operation": operations_visible_to,
        "claim": claims_visible_to,
        "recommendation": recommendations_visible_to,
        "dossier": dossiers_visible_to,
        "version": versions_edited_by,
        "supplement": supplements_visible_to,
        "report": reports_visible_to,
        "assignment": assignments_of,
        "steered_assignment": assignments_steered_by,
        "commission": commissions_visible_to,
        "run_commission": commissions_run_by,
        "sitting": sittings_visible_to,
        "item": items_visible_to,
        "ceremony": ceremonies_visible_to,
        "entry": entries_visible_to,
        "message": messages_visible_to,
        "letter": letters_visible_to,
    }.items():
        scopes.register(kind, scope)
