"""Many invented operations: spread as people are, the same for the same seed, in a demonstration only."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ecoquartier.core.registry import invariants
from ecoquartier.directory.models import DirectoryRow
from ecoquartier.journal.models import Entry
from ecoquartier.journal.queries import verify_chain
from ecoquartier.operations.models import Operation
from ecoquartier.operations.queries import public_operations
from ecoquartier.ops.services import generator
from ecoquartier.people.models import Installation


@pytest.fixture
def demo(db):
    Installation.objects.create(is_demo=True)


def generate(number, seed=1):
    out = io.StringIO()
    call_command("generate_operations", number, seed=seed, stdout=out)
    return out.getvalue()


def test_operations_are_invented_with_their_entries_and_their_public_rows(demo):
    assert "60 opérations inventées" in generate(60)
    assert Operation.objects.filter(is_demo=True).count() == 60
    assert Entry.objects.filter(event="operation.registered", actor="system:generator").count() == 60
    assert verify_chain().intact
    assert DirectoryRow.objects.count() == public_operations().count() > 0
    assert [breach for _name, check in invariants.items() for breach in check()] == []


def test_the_same_seed_invents_the_same_operations_and_a_second_run_adds_as_many(demo):
    def facts():
        return set(Operation.objects.values_list("name", "lead_commune", "figures_as_of"))

    generate(30)
    first = facts()
    generate(30)
    assert facts() == first
    assert Operation.objects.count() == 60
    generate(30, seed=2)
    assert len(facts()) > len(first)


def test_a_lot_costs_the_same_statements_whatever_it_holds(demo, monkeypatch):
    generate(10)  # makes what is made once

    def statements(number, seed):
        with CaptureQueriesContext(connection) as queries:
            generate(number, seed)
        return len([query for query in queries if "directory_" not in query["sql"]])

    # Two more at most: a sort of thing that a small draw may lack.
    assert statements(60, 3) <= statements(20, 4) + 2
    monkeypatch.setattr(generator, "LOT", 20)
    assert statements(60, 5) > 2 * statements(20, 6)


def test_large_towns_have_more_operations(demo):
    generate(400)
    people = list(Operation.objects.values_list("lead_commune__population", flat=True))
    assert sum(1 for n in people if n > 10_000) > 120
    assert sum(1 for n in people if n < 2_000) > 40


def test_nothing_is_generated_in_a_real_database(db):
    with pytest.raises(CommandError, match="démonstration"):
        generate(1)
    assert not Operation.objects.exists()
