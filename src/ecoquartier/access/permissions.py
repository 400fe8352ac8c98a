"""The matrix: who may do what. One line per permission; a denial always wins.

*When* something is possible (state, date, completeness) is a guard of the workflow, not of this page.
"""

from __future__ import annotations

from ecoquartier.access.predicates import eyes_of, is_blind_through, is_closed_message, is_untold_through
from ecoquartier.accounts.predicates import (
    is_about_oneself,
    is_correspondence_of_my_region,
    is_invited,
    is_inviter,
    is_of_my_organisation,
    is_of_my_territory,
    is_oneself,
    is_only_of_my_region,
    is_organisation_of_my_county,
    is_organisation_of_my_region,
    is_question_of_my_territory,
    is_seen_in_support,
    is_some_representative,
    is_support_asker,
    is_without_members,
    represents_organisation,
)
from ecoquartier.commissions.predicates import (
    is_chair,
    is_commission_coordinator,
    is_convened,
    is_deciding_member,
    is_declared_member,
    is_national_bureau,
    is_on_my_agenda,
    is_recused,
    is_seated,
    is_secretary,
    is_sitting_member,
    is_whole_in_my_region,
    runs_some_commission,
    sits_in_my_region,
)
from ecoquartier.expertise.predicates import (
    all_sealed,
    is_assigned_expert,
    is_coordinating_expert,
    is_expert_of_operation,
    is_own_assignment,
    is_own_report,
    is_second_expert,
)
from ecoquartier.framework.predicates import (
    is_published_supplement,
    is_supplement_in_my_region,
    is_supplement_of_a_county,
    is_supplement_of_my_county,
    is_supplement_of_my_region,
)
from ecoquartier.operations.predicates import (
    is_claimant,
    is_county_correspondent,
    is_lead,
    is_merged,
    is_neighbouring_service,
    is_own_place,
    is_region_coordinator,
    is_representative,
    is_team,
    is_writer,
    leads_invited_team,
)
from ecoquartier.people.predicates import (
    is_bureau,
    is_coordinator,
    is_correspondent,
    is_expert,
    is_member,
    is_seen_through,
    is_support,
)

is_service = is_county_correspondent | is_region_coordinator
is_holder_side = is_team | is_representative
runs_commission = is_secretary | is_commission_coordinator | is_national_bureau

