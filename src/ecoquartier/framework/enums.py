"""Vocabulary of the référentiel."""

from django.db.models import TextChoices
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


class Direction(TextChoices):
    """Which way is better."""

    HIGHER = "higher", _("plus haut est mieux")
    LOWER = "lower", _("plus bas est mieux")
    CONTEXT = "context", _("selon le contexte")
