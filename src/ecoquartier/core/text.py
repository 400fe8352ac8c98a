"""Text as people read it in French: sorting keys, printable characters, dates, numbers and lists."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

NBSP: Final = "\u00a0"
NARROW_NBSP: Final = "\u202f"

# Letters that Unicode does not decompose, though French readers sort them as their plain forms.
_UNDECOMPOSED: Final = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "’": "'"}
)

MONTHS: Final = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)

# What the fonts inside Typst draw in regular, semibold, bold and italic, and PDF/A therefore accepts: whole blocks but
# for a few signs, checked glyph by glyph by the tests. Accents that compose with no letter are left out: whether they
# are drawn depends on what they follow. So are raised letters, of which a part is drawn: « 1ᵉʳ » becomes « 1er ».
_DRAWN: Final = (
    *((0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x2AF), (0x2B1, 0x2B1), (0x2B4, 0x2B6), (0x2B9, 0x2E0), (0x2E4, 0x2FF)),
    *((0x370, 0x482), (0x48A, 0x4FF), (0x1E00, 0x1FFF)),
    *((0x2010, 0x2027), (0x202F, 0x2040), (0x2044, 0x2052), (0x2054, 0x205F), (0x2070, 0x2070)),
    *((0x2074, 0x207E), (0x2080, 0x209C)),
    *((0x20A0, 0x20A4), (0x20A6, 0x20BF), (0x2100, 0x211E), (0x2122, 0x2122), (0x2126, 0x2151), (0x2153, 0x2184)),
    *((0x2190, 0x2328), (0x232B, 0x23FF), (0x2460, 0x2606), (0x2609, 0x262F), (0x270C, 0x2714), (0x2717, 0x2726)),
    *((0x2761, 0x277F), (0x2798, 0x27AF), (0xFB00, 0xFB06)),
)
_DRAWN_FROM: Final = tuple(first for first, _ in _DRAWN)

# Word writes its bullets and ticks as private characters of the fonts Symbol and Wingdings, which no other font has.
_REPLACED: Final = {
    "\r\n": "\n",
    "\r": "\n",
    "\v": "\n",
    "\f": "\n",
    "\x85": "\n",
    "\u2028": "\n",
    "\u2029": "\n\n",
    "\uf0b7": "•",
    "\uf0a7": "▪",
    "\uf06c": "●",
    "\uf06e": "■",
    "\uf0a8": "◻",
    "\uf075": "◆",
    "\uf076": "◆",
    "\uf0d8": "➢",
    "\uf0e8": "➜",
    "\uf0e0": "→",
    "\uf0df": "←",
    "\uf0f0": "⇨",
    "\uf0fc": "✓",
    "\uf0fb": "✗",
    "\uf0fe": "☑",
    "\uf02d": "-",
    "\uf0b0": "°",
    "\uf0b3": "≥",
    "\uf0a3": "≤",
    "\uf0b4": "×",
    "\uf0b1": "±",
    "\uf0ae": "→",
    "\uf0ab": "↔",
    "\uf04a": ":)",
    # Ticks and warnings are words of a dossier: their emoji is drawn as the plain sign.
    "✅": "✔",
    "✖": "✗",
    "✕": "✗",
    "❌": "✗",
    "❎": "✗",
    "❗": "!",
    "❓": "?",
    "➕": "+",
    "➖": "−",
    "➗": "÷",
    "⭐": "★",
    "\u00ad": "",
}
_REPLACED_PATTERN: Final = re.compile("|".join(re.escape(found) for found in _REPLACED))
# A letter of a script that is not drawn stays visible as a box, so that nobody believes the text complete.
_BOX: Final = "□"
# The place of an emoji that goes away, and one of the two spaces around it.
_GONE: Final = "\0"
_GONE_PATTERN: Final = re.compile(rf"(?m)^(?:{_GONE}+ ?)+|(?: ?{_GONE}+)+(?= |$)|{_GONE}")


# Names before which « de » loses its vowel.
_ELIDED: Final = re.compile(r"[aeiou]|h[eiy]|y(?![aeiou])")


def sort_key(text: str) -> str:
    """Return the key by which names are sorted and compared: no accents, lowercase, single spaces."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_UNDECOMPOSED))
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    return " ".join(bare.split())


def printable(text: str) -> str:
    """Return `text` with only what a PDF/A can show.

    Bullets of Word become real ones, exotic line ends become newlines, compatibility signs are spelled out
    (㎡ becomes m2), emoji and invisible controls go away, letters of other scripts become a box. Applying it
    twice changes nothing more.
    """
    text = unicodedata.normalize("NFC", _REPLACED_PATTERN.sub(lambda match: _REPLACED[match.group()], text))
    if all(_is_drawn(char) for char in text):
        return text
    mapped = "".join(char if _is_drawn(char) else _nearest(char) or _GONE for char in text)
    mapped = re.sub(f"{_BOX}{{2,}}", _BOX, _GONE_PATTERN.sub("", mapped))
    return unicodedata.normalize("NFC", mapped)


