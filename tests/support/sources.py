"""Our files as text and as trees, each read once: what the tests of the house look at."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "ecoquartier"


@dataclass(frozen=True)
class Source:
    """One Python file of ours."""

    path: Path
    text: str

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of its tree."""
        return list(ast.walk(ast.parse(self.text)))

    @cached_property
    def relative(self) -> Path:
        """Its path inside the package, or inside the repository."""
        return self.path.relative_to(SRC if self.path.is_relative_to(SRC) else ROOT)

    @property
    def app(self) -> str:
        """The app it belongs to; empty for a file beside them."""
        return self.relative.parts[0] if len(self.relative.parts) > 1 else ""

    @property
    def room(self) -> str:
        """Name of its room in the app: `services`, `queries`, …; the web has portals, not rooms."""
        if len(self.relative.parts) < 2 or (self.app == "web" and len(self.relative.parts) > 2):
            return ""
        return self.relative.parts[1].removesuffix(".py")

    def at(self, node: ast.AST) -> str:
        """Where a node is, as a terminal can open it."""
        return f"{self.relative}:{getattr(node, 'lineno', 1)}"


@lru_cache
def python(*folders: str) -> tuple[Source, ...]:
    """The Python files of some folders of the repository, in order; those of the package by default."""
    roots = [ROOT / folder for folder in folders] or [SRC]
    files = [path for root in roots for path in (sorted(root.rglob("*.py")) if root.is_dir() else [root])]
    return tuple(Source(path, path.read_text(encoding="utf-8")) for path in files)


def rules() -> Iterator[Source]:
    """The package without its migrations, which are history."""
    return (source for source in python() if "migrations" not in source.relative.parts)


@lru_cache
def templates() -> tuple[Source, ...]:
    """Every template: pages, components, messages."""
    files = sorted(path for path in SRC.glob("*/templates/**/*") if path.is_file())
    return tuple(Source(path, path.read_text(encoding="utf-8")) for path in files)
