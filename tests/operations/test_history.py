"""The history of the sheet: what it said before, who changed it."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from ecoquartier.journal.models import Entry
from ecoquartier.operations import services as operations
from ecoquartier.operations.queries import changes_of


def said(operation):
    return [(row.field, row.before, row.after) for row in changes_of(operation)]


def test_each_field_is_kept_from_what_it_said_to_what_it_says(world):
    part = world.part(filled=False)
    write = operations.update_operation
    operation = write(part.operation, actor=part.lead, area_ha=Decimal("3.5"), figures_as_of=date(2024, 6, 30))
    assert said(operation) == [("area_ha", None, "3.50"), ("figures_as_of", None, "2024-06-30")]
    operation = write(operation, actor=part.lead, area_ha=4, types=operation.types)
    assert said(operation)[0] == ("area_ha", "3.50", "4.00")
    assert {row.changed_by for row in changes_of(operation)} == {part.lead}


def test_what_does_not_change_is_not_history(world):
    part = world.part()
    before = said(part.operation)
    operations.update_operation(part.operation, actor=part.lead, dwellings=part.operation.dwellings)
    assert said(part.operation) == before


def test_a_refused_change_leaves_no_history(world):
    part = world.part()
    before = said(part.operation)
    with pytest.raises(ValidationError):
        operations.update_operation(part.operation, actor=part.lead, description="Neuf", area_ha=0)
    assert said(part.operation) == before


def test_the_journal_keeps_names_of_fields_only(world):
    part = world.part(filled=False)
    operations.update_operation(part.operation, actor=part.lead, context="Un vallon.", dwellings=3)
    entry = Entry.objects.filter(event="operation.updated").latest("pk")
    assert entry.data == {"fields": ["context", "dwellings"]}
