"""Background work of labels."""

from procrastinate.contrib.django import app

from ecoquartier.awards import queries, services


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="certificates", name="awards.issue_certificates")
def issue_certificates(timestamp: int = 0) -> int:
    """Make the proofs of published labels that have none yet; each in its own transaction, so it can be retried."""
    ids = list(queries.without_certificate().values_list("pk", flat=True))
    for award_id in ids:
        services.issue_certificate(award_id)
    return len(ids)
