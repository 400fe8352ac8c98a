"""`manage.py dev`: from an empty folder to the served platform, in one command and without leaving anything behind."""

import ctypes
import errno
import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from ecoquartier.core.commands import OperatorCommand
from ecoquartier.core.env import SettingError, is_loopback, is_loopback_url
from ecoquartier.core.system import reason
from ecoquartier.ops.services.start import check_demo_mark
from ecoquartier.people.queries import personas

ANSWER_WITHIN = 60
STOP_WITHIN = 15
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PR_SET_PDEATHSIG = 1
# What we run, under the name that is said of it.
Children = dict[str, "subprocess.Popen[bytes]"]


class Command(OperatorCommand):
    help = (
        "Démarre tout\u00a0: base, tables, données de référence et de démonstration, site et travailleur.\n\n"
        "Exemple\u00a0: PORT=8001 python manage.py dev"
    )
    # Checks run with `migrate`; they must not delay the first line.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare the data, then keep the web and the worker until one of them ends or we are stopped."""
        # A service manager or a closed terminal stops us as Ctrl-C does; a script that starts us in the background had
        # Ctrl-C ignored.
        for number in STOP_SIGNALS:
            signal.signal(number, signal.default_int_handler)
        if "MAKELEVEL" in os.environ:  # `make run`: when make is killed, nobody else would tell us
            _end_with_parent()
        terminals = _terminals()
        address = f"http://{settings.BROWSABLE_HOST}:{settings.PORT}/"
        with self._alone(address) as lock:
            children: Children = {}
            try:
                self._check_port()
                self._prepare_data()
                provider = self._provider()
                manage = str(settings.ROOT / "manage.py")
                children["Le site"] = _child(["-m", "gunicorn", *self._web_arguments()], lock, provider)
                children["Le travailleur"] = _child([manage, "run_worker"], lock, provider)
                if provider:
                    children["Le fournisseur d’identité"] = _child([manage, "run_demo_provider"], lock, provider)
                self._step("Site", lambda: _wait_for_answer(self._own_answer(), children))
                self._say_ready(address)
                ended = _wait_for_an_end(children, terminals)
                raise CommandError(f"{ended} s’est arrêté de lui-même\u00a0: voir ci-dessus.")
            except KeyboardInterrupt:
                self._say_end("\nArrêt demandé.")
            finally:
                _stop(list(children.values()))
        self._say_end("Tout est arrêté.")

    @contextmanager
    def _alone(self, address: str) -> Iterator[IO[str]]:
        """Refuse a second start on the same data.

        The children share the lock: after a killed start, the next one waits until they too have ended.
        """
        path = Path(settings.DATA_DIR) / "dev.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+") as lock:
            deadline = time.monotonic() + STOP_WITHIN
            while not _is_obtained(lock):
                lock.seek(0)
                pid, _, other = lock.read().partition(" ")
                if _is_alive(pid) or time.monotonic() > deadline:
                    raise CommandError(
                        f"La plateforme tourne déjà sur {other} avec ces données\u00a0: arrêtez-la (Ctrl-C), "
                        "ou choisissez d’autres données avec DATA_DIR."
                    )
                time.sleep(0.1)
            lock.truncate(0)
            lock.write(f"{os.getpid()} {address}")
            lock.flush()
            yield lock

    def _prepare_data(self) -> None:
        where = "embarquée" if settings.EMBEDDED_SERVER else settings.DATABASES["default"]["HOST"]
        self._step(f"Base PostgreSQL {where}", connection.ensure_connection)
        self._step("Tables", lambda: call_command("migrate", verbosity=0))
        self._step("Données de référence", lambda: call_command("load_reference"))
        if settings.DEMO:
            self._step("Données de démonstration", lambda: call_command("load_demo", if_empty=True))
        try:
            check_demo_mark()
        except SettingError as error:
            raise CommandError(str(error)) from error

    def _check_port(self) -> None:
        family = socket.AF_INET6 if ":" in settings.BIND else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.BIND, settings.PORT))
            except OSError as error:
                if error.errno in (errno.EADDRINUSE, errno.EACCES):
                    other = settings.PORT + 1 if 1024 < settings.PORT < 65535 else 8000
                    advice = f"choisissez-en un autre, par exemple PORT={other}."
                else:
                    advice = "écrivez BIND=127.0.0.1, ou une autre adresse de cette machine."
                raise CommandError(
                    f"Impossible d’écouter sur {settings.BIND}, port {settings.PORT} ({reason(error)})\u00a0: {advice}"
                ) from error

    def _step(self, name: str, work: Callable[[], object]) -> None:
        self.stdout.write(f"{name}…")
        self.stdout.flush()
        began = time.monotonic()
        work()
        self.stdout.write(f"{name}\u00a0: fait en {time.monotonic() - began:.1f} s.".replace(".", ",", 1))
        self.stdout.flush()

    def _web_arguments(self) -> list[str]:
        return [
            "ecoquartier.config.wsgi",
            f"--bind={_in_url(settings.BIND)}:{settings.PORT}",
            f"--pythonpath={Path(settings.PACKAGE).parent}",
            "--workers=1",
            "--threads=4",
            "--log-level=warning",
            "--graceful-timeout=5",
            # Otherwise a socket that controls the server appears in the home folder.
            "--no-control-socket",
            *(["--reload"] if settings.DEBUG else []),
        ]

    def _provider(self) -> dict[str, str]:
        """Return the settings of an identity provider to try; none but in a demonstration that nobody else sees."""
        is_seen = not (is_loopback(settings.BIND) and is_loopback_url(settings.BASE_URL))
        if not settings.DEMO or settings.OIDC_ISSUER or is_seen:
            return {}
        port = settings.PORT + 1
        if not _is_free(port):
            self.stdout.write(f"Le port {port} est pris\u00a0: sans fournisseur d’identité de démonstration.")
            return {}
        return {
            "OIDC_ISSUER": f"http://localhost:{port}/",
            "OIDC_CLIENT_ID": "demonstration",
            "OIDC_CLIENT_SECRET": secrets.token_urlsafe(32),
            "OIDC_LABEL": "ProConnect (démonstration)",
            "OIDC_SECOND_FACTOR_ACR": "eidas2",
        }

    def _own_answer(self) -> urllib.request.Request:
        """Return what proves that the site answers: by its number, for "localhost" may have no name on this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.BIND, settings.BIND)  # noqa: S104 -- compared
        public = urlsplit(settings.BASE_URL)
        return urllib.request.Request(
            f"http://{_in_url(host)}:{settings.PORT}/healthz", headers={"Host": public.netloc}
        )

    def _say_end(self, line: str) -> None:
        with suppress(OSError):  # the terminal may be closed
            self.stdout.write(line)
            self.stdout.flush()

    def _say_ready(self, address: str) -> None:
        self.stdout.write(self.style.SUCCESS(f"\nPrêt\u00a0: {address}"))
        if settings.DEMO:
            self.stdout.write("Comptes de démonstration, en un clic sur la page de connexion\u00a0:")
            for persona in personas():
                self.stdout.write(f"  {persona.role}\u00a0: {persona.user.full_name}")
        self.stdout.write("Ctrl-C pour tout arrêter.")
        self.stdout.flush()


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _is_obtained(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        pass
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):  # taken, or beyond the last
            return False
    return True


def _child(
    arguments: list[str], lock: IO[str], environment: Mapping[str, str] | None = None
) -> "subprocess.Popen[bytes]":
    """Start one of our processes apart from the terminal: Ctrl-C reaches us, and we stop it in order."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_end_with_parent,
        pass_fds=[lock.fileno()],
        env={
            **os.environ,
            **(environment or {}),
            "PYTHONUNBUFFERED": "1",
        },  # their lines come when they are said, in a file too
    )


