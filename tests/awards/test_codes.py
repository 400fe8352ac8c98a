"""The code printed on a certificate."""

import math
import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecoquartier.awards.domain.codes import ALPHABET, LENGTH, WRITTEN_LENGTH, is_code, new_code, normalise

CODE = "VHB3-PMZJ-GDXD-51X7"


def written(bare):
    """Put the hyphens in."""
    return "-".join(re.findall("....", bare))


def test_a_code_is_long_enough_and_well_formed():
    assert (LENGTH - 1) * math.log2(len(ALPHABET)) >= 60
    codes = {new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert all(is_code(code) and len(code) == WRITTEN_LENGTH and normalise(code) == code for code in codes)
    assert {char for code in codes for char in code} == {*ALPHABET, "-"}


def test_the_alphabet_has_no_lookalikes():
    assert len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        CODE.lower(),
        "  vhb3 pmzj gdxd 51x7 ",
        "VHB3PMZJGDXD51X7",
        "VHB3–PMZJ—GDXD_51X7.",
        "VHB3-PMZJ-GDXD-5lX7",
        "VHB3-PMZJ-GDXD-5IX7",
        "uhb3-pmzj-gdxd-51x7",
        f"https://label.example.fr/verifier/{CODE}/",
        f"label.example.fr/verifier/{CODE.lower()}?source=qr#haut",
    ],
)
def test_what_people_type_is_understood(typed):
    assert normalise(typed) == CODE


@pytest.mark.parametrize("typed", ["", "  ", "bonjour", CODE + "X", CODE[:-1], "٣" * 16, "ß" * 8, "é" * 16, "/", "?"])
def test_what_is_not_a_code_is_refused(typed):
    assert not is_code(normalise(typed))


@pytest.mark.parametrize(
    "text", [CODE.lower(), CODE.replace("-", ""), CODE.replace("-", "", 1), f"{CODE} ", f"-{CODE}"]
)
def test_only_the_written_form_is_a_code(text):
    assert not is_code(text)


def test_any_single_wrong_character_is_seen():
    bare = CODE.replace("-", "")
    changed = (bare[:at] + char + bare[at + 1 :] for at in range(LENGTH) for char in ALPHABET if char != bare[at])
    assert [code for code in changed if is_code(written(code))] == []


@given(st.lists(st.sampled_from(ALPHABET), min_size=15, max_size=15))
def test_any_two_exchanged_characters_are_seen(body):
    (bare,) = (body + [last] for last in ALPHABET if is_code(written("".join([*body, last]))))
    for first, second in combinations(range(LENGTH), 2):
        if bare[first] != bare[second]:
            swapped = bare.copy()
            swapped[first], swapped[second] = swapped[second], swapped[first]
            assert not is_code(written("".join(swapped)))
