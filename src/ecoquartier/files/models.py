"""Uploaded files: their identity is here, their bytes in the storage."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ecoquartier.core import clock

FOLDER = "fichiers"


class StoredFile(models.Model):
    """A file that was accepted, as it is kept. It never changes (a trigger refuses it), but for its name.

    The bytes are stored under their own fingerprint, once for all the files that have the same.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sha256 = models.CharField(max_length=64, db_index=True, help_text="of the bytes that are kept")
    content = models.FileField(_("contenu"), max_length=100, help_text="named after the fingerprint of its bytes")
    size = models.PositiveIntegerField(_("taille"))
    media_type = models.CharField(_("type"), max_length=100)
    name = models.CharField(_("nom"), max_length=120, help_text="safe: no folder, the extension of the type")
    width = models.PositiveSmallIntegerField(null=True, blank=True)
    height = models.PositiveSmallIntegerField(null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="uploaded_files"
    )
    uploaded_at = models.DateTimeField(_("déposé le"), default=clock.now, editable=False)

    class Meta:
        ordering = ["uploaded_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(width__isnull=True, height__isnull=True) | Q(width__gte=1, height__gte=1),
                name="files_storedfile_two_sides",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        """Whether a page may show it."""
        return self.width is not None

    def preview_path(self, longest: int) -> str:
        """Where the smaller copy of an image is in the storage, by its longest side."""
        return f"{path_of(self.sha256)}-{longest}.jpg"


def path_of(sha256: str) -> str:
    """How the names of what is stored under a fingerprint begin; in many folders, that none holds too many."""
    return f"{FOLDER}/{sha256[:2]}/{sha256}"
