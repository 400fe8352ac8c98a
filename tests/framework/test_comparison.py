"""Two versions side by side."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ecoquartier.framework.domain.comparison import Piece, compare, words
from ecoquartier.framework.domain.contents import Link
from tests.framework.samples import commitment, indicator, notion, version

OLD = version(commitment(1, notions=[notion("1.1")]), commitment(2), indicators=[indicator("I1")])


def test_nothing_differs_between_a_version_and_itself():
    rows = compare(OLD, replace(OLD, code="nouvelle"))
    assert len(rows) == 4
    assert not any(row.has_changed for row in rows)


def test_each_element_stands_beside_what_it_became():
    new = version(
        commitment(1, notions=[notion("1.1", questions=("Pourquoi et comment ?",))]), commitment(3, "Tout neuf")
    )
    rows = {(row.kind, row.old and row.old.code, row.new and row.new.code): row for row in compare(OLD, new)}
    assert rows["commitment", "2", None].change == "removed"
    assert rows["commitment", None, "3"].change == "new"
    assert rows["indicator", "I1", None].has_changed
    same = rows["notion", "1.1", "1.1"]
    assert (same.change, same.has_changed) == ("same", True)
    (changed,) = [text for text in same.texts if text.has_changed]
    assert (changed.name, changed.old, changed.new) == ("questions", "Pourquoi ?", "Pourquoi et comment ?")
    assert changed.pieces == (
        Piece("Pourquoi ", True, True),
        Piece("et comment ", False, True),
        Piece("?", True, True),
    )


def test_the_correspondence_is_followed():
    new = version(commitment(1, notions=[notion("1.1")]), commitment(5), indicators=[indicator("I1")])
    rows = compare(OLD, new, [Link("commitment", "renamed", "2", "5")])
    (row,) = [row for row in rows if row.old and row.old.code == "2"]
    assert (row.change, row.new.code) == ("renamed", "5")


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_pieces_give_back_both_texts(old, new):
    pieces = words(old, new)
    assert "".join(piece.text for piece in pieces if piece.is_old) == old
    assert "".join(piece.text for piece in pieces if piece.is_new) == new
