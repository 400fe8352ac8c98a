"""Who may see which files: those of what one may see. The same matrix as `scopes`, for what objects show."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from ecoquartier.access.scopes import dossiers_read_by, operations_visible_to
from ecoquartier.core.registry import scopes
from ecoquartier.dossiers.models import CitedFile
from ecoquartier.files.models import StoredFile
from ecoquartier.files.queries import stored_files
from ecoquartier.operations.models import Document, Photo


def photos_visible_to(user) -> QuerySet[Photo]:
    """Rows of `operations.view`: the photos of the operations one may see."""
    return _shown(Photo.objects.all(), user)


def documents_visible_to(user) -> QuerySet[Document]:
    """Rows of `operations.view`: the documents of the operations one may see."""
    return _shown(Document.objects.all(), user)


def files_visible_to(user) -> QuerySet[StoredFile]:
    """The files of the operations one may see, and those of the deposits one may read (`dossiers.read_deposit`).

    A file that nothing shows is nobody’s. One that a deposit holds is read with it, whatever the operation shows since.
    """
    seen = _operations_seen_by(user)
    cited = CitedFile.objects.filter(deposit__dossier__in=dossiers_read_by(user).order_by().values("pk"))
    shown = Q(photo__operation__in=seen) | Q(document__operation__in=seen)
    return stored_files().filter(shown | Q(pk__in=cited.values("file")))


def _shown(rows: QuerySet, user) -> QuerySet:
    rows = rows.select_related("file", "operation__lead_commune__county")
    return rows.filter(operation__in=_operations_seen_by(user))


def _operations_seen_by(user) -> QuerySet:
    return operations_visible_to(user).order_by().values("pk")


def register() -> None:
    """Fill the `scopes` seam."""
    for kind, scope in {
        "photo": photos_visible_to,
        "document": documents_visible_to,
        "file": files_visible_to,
    }.items():
        scopes.register(kind, scope)
