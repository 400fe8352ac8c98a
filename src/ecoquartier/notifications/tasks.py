"""Background work of the outbox. Hours are those of universal time: one or two less than in Paris."""

from procrastinate.contrib.django import app

from ecoquartier.notifications import services


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="outbox", name="notifications.send_outbox")
def send_outbox(timestamp: int = 0) -> int:
    """Send what is ready; runs each minute."""
    return services.send_ready()


@app.periodic(cron="40 4 * * *")
@app.task(queueing_lock="reminders", name="notifications.remind")
def remind(timestamp: int = 0) -> int:
    """Write the reminders of the day, before the digests that may hold them."""
    return services.remind()


@app.periodic(cron="10 5 * * *")
@app.task(queueing_lock="digests", name="notifications.send_digests")
def send_digests(timestamp: int = 0) -> int:
    """Group what waits for the digest of the day."""
    return services.send_digests()
