"""The facts of the register as people read them: in a deposit, in the history of the sheet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from ecoquartier.core.text import long_date
from ecoquartier.framework.domain.vocabulary import figures
from ecoquartier.operations.domain.figures import in_unit
from ecoquartier.operations.enums import TermKind
from ecoquartier.web.templatetags.components import figure


def sheet_value(name: str, value: Any, terms: Mapping[str, Mapping[str, str]]) -> str:
    """A fact of the register, kept as JSON; empty when it was not given.

    Args:
        terms: code → label of the terms of each list.
    """
    if value in (None, "", []):
        return ""
    if name in TermKind.values:
        return ", ".join(terms[name].get(code, code) for code in value)
    if name in {"delivered_on", "figures_as_of"}:
        return long_date(date.fromisoformat(value))
    if name in figures() and not figures()[name].title.startswith(figures()[name].unit):
        return in_unit(Decimal(value), figures()[name])
    if name == "perimeter":
        area = value["area_ha"].rstrip("0").rstrip(".").replace(".", ",")
        return _("%(n)s ha (empreinte %(mark)s…)") % {"n": area, "mark": value["sha256"][:12]}
    return figure(value) if isinstance(value, int) else str(value)
