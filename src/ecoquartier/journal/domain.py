"""The hash chain: what is hashed, and how a chain is verified. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from ecoquartier.core.canonical import canonical_json, sha256_hex

GENESIS = "0" * 64


@dataclass(frozen=True)
class Link:
    """The hashed part of an entry: ids, codes and digests only, never a name or a text."""

    seq: int
    previous: str
    event: str
    object_type: str
    object_id: str
    actor: str
    occurred_at: datetime
    recorded_at: datetime
    release: str
    data: dict[str, Any]
    detail_digest: str


def chain_hash(link: Link) -> str:
    """SHA-256 (hex) of the canonical JSON of a link, which holds the previous hash."""
    return sha256_hex(canonical_json(asdict(link)))


def detail_digest(detail: dict[str, Any], salt: str) -> str:
    """Salted SHA-256 (hex) of an entry's personal part; empty when there is none.

    Erasing the salt and the detail leaves the chain verifying and the digest meaningless.
    """
    return sha256_hex(salt.encode() + canonical_json(detail)) if detail else ""


@dataclass(frozen=True)
class Verdict:
    """Result of a verification: how many entries were read, and the first break if any."""

    count: int
    problem: str = ""

    @property
    def intact(self) -> bool:
        """True when nothing was changed, removed, added or re-ordered."""
        return not self.problem


def verify(links: Iterable[tuple[Link, str]]) -> Verdict:
    """Walk (link, stored hash) pairs in order of `seq` and stop at the first break."""
    previous, count = GENESIS, 0
    for link, stored in links:
        if link.seq != count + 1:
            return Verdict(count, f"entrée {link.seq}\u00a0: l’entrée {count + 1} manque")
        if link.previous != previous:
            return Verdict(count, f"entrée {link.seq}\u00a0: elle ne suit pas l’entrée {count}")
        if chain_hash(link) != stored:
            return Verdict(count, f"entrée {link.seq}\u00a0: son contenu a changé")
        previous, count = stored, count + 1
    return Verdict(count)
