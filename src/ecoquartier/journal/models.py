"""Journal entries, append-only, their erasable personal part, and the signed heads of each day."""

from __future__ import annotations

import json

from django.db import models

from ecoquartier.core import clock
from ecoquartier.journal import domain
from ecoquartier.journal.domain import Link
from ecoquartier.journal.enums import Release


class Entry(models.Model):
    """One act. A trigger refuses UPDATE, DELETE and TRUNCATE."""

    seq = models.PositiveBigIntegerField(primary_key=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    event = models.CharField(max_length=60, db_index=True)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    about_id = models.CharField(
        max_length=40, blank=True, help_text="the operation or dossier under which the act is read"
    )
    actor = models.CharField(max_length=60, help_text="id of a person, or system:<name>")
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now)
    release = models.CharField(max_length=20, choices=Release.choices, default=Release.NOW)
    data = models.JSONField(default=dict)
    detail_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["seq"]
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="journal_entry_object"),
            models.Index(fields=["about_id"], name="journal_entry_about"),
        ]
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.seq} {self.event}"

    def link(self) -> Link:
        """The part of this entry that the chain protects."""
        return Link(
            seq=self.seq,
            previous=self.previous,
            event=self.event,
            object_type=self.object_type,
            object_id=self.object_id,
            about_id=self.about_id,
            actor=self.actor,
            occurred_at=self.occurred_at,
            recorded_at=self.recorded_at,
            release=self.release,
            data=self.data,
            detail_digest=self.detail_digest,
        )


class EntryDetail(models.Model):
    """The personal or wordy part of an act; may be erased without breaking the chain.

    A trigger refuses UPDATE and TRUNCATE; a row that goes without an erasure that says so is told by `verify_journal`.
    """

    entry = models.OneToOneField(Entry, on_delete=models.DO_NOTHING, primary_key=True, related_name="detail")
    salt = models.CharField(max_length=64)
    content = models.JSONField()

    def __str__(self) -> str:
        return f"détail de {self.entry_id}"


class Head(models.Model):
    """Where the chain stood, signed once a day and published. A trigger refuses UPDATE, DELETE and TRUNCATE."""

    day = models.DateField(primary_key=True)
    seq = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    time = models.DateTimeField()
    kid = models.CharField(max_length=64, help_text="thumbprint of the key")
    signature = models.TextField(help_text="compact JWS of {seq, hash, time}")

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day}\u00a0: entrée {self.seq}"

    def value(self) -> domain.Head:
        """What is signed."""
        return domain.Head(self.seq, self.hash, self.time)

    @property
    def is_moved(self) -> bool:
        """True when it is no longer under the day of its signed time."""
        return self.day.isoformat() != self.value().day

    def published(self) -> dict[str, object]:
        """As it is in `/.well-known/journal.json`."""
        values = json.loads(self.value().payload())
        return {**values, "kid": self.kid, "signature": self.signature}
