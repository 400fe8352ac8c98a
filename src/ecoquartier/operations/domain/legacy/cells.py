"""The cells of one row, read with suspicion: what is not understood is dropped with a French sentence saying so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache

from ecoquartier.core.text import french, sort_key
from ecoquartier.operations.domain.legacy.facts import (
    Candidacy,
    Charter,
    CharterState,
    OperationType,
    Progress,
    Result,
)
from ecoquartier.territories.domain import name_key, put_article_first, read_list

_YES = {"x", "xx", "oui", "o", "1", "1.0", "vrai", "true", "yes", "y", "ok", "✓", "✔", "×"}
_NO = {
    "",
    "non",
    "n",
    "0",
    "-",
    "–",
    "/",
    "faux",
    "false",
    "neant",
    "sans objet",
    "so",
    "s.o.",
    "nc",
    "n.c.",
    "?",
    "none",
    "nan",
    "null",
}
_NAMELESS = re.compile(
    r"^(a (definir|preciser|completer|nommer)|sans nom|non (defini|precise|renseigne)e?|nc|n/?c|[?\-–./x]+)$"
)

_NUMBER = r"\d{1,3}(?:[ .,']\d{3})+|\d+"
_ABOUT = r"(?:env\.?|environ|~|≈|±|\+/-|pres de|autour de)?\s*"
_UNIT = r"\s*(?:logements?|logts?|lgts?|lots?|habitants?|habs?\.?|euros?|€)?\s*"
_ASIDE = r"(?:\([^)]*\)|dont\b.*)?"
_WHOLE = re.compile(rf"^{_ABOUT}(?P<number>{_NUMBER})(?:[.,]0+)?{_UNIT}{_ASIDE}$")
_AREA = re.compile(
    rf"^{_ABOUT}(?P<number>(?:\d{{1,3}}(?: \d{{3}})+|\d+)(?:[.,]\d+)?)\s*"
    r"(?P<unit>ha|hectares?|m2|km2)?\s*(?:\([^)]*\))?$"
)
_YEAR = re.compile(r"(?<!\d)(20(?:09|1\d|2\d))(?!\d)")
_DAY = re.compile(r"^(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>(?:20)?\d\d)\b")
_ISO_DAY = re.compile(r"^(?P<year>20\d\d)-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b")
# A spreadsheet that lost the format of a date writes the days since the end of 1899: these are 2009 to 2029.
_SERIAL_DAYS = range(39_814, 47_484)
_FIRST_DAY = date(1899, 12, 30)
_STAGE = re.compile(r"\betapes?\s*([1-4])\b")
_REFUSAL = re.compile(r"\b(non|pas|sans|refus\w*|retir\w*|abandon\w*|attente|en cours|propos\w*)\b")
# From the campaign of 2016, a result is a stage.
FIRST_YEAR_OF_STAGES = 2016

_QUOTED = re.compile(r'"([^"]*)"')
_TOWN = re.compile(r"^(?:ville|mairie|commune)\s+(?:de\s+(?:la\s+|l['’])?|du\s+|des\s+|d['’])", re.IGNORECASE)
_DISTRICT = re.compile(r"^(paris|lyon|marseille)\W+\d{1,2}\s*(?:er|e|è|eme|ème|ère)?\b.*$", re.IGNORECASE)
_POSTAL = re.compile(r"^(?:\d{5}|\d\d \d{3})\s+(?=\D)|\s+cedex.*$", re.IGNORECASE)
# « Neuilly s/ Seine » names one commune, « Rennes / Chantepie » two.
_ON_RIVER = re.compile(r"(?<=\s)s(s?)\s*/\s*", re.IGNORECASE)

# No operation of the sheet is near these; a larger value is a total, an INSEE code or square metres.
_HECTARES = {"m2": Decimal("0.0001"), "km2": Decimal(100)}
MOST_PEOPLE = 150_000
MOST_DWELLINGS = 50_000
MOST_HECTARES = 2_000
LARGEST_COMMUNE = 3_000_000
LARGEST_GRANT = 1_000_000


def tidy(text: str) -> str:
    """Return the text on one line: single spaces, inner line breaks as dashes."""
    lines = (" ".join(line.split()) for line in text.replace("\r", "\n").split("\n"))
    return " – ".join(line for line in lines if line)


def quoted(text: str) -> str:
    """Return `text` between French quotes, shortened when it is long."""
    shown = tidy(text)
    return f"«\u00a0{shown if len(shown) <= 60 else shown[:59] + '…'}\u00a0»"


def folded(text: str) -> str:
    """Return a cell as it is compared: no accents, lowercase, single spaces, plain m2."""
    return sort_key(text.replace("²", "2"))


class Cells:
    """The cells of one row by field; `warnings` grows as they are read."""

    def __init__(self, values: Mapping[str, str], headings: Mapping[str, str]) -> None:
        self._values = values
        self._headings = headings
        self.warnings: list[str] = []

    def known(self) -> Iterable[str]:
        """The cells of the columns that were recognised, and of no other: those may hold the names of people."""
        return self._values.values()

    def raw(self, field: str) -> str:
        """The cell as it was written."""
        return self._values.get(field, "")

    def text(self, field: str) -> str:
        """The cell on one line."""
        return tidy(self.raw(field))

    def drop(self, field: str, why: str) -> None:
        """Say that the cell's value is left out."""
        heading = self._headings.get(field, field)
        self.warnings.append(f"{heading}\u00a0: {quoted(self.raw(field))} {why}.")

    def flag(self, field: str) -> bool:
        """Whether the cell is ticked."""
        value = folded(self.raw(field))
        if value not in _YES | _NO:
            self.drop(field, "n’est pas une réponse (x ou vide), valeur ignorée")
        return value in _YES

    def joined(self, field: str) -> bool:
        """Whether the cell says that the operation took part in a call, laureate or not."""
        value = folded(self.raw(field)).removesuffix(".0")
        if re.search(r"laureat|candidat|particip|mention|prix|retenu|distingu", value) or value == field[-4:]:
            return True
        return self.flag(field)

    def years(self, field: str) -> list[int]:
        """The years that the cell names, each once."""
        value = folded(self.raw(field))
        if value in _NO:
            return []
        if day := _day_of(value):
            return [day.year]
        years = sorted({int(year) for year in _YEAR.findall(value)})
        if not years:
            self.drop(field, "n’est pas une année, valeur ignorée")
        return years

    def whole(self, field: str, most: int) -> int | None:
        """A count between 0 and `most`."""
        value = folded(self.raw(field))
        if value in _NO - {"0"}:
            return None
        found = _WHOLE.match(value)
        if not found:
            self.drop(field, "n’est pas un nombre, valeur ignorée")
            return None
        number = int(re.sub(r"[ .,']", "", found["number"]))
        if number > most:
            self.drop(field, "est trop grand pour être vrai, valeur ignorée")
            return None
        return number

    def hectares(self, field: str) -> Decimal | None:
        """An area, in hectares whatever its unit."""
        value = folded(self.raw(field))
        if value in _NO:
            return None
        found = _AREA.match(value)
        try:
            number = Decimal(found["number"].replace(" ", "").replace(",", ".")) if found else None
        except InvalidOperation:
            number = None
        if not found or number is None:
            self.drop(field, "n’est pas une superficie, valeur ignorée")
            return None
        unit = found["unit"] or ("m2" if "m2" in folded(self._headings.get(field, "")) else "ha")
        number *= _HECTARES.get(unit, 1)
        number = number.quantize(Decimal("0.01"))
        if not 0 < number <= MOST_HECTARES:
            self.drop(field, "n’est pas une superficie possible en hectares, valeur ignorée")
            return None
        return number

    def insee(self, field: str, county: str | None) -> str | None:
        """An INSEE code as it was at the time; "1344" is "01344", and "238" beside the county 35 is "35238"."""
        code = re.sub(r"[\s'’.]|\.0+$", "", re.sub(r"\.0+$", "", self.raw(field).strip())).upper()
        if not code or folded(code) in _NO:
            return None
        if re.fullmatch(r"\d{4}", code):
            code = f"0{code}"
        elif re.fullmatch(r"\d{1,3}", code) and county:
            # Overseas, the third digit of the county is also the first of the commune's.
            overseas = len(county) == 3
            code = f"{county}{code[-2:].zfill(2)}" if overseas else f"{county}{code.zfill(3)}"
        if not re.fullmatch(r"\d{5}|2[AB]\d{3}", code):
            self.drop(field, "n’est pas un code INSEE, valeur ignorée")
            return None
        return code

    def county(self, field: str) -> str | None:
        """A county's code from its number or its name; the sheet writes Corsica 20A and 20B."""
        said = re.sub(r"\.0+$", "", " ".join(self.raw(field).split())).upper()
        if not said or folded(said) in _NO:
            return None
        if code := _counties().get(name_key(said)):
            return code
        found = re.search(r"(?<![0-9A-Z])(?:20?([AB])|D?(9[78]\d|\d{1,2}))(?![0-9A-Z])", said)
        if found is None:
            self.drop(field, "n’est pas un département, valeur ignorée")
            return None
        # 97 alone is no county: the INSEE code or the commune's name says which.
        code = f"2{found[1]}" if found[1] else found[2].zfill(2)
        return None if code == "97" else code

    def communes(self, field: str) -> tuple[str, tuple[str, ...]]:
        """The commune's name, and the other names written with it (lines, slashes, asides in brackets)."""
        pieces: list[str] = []
        for piece in re.split(r"[\n\r/;+]+", _ON_RIVER.sub(r"s\1 ", self.raw(field))):
            name = put_article_first(" ".join(piece.split()))
            aside = re.search(r"\(([^)]*)\)?", name)
            pieces.append(re.sub(r"\s*\([^)]*\)?\s*", " ", name).strip())
            if aside:
                pieces.append(aside[1].strip())
        pieces = [_bare_name(piece) for piece in pieces]
        # « Rennes (35) »: a number names no commune, but alone it is a total.
        named = [piece for piece in pieces if re.search(r"[^\W\d]{2}", piece)] or [piece for piece in pieces if piece]
        return (named[0], tuple(dict.fromkeys(named[1:]))) if named else ("", ())

    def operation_name(self, field: str) -> str:
        """The operation's name, empty when the cell only says that there is none yet."""
        name = self.text(field)
        return "" if _NAMELESS.match(folded(name)) else _printed(name)

    def name_or_nothing(self, field: str) -> str:
        """A name on one line, empty when the cell only says no."""
        return "" if folded(self.raw(field)) in _NO else self.text(field)

    def operation_types(self, field: str) -> tuple[tuple[OperationType, ...], str]:
        """The kinds of operation, and what the cell says beyond them."""
        value = folded(self.raw(field))
        if value in _NO or value.startswith("cf"):
            if value.startswith("cf"):
                self.drop(field, "renvoie à un commentaire absent du fichier, valeur ignorée")
            return (), ""
        words = set(re.findall(r"[a-z]+", value))
        types = []
        if words & {"ru", "renouvellement", "mixte", "rehab", "rehabilitation", "requalification"}:
            types.append(OperationType.RENEWAL)
        if words & {"extension", "mixte"}:
            types.append(OperationType.EXTENSION)
        note = "" if value in ("ru", "renouvellement urbain", "renouvellement", "extension") else self.text(field)
        return tuple(types) or (OperationType.OTHER,), note

    def charter(self, field: str, date_field: str) -> Charter | None:
        """The signature of the charter: a year, a day, or only that there is one."""
        charter = self._charter(field)
        dated = self._charter(date_field)
        if charter and charter.year is None and dated and dated.year:
            return dated
        return charter or dated

    def _charter(self, field: str) -> Charter | None:
        value = folded(self.raw(field)).removesuffix(".0")
        if value in _NO or re.match(r"(charte )?non (signe|recu)", value):
            return None
        if "en cours" in value:
            return Charter(CharterState.IN_PROGRESS)
        if value in _YES or re.match(r"(charte )?(signe|a recuperer)", value) and not _YEAR.search(value):
            if "recuperer" in value:
                self.drop(field, "est repris comme une signature dont la charte manque")
            return Charter(CharterState.SIGNED)
        if day := _day_of(value):
            return Charter(CharterState.SIGNED, day.year, day)
        years = [int(year) for year in _YEAR.findall(value)]
        if not years:
            self.drop(field, "n’est ni une année ni une réponse, valeur ignorée")
            return None
        if len(set(years)) > 1:
            self.drop(field, f"donne plusieurs années, la première est retenue ({min(years)})")
        return Charter(CharterState.SIGNED, min(years))

    def candidacy(self, year: int, candidate: str, result: str) -> Candidacy | None:
        """One campaign: candidate with or without a known result, or not a candidate."""
        is_candidate, asked = self._candidate(candidate)
        outcome, given = self._result(result, year)
        if not is_candidate and outcome is None:
            return None
        return Candidacy(year, outcome or Result.UNKNOWN, given or asked)

    def _candidate(self, field: str) -> tuple[bool, int | None]:
        """Whether the cell says that the operation was a candidate, and for which stage."""
        value = folded(self.raw(field))
        # "1" alone is a tick: a stage is always written with its word.
        if found := _STAGE.search(value):
            return True, int(found[1])
        if value.startswith("candidat"):
            return True, None
        return self.flag(field), None

    def _result(self, field: str, year: int) -> tuple[Result | None, int | None]:
        """The outcome written in the cell, and its stage when it gives one."""
        value = folded(self.raw(field))
        if value in _NO or value in _YES:
            return (Result.UNKNOWN if value in _YES else None), None
        found = [
            result
            for stem, result in (("label", Result.LABELLED), ("engag", Result.ENGAGED), ("ajourn", Result.ADJOURNED))
            if stem in value
        ]
        stage = _STAGE.search(value)
        if stage and found in ([], [Result.LABELLED]) and not _REFUSAL.search(value):
            return _of_stage(int(stage[1]), year)
        if len(found) == 1 and not _REFUSAL.search(value):
            return found[0], int(stage[1]) if stage else None
        if re.search(r"[a-z]", value):
            self.drop(field, "n’est pas un résultat connu, repris comme «\u00a0résultat inconnu\u00a0»")
            return Result.UNKNOWN, None
        self.drop(field, "n’est pas un résultat (sans doute un total), valeur ignorée")
        return None, None

    def progress(self, field: str) -> Progress | None:
        """The sheet's summary."""
        value = folded(self.raw(field))
        if value in _NO:
            return None
        for stem, progress in (
            ("label", Progress.LABEL),
            ("engag", Progress.ENGAGED),
            ("charte", Progress.CHARTER_ONLY),
            ("autre", Progress.OTHER),
        ):
            if value.startswith(stem):
                return progress
        self.drop(field, "n’est pas un avancement connu, valeur ignorée")
        return None


