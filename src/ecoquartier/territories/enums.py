"""Kinds of rows in the register of communes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CommuneKind(models.TextChoices):
    """Only `COMMUNE` rows can hold an operation; the others lead to their successor."""

    COMMUNE = "commune", _("commune")
    FORMER = "former", _("ancienne commune")
    DISTRICT = "district", _("arrondissement municipal")
