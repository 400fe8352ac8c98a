"""What can be refused, and in which words.

Every refusal of the domain is a `DomainError`: its message is French and may be shown as it is.
Only `web/shared` turns these into HTTP answers.
"""

from __future__ import annotations


class DomainError(Exception):
    """A refusal with a French sentence for the person and a stable code for machines.

    Args:
        message: the sentence shown, complete, ending with a full stop.
        code: short English identifier, e.g. `"quorum_missing"`; tests and API clients rely on it.
    """

    def __init__(self, message: object, code: str = "refused") -> None:
        super().__init__(str(message))
        self.message = str(message)
        self.code = code


class TransitionRefused(DomainError):
    """The step exists but cannot be taken now: wrong state, or a guard said why not."""


class PermissionRefused(DomainError):
    """The person may not do this, whatever the state."""
