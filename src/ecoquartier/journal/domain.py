"""The hash chain: what is hashed, how a chain is verified, and who may read an entry. Pure functions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

from joserfc import jws
from joserfc.errors import JoseError

from ecoquartier.core.canonical import canonical_json, sha256_hex
from ecoquartier.core.keys import ALGORITHM, SigningKey, TrustedKey, platform_day
from ecoquartier.journal.enums import Audience, Event, Release

GENESIS = "0" * 64


@dataclass(frozen=True)
class Link:
    """The hashed part of an entry: ids, codes and digests only, never a name or a text."""

    seq: int
    previous: str
    event: str
    object_type: str
    object_id: str
    about_id: str
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


def verify(links: Iterable[tuple[Link, str]], heads: Iterable[Head] = ()) -> Verdict:
    """Walk (link, stored hash) pairs in order of `seq` and stop at the first break.

    A chain alone does not show that its end was cut, or written again with care: the heads published day after day do.
    """
    known: dict[int, list[Head]] = {}
    for head in heads:
        known.setdefault(head.seq, []).append(head)
    previous, count = GENESIS, 0
    for link, stored in links:
        if link.seq != count + 1:
            return Verdict(count, f"entrée {link.seq}\u00a0: l’entrée {count + 1} manque")
        if link.previous != previous:
            return Verdict(count, f"entrée {link.seq}\u00a0: elle ne suit pas l’entrée {count}")
        if chain_hash(link) != stored:
            return Verdict(count, f"entrée {link.seq}\u00a0: son contenu a changé")
        if other := next((head for head in known.get(link.seq, ()) if head.hash != stored), None):
            return Verdict(count, f"entrée {link.seq}\u00a0: ce n’est plus celle de la tête du {other.day}")
        previous, count = stored, count + 1
    if missing := [head for seq, found in sorted(known.items()) for head in found if seq > count]:
        first = missing[0]
        return Verdict(count, f"entrée {count + 1}\u00a0: elle manque, la tête du {first.day} en comptait {first.seq}")
    return Verdict(count)


@dataclass(frozen=True)
class Head:
    """Where the chain stood at an instant: what the platform signs and publishes each day."""

    seq: int
    hash: str
    time: datetime

    @property
    def day(self) -> str:
        """The day of the instant, as people name it where the platform lives."""
        return platform_day(self.time).isoformat()

    def payload(self) -> bytes:
        """The bytes that are signed: the canonical JSON of the three values."""
        return canonical_json(asdict(self))


class UntrustedHead(Exception):
    """A head that proves nothing; the message says why, in French."""


def sign(head: Head, key: SigningKey) -> str:
    """The head as a compact JWS (RFC 7515) that names the key by its thumbprint."""
    return jws.serialize_compact({"alg": ALGORITHM, "kid": key.kid}, head.payload(), key.private)


def trusted_head(published: Mapping[str, Any], keys: Iterable[TrustedKey]) -> Head:
    """Read one published head `{seq, hash, time, signature}`.

    Raises:
        UntrustedHead: it has another form, another signer, or its signature is not that of its values.
    """
    try:
        seq, time = int(published["seq"]), datetime.fromisoformat(published["time"])
        head, signature = Head(seq, str(published["hash"]), time), str(published["signature"])
        kid = jws.extract_compact(signature.encode()).headers().get("kid")
        key = next((key for key in keys if key.public and key.kid == kid), None)
        if key is None or key.public is None:
            raise UntrustedHead(f"tête {seq}\u00a0: signée d’une autre clé que celles de la plateforme")
        if key.life and (objection := key.life.objection(platform_day(time))):
            raise UntrustedHead(f"tête {seq}\u00a0: {objection.rstrip('.')}")
        signed = jws.deserialize_compact(signature, key.public, algorithms=[ALGORITHM]).payload
    except (JoseError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise UntrustedHead("une tête n’a pas la forme de celles que publie la plateforme") from error
    if signed != head.payload():
        raise UntrustedHead(f"tête {seq}\u00a0: sa signature n’est pas celle de ses valeurs")
    return head


class Standing(Protocol):
    """What a reader of an object may know of it: the one thing that decides which of its acts they read."""

    @property
    def is_services(self) -> bool:
        """A service of the State for this territory, or the bureau."""

    @property
    def is_expertise(self) -> bool:
        """A member of the team of experts, or of the sitting that decides."""

    @property
    def reads_decisions(self) -> bool:
        """As soon as the minutes are signed: services, bureau, members of the sitting that decides."""

    @property
    def is_holder_side(self) -> bool:
        """Told at the notification."""

    @property
    def is_sealed(self) -> bool:
        """Every current expertise is sealed."""

    @property
    def is_published(self) -> bool:
        """The label is public."""

    @property
    def readable_items(self) -> Collection[str]:
        """Ids of the agenda items whose outcome they may read."""


def may_read(standing: Standing, event: str, release: str, data: Mapping[str, Any]) -> bool:
    """Whether a reader of an object may know of one of its acts: they are of its audience, and it is released."""
    audience = audience_of(event)
    if audience == Audience.BUREAU or (audience == Audience.SERVICES and not standing.is_services):
        return False
    if audience == Audience.EXPERTISE and not (standing.is_services or standing.is_expertise):
        return False
    match release:
        case Release.NOW:
            return True
        case Release.ALL_SEALED:
            return standing.is_sealed
        case Release.NOTIFIED if "item" in data:
            return data["item"] in standing.readable_items
        case Release.NOTIFIED:  # the notification itself: it was told when it was written
            return standing.reads_decisions or standing.is_holder_side
        case Release.PUBLISHED:
            return standing.is_published
    return False


def audience_of(event: str) -> Audience:
    """Who reads an event; one that nobody declares any more is for the bureau only."""
    return Event(event).audience if event in Event.values else Audience.BUREAU
