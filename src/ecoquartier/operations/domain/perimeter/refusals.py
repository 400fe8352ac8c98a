"""Why a file gives no perimeter, one sentence each, for people who do not know what a projection is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SENTENCES = {
    # what the file is
    "empty_file": gettext_lazy("Ce fichier est vide."),
    "no_feature": gettext_lazy("Ce fichier ne contient aucune forme\u00a0: exportez-le avec le contour du périmètre."),
    "unknown_format": gettext_lazy(
        "Ce fichier n’est d’aucun des formats attendus\u00a0: GeoJSON, GeoPackage, KML, ou Shapefile dans un ZIP."
    ),
    "damaged": gettext_lazy("Ce fichier est incomplet ou abîmé\u00a0: exportez-le de nouveau."),
    "bare_shapefile": gettext_lazy(
        "Un Shapefile est fait de plusieurs fichiers\u00a0: mettez ensemble .shp, .shx, .dbf et .prj dans un ZIP."
    ),
    "not_utf8": gettext_lazy("Ce GeoJSON n’est pas écrit en UTF-8\u00a0: enregistrez-le dans cet encodage."),
    "not_json": gettext_lazy("Ce fichier commence comme du GeoJSON, mais sa ligne %(line)s n’en est pas."),
    "not_geojson": gettext_lazy("Ce fichier est du JSON, mais pas du GeoJSON\u00a0: il n’a pas de géométrie."),
    "repeated_key": gettext_lazy("Ce GeoJSON donne deux fois la même rubrique\u00a0: on ne sait laquelle lire."),
    "not_xml": gettext_lazy("Ce fichier commence comme du KML, mais il est incomplet ou abîmé."),
    "not_kml": gettext_lazy("Ce fichier est une page ou un dessin, pas un KML."),
    "xml_entities": gettext_lazy("Ce KML déclare des entités, que nous refusons\u00a0: exportez-le sans elles."),
    "not_geopackage": gettext_lazy("Ce fichier est une base SQLite, mais pas un GeoPackage."),
    "unsafe_schema": gettext_lazy(
        "Ce GeoPackage contient autre chose que des tables («\u00a0%(name)s\u00a0»)\u00a0: exportez la seule couche "
        "du périmètre."
    ),
    "zip_many": gettext_lazy("Ce ZIP contient trop de fichiers\u00a0: n’y laissez que le Shapefile."),
    "zip_bomb": gettext_lazy("Une fois ouvert, ce ZIP dépasserait 100\u00a0Mo."),
    "zip_path": gettext_lazy("Un fichier de ce ZIP porte un nom interdit\u00a0: refaites l’archive."),
    "zip_nested": gettext_lazy("Ce ZIP contient une autre archive\u00a0: mettez-y directement le Shapefile."),
    "zip_password": gettext_lazy("Ce ZIP est protégé par un mot de passe."),
    "zip_without_shapefile": gettext_lazy("Ce ZIP ne contient ni Shapefile (.shp) ni KML."),
    "too_heavy": gettext_lazy("Ce fichier est trop lourd à lire\u00a0: n’y laissez que le périmètre."),
    "too_long": gettext_lazy("La lecture de ce fichier est trop longue\u00a0: simplifiez son contour."),
    "unreadable": gettext_lazy("Ce fichier n’a pas pu être lu\u00a0: exportez-le de nouveau, ou changez de format."),
    # what it holds
    "malformed": gettext_lazy("Une géométrie de ce fichier est mal formée."),
    "too_deep": gettext_lazy("Les géométries de ce fichier s’emboîtent sans fin."),
    "too_many_vertices": gettext_lazy("Ce contour compte plus de 50\u00a0000 points\u00a0: simplifiez-le."),
    "impossible_coordinates": gettext_lazy("Ce fichier contient des coordonnées impossibles."),
    "no_polygon": gettext_lazy(
        "Ce fichier ne contient que des points ou des lignes\u00a0: un périmètre est un polygone fermé."
    ),
    "nothing_left": gettext_lazy("Aucun polygone de ce fichier n’a de surface."),
    "no_part": gettext_lazy("Choisissez au moins un polygone."),
    "too_small": gettext_lazy("Ce périmètre fait moins de 100\u00a0m²\u00a0: vérifiez la projection."),
    "too_large": gettext_lazy("Ce périmètre fait %(area)s\u00a0ha\u00a0; 5\u00a0000 au plus pour une opération."),
    # where it is
    "unknown_projection": gettext_lazy(
        "Le fichier annonce une projection que nous ne connaissons pas («\u00a0%(name)s\u00a0»)\u00a0: choisissez-la."
    ),
    "projection_unknown": gettext_lazy(
        "Le fichier ne dit pas sa projection, et ses coordonnées ne correspondent à aucune de ce territoire\u00a0: "
        "choisissez-la."
    ),
    "projection_ambiguous": gettext_lazy(
        "Le fichier ne dit pas sa projection, et plusieurs conviendraient\u00a0: choisissez la bonne."
    ),
    "far": gettext_lazy("Ce périmètre tombe à %(km)s\u00a0km de la commune."),
    "other_territory": gettext_lazy("Ce périmètre tombe ailleurs\u00a0: dans %(territory)s."),
    "outside": gettext_lazy("Ce périmètre tombe hors du territoire de l’opération."),
    # what is typed
    "bad_coordinate": gettext_lazy("«\u00a0%(text)s\u00a0» n’est pas une coordonnée."),
    "mixed_coordinates": gettext_lazy("L’une des coordonnées est en degrés, l’autre en mètres."),
    # what is drawn
    "bad_corner": gettext_lazy(
        "Ligne %(line)s\u00a0: «\u00a0%(text)s\u00a0» n’est pas une latitude et une longitude en degrés."
    ),
    "too_few_corners": gettext_lazy("Il faut au moins trois points différents pour faire un contour."),
    "too_many_corners": gettext_lazy("Plus de %(most)s points\u00a0: déposez plutôt un fichier."),
}
"""Code of a refusal → its sentence."""

ELSEWHERE = frozenset({"far", "other_territory", "outside"})
"""Codes of what was read, and is not where the operation is."""

WHEN_DRAWN = {
    "impossible_coordinates": gettext_lazy("L’une de ces coordonnées n’est nulle part sur la Terre."),
    "nothing_left": gettext_lazy("Ce contour n’a pas de surface\u00a0: vérifiez ses points."),
    "too_small": gettext_lazy("Ce périmètre fait moins de 100\u00a0m²\u00a0: vérifiez ses points."),
    "too_long": gettext_lazy("La lecture de ce contour est trop longue\u00a0: réessayez dans un moment."),
    "unreadable": gettext_lazy("Ce contour n’a pas pu être lu\u00a0: réessayez dans un moment."),
}
"""Code of a refusal → its sentence, where the usual one speaks of a file and there is none."""


def sentence(code: str, facts: Mapping[str, Any], *, projection: str = "", is_drawn: bool = False) -> str:
    """The sentence of a refusal, with what it quotes; then, when the place is wrong, how it was read.

    Args:
        projection: the name in words of the projection in which the file was read, when it may be the culprit.
        is_drawn: the corners were drawn or typed, without a file.
    """
    shown = {name: french(value) if isinstance(value, float) else value for name, value in facts.items()}
    sentences = {**SENTENCES, **WHEN_DRAWN} if is_drawn else SENTENCES
    said = str(sentences[code]) % shown
    if projection:
        said += " " + _("Nous l’avons lu en %(projection)s\u00a0; si c’en est une autre, choisissez-la.") % {
            "projection": projection
        }
    return said


def french(value: float) -> str:
    """A figure with a comma, without useless zeros."""
    return f"{value:,.2f}".rstrip("0").rstrip(".").replace(",", "\u202f").replace(".", ",")
