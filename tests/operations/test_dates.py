"""Dates as exact as they are known: typed in French, kept, shown, compared."""

from datetime import date

import pytest

from ecoquartier.operations.domain.dates import (
    RoughDate,
    UnreadableDate,
    come_apart,
    kept_date,
    last_of,
    read_date,
)


@pytest.mark.parametrize(
    ("typed", "kept", "words"),
    [
        ("2028", "2028", "2028"),
        ("  2028 ", "2028", "2028"),
        ("mars 2028", "2028-03", "mars\u00a02028"),
        ("Août 2028", "2028-08", "août\u00a02028"),
        ("aout 2028", "2028-08", "août\u00a02028"),
        ("déc. 2028", "2028-12", "décembre\u00a02028"),
        ("03/2028", "2028-03", "mars\u00a02028"),
        ("15/03/2028", "2028-03-15", "15\u00a0mars\u00a02028"),
        ("1.3.2028", "2028-03-01", "1er\u00a0mars\u00a02028"),
        ("1er mars 2028", "2028-03-01", "1er\u00a0mars\u00a02028"),
        ("15 mars 2028", "2028-03-15", "15\u00a0mars\u00a02028"),
        ("2028-03-15", "2028-03-15", "15\u00a0mars\u00a02028"),
        ("29/02/2028", "2028-02-29", "29\u00a0février\u00a02028"),
        ("vers 2030", "2030~", "vers 2030"),
        ("Environ mars 2030", "2030-03~", "vers mars\u00a02030"),
        ("~2030", "2030~", "vers 2030"),
        ("env. 2030", "2030~", "vers 2030"),
        ("1900", "1900", "1900"),
        ("2100", "2100", "2100"),
    ],
)
def test_french_words_are_read_kept_and_said(typed, kept, words):
    found = read_date(typed)
    assert (str(found), found.words) == (kept, words)
    assert kept_date(kept) == found
    assert read_date(words) == found  # what is shown in a form is understood when it comes back


@pytest.mark.parametrize("typed", ["", "   ", "\u00a0"])
def test_nothing_typed_is_a_date_that_is_not_known(typed):
    assert read_date(typed) is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("bientôt", "Écrivez une année"),
        ("28", "Écrivez une année"),
        ("15/03/28", "Écrivez une année"),
        ("2028-2030", "Écrivez une année"),
        ("vers", "Écrivez une année"),
        ("brumaire 2028", "«\u00a0brumaire\u00a0» n’est pas un mois."),
        ("jui 2028", "n’est pas un mois"),  # juin or juillet
        ("30/02/2028", "pas dans le calendrier"),
        ("29/02/2027", "pas dans le calendrier"),
        ("31 avril 2028", "pas dans le calendrier"),
        ("13/2028", "pas dans le calendrier"),
        ("00/2028", "pas dans le calendrier"),
        ("0/3/2028", "pas dans le calendrier"),
        ("1899", "L’année va de 1900 à 2100."),
        ("2101", "L’année va de 1900 à 2100."),
        ("0000", "L’année va de 1900 à 2100."),
    ],
)
def test_what_is_no_date_is_refused_with_a_sentence(typed, sentence):
    with pytest.raises(UnreadableDate, match=sentence):
        read_date(typed)


@pytest.mark.parametrize(
    ("kept", "earliest", "latest"),
    [
        ("2028", date(2028, 1, 1), date(2028, 12, 31)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2027-02", date(2027, 2, 1), date(2027, 2, 28)),
        ("2028-03-15", date(2028, 3, 15), date(2028, 3, 15)),
        ("2030~", date(2030, 1, 1), date(2030, 12, 31)),
    ],
)
def test_each_stands_between_two_days(kept, earliest, latest):
    found = kept_date(kept)
    assert (found.earliest, found.latest) == (earliest, latest)


def test_they_sort_by_their_earliest_day():
    kept = ["2028-03-15", "2028", "2027-12", "2028-03", "2030~"]
    assert [str(found) for found in sorted(map(kept_date, kept))] == [
        *("2027-12", "2028", "2028-03", "2028-03-15", "2030~")
    ]


@pytest.mark.parametrize(
    ("first", "then", "apart"),
    [
        ("2029", "2028", True),
        ("2028-04", "2028-03-31", True),
        ("2028-03-31", "2028-03", False),
        ("2028", "2028-01-01", False),
        ("2029~", "2028", False),
        ("2029", "2028~", False),
        ("", "2028", False),
        ("2028", "", False),
    ],
)
def test_only_what_is_sure_comes_apart(first, then, apart):
    assert come_apart(kept_date(first), kept_date(then)) is apart


@pytest.mark.parametrize(
    ("kept", "last"),
    [
        ([], None),
        ([""], None),
        (["2028"], "2028"),
        (["2028", ""], None),
        (["", "2028"], "2028"),
        (["2031", "2028"], "2031"),
        (["2028-12-31", "2028"], "2028-12-31"),
    ],
)
def test_the_last_phase_says_when_the_operation_is_delivered(kept, last):
    found = last_of(kept)
    assert (str(found) if found else None) == last


def test_a_text_that_was_never_kept_is_no_date():
    assert kept_date("bientôt") is None
    assert kept_date("2028-13") is None
    assert kept_date("2028-02-30") is None
    assert RoughDate(2028, 3) == kept_date("2028-03")
