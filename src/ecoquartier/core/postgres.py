"""The private PostgreSQL server of a machine that has none: first try, development, tests.

One cluster in the data folder, reachable only through a Unix socket in a folder that nobody else may open. The
programs of PostgreSQL are borrowed and driven directly: no permission outside of the data folder is ever changed.

Any number of processes share the server. Each one holds a shared lock for as long as it needs it; whoever obtains
that lock exclusively when leaving is the last, and stops the server. A killed process loses its lock with its life,
and a guard that waits for the lock (`postgres_guard`) stops the server when no process is left to do it.
"""

import errno
import fcntl
import hashlib
import os
import pwd
import re
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import IO, Any, NamedTuple, Self

import psycopg
from psycopg import sql

from ecoquartier.core.database_url import ENGINE, SESSION_OPTIONS
from ecoquartier.core.postgres_programs import PostgresError, find_programs
from ecoquartier.core.system import explain_system, no_room

NAME = "ecoquartier"
EXTENSIONS = ("unaccent", "pg_trgm", "btree_gist")
NOBODY = 65534
# Whatever TMPDIR says: short, and open to "nobody". What we make there is checked by `private_folder` and `_start`.
SHORT_PARENT = Path("/tmp")  # noqa: S108 -- see above
OPEN_PARENT = Path("/var/tmp")  # noqa: S108 -- see above
# The kernel refuses a socket path over 107 bytes; PostgreSQL adds "/.s.PGSQL.5432.lock" to the folder.
LONGEST_SOCKET_FOLDER = 107 - 20
# PostgreSQL writes its log by files of 16 MB: without room for one, it fails in ways that are not all clear.
LEAST_ROOM = 17 * 1024 * 1024
# A new cluster with its first migrations; initdb says nothing clear when it lacks room.
ROOM_FOR_A_CLUSTER = 100 * 1024 * 1024
# Seconds to end in order before being stopped at once.
STOP_WITHIN = 20
# Faster than safe: only for a cluster that can be made again from nothing.
NOT_DURABLE = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def private_folder(folder: Path, *, owner: int | None = None) -> Path:
    """Make a folder that only its owner may open; refuse one that somebody else made first."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        if owner is not None:
            os.chown(folder, owner, owner)
    found = folder.lstat()
    expected = os.geteuid() if owner is None else owner
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != expected or found.st_mode & 0o077:
        raise PostgresError(
            f"Le dossier {folder} existe déjà et n’est pas réservé à votre compte\u00a0: "
            "supprimez-le, ou indiquez un autre emplacement avec XDG_RUNTIME_DIR."
        )
    return folder


class _Identity(NamedTuple):
    """How the server runs when PostgreSQL refuses our account."""

    prefix: tuple[str, ...]
    base: Path | None = None  # where everything lives when it cannot stay in the data folder
    owner: int | None = None


class EmbeddedServer:
    """One cluster in `home`, shared by every process that has joined it.

    `durable=False` trades safety against power cuts for speed: tests only.
    """

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home = Path(os.path.abspath(home))
        self.durable = durable
        self._key = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        self._users: IO[str] | None = None

    # --- Where things are ---------------------------------------------------------------------------------------

    @cached_property
    def _identity(self) -> _Identity:
        """Find an account that PostgreSQL accepts: neither root, nor a number without a name (some containers)."""
        if os.geteuid() != 0:
            with suppress(KeyError):
                pwd.getpwuid(os.geteuid())
                return _Identity(())
        known = min((account.pw_uid for account in pwd.getpwall() if account.pw_uid), default=NOBODY)
        mapped = ("unshare", "--user", f"--map-user={known}", f"--map-group={known}")
        if shutil.which("unshare") and subprocess.run([*mapped, "true"], capture_output=True).returncode == 0:
            return _Identity(mapped)
        if os.geteuid() != 0:
            raise PostgresError(
                f"PostgreSQL refuse le compte {os.geteuid()}, qui n’a pas de nom sur cette machine\u00a0: "
                "ajoutez-le à /etc/passwd, ou indiquez DATABASE_URL."
            )
        # No user namespace (many containers): the account "nobody", which may not enter root's folders.
        dropped = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
        return _Identity(dropped, OPEN_PARENT / f"{NAME}-{self._key}", NOBODY)

    @property
    def data(self) -> Path:
        """The folder of the cluster."""
        return (self._identity.base or self.home) / "postgres"

    @property
    def log(self) -> Path:
        """What the server had to say."""
        return self.data.with_suffix(".log")

    @cached_property
    def socket(self) -> Path:
        """The folder of the socket: the one of the running server, else the one that it will have."""
        with suppress(IndexError):
            return Path(self._running()[4])
        if self._identity.base:
            return self._identity.base / "socket"
        runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
        with suppress(OSError):
            if runtime.stat().st_uid != os.geteuid():  # inherited through sudo, or the shared /tmp
                runtime = Path(tempfile.gettempdir())
        folder = runtime / f"{NAME}-{os.geteuid()}-{self._key}"
        return folder if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER else SHORT_PARENT / folder.name

    @cached_property
    def _programs(self) -> Path:
        found = find_programs()
        base = self._identity.base
        if base is None or subprocess.run([*self._identity.prefix, "test", "-x", found / "initdb"]).returncode == 0:
            return found
        # "nobody" cannot read them where they are: copy them, with the libraries that lie beside the wheel.
        installed = found.parent
        libraries = installed.parent.with_suffix(".libs")
        copy = base / installed.parent.name / installed.name
        for source, target in ((installed, copy), (libraries, base / libraries.name)):
            if source.exists() and not target.exists():
                draft = target.with_suffix(".new")
                shutil.copytree(source, draft, symlinks=True, dirs_exist_ok=True)
                draft.rename(target)
        return copy / found.name

    def connection(self, name: str = NAME) -> dict[str, Any]:
        """Return the Django database entry of one database of this server."""
        return {
            "ENGINE": ENGINE,
            "NAME": name,
            "USER": NAME,
            "HOST": str(self.socket),
            "OPTIONS": {"options": SESSION_OPTIONS},
        }

    # --- Joining and leaving ------------------------------------------------------------------------------------

    def join(self) -> bool:
        """Make sure that the server runs until we leave; return True if it had to be started."""
        if self._users:
            return False
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            with self._gate():
                started = self._start()
                self._users = (self.home / "postgres.users").open("a")
                fcntl.flock(self._users, fcntl.LOCK_SH)
        except OSError as error:
            known = explain_system(error, self.home)
            raise (PostgresError(known) if known else self._failed("La base ne démarre pas", str(error))) from error
        return started

    def leave(self) -> bool:
        """Say that we no longer need the server; return True if nobody did and it was stopped."""
        if self._users is None:
            return False
        users, self._users = self._users, None
        with users, self._gate():
            return self._stop_if_unused(users)

    def guard(self) -> None:
        """Wait until no process uses the server, and stop it if the last one could not: see `postgres_guard`."""
        with (self.home / "postgres.users").open("a") as users:
            stopped = False
            while not stopped:
                fcntl.flock(users, fcntl.LOCK_EX)
                # Let go before the gate: whoever holds the gate may be waiting for this lock, to join.
                fcntl.flock(users, fcntl.LOCK_UN)
                with self._gate():
                    stopped = self._stop_if_unused(users)

    def _stop_if_unused(self, users: IO[str]) -> bool:
        """Stop the server unless a process still uses it; the gate is ours."""
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if self._running():
            self._stop()
            with suppress(OSError):
                self.socket.rmdir()
        return True

    def __enter__(self) -> Self:
        self.join()
        return self

    def __exit__(self, *exception: object) -> None:
        self.leave()

    @contextmanager
    def _gate(self) -> Iterator[None]:
        """One process at a time starts or stops."""
        with (self.home / "postgres.gate").open("a") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield

    # --- Driving PostgreSQL -------------------------------------------------------------------------------------

    def _start(self) -> bool:
        if self._identity.base:
            self._identity.base.mkdir(mode=0o755, exist_ok=True)
            if self._identity.base.lstat().st_uid != 0:
                raise PostgresError(f"Le dossier {self._identity.base} n’appartient pas à root\u00a0: supprimez-le.")
        if not self.data.exists():
            self._initialise()
        self._check_version()
        if self._running():
            return False
        private_folder(self.socket, owner=self._identity.owner)
        options = f"-h '' -k {shlex.quote(str(self.socket))}" + ("" if self.durable else f" {NOT_DURABLE}")
        self._post_guard()
        self._control("start", "-l", self.log, "-o", options)
        self._prepare()
        return True

    def _post_guard(self) -> None:
        """Start the guard, away from our terminal and our signals; it waits for the gate that we hold."""
        command = [sys.executable, "-m", "ecoquartier.core.postgres_guard", str(self.home), str(OPEN_PARENT)]
        source = str(Path(__file__).parents[2])
        subprocess.run(
            command,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={**os.environ, "PYTHONPATH": source},
            start_new_session=True,
        )

    def _stop(self) -> None:
        """Stop in order, or at once, as a power cut would: a server whose disk is full cannot end its work."""
        try:
            self._control("stop", "-m", "fast", "-t", str(STOP_WITHIN))
        except PostgresError:
            self._control("stop", "-m", "immediate")

    def _running(self) -> list[str]:
        """Return the lines of the server's pid file, none if it does not run.

        After a crash the number in the file may be that of another program, which PostgreSQL would take for itself:
        common in containers, where numbers start again from one. Then, and only then, the file is removed.
        """
        file = self.data / "postmaster.pid"
        try:
            lines = file.read_text().splitlines()
            os.kill(int(lines[0]), 0)
            command = Path(f"/proc/{lines[0]}/cmdline")
            if command.exists() and os.fsencode(self.data) not in command.read_bytes():
                file.unlink()
                return []
        except (OSError, ValueError, IndexError):
            return []
        return lines

    def _initialise(self) -> None:
        """Make the cluster beside its final place, so that an interrupted start leaves nothing half made."""
        draft = self.data.with_suffix(".new")
        if draft.exists():
            shutil.rmtree(draft)
        if shutil.disk_usage(self.data.parent).free < ROOM_FOR_A_CLUSTER:
            raise PostgresError(no_room(self.data.parent))
        private_folder(draft, owner=self._identity.owner)
        if self._identity.owner:
            self.log.touch()
            os.chown(self.log, self._identity.owner, self._identity.owner)
        made = self._run(
            "initdb", "-D", draft, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"
        )
        if made.returncode:
            raise self._failed(f"PostgreSQL n’a pas pu créer {draft}", made.stderr)
        draft.rename(self.data)

    def _check_version(self) -> None:
        version = self._run("postgres", "--version").stdout
        program = re.search(r"\d+", version)
        cluster = (self.data / "PG_VERSION").read_text().strip()
        if program and program[0] != cluster:
            raise PostgresError(
                f"La base de {self.data} vient de PostgreSQL {cluster} et les programmes de {self._programs} sont en "
                f"version {program[0]}\u00a0: indiquez ceux de la version {cluster} avec PG_BIN, "
                "ou sauvegardez avec l’ancienne version puis restaurez dans un nouveau DATA_DIR."
            )

    def _prepare(self) -> None:
        """Give the application its role, which is no superuser, and its database."""
        role = sql.Identifier(NAME)
        with self._superuser("template1") as cursor:
            # Every database made from the template has them, test databases included.
            for extension in EXTENSIONS:
                cursor.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        with self._superuser("postgres") as cursor:
            if not cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [NAME]).fetchone():
                cursor.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(role))
            if not cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(role, role))

    @contextmanager
    def _superuser(self, database: str) -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
        with psycopg.connect(host=str(self.socket), user="postgres", dbname=database, autocommit=True) as connection:
            yield connection.cursor()

    def _control(self, action: str, *arguments: str | Path) -> None:
        done = self._run("pg_ctl", "-D", self.data, "-w", *arguments, action)
        if done.returncode:
            said = self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""
            raise self._failed(f"PostgreSQL n’a pas obéi à «\u00a0{action}\u00a0»", said or done.stderr)

    def _failed(self, what: str, said: str) -> PostgresError:
        folder = self.data.parent
        if os.strerror(errno.ENOSPC) in said or (folder.exists() and shutil.disk_usage(folder).free < LEAST_ROOM):
            return PostgresError(no_room(folder))
        last = (said.strip().splitlines() or [""])[-1]
        return PostgresError(f"{what}\u00a0: {last} (journal\u00a0: {self.log}).")

    def _run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        # Files rather than pipes: the server inherits them, and a pipe that it keeps open would never end.
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            command = [*self._identity.prefix, str(self._programs / program), *map(str, arguments)]
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd="/", text=True)
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(command, done.returncode, out.read(), err.read())
