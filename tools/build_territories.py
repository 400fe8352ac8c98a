"""Rebuild src/ecoquartier/territories/data/*.csv from the npm packages @etalab/decoupage-administratif.

For maintainers, once a year:  python tools/build_territories.py
Needs Node's `npm` and the network; what it writes is committed, so that nobody else needs either.
See src/ecoquartier/territories/data/README.md for the sources, the licence and the rules of the extract.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

PACKAGE = "@etalab/decoupage-administratif"
CURRENT = "6.0.0"
# The last version to hold the history of communes since 1943, up to 1 January 2019.
WITH_HISTORY = "0.7.0"
# Vintage of the official list → version of the package; they date the mergers since that history ends.
VINTAGES = {2021: "1.1.1", 2022: "2.3.1", 2023: "3.1.1", 2024: "4.1.0", 2025: "5.3.0", 2026: CURRENT}

# Nobody lives in the southern lands (984) nor on Clipperton (989): no operation will be there.
UNINHABITED = {"984", "989"}
TIMEZONES = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}
TARGET = Path(__file__).resolve().parent.parent / "src/ecoquartier/territories/data"


@dataclass
class Sources:
    """What was downloaded, ready to be read."""

    regions: list[dict]
    counties: list[dict]
    epcis: list[dict]
    communes: list[dict]
    history: list[dict]
    vintages: dict[int, dict[str, str]]
    """Year → code → name of the communes of that year."""

    current: dict[str, dict] = field(init=False)

    def __post_init__(self) -> None:
        self.communes = [row for row in self.communes if row["departement"] not in UNINHABITED]
        self.current = {row["code"]: row for row in self.communes if row["type"] == "commune-actuelle"}


def fetch(version: str, folder: Path) -> Path:
    """Download one version of the package and return the folder of its data."""
    target = folder / version
    target.mkdir()
    subprocess.run(
        ["npm", "pack", "--silent", f"{PACKAGE}@{version}"], cwd=target, check=True, stdout=subprocess.DEVNULL
    )
    with tarfile.open(next(target.glob("*.tgz"))) as archive:
        archive.extractall(target, filter="data")
    return target / "package" / "data"


def read(folder: Path, name: str) -> list[dict]:
    """Read one JSON list of a downloaded version."""
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def names_of_vintage(folder: Path) -> dict[str, str]:
    """Return code → name of the communes of one vintage."""
    return {row["code"]: row["nom"] for row in read(folder, "communes") if row["type"] == "commune-actuelle"}


def download(folder: Path) -> Sources:
    """Fetch every version that the extract needs."""
    now = fetch(CURRENT, folder)
    past = fetch(WITH_HISTORY, folder)
    vintages = {2019: names_of_vintage(past)}
    for year, version in VINTAGES.items():
        vintages[year] = names_of_vintage(now if version == CURRENT else fetch(version, folder))
    return Sources(
        regions=read(now, "regions"),
        counties=read(now, "departements"),
        epcis=read(now, "epci"),
        communes=read(now, "communes"),
        history=read(past, "historique-communes"),
        vintages=vintages,
    )


def names_by_code(sources: Sources) -> dict[str, list[str]]:
    """Return every name each code has had, oldest first."""
    names: dict[str, list[str]] = defaultdict(list)
    # Some codes were only ever those of a part of a commune (merged before 1943): they come first, as the weakest.
    for row in sorted(sources.history, key=lambda row: (row["type"] == "COM", row.get("dateFin") or "9999")):
        names[row["code"]].append(row["nom"])
    for _, communes in sorted(sources.vintages.items()):
        for code, name in communes.items():
            names[code].append(name)
    for row in sources.communes:
        if row["type"] in ("commune-deleguee", "commune-associee"):
            names[row["code"]].append(row["nom"])
    return names


def merged_on(code: str, sources: Sources, ends: dict[str, str]) -> str:
    """Return the day a code ceased to be a commune, or nothing when the sources do not tell."""
    if code in ends:
        return ends[code]
    years = sorted(sources.vintages)
    for before, after in zip(years, years[1:], strict=False):
        if code in sources.vintages[before] and code not in sources.vintages[after]:
            return f"{after}-01-01" if after - before == 1 else ""
    return ""


def former_rows(sources: Sources, names: dict[str, list[str]]) -> Iterable[tuple[str, ...]]:
    """Yield the codes that lead to a commune of today: merged, renumbered, districts."""
    successors = {old: row["code"] for row in sources.current.values() for old in row.get("anciensCodes", [])}
    for row in sources.communes:
        if row["type"] in ("commune-deleguee", "commune-associee") and row["code"] != row["chefLieu"]:
            # The list of delegated communes is newer than that of old codes where they differ.
            successors[row["code"]] = row["chefLieu"]
    ends = {
        row["code"]: row["dateFin"]
        for row in sorted(sources.history, key=lambda row: row.get("dateFin") or "")
        if row["type"] == "COM" and row.get("dateFin") and row["code"] not in sources.vintages[2019]
    }
    for code, successor in successors.items():
        if code not in sources.current:
            yield code, names[code][-1], "former", successor, merged_on(code, sources, ends)
    for row in sources.communes:
        if row["type"] == "arrondissement-municipal":
            yield row["code"], row["nom"], "district", row["commune"], ""


def commune_rows(sources: Sources, names: dict[str, list[str]]) -> Iterable[tuple[str, ...]]:
    """Yield the communes of today."""
    epci_of = {member["code"]: epci["code"] for epci in sources.epcis for member in epci["membres"]}
    for code, row in sources.current.items():
        past = dict.fromkeys(name for name in names[code] if name != row["nom"])
        yield (
            code,
            row["nom"],
            row["departement"],
            str(row.get("population", "")),
            epci_of.get(code, ""),
            " ".join(row.get("codesPostaux", [])),
            "|".join(past),
        )


def write(name: str, header: str, rows: Iterable[tuple[str, ...]]) -> None:
    """Write one list, sorted by code so that next year's difference can be read."""
    with (TARGET / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(sorted(rows))


def main() -> int:
    """Download, reduce, write."""
    with tempfile.TemporaryDirectory() as folder:
        sources = download(Path(folder))
    names = names_by_code(sources)
    write("regions", "code,name", ((r["code"], r["nom"]) for r in sources.regions if r["code"] not in UNINHABITED))
    write(
        "counties",
        "code,name,region,timezone",
        (
            (row["code"], row["nom"], row["region"], TIMEZONES.get(row["code"], "Europe/Paris"))
            for row in sources.counties
            if row["code"] not in UNINHABITED
        ),
    )
    write("epci", "siren,name", ((row["code"], row["nom"]) for row in sources.epcis))
    write("communes", "insee,name,county,population,epci,postal_codes,former_names", commune_rows(sources, names))
    write("former", "insee,name,kind,successor,merged_on", former_rows(sources, names))
    return 0


if __name__ == "__main__":
    sys.exit(main())
