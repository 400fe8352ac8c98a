"""What the team shows of its operation: photos and documents."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ecoquartier.operations.enums import DocumentKind
from ecoquartier.operations.models.operations import Operation


class Attachment(models.Model):
    """A file with what is said of it, under an operation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="%(class)ss")
    file = models.OneToOneField("files.StoredFile", on_delete=models.PROTECT, related_name="%(class)s")

    class Meta:
        abstract = True

    def lock_parents(self) -> list[models.Model]:
        """The operation is locked before what it shows: its photos keep one order."""
        return [self.operation]

    def journal_about(self) -> uuid.UUID:
        """Read under the operation."""
        return self.operation_id


class Photo(Attachment):
    """A photo of the operation, at its place among the others."""

    rank = models.PositiveSmallIntegerField()
    alt = models.CharField(_("description pour qui ne voit pas l’image"), max_length=300)
    credit = models.CharField(_("crédit"), max_length=120)
    taken_on = models.DateField(_("date de prise de vue"), null=True, blank=True)

    class Meta:
        ordering = ["operation", "rank"]
        constraints = [
            # Two photos that change places hold the same one for an instant.
            models.UniqueConstraint(
                fields=["operation", "rank"], name="operations_photo_rank", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=~Q(alt=""), name="operations_photo_alt"),
        ]

    def __str__(self) -> str:
        return self.alt


class Document(Attachment):
    """A document of the operation."""

    title = models.CharField(_("titre"), max_length=200)
    kind = models.CharField(_("nature"), max_length=12, choices=DocumentKind.choices)
    dated_on = models.DateField(_("date du document"), null=True, blank=True)

    class Meta:
        ordering = ["operation", "title"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DocumentKind.values), name="operations_document_kind"),
        ]

    def __str__(self) -> str:
        return self.title
