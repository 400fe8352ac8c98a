"""What tests of rules share: a refusal, known by its code rather than by its words."""

import pytest

from ecoquartier.core.errors import DomainError


def refused(code: str):
    """The block must be refused, and for this very reason."""
    return pytest.raises(DomainError, check=lambda error: error.code == code)
