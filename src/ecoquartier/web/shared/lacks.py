"""Where what is missing from a candidature is given."""

from __future__ import annotations

from collections.abc import Callable

from django.shortcuts import resolve_url

from ecoquartier.campaigns.domain import Missing
from ecoquartier.campaigns.enums import Section
from ecoquartier.operations.models import Operation

PAGES = {
    Section.PERIMETER: ("holder:perimeter", "operations.write_perimeter"),
    Section.CHARTER: ("holder:charter-sign", "operations.view"),
    Section.WORKS: ("holder:phases", "operations.write"),
    Section.DELIVERY: ("holder:phases", "operations.write"),
    Section.PLANS: ("holder:document-add", "operations.write"),
    Section.PHOTOS: ("holder:photo-add", "operations.write"),
}
"""Section → the page where it is given, and who may give it there; the charter is read by all who wait for it."""
PARTS = {
    Section.IDENTITY: ("identite", "id_description"),
    Section.PROGRAMME: ("programme", "id_programme"),
    Section.CONTEXT: ("site", "id_initial_site"),
}
"""Section → the part of the sheet that gives it, and where in that page."""


def place_of(missing: Missing, operation: Operation, may: Callable[[str], bool]) -> str:
    """The address where what is missing can be given by a person, or nothing.

    Args:
        may: whether the person has a permission about the operation.
    """
    if missing.commitment is not None:
        address = resolve_url("holder:answer", pk=operation.pk, number=missing.commitment)
        return address if may("notebooks.write") else ""
    if missing.section == Section.RECOMMENDATIONS:
        return resolve_url("holder:recommendation", pk=missing.about) if may("recommendations.answer") else ""
    if missing.section == "meeting":
        return _meeting(operation, may)
    if missing.section in PARTS and may("operations.write"):
        part, anchor = PARTS[Section(missing.section)]
        return f"{resolve_url('holder:operation-edit', pk=operation.pk, part=part)}#{anchor}"
    if missing.section in PAGES:
        name, permission = PAGES[Section(missing.section)]
        return resolve_url(name, pk=operation.pk) if may(permission) else ""
    return ""


def _meeting(operation: Operation, may: Callable[[str], bool]) -> str:
    if not operation.meeting_asked_on and may("operations.ask_meeting"):
        return resolve_url("holder:meeting-ask", pk=operation.pk)
    return resolve_url("holder:operation-meeting", pk=operation.pk) if may("operations.accompany") else ""
