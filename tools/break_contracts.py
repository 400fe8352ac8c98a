"""Break each promise of the house on purpose, in a copy of the tree, and see that it is refused.

Maintainers run it when they change a test of the house: `.venv/bin/python tools/break_contracts.py`, with words of a
promise to try that one only. A line reads `broken → refused`; after `NOT REFUSED`, the check is to be mended.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
LEFT = (".git", ".venv", "var", "__pycache__")
APP = "src/ecoquartier"
ARCHITECTURE = "tests/test_architecture.py::test_"
CONSISTENCY = "tests/test_consistency.py::test_"
TYPOGRAPHY = "tests/test_typography.py::test_"
DETECTOR = "tests/core/test_autodetector.py::test_"


@dataclass(frozen=True)
class Break:
    """One breakage: `old` replaced by `new` in a file; without `old`, `new` is added to it, or makes it.

    Args:
        promise: what the house promises, in a few words.
        check: a test, or `imports`, `migrations`, or a rule of ruff.
        path: the file; a room without suffix is a file or a folder (`services.py`, `services/__init__.py`).
        new: what is written.
        old: what it replaces.
        is_refused: False to see that something harmless is accepted.
    """

    promise: str
    check: str
    path: str
    new: str
    old: str = ""
    is_refused: bool = True


MIGRATION = """from django.db import migrations{imports}


class Migration(migrations.Migration):
    dependencies = [{after}]
    operations = [{operations}]
