"""`tools/environment.py`: what `make` does first, with a Python that only pretends."""

import importlib.util
import sys

import pytest
from django.conf import settings

# Says in `calls` how it was called; makes what the real one makes; fails where `fails` says so.
PYTHON = """#!/bin/sh
echo "$@" >> {folder}/calls
case "$*" in *"$(cat {folder}/fails)"*) echo "the last words"; exit 1 ;; esac
case "$*" in
"-m venv"*) mkdir -p {folder}/.venv/bin {folder}/.venv/lib/python{version}; touch {folder}/.venv/bin/python ;;
esac
"""


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """The tool, in an empty folder."""
    spec = importlib.util.spec_from_file_location("environment", settings.ROOT / "tools" / "environment.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    tool.ROOT, tool.FOLDER = tmp_path, tmp_path / ".venv"
    (tmp_path / "requirements").mkdir()
    for kind in ("base", "dev", "e2e"):
        (tmp_path / "requirements" / f"{kind}.txt").write_text(f"{kind}==1\n")
    python = tmp_path / "python3"
    python.write_text(PYTHON.format(folder=tmp_path, version="{}.{}".format(*sys.version_info)))
    python.chmod(0o755)
    (tmp_path / "fails").write_text("nothing at all")
    monkeypatch.setattr(sys, "executable", str(python))
    tool.said = []
    tool.run = lambda kind: tool.prepare(kind, tool.said.append)
    tool.calls = lambda: (tmp_path / "calls").read_text().count("\n") if (tmp_path / "calls").exists() else 0
    return tool


def test_installs_once(environment):
    environment.run("base")
    assert environment.said == ["Environnement Python…", "Dépendances (requirements/base.txt)…"]
    done = environment.calls()
    environment.run("base")
    assert environment.calls() == done


def test_larger_set_contains_the_smaller(environment):
    environment.run("dev")
    done = environment.calls()
    environment.run("base")
    assert environment.calls() == done
    environment.run("e2e")
    assert environment.calls() > done


def test_changed_lock_file_is_installed_again(environment):
    environment.run("base")
    (environment.ROOT / "requirements" / "base.txt").write_text("base==2\n")
    environment.run("base")
    assert environment.said[2:] == ["Dépendances (requirements/base.txt)…"]


def test_another_python_makes_another_environment(environment, monkeypatch):
    environment.run("base")
    version = sys.version_info
    stale = environment.FOLDER / "lib" / "python{}.{}".format(*version) / "stale"
    stale.touch()
    monkeypatch.setattr(sys, "version_info", (version[0], version[1] + 1))
    environment.run("base")
    assert environment.said[2:] == ["Environnement Python…", "Dépendances (requirements/base.txt)…"]
    assert not stale.exists()


def test_python_too_old(environment, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9))
    with pytest.raises(environment.Refused, match="Python 3.11 ou plus récent.*make PYTHON="):
        environment.run("base")


def test_no_pip(environment):
    (environment.ROOT / "fails").write_text("pip --disable-pip-version-check --version")
    with pytest.raises(environment.Refused, match="apt-get install python3-pip"):
        environment.run("base")


def test_download_that_fails_is_tried_again_the_next_time(environment):
    (environment.ROOT / "fails").write_text("install")
    with pytest.raises(environment.Refused, match="vérifiez l’accès au réseau.*installation.log"):
        environment.run("base")
    assert (environment.FOLDER / "installation.log").read_text() == "the last words\n"
    (environment.ROOT / "fails").write_text("nothing at all")
    environment.run("base")


def test_environment_that_cannot_be_made(environment):
    (environment.ROOT / "fails").write_text("venv")
    with pytest.raises(environment.Refused, match="n’a pas pu être créé\u00a0: the last words"):
        environment.run("base")


def test_folder_where_nothing_can_be_written(environment):
    environment.FOLDER = environment.ROOT / "requirements" / "base.txt" / ".venv"
    with pytest.raises(environment.Refused, match="Impossible d’écrire dans .*base.txt/.venv"):
        environment.run("base")
