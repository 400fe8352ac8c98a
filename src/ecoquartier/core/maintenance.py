"""Whether the site is closed for work: a file in the data folder, because the database may be what is worked on.

Every web process of the machine sees it at its next request. Where several machines serve the site, each has its own
data folder, so the command is run on each.
"""

from pathlib import Path

from django.conf import settings


def close_site(message: str) -> None:
    """Answer every page with `message` from now on; an empty one lets the page speak for itself."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(message, encoding="utf-8")
    draft.rename(path)


def open_site() -> None:
    """Answer again."""
    _path().unlink(missing_ok=True)


def closed_message() -> str | None:
    """What people are told while the site is closed; None when it is open."""
    try:
        return _path().read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None


def _path() -> Path:
    return Path(settings.DATA_DIR) / "maintenance"
