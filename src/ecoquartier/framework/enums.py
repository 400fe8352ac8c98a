"""Vocabulary of the référentiel."""

from django.db.models import TextChoices
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


class Provenance(TextChoices):
    """Who wrote a piece of the référentiel."""

    OFFICIAL = "official", _("texte officiel")
    INDICATIVE = "indicative", _("contenu indicatif")


class IndicatorKind(TextChoices):
    """What a value of an indicator is."""

    INTEGER = "integer", _("nombre entier")
    DECIMAL = "decimal", _("nombre")
    PERCENT = "percent", _("pourcentage")
    BOOLEAN = "boolean", _("oui ou non")
    TEXT = "text", _("texte")

    def with_unit(self, unit: str) -> str:
        """« Nombre (m²/habitant) »; a percentage, a yes or a no say it by themselves."""
        name = capfirst(self.label)
        return name if not unit or self in (IndicatorKind.PERCENT, IndicatorKind.BOOLEAN) else f"{name} ({unit})"


WORDS = (IndicatorKind.TEXT, IndicatorKind.BOOLEAN)
"""Kinds that no formula gives: only a number is computed."""


class Direction(TextChoices):
    """Which way is better."""

    HIGHER = "higher", _("plus haut, c’est mieux")
    LOWER = "lower", _("plus bas, c’est mieux")
    CONTEXT = "context", _("selon le contexte")


class VersionState(TextChoices):
    """The life of a version."""

    DRAFT = "draft", _("brouillon")
    PUBLISHED = "published", _("publiée")
    RETIRED = "retired", _("retirée")


class ElementKind(TextChoices):
    """What of a version has a counterpart in the next one."""

    COMMITMENT = "commitment", _("engagement")
    NOTION = "notion", _("notion")
    INDICATOR = "indicator", _("indicateur")


class Change(TextChoices):
    """What becomes of an element from one version to the next."""

    SAME = "same", _("identique")
    RENAMED = "renamed", _("renommé")
    MOVED = "moved", _("déplacé")
    MERGED = "merged", _("fusionné")
    SPLIT = "split", _("scindé")
    REMOVED = "removed", _("retiré")
    NEW = "new", _("nouveau")


class SupplementState(TextChoices):
    """The life of what a territory adds."""

    DRAFT = "draft", _("en préparation")
    PROPOSED = "proposed", _("proposée")
    PUBLISHED = "published", _("publiée")
    WITHDRAWN = "withdrawn", _("retirée")
