"""Scheduled care of the journal."""

from procrastinate.contrib.django import app

from ecoquartier.journal.services.heads import sign_head


@app.periodic(cron="7 2 * * *")
@app.task(queueing_lock="journal.head", name="journal.sign_head")
def sign_daily_head(timestamp: int = 0) -> int:
    """Sign the head of the day; returns the number of its entry, 0 when the journal is empty."""
    head = sign_head()
    return head.seq if head else 0
