"""What a person's roles and memberships add up to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

ERASED_DOMAIN = "@effacee.invalid"
"""End of the address of an erased person: no mail ever goes there."""

MERGED_DOMAIN = "@fusionnee.invalid"
"""End of the address of an account merged into another."""

_APOSTROPHES = re.compile("['\u2019]")


def is_same_mailbox(one: str, other: str) -> bool:
    """Whether two addresses lead to the same person for sure: neither case, quotes nor what follows a « + » count."""
    return _mailbox(one) == _mailbox(other)


def _mailbox(address: str) -> tuple[str, str]:
    name, _at, host = address.strip().lower().rpartition("@")
    if name.startswith('"'):
        # RFC 5321: « "a"@x.fr » is the mailbox of « a@x.fr ».
        name = re.sub(r"\\(.)", r"\1", name.strip('"'))
    return name.partition("+")[0], host.rstrip(".")


def address_pattern(email: str) -> str:
    """Regular expression of a whole address: never the end or the beginning of a longer one."""
    return rf"(?<![\w.+'-]){re.escape(email)}(?![\w-]|\.\w)"


def name_pattern(full_name: str) -> str:
    """Regular expression of a full name between words, first name first or last; empty for a name of one word.

    One word alone (« Rose ») says too little to be taken for somebody. Any space is a space, each apostrophe the other.
    """
    words = [_APOSTROPHES.sub("['\u2019]", re.escape(word)) for word in full_name.split()]
    if len(words) < 2:
        return ""
    orders = (words, [*words[1:], words[0]], [words[-1], *words[:-1]])
    either = "|".join(r"\s+".join(order) for order in orders)
    # A hyphen goes on with the word: « Martin-Dupont » is another name.
    return rf"(?<!\w)(?<!\w-)(?:{either})(?!-?\w)"


def without(pattern: re.Pattern[str], value: Any) -> Any:
    """A text, or a JSON value with its texts, where what names a person is replaced."""
    if isinstance(value, str):
        return pattern.sub("personne effacée", value)
    if isinstance(value, dict):
        return {key: without(pattern, item) for key, item in value.items()}
    return [without(pattern, item) for item in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class Rights:
    """The roles of a person in force today: codes of roles and territories, ids of organisations."""

    roles: frozenset[str]
    counties: frozenset[str]
    regions: frozenset[str]
    organisations: frozenset[Any]
    represents: frozenset[Any]
