"""The language of messages: light Markdown, `{names}` of values, and one link. ADR 19 says why it has nothing more.

A value is never read as Markdown, nor as a name: it is put in after the text has been understood.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from django.utils.html import escape
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

LINK = "link"
_NAME = re.compile(r"\{([a-z_]+)\}")
_LINK_LINE = re.compile(r"^\[([^\[\]{}\n]+)\]\(\{link\}\)$", re.MULTILINE)
_BUTTON = (
    "display:inline-block;padding:12px 20px;background-color:#14532d;color:#ffffff;"
    "text-decoration:none;border-radius:4px;font-weight:bold"
)


def _text(tokens: list[Token], index: int, options: object, env: object) -> str:
    return escape(tokens[index].content).replace("\n", "<br>\n")


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["image", "autolink", "html_inline"])
    # The only address is the one that the message is given.
    parser.validateLink = lambda url: url == f"{{{LINK}}}"  # a hook of the parser
    parser.normalizeLink = lambda url: url  # a hook of the parser
    parser.renderer.rules["text"] = _text
    return parser


_PARSER = _parser()


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with each `{name}` replaced by its value.

    Raises:
        KeyError: no value has this name.
    """
    return _NAME.sub(lambda found: str(values[found[1]]), text)


def one_line(subject: str, values: Mapping[str, str]) -> str:
    """The subject: one line; a non-breaking space stays what it is."""
    return re.sub(r"[ \t\r\n]+", " ", fill(subject, values)).strip()


def plain(body: str, values: Mapping[str, str]) -> str:
    """The body as plain text: Markdown as it is written, the link on its own line."""
    return fill(_LINK_LINE.sub(r"\1" + "\u00a0:\n{link}", body), values).strip()


def html(body: str, values: Mapping[str, str], *, is_styled: bool = True) -> str:
    """The body as HTML that needs no style sheet: values are escaped, only Markdown becomes tags."""
    tokens = _PARSER.parse(body.strip())
    for token in tokens:
        for part in [token, *(token.children or [])]:
            if part.type == "link_open":
                part.attrs = {"href": fill(str(part.attrs["href"]), values)} | ({"style": _BUTTON} if is_styled else {})
            elif part.type != "inline":
                part.content = fill(part.content, values)
    return _PARSER.renderer.render(tokens, _PARSER.options, {})


def subject_faults(subject: str, names: Collection[str]) -> list[str]:
    """Why these words cannot be a subject, one French sentence each."""
    faults = _name_faults(subject, names)
    if not subject.strip():
        faults.append(_("L’objet est vide."))
    if "\n" in subject.strip():
        faults.append(_("L’objet tient sur une ligne."))
    return faults


def body_faults(body: str, names: Collection[str]) -> list[str]:
    """Why these words cannot be a body, one French sentence each."""
    faults = _name_faults(body, {*names, LINK})
    links = len(_LINK_LINE.findall(body))
    if links != 1 or body.count(f"{{{LINK}}}") != 1:
        faults.append(_("Le texte contient une fois, seul sur sa ligne, le lien\u00a0: [Ouvrir la page]({link})."))
    elif not _LINK_LINE.sub("", body).strip():
        faults.append(_("Le texte est vide."))
    if "://" in body or re.search(r"\]\((?!\{link\}\))", body):
        faults.append(_("Le texte ne contient pas d’autre adresse que le lien."))
    return faults


def _name_faults(text: str, names: Collection[str]) -> list[str]:
    unknown = dict.fromkeys(name for name in _NAME.findall(text) if name not in names)
    faults = [_("La variable {%(name)s} n’existe pas pour ce message.") % {"name": name} for name in unknown]
    if re.search(r"[{}]", _NAME.sub("", text)):
        faults.append(_("Une accolade ne sert qu’à écrire une variable, en minuscules\u00a0: {nom}."))
    return faults
