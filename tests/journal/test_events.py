"""Every act has its words in the journal."""

import ast
import re
from pathlib import Path

from ecoquartier.journal.enums import Event
from ecoquartier.journal.queries import names_of, words_of
from ecoquartier.workflow.engine import ACTS, Workflow

SRC = Path(__file__).parents[2] / "src" / "ecoquartier"


def recorded():
    """Events written by `record("…")`, which no table lists."""
    for path in SRC.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record":
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant):
                    yield first.value


def below_the_engine():
    """Events of the apps that the engine stands on: named in full where they are journaled."""
    for path in (SRC / "notifications").rglob("*.py"):
        yield from (Event[name].value for name in re.findall(r"Event\.([A-Z_]+)", path.read_text(encoding="utf-8")))


def test_each_event_has_its_words_and_each_words_an_event():
    transitions = {t.event for workflow in Workflow.registry.values() for t in workflow.transitions.values()}
    declared = transitions | set(ACTS) | set(recorded()) | set(below_the_engine())
    tests = {event for event in declared if event.startswith("test.")}
    assert declared - tests == set(Event.values)


def test_words_begin_a_line():
    assert words_of("minutes.signed") == "Procès-verbal signé"
    assert words_of("forgotten.event") == "forgotten.event"


def test_people_and_jobs_are_named_in_one_query(world, django_assert_num_queries):
    bureau = world.bureau
    actors = [str(bureau.pk), "system:demo"]
    with django_assert_num_queries(1):
        assert names_of(actors) == {actors[0]: bureau.full_name, "system:demo": "system:demo"}