"""
FIRST = '("framework", "0001_initial")'


def migration(name: str, *, after: str = FIRST, operations: str = "", imports: str = "") -> tuple[str, str]:
    """Path and text of one more migration of an app that has only one."""
    text = MIGRATION.format(imports=imports, after=after, operations=operations)
    return f"{APP}/framework/migrations/{name}.py", text


def page(text: str) -> tuple[str, str]:
    """A page that is in use, with some text in it."""
    return f"{APP}/web/templates/space/home.html", f"{{% block scripts %}}{text}{{% endblock %}}"


NBSP = "\u00a0"
BREAKS = [
    # --- Imports
    Break("apps only look down", "imports", f"{APP}/dossiers/services", "from ecoquartier.awards import models"),
    Break("rooms only look down", "imports", f"{APP}/people/models", "from ecoquartier.people import queries"),
    Break("no room but those of the house", "imports", f"{APP}/people/formatting.py", "A = 1"),
    Break("every app has its place", "imports", f"{APP}/extra/__init__.py", '"""Owns: nothing."""'),
    Break("portals do not know each other", "imports", f"{APP}/web/public/forms",
          "import ecoquartier.web.bureau.words"),
    Break("imports inside a function are seen", "imports", f"{APP}/dossiers/domain",
          "\ndef late():\n    from ecoquartier.web import urls\n    return urls"),
    Break("HTTP stays in web", "TID251", f"{APP}/dossiers/services", "from django.http import HttpResponse"),
    Break("forms stay in web", "TID251", f"{APP}/people/models", "from django import forms"),
    Break("imports are at the top", "PLC0415", f"{APP}/people/queries",
          "\ndef late():\n    import json\n    return json"),
    Break("imports are absolute", "TID252", f"{APP}/people/queries", "from . import models"),
    # --- Architecture
    Break("the contracts name every portal", f"{ARCHITECTURE}the_contracts_name_every_app_and_every_portal",
          "pyproject.toml", "", '    "ecoquartier.web.space",\n'),
    Break("the contracts name every app", f"{ARCHITECTURE}the_contracts_name_every_app_and_every_portal",
          "pyproject.toml", "", '    "ecoquartier.awards",\n'),
    Break("Django loads the apps in order", f"{ARCHITECTURE}django_loads_the_apps_from_the_ground_up",
          f"{APP}/config/settings/base.py", '"ecoquartier.awards",\n    "ecoquartier.commissions",',
          '"ecoquartier.commissions",\n    "ecoquartier.awards",'),
    Break("an app says what it does not own", f"{ARCHITECTURE}each_package_says_what_it_owns",
          f"{APP}/awards/__init__.py", "Lacks", "Does not own"),
    Break("no drawer", f"{ARCHITECTURE}no_module_is_a_drawer", f"{APP}/web/shared/utils.py", '"""Things."""'),
    Break("files of 400 lines", f"{ARCHITECTURE}no_file_is_over_four_hundred_lines", f"{APP}/web/shared/page.py",
          "# one more line\n" * 400),
    Break("seams are closed after start-up", f"{ARCHITECTURE}seams_are_closed_once_the_platform_has_started",
          f"{APP}/access/apps.py", "pass", "seam.freeze()"),
    Break("keys point down", f"{ARCHITECTURE}keys_point_down", f"{APP}/people/models",
          '\nclass Extra(models.Model):\n    up = models.ForeignKey("dossiers.Dossier", models.PROTECT)'),
    *(
        Break(f"nobody reads upward ({how})", f"{ARCHITECTURE}no_app_reads_what_a_higher_one_adds_to_its_models",
              f"{APP}/{app}/queries", f"\ndef up(operation):\n    return {code}")
        for how, app, code in (
            ("an attribute", "operations", "operation.dossiers.all()"),
            ("a filter", "operations", 'Operation.objects.filter(dossiers__state="draft")'),
            ("a Q", "operations", 'Q(notebook__isnull=True)'),
            ("a prefetch", "operations", 'Operation.objects.prefetch_related("dossiers__deposits")'),
            ("a select", "operations", 'Operation.objects.select_related("directory_row")'),
            ("an order", "operations", 'Operation.objects.order_by("-dossiers__pk")'),
            ("an accessor named as a method", "dossiers", "operation.items.all()"),
            ("getattr", "operations", 'getattr(operation, "notebook")'),
        )
    ),
    Break("no signal between our apps", f"{ARCHITECTURE}no_signal_between_our_apps", f"{APP}/dossiers/services",
          "from django.db.models.signals import post_save"),
    Break("views of forty lines", f"{ARCHITECTURE}no_view_function_is_over_forty_lines", f"{APP}/web/space/home.py",
          "\ndef long():\n" + "    print()\n" * 40),
    Break("the web takes rows from scopes", f"{ARCHITECTURE}the_web_takes_rows_from_scopes_and_queries_only",
          f"{APP}/web/space/home.py", "\ndef rows():\n    return Task.objects.all()"),
    Break("no rule knows of a request", f"{ARCHITECTURE}no_rule_knows_of_a_request", f"{APP}/people/queries",
          "\ndef whose(request):\n    return request.user"),
    Break("services name the one who acts", f"{ARCHITECTURE}services_name_the_one_who_acts",
          f"{APP}/notebooks/services", "\ndef write(notebook, actor):\n    return notebook"),
    Break("queries open no transaction", f"{ARCHITECTURE}transactions_are_opened_by_acts_and_jobs_only",
          f"{APP}/people/queries", "from django.db import transaction\nwith transaction.atomic():\n    pass"),
    *(
        Break(f"rules read our clock ({code})", f"{ARCHITECTURE}rules_read_our_clock_only", f"{APP}/people/queries",
              f"{start}\nNOW = {code}" if "import now" not in code else code)
        for start, code in (
            ("from datetime import UTC, datetime", "datetime.now(UTC)"),
            ("from datetime import date", "date.today()"),
            ("from django.utils import timezone", "timezone.now"),
            ("", "from django.utils.timezone import now"),
            ("from django.db import models", "models.DateTimeField(auto_now_add=True)"),
        )
    ),
    *(
        Break(f"no day is read at load ({path})", f"{CONSISTENCY}no_day_is_read_when_a_module_is_loaded", path, code)
        for path, code in (
            (f"{APP}/web/space/forms.py", "\nfrom ecoquartier.core import clock\n\nDAY = clock.today()"),
            ("tests/support/public.py", "\ndef later(day=clock.today()):\n    return day"),
        )
    ),
    Break("nothing is caught without a name", f"{ARCHITECTURE}nothing_is_caught_without_being_named",
          f"{APP}/people/queries", "\ntry:\n    A = 1\nexcept Exception:\n    A = 2"),
    Break("an ignored rule gives a reason", f"{ARCHITECTURE}each_line_that_breaks_a_rule_says_why",
          f"{APP}/people/queries", "A = 1  # noqa: S101"),
    Break("the reason is in the list", f"{ARCHITECTURE}each_line_that_breaks_a_rule_says_why",
          f"{APP}/people/queries", "import os  # noqa: F401 -- because"),
    Break("the list of reasons only shrinks", f"{ARCHITECTURE}each_line_that_breaks_a_rule_says_why",
          f"{APP}/territories/models", "", "  # noqa: DJ001 -- unknown is not empty"),
    Break("an ignored type gives a reason", f"{ARCHITECTURE}each_line_that_mypy_must_not_read_says_why",
          f"{APP}/people/queries", "A = 1  # type: ignore[misc]"),
    Break("migrations are one line", f"{ARCHITECTURE}migrations_of_an_app_are_one_line",
          *migration("0002_side", after="")),
    Break("migrations have a name", f"{ARCHITECTURE}migrations_have_a_name_that_says_what_changes",
          *migration("0002_auto_20270101")),
    Break("migrations know nothing of our code", f"{ARCHITECTURE}migrations_know_nothing_of_our_code_but_the_clock",
          *migration("0002_codes", imports="\n\nfrom ecoquartier.people.models import User")),
    Break("schema and data apart", f"{ARCHITECTURE}migrations_change_the_schema_or_the_data",
          *migration("0002_both", operations='migrations.DeleteModel("Notion"), migrations.RunSQL("")')),
    # --- Templates
    *(
        Break(f"nothing inline ({what})", f"{CONSISTENCY}no_style_nor_script_is_written_in_a_template", *page(what))
        for what in ("<style>p{}</style>", '<p style="color:red">', "<script>go()</script>", '<p onclick="go()">')
    ),
    Break("hooks are ours", f"{CONSISTENCY}scripts_hook_on_names_of_ours", *page("<p data-toggle>")),
    Break("blocktranslate is trimmed", f"{CONSISTENCY}long_sentences_lose_their_line_breaks",
          *page("{% blocktranslate %}mot{% endblocktranslate %}")),
    Break("every template is used", f"{CONSISTENCY}every_template_is_used",
          f"{APP}/web/templates/space/left_behind.html", "<p>Mot</p>"),
    Break("a component lists its attributes", f"{CONSISTENCY}every_component_begins_with_its_attributes",
          f"{APP}/web/templates/components/progress.html", "", "{# Attributes: value, total, label, text. #}"),
    Break("portals use our classes only", f"{CONSISTENCY}portals_use_our_classes_only", *page('<p class="col-md-6">')),
    # --- Addresses
    Break("every named address exists (page)", f"{CONSISTENCY}every_address_that_is_named_exists",
          *page('{% url "public:nowhere" %}')),
    Break("every named address exists (code)", f"{CONSISTENCY}every_address_that_is_named_exists",
          f"{APP}/web/space/home.py", 'A = "public:nowhere"'),
    Break("every address is reached", f"{CONSISTENCY}every_address_leads_somewhere_and_from_somewhere",
          f"{APP}/web/space/urls.py", '\nurlpatterns += [path("seul/", urlpatterns[0].callback, name="alone")]'),
    Break("paths have no underscore", f"{CONSISTENCY}addresses_are_read_by_people_and_named_for_the_code",
          f"{APP}/web/space/urls.py", '\nurlpatterns += [path("a_b/", urlpatterns[0].callback, name="alone")]'),
    Break("every view says who may", f"{CONSISTENCY}every_view_says_who_may", f"{APP}/web/space/urls.py",
          '\ncallback = urlpatterns[0].callback\ncallback.view_class = type("Bare", (callback.view_class,), '
          '{"permission": "", "signed_in": False, "public": False})'),
    # --- Names and lists
    Break("every permission is asked", f"{CONSISTENCY}permissions_are_named_by_what_is_done_and_all_are_asked",
          f"{APP}/access/permissions.py", '\nPERMISSIONS["dossiers.dream"] = PERMISSIONS["dossiers.view"]'),
    Break("what is asked is in the matrix", f"{CONSISTENCY}every_permission_that_is_asked_is_in_the_matrix",
          f"{APP}/people/queries", '\ndef may(user):\n    return user.has_perm("dossiers.dream")'),
    Break("an event is in the past", f"{CONSISTENCY}events_say_what_happened_to_what", f"{APP}/journal/enums.py",
          '"claim.make"', '"claim.made"'),
    Break("a message says to whom", f"{CONSISTENCY}messages_say_what_happened_and_to_whom",
          f"{APP}/notifications/messages.py", '"digest"', '"digest_to_person"'),
    Break("every message has its words", f"{CONSISTENCY}every_message_has_its_words_and_all_words_a_message",
          f"{APP}/dossiers/templates/dossiers/emails/lost_to_holder.body.txt", "Mot."),
    Break("a message is text", f"{CONSISTENCY}the_words_of_a_message_fit_a_mail",
          f"{APP}/dossiers/templates/dossiers/emails/dossier_closed_to_holder.body.txt", "<b>mot</b>"),
    Break("every model is in the glossary", f"{CONSISTENCY}every_model_has_its_line_in_the_glossary",
          "docs/glossaire.md", "`Souvenir`", "`Deposit`"),
    Break("every variable is shown", f"{CONSISTENCY}every_variable_that_is_read_is_declared_and_shown",
          ".env.example", "", "#PORT=8000"),
    Break("every variable is declared", f"{CONSISTENCY}every_variable_that_is_read_is_declared_and_shown",
          f"{APP}/people/queries", 'import os\nA = os.environ.get("SECRET_DOOR")'),
    Break("every setting exists", f"{CONSISTENCY}every_setting_that_is_asked_exists", f"{APP}/people/queries",
          "\ndef late(settings):\n    return settings.SECRET_DOOR"),
    Break("a command shows an example", f"{CONSISTENCY}every_command_explains_itself_by_an_example",
          f"{APP}/ops/management/commands/check_invariants.py", "Essai", "Exemple"),
    Break("scheduled tasks are tested", f"{CONSISTENCY}every_scheduled_task_is_tested", f"{APP}/ops/tasks.py",
          '\n@app.periodic(cron="0 0 * * *")\n@app.task\nasync def dream(timestamp: int) -> None:\n    """Dream."""'),
    Break("public functions say what they do", f"{CONSISTENCY}every_public_function_of_the_rules_says_what_it_does",
          f"{APP}/people/queries", "\ndef silent():\n    return 1"),
    Break("modules say what they hold", f"{CONSISTENCY}every_module_says_what_it_holds",
          f"{APP}/web/shared/silent.py", "A = 1"),
    Break("links of documents lead somewhere", f"{CONSISTENCY}every_link_of_a_document_leads_to_a_file",
          "docs/premier-jour.md", "[ici](nulle-part.md)"),
    Break("decisions are listed", f"{CONSISTENCY}every_decision_is_in_the_list_of_decisions",
          "docs/adr/9999-cachee.md", "# 9999"),
    Break("the changelog says what comes", f"{CONSISTENCY}the_changelog_says_what_comes", "CHANGELOG.md", "## Un jour",
          "## À venir"),
    # --- Typography
    *(
        Break(f"French typography in code ({text})", f"{TYPOGRAPHY}sentences_of_the_code", f"{APP}/people/queries",
              f"from django.utils.translation import gettext as _\nA = _({text!r})")
        for text in ("l'avis", "Le dossier : rien", "«mot»", "Un mot...", "Deux  mots", "Bravo !", "Votre e-mail")
    ),
    Break("French typography in pages", f"{TYPOGRAPHY}sentences_of_a_template", *page("<p>Qui ?</p>")),
    Break("French typography in tags", f"{TYPOGRAPHY}sentences_of_a_template", *page('{% translate "l\'avis" %}')),
    Break("French typography in messages", f"{TYPOGRAPHY}sentences_of_a_template",
          f"{APP}/dossiers/templates/dossiers/emails/dossier_closed_to_holder.body.txt", "Bravo !"),
    Break("French typography in documents", f"{TYPOGRAPHY}sentences_of_a_document", "docs/premier-jour.md", "Qui ?"),
    Break("plurals are filled", f"{TYPOGRAPHY}no_plural_is_left_to_the_english_rule", f"{APP}/people/queries",
          'from django.utils.translation import ngettext\nA = ngettext("%(n)s songe", "%(n)s songes", 1)'),
    # --- Wording is not schema
    Break("a help text is no schema", f"{DETECTOR}words_are_no_change", f"{APP}/core/autodetector.py", "",
          '"help_text", '),
    Break("a message of a constraint is no schema", f"{DETECTOR}words_are_no_change", f"{APP}/core/autodetector.py",
          "pass", "constraint.violation_error_message, constraint.violation_error_code = said"),
    Break("both commands share the detector", f"{DETECTOR}both_commands_share_the_detector",
          f"{APP}/ops/management/commands/migrate.py", "", "    autodetector = WordingBlindAutodetector\n"),
    Break("a new length asks for a migration", "migrations", f"{APP}/territories/models",
          "max_length=10, null=True", "max_length=9, null=True"),
    Break("a new label asks for none", "migrations", f"{APP}/territories/models",
          "numéro de l’intercommunalité", "SIREN de l’intercommunalité", is_refused=False),
]  # fmt: skip


def copy_tree(target: Path) -> None:
    """Copy the tree without its history, the environment, the data and the caches."""
    shutil.copytree(ROOT, target, ignore=shutil.ignore_patterns(*LEFT), dirs_exist_ok=True)


def command_of(check: str) -> list[str]:
    """The command that runs one check only."""
    tools = Path(sys.executable).parent
    if check == "imports":
        return [str(tools / "lint-imports"), "--no-cache"]
    if check == "migrations":
        return [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"]
    if "::" in check:
        return [sys.executable, "-m", "pytest", "-q", check]
    return [str(tools / "ruff"), "check", "--no-cache", "--select", check, "src"]


def run(tree: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a check in the tree; one that says neither yes nor no (it cannot run) stops everything."""
    ours = {"PYTHONPATH": "src", "DJANGO_SETTINGS_MODULE": "ecoquartier.config.settings.test"}
    result = subprocess.run(command, cwd=tree, env={**os.environ, **ours}, capture_output=True, text=True, check=False)
    if result.returncode not in {0, 1}:
        sys.exit(f"{command} could not run:\n{result.stdout[-2000:]}{result.stderr[-2000:]}")
    return result


