"""Two people act on one thing at once, on real connections: one wins, the other is told, nothing is half-written."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from ecoquartier.core.errors import TransitionRefused
from ecoquartier.dossiers import services as dossiers
from ecoquartier.dossiers.models import Dossier
from ecoquartier.expertise import services as expertise
from ecoquartier.expertise.enums import ExpertiseStage
from ecoquartier.expertise.queries import stage_of_expertise
from ecoquartier.journal.models import Entry
from ecoquartier.journal.queries import verify_chain
from tests.support.world import fresh

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.loopback]


def at_once(*acts: Callable) -> list:
    """Run each act in its own thread and connection, started together; their results or refusals, in order."""
    start = Barrier(len(acts))

    def run(act: Callable):
        try:
            start.wait(timeout=10)
            return act()
        except TransitionRefused as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_admission_and_withdrawal_at_once(world):
    part, dossier = world.submitted()
    correspondent, lead, before = world.correspondent, fresh(part.lead), Entry.objects.count()
    results = at_once(
        lambda: dossiers.admit(dossier, actor=correspondent, opinion="Complet."),
        lambda: dossiers.withdraw(dossier, actor=lead),
    )
    # A withdrawal after the admission is allowed; an admission after the withdrawal is not.
    assert Dossier.objects.get(pk=dossier.pk).state == "withdrawn"
    refused = [r for r in results if isinstance(r, TransitionRefused)]
    assert Entry.objects.count() - before == 2 - len(refused)
    assert verify_chain().intact


def test_the_same_act_by_two_people_happens_once(world):
    _part, dossier = world.submitted()
    people = [world.correspondent, world.bureau]
    before = Entry.objects.count()
    results = at_once(*(lambda p=p: dossiers.admit(dossier, actor=p, opinion="Complet.") for p in people))
    refused = [r for r in results if isinstance(r, TransitionRefused)]
    assert len(refused) == 1
    assert "C’est déjà fait" in refused[0].message
    assert Dossier.objects.get(pk=dossier.pk).examinations.count() == 1
    assert Entry.objects.count() == before + 1


def test_two_seals_at_once_cannot_miss_each_other(world):
    _part, dossier = world.under_expertise()
    world.play.visit(dossier)
    reports = [world.play.write_report(report) for report in dossier.reports.all()]
    at_once(*(lambda r=r: expertise.seal(r, actor=fresh(r.assignment.expert)) for r in reports))
    assert stage_of_expertise(Dossier.objects.get(pk=dossier.pk)) == ExpertiseStage.CONSOLIDATING
    assert verify_chain().intact


def test_many_acts_at_once_leave_a_chain_without_gap(world):
    found = [world.submitted(part=world.part())[1] for _n in range(4)]
    correspondent, before = world.correspondent, Entry.objects.count()
    at_once(*(lambda d=d: dossiers.admit(d, actor=fresh(correspondent), opinion="Complet.") for d in found))
    assert Entry.objects.count() == before + 4
    assert verify_chain().intact
