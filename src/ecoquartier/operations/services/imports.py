"""The life of a file of older operations: received and read, then imported line by line, its report kept."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from ecoquartier.core import clock
from ecoquartier.core.errors import TransitionRefused
from ecoquartier.operations.domain.legacy import PlannedOperation
from ecoquartier.operations.domain.legacy.report import ReportLine
from ecoquartier.operations.enums import ImportOutcome, ImportState
from ecoquartier.operations.models import LegacyImport
from ecoquartier.operations.services import legacy
from ecoquartier.operations.workflow import IMPORT_WORKFLOW, ImportStep
from ecoquartier.people.models import User
from ecoquartier.workflow.engine import Effect, Job, lock, require

logger = logging.getLogger(__name__)

FOLDER = "imports"
KEPT_FOR = timedelta(days=1)
# How many operations are written between two signs of life.
STEP = 20
COMMAND = Job("import")
# What becomes of an operation of the file, as opposed to what is said of its lines.
PLACED = (ImportOutcome.IMPORTED, ImportOutcome.COMPLETED, ImportOutcome.KNOWN)

Progress = Callable[[int, int], None]


def receive(file_name: str, data: bytes, *, actor) -> LegacyImport:
    """Read a file and keep it until it is imported, for a day; nothing of it is in the register yet.

    Raises:
        LegacyFileError: it is not such a sheet; nothing is kept of it.
        PermissionRefused: the actor may not import.
    """
    require(actor, "operations.import")
    reading = legacy.read(data)
    forget_abandoned()
    received = LegacyImport(file_name=file_name[-200:], made_by=actor if isinstance(actor, User) else None)
    _note(received, reading)
    received.save()
    default_storage.save(_path(received.pk), ContentFile(data))
    return received


@transaction.atomic
def read_again(received: LegacyImport, *, actor) -> LegacyImport:
    """Read a file that waits once more, against the register of now; its day begins again.

    Raises:
        PermissionRefused: the actor may not import.
        TransitionRefused: it is imported, or being so.
    """
    require(actor, "operations.import")
    received = lock(received)
    if received.state != ImportState.READ:
        raise TransitionRefused(_("L’import de ce fichier a commencé\u00a0: il ne se relit plus."), code="import_begun")
    with default_storage.open(_path(received.pk)) as file:
        _note(received, legacy.read(file.read()))
    received.made_at = clock.now()
    received.save()
    return received


@IMPORT_WORKFLOW.performs(ImportStep.START)
def start(received: LegacyImport, *, actor) -> Effect:
    """Say that the import begins; who does it runs it."""
    received.progressed_at = clock.now()
    return Effect(fields=["progressed_at"], data={"operations": received.imported})


@transaction.atomic
def start_later(received: LegacyImport, *, actor) -> LegacyImport:
    """Begin the import in the background.

    Raises:
        PermissionRefused: the actor may not import.
        TransitionRefused: it goes on already, or is done.
    """
    started = start(received, actor=actor)
    # By name: the task is above the services. One import at a time.
    app.configure_task("operations.run_import", lock="operations.import").defer(import_id=str(received.pk))
    return started


def run(pk: UUID, progress: Progress = lambda done, total: None) -> LegacyImport:
    """Import a file that was started: each operation in its own transaction, so that no line stops the others.

    May be run again after a crash: what is written is known, and what was counted stays counted.
    """
    received = LegacyImport.objects.select_related("made_by").get(pk=pk)
    if received.state != ImportState.RUNNING:
        return received
    with default_storage.open(_path(pk)) as file:
        reading = legacy.read(file.read())
    if received.begun_at is None:
        # Counted once, before the first line is written.
        _note(received, reading)
        received.begun_at = clock.now()
        received.save()
    actor, total, refused = received.made_by or COMMAND, len(reading.plan.operations), {}
    for done, planned in enumerate(reading.plan.operations, start=1):
        if reason := _write(planned, reading, actor, pk):
            refused[planned.lines[0]] = reason
        if done % STEP == 0:
            LegacyImport.objects.filter(pk=pk).update(done=done, progressed_at=clock.now())
        progress(done, total)
    done_with = finish(received, actor=COMMAND, refused=refused)
    default_storage.delete(_path(pk))
    return done_with


@IMPORT_WORKFLOW.performs(ImportStep.FINISH)
def finish(received: LegacyImport, *, actor, refused: dict[int, str]) -> Effect:
    """Keep the report: every line, and why those that the register refused are not in it."""
    lines = [ReportLine(*line) for line in received.report]
    received.report = [
        line._replace(outcome=ImportOutcome.SKIPPED.value, text=refused[line.line], excerpt=line.text)
        if line.line in refused and line.outcome in PLACED
        else line
        for line in lines
    ]
    _count(received)
    received.done = received.total
    received.ended_at = clock.now()
    counts = {"imported": received.imported, "merged": received.merged, "skipped": received.skipped}
    return Effect(fields=["report", *counts, "done", "ended_at"], data=counts)


def import_file(
    file_name: str, data: bytes, *, dry_run: bool = False, progress: Progress = lambda done, total: None
) -> LegacyImport:
    """Import a file at once, as the command line does; in a dry run, what it would do.

    Raises:
        LegacyFileError: the file is not such a sheet; nothing is written.
    """
    if dry_run:
        planned = LegacyImport(file_name=file_name)
        _note(planned, legacy.read(data))
        return planned
    received = receive(file_name, data, actor=COMMAND)
    start(received, actor=COMMAND)
    return run(received.pk, progress)


def forget_abandoned() -> None:
    """Delete the files that were read and not imported within a day, and what was read in them."""
    for received in LegacyImport.objects.filter(state=ImportState.READ, made_at__lt=clock.now() - KEPT_FOR):
        default_storage.delete(_path(received.pk))
        received.delete()


def _write(planned: PlannedOperation, reading: legacy.Reading, actor, about: UUID) -> str:
    """Write one operation or complete it; why the register refuses it, or nothing."""
    known = reading.known.get(planned.key)
    try:
        if known:
            legacy.complete(known, planned, words=reading.words, actor=actor, about=about)
        else:
            legacy.add(planned, words=reading.words, actor=actor, about=about)
    except ValidationError as error:
        return _("Le registre refuse cette opération\u00a0: %(why)s") % {"why": " ".join(error.messages)}
    except (DataError, IntegrityError) as error:
        logger.warning("Line %s refused by the database: %s", planned.lines[0], type(error).__name__)
        return _("La base de données refuse cette opération\u00a0: une valeur est impossible.")
    return ""


def _note(received: LegacyImport, reading: legacy.Reading) -> None:
    """Put what was read in the import."""
    received.notes = list(reading.notes)
    received.report = [list(line) for line in reading.lines()]
    received.total = len(reading.plan.operations)
    _count(received)


def _count(received: LegacyImport) -> None:
    """Each line once: written, part of an operation known or of another line, or placed nowhere."""
    outcomes = [cast(str, line[1]) for line in received.report]
    received.imported = outcomes.count(ImportOutcome.IMPORTED)
    received.merged = sum(map(outcomes.count, (ImportOutcome.MERGED, ImportOutcome.KNOWN, ImportOutcome.COMPLETED)))
    received.skipped = outcomes.count(ImportOutcome.SKIPPED)


def _path(pk: UUID) -> str:
    return f"{FOLDER}/{pk}.csv"
