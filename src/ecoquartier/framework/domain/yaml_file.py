"""A version as a YAML file."""

from __future__ import annotations

from typing import Any

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.framework.domain.contents import Version, as_source
from ecoquartier.framework.domain.reading import ContentError, Path, read

MAX_NODES = 50_000
WORD = "tag:yaml.org,2002:str"
# What the sentence adds, by a word of what the library says.
HINTS = (
    ("alias", gettext_lazy("les renvois ne sont pas permis")),
    ("nodes", gettext_lazy("il y a trop de valeurs")),
    ("value", gettext_lazy("cette valeur ne peut pas être lue")),
    ("another document", gettext_lazy("un seul document est attendu")),
    ("'\\t'", gettext_lazy("une ligne commence par une tabulation")),
    ("constructor for the tag", gettext_lazy("cette sorte de valeur n’est pas permise")),
)


class _Loader(yaml.SafeLoader):
    """Without aliases, a few lines of which can stand for billions of elements; and with so many values at most."""

    count = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self.count += 1
        problem = "alias" if self.check_event(yaml.AliasEvent) else "nodes" if self.count > MAX_NODES else ""
        if problem:
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=self.peek_event().start_mark)
        return super().compose_node(parent, index)

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except ValueError as error:  # a day that no calendar has, a number of thousands of figures
            raise yaml.MarkedYAMLError(problem="value", problem_mark=node.start_mark) from error


class _Dumper(yaml.SafeDumper):
    """Indented lists, and no alias either."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def from_yaml(data: bytes) -> Version:
    """Read a version.

    Raises:
        ContentError: one sentence, with the line.
    """
    loader = None
    try:
        loader = _Loader(data.decode("utf-8-sig"))
        node = loader.get_single_node()
        lines = _lines(node)
        source = loader.construct_document(node) if node else None
    except UnicodeDecodeError as error:
        raise ContentError((), _("ce fichier n’est pas un texte en UTF-8")) from error
    except yaml.MarkedYAMLError as error:
        hint = next((f" ({words})" for sign, words in HINTS if sign in str(error.problem)), "")
        why = _("ce n’est pas du YAML%(hint)s") % {"hint": hint}
        raise ContentError((), why, _line(error.problem_mark or error.context_mark)) from error
    except yaml.reader.ReaderError as error:
        line = data.decode("utf-8-sig").count("\n", 0, error.position) + 1
        raise ContentError((), _("un signe n’est pas permis dans du YAML"), _line_number(line)) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise ContentError((), _("ce fichier n’est pas du YAML")) from error
    finally:
        if loader is not None:
            loader.dispose()
    try:
        return read(source)
    except ContentError as error:
        raise ContentError(error.path, error.why, lines(error.path)) from error


def to_yaml(version: Version) -> str:
    """The file of a version, as it would be written by hand."""
    return yaml.dump(
        as_source(version), Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=None, width=4096
    )


def _line(mark: Any) -> str:
    return _line_number(mark.line + 1) if mark else ""


def _line_number(line: int) -> str:
    return _("Ligne %(line)s") % {"line": line}


def _lines(top: yaml.Node | None):
    """A function from a path to its line; two keys of the same name are refused, as one would hide the other.

    Raises:
        ContentError: a key is twice in the same mapping.
    """
    marks: dict[Path, Any] = {}

    def visit(node: yaml.Node, path: Path) -> None:
        marks[path] = node.start_mark
        if isinstance(node, yaml.SequenceNode):
            for rank, item in enumerate(node.value):
                visit(item, (*path, rank))
        elif isinstance(node, yaml.MappingNode):
            seen = set()
            for key, value in node.value:
                if not isinstance(key, yaml.ScalarNode) or key.tag != WORD or key.value in seen:
                    raise ContentError(
                        path, _("une rubrique est écrite deux fois, ou n’est pas un mot"), _line(key.start_mark)
                    )
                seen.add(key.value)
                visit(value, (*path, key.value))

    if top is not None:
        visit(top, ())

    def line_of(path: Path) -> str:
        while path and path not in marks:
            path = path[:-1]
        return _line(marks.get(path))

    return line_of
