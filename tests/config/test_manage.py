"""`manage.py`, as an operator calls it: one sentence and an exit code where it cannot work, never a trace."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

PRODUCTION = {"SECRET_KEY": "s" * 50, "BASE_URL": "https://label.example.fr"}


def manage(*arguments, **variables):
    environment = {"PATH": os.environ["PATH"], **variables}
    command = [sys.executable, str(settings.ROOT / "manage.py"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"PORT": "abc"}, "PORT=abc n’est pas compris"),
        ({**PRODUCTION, "DATABASE_URL": "x"}, "Écrivez DATABASE_URL=postgresql://"),
        ({**PRODUCTION, "DATABASE_URL": "postgresql://label:x@127.0.0.1:1/label"}, "port 1\u00a0: démarrez PostgreSQL"),
        ({"DATA_DIR": "/dev/null/data"}, "choisissez un autre dossier avec DATA_DIR"),
    ],
)
@pytest.mark.parametrize("command", ["check_invariants", "migrate"])
def test_refusal_is_one_sentence(tmp_path, command, variables, sentence):
    done = manage(command, **{"DATA_DIR": str(tmp_path), **variables})
    assert done.returncode == 1
    assert done.stderr.startswith("Arrêt\u00a0: ")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def test_trace_is_there_for_who_asks(tmp_path):
    url = "postgresql://label:x@127.0.0.1:1/label"
    done = manage("migrate", "--traceback", **PRODUCTION, DATABASE_URL=url, DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_help_needs_no_database(tmp_path):
    done = manage("check_invariants", "--help", **PRODUCTION, DATABASE_URL="postgresql://x@nowhere/x")
    assert done.returncode == 0
    assert "Exemple\u00a0: python manage.py check_invariants" in done.stdout
