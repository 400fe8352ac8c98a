"""The columns of the tracking sheet: each field with every heading it is known under, in this file or a sister one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from ecoquartier.core.text import sort_key

# Field → the headings it is known under; the first is how the sheet of 2016 writes it. Case, accents, punctuation and
# the little words below do not count: « Nombre de logements » is also « NB LOGEMENTS ».
HEADINGS = {
    "region": ("Région", "Nouvelle région", "Région 2016", "Nom région"),
    "former_region": ("Ancienne région", "Région 2015", "Ex-région"),
    "county": ("N° Dept", "Code département", "Dept"),
    "county_name": ("Nom Dept", "Libellé département"),
    "insee": ("CODE INSEE", "INSEE", "Code commune", "COG", "Code géographique", "Code INSEE commune"),
    "commune": (
        *("Ville", "Commune", "Nom commune", "Libellé commune", "Communes concernées", "Commune principale"),
        *("Collectivité", "Nom de la ville", "Localisation", "Ville / commune"),
    ),
    "name": (
        *("Nom EcoQuartier", "EcoQuartier", "Nom du projet", "Projet", "Nom de l’opération", "Opération"),
        *("Nom du quartier", "Quartier", "Intitulé", "Intitulé du projet", "Intitulé de l’opération", "Nom de la ZAC"),
        *("Nom", "Nom du projet d’ÉcoQuartier", "Dénomination", "Libellé", "Libellé du projet"),
    ),
    "population": ("Population", "Population communale", "Population commune", "Nombre d’habitants commune"),
    "urban_kind": ("Commune rurale ou urbaine", "Rural / urbain", "Urbain / rural", "Type de commune"),
    "territorial_situation": ("Situation territoriale", "Zonage INSEE", "Zonage en aires urbaines"),
    "site_situation": ("Situation du quartier", "Localisation du quartier", "Situation"),
    "operation_types": ("Type d’opération", "Type de projet", "Nature de l’opération", "Type"),
    "inhabitants": (
        *("Nombre d’habitants dans le quartier", "Nombre d’habitants", "Habitants", "Habitants prévus"),
        *("Population du quartier", "Nombre d’habitants prévus"),
    ),
    "dwellings": (
        "Nombre de logements",
        "Logements",
        "Nombre total de logements",
        "Total logements",
        "Logements prévus",
    ),
    "social_dwellings": (
        *(
            "Nombre de logements sociaux",
            "Logements sociaux",
            "Dont logements sociaux",
            "LLS",
            "Logements locatifs sociaux",
        ),
        *("Dont sociaux", "Nombre de LLS"),
    ),
    "area_ha": (
        *("Superficie du quartier (ha)", "Superficie du quartier", "Superficie (ha)", "Superficie", "Surface (ha)"),
        *("Surface", "Surface du quartier", "Surface (m²)", "Superficie (m²)", "Surface en hectares", "Hectares"),
    ),
    "planner": ("EPA", "Établissement public d’aménagement", "Aménageur EPA"),
    "is_anru": ("ANRU", "NPNRU", "PNRU", "ANRU/NPNRU", "Projet ANRU", "Quartier ANRU"),
    "is_pnr": ("PNR", "Parc naturel régional"),
    "calls": ("Appels à projets", "AAP", "Participation aux appels à projets"),
    "charter": ("Charte", "Charte signée", "Signature charte", "Charte ÉcoQuartier", "Signataire de la charte"),
    "charter_date": ("Date charte", "Date de signature", "Date de signature de la charte"),
    "engaged_in": ("Année d’engagement", "Engagé en", "Date d’engagement"),
    "labelled_in": ("Année de labellisation", "Labellisé en", "Année label", "Date label", "Date de labellisation"),
    "evaluation_grant": ("Dotation Evaluation", "Dotation", "Subvention évaluation", "Dotation évaluation (€)"),
    "progress": ("Avancement dans la démarche", "Avancement", "État d’avancement", "Avancement label"),
}

# With a year beside them: « Candidat 2013 », « Résultat de la campagne 2014 », « 2017 – Décision CN ».
YEARLY = {
    "candidate": ("Candidat", "Candidats", "Candidature", "Candidatures", "Dossier", "Dépôt", "Candidat label"),
    "result": (
        *("Résultat", "Résultats", "Décision", "Décision CN", "CN", "Commission nationale", "Avis CN", "Label"),
        *("Résultat label", "Labellisation", "Résultat CN", "Palmarès", "Labellisés"),
    ),
    "joined_call": ("AAP", "Appel à projets", "Appel à projet", "Lauréat AAP", "Participation AAP", "Concours"),
}
CALLS = (2009, 2011)

# These words of a heading change nothing to what it announces.
_SILENT = re.compile(r"a|aux?|de?|des|du|en|et|la?|les?|no?|numero|par|campagne|annee|session|total")
_SAME = {
    **dict.fromkeys(("nb", "nbre", "nbr"), "nombre"),
    **dict.fromkeys(("logt", "logts", "lgt", "lgts", "lgmts", "logement"), "logements"),
    **dict.fromkeys(("dept", "dpt", "dep", "departements"), "departement"),
    **dict.fromkeys(("hab", "habs", "habitant"), "habitants"),
    **dict.fromkeys(("eco", "ecoquartiers"), "ecoquartier"),
    **dict.fromkeys(("com", "communes"), "commune"),
    "projets": "projet",
    "social": "sociaux",
}
_YEAR = re.compile(r"20(?:09|1\d|2\d)")
# Below this likeness, two headings are two columns.
CLOSE_ENOUGH = 0.9


def heading_key(text: str) -> str:
    """Return a heading as it is compared: its telling words, without accents, case nor punctuation."""
    words = re.findall(r"[0-9a-z]+", sort_key(text.replace("²", "2").replace("°", " ")))
    telling = [_SAME.get(word, word) for word in words if not _SILENT.fullmatch(word)]
    return "".join(telling).replace("ecoquartierquartier", "ecoquartier")


def _table(headings: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """Key → field, each key announcing one field."""
    return {heading_key(label): field for field, labels in headings for label in labels}


# At least one of these must be there: a list of something else may well have a commune, a name and a population.
TELLING = {"charter", "charter_date", "calls", "engaged_in", "labelled_in", "progress"}


def is_telling(field: str, label: str) -> bool:
    """Whether a column could only be one of a sheet on ÉcoQuartiers."""
    return field in TELLING or field.partition("_")[0] in ("candidate", "joined") or "ecoquartier" in heading_key(label)


_FIELD_OF = _table(HEADINGS.items())
_YEARLY = _table(YEARLY.items())


def field_of(label: str) -> str | None:
    """The field that a heading announces (`result_2014` for one of a year), or None when it is unknown."""
    key = heading_key(label)
    if not key:
        return None
    return _FIELD_OF.get(key) or _of_a_year(key) or _closest(key)


def is_yearly(label: str) -> bool:
    """Whether a heading only tells something with a year, which it does not bear."""
    return heading_key(label) in _YEARLY


def _of_a_year(key: str) -> str | None:
    """The field of a heading that names one year; a year alone is a result."""
    years = _YEAR.findall(key)
    if len(set(years)) != 1:
        return None
    rest = _YEAR.sub("", key)
    kind = _YEARLY.get(rest) if rest else "result"
    if kind is None and len(rest) > 5:
        close = get_close_matches(rest, _YEARLY, n=1, cutoff=CLOSE_ENOUGH)
        kind = _YEARLY[close[0]] if close else None
    if kind is None or (kind == "joined_call" and int(years[0]) not in CALLS):
        return None
    return f"{kind}_{years[0]}"


def _closest(key: str) -> str | None:
    """The field whose heading was written with a typing error."""
    close = get_close_matches(key, _FIELD_OF, n=1, cutoff=CLOSE_ENOUGH) if len(key) > 5 else []
    return _FIELD_OF[close[0]] if close else None
