"""What the pages of a dossier under expertise share: their header, and the words of the scale."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from ecoquartier.dossiers.models import Dossier
from ecoquartier.expertise.enums import Proposal
from ecoquartier.web.templatetags.components import BLOCKS

NBSP = "\u00a0"
PROPOSAL_TONES = {Proposal.FAVOURABLE: "ok", Proposal.ADJOURN: "wait", Proposal.LOWER: "info"}


class DossierHeader:
    """Breadcrumb and title of a page about a dossier, or about something that has one."""

    @property
    def dossier(self) -> Dossier:
        """The dossier of the page."""
        return self.object if isinstance(self.object, Dossier) else self.object.dossier

    def get_eyebrow(self) -> str:
        """Operation, commune and campaign."""
        operation = self.dossier.operation
        return f"{operation.name}, {operation.lead_commune.name} · {self.dossier.campaign}"

    def get_breadcrumb(self) -> Iterable[tuple[str, str]]:
        """Through one's own expertises for an expert, through the list of dossiers for the others."""
        if self.actor.has_perm("expertise.browse"):
            above = (_("Expertises"), "expert:home")
        else:
            above = (_("Dossiers"), "dossiers:list")
        return [above, (self.dossier.operation.name, resolve_url("dossiers:detail", pk=self.dossier.pk))]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        """Add the dossier and its stage, with the number of blocks of the mark."""
        rank = self.dossier.stage.rank
        return super().get_context_data(dossier=self.dossier, stage_total=max(BLOCKS, rank), **kwargs)


def scale_of(dossier: Dossier) -> dict[str, tuple[str, str]]:
    """Code → (label, tone) of the appreciations of a dossier’s stage, which are data."""
    return {code: (label, tone) for code, label, tone in dossier.scale}


def appreciation(scale: dict[str, tuple[str, str]], code: str) -> tuple[str, str]:
    """(label, tone) of an appreciation, the lack of one included."""
    return scale.get(code, (code or _("non apprécié"), "neutral"))


def proposal_badge(code: str) -> tuple[str, str]:
    """(label, tone) of a proposal."""
    return (Proposal(code).label, PROPOSAL_TONES[Proposal(code)]) if code else (_("à choisir"), "neutral")


def hour(moment: datetime) -> str:
    """The hour in Paris, « 14 h 32 »."""
    local = timezone.localtime(moment)
    return f"{local.hour}{NBSP}h{NBSP}{local.minute:02}"
