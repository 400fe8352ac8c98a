"""`manage.py dev`: from an empty folder to the served platform, in one command and without leaving anything behind."""

import ctypes
import fcntl
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from ecoquartier.core.env import SettingError
from ecoquartier.ops.services.start import check_demo_mark
from ecoquartier.people.queries import personas

ANSWER_WITHIN = 60
STOP_WITHIN = 15
_PR_SET_PDEATHSIG = 1


class Command(BaseCommand):
    help = (
        "Démarre tout\u00a0: base, tables, données de référence et de démonstration, site et travailleur.\n\n"
        "Exemple\u00a0: PORT=8001 python manage.py dev"
    )
    # Checks run with `migrate`; they must not delay the first line.
    requires_system_checks = []

    def create_parser(self, *args: Any, **options: Any) -> ArgumentParser:
        """Keep the line breaks of the help, so that the example has its own."""
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare the data, then keep the web and the worker until one of them ends or we are stopped."""
        # A service manager or a closed terminal stops us as Ctrl-C does; a script that starts us in the background had
        # Ctrl-C ignored.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler)
        address = f"http://{_host(settings.BIND)}:{settings.PORT}/"
        with self._alone(address):
            children: list[subprocess.Popen[bytes]] = []
            try:
                self._check_port()
                self._prepare_data()
                children.append(_child(["-m", "gunicorn", *self._web_arguments()]))
                children.append(_child([str(settings.ROOT / "manage.py"), "run_worker"]))
                self._step("Site", lambda: _wait_for_answer(f"{address}healthz", children))
                self._say_ready(address)
                _wait_for_an_end(children)
                raise CommandError("Le site ou le travailleur s’est arrêté de lui-même\u00a0: voir ci-dessus.")
            except KeyboardInterrupt:
                self.stdout.write("\nArrêt demandé.")
            finally:
                _stop(children)
        self.stdout.write("Tout est arrêté.")

    @contextmanager
    def _alone(self, address: str) -> Iterator[None]:
        """Refuse a second start on the same data; the lock goes with the process, however it ends."""
        path = Path(settings.DATA_DIR) / "dev.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise CommandError(
                    f"La plateforme tourne déjà sur {lock.read().strip()} avec ces données\u00a0: arrêtez-la (Ctrl-C), "
                    "ou choisissez d’autres données avec DATA_DIR."
                ) from None
            lock.truncate(0)
            lock.write(address)
            lock.flush()
            yield

    def _prepare_data(self) -> None:
        where = "embarquée" if settings.EMBEDDED_SERVER else settings.DATABASES["default"]["HOST"]
        self.stdout.write(f"Base PostgreSQL {where}\u00a0: prête.")
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
                raise CommandError(
                    f"Impossible d’écouter sur {settings.BIND}, port {settings.PORT} ({error.strerror})\u00a0: "
                    f"choisissez-en un autre, par exemple PORT={settings.PORT + 1}."
                ) from error

    def _step(self, name: str, work: Callable[[], object]) -> None:
        self.stdout.write(f"{name}…")
        self.stdout.flush()
        began = time.monotonic()
        work()
        self.stdout.write(f"{name}\u00a0: fait en {time.monotonic() - began:.1f} s.".replace(".", ",", 1))
        self.stdout.flush()

    def _web_arguments(self) -> list[str]:
        host = f"[{settings.BIND}]" if ":" in settings.BIND else settings.BIND
        return [
            "ecoquartier.config.wsgi",
            f"--bind={host}:{settings.PORT}",
            f"--pythonpath={Path(settings.PACKAGE).parent}",
            "--workers=1",
            "--threads=4",
            "--log-level=warning",
            "--graceful-timeout=5",
            # Otherwise a socket that controls the server appears in the home folder.
            "--no-control-socket",
            *(["--reload"] if settings.DEBUG else []),
        ]

    def _say_ready(self, address: str) -> None:
        self.stdout.write(self.style.SUCCESS(f"\nPrêt\u00a0: {address}"))
        if settings.DEMO:
            self.stdout.write("Comptes de démonstration, en un clic sur la page de connexion\u00a0:")
            for persona in personas():
                self.stdout.write(f"  {persona.role}\u00a0: {persona.user.full_name}")
        self.stdout.write("Ctrl-C pour tout arrêter.")
        self.stdout.flush()


def _host(bind: str) -> str:
    """Return what to write in the address bar of this machine."""
    try:
        address = ipaddress.ip_address(bind)
    except ValueError:
        return bind
    if address.is_loopback or address.is_unspecified:
        return "localhost"
    return f"[{bind}]" if address.version == 6 else bind


def _child(arguments: list[str]) -> "subprocess.Popen[bytes]":
    """Start one of our processes apart from the terminal: Ctrl-C reaches us, and we stop it in order."""
    return subprocess.Popen(
        [sys.executable, *arguments], stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_end_with_parent
    )


def _end_with_parent() -> None:
    """Ask the kernel to stop this process when its parent is killed without a chance to do it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait_for_answer(url: str, children: "list[subprocess.Popen[bytes]]") -> None:
    # Never through the proxy of the environment: this is our own machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + ANSWER_WITHIN
    while time.monotonic() < deadline:
        if any(child.poll() is not None for child in children):
            raise CommandError("Le site ou le travailleur n’a pas pu démarrer\u00a0: voir les lignes ci-dessus.")
        try:
            with opener.open(url, timeout=5):
                return
        except urllib.error.HTTPError as error:
            # It is up, and broken: waiting would not repair it.
            raise CommandError(f"Le site répond «\u00a0{error.code}\u00a0» à {url}\u00a0: voir ci-dessus.") from error
        except OSError:
            time.sleep(0.1)
    raise CommandError(f"Le site n’a pas répondu à {url} en {ANSWER_WITHIN} s.")


def _wait_for_an_end(children: "list[subprocess.Popen[bytes]]") -> None:
    while all(child.poll() is None for child in children):
        time.sleep(0.5)


def _stop(children: "list[subprocess.Popen[bytes]]") -> None:
    """Ask each child to end, then insist; nothing interrupts this."""
    kept = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
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
