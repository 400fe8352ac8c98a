"""French sentences as a printer would set them, wherever people read them: screens, messages, commands, documents.

The rules: ’ and never ', a non-breaking space before `: ; ? %` and inside « », … and never three dots, no exclamation
mark, one space between words, « courriel ».
"""

import ast
import re
from functools import cache
from html import unescape

import pytest
from django.utils import translation
from django.utils.translation.template import templatize

from tests.support.sources import ROOT, rules, templates

NBSP = "\u00a0"
FAULTS = {
    "a straight apostrophe": re.compile(r"[^\W\d_]'[^\W\d_]"),
    "a straight quotation mark": re.compile(r"(?<![=\\(\w])\"\w|\w\"(?![\w)])"),
    "three dots": re.compile(r"\w\.\.\.(?!\w)"),
    "two spaces": re.compile(r"[^\s|] {2,}(?=[^\s|])"),
    "an exclamation mark": re.compile(r"\w[ \u00a0]?!(?![=\w\[(])"),
    "no non-breaking space before : ; ? %": re.compile(r"(?<=[\w»)’ \]}])(?<!\u00a0)[:;?%](?=\s|$)"),
    "no non-breaking space inside « »": re.compile(r"«(?!\u00a0)|(?<!\u00a0)»"),
    "e-mail": re.compile(r"\b[Ee]-?mails?\b(?!\.)"),
}
LETTERS = re.compile(r"[àâäçéèêëîïôöùûüÿœæ«»’]", re.IGNORECASE)


def faults(text):
    """What a printer would mend in a text."""
    return [f"{name}: {text.strip()[:90]!r}" for name, wrong in FAULTS.items() if wrong.search(text)]


def test_a_printer_sees_what_is_wrong():
    right = f"Le dossier{NBSP}: «{NBSP}Les Rives de l’Erdre{NBSP}», à 14:30, https://exemple.fr/… 12{NBSP}%"
    assert faults(right) == []
    for wrong in (
        "Le dossier: rien",
        "Le dossier : rien",
        "«Les Rives»",
        "l'avis",
        'le "dossier"',
        "À suivre...",
        "Bravo !",
        "Un  mot",
        "Votre e-mail",
        "12 %",
        "Qui ?",
    ):
        assert faults(wrong), wrong


# --- The code: sentences to translate, helps of commands and settings ---------------------------------------------

MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "npgettext"}


def sentence(node):
    """A constant, or an f-string whose values are read as a word, and `NBSP` as what it is."""
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else NBSP if "NBSP" in ast.unparse(part) else "x"
            for part in node.values
        )
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def sentences(source):
    """French sentences of a module: those to translate, and any other text with French letters."""
    inside = {id(part) for node in source.nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    documented = {id(node.value) for node in source.nodes if isinstance(node, ast.Expr)}
    patterns = {
        id(node.args[0])
        for node in source.nodes
        if isinstance(node, ast.Call) and node.args and "re." in ast.unparse(node.func)
    }
    marked = {
        id(argument)
        for node in source.nodes
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKS
        for argument in node.args
    }
    for node in source.nodes:
        text = sentence(node)
        if text and id(node) not in inside | documented | patterns and (id(node) in marked or LETTERS.search(text)):
            yield node, text


def test_sentences_of_the_code():
    found = [
        f"{source.at(node)} {fault}"
        for source in rules()
        for node, text in sentences(source)
        for fault in faults(re.sub(r"`[^`]*`|-c '[^']*'|Exemple\u00a0: .*", "x", text.replace("%%", "%")))
    ]
    assert found == []


# --- Templates ----------------------------------------------------------------------------------------------------


def as_read(template):
    """The text of a template between its tags; values are read as a word."""
    text = re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", "", template.text, flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}", "x", text)
    text = re.sub(r"\{%.*?%\}", "", text)
    text = re.sub(r"<[^>]*>", "\n", text, flags=re.DOTALL)
    return unescape(text)


def said(template):
    """The sentences given to tags: `{% translate "…" %}`, attributes of components, `aria-label="…"`."""
    tags = " ".join(re.findall(r"\{[%{].*?[%}]\}", template.text, flags=re.DOTALL))
    translated = re.findall(r"(?:translate |_\()\"([^\"]*)\"", tags)
    texts = re.findall(r"\"([^\"]*)\"", tags) + re.findall(r"(?:aria-label|title|alt)=\"([^\"{]*)\"", template.text)
    return [unescape(text) for text in [*translated, *texts] if text in translated or " " in text]


@pytest.mark.parametrize("template", templates(), ids=lambda template: "/".join(template.relative.parts[2:]))
def test_sentences_of_a_template(template):
    lines = [line.strip(" \t") for line in as_read(template).splitlines()]
    found = [fault for text in [*lines, *said(template)] if text for fault in faults(text)]
    assert found == []


# --- Plurals ------------------------------------------------------------------------------------------------------


@cache
def plurals():
    """Every singular and plural to translate, of the code and of the templates."""
    found = set()
    texts = [templatize(template.text, str(template.relative)) for template in templates()]
    for source in rules():
        for node in source.nodes:
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"ngettext", "ngettext_lazy"}:
                found.add((sentence(node.args[0]), sentence(node.args[1])))
    for text in texts:
        found |= {
            (ast.literal_eval(one), ast.literal_eval(many))
            for one, many in re.findall(
                r"\bngettext\((u?'(?:[^'\\]|\\.)*'|u?\"[^\"]*\"), *(u?'(?:[^'\\]|\\.)*'|u?\"[^\"]*\")", text
            )
        }
    return sorted(found)


def test_no_plural_is_left_to_the_english_rule():
    """In French 0 takes the singular: an entry that the catalogue lacks would say « 0 dossiers »."""
    assert plurals()
    with translation.override("fr"):
        wrong = [one for one, many in plurals() if translation.ngettext(one, many, 0) != one]
        wrong += [one for one, many in plurals() if translation.ngettext(one, many, 2) != many]
    assert wrong == []


# --- Documents ----------------------------------------------------------------------------------------------------

DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_sentences_of_a_document(path):
    text = path.read_text(encoding="utf-8").partition("## In English")[0]
    text = re.sub(r"```.*?```|<!--.*?-->|`[^`\n]*`|\]\([^)]*\)|https?://\S+", "x", text, flags=re.DOTALL)
    prose = [line for line in text.splitlines() if not re.match(r"[|: -]+$", line)]
    found = [fault for line in prose for fault in faults(line.lstrip())]
    assert found == []
