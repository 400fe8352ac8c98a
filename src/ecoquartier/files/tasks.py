"""Background work on uploaded files."""

from procrastinate.contrib.django import app

from ecoquartier.files import services


@app.periodic(cron="25 3 * * *")
@app.task(queueing_lock="forget_orphan_files")
def forget_orphan_files(timestamp: int) -> None:
    """Each night, forget the files that nothing shows."""
    services.forget_orphans()