def refused_already(tree: Path, checks: set[str]) -> set[str]:
    """The checks that refuse the tree as it is, and so show nothing; the tests are run together."""
    tests = sorted(check for check in checks if "::" in check)
    output = run(tree, [*command_of(tests[0]), *tests[1:]]).stdout if tests else ""
    failed = {test for test in tests if f"FAILED {test}" in output}
    return failed | {check for check in checks - set(tests) if run(tree, command_of(check)).returncode}


@contextmanager
def broken(tree: Path, case: Break) -> Iterator[None]:
    """Break the tree inside the block, and mend it."""
    path = tree / case.path
    if not path.suffix and not path.name.startswith("."):
        path = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
    before = path.read_text(encoding="utf-8") if path.exists() else None
    if case.old and (before is None or case.old not in before):
        sys.exit(f"{case.promise}: {case.path} holds no more {case.old!r}")
    path.parent.mkdir(exist_ok=True)
    after = before.replace(case.old, case.new) if before and case.old else f"{before or ''}\n{case.new}\n"
    path.write_text(after, encoding="utf-8")
    try:
        yield
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_text(before, encoding="utf-8")


def main(words: str) -> int:
    """Break, check and mend, one promise after the other; return how many were not held."""
    cases = [case for case in BREAKS if words in case.promise]
    faults = 0
    with tempfile.TemporaryDirectory(prefix="broken-") as folder:
        tree = Path(folder)
        copy_tree(tree)
        mute = refused_already(tree, {case.check for case in cases})
        for case in cases:
            with broken(tree, case):
                refused = bool(run(tree, command_of(case.check)).returncode)
            held = refused == case.is_refused and case.check not in mute
            faults += not held
            word = "refused" if refused else "accepted" if not case.is_refused else "NOT REFUSED"
            note = " (as the whole tree is: nothing is shown)" if case.check in mute else ""
            print(f"broken → {word:12}{case.promise}{note}", flush=True)
    print(f"{len(cases)} promises, {faults} not held")
    return faults


if __name__ == "__main__":
    sys.exit(bool(main(" ".join(sys.argv[1:]))))
