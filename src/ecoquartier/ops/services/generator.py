"""As many invented operations as a bench asks for, spread as people are, with a flat memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice, repeat
from random import Random

from ecoquartier.ops.services.demo import require_demo
from ecoquartier.ops.services.lots import Inventor, communes_by_population, stage_names, write_lot
from ecoquartier.territories.models import Commune
from ecoquartier.workflow.engine import Job

LOT = 1_000


def generate(number: int, *, seed: int, say: Callable[[str, int, int], None] = lambda *_: None) -> None:
    """Put `number` more invented operations in the register of a demonstration; the same for the same seed.

    Args:
        say: called with (French step, done, total) after each lot.

    Raises:
        DomainError: the database carries no demonstration mark.
    """
    require_demo()
    names, inventor = stage_names(), Inventor.of_now(f"operations {seed}")
    done = 0
    drawn = _spread(number, inventor.rng)
    while lot := list(islice(drawn, LOT)):
        communes = Commune.objects.select_related("county").in_bulk(set(lot))
        write_lot([inventor.place(communes[insee]) for insee in lot], names=names, actor=Job("generator"))
        done += len(lot)
        say("opérations", done, number)


def _spread(number: int, rng: Random) -> Iterator[str]:
    """INSEE codes drawn by population, those of a county together: the map of a county is made again by few lots."""
    codes, people = communes_by_population()
    drawn: Counter[str] = Counter()
    for start in range(0, number, LOT):
        drawn.update(rng.choices(codes, weights=people, k=min(LOT, number - start)))
    for insee in sorted(drawn):
        yield from repeat(insee, drawn[insee])
