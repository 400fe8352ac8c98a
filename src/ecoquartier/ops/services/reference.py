"""The reference data that every installation needs."""

from __future__ import annotations

from collections.abc import Callable

from ecoquartier.campaigns import services as campaigns
from ecoquartier.directory import services as directory
from ecoquartier.framework import services as framework
from ecoquartier.operations import services as operations
from ecoquartier.territories import services as territories


def load_reference(say: Callable[[str], None] = lambda line: None) -> None:
    """Load territories, the référentiel, the schemes and the lists of the sheet; idempotent.

    The public directory is made again: it says the names of communes.

    Args:
        say: called with one French line per step.
    """
    counts = territories.load_territories()
    say(
        f"Territoires\u00a0: {counts['regions']} régions, {counts['counties']} départements, "
        f"{counts['communes']} communes, {counts['former']} anciennes communes."
    )
    moved, kept = operations.follow_communes()
    if moved:
        say(f"Opérations passées à une commune nouvelle\u00a0: {moved}.")
    for sentence in kept:
        say(f"À fusionner à la main\u00a0: {sentence}")
    versions = ", ".join(
        f"{slug} ({commitments} engagements)" for slug, commitments in framework.load_shipped().items()
    )
    say(f"Référentiel\u00a0: {versions or 'déjà là'}.")
    say(f"Régimes\u00a0: {', '.join(campaigns.load_shipped()) or 'déjà là'}.")
    directory.rebuild()
    say(f"Listes de la fiche\u00a0: {operations.load_vocabulary() or 'déjà là'}.")
