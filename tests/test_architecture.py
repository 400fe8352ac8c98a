"""The shape of the house, where the import contracts cannot see it.

`tools/break_contracts.py` breaks each of these on purpose, and shows that it is refused.
"""

import ast
import re
import tokenize
import tomllib
from collections import Counter
from functools import cache
from io import StringIO

import pytest
from django.apps import apps

from ecoquartier.core.registry import SEAMS
from ecoquartier.notifications.domain import notices
from tests.support.sources import ROOT, SRC, python, rules

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LAYERS, ROOMS, PORTALS = PYPROJECT["tool"]["importlinter"]["contracts"]
MODELS = [model for model in apps.get_models() if model.__module__.startswith("ecoquartier.")]
OURS = [config.label for config in apps.get_app_configs() if config.name.startswith("ecoquartier.")]
PLAIN = {"access", "config", "core", "web", "workflow"}
"""Packages that have their own shape; all the others have the rooms of an app."""

# From the ground up, as in pyproject.toml.
ORDER = [name.strip("() ") for layer in reversed(LAYERS["layers"]) for name in layer.split("|")]
RANK = {name: rank for rank, layer in enumerate(reversed(LAYERS["layers"])) for name in re.findall(r"\w+", layer)}


def folders(parent):
    return {path.parent.name for path in parent.glob("*/__init__.py")}


# --- Every app in its place ---------------------------------------------------------------------------------------


def test_the_contracts_name_every_app_and_every_portal():
    apps_with_rooms = {f"ecoquartier.{name}" for name in folders(SRC) - PLAIN}
    assert set(ROOMS["containers"]) == apps_with_rooms
    assert set(PORTALS["modules"]) == {
        f"ecoquartier.web.{name}" for name in folders(SRC / "web") - {"shared", "templatetags"}
    }


def test_django_loads_the_apps_from_the_ground_up():
    assert [*map(RANK.__getitem__, OURS)] == sorted(map(RANK.__getitem__, OURS))
    assert OURS.index("access") > max(OURS.index(model._meta.app_label) for model in MODELS)


def test_each_package_says_what_it_owns():
    for name in folders(SRC):
        first = ast.get_docstring(ast.parse((SRC / name / "__init__.py").read_text(encoding="utf-8"))) or ""
        assert re.fullmatch(r"Owns.+\n+Does not own.+\nMay ask.+", first), name


def test_no_module_is_a_drawer():
    drawers = {"utils", "helpers", "common", "misc", "tools"}
    found = [source.relative for source in python("src", "tests", "tools") if source.path.stem in drawers]
    assert found == []


LONG_FILES: dict[str, str] = {}
"""Files over the limit → why cutting them would be worse."""


def test_no_file_is_over_four_hundred_lines():
    long = {str(source.relative) for source in rules() if source.text.count("\n") > 400}
    assert long == set(LONG_FILES)


def test_seams_are_closed_once_the_platform_has_started():
    for seam in (*SEAMS, notices):
        with pytest.raises(RuntimeError, match="is frozen"):
            seam.register("late", object())


# --- Nothing calls up ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_keys_point_down(model):
    for field in model._meta.get_fields():
        if field.is_relation and not field.auto_created and field.related_model:
            target = field.related_model._meta.app_label
            if target in OURS:
                assert RANK[target] <= RANK[model._meta.app_label], f"{model._meta.label}.{field.name}"


@cache
def names_above(app):
    """Names that only the apps above declare on the models which `app` can see: reading one is asking upward."""
    known, above = set(), set()
    for model in MODELS:
        if RANK[model._meta.app_label] <= RANK[app]:
            for field in model._meta.get_fields():
                is_reverse = field.is_relation and field.auto_created
                owner = field.related_model if is_reverse else model
                names = {field.name, field.get_accessor_name() if is_reverse else field.name}
                # What a library adds to our models is everybody's.
                (above if RANK.get(owner._meta.app_label, -1) > RANK[app] else known).update(names)
    return above - known


LOOKUPS = {
    *(
        "filter",
        "exclude",
        "get",
        "annotate",
        "alias",
        "aggregate",
        "values",
        "values_list",
        "order_by",
        "only",
        "defer",
    ),
    *("prefetch_related", "select_related", "distinct", "update", "get_or_create", "Q", "F", "OuterRef", "Prefetch"),
    *("Count", "Exists", "Max", "Min", "Sum", "Avg", "StringAgg", "ArrayAgg", "Subquery", "Coalesce", "attrgetter"),
}


