"""Wording is not schema: a sentence that changes asks for no migration.

`makemigrations` and `migrate` share this detector. It sees no difference between two labels, help texts, names of
choices, messages of validators or of constraints; everything else is compared as Django does.
"""

from __future__ import annotations

from typing import Any

from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.questioner import MigrationQuestioner
from django.db.migrations.state import ProjectState

WORDS_OF_FIELDS = frozenset({"verbose_name", "help_text", "choices", "error_messages", "message"})
WORDS_OF_MODELS = frozenset({"verbose_name", "verbose_name_plural"})


class WordingBlindAutodetector(MigrationAutodetector):
    """Django's detector of changes, deaf to sentences."""

    def __init__(
        self, from_state: ProjectState, to_state: ProjectState, questioner: MigrationQuestioner | None = None
    ) -> None:
        """Give the models of the past, which Django compares option by option, the words of the present."""
        super().__init__(from_state, to_state, questioner)
        for key, past in from_state.models.items():
            if present := to_state.models.get(key):
                past.options = _reworded(past.options, present.options)

    def deep_deconstruct(self, obj: Any) -> Any:
        """What is compared of a field or of one of its validators, without its words."""
        parts = super().deep_deconstruct(obj)
        if isinstance(obj, type) or not hasattr(obj, "deconstruct"):
            return parts
        path, args, kwargs = parts
        return path, args, {name: value for name, value in kwargs.items() if name not in WORDS_OF_FIELDS}


def _reworded(past: dict[str, Any], present: dict[str, Any]) -> dict[str, Any]:
    schema = {name: value for name, value in past.items() if name not in WORDS_OF_MODELS}
    words = {name: value for name, value in present.items() if name in WORDS_OF_MODELS}
    words_of = {c.name: (c.violation_error_message, c.violation_error_code) for c in present.get("constraints", ())}
    constraints = []
    for old in past.get("constraints", ()):
        constraint = old.clone()
        said = words_of.get(old.name, (old.violation_error_message, old.violation_error_code))
        constraint.violation_error_message, constraint.violation_error_code = said
        constraints.append(constraint)
    return {**schema, **words, "constraints": constraints}
