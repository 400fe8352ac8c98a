"""The words common to every version, from the data shipped: challenges, goals of the United Nations, figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

VOCABULARY = Path(__file__).parents[1] / "data" / "vocabulaire.yaml"


@dataclass(frozen=True)
class Figure:
    """A figure of the programme, which a formula may name.

    Args:
        decimals: digits after the comma.
        least, most: beyond, a value is refused.
        usual: outside, a value is kept and questioned.
        part_of: code of the figure that it never exceeds.
    """

    code: str
    title: str
    unit: str
    decimals: int = 0
    least: float = 0
    most: float = 0
    usual: tuple[float, float] = (0, 0)
    part_of: str = ""


@cache
def _words() -> dict[str, Any]:
    return yaml.safe_load(VOCABULARY.read_text(encoding="utf-8"))


@cache
def challenges() -> Mapping[str, str]:
    """Code of a challenge → its name, in order."""
    return MappingProxyType({item["code"]: item["title"] for item in _words()["challenges"]})


@cache
def meanings() -> Mapping[str, str]:
    """Code of a challenge → what it means, in a sentence."""
    return MappingProxyType({item["code"]: item["meaning"] for item in _words()["challenges"]})


@cache
def goals() -> Mapping[int, str]:
    """Number of a sustainable development goal → its short official name."""
    return MappingProxyType({item["number"]: item["title"] for item in _words()["goals"]})


@cache
def figures() -> Mapping[str, Figure]:
    """Code of a figure of the programme → what it is; the register keeps its value under this code."""
    return MappingProxyType({item["code"]: Figure(**item) for item in _words()["figures"]})
