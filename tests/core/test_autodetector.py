"""A reworded sentence asks for no migration; anything else still does."""

from django.core.checks import run_checks
from django.core.validators import RegexValidator
from django.db import models
from django.db.migrations.state import ModelState, ProjectState

from ecoquartier.core.autodetector import WordingBlindAutodetector


def state(*, label="nom", length=10, least=0, message="Trop peu.", plural="choses", ordering=("name",)):
    """One model, each of its words and each of its facts in turn."""
    fields = [
        (
            "name",
            models.CharField(
                label,
                max_length=length,
                help_text=f"Le {label}.",
                choices=[("a", label)],
                error_messages={"blank": message},
                validators=[RegexValidator("^a", message=message)],
            ),
        ),
        ("size", models.IntegerField(primary_key=True)),
    ]
    rule = models.CheckConstraint(
        condition=models.Q(size__gte=least), name="thing_size", violation_error_message=message
    )
    options = {"verbose_name": label, "verbose_name_plural": plural, "ordering": ordering, "constraints": [rule]}
    project = ProjectState()
    project.add_model(ModelState("things", "Thing", fields, options))
    return project


def operations(before, after):
    changes = WordingBlindAutodetector(before, after)._detect_changes()
    return [type(operation).__name__ for migration in changes.get("things", []) for operation in migration.operations]


def test_words_are_no_change():
    assert operations(state(), state(label="intitulé", message="C’est trop peu.", plural="objets")) == []


def test_a_label_that_appears_or_goes_is_no_change():
    silent = state()
    del silent.models["things", "thing"].options["verbose_name"]
    assert operations(silent, state()) == []
    assert operations(state(), silent) == []


def test_facts_are_still_changes():
    assert operations(state(), state(length=20)) == ["AlterField"]
    assert operations(state(), state(least=1)) == ["RemoveConstraint", "AddConstraint"]
    assert operations(state(), state(ordering=("size",))) == ["AlterModelOptions"]


def test_a_first_migration_keeps_the_words():
    changes = WordingBlindAutodetector(ProjectState(), state())._detect_changes()
    created = changes["things"][0].operations[0]
    assert created.options["verbose_name"] == "nom"
    assert dict(created.fields)["name"].verbose_name == "nom"


def test_both_commands_share_the_detector():
    assert [error.id for error in run_checks(tags=["commands"])] == []
