"""`manage.py run_worker`: does the background jobs and what is scheduled."""

import logging
import time
from argparse import ArgumentParser
from typing import Any

from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext
from procrastinate.middleware import AsyncCallNext
from procrastinate.worker import Worker

from ecoquartier.core import logs
from ecoquartier.core.commands import OperatorCommand

logger = logging.getLogger("ecoquartier.jobs")


class Command(OperatorCommand):
    help = (
        "Fait les tâches de fond et les travaux programmés (rappels, résumés, envois) jusqu’à son arrêt.\n\n"
        "Exemple\u00a0: python manage.py run_worker --concurrency 2"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=1, help="tâches faites en même temps (1 par défaut)")
        parser.add_argument("--once", action="store_true", help="fait les tâches en attente puis s’arrête")

    def handle(self, *args: Any, concurrency: int, once: bool, **options: Any) -> None:
        """Run until SIGTERM or Ctrl-C, letting the job at hand finish for ten seconds."""
        self.stdout.write("Travailleur prêt." if not once else "Tâches en attente…")
        # Django's connection cannot listen: the worker has its own, with a small pool.
        with app.replace_connector(app.connector.get_worker_connector()):
            app.run_worker(
                concurrency=concurrency, wait=not once, shutdown_graceful_timeout=10, worker_middleware=[logged]
            )
        self.stdout.write("Travailleur arrêté." if not once else "Tâches faites.")


async def logged(call_next: AsyncCallNext, context: JobContext, worker: Worker) -> Any:
    """Name the job in every line logged while it runs, and write its own: what, and how long.

    What fails is logged by the queue, with its trace and under the same name.
    """
    job = context.job
    began = time.perf_counter()
    with logs.traced(f"job-{job.id}"):
        result = await call_next()
        # The care of the queue itself, each minute, would drown the rest.
        level = logging.DEBUG if "timestamp" in job.task_kwargs else logging.INFO
        logger.log(level, "%s %.0f ms", job.task_name, (time.perf_counter() - began) * 1000)
    return result
