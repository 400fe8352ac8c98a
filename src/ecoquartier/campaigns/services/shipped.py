"""Loading schemes from their files: once; afterwards the database is right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from ecoquartier.campaigns.domain import scheme_faults
from ecoquartier.campaigns.models import Scheme, Stage
from ecoquartier.core.errors import DomainError

DATA = Path(__file__).parent.parent / "data"


def load_shipped() -> list[str]:
    """Load the schemes shipped with the platform that are not there yet.

    A scheme that is there is left as it is, whatever the file says: the bureau may have changed it, and a new version
    of the software never changes the rules of a campaign.

    Returns:
        Titles of the schemes created.
    """
    sources = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(DATA.glob("scheme-*.yaml"))]
    there = set(Scheme.objects.values_list("code", flat=True))
    return [load_scheme(source).title for source in sources if source["code"] not in there]


@transaction.atomic
def load_scheme(source: dict[str, Any]) -> Scheme:
    """Create a scheme from its plain data: the content of a file of `campaigns/data/`.

    Raises:
        DomainError: its rules cannot hold together; nothing is created.
    """
    values = {name: value for name, value in source.items() if name != "stages"}
    if values.get("is_default") and Scheme.objects.filter(is_default=True).exists():
        values["is_default"] = False
    scheme = Scheme.objects.create(**values)
    stages: dict[int, Stage] = {}
    for row in source["stages"]:
        columns = {"level": row["rank"], **row}
        requires = stages.get(columns.pop("requires", 0))
        stages[row["rank"]] = Stage.objects.create(scheme=scheme, requires=requires, **columns)
    if faults := scheme_faults(list(stages.values())):
        raise DomainError(" ".join(faults), code="wrong_scheme")
    return scheme