def names_read(node, called):
    """Names of attributes that an expression reads on a model, written as Python or as a lookup.

    What is called is a method (`words.items()`), not an accessor (`dossier.items.all()`).
    """
    if isinstance(node, ast.Attribute) and node not in called:
        yield node.attr
    if isinstance(node, ast.Call):
        function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if function in LOOKUPS:
            for keyword in node.keywords:
                yield from (keyword.arg or "").split("__")
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield from re.split(r"__|\.", argument.value.lstrip("-"))
        if function in {"getattr", "hasattr"} and isinstance(node.args[1], ast.Constant):
            yield node.args[1].value


def test_no_app_reads_what_a_higher_one_adds_to_its_models():
    breaches = []
    for source in rules():
        if source.app in RANK and RANK[source.app] < RANK["access"]:
            called = {node.func for node in source.nodes if isinstance(node, ast.Call)}
            breaches += [
                f"{source.at(node)} reads {name}"
                for node in source.nodes
                for name in names_read(node, called)
                if name in names_above(source.app)
            ]
    assert breaches == []


def test_no_signal_between_our_apps():
    breaches = [
        source.at(node)
        for source in python()
        for node in source.nodes
        if isinstance(node, ast.ImportFrom | ast.Import)
        for name in [getattr(node, "module", "") or "", *(alias.name for alias in node.names)]
        if name.split(".")[-1] in {"signals", "dispatch"}
    ]
    assert breaches == []


# --- Rules stay where rules are -----------------------------------------------------------------------------------


def functions(sources):
    for source in sources:
        for node in source.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield source, node


def in_web():
    return [source for source in python() if source.app == "web"]


def test_no_view_function_is_over_forty_lines():
    long = [source.at(node) for source, node in functions(in_web()) if node.end_lineno - node.lineno >= 40]
    assert long == []


def test_the_web_takes_rows_from_scopes_and_queries_only():
    managers = {"objects", "_base_manager", "_default_manager"}
    breaches = [
        source.at(node)
        for source in in_web()
        for node in source.nodes
        if isinstance(node, ast.Attribute) and node.attr in managers
    ]
    assert breaches == []


def test_no_rule_knows_of_a_request():
    breaches = [
        source.at(node)
        for source, node in functions(rules())
        if source.app not in {"web", "config"} and source.room != "management"
        for argument in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        if argument.arg in {"request", "response"} and not (source.app == "access" and source.room == "backend")
    ]
    assert breaches == []


def test_services_name_the_one_who_acts():
    """`name(object, *, actor, …)`: nobody reads an act without seeing who does it."""
    breaches = [
        source.at(node)
        for source, node in functions(rules())
        if source.room == "services" and not node.name.startswith("_")
        for argument in [*node.args.posonlyargs, *node.args.args]
        if argument.arg == "actor"
    ]
    assert breaches == []


# The lock of a counter of tries lasts as long as its transaction.
COUNTERS = {"web/shared/limits.py"}


def test_transactions_are_opened_by_acts_and_jobs_only():
    breaches = [
        source.at(node)
        for source in rules()
        if source.app != "workflow"
        and source.room not in {"services", "tasks"}
        and str(source.relative) not in COUNTERS
        for node in source.nodes
        if isinstance(node, ast.Attribute) and node.attr == "atomic"
    ]
    assert breaches == []


