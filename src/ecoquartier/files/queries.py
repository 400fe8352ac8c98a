"""Named reads of uploaded files."""

from __future__ import annotations

from datetime import datetime

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ecoquartier.files.models import StoredFile


def stored_files() -> QuerySet[StoredFile]:
    """Every file that is kept."""
    return StoredFile.objects.all()


def orphans(before: datetime) -> QuerySet[StoredFile]:
    """Files uploaded before this instant that no object refers to: whatever key points here makes an owner."""
    rows = StoredFile.objects.filter(uploaded_at__lt=before)
    for owner in StoredFile._meta.related_objects:
        rows = rows.filter(**{f"{owner.name}__isnull": True})
    return rows


def files_without_bytes() -> list[str]:
    """Files whose bytes the storage does not hold, or not whole."""
    wrong = []
    for file in StoredFile.objects.iterator():
        path = str(file.content)
        if not default_storage.exists(path):
            wrong.append(_("%(file)s\u00a0: absent du stockage") % {"file": file.pk})
        elif default_storage.size(path) != file.size:
            wrong.append(_("%(file)s\u00a0: tronqué dans le stockage") % {"file": file.pk})
    return wrong
