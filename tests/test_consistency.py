"""What the house promises about its templates, its names, its lists and its documents.

`tools/break_contracts.py` breaks each of these on purpose, and shows that it is refused.
"""

import ast
import re

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.template.loader import get_template
from django.urls import URLPattern, get_resolver

from ecoquartier.access.permissions import PERMISSIONS
from ecoquartier.journal.enums import Event
from ecoquartier.notifications.domain import TOLD, notices
from tests.support.sources import ROOT, SRC, python, rules, templates

PAGES = [t for t in templates() if t.app == "web"]
BRICKS = ("base", "components", "errors")


def folder_of(template):
    """`base`, `components`, or the portal of a page."""
    return template.relative.parts[2]


def name_of(template):
    return "/".join(template.relative.parts[2:])


def without_comments(text):
    return re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", text, flags=re.DOTALL)


def strings(sources):
    """Every text of the code that is not a docstring."""
    for source in sources:
        statements = {id(node.value) for node in source.nodes if isinstance(node, ast.Expr)}
        for node in source.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in statements:
                yield source, node


WRITTEN = {node.value for _source, node in strings(rules())}


# --- Templates ----------------------------------------------------------------------------------------------------


def test_no_style_nor_script_is_written_in_a_template():
    inline = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|javascript:", re.IGNORECASE)
    assert [t.relative for t in PAGES if inline.search(without_comments(t.text))] == []


def test_scripts_hook_on_names_of_ours():
    drawn = {"data-table", "data-number", "data-label"}  # what the style sheet reads
    hooks = {hook for t in PAGES for hook in re.findall(r"\sdata-[\w-]+", t.text)}
    assert {hook for hook in hooks if not hook.strip().startswith("data-eq-")} <= {f" {name}" for name in drawn}


def test_long_sentences_lose_their_line_breaks():
    loose = [t.relative for t in templates() if re.search(r"\{% blocktrans(?:late)?(?![^%]*\btrimmed\b)", t.text)]
    assert loose == []


def test_every_template_is_used():
    used = WRITTEN | {name for t in templates() for name in re.findall(r"\"([\w/.-]+\.\w+)\"", t.text)}
    used |= {f"components/{name}.html" for name in WRITTEN}
    by_status = re.compile(r"errors/[45]\d\d\.html")
    assert [t.relative for t in PAGES if name_of(t) not in used and not by_status.fullmatch(name_of(t))] == []


def test_every_component_begins_with_its_attributes():
    opening = re.compile(r"\{#.*\b(?:Attributes:|No attribute\.).*#\}")
    bricks = [t for t in PAGES if folder_of(t) == "components"]
    assert [t.relative for t in bricks if not opening.match(t.text)] == []


def test_portals_use_our_classes_only():
    """A class that our style sheets do not define would be Bootstrap's: those stay in `base/` and `components/`."""
    style = "".join(path.read_text(encoding="utf-8") for path in sorted((SRC / "web/static").glob("[!v]*/*.css")))
    ours = set(re.findall(r"\.([a-z][\w-]*)", style))
    foreign = {
        f"{t.relative}: {name}"
        for t in PAGES
        if folder_of(t) not in BRICKS
        for value in re.findall(r"\sclass=\"([^\"]*)\"", without_comments(t.text))
        for name in re.sub(r"\{[%{].*?[%}]\}", " ", re.sub(r"[\w-]*\{\{.*?\}\}[\w-]*", " ", value)).split()
        if name not in ours
    }
    assert foreign == set()


# --- Addresses ----------------------------------------------------------------------------------------------------


