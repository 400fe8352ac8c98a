"""Scheduled care of the job queue itself."""

from procrastinate.contrib.django import app
from procrastinate.jobs import Status

# A job that took down its worker that often is a bug: it is left failed, for somebody to look at.
MOST_ATTEMPTS = 5


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="retry_stalled_jobs")
async def retry_stalled_jobs(timestamp: int) -> None:
    """Queue again the jobs of workers that have been silent for 30 s: a killed worker leaves them running."""
    for job in await app.job_manager.get_stalled_jobs():
        if job.attempts < MOST_ATTEMPTS:
            await app.job_manager.retry_job(job)
        else:
            await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="forget_old_jobs")
async def forget_old_jobs(timestamp: int) -> None:
    """Delete the jobs that succeeded over thirty days ago; the failed ones stay."""
    await app.job_manager.delete_old_jobs(nb_hours=30 * 24)
