"""What the system refuses, said in French: the disk is full, a folder is closed, a port is taken."""

import errno
from pathlib import Path

_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM}
_CLOSED = {*_FORBIDDEN, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.ENOENT}
_REASONS = {
    errno.EACCES: "accès refusé",
    errno.EADDRINUSE: "un autre programme l’occupe",
    errno.EADDRNOTAVAIL: "cette adresse n’est pas celle de cette machine",
    errno.EDQUOT: "quota atteint",
    errno.EEXIST: "ce n’est pas un dossier",
    errno.EISDIR: "c’est un dossier",
    errno.ENOENT: "introuvable",
    errno.ENOSPC: "disque plein",
    errno.ENOTDIR: "ce n’est pas un dossier",
    errno.EPERM: "accès refusé",
    errno.EROFS: "disque en lecture seule",
}


def reason(error: OSError) -> str:
    """Return why the system refused: in French when it is usual, in its own words otherwise."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)


def no_room(folder: Path | str) -> str:
    """Return the sentence of a full disk."""
    return (
        f"Il n’y a plus assez de place sur le disque de {folder}\u00a0: "
        "libérez-en, ou choisissez un autre dossier avec DATA_DIR."
    )


def explain_system(error: OSError, folder: Path) -> str:
    """Return the sentence of a disk that is full or closed, empty for any other error.

    Args:
        error: what the system said.
        folder: where we were writing, when it does not say.
    """
    if error.errno in _FULL:
        return no_room(folder)
    if error.errno in _CLOSED:
        allow = "donnez-en le droit à votre compte, ou " if error.errno in _FORBIDDEN else ""
        return (
            f"Impossible d’écrire dans {error.filename or folder} ({reason(error)})\u00a0: "
            f"{allow}choisissez un autre dossier avec DATA_DIR."
        )
    return ""
