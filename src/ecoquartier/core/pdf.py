"""From a Typst template and plain data to an archivable, accessible PDF (PDF/A-2a and PDF/UA-1).

Data enters as JSON and is never read as source: a title that holds `#` or `[` stays a title. Only the fonts inside
Typst are used (Libertinus Serif first), so that a machine without fonts gives the same bytes as any other.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from ecoquartier.core.text import printable

STANDARDS: list[Any] = ["a-2a", "ua-1"]
_SHARED = Path(__file__).parent / "typst"


def compile_pdf(
    template: Path, data: Mapping[str, Any], *, at: datetime, files: Mapping[str, bytes] | None = None
) -> bytes:
    """Compile `template` with `data` and return the PDF; the same arguments give the same bytes.

    Args:
        template: a `.typ` file; it may import `base.typ` (colours, `data`, page set-up) and read `files` by name.
        data: plain values that JSON knows; each text is made printable first.
        at: the date written in the document's metadata.
        files: images and other resources, by the name that the template uses.
    """
    # Typst takes a folder of files in memory; its type stubs do not know it yet.
    sources: Any = {path.name: path.read_bytes() for path in _SHARED.glob("*.typ")}
    sources.update(files or {})
    sources["main.typ"] = template.read_bytes()
    return typst.compile(
        sources,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(_printable(data), ensure_ascii=False)},
        pdf_standards=STANDARDS,
        timestamp=at.astimezone(UTC).replace(microsecond=0),
    )


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {key: _printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(item) for item in value]
    return value