PERMISSIONS = {
    # the register
    "operations.view": is_holder_side | is_service | is_bureau | is_neighbouring_service,
    "operations.browse": is_member,
    "operations.claim": is_member,
    "operations.register": is_service | is_bureau,
    "operations.write_draft": is_claimant,
    "operations.agree_to_holder": is_representative,
    "operations.write": is_writer,
    # The bureau corrects geometries, with a reason.
    "operations.write_perimeter": is_writer | is_bureau,
    "operations.accompany": is_county_correspondent | is_bureau,
    "operations.ask_meeting": is_writer,
    "operations.waive_meeting": is_bureau,
    "operations.read_claim": is_service | is_bureau,
    "operations.confirm_holder": is_county_correspondent | is_bureau,
    "operations.sign_charter": is_representative,
    "operations.confirm_charter": is_county_correspondent | is_bureau,
    "operations.pause": is_lead | is_bureau,
    "operations.revive": is_bureau,
    "operations.merge": is_bureau,
    "operations.name": is_bureau,
    "operations.read_merged": is_bureau,
    "operations.write_team": is_lead | is_bureau,
    "operations.leave_team": is_own_place,
    # Rule 7: whoever assesses an operation is not of its team.
    "operations.join_team": is_member & ~is_expert_of_operation,
    "operations.import": is_bureau,
    "operations.write_vocabulary": is_bureau,
    "recommendations.view": is_holder_side | is_service | is_bureau,
    "recommendations.answer": is_writer,
    "recommendations.publish": is_lead,
    # the notebook
    "notebooks.view": is_holder_side | is_service | is_bureau | is_neighbouring_service,
    "notebooks.write": is_writer,
    # the dossier
    "dossiers.browse": is_member,
    "dossiers.open": is_lead,
    "dossiers.view": is_holder_side | is_service | is_assigned_expert | is_on_my_agenda | is_bureau,
    "dossiers.read_deposit": is_holder_side | is_service | is_assigned_expert | is_sitting_member | is_bureau,
    "dossiers.agree": is_representative,
    "dossiers.deposit": is_lead,
    "dossiers.lapse": is_county_correspondent | is_bureau,
    "dossiers.withdraw": is_lead,
    "dossiers.examine": is_county_correspondent | is_bureau,
    "dossiers.reopen": is_region_coordinator | is_bureau,
    "dossiers.register": is_region_coordinator | is_bureau,
    "dossiers.steer": is_bureau,
    "dossiers.read_opinion": is_service | is_sitting_member | is_bureau | (is_assigned_expert & all_sealed),
    "dossiers.see_outcome": is_service | is_deciding_member | is_bureau,
    "dossiers.see_notified_outcome": is_holder_side,
    # the référentiel
    "framework.edit": is_bureau,
    "framework.publish": is_bureau,
    "framework.supplement": is_correspondent | is_coordinator | is_bureau,
    "framework.view_supplement": is_supplement_of_my_county
    | is_supplement_in_my_region
    | is_bureau
    | (is_published_supplement & (is_correspondent | is_coordinator)),
    "framework.write_supplement": is_supplement_of_my_county | is_supplement_of_my_region | is_bureau,
    "framework.propose_supplement": is_supplement_of_my_county | (is_supplement_of_a_county & is_bureau),
    "framework.return_supplement": is_supplement_of_my_county | is_supplement_in_my_region | is_bureau,
    "framework.publish_supplement": is_supplement_in_my_region | is_bureau,
    # the expertise
    "expertise.assign": is_bureau,
    "expertise.answer": is_own_assignment,
    "expertise.browse": is_expert,
    "expertise.visit": is_coordinating_expert | is_bureau,
    "expertise.read_visit": is_holder_side | is_service | is_assigned_expert | is_sitting_member | is_bureau,
    "expertise.write_report": is_own_report & is_assigned_expert,
    "expertise.read_report": is_own_report
    | (all_sealed & (is_assigned_expert | is_service | is_bureau | is_sitting_member)),
    "expertise.write_synthesis": is_coordinating_expert,
    "expertise.approve_synthesis": is_second_expert,
    "expertise.read_synthesis": all_sealed & (is_assigned_expert | is_service | is_bureau | is_sitting_member),
    # commissions
    "commissions.browse": is_seated | is_coordinator | is_bureau,
    "commissions.view": is_seated | runs_commission | is_bureau,
    "commissions.run": runs_commission,
    "commissions.record": is_secretary | is_commission_coordinator | is_national_bureau,
    "commissions.declare": is_seated,
    "commissions.sign": is_chair,
    "commissions.announce": is_bureau,
    "commissions.view_item": is_convened | runs_commission | is_bureau,
    "commissions.open_item": is_convened | runs_commission | is_bureau,
    "commissions.read_outcome": is_declared_member | runs_commission | is_bureau,
    # labels
    "awards.publish": is_bureau,
    "awards.publish_campaign": is_bureau,
    # people and organisations
    "people.browse": is_bureau | is_coordinator | is_correspondent | is_some_representative,
    # The bureau finds them under « Pilotage ».
    "people.serve": (is_coordinator | is_correspondent) & ~is_bureau,
    "people.view": is_bureau | is_of_my_territory | is_of_my_organisation | sits_in_my_region,
    "people.grant_some": is_bureau | is_coordinator,
    "people.grant": is_bureau | is_correspondence_of_my_region,
    "people.attach": is_bureau
    | is_organisation_of_my_region
    | represents_organisation
    | (is_organisation_of_my_county & is_without_members),
    "people.detach": is_bureau | is_organisation_of_my_region | represents_organisation,
    "people.suspend": is_bureau | (is_only_of_my_region & is_whole_in_my_region),
    "people.merge": is_bureau,
    "organisations.view": is_bureau
    | is_organisation_of_my_region
    | is_organisation_of_my_county
    | represents_organisation,
    "organisations.write": is_bureau,
    "invitations.view": is_bureau | is_inviter | leads_invited_team,
    "invitations.accept": is_invited,
    # one's own account
    "accounts.erase": is_oneself,
    "accounts.remove_second_factor": is_bureau,
    # Not a right but a duty: those whose session must prove a second factor.
    "accounts.prove_second_factor": is_correspondent | is_coordinator | is_bureau | is_support | runs_some_commission,
    # the support mode, in place of a superuser
    "support.ask": is_support | is_bureau,
    # The bureau finds it under « Pilotage ».
    "support.serve": is_support & ~is_bureau,
    "support.view": is_support_asker | is_bureau,
    "support.open": is_bureau,
    "support.refuse": is_bureau,
    "support.use": is_support_asker & (is_support | is_bureau),
    "support.end": is_support_asker | is_bureau,
    "questions.answer": is_question_of_my_territory | is_bureau,
    # steering
    "space.home": is_member,
    "services.desk": is_correspondent | is_coordinator | is_bureau,
    "bureau.desk": is_bureau,
    "campaigns.write": is_bureau,
    "journal.read": is_bureau,
    "outbox.read": is_bureau,
    "outbox.retry": is_bureau,
    "outbox.word": is_bureau,
    "outbox.write": is_bureau,
}

