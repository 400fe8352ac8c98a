"""How often somebody may try: counters in the database cache, shared by every process."""

import ipaddress
import math
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache, caches
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from ecoquartier.core.errors import DomainError

# What a provider gives to one subscriber, who may take any address inside.
_IPV6_NETWORK = 64


def client_address(request: HttpRequest) -> str:
    """Address of the browser: the nearest one that no proxy of `TRUSTED_PROXIES` vouches for."""
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    address = request.META.get("REMOTE_ADDR", "")
    while forwarded and is_trusted_proxy(address):
        address = forwarded.pop()
    return address


def client_network(request: HttpRequest) -> str:
    """Who is counted by a limit: the address of the browser; in IPv6 its network, where one may change of address."""
    text = client_address(request)
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return text
    if address.version == 4 or address.ipv4_mapped:
        return str(address if address.version == 4 else address.ipv4_mapped)
    return str(ipaddress.ip_network((address, _IPV6_NETWORK), strict=False))


def is_trusted_proxy(address: str) -> bool:
    """Whether that machine is one of `TRUSTED_PROXIES`, whose headers are believed."""
    try:
        return any(ipaddress.ip_address(address) in ipaddress.ip_network(text) for text in settings.TRUSTED_PROXIES)
    except ValueError:
        return False


class TooOften(DomainError):
    """A limit is reached: a form shows it and answers 429.

    Args:
        message: the sentence shown, which says when to try again.
        seconds: how long to wait, said to machines.
    """

    def __init__(self, message: object, seconds: int) -> None:
        super().__init__(message, code="limit")
        self.seconds = seconds


@dataclass(frozen=True)
class Limit:
    """At most `most` tries in a window of `seconds`, which starts at the first."""

    name: str
    most: int
    seconds: int

    def is_reached(self, *who: str) -> bool:
        """Whether one more try is too many."""
        count, _ends = cache.get(self._key(who), (0, 0.0))
        return count >= self.most

    def count(self, *who: str) -> None:
        """Write down a try; two at once, from two processes, are two."""
        self._add(who, 1)

    def wait(self, *who: str) -> int:
        """Write down a try before it is judged; returns how long it must wait, 0 when it is within the limit.

        Tries made at once are thus counted one after the other: none passes because the others are not judged yet.
        """
        count, ends = self._add(who, 1)
        return max(1, math.ceil(ends - time.time())) if count > self.most else 0

    def give_back(self, *who: str) -> None:
        """Take back a try that `wait` wrote down, and that was none."""
        self._add(who, -1)

    def _add(self, who: tuple[str, ...], tries: int) -> tuple[int, float]:
        key = self._key(who)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
            count, ends = cache.get(key, (0, time.time() + self.seconds))
            count = max(0, count + tries)
            # The window is kept as it began: a try must not make it longer.
            cache.set(key, (count, ends), timeout=max(1, round(ends - time.time())))
        return count, ends

    def forget(self, *who: str) -> None:
        """Start again from nothing."""
        cache.delete(self._key(who))

    def _key(self, who: tuple[str, ...]) -> str:
        # Hashed: the table of the cache holds no address.
        return f"limit-{self.name}-{salted_hmac(self.name, '|'.join(who)).hexdigest()}"


@dataclass(frozen=True)
class Pace:
    """At most `most` requests in a window of `seconds`, for each process: it spares the processor, not a secret.

    Counted in memory: where an answer takes two queries, counting it in the database would take more.
    """

    name: str
    most: int
    seconds: int

    def allows(self, *who: str) -> bool:
        """Count one more request, and tell whether it may be answered."""
        counters = caches["process"]
        key = f"pace-{self.name}-{'|'.join(who)}"
        if counters.add(key, 1, self.seconds):
            return True
        try:
            return counters.incr(key) <= self.most
        except ValueError:
            # The window ended in between: the next request opens another.
            return True
