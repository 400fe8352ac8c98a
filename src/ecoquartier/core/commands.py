"""What our commands share: a readable help, visible progress, refusals as one sentence."""

from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ecoquartier.core.env import SettingError
from ecoquartier.core.errors import DomainError


class OperatorCommand(BaseCommand):
    """A command whose refusals (`DomainError`, `SettingError`) are one French sentence and an exit code, never a trace.

    `help` says what it does, then, after an empty line, `Exemple\u00a0: python manage.py …`.
    """

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> CommandParser:
        """Keep the line breaks of the help, so that the example has its own."""
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **options)

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run, and say a refusal in words."""
        try:
            return super().execute(*args, **options)
        except (DomainError, SettingError) as error:
            raise CommandError(str(error)) from error

    def progress(self, step: str, done: int, total: int) -> None:
        """Show how far a step is: one line that moves on a terminal, one line at its end elsewhere."""
        if self.stdout.isatty():
            # Erased first: the line before may have been longer.
            self.stdout.write(f"\r\x1b[K{step}\u00a0: {done} / {total}", ending="\n" if done == total else "")
            self.stdout.flush()
        elif done == total:
            self.stdout.write(f"{step}\u00a0: {done} / {total}")
