"""Acts on schemes, their stages and the campaigns, and the loading of what is shipped."""

from ecoquartier.campaigns.services.campaigns import (
    change_campaign,
    check_opening,
    close_campaign,
    is_closed,
    is_launched,
    is_not_closed,
    is_not_launched,
    is_not_used,
    open_campaign,
    remove_campaign,
    reopen_campaign,
    reschedule,
    start_campaign,
)
from ecoquartier.campaigns.services.schemes import (
    add_stage,
    change_scheme,
    change_stage,
    copy_scheme,
    is_never_used,
    remove_stage,
)
from ecoquartier.campaigns.services.shipped import load_scheme, load_shipped

__all__ = [
    "add_stage",
    "change_campaign",
    "change_scheme",
    "change_stage",
    "check_opening",
    "close_campaign",
    "copy_scheme",
    "is_closed",
    "is_launched",
    "is_never_used",
    "is_not_closed",
    "is_not_launched",
    "is_not_used",
    "load_scheme",
    "load_shipped",
    "open_campaign",
    "remove_campaign",
    "remove_stage",
    "reopen_campaign",
    "reschedule",
    "start_campaign",
]
