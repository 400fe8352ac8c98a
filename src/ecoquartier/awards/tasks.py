"""Background work of labels."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from ecoquartier.awards import queries, services


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="certificates", name="awards.issue_certificates")
def issue_certificates(timestamp: int = 0) -> int:
    """Ask for the proofs of published labels that have none yet, one job each: one that fails stops no other.

    Returns:
        How many jobs were added; those already waiting are left to run.
    """
    added = 0
    for award_id in queries.without_certificate().values_list("pk", flat=True):
        try:
            with transaction.atomic():
                issue_certificate.configure(queueing_lock=f"certificate-{award_id}").defer(award_id=str(award_id))
        except AlreadyEnqueued:
            continue
        added += 1
    return added


@app.task(name="awards.issue_certificate", retry=5)
def issue_certificate(award_id: str) -> None:
    """Make and keep the proofs of one label."""
    services.issue_certificate(UUID(award_id))
