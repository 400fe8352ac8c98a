"""One process among several that act on the same objects: `python -m tests.support.many_acts DATABASE SEED ACTS`.

Every act changes two lamps, drawn in any order. Prints the number of acts; fails on a deadlock or a lock out of order.
"""

import os
import random
import sys
import warnings


def main(database: str, seed: str, acts: str) -> None:
    """Pass charges between lamps."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "ecoquartier.config.settings.test"
    import django  # noqa: PLC0415 -- heavy import

    django.setup()
    from django.db import connection  # noqa: PLC0415 -- models are loaded only now

    from ecoquartier.workflow.engine import LockOrderWarning  # noqa: PLC0415 -- models are loaded only now
    from tests.support.machine import Lamp, Someone, pass_charge  # noqa: PLC0415 -- models are loaded only now

    warnings.simplefilter("error", LockOrderWarning)
    connection.settings_dict["NAME"] = database
    draw, actor, done = random.Random(int(seed)), Someone(pk=f"process-{seed}"), 0
    lamps = list(Lamp.objects.select_related("room"))
    for _n in range(int(acts)):
        given, received = draw.sample(lamps, 2)
        pass_charge(given, actor=actor, to=received)
        done += 1
    sys.stdout.write(str(done))


if __name__ == "__main__":
    main(*sys.argv[1:])
