"""One commitment, to be designed with: its questions, its measures, what it serves, what territories add to it."""

from __future__ import annotations

from functools import cached_property
from itertools import groupby
from typing import Any

from django.http import Http404
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ecoquartier.campaigns.models import Stage
from ecoquartier.campaigns.queries import stages_asking
from ecoquartier.framework import queries
from ecoquartier.framework.enums import Provenance
from ecoquartier.framework.models import Commitment, LocalSupplement
from ecoquartier.web.public.framework import InVersion
from ecoquartier.web.public.framework_words import (
    goal,
    indicator_anchor,
    measure_of,
    notion_anchor,
    supplement_anchor,
    territory_code,
)
from ecoquartier.web.shared.views import DetailPage
from ecoquartier.web.templatetags.typography import french


class CommitmentPage(InVersion, DetailPage):
    """`/referentiel/<code>/<number>/`."""

    scope = queries.commitments_for
    template_name = "public/commitment.html"
    context_object_name = "commitment"

    @property
    def description(self) -> str:
        """The commitment in full."""
        return french(self.object.title)

    @cached_property
    def supplements(self) -> list[LocalSupplement]:
        """What territories add to it."""
        rows = queries.published_supplements(self.framework)
        return list(rows.filter(commitment__number=self.kwargs["number"]))

    @cached_property
    def stages(self) -> list[Stage]:
        """Stages of the current campaign that ask to answer it."""
        return stages_asking(self.framework, self.kwargs["number"])

    def get_lookup(self) -> dict[str, Any]:
        return {"framework": self.kwargs["code"], "number": self.kwargs["number"]}

    def get_data_version(self) -> object:
        asked = [(stage.rank, stage.name) for stage in self.stages]
        return super().get_data_version(), queries.supplements_version(self.framework), asked

    def get_title(self) -> str:
        return french(self.object)

    def get_eyebrow(self) -> str:
        return french(self.object.dimension.title)

    def get_lead(self) -> str:
        return french(self.object.title)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        commitment: Commitment = self.object
        outline = list(queries.outline_of(self.framework))
        at = next((n for n, other in enumerate(outline) if other.pk == commitment.pk), None)
        if at is None:
            raise Http404
        names = queries.challenge_names(self.framework)
        notions, indicators = commitment.notions.all(), commitment.indicators.all()
        return super().get_context_data(
            notions=[(notion_anchor(notion.code), notion) for notion in notions],
            indicators=[(indicator_anchor(row.code), row, measure_of(row)) for row in indicators],
            is_indicative=any(row.provenance == Provenance.INDICATIVE for row in (commitment, *notions, *indicators)),
            challenges=[(code, capfirst(names.get(code, code))) for code in commitment.challenges],
            goals=[(number, goal(number)) for number in commitment.sdgs],
            beside=[other for other in outline if other.dimension_id == commitment.dimension_id],
            previous=outline[at - 1] if at else None,
            following=outline[at + 1] if at + 1 < len(outline) else None,
            stages=self.stages,
            **self._local(),
            **kwargs,
        )

    def _local(self) -> dict[str, Any]:
        """What territories add: where, by region; and, once one of them is chosen, what applies there."""
        asked = self.request.GET.get("territoire", "")
        chosen = next((row for row in self.supplements if territory_code(row) == asked), None)
        applied = [
            row
            for row in self.supplements
            if chosen and (row.territory == chosen.territory or row.region_id == chosen.region_code)
        ]
        return {
            "asked": asked,
            "territory": chosen and chosen.territory,
            "local": [(supplement_anchor(row), row) for row in applied],
            "regions": [
                (region, [(code, name, sum(1 for _row in rows)) for (code, name), rows in groupby(found, key=_place)])
                for region, found in groupby(self.supplements, key=_region)
            ],
        }


def _region(row: LocalSupplement) -> str:
    return row.county.region.name if row.county else row.region.name


def _place(row: LocalSupplement) -> tuple[str, str]:
    return territory_code(row), str(row.county) if row.county else _("toute la région")
