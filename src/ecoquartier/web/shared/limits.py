"""How often somebody may try: counters in the database cache, shared by every process."""

import ipaddress
import math
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def client_address(request: HttpRequest) -> str:
    """Address of the browser: the nearest one that no proxy of `TRUSTED_PROXIES` vouches for."""
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    address = request.META.get("REMOTE_ADDR", "")
    while forwarded and is_trusted_proxy(address):
        address = forwarded.pop()
    return address


def is_trusted_proxy(address: str) -> bool:
    """Whether that machine is one of `TRUSTED_PROXIES`, whose headers are believed."""
    try:
        return any(ipaddress.ip_address(address) in ipaddress.ip_network(text) for text in settings.TRUSTED_PROXIES)
    except ValueError:
        return False


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

    def seconds_left(self, *who: str) -> int:
        """How long until one more try is possible; 0 when it is now."""
        count, ends = cache.get(self._key(who), (0, 0.0))
        return max(1, math.ceil(ends - time.time())) if count >= self.most else 0

    def count(self, *who: str) -> None:
        """Write down a try; two at once, from two processes, are two."""
        key = self._key(who)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
            count, ends = cache.get(key, (0, time.time() + self.seconds))
            # The window is kept as it began: a try must not make it longer.
            cache.set(key, (count + 1, ends), timeout=max(1, round(ends - time.time())))

    def forget(self, *who: str) -> None:
        """Start again from nothing."""
        cache.delete(self._key(who))

    def _key(self, who: tuple[str, ...]) -> str:
        # Hashed: the table of the cache holds no address.
        return f"limit-{self.name}-{salted_hmac(self.name, '|'.join(who)).hexdigest()}"
