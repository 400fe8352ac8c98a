"""Real processes act on the same objects, two at a time and in both orders: no deadlock, no gap, no broken link.

`MANY_ACTS=8x500` (processes x acts of each) runs the long version.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Sum

from ecoquartier.journal.models import Entry
from ecoquartier.journal.queries import verify_chain
from tests.support.machine import Lamp

ROOT = Path(__file__).parents[2]
PROCESSES, ACTS = map(int, os.environ.get("MANY_ACTS", "3x25").split("x"))


@pytest.mark.django_db(transaction=True)
def test_many_processes_on_two_objects_in_both_orders(room):
    lamps = [room.lamps.create() for _n in range(2)]
    database = connection.settings_dict["NAME"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.support.many_acts", database, str(seed), str(ACTS)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in range(PROCESSES)
    ]
    told = [process.communicate() for process in processes]
    assert [(out, error[-2000:]) for out, error in told] == [(str(ACTS), "")] * PROCESSES
    entries = Entry.objects.filter(object_type="tests_machine.lamp")
    assert entries.filter(event="test.charge_passed").count() == PROCESSES * ACTS
    assert entries.filter(event="test.charge_received").count() == PROCESSES * ACTS
    assert {row["object_id"] for row in entries.values("object_id")} == {str(lamp.pk) for lamp in lamps}
    assert Lamp.objects.aggregate(total=Sum("charge"))["total"] == 0
    verdict = verify_chain()
    assert (verdict.problem, verdict.count) == ("", 2 * PROCESSES * ACTS)