def _end_with_parent() -> None:
    """Ask the kernel to end this process when its parent is killed without a chance to do it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait_for_answer(request: urllib.request.Request, children: Children) -> None:
    # Never through the proxy of the environment: this is our own machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + ANSWER_WITHIN
    while time.monotonic() < deadline:
        if ended := _ended(children):
            raise CommandError(f"{ended} n’a pas pu démarrer\u00a0: voir les lignes ci-dessus.")
        try:
            with opener.open(request, timeout=5):
                return
        except urllib.error.HTTPError as error:
            # It is up, and broken: waiting would not repair it.
            raise CommandError(
                f"Le site répond «\u00a0{error.code}\u00a0» à {request.full_url}\u00a0: voir ci-dessus."
            ) from error
        except OSError:
            time.sleep(0.1)
    raise CommandError(f"Le site n’a pas répondu à {request.full_url} en {ANSWER_WITHIN} s.")


def _terminals() -> list[int]:
    return [number for number in (0, 1, 2) if os.isatty(number)]


def _wait_for_an_end(children: Children, terminals: list[int]) -> str:
    while not (ended := _ended(children)):
        if _terminals() != terminals:
            raise KeyboardInterrupt  # one was closed; when make heads the session, it keeps the signal for itself
        time.sleep(0.5)
    return ended


def _ended(children: Children) -> str:
    """Name of the first that has stopped, empty when all run."""
    return next((name for name, child in children.items() if child.poll() is not None), "")


def _stop(children: "list[subprocess.Popen[bytes]]") -> None:
    """Ask each child to end, then insist; nothing interrupts this."""
    kept = {number: signal.signal(number, signal.SIG_IGN) for number in STOP_SIGNALS}
    for child in children:
        child.terminate()
    deadline = time.monotonic() + STOP_WITHIN
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    for number, handler in kept.items():
        signal.signal(number, handler)
