"""The environment, read once and typed: every variable is declared where it is read, with its French explanation.

A missing or wrong value raises `SettingError`, whose message is a French sentence that says what to write.
`DECLARED` is what `docs/reference/reglages.md` is made from.
"""

import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

DECLARED: dict[str, "Variable"] = {}

_TRUE = {"1", "true", "yes", "on", "oui"}
_FALSE = {"0", "false", "no", "off", "non"}


class SettingError(Exception):
    """The environment does not allow a start; the message says what to write."""


@dataclass(frozen=True)
class Variable:
    """One variable of the environment, as the operator reads about it."""

    name: str
    help: str
    default: str


def load_file(path: Path) -> None:
    """Read `NAME=value` lines of a file into the environment; what is already there wins."""
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        entry = line.strip()
        if not entry or entry.startswith("#"):
            continue
        name, equals, value = entry.partition("=")
        if not equals or not name.strip().isidentifier():
            raise SettingError(f"{path.name}, ligne {number}\u00a0: écrivez NOM=valeur.")
        os.environ.setdefault(name.strip(), value.strip().strip("\"'"))


def text(name: str, default: str = "", *, help: str, shown: str | None = None) -> str:
    """Return a text; `shown` is how the default is described when it is computed."""
    DECLARED[name] = Variable(name, help, default if shown is None else shown)
    return os.environ.get(name, "").strip() or default


def boolean(name: str, *, default: bool, help: str, shown: str | None = None) -> bool:
    """Return yes or no."""
    value = text(name, "1" if default else "0", help=help, shown=shown).lower()
    if value not in _TRUE | _FALSE:
        raise SettingError(f"{name}={value} n’est pas compris\u00a0: écrivez {name}=1 (oui) ou {name}=0 (non).")
    return value in _TRUE


def integer(name: str, default: int, *, help: str, least: int, most: int) -> int:
    """Return a whole number between two bounds."""
    value = text(name, str(default), help=help)
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise SettingError(f"{name}={value} n’est pas compris\u00a0: écrivez un nombre entre {least} et {most}.")
    return int(value)


def listing(name: str, default: list[str], *, help: str, shown: str | None = None) -> list[str]:
    """Return the texts between commas."""
    value = text(name, ",".join(default), help=help, shown=shown)
    return [entry.strip() for entry in value.split(",") if entry.strip()]


def choice(name: str, default: str, *, among: tuple[str, ...], help: str) -> str:
    """Return one of the allowed words."""
    value = text(name, default, help=help)
    if value not in among:
        raise SettingError(f"{name}={value} n’est pas compris\u00a0: écrivez {' ou '.join(among)}.")
    return value


def folder(name: str, default: Path, *, help: str, root: Path, shown: str | None = None) -> Path:
    """Return the absolute path of a folder, which may not exist yet; a relative one starts at `root`."""
    return root / text(name, str(default), help=help, shown=shown)


def url(name: str, default: str = "", *, schemes: tuple[str, ...], help: str, shown: str | None = None) -> SplitResult:
    """Return a parsed address whose scheme is one of `schemes`; empty when there is none."""
    value = text(name, default, help=help, shown=shown)
    try:
        parts = urlsplit(value)
        valid = not value or (parts.scheme in schemes and (parts.port is None or parts.port > 0))
    except ValueError:
        valid = False
    if not valid:
        # The value is not repeated: an address may hold a password.
        raise SettingError(
            f"{name} n’est pas compris\u00a0: écrivez une adresse qui commence par "
            f"{' ou '.join(f'{scheme}:' for scheme in schemes)}."
        )
    return parts


def is_loopback(host: str) -> bool:
    """Whether a name or a number is that of this very machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_loopback_url(address: str) -> bool:
    """Whether an address is served by this very machine."""
    return is_loopback(urlsplit(address).hostname or "")


def unquoted(part: str | None) -> str:
    """Return one part of an address as it was meant, without its percent signs."""
    return unquote(part or "")
