"""The cells of one row, read with suspicion: what is not understood is dropped with a French sentence saying so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from ecoquartier.core.text import french_number, lost_characters, printable
from ecoquartier.operations.domain.legacy.facts import (
    FIRST_YEAR_OF_STAGES,
    Candidacy,
    Charter,
    CharterState,
    OperationType,
    Progress,
    Result,
)
from ecoquartier.operations.domain.legacy.words import (
    AREA,
    INSEE,
    NAMELESS,
    NO,
    ON_RIVER,
    REFUSAL,
    STAGE,
    WHOLE,
    YEAR,
    YES,
    bare_name,
    counties,
    day_of,
    folded,
    looks_like_a_day,
    printed,
    quoted,
    tidy,
)
from ecoquartier.territories.domain import name_key, put_article_first

# No operation of the sheet is near these; a larger value is a total, an INSEE code or square metres.
_HECTARES = {"m2": Decimal("0.0001"), "km2": Decimal(100)}
MOST_PEOPLE = 150_000
MOST_DWELLINGS = 50_000
MOST_HECTARES = 2_000
LARGEST_COMMUNE = 3_000_000
LARGEST_GRANT = 1_000_000


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
        """The cell on one line, and said when documents cannot print its letters."""
        self.check_printable(field)
        return tidy(self.raw(field))

    def check_printable(self, field: str) -> None:
        """Say which signs of the cell are left out, or become a box."""
        if lost := lost_characters(self.raw(field)):
            self.drop(field, f"ne garde pas les signes que les documents ne savent pas imprimer ({' '.join(lost)})")

    def drop(self, field: str, why: str) -> None:
        """Say that the cell's value is left out."""
        heading = self._headings.get(field, field)
        self.warnings.append(f"{heading}\u00a0: {quoted(self.raw(field))} {why}.")

    def flag(self, field: str) -> bool:
        """Whether the cell is ticked."""
        value = folded(self.raw(field))
        if value not in YES | NO:
            self.drop(field, "n’est pas une réponse (x ou vide), valeur ignorée")
        return value in YES

    def joined(self, field: str) -> bool:
        """Whether the cell says that the operation took part in a call, laureate or not."""
        value = folded(self.raw(field)).removesuffix(".0")
        if re.search(r"laureat|candidat|particip|mention|prix|retenu|distingu", value) or value == field[-4:]:
            return True
        return self.flag(field)

    def years(self, field: str) -> list[int]:
        """The years that the cell names, each once."""
        value = folded(self.raw(field))
        if value in NO:
            return []
        if day := day_of(value):
            return [day.year]
        years = sorted({int(year) for year in YEAR.findall(value)})
        if not years:
            self.drop(field, "n’est pas une année, valeur ignorée")
        elif looks_like_a_day(value):
            self.drop(field, f"n’est pas un jour du calendrier, seule l’année est reprise ({years[0]})")
        return years

    def whole(self, field: str, most: int) -> int | None:
        """A count between 0 and `most`."""
        value = folded(self.raw(field))
        if value in NO - {"0"}:
            return None
        found = WHOLE.match(value)
        if not found:
            self.drop(field, "n’est pas un nombre, valeur ignorée")
            return None
        # Thousands of digits are more than `int` reads.
        number = Decimal(re.sub(r"[ .,']", "", found["number"]))
        if number > most:
            self.drop(field, "est trop grand pour être vrai, valeur ignorée")
            return None
        if found["about"]:
            self.drop(field, f"est une valeur approchée, reprise comme {french_number(int(number))}")
        return int(number)

    def hectares(self, field: str) -> Decimal | None:
        """An area, in hectares whatever its unit."""
        value = folded(self.raw(field))
        if value in NO:
            return None
        found = AREA.match(value)
        try:
            number = Decimal(found["number"].replace(" ", "").replace(",", ".")) if found else None
        except InvalidOperation:
            number = None
        if not found or number is None:
            self.drop(field, "n’est pas une superficie, valeur ignorée")
            return None
        unit = found["unit"] or ("m2" if "m2" in folded(self._headings.get(field, "")) else "ha")
        number *= _HECTARES.get(unit, 1)
        # Rounded once it is known to be small: no context rounds forty digits to the hundredth.
        if number <= MOST_HECTARES:
            number = number.quantize(Decimal("0.01"))
        if not 0 < number <= MOST_HECTARES:
            self.drop(field, "n’est pas une superficie possible en hectares, valeur ignorée")
            return None
        if found["about"]:
            self.drop(field, f"est une valeur approchée, reprise comme {french_number(number)}\u00a0ha")
        return number

    def insee(self, field: str) -> list[str]:
        """The INSEE codes of the cell, as they were at the time; "1344" is "01344"."""
        said = self.raw(field).upper()
        code = _bare_code(said)
        if not code or folded(code) in NO:
            return []
        if re.fullmatch(r"\d{4}", code):
            code = f"0{code}"
        if re.fullmatch(INSEE, code):
            return [code]
        codes = re.findall(rf"(?<![0-9A-Z]){INSEE}(?![0-9A-Z])", said)
        if not codes:
            self.drop(field, "n’est pas un code INSEE, valeur ignorée")
        return list(dict.fromkeys(codes))

    def insee_of_county(self, field: str, county: str | None) -> str | None:
        """The code of a cell that only gives the commune's number in its county: "238" beside the county 35 is "35238".

        The county's own number is none: somebody wrote it in the wrong column.
        """
        number = _bare_code(self.raw(field))
        if county in (None, number.zfill(2)) or not re.fullmatch(r"[0-9]{1,3}", number) or folded(number) in NO:
            return None
        # Overseas, the third digit of the county is also the first of the commune's.
        return f"{county}{number[-2:].zfill(2)}" if len(county) == 3 else f"{county}{number.zfill(3)}"

    def county_aside(self, field: str) -> str | None:
        """The county written in brackets after a commune's name."""
        codes = re.findall(r"\(\s*(97\d|2[AB]|\d\d)\s*\)", self.raw(field).upper())
        return next((code for code in codes if code in counties().values()), None)

    def county(self, field: str) -> str | None:
        """A county's code from its number or its name; the sheet writes Corsica 20A and 20B."""
        said = re.sub(r"\.0+$", "", " ".join(self.raw(field).split())).upper()
        if not said or folded(said) in NO:
            return None
        if code := counties().get(name_key(said)):
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
        self.check_printable(field)
        pieces: list[str] = []
        for piece in re.split(r"[\n\r/;+]+", ON_RIVER.sub(r"s\1 ", printable(self.raw(field)))):
            name = put_article_first(" ".join(piece.split()))
            aside = re.search(r"\(([^)]*)\)?", name)
            pieces.append(re.sub(r"\s*\([^)]*\)?\s*", " ", name).strip())
            if aside:
                pieces.append(aside[1].strip())
        pieces = [bare_name(piece) for piece in pieces]
        # « Rennes (35) »: a number names no commune, but alone it is a total.
        named = [piece for piece in pieces if re.search(r"[^\W\d]{2}", piece)] or [piece for piece in pieces if piece]
        return (named[0], tuple(dict.fromkeys(named[1:]))) if named else ("", ())

    def operation_name(self, field: str) -> str:
        """The operation's name, empty when the cell only says that there is none yet."""
        name = self.text(field)
        if NAMELESS.match(folded(name)):
            return ""
        if name and not re.search(r"[^\W\d_]", name):
            self.drop(field, "n’a aucune lettre, gardé comme nom")
        return printed(name)

    def name_or_nothing(self, field: str) -> str:
        """A name on one line, empty when the cell only says no."""
        return "" if folded(self.raw(field)) in NO else self.text(field)

    def operation_types(self, field: str) -> tuple[tuple[OperationType, ...], str]:
        """The kinds of operation, and what the cell says beyond them."""
        value = folded(self.raw(field))
        if value in NO or value.startswith("cf"):
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
        if value in NO or re.match(r"(charte )?non (signe|recu)", value):
            return None
        if "en cours" in value:
            return Charter(CharterState.IN_PROGRESS)
        if value in YES or re.match(r"(charte )?(signe|a recuperer)", value) and not YEAR.search(value):
            if "recuperer" in value:
                self.drop(field, "est repris comme une signature dont la charte manque")
            return Charter(CharterState.SIGNED)
        if day := day_of(value):
            return Charter(CharterState.SIGNED, day.year, day)
        years = [int(year) for year in YEAR.findall(value)]
        if not years:
            self.drop(field, "n’est ni une année ni une réponse, valeur ignorée")
            return None
        if looks_like_a_day(value):
            self.drop(field, f"n’est pas un jour du calendrier, seule l’année est reprise ({min(years)})")
        elif len(set(years)) > 1:
            self.drop(field, f"donne plusieurs années, la première est retenue ({min(years)})")
        return Charter(CharterState.SIGNED, min(years))

    def candidacy(self, year: int, candidate: str, result: str) -> Candidacy | None:
        """One campaign: candidate with or without a known result, or not a candidate."""
        is_candidate, asked = self._candidate(candidate)
        outcome, given = self._result(result, year)
        if not is_candidate and outcome is None:
            return None
        candidacy = Candidacy(year, outcome or Result.UNKNOWN, given or asked)
        self.check_stage(result, candidacy)
        return candidacy

    def check_stage(self, field: str, candidacy: Candidacy) -> None:
        """Say what a title without its stage becomes, in the years whose results are stages."""
        if candidacy.lacks_stage:
            self.drop(
                field, f"ne dit pas l’étape du label de {candidacy.year}, gardé comme un fait, sans étape obtenue"
            )
        elif candidacy.result == Result.ENGAGED and candidacy.year >= FIRST_YEAR_OF_STAGES:
            self.drop(field, f"n’est plus un résultat en {candidacy.year}, repris comme l’étape 2, qui lui équivaut")

    def _candidate(self, field: str) -> tuple[bool, int | None]:
        """Whether the cell says that the operation was a candidate, and for which stage."""
        value = folded(self.raw(field))
        # "1" alone is a tick: a stage is always written with its word.
        if found := STAGE.search(value):
            return True, int(found[1])
        if value.startswith("candidat"):
            return True, None
        return self.flag(field), None

    def _result(self, field: str, year: int) -> tuple[Result | None, int | None]:
        """The outcome written in the cell, and its stage when it gives one."""
        value = folded(self.raw(field))
        if value in NO or value in YES:
            return (Result.UNKNOWN if value in YES else None), None
        found = [
            result
            for stem, result in (("label", Result.LABELLED), ("engag", Result.ENGAGED), ("ajourn", Result.ADJOURNED))
            if stem in value
        ]
        stage = STAGE.search(value)
        if stage and found in ([], [Result.LABELLED]) and not REFUSAL.search(value):
            return _of_stage(int(stage[1]), year)
        if len(found) == 1 and not REFUSAL.search(value):
            return found[0], int(stage[1]) if stage else None
        if re.search(r"[a-z]", value):
            self.drop(field, "n’est pas un résultat connu, repris comme «\u00a0résultat inconnu\u00a0»")
            return Result.UNKNOWN, None
        self.drop(field, "n’est pas un résultat (sans doute un total), valeur ignorée")
        return None, None

    def progress(self, field: str) -> Progress | None:
        """The sheet's summary."""
        value = folded(self.raw(field))
        if value in NO:
            return None
        for stem, progress in (
            ("label", Progress.LABEL),
            ("etape", Progress.LABEL),
            ("engag", Progress.ENGAGED),
            ("charte", Progress.CHARTER_ONLY),
            ("autre", Progress.OTHER),
        ):
            if value.startswith(stem):
                return progress
        self.drop(field, "n’est pas un avancement connu, valeur ignorée")
        return None


def _bare_code(said: str) -> str:
    """A code without the spaces and the decimals that a spreadsheet put in it."""
    return re.sub(r"[\s'’.]", "", re.sub(r"\.0+$", "", said.strip()))


def _of_stage(stage: int, year: int) -> tuple[Result, int | None]:
    """A stage as a result of its year: before 2016 there were two titles, worth the stages 2 and 3."""
    if year >= FIRST_YEAR_OF_STAGES:
        return Result.LABELLED, stage
    return {2: Result.ENGAGED, 3: Result.LABELLED}.get(stage, Result.UNKNOWN), None