def addresses(patterns=None, namespace="", before=""):
    """Every address: its name, its whole path and its view."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", path, pattern.callback
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern.url_patterns, inner, path)


ADDRESSES = {name: (path, view) for name, path, view in addresses()}
PORTALS = {name.split(":")[0] for name in ADDRESSES if ":" in name}


def test_every_address_that_is_named_exists():
    named = {(t.relative, name) for t in templates() for name in re.findall(r"\{% url [\"']([^\"']+)", t.text)}
    named |= {
        (source.relative, node.value)
        for source, node in strings(rules())
        if re.fullmatch(rf"(?:{'|'.join(PORTALS)}):[\w-]+", node.value)
    }
    assert {place for place in named if place[1] not in ADDRESSES} == set()


def test_every_address_leads_somewhere_and_from_somewhere():
    assert len(ADDRESSES) == len(list(addresses()))
    text = "".join(t.text for t in templates())
    by_machines = {name for name, (path, _view) in ADDRESSES.items() if re.search(r"\.|z$", path.rpartition("/")[2])}
    reached = {name for name in ADDRESSES if name in WRITTEN or re.search(rf"[\"']{name}[\"']", text)}
    # A secret follows: only a message leads there.
    by_mail = {name for name, (path, _view) in ADDRESSES.items() if f"/{path}".partition("<")[0] in WRITTEN - {"/"}}
    assert {name for name in ADDRESSES if ":" in name} - reached - by_machines - by_mail == set()


def test_addresses_are_read_by_people_and_named_for_the_code():
    for name, (path, _view) in ADDRESSES.items():
        assert re.fullmatch(r"(?:[a-z]+:)?[a-z]+(?:-[a-z]+)*", name), name
        words = re.sub(r"<\w+:\w+>", "1", path)
        assert re.fullmatch(r"(?:[a-z0-9.-]+/)*(?:[a-z0-9.-]+)?", words), path


@pytest.mark.parametrize("name", ADDRESSES)
def test_every_view_says_who_may(name):
    view = ADDRESSES[name][1].view_class
    initial = ADDRESSES[name][1].view_initkwargs
    permission, signed_in, public = (
        initial.get(word, getattr(view, word, None)) for word in ("permission", "signed_in", "public")
    )
    assert bool(permission or signed_in) != bool(public)
    assert not permission or permission in PERMISSIONS


# --- Names and lists ----------------------------------------------------------------------------------------------


def test_permissions_are_named_by_what_is_done_and_all_are_asked():
    assert [name for name in PERMISSIONS if not re.fullmatch(r"[a-z]+\.[a-z_]+", name)] == []
    asked = {node.value for source, node in strings(rules()) if str(source.relative) != "access/permissions.py"}
    # A scope is the same question, asked about rows.
    for path in (SRC / "access/scopes").glob("*.py"):
        asked |= set(re.findall(r"Rows of `([a-z_.]+)`", path.read_text(encoding="utf-8")))
    assert set(PERMISSIONS) - asked == set()


def test_every_permission_that_is_asked_is_in_the_matrix():
    asked = {
        node.value: source.at(node)
        for source in rules()
        for call in source.nodes
        if isinstance(call, ast.Call)
        for node in [*call.args[:1], *(word.value for word in call.keywords if word.arg == "permission")]
        if getattr(call.func, "attr", "") == "has_perm" or node not in call.args
        if isinstance(node, ast.Constant) and node.value
    }
    assert {name: place for name, place in asked.items() if name not in PERMISSIONS} == {}


def test_events_say_what_happened_to_what():
    past = re.compile(r"[a-z]+\.[a-z_]*(?:ed|met|made|sent|withdrawn|stood_down|begun)(?:_[a-z]+)?")
    assert [event for event in Event.values if not past.fullmatch(event)] == []
    assert [event for event in Event if not str(event.label)] == []


NOTICES = [notice for _key, notice in notices.items()]


def test_messages_say_what_happened_and_to_whom():
    assert [notice.key for notice in NOTICES if not re.fullmatch(r"[a-z_]+_to_[a-z]+", notice.key)] == []
    assert {notice.key.rpartition("_to_")[2] for notice in NOTICES} == set(TOLD)


def test_every_message_has_its_words_and_all_words_a_message():
    expected = {
        f"{notice.app}/templates/{notice.app}/emails/{notice.key}.{part}.txt"
        for notice in NOTICES
        for part in ("subject", "body")
    }
    found = {str(t.relative) for t in templates() if "emails" in t.relative.parts}
    assert (
        found - {f"notifications/templates/notifications/emails/layout.{kind}" for kind in ("html", "txt")} == expected
    )


@pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: notice.key)
def test_the_words_of_a_message_fit_a_mail(notice):
    subject = get_template(f"{notice.app}/emails/{notice.key}.subject.txt").template.source
    body = get_template(f"{notice.app}/emails/{notice.key}.body.txt").template.source
    assert subject.count("\n") <= 1
    assert "<" not in re.sub(r"\{[%{].*?[%}]\}", "", subject + body)


def test_every_model_has_its_line_in_the_glossary():
    glossary = set(re.findall(r"`(\w+)", (ROOT / "docs/glossaire.md").read_text(encoding="utf-8")))
    ours = {
        m.__name__ for m in apps.get_models() if m.__module__.startswith("ecoquartier.") and not m._meta.auto_created
    }
    assert ours - glossary == set()


# --- What operators are told --------------------------------------------------------------------------------------

NOT_SETTINGS = {
    "PG_BIN": "which programs run the embedded server: a choice of developers, asked before settings are read",
    "PGHOST": "the libraries of PostgreSQL read it, whatever we do",
    "XDG_RUNTIME_DIR": "the system sets it",
}
"""Variables that nobody writes in a file of settings → why."""


def test_every_variable_that_is_read_is_declared_and_shown():
    declared, read = set(), set()
    for source in [*python(), *python("manage.py")]:
        for node in source.nodes:
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                function = ast.unparse(node.func)
                if re.fullmatch(r"env\.(text|boolean|integer|listing|choice|folder|url)", function):
                    declared.add(node.args[0].value)
                elif function in {"os.environ.get", "os.getenv"}:
                    read.add(node.args[0].value)
            elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
                read |= {node.slice.value} if isinstance(node.slice, ast.Constant) else set()
    shown = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert shown == declared
    assert read - declared == set(NOT_SETTINGS)


def test_every_setting_that_is_asked_exists():
    asked = {
        node.attr: source.at(node)
        for source in rules()
        for node in source.nodes
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "settings" and node.attr.isupper()
    }
    assert {name: place for name, place in asked.items() if not hasattr(settings, name)} == {}


OUR_COMMANDS = sorted(name for name, app in get_commands().items() if str(app).startswith("ecoquartier."))


@pytest.mark.parametrize("name", OUR_COMMANDS)
def test_every_command_explains_itself_by_an_example(name):
    command = load_command_class(get_commands()[name], name)
    assert re.search(rf"Exemple\u00a0: (?:[A-Z]+=\S+ )?python manage\.py {name}\b", command.help), command.help
    parser = command.create_parser("manage.py", name)
    theirs = next(kind for kind in type(command).__mro__ if kind.__module__.startswith("django."))
    known = {action.dest for action in theirs().create_parser("manage.py", name)._actions}
    silent = [action.dest for action in parser._actions if action.dest not in known and not action.help]
    assert silent == []


def test_every_scheduled_task_is_tested():
    tested = {node.id for source in python("tests") for node in source.nodes if isinstance(node, ast.Name)}
    tested |= {node.attr for source in python("tests") for node in source.nodes if isinstance(node, ast.Attribute)}
    scheduled = {
        node.name
        for source in rules()
        for node in source.nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and any("periodic" in ast.unparse(decorator) for decorator in node.decorator_list)
    }
    assert scheduled
    assert scheduled - tested == set()


# --- Documents ----------------------------------------------------------------------------------------------------

EXPLAINED = {"services", "queries", "workflow", "domain", "predicates"}


def public_functions(source):
    """Functions and methods of ours; those of a class of a library (`logging.Formatter`) mean what it says."""
    for node in source.nodes:
        if isinstance(node, ast.Module | ast.ClassDef) and not getattr(node, "name", "").startswith("_"):
            if any("." in ast.unparse(base) for base in getattr(node, "bases", ())):
                continue
            for child in node.body:
                if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) and not child.name.startswith("_"):
                    yield child


def test_every_public_function_of_the_rules_says_what_it_does():
    silent = [
        f"{source.at(node)} {node.name}"
        for source in rules()
        if source.room in EXPLAINED or source.app in {"core", "access", "workflow"}
        for node in public_functions(source)
        if not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_module_says_what_it_holds():
    silent = [
        source.relative
        for source in [*rules(), *python("tools")]
        if source.text.strip() and source.room != "apps" and not ast.get_docstring(ast.parse(source.text))
    ]
    assert silent == []


CLOCKS = {"today", "now", "localdate", "localtime"}
BODIES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def run_at_load(node):
    """What Python runs when a module is loaded: all but the bodies of its functions."""
    yield node
    for name, value in ast.iter_fields(node):
        if not (isinstance(node, BODIES) and name == "body"):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from run_at_load(child)


def test_no_day_is_read_when_a_module_is_loaded():
    """A page, or a test, that keeps the day of its loading is wrong after midnight."""
    early = [
        source.at(node)
        for source in python("src", "tests", "tools")
        for node in run_at_load(ast.parse(source.text))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in CLOCKS
    ]
    assert early == []


DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_document_leads_to_a_file(path):
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for link in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text):
        assert (path.parent / link).exists(), link


def test_every_decision_is_in_the_list_of_decisions():
    folder = ROOT / "docs/adr"
    index = (folder / "README.md").read_text(encoding="utf-8")
    decisions = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert len({name[:4] for name in decisions}) == len(decisions)
    assert [name for name in decisions if f"({name})" not in index] == []


def test_the_changelog_says_what_comes():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## À venir$|^## \d+\.\d+", changelog, re.MULTILINE)
