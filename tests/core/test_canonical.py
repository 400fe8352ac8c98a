"""One byte representation for each value."""

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from uuid import UUID

import pytest
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from ecoquartier.core.canonical import canonical_json, sha256_hex


class Colour(TextChoices):
    """As the models declare their states."""

    GREEN = "green", "vert"


class Size(IntEnum):
    """A number with a name."""

    LARGE = 3


class Pair(Enum):
    """A member whose value is not a scalar."""

    BOTH = ("a", "b")


def test_keys_are_sorted_and_nothing_is_added():
    assert (
        canonical_json({"b": [1, 2.5, None, True], "a": {"é": "œ"}}) == '{"a":{"é":"œ"},"b":[1,2.5,null,true]}'.encode()
    )


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (date(2026, 12, 1), '"2026-12-01"'),
        (time(9, 30), '"09:30:00"'),
        (datetime(2026, 12, 1, 9, tzinfo=UTC), '"2026-12-01T09:00:00.000000Z"'),
        (datetime(2026, 12, 1, 10, tzinfo=timezone(timedelta(hours=1))), '"2026-12-01T09:00:00.000000Z"'),
        (UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (Decimal("1.50"), '"1.5"'),
        (Decimal("1500"), '"1500"'),
        (Decimal("1E+3"), '"1000"'),
        (Decimal("-0.00"), '"0"'),
        (Colour.GREEN, '"green"'),
        (Size.LARGE, "3"),
        (Pair.BOTH, '["a","b"]'),
        (gettext_lazy("étape"), '"étape"'),
        ({"b", "a"}, '["a","b"]'),
        ({2: "x", Size.LARGE: "y"}, '{"2":"x","3":"y"}'),
        ((), "[]"),
    ],
)
def test_each_kind_has_one_form(value, written):
    assert canonical_json(value) == written.encode()


@pytest.mark.parametrize("value", [object(), {None: 1}, {True: 1}, {1.5: 1}, b"bytes"])
def test_what_has_no_form_is_refused(value):
    with pytest.raises(TypeError, match="No canonical form"):
        canonical_json(value)


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), Decimal("NaN"), {1: "a", "1": "b"}, datetime(2026, 1, 1)],  # noqa: DTZ001 -- refused
)
def test_what_is_ambiguous_is_refused(value):
    with pytest.raises(ValueError, match=r".+"):
        canonical_json(value)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet=st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(plain)
def test_what_was_read_back_has_the_same_bytes(value):
    assert canonical_json(json.loads(canonical_json(value))) == canonical_json(value)


def test_sha256_is_the_known_one():
    assert sha256_hex(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
