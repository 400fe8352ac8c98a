"""How every official act happens.

An act opens a transaction, locks its rows in a fixed order, asks the permission, asks the guards, runs the effect,
saves, rebuilds projections, puts messages in the outbox, and writes the journal last. A transition is an act that
also changes a state, from a table that is data. Nothing leaves before the commit.

`unit` holds the transaction and its locks, `acts` what happens inside it, `table` the states and the steps.
"""

from ecoquartier.workflow.engine.acts import (
    ACTS,
    Act,
    Effect,
    Guard,
    Job,
    act,
    check,
    obstacles,
    record,
    require,
    with_arguments,
)
from ecoquartier.workflow.engine.table import REGISTERED, Offer, Transition, Workflow
from ecoquartier.workflow.engine.unit import LockOrderWarning, lock, lock_together

__all__ = [
    "ACTS",
    "REGISTERED",
    "Act",
    "Effect",
    "Guard",
    "Job",
    "LockOrderWarning",
    "Offer",
    "Transition",
    "Workflow",
    "act",
    "check",
    "lock",
    "lock_together",
    "obstacles",
    "record",
    "require",
    "with_arguments",
]