CLOCKS = {("timezone", "now"), ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today")}
CLOCKS |= {("date", "today"), ("time", "time"), ("timezone", "localdate"), ("timezone", "localtime")}
OWN_CLOCKS = {
    "core/clock.py": "it is the clock",
    "directory/models.py": "caches and search engines follow the date of the machine, whatever the simulated year",
    "web/account/second_factor.py": "how long a proof of identity lasts is no rule of the label",
    "ops/services/backup.py": "a copy is dated by the machine that makes it",
    "ops/services/identity_provider.py": "a code lasts a minute of the machine, whatever the simulated year",
    "web/shared/limits.py": "how often one may try is no rule of the label",
}
"""Where the clock of the machine is meant → why."""


def reads_a_clock(node, converts):
    """With an argument, `localdate` and `localtime` convert a moment; alone, they read the machine's clock."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node not in converts:
        return (node.value.id, node.attr) in CLOCKS
    if isinstance(node, ast.ImportFrom) and node.module == "django.utils.timezone":
        return any(alias.name == "now" for alias in node.names)
    return isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}


def test_rules_read_our_clock_only():
    breaches = []
    for source in rules():
        converts = {n.func for n in source.nodes if isinstance(n, ast.Call) and n.args and "local" in ast.dump(n.func)}
        breaches += [source.at(node) for node in source.nodes if reads_a_clock(node, converts)]
    assert {breach.split(":")[0] for breach in breaches} == set(OWN_CLOCKS), breaches


def test_nothing_is_caught_without_being_named():
    breaches = []
    for source in python("src", "tests", "tools", "manage.py"):
        for node in source.nodes:
            if isinstance(node, ast.ExceptHandler):
                names = (
                    {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)} if node.type else {"BaseException"}
                )
                raises_again = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
                if names & {"Exception", "BaseException"} and not raises_again:
                    breaches.append(source.at(node))
    assert breaches == []


# --- Exceptions to the rules carry a reason -----------------------------------------------------------------------

REASONS = {
    "DJ001": {"unknown is not empty"},
    "DTZ001": {"refused"},
    "E402": {"models exist from here on"},
    "F401, PLC0415": {"models are loaded only now"},
    "F403": {"the overrides of a settings module", "a part of this module", "after the environment is fixed"},
    "PLC0415": {"models are loaded only now", "heavy import", "Django is loaded only now"},
    "S104": {"compared"},
    "S105": {"the name of a variable"},
    "S108": {"see above"},
    "S301": {"ours, of a moment ago"},
    "S308": {"escaped by the template that made them"},
    "S608": {"names of our columns"},
}
"""A rule of ruff → why a line may break it. Nothing is added here without an argument; what is not used goes."""

IGNORED_TYPES = {"the fixture has no type"}
"""Why mypy may be wrong about a line."""


def silencers(word):
    """Where a comment makes a checker silent, and what it says after `word`."""
    for source in python("src", "tests", "tools", "manage.py"):
        if word in source.text:
            for token in tokenize.generate_tokens(StringIO(source.text).readline):
                before, found, after = token.string.partition(word)
                if token.type == tokenize.COMMENT and found and before.strip("# ") == "":
                    yield f"{source.relative}:{token.start[0]}", after


def test_each_line_that_breaks_a_rule_says_why():
    used = {}
    for place, said in silencers("noqa"):
        codes, _dashes, reason = said.lstrip(": ").partition(" -- ")
        assert reason in REASONS.get(codes, ()), f"{place} gives no known reason: {said}"
        used.setdefault(codes, set()).add(reason)
    assert used == REASONS


def test_each_line_that_mypy_must_not_read_says_why():
    used = set()
    for place, said in silencers("type: ignore"):
        code, _sharp, reason = said.partition("  # ")
        assert re.fullmatch(r"\[[a-z-]+\]", code), f"{place} must name what it ignores"
        assert reason in IGNORED_TYPES, f"{place} gives no known reason: {said}"
        used.add(reason)
    assert used == IGNORED_TYPES


# --- Migrations ---------------------------------------------------------------------------------------------------

MIGRATIONS = [source for source in python() if source.room == "migrations" and source.path.stem != "__init__"]
CHANGES_OF_DATA = {"RunPython", "RunSQL"}


def operations_of(source):
    """Names of the operations of a migration, in order."""
    for node in source.nodes:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "operations":
            return [getattr(call.func, "attr", "") or call.func.id for call in node.value.elts]
    return []


def test_migrations_of_an_app_are_one_line():
    chains = {}
    for source in MIGRATIONS:
        dependencies = re.findall(rf"""\(["']{source.app}["'], ["'](\d{{4}}_\w+)["']\)""", source.text)
        chains.setdefault(source.app, []).append((source.path.stem, dependencies))
    for app, chain in chains.items():
        names = [name for name, _before in sorted(chain)]
        assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1)), app
        for (name, before), previous in zip(sorted(chain), [None, *names], strict=False):
            assert before == ([previous] if previous else []), f"{app}.{name}"


def test_migrations_have_a_name_that_says_what_changes():
    nameless = [s.relative for s in MIGRATIONS if re.search(r"_auto_|_\d{8}_|_alter_\w+_and_more$", s.path.stem)]
    assert nameless == []


def test_migrations_know_nothing_of_our_code_but_the_clock():
    """A migration must still run when the code has changed; the default of a date has a name that stays."""
    imported = {
        name
        for source in MIGRATIONS
        for node in source.nodes
        if isinstance(node, ast.ImportFrom | ast.Import)
        for name in [getattr(node, "module", ""), *(alias.name for alias in node.names)]
        if name.startswith("ecoquartier")
    }
    assert imported == {"ecoquartier.core.clock"}


def test_migrations_change_the_schema_or_the_data():
    mixed = [
        source.relative
        for source in MIGRATIONS
        for kinds in [Counter(name in CHANGES_OF_DATA for name in operations_of(source))]
        if len(kinds) != 1
    ]
    assert mixed == []
