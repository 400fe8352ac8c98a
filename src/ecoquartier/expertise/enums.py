"""Vocabulary of the expertise."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TeamPart(TextChoices):
    """An expert's part in the team."""

    COORDINATOR = "coordinator", _("expert coordonnateur")
    SECOND = "second", _("second expert")


class AssignmentState(TextChoices):
    """Life of an assignment."""

    PROPOSED = "proposed", _("proposée")
    ACCEPTED = "accepted", _("acceptée")
    DECLINED = "declined", _("déclinée")


class ReportState(TextChoices):
    """A report is written, then sealed for good."""

    DRAFT = "draft", _("en cours")
    SEALED = "sealed", _("scellée")


class SynthesisState(TextChoices):
    """The coordinator writes and proposes; the second approves."""

    DRAFT = "draft", _("en cours")
    PROPOSED = "proposed", _("soumise au second expert")
    APPROVED = "approved", _("approuvée")


class Proposal(TextChoices):
    """What experts propose to the commission."""

    FAVOURABLE = "favourable", _("favorable")
    ADJOURN = "adjourn", _("ajournement")
    LOWER = "lower", _("étape inférieure")


class ExpertiseStage(TextChoices):
    """Computed from the current members' seals, never from dates."""

    INDEPENDENT = "independent", _("expertises indépendantes")
    CONSOLIDATING = "consolidating", _("synthèse commune")
    CLOSED = "closed", _("close")
