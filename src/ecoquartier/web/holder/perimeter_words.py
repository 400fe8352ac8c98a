"""How the pages of the perimeter say what was understood, and what looks doubtful."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ecoquartier.core.text import long_date
from ecoquartier.operations.domain.perimeter import NOTABLE_CHANGE, doubtful_gap
from ecoquartier.operations.domain.perimeter.territories import projection_name
from ecoquartier.operations.enums import PerimeterSource
from ecoquartier.operations.models import Operation, Perimeter, StageHistory
from ecoquartier.operations.services.perimeter_files import PerimeterReading
from ecoquartier.web.holder.words import with_unit

Fact = tuple[str, str]


def hectares(area: Decimal) -> str:
    """An area to the hundredth of a hectare; to the square metre under one hectare."""
    return with_unit(area.quantize(Decimal("0.01") if area >= 1 else Decimal("0.0001")), "ha")


def label(operation: Operation) -> str:
    """What the drawing is, for those who do not see it."""
    return _("Contour du périmètre de «\u00a0%(name)s\u00a0», le nord en haut.") % {"name": operation.name}


def facts(perimeter: Perimeter) -> list[Fact]:
    """Where the perimeter in force comes from."""
    who = perimeter.added_by.full_name if perimeter.added_by else _("personne effacée")
    found = [
        (_("Superficie mesurée") if perimeter.is_surface else _("Superficie déclarée"), hectares(perimeter.area_ha)),
        (_("Source"), perimeter.get_source_display()),
        (_("Fichier"), perimeter.file_name),
        (_("Projection d’origine"), projection_name(perimeter.projection)),
        (_("Enregistré"), _("le %(day)s par %(who)s") % {"day": long_date(perimeter.added_at.date()), "who": who}),
    ]
    return [fact for fact in found if fact[1]]


def understood(reading: PerimeterReading, file_name: str, former: Perimeter | None) -> list[Fact]:
    """What was understood of a file, or of a drawing, beside the perimeter in force."""
    found = [
        *_of_the_file(reading, file_name),
        (_("Superficie mesurée"), hectares(reading.area_ha)),
        (_("Polygones"), _polygons(reading)),
    ]
    if former and reading.changed is not None:
        # What differs is counted on both sides, as a share of the area of the former one.
        common = (former.area_ha + reading.area_ha - former.area_ha * Decimal(str(reading.changed))) / 2
        said = _("%(before)s aujourd’hui, %(after)s avec celui-ci, dont %(common)s en commun") % {
            "before": hectares(former.area_ha),
            "after": hectares(reading.area_ha),
            "common": hectares(max(common, Decimal(0))),
        }
        found.append((_("Par rapport au périmètre actuel"), said))
    return found


def _of_the_file(reading: PerimeterReading, file_name: str) -> list[Fact]:
    source = str(PerimeterSource(reading.source).label)
    if reading.source == PerimeterSource.DRAWN:
        return [(_("Source"), source)]
    how = {
        "declared": _("annoncée par le fichier"),
        "guessed": _("reconnue d’après les coordonnées"),
        "chosen": _("choisie par vous"),
    }[reading.how]
    projection = f"{projection_name(reading.projection)}, {how}"
    return [(_("Fichier"), file_name), (_("Format"), source), (_("Projection"), projection)]


def _polygons(reading: PerimeterReading) -> str:
    if reading.count == 1:
        # One shape of the file may be made of several.
        pieces = len(reading.geometry["coordinates"]) if reading.geometry["type"] == "MultiPolygon" else 1
        return _("%(n)s, réunis en un seul périmètre") % {"n": pieces} if pieces > 1 else _("un seul")
    kept = sum(1 for part in reading.parts if part.is_kept) if reading.parts else reading.count
    if kept == reading.count:
        return _("%(n)s, réunis en un seul périmètre") % {"n": reading.count}
    return _("%(kept)s gardés sur %(n)s") % {"kept": kept, "n": reading.count}


def doubts(reading: PerimeterReading) -> list[str]:
    """What was mended or left aside in a file, and what looks misplaced."""
    found = []
    if reading.is_swapped:
        found.append(_("Les coordonnées étaient données dans l’autre ordre\u00a0: nous les avons remises dans le bon."))
    if reading.is_mended:
        found.append(_("Le contour se croisait lui-même\u00a0: nous l’avons réparé. Vérifiez le dessin."))
    if reading.slivers:
        found.append(
            ngettext(
                "Un morceau ou un trou de moins d’un mètre carré a été retiré.",
                "%(n)s morceaux ou trous de moins d’un mètre carré ont été retirés.",
                reading.slivers,
            )
            % {"n": reading.slivers}
        )
    if reading.others:
        found.append(_("Les points et les lignes du fichier ont été laissés de côté."))
    if reading.county:
        found.append(
            _("Ce périmètre semble être dans un autre département\u00a0: %(county)s.") % {"county": reading.county}
        )
    if reading.far_km:
        found.append(
            _("Ce périmètre est à %(km)s km de la commune\u00a0: est-ce le bon\u00a0?") % {"km": reading.far_km}
        )
    return found


def since_label(known: Sequence[StageHistory]) -> str:
    """« Périmètre modifié depuis le label » (rule 16), for the latest of the labels that the reader knows of."""
    latest = max(known, key=lambda row: (row.year, row.rank), default=None)
    change = latest.perimeter_change if latest else None
    if latest is None or change is None or change <= NOTABLE_CHANGE:
        return ""
    said = _(
        "Périmètre modifié depuis le label\u00a0: il diffère de %(share)s de celui de l’étape %(n)s, %(name)s "
        "(%(year)s)."
    )
    share = f"{round(100 * change)}\u00a0%"
    return said % {"share": share, "n": latest.rank, "name": latest.name, "year": latest.year}


def warnings(operation: Operation, area: Decimal) -> list[str]:
    """What does not fit with the sheet of the operation."""
    gap = doubtful_gap(operation.area_ha, area)
    if gap is None:
        return []
    said = _(
        "La fiche déclare %(declared)s, le périmètre en fait %(measured)s (%(gap)s d’écart)\u00a0: l’une des deux "
        "superficies est à corriger."
    )
    share = f"{round(100 * gap)}\u00a0%"
    return [said % {"declared": hectares(operation.area_ha), "measured": hectares(area), "gap": share}]
