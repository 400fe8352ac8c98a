"""`make bench`: play the data in a folder thrown away, measure each line, print the table; 1 for a missed target."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
SMALL = 1_000
HEADINGS = ("travail", "nous", "à côté de", "rapport", "cible", "")
MARKS = {True: "ok", False: "MANQUÉ", None: ""}


def main() -> int:
    """Read the options, measure, say."""
    parser = ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--dossiers", type=int, default=60, help="dossiers joués (60 par défaut, les pairs\u00a0: 467)")
    parser.add_argument(
        "--operations",
        type=int,
        default=10_000,
        help=f"opérations du grand registre (10 000 par défaut\u00a0; le petit en a {SMALL})",
    )
    parser.add_argument("--rounds", type=int, default=5, help="tours alternés (5 par défaut)")
    parser.add_argument("--only", default="", help="seulement les lignes dont le nom contient ce mot")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="bench-") as folder:
        _choose_settings(Path(folder))
        return _run(options)


def _choose_settings(folder: Path) -> None:
    """A production on its own embedded server, as durable as that of `make run`, whatever the environment."""
    for name in (
        "DATABASE_URL",
        "STORAGE_URL",
        "EMAIL_URL",
        "SIGNING_KEYS",
        "TRUSTED_PROXIES",
        "TILES_URL",
        "TILES_CREDIT",
        "SECRET_KEY",
    ):
        os.environ.pop(name, None)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="tests.bench.settings",
        BASE_URL="http://localhost",
        ALLOWED_HOSTS="localhost",
        DATA_DIR=str(folder),
        DEMO="1",
        LOG_LEVEL="ERROR",
    )
    sys.path.insert(0, str(ROOT / "src"))


def _run(options) -> int:
    # The settings are chosen above: Django may only be loaded from here on.
    import django  # noqa: PLC0415 -- Django is loaded only now
    from django.conf import settings  # noqa: PLC0415 -- Django is loaded only now

    # Inside this process each page is drawn each time; the web servers keep theirs, as in production.
    settings.CACHES["pages"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    with settings.EMBEDDED_SERVER:
        django.setup()
        from tests.bench.lines import LINES, Bench, Growing  # noqa: PLC0415 -- Django is loaded only now
        from tests.bench.measure import in_process, served  # noqa: PLC0415 -- Django is loaded only now
        from tests.bench.played import grow, play  # noqa: PLC0415 -- Django is loaded only now

        _say(f"Données\u00a0: {options.dossiers} dossiers joués, {SMALL} opérations inventées…")
        data = play(options.dossiers)
        grow(SMALL)
        from ecoquartier.config.wsgi import application  # noqa: PLC0415 -- Django is loaded only now

        with served("ecoquartier.config.wsgi") as ours, served("tests.bench.hello") as hello:
            bench = Bench(data, in_process(application), ours, hello, options.rounds, options.operations)
            lines = [line for line in LINES if options.only in line.work]
            bench.small.update({line.work: line.weigh(bench) for line in lines if isinstance(line, Growing)})
            _say(f"… puis {options.operations} opérations.")
            grow(options.operations - SMALL)
            missed = False
            _row(HEADINGS)
            for line in lines:
                found = line.measure(bench)
                cells = (found.work, found.ours, found.compared, found.ratio, found.target, MARKS[found.ok])
                _row(cells)
                missed |= found.ok is False
    return int(missed)


def _row(cells: tuple[str, ...]) -> None:
    work, *others = cells
    _say(f"{work:32}" + "".join(f"{cell:>{width}}" for cell, width in zip(others, (12, 36, 10, 12, 8), strict=True)))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
