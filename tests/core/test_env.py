"""The environment: what is understood, and the sentence that answers what is not."""

import os

import pytest

from ecoquartier.core import env
from ecoquartier.core.env import SettingError


@pytest.fixture(autouse=True)
def _clean(monkeypatch):
    monkeypatch.setattr(env, "DECLARED", {})


@pytest.mark.parametrize(("written", "read"), [("1", True), ("oui", True), ("0", False), ("False", False)])
def test_boolean_reads_usual_words(monkeypatch, written, read):
    monkeypatch.setenv("EQ_X", written)
    assert env.boolean("EQ_X", default=not read, help="x") is read


def test_boolean_default_when_empty(monkeypatch):
    monkeypatch.setenv("EQ_X", "")
    assert env.boolean("EQ_X", default=True, help="x") is True


def test_boolean_refuses_another_word(monkeypatch):
    monkeypatch.setenv("EQ_X", "peut-être")
    with pytest.raises(SettingError, match="écrivez EQ_X=1"):
        env.boolean("EQ_X", default=True, help="x")


@pytest.mark.parametrize("written", ["abc", "0", "65536", "-1", "٣"])
def test_integer_refuses_what_is_not_between_bounds(monkeypatch, written):
    monkeypatch.setenv("EQ_X", written)
    with pytest.raises(SettingError, match="entre 1 et 65535"):
        env.integer("EQ_X", 8000, least=1, most=65535, help="x")


def test_integer_reads(monkeypatch):
    monkeypatch.setenv("EQ_X", "65535")
    assert env.integer("EQ_X", 8000, least=1, most=65535, help="x") == 65535


def test_listing_drops_empty_entries(monkeypatch):
    monkeypatch.setenv("EQ_X", "a, b,,c ")
    assert env.listing("EQ_X", [], help="x") == ["a", "b", "c"]


def test_choice_refuses_an_unknown_word(monkeypatch):
    monkeypatch.setenv("EQ_X", "xml")
    with pytest.raises(SettingError, match="text ou json"):
        env.choice("EQ_X", "text", among=("text", "json"), help="x")


def test_folder_is_relative_to_the_root(tmp_path, monkeypatch):
    monkeypatch.setenv("EQ_X", "here")
    assert env.folder("EQ_X", tmp_path / "default", root=tmp_path, help="x") == tmp_path / "here"
    monkeypatch.setenv("EQ_X", "/there")
    assert str(env.folder("EQ_X", tmp_path / "default", root=tmp_path, help="x")) == "/there"


def test_url_never_repeats_a_password(monkeypatch):
    monkeypatch.setenv("EQ_X", "ftp://me:hunter2@host")
    with pytest.raises(SettingError) as refusal:
        env.url("EQ_X", schemes=("smtp", "smtps"), help="x")
    assert "hunter2" not in str(refusal.value)
    assert "smtp: ou smtps:" in str(refusal.value)


def test_url_refuses_an_impossible_port(monkeypatch):
    monkeypatch.setenv("EQ_X", "smtp://host:99999")
    with pytest.raises(SettingError):
        env.url("EQ_X", schemes=("smtp",), help="x")


def test_variables_are_declared_for_the_reference(monkeypatch):
    env.text("EQ_X", "y", help="Une explication.", shown="calculé")
    assert {"EQ_X": env.Variable("EQ_X", "Une explication.", "calculé")} == env.DECLARED


def test_load_file_never_overrides_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("EQ_X", "kept")
    monkeypatch.delenv("EQ_Y", raising=False)
    file = tmp_path / ".env"
    file.write_text("# comment\n\nEQ_X=other\nEQ_Y='quoted = yes'\n", encoding="utf-8")
    env.load_file(file)
    assert os.environ["EQ_X"] == "kept"
    assert os.environ.pop("EQ_Y") == "quoted = yes"


def test_load_file_says_which_line_is_wrong(tmp_path):
    file = tmp_path / ".env"
    file.write_text("A=1\nnonsense\n", encoding="utf-8")
    with pytest.raises(SettingError, match=r"\.env, ligne 2"):
        env.load_file(file)
    os.environ.pop("A", None)


def test_load_file_accepts_that_there_is_none(tmp_path):
    env.load_file(tmp_path / ".env")
