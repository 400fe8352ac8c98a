"""Acts of commissions."""

from ecoquartier.commissions.services.agendas import (
    add_to_agenda,
    cancel,
    convene,
    declare,
    dossiers_on_agenda,
    open_sitting,
    plan_sitting,
    record_attendance,
)
from ecoquartier.commissions.services.minutes import (
    adjourn,
    close_sitting,
    minutes_are_signed,
    notify,
    propose,
    refer,
    send_back,
    sign_minutes,
    told_on_agenda,
)
from ecoquartier.commissions.services.outcomes import record_outcome

__all__ = [
    "add_to_agenda",
    "adjourn",
    "cancel",
    "close_sitting",
    "convene",
    "declare",
    "dossiers_on_agenda",
    "minutes_are_signed",
    "notify",
    "open_sitting",
    "plan_sitting",
    "propose",
    "record_attendance",
    "record_outcome",
    "refer",
    "send_back",
    "sign_minutes",
    "told_on_agenda",
]
