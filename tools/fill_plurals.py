"""Refresh `locale/fr`, where only the plural entries are filled: French is the source language.

Without a French catalogue gettext uses the English rule and 0 takes the plural. Maintainers run it with `make messages`
(GNU gettext needed); the compiled catalogue is committed, so nobody else needs it.
"""

import re
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "src" / "ecoquartier"
CATALOGUE = PACKAGE / "locale" / "fr" / "LC_MESSAGES" / "django.po"
HEADER = r"""msgid ""
msgstr ""
"Language: fr\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"
"""


def plural_entries(text: str) -> list[str]:
    """Each plural entry of a catalogue, its translation made of its own source."""
    found = []
    # xgettext leaves the escapes of Python as they are written; a page asks for the sentence itself.
    text = text.replace(r"\\u00a0", "\u00a0")
    for block in text.split("\n\n"):
        source = re.search(r"^msgid (.+?)\nmsgid_plural (.+?)\nmsgstr\[0\]", block, re.DOTALL | re.MULTILINE)
        if source:
            one, many = source.groups()
            found.append(f"msgid {one}\nmsgid_plural {many}\nmsgstr[0] {one}\nmsgstr[1] {many}\n")
    return sorted(set(found))


def main() -> None:
    """Extract, keep the plurals, compile."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    manage = [sys.executable, str(PACKAGE.parents[1] / "manage.py")]
    subprocess.run([*manage, "makemessages", "-l", "fr", "--no-location", "--no-wrap"], cwd=PACKAGE, check=True)
    CATALOGUE.write_text("\n".join([HEADER, *plural_entries(CATALOGUE.read_text("utf-8"))]), encoding="utf-8")
    subprocess.run(["msgfmt", "--check", "-o", str(CATALOGUE.with_suffix(".mo")), str(CATALOGUE)], check=True)


if __name__ == "__main__":
    main()
