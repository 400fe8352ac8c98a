"""The cells of one row, read with suspicion: what is not understood is dropped with a French sentence saying so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from ecoquartier.core.text import sort_key
from ecoquartier.operations.domain.legacy.facts import (
    Candidacy,
    Charter,
    CharterState,
    OperationType,
    Progress,
    Result,
)
from ecoquartier.territories.domain import put_article_first

_YES = {"x", "xx", "oui", "o", "1", "vrai", "true", "ok", "✓", "✔"}
_NO = {"", "non", "n", "0", "-", "–", "/", "faux", "false", "neant", "sans objet", "so", "nc", "?"}
_NAMELESS = re.compile(
    r"^(a (definir|preciser|completer|nommer)|sans nom|non (defini|precise|renseigne)e?|nc|n/?c|[?\-–./x]+)$"
)

_NUMBER = r"\d{1,3}(?:[ .,]\d{3})+|\d+"
_ABOUT = r"(?:env\.?|environ|~|≈|±|\+/-|pres de|autour de)?\s*"
_UNIT = r"\s*(?:logements?|logts?|lgts?|lots?|habitants?|habs?\.?|euros?|€)?\s*"
_ASIDE = r"(?:\([^)]*\)|dont\b.*)?"
_WHOLE = re.compile(rf"^{_ABOUT}(?P<number>{_NUMBER})(?:[.,]0+)?{_UNIT}{_ASIDE}$")
_AREA = re.compile(
    rf"^{_ABOUT}(?P<number>(?:\d{{1,3}}(?: \d{{3}})+|\d+)(?:[.,]\d+)?)\s*(?P<unit>ha|hectares?|m2)?\s*(?:\([^)]*\))?$"
)
_YEAR = re.compile(r"(?<!\d)(20(?:09|1\d|2\d))(?!\d)")
_DAY = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](20\d\d)$")
_STAGE = re.compile(r"^(?:etape\s*)?([1-4])$")

# No operation of the sheet is near these; a larger value is a total, an INSEE code or square metres.
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

    def whole(self, field: str, most: int) -> int | None:
        """A count between 0 and `most`."""
        value = folded(self.raw(field))
        if value in _NO - {"0"}:
            return None
        found = _WHOLE.match(value)
        if not found:
            self.drop(field, "n’est pas un nombre, valeur ignorée")
            return None
        number = int(re.sub(r"[ .,]", "", found["number"]))
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
        if found["unit"] == "m2":
            number /= 10_000
        number = number.quantize(Decimal("0.01"))
        if not 0 < number <= MOST_HECTARES:
            self.drop(field, "n’est pas une superficie possible en hectares, valeur ignorée")
            return None
        return number

    def insee(self, field: str) -> str | None:
        """An INSEE code as it was at the time; "1344" is "01344"."""
        code = re.sub(r"[\s'’]|\.0+$", "", self.raw(field)).upper()
        if not code:
            return None
        if re.fullmatch(r"\d{4}", code):
            code = f"0{code}"
        if not re.fullmatch(r"\d{5}|2[AB]\d{3}", code):
            self.drop(field, "n’est pas un code INSEE, valeur ignorée")
            return None
        return code

    def county(self, field: str) -> str | None:
        """A county's code; the sheet writes Corsica 20A and 20B."""
        code = re.sub(r"\s|\.0+$", "", self.raw(field)).upper()
        if not code:
            return None
        if found := re.fullmatch(r"20?([AB])", code):
            return f"2{found[1]}"
        if not re.fullmatch(r"\d{1,2}|9[78]\d", code):
            self.drop(field, "n’est pas un numéro de département, valeur ignorée")
            return None
        return code.zfill(2)

    def communes(self, field: str) -> tuple[str, tuple[str, ...]]:
        """The commune's name, and the other names written with it (lines, slashes, asides in brackets)."""
        pieces: list[str] = []
        for piece in re.split(r"[\n\r/;]+", self.raw(field)):
            name = put_article_first(" ".join(piece.split()))
            aside = re.search(r"\(([^)]*)\)?", name)
            pieces.append(re.sub(r"\s*\([^)]*\)?\s*", " ", name).strip())
            if aside:
                pieces.append(aside[1].strip())
        pieces = [piece for piece in pieces if piece]
        return (pieces[0], tuple(dict.fromkeys(pieces[1:]))) if pieces else ("", ())

    def operation_name(self, field: str) -> str:
        """The operation's name, empty when the cell only says that there is none yet."""
        name = self.text(field)
        return "" if _NAMELESS.match(folded(name)) else name

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

    def charter(self, field: str) -> Charter | None:
        """The signature of the charter: a year, a day, or only that there is one."""
        value = folded(self.raw(field)).removesuffix(".0")
        if value in _NO:
            return None
        if "en cours" in value:
            return Charter(CharterState.IN_PROGRESS)
        if value in _YES or re.match(r"(charte )?(signe|a recuperer)", value) and not _YEAR.search(value):
            if "recuperer" in value:
                self.drop(field, "est repris comme une signature dont la charte manque")
            return Charter(CharterState.SIGNED)
        if day := _DAY.match(value):
            signed_on = _day(day)
            return Charter(CharterState.SIGNED, int(day[3]), signed_on)
        years = [int(year) for year in _YEAR.findall(value)]
        if not years:
            self.drop(field, "n’est ni une année ni une réponse, valeur ignorée")
            return None
        if len(set(years)) > 1:
            self.drop(field, f"donne plusieurs années, la première est retenue ({min(years)})")
        return Charter(CharterState.SIGNED, min(years))

    def candidacy(self, year: int, candidate: str, result: str) -> Candidacy | None:
        """One campaign: candidate with or without a known result, or not a candidate."""
        is_candidate, stage = self._candidate(candidate)
        outcome = self._result(result)
        if not is_candidate and outcome is None:
            return None
        return Candidacy(year, outcome or Result.UNKNOWN, stage)

    def _candidate(self, field: str) -> tuple[bool, int | None]:
        """Whether the cell says that the operation was a candidate, and for which stage."""
        value = folded(self.raw(field))
        # "1" alone is a tick: a stage is always written with its word.
        if value.startswith("etape") and (found := _STAGE.match(value)):
            return True, int(found[1])
        return self.flag(field), None

    def _result(self, field: str) -> Result | None:
        """The outcome written in the cell."""
        value = folded(self.raw(field))
        if value in _NO:
            return None
        found = [
            result
            for stem, result in (("label", Result.LABELLED), ("engag", Result.ENGAGED), ("ajourn", Result.ADJOURNED))
            if stem in value
        ]
        if len(found) == 1:
            return found[0]
        if re.search(r"[a-z]", value):
            self.drop(field, "n’est pas un résultat connu, repris comme «\u00a0résultat inconnu\u00a0»")
            return Result.UNKNOWN
        self.drop(field, "n’est pas un résultat (sans doute un total), valeur ignorée")
        return None

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


def _day(found: re.Match[str]) -> date | None:
    """The day of a dd/mm/yyyy cell, or None when it does not exist."""
    try:
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None
