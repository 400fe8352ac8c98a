"""Meetings that holders wait for."""

from __future__ import annotations

from django.db.models import DateField, ExpressionWrapper, F, QuerySet, Subquery

from ecoquartier.campaigns.queries import meeting_delay
from ecoquartier.operations.domain.lives import CLOSED
from ecoquartier.operations.models import Operation


def meetings_awaited() -> QuerySet[Operation]:
    """Operations whose holder asked to meet the correspondent and still waits, the oldest first, with `held_by`:
    the last day before the bureau may waive the meeting. None while no stage wants one, none once closed.
    """
    rows = Operation.objects.filter(meeting_asked_on__isnull=False, met_on=None, meeting_waived_on=None)
    rows = rows.exclude(state__in=CLOSED)
    held_by = ExpressionWrapper(F("meeting_asked_on") + Subquery(meeting_delay()), output_field=DateField())
    return rows.annotate(held_by=held_by).filter(held_by__isnull=False).order_by("held_by", "name")
