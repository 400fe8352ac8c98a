"""The queue looks after itself."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from ecoquartier.ops import tasks

committed = pytest.mark.django_db(transaction=True)


def stalled(attempts, sql):
    """A job that a worker, silent since, had begun."""
    job_id = tasks.forget_old_jobs.configure(queueing_lock=None).defer(timestamp=0)
    sql(
        "WITH worker AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s) RETURNING id) "
        "UPDATE procrastinate_jobs SET status = 'doing', attempts = %s, worker_id = (SELECT id FROM worker) "
        "WHERE id = %s",
        [timezone.now() - timedelta(minutes=2), attempts, job_id],
    )
    return job_id


@pytest.fixture
def sql():
    """Run one statement."""

    def execute(statement, parameters):
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)

    return execute


def run(task):
    task.defer(timestamp=0)
    call_command("run_worker", once=True, concurrency=1)


@committed
def test_job_of_a_silent_worker_is_done_again(sql):
    job_id = stalled(1, sql)
    run(tasks.retry_stalled_jobs)
    assert ProcrastinateJob.objects.get(pk=job_id).status in ("todo", "succeeded")


@committed
def test_job_that_kills_its_workers_is_left_failed(sql):
    job_id = stalled(tasks.MOST_ATTEMPTS, sql)
    run(tasks.retry_stalled_jobs)
    assert ProcrastinateJob.objects.get(pk=job_id).status == "failed"


def test_tasks_are_scheduled():
    names = {task.task.name for task in app.periodic_registry.periodic_tasks.values()}
    assert {tasks.retry_stalled_jobs.name, tasks.forget_old_jobs.name} <= names
