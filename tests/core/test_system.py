"""A disk that is full or closed is said in French; anything else is left to be seen."""

import errno
import os
from pathlib import Path

import pytest

from ecoquartier.core.system import explain_system, reason


def refusal(number, path=None):
    return OSError(number, os.strerror(number), path)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_full_disk_says_which_and_what_to_do(number):
    assert explain_system(refusal(number), Path("/data")) == (
        "Il n’y a plus assez de place sur le disque de /data\u00a0: "
        "libérez-en, ou choisissez un autre dossier avec DATA_DIR."
    )


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (errno.EROFS, "disque en lecture seule"),
        (errno.EACCES, "accès refusé"),
        (errno.ENOTDIR, "pas un dossier"),
        (errno.EEXIST, "pas un dossier"),
        (errno.ENOENT, "introuvable"),
    ],
)
def test_closed_folder_is_named_with_the_reason(number, why):
    said = explain_system(refusal(number, "/data/files"), Path("/data"))
    assert said.startswith("Impossible d’écrire dans /data/files (")
    assert why in said
    # A right is asked of somebody only where it would help.
    assert ("donnez-en le droit" in said) == (number == errno.EACCES)


def test_closed_folder_that_the_system_does_not_name():
    assert "dans /data (" in explain_system(refusal(errno.EROFS), Path("/data"))


def test_other_errors_are_not_hidden():
    assert explain_system(refusal(errno.ELOOP, "/data"), Path("/data")) == ""


def test_reason_falls_back_on_the_words_of_the_system():
    assert reason(refusal(errno.ENOSPC)) == "disque plein"
    assert reason(refusal(errno.ELOOP)) == os.strerror(errno.ELOOP)
    assert reason(OSError("no number")) == "no number"
