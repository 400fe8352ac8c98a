"""States of a session of the support mode."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SupportState(TextChoices):
    """Asked, then opened for a time or refused; an opened one ends by hand or by the clock."""

    ASKED = "asked", _("à ouvrir")
    OPENED = "opened", _("ouverte")
    REFUSED = "refused", _("refusée")
    ENDED = "ended", _("finie")
