"""A process of its own for one file: it answers, or it ends, and what it could do is little."""

import os
import subprocess
import sys

import pytest

from ecoquartier.core import confined
from ecoquartier.core.confined import Interrupted, ask

MODULE = "answers_of_this_test"
ANSWERS = """
import os, resource, socket, subprocess, sys, time
from ecoquartier.core import confined

def answer(question, data):
    exec(question["do"])
    return {"size": len(data), "secrets": sorted(set(os.environ) & {"SECRET_KEY", "DATABASE_URL", "HOME"})}

if __name__ == "__main__":
    confined.serve(answer)
"""


@pytest.fixture
def question(tmp_path, monkeypatch):
    """Ask a module of this test to do something, then to say what it received."""
    (tmp_path / f"{MODULE}.py").write_text(ANSWERS, encoding="utf-8")
    sources = f"{confined.SOURCES}{os.pathsep}{tmp_path}"
    monkeypatch.setattr(confined, "SOURCES", sources)
    return lambda do="pass", data=b"": ask(MODULE, {"do": do}, data)


def test_it_answers_about_the_bytes_and_knows_no_secret(question, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "x")
    assert question(data=b"\n\x00\xff\n") == {"size": 4, "secrets": []}


@pytest.mark.parametrize(
    "do",
    [
        "open('written', 'w')",
        "os.remove('/tmp/nothing')",
        "os.system('true')",
        "subprocess.run(['true'])",
        "os.fork()",
        "socket.socket()",
        "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
        "bytearray(2 * confined.MEMORY)",
        "os.abort()",
        "sys.exit(3)",
    ],
)
def test_what_it_may_not_do_ends_it(question, do):
    with pytest.raises(Interrupted) as ended:
        question(do)
    assert not ended.value.is_too_long


def test_it_has_little_time(question, monkeypatch):
    monkeypatch.setattr(confined, "SECONDS", 1)
    with pytest.raises(Interrupted) as ended:
        question("time.sleep(30)")
    assert ended.value.is_too_long


def test_the_system_stops_what_computes_too_long(monkeypatch):
    def killed(*command, **options):
        return subprocess.CompletedProcess(command, -24, b"", b"")

    monkeypatch.setattr(subprocess, "run", killed)
    with pytest.raises(Interrupted) as ended:
        ask("json.tool", {})
    assert ended.value.is_too_long


def test_what_it_says_when_it_ends_goes_to_the_log(question, caplog):
    with pytest.raises(Interrupted):
        question("raise ValueError('why')")
    assert "ValueError: why" in caplog.text


def test_limits_hold_without_python():
    """The audit hook is a courtesy; the limits of the system are not."""
    code = (
        "from ecoquartier.core import confined\nconfined.PROCESSOR_SECONDS = 1\nconfined.confine()\n"
        "while True:\n    pass"
    )
    environment = {"PYTHONPATH": str(confined.SOURCES)}
    assert subprocess.run([sys.executable, "-c", code], env=environment, timeout=30).returncode in {-24, -9}
