"""What is written in the cells, as words: ticks, numbers, days, stages, names of communes and of operations."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache

from ecoquartier.core.text import french, printable, sort_key
from ecoquartier.territories.domain import name_key, read_list

YES = {"x", "xx", "oui", "o", "1", "1.0", "vrai", "true", "yes", "y", "ok", "✓", "✔", "×"}
NO = {
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
NAMELESS = re.compile(
    r"^(a (definir|preciser|completer|nommer)|sans nom|non (defini|precise|renseigne)e?|nc|n/?c|[?\-–./x]+)$"
)

_NUMBER = r"\d{1,3}(?:[ .,']\d{3})+|\d+"
_ABOUT = r"(?P<about>env\.?|environ|~|≈|±|\+/-|pres de|autour de)?\s*"
_UNIT = r"\s*(?:logements?|logts?|lgts?|lots?|habitants?|habs?\.?|euros?|€)?\s*"
_ASIDE = r"(?:\([^)]*\)|dont\b.*)?"
WHOLE = re.compile(rf"^{_ABOUT}(?P<number>{_NUMBER})(?:[.,]0+)?{_UNIT}{_ASIDE}$")
AREA = re.compile(
    rf"^{_ABOUT}(?P<number>(?:\d{{1,3}}(?: \d{{3}})+|\d+)(?:[.,]\d+)?)\s*"
    r"(?P<unit>ha|hectares?|m2|km2)?\s*(?:\([^)]*\))?$"
)
INSEE = r"(?:\d{5}|2[AB]\d{3})"
YEAR = re.compile(r"(?<!\d)(20(?:09|1\d|2\d))(?!\d)")
_DAY = re.compile(r"^(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>(?:20)?\d\d)\b")
_ISO_DAY = re.compile(r"^(?P<year>20\d\d)-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b")
# A spreadsheet that lost the format of a date writes the days since the end of 1899: these are 2009 to 2029.
_SERIAL_DAYS = range(39_814, 47_484)
_FIRST_DAY = date(1899, 12, 30)
STAGE = re.compile(r"\b(?:etapes?\s*|e)([1-4])\b")
REFUSAL = re.compile(r"\b(non|pas|sans|refus\w*|retir\w*|abandon\w*|attente|en cours|propos\w*)\b")

_QUOTED = re.compile(r'"([^"]*)"')
_TOWN = re.compile(r"^(?:ville|mairie|commune)\s+(?:de\s+(?:la\s+|l['’])?|du\s+|des\s+|d['’])", re.IGNORECASE)
_DISTRICT = re.compile(r"^(paris|lyon|marseille)\W+\d{1,2}\s*(?:er|e|è|eme|ème|ère)?\b.*$", re.IGNORECASE)
_POSTAL = re.compile(r"^(?:\d{5}|\d\d \d{3})\s+(?=\D)|\s+cedex.*$", re.IGNORECASE)
# « Neuilly s/ Seine » names one commune, « Rennes / Chantepie » two.
ON_RIVER = re.compile(r"(?<=\s)s(s?)\s*/\s*", re.IGNORECASE)


def tidy(text: str) -> str:
    """Return the text on one line, printable as what is typed in a form: single spaces, inner line breaks as dashes."""
    lines = (" ".join(line.split()) for line in printable(text.replace("\r", "\n")).split("\n"))
    return " – ".join(line for line in lines if line)


def quoted(text: str) -> str:
    """Return `text` between French quotes, shortened when it is long."""
    shown = tidy(text)
    return f"«\u00a0{shown if len(shown) <= 60 else shown[:59] + '…'}\u00a0»"


def folded(text: str) -> str:
    """Return a cell as it is compared: no accents, lowercase, single spaces, plain m2."""
    return sort_key(text.replace("²", "2"))


def day_of(value: str) -> date | None:
    """The day that a cell writes, in French, as a machine does or as a number of days; None when it is no day."""
    if re.fullmatch(r"\d{5}", value):
        return _FIRST_DAY + timedelta(days=int(value)) if int(value) in _SERIAL_DAYS else None
    found = _DAY.match(value) or _ISO_DAY.match(value)
    if found is None:
        return None
    try:
        return date(2000 + int(found["year"]) % 100, int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def looks_like_a_day(value: str) -> bool:
    """Whether the cell is written as a day, be it one that no calendar has."""
    return bool(_DAY.match(value) or _ISO_DAY.match(value))


_CODES = {
    "gp": "dans un grand pôle urbain",
    "couronne gp": "dans la couronne d’un grand pôle urbain",
    "pp": "dans un petit pôle urbain",
    "commune multipolarisee gau": "commune multipolarisée des grandes aires urbaines",
    "urbaine": "commune urbaine",
    "rurale": "commune rurale",
    "peri-urbaine": "commune péri-urbaine",
    "semi-urbaine": "commune semi-urbaine",
    "centre": "quartier dans le centre",
    "faubourg": "quartier de faubourg",
    "peripherie": "quartier en périphérie",
    "hameau": "quartier de hameau",
    "ru": "renouvellement urbain",
}
"""What the sheet abbreviates (the zoning of INSEE in force in 2016), or says without saying of what."""
_CODE = re.compile(r"[A-Z0-9]{1,4}(?:[ /-][A-Z0-9]{1,4})*")


def in_plain_words(detail: str) -> str:
    """What the sheet says of a place or of a type, its abbreviations in words; one that is not known is told as its
    own: « commune urbaine, dans un grand pôle urbain, «\u00a0ZX\u00a0» (valeur d’origine) ».
    """
    return ", ".join(_piece_in_words(piece) for piece in detail.split(", "))


def _piece_in_words(piece: str) -> str:
    if said := _CODES.get(folded(piece)):
        return said
    if _CODE.fullmatch(piece):
        return f"{quoted(piece)} (valeur d’origine)"
    return re.sub(r"\bRU\b", _CODES["ru"], piece)


def printed(text: str) -> str:
    """A name as French printers set it: apostrophes and quotes of a typewriter are neither."""
    if text.count('"') == 2 and text[0] == text[-1] == '"':
        text = text[1:-1]
    return french(_QUOTED.sub("«\u00a0\\1\u00a0»", text))


def bare_name(name: str) -> str:
    """A commune's name without what mail and habit put around it: postal code, cedex, « Ville de », district."""
    return _DISTRICT.sub(r"\1", _TOWN.sub("", _POSTAL.sub("", name))).strip()


@cache
def counties() -> dict[str, str]:
    """Name key → code, of every county, alone and with its code beside it."""
    codes = {}
    for row in read_list("counties"):
        for written in ("{name}", "{code} {name}", "{name} {code}"):
            codes[name_key(written.format(**row))] = row["code"]
    return codes
