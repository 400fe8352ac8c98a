"""What the import contracts cannot see: keys that point up, and accessors read upward."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

SRC = Path(__file__).parents[1] / "src" / "ecoquartier"

# From the ground up, as in pyproject.toml.
ORDER = [
    "territories",
    "people",
    "journal",
    "notifications",
    "framework",
    "campaigns",
    "operations",
    "notebooks",
    "dossiers",
    "expertise",
    "commissions",
    "awards",
    "directory",
]

MODELS = [model for model in apps.get_models() if model.__module__.startswith("ecoquartier.")]


def test_the_order_names_every_app_with_models():
    assert {model._meta.app_label for model in MODELS} == set(ORDER)


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m._meta.label)
def test_foreign_keys_point_down(model):
    rank = ORDER.index(model._meta.app_label)
    for field in model._meta.get_fields():
        if field.is_relation and not field.auto_created and field.related_model:
            target = field.related_model._meta.app_label
            if target in ORDER:
                assert ORDER.index(target) <= rank, f"{model._meta.label}.{field.name} points up to {target}"


def upward_accessors():
    """Name of each reverse accessor → the app that owns the key, when it is above the model it is read on."""
    found = {}
    for model in MODELS:
        for relation in model._meta.related_objects:
            owner, owned = relation.related_model._meta.app_label, model._meta.app_label
            if owner in ORDER and ORDER.index(owner) > ORDER.index(owned):
                found.setdefault((relation.get_accessor_name() or "").removesuffix("_set"), set()).add(owner)
    # A name that is also a plain field or accessor of a lower model says nothing by itself.
    plain = {field.name for model in MODELS for field in model._meta.get_fields() if not field.auto_created}
    same_level = {
        relation.get_accessor_name()
        for model in MODELS
        for relation in model._meta.related_objects
        if relation.related_model._meta.app_label == model._meta.app_label
    }
    return {name: owners for name, owners in found.items() if name and name not in plain | same_level}


def test_no_app_reads_an_accessor_of_a_higher_one():
    accessors, breaches = upward_accessors(), []
    for app in ORDER:
        for path in (SRC / app).rglob("*.py"):
            if "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and node.attr in accessors:
                    lowest = min(ORDER.index(owner) for owner in accessors[node.attr])
                    if lowest > ORDER.index(app):
                        breaches.append(f"{path.relative_to(SRC)}:{node.lineno} reads .{node.attr}")
    assert breaches == []


def functions(folder):
    for path in (SRC / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield path.relative_to(SRC), node


def test_no_view_function_is_over_forty_lines():
    long = [f"{path}:{node.name}" for path, node in functions("web") if node.end_lineno - node.lineno >= 40]
    assert long == []


def test_the_web_takes_rows_from_scopes_and_queries_only():
    breaches = [
        f"{path.relative_to(SRC)}:{node.lineno}"
        for path in (SRC / "web").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_base_manager", "_default_manager"}
    ]
    assert breaches == []


def test_rules_read_our_clock_only():
    breaches = []
    for path in SRC.rglob("*.py"):
        if path.parts[-2:] == ("core", "clock.py") or "migrations" in path.parts or "config" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            # With an argument these convert a moment; without, they read the machine's clock.
            if (
                isinstance(node, ast.Call)
                and not node.args
                and not node.keywords
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and (node.func.value.id, node.func.attr)
                in {("timezone", "now"), ("datetime", "now"), ("date", "today"), ("timezone", "localdate")}
            ):
                breaches.append(f"{path.relative_to(SRC)}:{node.lineno}")
    assert breaches == []


def test_each_app_says_what_it_owns():
    for app in [*ORDER, "access", "workflow"]:
        first = ast.get_docstring(ast.parse((SRC / app / "__init__.py").read_text(encoding="utf-8"))) or ""
        assert first.startswith("Owns"), app
        assert "Does not own" in first, app
        assert "May ask" in first, app
