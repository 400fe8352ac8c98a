"""A tracking sheet of invented operations in real communes, with every fault of the ministry's one, from a seed.

Each fault is a function of its own: it spoils a sound row as the typists of the real sheet did, and says nothing of
what the importer makes of it: the tests do.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from ecoquartier.operations.domain.legacy import LegacyRow, RowProblem, plan, read_rows
from ecoquartier.operations.domain.legacy.placement import ImportPlan
from ecoquartier.territories.domain import CommunePlace, FormerPlace, Gazetteer, county_of, read_list

HEADINGS = (
    *("Région", "Ancienne région", "N° Dept", "Nom Dept", "CODE INSEE", "Ville", "Nom EcoQuartier", "Population"),
    *("Commune rurale ou urbaine", "Situation territoriale", "Situation du quartier", "Type d’opération"),
    *("Nombre d’habitants dans le quartier", "Nombre de logements", "Nombre de logements sociaux"),
    *("Superficie du quartier (ha)", "EPA", "ANRU", "PNR", "AAP 2009", "AAP 2011", "Charte"),
    *("Candidat 2013", "Résultats 2013", "Candidat 2014", "Résultats 2014", "Candidat 2015", "Résultats 2015"),
    *("Dotation Evaluation", "Candidat 2016", "Avancement dans la démarche"),
)
Row = dict[str, str]
FIRST = ("Clos", "Quai", "Cour", "Jardins", "Terrasses", "Moulin", "Verger", "Rives", "Forges", "Pré", "Halles", "Bois")
SECOND = (
    "de la Brume",
    "des Hirondelles",
    "d’Ambre",
    "aux Loutres",
    "du Vent",
    "de l’Échelle",
    "des Cimes",
    "d’Argile",
)

# A digit off, or a code that never was: the name and the county still say which commune.
_WRONG_DIGIT = str.maketrans("0123456789", "1234567890")


def _set(heading: str, value: str) -> Callable[[Row, Random], None]:
    """A fault that writes `value` under `heading`."""

    def spoil(row: Row, random: Random) -> None:
        row[heading] = value

    return spoil


def _change(heading: str, change: Callable[[str], str]) -> Callable[[Row, Random], None]:
    """A fault that changes what is written under `heading`."""

    def spoil(row: Row, random: Random) -> None:
        row[heading] = change(row[heading])

    return spoil


def _label(year: int, result: str) -> Callable[[Row, Random], None]:
    """A candidate and its result, as somebody wrote it."""

    def spoil(row: Row, random: Random) -> None:
        row |= {f"Candidat {year}": "x", f"Résultats {year}": result}

    return spoil


def _two_communes(row: Row, random: Random) -> None:
    row["Ville"] = f"{row['Ville']}\nCommunauté de communes des Invariants"


def _county_as_code(row: Row, random: Random) -> None:
    row["CODE INSEE"] = row["N° Dept"]


def _shifted(row: Row, random: Random) -> None:
    row |= {"AAP 2009": row["CODE INSEE"], "AAP 2011": row["Ville"]}


FAULTS: Mapping[str, Callable[[Row, Random], None]] = {
    "space before the code": _change("CODE INSEE", lambda code: f" {code}"),
    "code with a space inside": _change("CODE INSEE", lambda code: f"{code[:2]} {code[2:]}"),
    "code read as a decimal": _change("CODE INSEE", lambda code: f"{code}.0"),
    "leading zero lost": _change("CODE INSEE", lambda code: code.lstrip("0")),
    "number of the commune in its county": _change("CODE INSEE", lambda code: code[-3:].lstrip("0")),
    "number of the county": _county_as_code,
    "no code": _set("CODE INSEE", ""),
    "wrong code": _change("CODE INSEE", lambda code: code[:-1] + code[-1].translate(_WRONG_DIGIT)),
    "code that never was": _change("CODE INSEE", lambda code: code[:2] + "999"),
    "no county": _set("N° Dept", ""),
    "another county": _set("N° Dept", "55"),
    "no commune": _set("Ville", ""),
    "commune in capitals": _change("Ville", str.upper),
    "commune without accents nor hyphens": _change("Ville", lambda name: name.replace("-", " ").replace("é", "e")),
    "article behind": _change("Ville", lambda name: f"{name[3:]} ({name[:2]})" if name.startswith("La ") else name),
    "saint abbreviated": _change("Ville", lambda name: name.replace("Saint-", "St ")),
    "several places in a cell": _two_communes,
    "typing error in the commune": _change("Ville", lambda name: name[:3] + name[3:4] * 2 + name[4:]),
    "no name": _set("Nom EcoQuartier", ""),
    "name to be found": _set("Nom EcoQuartier", "à définir"),
    "name with raised letters": _change("Nom EcoQuartier", lambda name: f"1ᵉʳ {name}"),
    "name with a sign of its own": _change("Nom EcoQuartier", lambda name: f"{name} 🌳"),
    "name on two lines": _change("Nom EcoQuartier", lambda name: f"{name}\n(phase 1) "),
    "no-break thousands": _set("Nombre de logements", "1\u00a0250"),
    "unit in the figure": _set("Nombre de logements", "420 logements"),
    "range of dwellings": _set("Nombre de logements", "300-350"),
    "more social dwellings than dwellings": _set("Nombre de logements sociaux", "90000"),
    "area in square metres": _set("Superficie du quartier (ha)", "33 600 m²"),
    "decimal comma": _set("Superficie du quartier (ha)", "4,75"),
    "area of forty digits": _set("Superficie du quartier (ha)", "4" * 40),
    "area that is none": _set("Superficie du quartier (ha)", "33600"),
    "type in words": _set("Type d’opération", "RU (Réhab)"),
    "type elsewhere": _set("Type d’opération", "cf. commentaires"),
    "call ticked in a word": _set("AAP 2009", "oui"),
    "call ticked in capitals": _set("AAP 2011", " X "),
    "cells shifted": _shifted,
    "charter without a year": _set("Charte", "x"),
    "charter in progress": _set("Charte", "en cours"),
    "charter of a day": _set("Charte", "12/03/2014"),
    "charter that is a total": _set("Charte", "181"),
    "engaged": _label(2013, "Engagé"),
    "engaged in small letters": _label(2014, " engagé"),
    "label": _label(2014, "Label"),
    "adjourned": _label(2013, "Ajourné"),
    "adjourned in small letters": _label(2015, "ajourné "),
    "result of a total": _label(2015, "40"),
    "candidate of 2016": _set("Candidat 2016", "x"),
    "candidate of 2016 for a stage": _set("Candidat 2016", "Étape 2"),
    "progress that nothing supports": _set("Avancement dans la démarche", "Label"),
    "progress in small letters": _set("Avancement dans la démarche", "charte seule"),
    "grant with a no-break space": _set("Dotation Evaluation", "20\u00a0000"),
    "planner": _set("EPA", "EPA des Invariants "),
    "park": _set("PNR", "x"),
}
# What is at the foot of the sheet: totals, one of them under the wrong column, and a note.
FOOT: tuple[Row, ...] = (
    {"AAP 2009": "162", "AAP 2011": "394", "Candidat 2014": "108"},
    {"Population": "468"},
    {"N° Dept": "Nouveaux entrants"},
)
# Places that no list knows: nobody can place these rows.
LOST: tuple[Row, ...] = (
    {"N° Dept": "35", "Ville": "Communauté des Marches Inventées", "Nom EcoQuartier": "Le Gué"},
    {"N° Dept": "64", "CODE INSEE": "99999", "Nom EcoQuartier": "Le Col"},
)
REPEATED = 12


def as_csv(rows, headings=HEADINGS, separator: str = ",") -> bytes:
    """The bytes of a sheet with these rows, each a mapping of heading to cell."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, headings, restval="", delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def sound_rows(count: int, random: Random) -> list[Row]:
    """Invented operations in real communes of France, communes merged since among them; each name once."""
    counties = {row["code"]: row["name"] for row in read_list("counties")}
    towns = [row for row in read_list("communes") if int(row["population"] or 0) > 2_000]
    former = [row for row in read_list("former") if row["kind"] == "former" and row["merged_on"] > "2015"]
    places = random.sample(towns, count - count // 10) + random.sample(former, count // 10)
    return [
        {
            "N° Dept": county_of(place["insee"]),
            "Nom Dept": counties[county_of(place["insee"])],
            "CODE INSEE": place["insee"],
            "Ville": place["name"],
            "Nom EcoQuartier": f"{FIRST[n % len(FIRST)]} {SECOND[n // len(FIRST) % len(SECOND)]} {n}",
            "Nombre de logements": str(random.randrange(4, 7_100)) if n % 4 == 0 else "",
            "Superficie du quartier (ha)": str(random.randrange(1, 300)) if n % 4 == 0 else "",
            "AAP 2011": "x" if n % 2 == 0 else "",
            "Charte": random.choice(("2013", "2014", "2015")) if n % 3 == 0 else "",
        }
        for n, place in enumerate(places)
    ]


@dataclass(frozen=True)
class FaultySheet:
    """A sheet, the fault of each spoiled line, and the code of the commune that each operation was drawn in."""

    data: bytes
    faults: Mapping[int, str]
    drawn: Mapping[int, str]


def faulty_sheet(seed: int, count: int = 500) -> FaultySheet:
    """A whole sheet of `count` lines: about half carry a fault, each fault several times; some repeated, some lost."""
    random = Random(seed)
    rows = sound_rows(count - REPEATED - len(FOOT) - len(LOST), random)
    drawn = {place + 2: row["CODE INSEE"] for place, row in enumerate(rows)}
    faults = [fault for _turn in range(len(rows) // (2 * len(FAULTS)) + 1) for fault in FAULTS]
    places = random.sample(range(len(rows)), len(faults))
    spoiled = dict(zip(places, faults, strict=True))
    for place, fault in spoiled.items():
        FAULTS[fault](rows[place], random)
    sound = [row for place, row in enumerate(rows) if place not in spoiled]
    # The same operation, typed again in capitals with one more fact.
    again = [row | {"Nom EcoQuartier": row["Nom EcoQuartier"].upper(), "AAP 2009": "x"} for row in sound[:REPEATED]]
    return FaultySheet(
        as_csv([*rows, *again, *LOST, *FOOT]), {place + 2: fault for place, fault in spoiled.items()}, drawn
    )


# A few communes, for the tests that need no database.
INDEX = Gazetteer(
    [
        CommunePlace("01015", "Arboys en Bugey", "01", 700, frozenset({"arbignieu"})),
        CommunePlace("22278", "Saint-Brieuc", "22"),
        CommunePlace("22279", "Saint-Caradec", "22"),
        CommunePlace("2B033", "Bastia", "2B"),
        CommunePlace("30007", "Alès", "30"),
        CommunePlace("35238", "Rennes", "35"),
        CommunePlace("35281", "Saint-Jacques-de-la-Lande", "35"),
        CommunePlace("44109", "Nantes", "44"),
        CommunePlace("60057", "Beauvais", "60"),
        CommunePlace("93066", "Saint-Denis", "93"),
        CommunePlace("97101", "Les Abymes", "971"),
        CommunePlace("97411", "Saint-Denis", "974"),
    ],
    [
        FormerPlace("01340", "Saint-Bois", "01015"),
        FormerPlace("20033", "Bastia", "2B033"),
        FormerPlace("35200", "Noyal", "35238"),
        FormerPlace("35201", "Chantepie", "35238"),
    ],
)


def sheet(*rows: Row, headings=HEADINGS, separator: str = ",", encoding: str = "utf-8") -> bytes:
    """The bytes of a sheet with these rows, as some software writes them."""
    return as_csv(rows, headings, separator).decode().encode(encoding)


def rennes(**cells: str) -> Row:
    """A sound row, but for the given fields."""
    return {"N° Dept": "35", "CODE INSEE": "35238", "Ville": "Rennes", "Nom EcoQuartier": "Baud-Chardonnet"} | cells


def only(data: bytes) -> LegacyRow | RowProblem:
    """The single row of a sheet."""
    (row,) = read_rows(data)
    return row


def read(**cells: str) -> LegacyRow | RowProblem:
    """The row read from a sound row with these cells."""
    return only(sheet(rennes(**cells)))


def planned(*rows: Row) -> ImportPlan:
    """The plan of a sheet with these rows."""
    return plan(read_rows(sheet(*rows)), INDEX)
