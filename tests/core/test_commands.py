"""Our commands: help with an example, refusals in words, progress where somebody looks."""

import io

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command, get_commands, load_command_class

from ecoquartier.core.commands import OperatorCommand
from ecoquartier.core.errors import DomainError

OURS = sorted(name for name, app in get_commands().items() if app.startswith("ecoquartier."))


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("name", OURS)
def test_help_gives_an_example(name):
    command = load_command_class(get_commands()[name], name)
    text = command.create_parser("manage.py", name).format_help()
    assert f"python manage.py {name}" in text
    assert all(action.help for action in command.create_parser("manage.py", name)._actions)


def test_every_app_with_a_command_is_seen():
    assert {get_commands()[name] for name in OURS} <= {config.name for config in apps.get_app_configs()}
    assert {"dev", "load_demo", "verify_journal", "import_operations", "verify_certificate"} <= set(OURS)


class Refusing(OperatorCommand):
    requires_system_checks = []

    def handle(self, *args, **options):
        self.progress("Lignes", 1, 2)
        self.progress("Lignes", 2, 2)
        raise DomainError("Cette base est pleine.")


def test_refusal_of_the_domain_is_an_exit_in_words():
    with pytest.raises(CommandError, match=r"^Cette base est pleine\.$"):
        call_command(Refusing(), stdout=io.StringIO())


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        (Terminal(), "\r\x1b[KLignes\u00a0: 1 / 2\r\x1b[KLignes\u00a0: 2 / 2\n"),
        (io.StringIO(), "Lignes\u00a0: 2 / 2\n"),
    ],
    ids=["terminal", "file"],
)
def test_progress_moves_on_a_terminal_and_is_one_line_elsewhere(output, shown):
    with pytest.raises(CommandError):
        call_command(Refusing(), stdout=output)
    assert output.getvalue() == shown
