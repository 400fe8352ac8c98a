"""The head of each day: signed once, kept, published."""

from __future__ import annotations

from ecoquartier.core import clock
from ecoquartier.core.keys import Purpose, platform_day, signing_keys
from ecoquartier.journal import domain
from ecoquartier.journal.models import Entry, Head


def sign_head() -> Head | None:
    """Sign where the chain stands now, once a day: a second call of the day returns the first head.

    Returns:
        None when the journal is empty.

    Raises:
        SettingError: no key of the journal is in service.
    """
    now = clock.now()
    day = platform_day(now)
    signed = Head.objects.filter(day=day).first()
    last = Entry.objects.order_by("-seq").values_list("seq", "hash").first()
    if signed or last is None:
        return signed
    head = domain.Head(*last, time=now)
    key = signing_keys().active(Purpose.JOURNAL, now)
    values = {"seq": head.seq, "hash": head.hash, "time": now, "kid": key.kid, "signature": domain.sign(head, key)}
    # Two workers at once: the second finds the head of the first.
    return Head.objects.get_or_create(day=day, defaults=values)[0]
