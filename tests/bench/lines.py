"""The lines of the table, each with its target. To add one, write its entry in `LINES`."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urljoin

from ecoquartier.directory.queries import public_rows
from tests.bench.measure import Ask, Compared, Page, Server, Timed, compare
from tests.bench.played import Data

# Peers' pages divided by a bare Django "hello", measured in the same way: the best of pretalx 2026.2.1 and Indico
# 3.2.9 on 467 dossiers (list of 50 rows, page of a dossier, public page).
PEER_LIST, PEER_DOSSIER, PEER_PUBLIC = 622.8, 102.1, 42.0
LARGE = 10_000
"""Operations up to which a filtered page costs what it costs with few."""
HELLO = Page("/bench/hello/")
LINE = Page("/bench/line/")
DIRECTORY = Page("/ecoquartiers/")
FILTERED = Page("/ecoquartiers/?region=52&etape=2")
SEARCHED = Page("/ecoquartiers/?q=maraîchères+valmirande".encode().decode("latin-1"))
EXPORT = Page("/ecoquartiers/selection.csv")
MAP_FILE = Page("/ecoquartiers/carte.json")
MAP = Page("/ecoquartiers/?vue=carte")
OTHERS = {HELLO.path: "hello", LINE.path: "hello qui lit une ligne", DIRECTORY.path: "annuaire"}
# Addresses of the files that a page loads: links (not to pages), scripts, images, the sprite of icons.
LOADED = re.compile(r'(?:<link [^>]*?href|<(?:script|img) [^>]*?src|<use [^>]*?href)="(/static/[^"]+)"')
# Images that are shown at once: the others wait until one comes near them.
VISIBLE = re.compile(r'<img (?![^>]*loading="lazy")[^>]*?src="(/(?!static/)[^"]+)"')
INSIDE_STYLES = re.compile(r"""url\(["']?([^"')]+\.woff2)""")


@dataclass(frozen=True)
class Bench:
    """What a line may use: data, ways to ask, the number of rounds, what was measured of the small register."""

    data: Data
    inside: Ask
    ours: Server
    hello: Server
    rounds: int
    operations: int
    small: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """One line, measured. `ok` is None when nothing is asked of it."""

    work: str
    ours: str
    compared: str
    ratio: str
    target: str
    ok: bool | None


@dataclass(frozen=True)
class Inside:
    """A page beside our own "hello", through the same handler and middleware, inside this process."""

    work: str
    page: Callable[[Bench], Page]
    at_most: float | None = None
    other: Page = HELLO

    def measure(self, bench: Bench) -> Result:
        page = self.page(bench)
        found = compare(Timed(bench.inside, page), Timed(bench.inside, self.other), rounds=bench.rounds)
        return _judged(self.work, found, OTHERS[self.other.path], self.at_most)


@dataclass(frozen=True)
class Fed:
    """A public page beside its own template fed with constants.

    Inside this process it is drawn each time: what reading the database adds. Behind the web server it is what visitors
    get: drawn once a minute by each process, or when something public changes (ADR 50).
    """

    work: str
    page: Callable[[Bench], Page]
    at_most: float
    is_served: bool = False

    def measure(self, bench: Bench) -> Result:
        page, ask = self.page(bench), bench.ours.ask if self.is_served else bench.inside
        found = compare(Timed(ask, page), Timed(ask, Page(f"/bench/fed{page.path}")), rounds=bench.rounds)
        return _judged(self.work, found, "même gabarit, constantes", self.at_most)


@dataclass(frozen=True)
class Grown:
    """A page of the whole register beside the same page of the small one, each counted in the hellos of its time."""

    work: str
    page: Callable[[Bench], Page]
    at_most: float
    at_most_beyond: float | None = None
    """What is allowed beyond ten thousand operations, when it is not the same."""

    def weigh(self, bench: Bench) -> float:
        """How many hellos the page costs now."""
        return compare(Timed(bench.inside, self.page(bench)), Timed(bench.inside, HELLO), rounds=bench.rounds).ratio

    def measure(self, bench: Bench) -> Result:
        now, before = self.weigh(bench), bench.small[self.work]
        beyond = self.at_most_beyond if bench.operations > LARGE else None
        at_most = beyond or self.at_most
        return Result(
            self.work,
            f"{now:.1f} hellos",
            f"petit registre, {before:.1f} hellos",
            f"{now / before:.1f} ×",
            f"≤ {at_most:.1f} ×",
            now / before <= at_most,
        )


@dataclass(frozen=True)
class Peak:
    """The highest memory that an answer takes with the whole register, beside the small one."""

    work: str
    page: Page
    at_most: float

    def weigh(self, bench: Bench) -> float:
        """Megabytes of a web process at its worst instant."""
        return bench.ours.peak(self.page)

    def measure(self, bench: Bench) -> Result:
        now, before = self.weigh(bench), bench.small[self.work]
        return Result(
            self.work,
            f"{now:.0f} Mo",
            f"petit registre, {before:.0f} Mo",
            "",
            f"≤ + {self.at_most:.0f} Mo",
            now - before <= self.at_most,
        )


Growing = Grown | Peak
"""Lines that are weighed twice: with the small register, then with the whole one."""


@dataclass(frozen=True)
class EachOperation:
    """A compressed file, shared among the public operations that it tells."""

    work: str
    page: Page
    at_most: float

    def measure(self, bench: Bench) -> Result:
        told = public_rows().count()
        found = len(gzip.compress(bench.inside(self.page.path, self.page.headers).body)) / told
        compared = f"{told} opérations publiques"
        return Result(
            self.work, f"{found:.0f} octets", compared, "", f"≤ {self.at_most:.0f} octets", found <= self.at_most
        )


@dataclass(frozen=True)
class Served:
    """A page beside a bare Django "hello", both behind gunicorn: the way the peers were measured."""

    work: str
    page: Callable[[Bench], Page]
    peer: float
    share: float

    def measure(self, bench: Bench) -> Result:
        page = self.page(bench)
        found = compare(Timed(bench.ours.ask, page), Timed(bench.hello.ask, Page("/")), rounds=bench.rounds)
        return _judged(self.work, found, f"hello nu, pair {self.peer:.0f} ×", self.peer * self.share)


@dataclass(frozen=True)
class Memory:
    """Two web workers after they served the pages above."""

    work: str
    at_most: float

    def measure(self, bench: Bench) -> Result:
        ours, hello = bench.ours.memory(), bench.hello.memory()
        ratio = f"{ours / hello:.1f} ×"
        compared = f"hello nu, {hello:.0f} Mo"
        return Result(self.work, f"{ours:.0f} Mo", compared, ratio, f"≤ {self.at_most:.0f} Mo", ours <= self.at_most)


@dataclass(frozen=True)
class Weight:
    """A compressed page and, at the first visit, all that it loads to be seen: styles, their fonts, scripts, images.

    A page seen after another is its text alone: its browser has the rest, and what it shows besides (photos, the file
    of the map, counted by operation above) comes after, while one reads.
    """

    work: str
    page: Callable[[Bench], Page]
    at_most: float
    first_visit: bool

    def measure(self, bench: Bench) -> Result:
        page = self.page(bench)
        html = bench.inside(page.path, page.headers).body.decode()
        total = len(gzip.compress(html.encode()))
        if self.first_visit:
            loaded: dict[str, int] = {}
            for address in [*LOADED.findall(html), *VISIBLE.findall(html)]:
                _load(bench, urljoin(page.path, address.partition("#")[0]), loaded)
            total += sum(loaded.values())
        weight = total / 1000
        return Result(self.work, f"{weight:.0f} ko", "", "", f"≤ {self.at_most:.0f} ko", weight <= self.at_most)


def _load(bench: Bench, address: str, loaded: dict[str, int]) -> None:
    """Weigh a file once, and what a style sheet asks for in turn."""
    if address in loaded:
        return
    answer = bench.ours.ask(address, {"Accept-Encoding": "gzip"})
    if answer.status != 200:
        raise RuntimeError(f"{address}: {answer.status}")
    loaded[address] = len(answer.body)
    if address.endswith(".css"):
        body = gzip.decompress(answer.body) if answer.headers.get("content-encoding") == "gzip" else answer.body
        for inner in INSIDE_STYLES.findall(body.decode()):
            _load(bench, urljoin(address, inner), loaded)


def _judged(work: str, found: Compared, other: str, at_most: float | None) -> Result:
    ok = None if at_most is None else found.ratio <= at_most
    target = "" if at_most is None else f"≤ {at_most:.1f} ×"
    return Result(work, f"{found.ours:.2f} ms", f"{other}, {found.other:.2f} ms", f"{found.ratio:.1f} ×", target, ok)


def known(bench: Bench, path: str) -> Page:
    """The same public page asked by a browser that has it already."""
    etag = bench.inside(path, {}).headers["etag"]
    return Page(path, {"If-None-Match": etag}, status=304)


LINES = (
    Inside("hello, nos middlewares", lambda bench: HELLO),
    Inside("gabarit, visiteur", lambda bench: Page("/bench/shell/"), at_most=6),
    Inside("accueil", lambda bench: Page("/")),
    Fed("annuaire, 20 lignes, dessiné", lambda bench: DIRECTORY, at_most=1.5),
    Fed("annuaire, 20 lignes, visité", lambda bench: DIRECTORY, at_most=1.5, is_served=True),
    Inside("annuaire, filtré", lambda bench: FILTERED, other=DIRECTORY),
    Inside("annuaire, cherché", lambda bench: SEARCHED, at_most=3, other=DIRECTORY),
    Grown("annuaire, grand registre", lambda bench: DIRECTORY, at_most=1.3),
    Grown("annuaire filtré, grand registre", lambda bench: FILTERED, at_most=1.3, at_most_beyond=20),
    # The map shows twelve dots a county at most: the small register does not fill it.
    Grown("accueil, grand registre", lambda bench: Page("/"), at_most=2),
    Grown("fiche, grand registre", lambda bench: Page(bench.data.sheet), at_most=1.3),
    EachOperation("fichier de la carte, compressé", MAP_FILE, at_most=60),
    Peak("export CSV, mémoire de pointe", EXPORT, at_most=20),
    Fed("engagement, dessiné", lambda bench: Page(bench.data.commitment), at_most=1.5),
    Fed("engagement, visité", lambda bench: Page(bench.data.commitment), at_most=1.5, is_served=True),
    Fed("fiche publique, dessinée", lambda bench: Page(bench.data.sheet), at_most=1.5),
    Fed("fiche publique, visitée", lambda bench: Page(bench.data.sheet), at_most=1.5, is_served=True),
    # The version is asked of the database each time, so that what is withdrawn is gone at once: the reference asks too.
    Inside("fiche publique, 304", lambda bench: known(bench, bench.data.sheet), at_most=1.3, other=LINE),
    Inside("liste de dossiers, 50 lignes", lambda bench: Page("/bench/dossiers/", bench.data.bureau)),
    Inside("dossier, son porteur", lambda bench: Page(bench.data.dossier, bench.data.lead)),
    Served("liste de dossiers, servie", lambda bench: Page("/bench/dossiers/", bench.data.bureau), PEER_LIST, 1 / 4),
    Served("dossier, servi", lambda bench: Page(bench.data.dossier, bench.data.lead), PEER_DOSSIER, 1 / 2),
    Served("fiche publique, servie", lambda bench: Page(bench.data.sheet), PEER_PUBLIC, 1 / 4),
    Memory("mémoire de deux processus web", at_most=300),
    Weight("première visite de l’accueil", lambda bench: Page("/"), at_most=150, first_visit=True),
    Weight("première visite d’une fiche", lambda bench: Page(bench.data.sheet), at_most=150, first_visit=True),
    Weight("page suivante (annuaire)", lambda bench: DIRECTORY, at_most=30, first_visit=False),
    Weight("page suivante (carte)", lambda bench: MAP, at_most=30, first_visit=False),
    Weight("page suivante (fiche)", lambda bench: Page(bench.data.sheet), at_most=30, first_visit=False),
)
