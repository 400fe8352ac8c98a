"""A version as a YAML file."""

from __future__ import annotations

from typing import Any

import yaml
from django.utils.translation import gettext as _

from ecoquartier.framework.domain.contents import Version, as_source
from ecoquartier.framework.domain.reading import ContentError, Path, read


class _Loader(yaml.SafeLoader):
    """Without aliases: a few lines of them can stand for billions of elements."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.MarkedYAMLError(problem="alias", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


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
        mark = error.problem_mark or error.context_mark
        raise ContentError(
            (), _("ce n’est pas du YAML (%(problem)s)") % {"problem": error.problem}, _line(mark)
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
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
    return _("Ligne %(line)s") % {"line": mark.line + 1} if mark else ""


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
                if key.value.__hash__ is None or key.value in seen:
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