def _of_stage(stage: int, year: int) -> tuple[Result, int | None]:
    """A stage as a result of its year: before 2016 there were two titles, worth the stages 2 and 3."""
    if year >= FIRST_YEAR_OF_STAGES:
        return Result.LABELLED, stage
    return {2: Result.ENGAGED, 3: Result.LABELLED}.get(stage, Result.UNKNOWN), None


def _day_of(value: str) -> date | None:
    """The day that a cell writes, in French, as a machine does or as a number of days; None when it is no day."""
    if value.isdecimal():
        return _FIRST_DAY + timedelta(days=int(value)) if int(value) in _SERIAL_DAYS else None
    found = _DAY.match(value) or _ISO_DAY.match(value)
    if found is None:
        return None
    try:
        return date(2000 + int(found["year"]) % 100, int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def _printed(text: str) -> str:
    """A name as French printers set it: apostrophes and quotes of a typewriter are neither."""
    if text.count('"') == 2 and text[0] == text[-1] == '"':
        text = text[1:-1]
    return french(_QUOTED.sub("«\u00a0\\1\u00a0»", text))


def _bare_name(name: str) -> str:
    """A commune's name without what mail and habit put around it: postal code, cedex, « Ville de », district."""
    return _DISTRICT.sub(r"\1", _TOWN.sub("", _POSTAL.sub("", name))).strip()


@cache
def _counties() -> dict[str, str]:
    """Name key → code, of every county, alone and with its code beside it."""
    codes = {}
    for row in read_list("counties"):
        for written in ("{name}", "{code} {name}", "{name} {code}"):
            codes[name_key(written.format(**row))] = row["code"]
    return codes
