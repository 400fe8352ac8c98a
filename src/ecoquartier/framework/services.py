"""Loading a version of the référentiel."""

from __future__ import annotations

from pathlib import Path

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from ecoquartier.core.errors import DomainError
from ecoquartier.framework.models import Commitment, Dimension, Framework, Indicator, Notion

DATA = Path(__file__).parent / "data"


def load_shipped() -> dict[str, int]:
    """Load every version shipped with the platform; a version already there is left as it is.

    Returns:
        Number of commitments by code of a version just loaded.
    """
    return {
        path.stem: count
        for path in sorted(DATA.glob("referentiel-*.yaml"))
        if (count := import_framework(path.read_text(encoding="utf-8")))
    }


@transaction.atomic
def import_framework(text: str) -> int:
    """Create a version from its YAML; a version that exists never changes.

    Returns:
        How many commitments were created: 0 when the version is there already.

    Raises:
        DomainError: the text is not a référentiel.
    """
    try:
        source = yaml.safe_load(text)
        return _create(source)
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise DomainError(
            _("Ce fichier n’est pas un référentiel\u00a0: %(error)s.") % {"error": error}, code="not_a_framework"
        ) from error


def _create(source: dict) -> int:
    framework, created = Framework.objects.get_or_create(
        code=source["code"],
        defaults={"title": source["title"], "answer_max_characters": source["answer_max_characters"]},
    )
    if not created:
        return 0
    dimension_of = {}
    for rank, item in enumerate(source["dimensions"], start=1):
        dimension = Dimension.objects.create(
            framework=framework, rank=rank, code=item["code"], title=item["title"], motto=item.get("motto", "")
        )
        dimension_of.update(dict.fromkeys(item["commitments"], dimension))
    commitments = {}
    for item in source["commitments"]:
        commitments[item["number"]] = commitment = Commitment.objects.create(
            framework=framework,
            dimension=dimension_of[item["number"]],
            number=item["number"],
            title=item["title"],
            short=item["short"],
            provenance=item["provenance"],
            challenges=item["challenges"],
            sdgs=item["odd"],
        )
        Notion.objects.bulk_create(
            Notion(
                commitment=commitment,
                code=notion["code"],
                title=notion["title"],
                provenance=notion["provenance"],
                questions=notion["questions"],
            )
            for notion in item["notions"]
        )
    Indicator.objects.bulk_create(
        Indicator(
            framework=framework,
            commitment=commitments[item["commitment"]],
            **{
                k: item[k] for k in ("code", "title", "unit", "kind", "direction", "challenges", "provenance", "method")
            },
            formula=item.get("formula", ""),
        )
        for item in source["indicators"]
    )
    return len(commitments)
