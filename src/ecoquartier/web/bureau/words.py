"""What the pages of the bureau say in the same words."""

from django.utils.translation import gettext_lazy as _

HOME = (_("Pilotage"), "bureau:home")
REFUSAL = _("Ces pages sont celles du bureau national.")
