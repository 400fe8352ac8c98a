"""Pages that inform: help, accessibility, legal notice, personal data, plan of the site. Short, and true of this very
installation.
"""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.campaigns.queries import current_campaign, current_framework
from ecoquartier.web.shared.views import TemplatePage


class InformationPage(TemplatePage):
    """A page of text that depends on settings only."""

    public = True

    def get_data_version(self) -> object:
        return settings.BASE_URL

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            is_demo=settings.DEMO,
            base_url=settings.BASE_URL,
            session_days=settings.SESSION_COOKIE_AGE // 86_400,
            **kwargs,
        )


class Help(InformationPage):
    """`/aide/`."""

    template_name = "public/help.html"
    title = gettext_lazy("Aide")
    lead = gettext_lazy("Qui fait quoi, dans quel ordre, et où le faire.")


class Accessibility(InformationPage):
    """`/accessibilite/`."""

    template_name = "public/accessibility.html"
    title = gettext_lazy("Accessibilité\u00a0: non conforme")


class Legal(InformationPage):
    """`/mentions-legales/`."""

    template_name = "public/legal.html"
    title = gettext_lazy("Mentions légales")

    def get_data_version(self) -> object:
        return super().get_data_version(), self.identity

    @property
    def identity(self) -> list[tuple[str, str]]:
        """Who answers for the site, as its operator says it in the settings."""
        return [
            (_("Éditeur"), settings.LEGAL_PUBLISHER),
            (_("Directeur de la publication"), settings.LEGAL_DIRECTOR),
            (_("Hébergeur"), settings.LEGAL_HOST),
        ]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        is_said = any(value for _label, value in self.identity)
        # Of a demonstration, that it is one comes first: nobody is missing there.
        identity = self.identity if is_said or not settings.DEMO else []
        return super().get_context_data(identity=identity, is_said=is_said, **kwargs)


class Privacy(InformationPage):
    """`/donnees-personnelles/`."""

    template_name = "public/privacy.html"
    title = gettext_lazy("Données personnelles")


class SitePlan(TemplatePage):
    """`/plan-du-site/`: every public page, by what one comes for."""

    public = True
    template_name = "public/site_plan.html"
    title = gettext_lazy("Plan du site")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        campaign = current_campaign()
        return super().get_context_data(
            campaign=campaign,
            stages=campaign.scheme.stages.all() if campaign else (),
            framework=current_framework(),
            **kwargs,
        )
