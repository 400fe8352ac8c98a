"""What an operation shows: its photos and its documents."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, TextField
from django.db.models.functions import Cast, JSONObject

from ecoquartier.operations.models import Document, Photo

FILE = {
    "file": Cast("file_id", TextField()),
    "name": "file__name",
    "size": "file__size",
    "sha256": "file__sha256",
}
SAID = {
    "photos": (Photo, {"alt": "alt", "credit": "credit", "dated_on": "taken_on"}),
    "documents": (Document, {"title": "title", "kind": "kind", "dated_on": "dated_on"}),
}
"""What is said of each photo and of each document, under the names that a deposit gives them."""


def files_quote(path: str) -> JSONObject:
    """The photos and the documents of the operation at `path`, in their order, as a deposit quotes them.

    {"photos": [{"file": id, "name", "size", "sha256", and what is said of it}, …], "documents": […]}
    """
    return JSONObject(**{kind: ArraySubquery(_quotes(kind, OuterRef(path))) for kind in SAID})


def _quotes(kind: str, operation: Any) -> QuerySet[Any]:
    model, said = SAID[kind]
    order = "rank" if model is Photo else "title"
    rows = model._default_manager.filter(operation=operation).order_by(order, "pk")
    return rows.values_list(JSONObject(**FILE, **said), flat=True)
