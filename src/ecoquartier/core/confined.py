"""Questions asked to a process of its own, started for one file and limited by the system: no file hurts this one.

The module that answers calls `serve(answer)`; the one that asks calls `ask(module, question, data)`. It inherits
nothing of our settings, so that a file which takes it over finds no secret there.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import ecoquartier

SOURCES = Path(ecoquartier.__file__).parents[1]
PROCESSOR_SECONDS = 10
SECONDS = 20
"""By the clock, on a busy machine."""
MEMORY = 1024**3
_REFUSED = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.system",
    "os.remove",
    "os.rename",
    "ctypes.",
)
"""Beginnings of the audit events of Python that reading a file never raises."""

Answer = Callable[[dict[str, Any], bytes], dict[str, Any]]

logger = logging.getLogger(__name__)


class Interrupted(Exception):
    """The process ended without an answer.

    Args:
        is_too_long: it was stopped by its limit of time.
    """

    def __init__(self, *, is_too_long: bool) -> None:
        super().__init__("too long" if is_too_long else "crashed")
        self.is_too_long = is_too_long


def ask(
    module: str, question: dict[str, Any], data: bytes = b"", *, environment: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What a module of ours answers to a question about some bytes, in a process that ends with it.

    Args:
        module: its dotted name; run as a program, it calls `serve`.
        question: JSON values.
        environment: what the libraries of the module read there.

    Raises:
        Interrupted: it gave no answer.
    """
    given = {"PYTHONPATH": str(SOURCES), **(environment or {})}
    # Libraries of the system may be found by this variable only, where Python itself is.
    given |= {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-s", "-m", module],
            input=json.dumps(question).encode() + b"\n" + data,
            capture_output=True,
            env=given,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise Interrupted(is_too_long=True) from error
    if done.returncode:
        logger.warning("%s ended with %s: %s", module, done.returncode, done.stderr[-500:].decode(errors="replace"))
        raise Interrupted(is_too_long=done.returncode in {-signal.SIGXCPU, -signal.SIGKILL})
    return json.loads(done.stdout)


def serve(answer: Answer) -> None:
    """Answer the question of the standard input, once nothing but reading is possible any more."""
    confine()
    question = json.loads(sys.stdin.buffer.readline())
    json.dump(answer(question, sys.stdin.buffer.read()), sys.stdout, allow_nan=False)


def confine() -> None:
    """Give up what reading a file does not need: time, memory, writing, other programs, the network."""
    for what, most in (
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    writes = event == "open" and isinstance(arguments[1], str) and not set(arguments[1]).isdisjoint("wax+")
    if writes or event.startswith(_REFUSED):
        raise PermissionError(event)