def lost_characters(text: str) -> list[str]:
    """List, once each and in order, the visible characters of `text` that `printable` cannot keep.

    A form shows them to the person; what is replaced by an equal sign (a bullet, a line end) is not a loss.
    """
    text = unicodedata.normalize("NFC", _REPLACED_PATTERN.sub("", text))
    lost = (char for char in text if not _is_drawn(char) and unicodedata.category(char)[0] not in "CZ")
    return list(dict.fromkeys(char for char in lost if _nearest(char) in ("", _BOX) and not _is_modifier(char)))


def french(text: str) -> str:
    """Return a text as French printers set it: typographic apostrophes, and spaces that never end a line before
    `: ; ? ! » %` and after `«`."""
    text = text.replace("'", "’")
    text = re.sub(r"[ \u00a0\u202f]+([:;?!»%])", rf"{NBSP}\1", text)
    return re.sub(r"«[ \u00a0\u202f]*", f"«{NBSP}", text)


def long_date(day: date) -> str:
    """Write a day as French readers do: « 1er décembre 2026 »."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{NBSP}{MONTHS[day.month - 1]}{NBSP}{day.year}"


def french_number(value: float | Decimal) -> str:
    """Write a number: thin spaces between thousands, a comma, no useless zero: « 84 210 », « 12,5 »."""
    text = f"{value:,}" if isinstance(value, int) else f"{Decimal(str(value)).normalize():,f}"
    return text.replace(",", NARROW_NBSP).replace(".", ",")


def french_list(items: Sequence[str], *, limit: int | None = None, others: str = "autres") -> str:
    """Join names as a sentence does: « A, B et C »; beyond `limit`, « A, B et 4 autres »."""
    names = list(items)
    if limit is not None and len(names) > limit + 1:
        names = [*names[:limit], f"{french_number(len(names) - limit)}{NBSP}{others}"]
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} et {names[-1]}"


def of_place(name: str) -> str:
    """Write « de » before the name of a commune: « d’Auch », « du Mans », « des Abymes », « de La Rochelle ».

    An h is silent before e, i and y (Hyères, Hérouville) and breathed otherwise (Le Havre apart, Haguenau, Houilles):
    the French of most names. A y is a vowel before a consonant (Yvetot, and not Yutz).
    """
    for article, contracted in (("Le ", "du "), ("Les ", "des ")):
        if name.startswith(article):
            return contracted + name.removeprefix(article)
    return f"d’{name}" if _ELIDED.match(sort_key(name)) else f"de {name}"


def at_place(name: str) -> str:
    """Write « à » before the name of a commune: « au Mans », « aux Abymes », « à La Rochelle »."""
    for article, contracted in (("Le ", "au "), ("Les ", "aux ")):
        if name.startswith(article):
            return contracted + name.removeprefix(article)
    return f"à {name}"


def place_words(place: str, county: str, region: str = "") -> str:
    """Say where a place is: « Laval (Mayenne), Pays de la Loire », « Laval (Mayenne) » without its region.

    No name is said twice: « Paris, Île-de-France », « Tahaa, Polynésie française », « Saint-Martin ».
    """
    said = place if sort_key(county) in {sort_key(place), sort_key(region)} else f"{place} ({county})"
    return said if not region or sort_key(region) == sort_key(place) else f"{said}, {region}"


def inside_sentence(words: str) -> str:
    """Write without its capital a name that begins with one: « Livré » is « livré »; « ÉcoProjet » has its own form."""
    return words[:1].lower() + words[1:] if words[1:] == words[1:].lower() else words


def _is_drawn(char: str) -> bool:
    if char in "\n\t":
        return True
    point = ord(char)
    position = bisect_right(_DRAWN_FROM, point) - 1
    # Blocks have holes, kept for letters that do not exist yet.
    return position >= 0 and point <= _DRAWN[position][1] and unicodedata.category(char) != "Cn"


def _is_modifier(char: str) -> bool:
    """Tell the parts of an emoji that are not seen by themselves: variation selectors, joiners, skin tones."""
    return unicodedata.category(char) in ("Mn", "Me", "Sk")


def _nearest(char: str) -> str:
    """Give the drawn text nearest to a character that is not drawn: its plain form, a box, or nothing."""
    plain = "".join(part for part in unicodedata.normalize("NFKC", char) if _is_drawn(part))
    if plain:
        return plain
    category = unicodedata.category(char)
    if category[0] == "Z":
        return " "
    return _BOX if category[0] in "LN" else ""
