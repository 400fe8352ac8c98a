"""When an entry may be read."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Release(TextChoices):
    """From when those concerned may know that the act happened (rule 15)."""

    NOW = "now", _("tout de suite")
    ALL_SEALED = "all_sealed", _("toutes les expertises scellées")
    NOTIFIED = "notified", _("à la notification")
    PUBLISHED = "published", _("à la publication")
