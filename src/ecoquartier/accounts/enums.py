"""States of a session of the support mode; what the public asks about."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SupportState(TextChoices):
    """Asked, then opened for a time or refused; an opened one ends by hand or by the clock."""

    ASKED = "asked", _("à ouvrir")
    OPENED = "opened", _("ouverte")
    REFUSED = "refused", _("refusée")
    ENDED = "ended", _("finie")


class Topic(TextChoices):
    """What a question of the public is about: it decides who answers."""

    OPERATION = "operation", _("une opération, ou un projet de quartier")
    LABEL = "label", _("le label et ses étapes")
    ACCOUNT = "account", _("un compte, une connexion")
    PERSONAL_DATA = "data", _("mes données personnelles")
    ACCESSIBILITY = "accessibility", _("l’accessibilité du site")
    OTHER = "other", _("autre chose")


LOCAL_TOPICS = (Topic.OPERATION, Topic.LABEL)
"""What the State services of the commune answer; the national bureau answers the rest."""
