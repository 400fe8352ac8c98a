"""The queue looks after itself."""

import logging
import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from ecoquartier.core.logs import TextFormatter
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


@app.task(name="tests.speak")
def speak(fails):
    """Log a line, and fail if asked."""
    logging.getLogger("tests").info("speaking")
    if fails:
        raise RuntimeError("refused by smtp://label:s3cret@mail")


@committed
@pytest.mark.parametrize("fails", [False, True])
def test_lines_of_a_job_carry_its_name(caplog, fails):
    caplog.handler.setFormatter(TextFormatter())
    caplog.set_level(logging.INFO)
    job_id = speak.defer(fails=fails)
    call_command("run_worker", once=True, concurrency=1)
    lines = [line for line in caplog.text.splitlines() if f"[job-{job_id}]" in line]
    assert "tests: speaking" in lines[0]
    if fails:
        assert f"ERROR [job-{job_id}] procrastinate.worker: Job tests.speak" in lines[-1]
        assert "RuntimeError: refused by smtp://label:***@mail" in caplog.text
    else:
        assert re.search(r"ecoquartier.jobs: tests.speak \d+ ms$", lines[-1])
    assert len(lines) == 2
