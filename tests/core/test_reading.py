"""A page asks the same question once; outside of a page, every time."""

from dataclasses import dataclass

from ecoquartier.core.reading import known, read_once, reading


@dataclass
class Thing:
    pk: int


def counted():
    asked = []

    @read_once
    def read(thing, *, wide=False):
        asked.append((thing.pk, wide))
        return len(asked)

    return read, asked


def test_outside_a_page_each_question_is_asked():
    read, asked = counted()
    assert (read(Thing(1)), read(Thing(1))) == (1, 2)
    assert len(asked) == 2


def test_inside_a_page_the_same_question_is_asked_once():
    read, asked = counted()
    with reading():
        assert (read(Thing(1)), read(Thing(1)), read(Thing(2)), read(Thing(1), wide=True)) == (1, 1, 2, 3)
    assert asked == [(1, False), (2, False), (1, True)]


def test_nothing_is_kept_after_the_page():
    read, asked = counted()
    with reading():
        read(Thing(1))
    with reading():
        read(Thing(1))
    assert len(asked) == 2


def test_two_functions_do_not_share_their_answers():
    first, _asked = counted()
    second, asked = counted()
    with reading():
        first(Thing(1))
        second(Thing(1))
    assert len(asked) == 1


def test_an_answer_that_came_with_the_object_is_not_asked():
    read, asked = counted()
    known(read, Thing(1), "outside")
    with reading():
        known(read, Thing(1), "told")
        assert (read(Thing(1)), read(Thing(2))) == ("told", 1)
    assert read(Thing(1)) == 2
