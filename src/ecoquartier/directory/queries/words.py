"""What the words of a search mean: French words, codes of places, names nearly written."""

from __future__ import annotations

import re
from functools import reduce
from operator import and_, or_
from unicodedata import normalize

from django.contrib.postgres.search import SearchQuery
from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce

from ecoquartier.directory.models import DirectoryRow
from ecoquartier.territories.domain import counties_by_name, likeness, name_key
from ecoquartier.territories.enums import CommuneKind
from ecoquartier.territories.models import Commune

# A letter alone, as before an apostrophe, is in every name; « 2A » and « 2B033 » are codes of Corsica.
_WORD = re.compile(r"\b2[ab](?:\d{3})?\b|[0-9]+|[a-z]{2,}")
_COMMUNE_CODE = re.compile(r"\d{5}|2[ab]\d{3}")
# All else only parts words: « Saint-Denis » is « Saint Denis », and a hyphen, quotes or « or » command nothing.
_PLAIN_WORD = re.compile(r"[^\W_]+")
# The words after these are not read: a sentence is not a search, and each costs.
MOST_WORDS = 16
_SHORT_SAINT = re.compile(r"\bst(e?)\b", re.IGNORECASE)
# Each operation is one, or would be: the word parts nothing.
_OURS = re.compile(r"\b[ée]co[-\s]?quartiers?\b", re.IGNORECASE)
# A shorter word is in too many names for an error to be told from another word.
_SHORTEST_NEAR = 4


def told_apart(text: str) -> str:
    """A text without the word that every operation bears; alone, that word asks for all of them, as no text does."""
    said = normalize("NFC", text).strip()
    rest = _OURS.sub(" ", said).strip()
    return rest if rest == said or _PLAIN_WORD.search(rest) else ""


def query_of(text: str) -> SearchQuery:
    """The words of a text as PostgreSQL searches them; « st » is also « saint »."""
    plain = " ".join(_PLAIN_WORD.findall(text)[:MOST_WORDS])
    whole = _SHORT_SAINT.sub(r"saint\1", plain)
    query = SearchQuery(plain, config="fr")
    return query if whole == plain else query | SearchQuery(whole, config="fr")


def _words(text: str) -> list[str]:
    """The words of a text, as names are compared."""
    return _WORD.findall(name_key(text))[:MOST_WORDS]


def matching(text: str) -> QuerySet[DirectoryRow]:
    """Rows that hold the words, in any form or cut short, or are where they say.

    A code alone (county, commune, postal code) is a place, unless a name holds it.
    """
    words = _words(text)
    if len(words) == 1 and (place := _coded(words[0])):
        return DirectoryRow.objects.filter(
            place | Q(words=SearchQuery(f"{words[0]}:A", config="fr", search_type="raw"))
        )
    found = Q(words=query_of(text))
    if words:
        found |= _formerly(name_key(text)) | reduce(and_, map(_held, words))
    return DirectoryRow.objects.filter(found)


def near(text: str) -> QuerySet[DirectoryRow]:
    """Rows that hold each word, or one that is it with a letter wrong: compared word to word. One query now."""
    words = [word for word in _words(text) if len(word) >= _SHORTEST_NEAR or _coded(word)]
    typed = [word for word in words if word.isalpha()]
    if not typed:
        return DirectoryRow.objects.none()
    known = _words_around(typed)
    return DirectoryRow.objects.filter(
        reduce(and_, (reduce(or_, map(_held, [word, *_alike(word, known)])) for word in words))
    )


def _words_around(typed: list[str]) -> set[str]:
    """The words of the names that look like those typed, of the counties and of the regions."""
    rows = DirectoryRow.objects.filter(reduce(or_, (Q(names_key__trigram_word_similar=word) for word in typed)))
    split = Func(
        Func(F("names_key"), Value(" "), function="string_to_array"), function="unnest", output_field=TextField()
    )
    names = rows.order_by().annotate(word=split).values_list("word", flat=True).distinct()
    return {*names, *(word for key in counties_by_name() for word in key.split())}


def _alike(word: str, known: set[str]) -> list[str]:
    """The known words that are this one with a letter wrong; none when it is one of them."""
    if any(word in other for other in known):
        return []
    least = (len(word) - 1) / len(word)
    return sorted(other for other in known if likeness(word, other, least))


def _held(word: str) -> Q:
    """A name holds the word, even cut short; or a text does, in any form; or it is the code of the place."""
    return Q(names_key__contains=word) | Q(words=SearchQuery(word, config="fr")) | _coded(word)


def _coded(word: str) -> Q:
    """Where the code of a county or of a commune, or a postal code, is; an empty condition for any other word."""
    code = word.upper()
    if _COMMUNE_CODE.fullmatch(word):
        communes = Commune.objects.filter(Q(insee=code) | Q(postal_codes__contains=[code]))
        return _at(communes.values(today=Coalesce("successor", "insee")))
    return Q(county=code) if word[0].isdigit() and word in counties_by_name() else Q()


def _formerly(key: str) -> Q:
    """Where a former commune or a district so named is: « Tourlaville », « Paris 13e »."""
    former = Commune.objects.exclude(kind=CommuneKind.COMMUNE).filter(sort_key__in=[key, f"{key} arrondissement"])
    return _at(former.values("successor"))


def _at(codes: QuerySet) -> Q:
    """Where one of the communes of these codes is: they are read once, then looked up in the index."""
    return Q(commune_codes__overlap=codes)
