"""Makes .venv and installs one set of dependencies in it: `make` calls it first, on a Python that has only pip.

    python3 tools/environment.py base|dev|e2e

A set is installed once for each content of its lock file and each Python. Several calls at once wait for each other.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

LEAST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".venv"
# What each set contains: installing it is installing these.
CONTAINS = {"base": ["base"], "dev": ["base", "dev"], "e2e": ["base", "dev", "e2e"]}


class Refused(Exception):
    """The environment cannot be made; the message is a French sentence that says what to do."""


def prepare(kind, say=print):
    """Install the set `kind`, unless it is there already; raise `Refused` with what to do."""
    if sys.version_info < LEAST_PYTHON:
        raise Refused("Il faut Python 3.11 ou plus récent\u00a0: make PYTHON=/chemin/vers/python3")
    if _is_installed(kind):
        return
    try:
        FOLDER.mkdir(exist_ok=True)
        with (FOLDER / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not _is_installed(kind):  # another call may just have done it
                _make_folder(say)
                _install(kind, say)
    except OSError as error:
        raise Refused(
            f"Impossible d’écrire dans {FOLDER}\u00a0: "
            "il faut un dossier où votre compte peut écrire, et de la place sur le disque."
        ) from error


def _stamp(kind):
    """Return what changes when the set must be installed again."""
    lock_file = (ROOT / "requirements" / f"{kind}.txt").read_bytes()
    return f"{sys.version_info[0]}.{sys.version_info[1]} {hashlib.sha256(lock_file).hexdigest()}"


def _mark(kind):
    return FOLDER / f".{kind}"


def _is_installed(kind):
    return _has_python() and _mark(kind).is_file() and _mark(kind).read_text() == _stamp(kind)


def _has_python():
    library = FOLDER / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    return library.is_dir() and (FOLDER / "bin" / "python").exists()


def _make_folder(say):
    """Make the environment, again when it is of another Python."""
    if _has_python():
        return
    say("Environnement Python…")
    for name in ("bin", "include", "lib", "lib64"):
        path = FOLDER / name
        path.unlink() if path.is_symlink() else shutil.rmtree(path, ignore_errors=True)
    # With pip inside, it would need a package that Debian keeps apart.
    made = subprocess.run([sys.executable, "-m", "venv", "--without-pip", FOLDER], capture_output=True, text=True)
    if made.returncode:
        raise Refused(f"L’environnement Python n’a pas pu être créé\u00a0: {_last_line(made.stdout + made.stderr)}")


def _install(kind, say):
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    if subprocess.run([*pip, "--version"], capture_output=True).returncode:
        raise Refused("Il manque pip\u00a0: apt-get install python3-pip (ou make PYTHON=… qui l’a).")
    say(f"Dépendances (requirements/{kind}.txt)…")
    log = FOLDER / "installation.log"
    with log.open("w") as output:
        options = ["--require-hashes", "--only-binary", ":all:", "-r", ROOT / "requirements" / f"{kind}.txt"]
        done = subprocess.run(
            [*pip, "--python", FOLDER / "bin" / "python", "install", *options], stdout=output, stderr=output
        )
    if done.returncode:
        raise Refused(
            "Les dépendances n’ont pas pu être installées\u00a0: vérifiez l’accès au réseau et la place sur le "
            f"disque, puis relancez (détail\u00a0: {log})."
        )
    for name in CONTAINS[kind]:
        _mark(name).write_text(_stamp(name))


def _last_line(text):
    return (text.strip().splitlines() or [""])[-1]


if __name__ == "__main__":
    try:
        prepare(sys.argv[1], lambda line: print(line, flush=True))
    except Refused as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit(130)
