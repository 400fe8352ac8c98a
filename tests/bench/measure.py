"""How a page is asked and timed: inside this process, or through a web server as its peers were."""

from __future__ import annotations

import http.client
import io
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 60


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Page:
    """An address, who asks it, and the answer that is timed."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200


Ask = Callable[[str, dict[str, str]], Answer]


def in_process(application: Callable[..., Any]) -> Ask:
    """Ask a WSGI application as a server does, without a socket."""

    def ask(path: str, headers: dict[str, str]) -> Answer:
        address, _mark, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": address,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
        }
        started: list[Any] = []
        chunks = application(environ, lambda status, found, info=None: started.extend((status, found)))
        try:
            body = b"".join(chunks)
        finally:
            chunks.close()
        return Answer(int(started[0].split()[0]), {name.lower(): value for name, value in started[1]}, body)

    return ask


def over_http(port: int) -> Ask:
    """Ask a server of this machine; a connection a request, as the peers' figures were taken."""

    def ask(path: str, headers: dict[str, str]) -> Answer:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            client.request("GET", path, headers={"Host": "localhost", **headers})
            response = client.getresponse()
            body = response.read()
            return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body)
        finally:
            client.close()

    return ask


@dataclass(frozen=True)
class Timed:
    """One side of a comparison: how it is asked, and what."""

    ask: Ask
    page: Page

    def __call__(self) -> float:
        """Milliseconds of one answer, whose status is checked."""
        started = time.perf_counter()
        answer = self.ask(self.page.path, self.page.headers)
        spent = time.perf_counter() - started
        if answer.status != self.page.status:
            raise RuntimeError(f"{self.page.path}: {answer.status} instead of {self.page.status}")
        return spent * 1000


@dataclass(frozen=True)
class Compared:
    """Medians over the rounds of a comparison: milliseconds of both sides, their ratio."""

    ours: float
    other: float
    ratio: float


def compare(ours: Timed, other: Timed, *, rounds: int, requests: int = 8) -> Compared:
    """Time both sides one request after the other, in rounds; a round keeps the best request of each side."""
    for _warm_up in range(3):
        ours(), other()
    found = []
    for number in range(rounds):
        mine, theirs = [], []
        for _request in range(requests):
            if number % 2:
                mine.append(ours())
            theirs.append(other())
            if not number % 2:
                mine.append(ours())
        # The least disturbed of each side: others may use the machine.
        found.append((min(mine), min(theirs)))
    return Compared(
        ours=median(mine for mine, _theirs in found),
        other=median(theirs for _mine, theirs in found),
        ratio=median(mine / theirs for mine, theirs in found),
    )


@dataclass(frozen=True)
class Server:
    """A gunicorn with two workers of one process each."""

    ask: Ask
    pid: int

    def memory(self) -> float:
        """Megabytes of the server and its workers, what they share counted once (PSS)."""
        return sum(_kilobytes(pid, "smaps_rollup", "Pss:") for pid in (self.pid, *self._workers())) / 1024

    def peak(self, page: Page, asked: int = 6) -> float:
        """Megabytes of the largest worker at its worst instant while it answers; each is warm before."""
        for _warm_up in range(asked):
            self._take(page)
        for pid in self._workers():
            Path(f"/proc/{pid}/clear_refs").write_text("5")  # forgets the highest use so far
        for _again in range(asked):
            self._take(page)
        return max(_kilobytes(pid, "status", "VmHWM:") for pid in self._workers()) / 1024

    def _take(self, page: Page) -> None:
        answer = self.ask(page.path, page.headers)
        if answer.status != page.status:
            raise RuntimeError(f"{page.path}: {answer.status} instead of {page.status}")

    def _workers(self) -> list[int]:
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]


def _kilobytes(pid: int, file: str, name: str) -> int:
    lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


@contextmanager
def served(application: str) -> Iterator[Server]:
    """Serve an application on a port of its own for the time of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", application, f"--bind=127.0.0.1:{port}", "--workers=2"]
    options = ["--worker-class=sync", "--log-level=error", "--no-control-socket", f"--chdir={ROOT}"]
    process = subprocess.Popen([*command, *options], env={**os.environ, "PYTHONPATH": f"{ROOT}/src:{ROOT}"})
    try:
        _wait_for(port, process)
        yield Server(over_http(port), process.pid)
    finally:
        process.terminate()
        process.wait(timeout=STARTS_WITHIN)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The server of the bench did not start.")
