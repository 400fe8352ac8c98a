"""The code printed on a certificate, by which anyone finds its award: `7F3K-22QX-91AB-4C8E`.

Fifteen random characters (75 bits: nobody guesses one) and a sixteenth that is computed from them. The alphabet is
Crockford's: no I, L, O or U, so that what is read aloud or copied by hand has one reading. The last character is
chosen so that a polynomial over GF(32) vanishes: any single wrong character and any two exchanged ones are seen
before the register is asked.
"""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
GROUP = 4
# As it is written, with its hyphens.
WRITTEN_LENGTH = LENGTH + LENGTH // GROUP - 1

# x⁵ + x² + 1 is primitive: the powers of x run through the 31 non-zero elements before coming back.
_MODULUS = 0b100101
_LOOKALIKES = str.maketrans("OILU", "011V")


def new_code() -> str:
    """Draw a code, written with its hyphens."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return _written(body + _check_character(body))


def normalise(typed: str) -> str:
    """Write a typed code as it is printed: spaces, case, dashes and lookalike letters are forgiven.

    A whole verification address is accepted too. What does not have the length of a code is returned bare.
    """
    last = re.split(r"[?#]", typed.strip())[0].rstrip("/").rsplit("/", 1)[-1]
    bare = re.sub(r"[\s\W_]+", "", last).upper().translate(_LOOKALIKES)
    return _written(bare) if len(bare) == LENGTH else bare


def is_code(text: str) -> bool:
    """Tell whether `text`, as `normalise` returns it, can be a code: right form and right check character."""
    bare = text.replace("-", "")
    return (
        len(bare) == LENGTH
        and text == _written(bare)
        and all(char in ALPHABET for char in bare)
        and _check_character(bare[:-1]) == bare[-1]
    )


def _written(bare: str) -> str:
    return "-".join(bare[start : start + GROUP] for start in range(0, len(bare), GROUP))


def _check_character(body: str) -> str:
    total = 0
    for char in body:
        total = _doubled(total ^ ALPHABET.index(char))
    return ALPHABET[total]


def _doubled(value: int) -> int:
    """Multiply by x in GF(32)."""
    value <<= 1
    return value ^ _MODULUS if value & 0b100000 else value