DENY = {
    # Rule 12: a recused member has no access from then on, for good, whatever their other roles.
    is_recused: (
        "dossiers.view",
        "dossiers.read_deposit",
        "dossiers.read_opinion",
        "dossiers.see_outcome",
        "expertise.read_report",
        "expertise.read_synthesis",
        "expertise.read_visit",
        "commissions.open_item",
        "commissions.record",
        "commissions.read_outcome",
    ),
    # Rule 19: nobody confirms what they ask themselves.
    is_claimant: ("operations.read_claim", "operations.confirm_holder"),
    # Nobody gives a role or an organisation to oneself, nor undoes what others decided of one's account.
    is_about_oneself: (
        "people.grant_some",
        "people.grant",
        "people.attach",
        "people.detach",
        "people.suspend",
        "people.merge",
        "accounts.remove_second_factor",
    ),
    is_closed_message: ("outbox.read", "outbox.retry"),
    # A record that was merged is nobody’s: its pages lead to the one that took it.
    is_merged: (
        "operations.view",
        "operations.write",
        "operations.write_perimeter",
        "operations.write_team",
        "operations.pause",
        "operations.revive",
        "operations.merge",
        "operations.name",
        "notebooks.view",
        "notebooks.write",
    ),
    # The support mode: a second person answers, and what is blind or under embargo stays so for whoever looks.
    is_support_asker: ("support.open", "support.refuse"),
    is_seen_in_support: ("support.open",),
    is_blind_through: (
        "expertise.write_report",
        "expertise.read_report",
        "expertise.write_synthesis",
        "expertise.approve_synthesis",
        "expertise.read_synthesis",
    ),
    is_untold_through: (
        "dossiers.see_outcome",
        "dossiers.see_notified_outcome",
        "commissions.record",
        "commissions.open_item",
        "commissions.read_outcome",
    ),
    is_seen_through: (
        # They tell what was decided, whatever the one who looks may know.
        "recommendations.view",
        "recommendations.answer",
        "recommendations.publish",
        "accounts.erase",
        "invitations.accept",
        "support.ask",
        "support.open",
        "support.refuse",
        "support.use",
        "support.end",
    ),
}
"""Predicate → permissions it takes away. Applied to permissions here, to rows in `scopes`.

In the support mode, to the person seen and to whoever sees through them."""


def allowed(user, permission: str, obj=None) -> bool:
    """`active and any(allow) and not any(deny)`.

    Raises:
        LookupError: no such permission: a misspelt one never grants and never hides.
        TypeError: a predicate answered something else than a bool.
    """
    if permission not in PERMISSIONS:
        raise LookupError(f"No permission is named {permission}.")
    if not user.is_active or not user.is_authenticated:
        return False
    return PERMISSIONS[permission].test(user, obj) and not any(
        permission in denied and predicate.test(eye, obj) for eye in eyes_of(user) for predicate, denied in DENY.items()
    )
