"""Background work of the outbox."""

from procrastinate.contrib.django import app

from ecoquartier.notifications import services


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="outbox", name="notifications.send_outbox")
def send_outbox(timestamp: int = 0) -> int:
    """Send what is ready; runs each minute."""
    return services.send_ready()
