"""The photos and the documents of a deposit, ready to be read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from ecoquartier.core.text import long_date
from ecoquartier.dossiers.domain import FileWords
from ecoquartier.operations.enums import DocumentKind
from ecoquartier.web.shared.files import file_size


@dataclass(frozen=True)
class Attached:
    """A file of a deposit, as people read of it.

    Args:
        title: of a document; what a photo shows, for whoever does not see it.
        words: its nature or its credit, and its date.
        is_removed: the operation does not show it any more.
    """

    file: str
    title: str
    words: str
    name: str
    size: int
    sha256: str
    is_removed: bool


def attached(row: FileWords, removed: Collection[str] = ()) -> Attached:
    """A file of a photograph, in words.

    Args:
        removed: the files that the operation does not show any more, for a reader who may know it.
    """
    nature = str(DocumentKind(row["kind"]).label) if "kind" in row else f"© {row['credit']}"
    said = [nature, long_date(date.fromisoformat(row["dated_on"])) if row["dated_on"] else ""]
    return Attached(
        file=row["file"],
        title=row["title"] if "title" in row else row["alt"],
        words=", ".join(filter(None, said)),
        name=row["name"],
        size=row["size"],
        sha256=row["sha256"],
        is_removed=row["file"] in removed,
    )


def in_one_line(row: FileWords | None) -> str:
    """A file in one line; nothing on the side where it is not."""
    if row is None:
        return ""
    found = attached(row)
    mark = _("empreinte %(mark)s…") % {"mark": found.sha256[:12]}
    return f"{found.title} ({found.words}), {found.name}, {file_size(found.size)}, {mark}"
