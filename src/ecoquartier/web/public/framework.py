"""The référentiel: its commitments by dimension, and a page for each."""

from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.campaigns.queries import current_framework
from ecoquartier.framework import queries as framework
from ecoquartier.framework.enums import Provenance
from ecoquartier.framework.models import Commitment, Framework
from ecoquartier.web.shared.views import DetailPage, TemplatePage
from ecoquartier.web.templatetags.typography import french

# Short French titles published by the United Nations.
GOALS = (
    "Pas de pauvreté",
    "Faim «\u00a0zéro\u00a0»",
    "Bonne santé et bien-être",
    "Éducation de qualité",
    "Égalité entre les sexes",
    "Eau propre et assainissement",
    "Énergie propre et d’un coût abordable",
    "Travail décent et croissance économique",
    "Industrie, innovation et infrastructure",
    "Inégalités réduites",
    "Villes et communautés durables",
    "Consommation et production responsables",
    "Mesures relatives à la lutte contre les changements climatiques",
    "Vie aquatique",
    "Vie terrestre",
    "Paix, justice et institutions efficaces",
    "Partenariats pour la réalisation des objectifs",
)
CHALLENGES = {
    "sobriete": gettext_lazy("sobriété"),
    "resilience": gettext_lazy("résilience"),
    "inclusion": gettext_lazy("inclusion"),
    "creation_de_valeur": gettext_lazy("création de valeur"),
}


def goal(number: int) -> str:
    """« 11. Villes et communautés durables »."""
    return f"{number}. {GOALS[number - 1]}" if 0 < number <= len(GOALS) else str(number)


class FrameworkPage(TemplatePage):
    """`/referentiel/`: the version of the current campaign, or the newest one."""

    public = True
    template_name = "public/framework.html"
    title = gettext_lazy("Le référentiel")
    description = gettext_lazy("Les engagements du référentiel ÉcoQuartier, leurs questions et leurs indicateurs.")

    @cached_property
    def framework(self) -> Framework | None:
        """The version shown."""
        return current_framework()

    def get_eyebrow(self) -> str:
        return self.framework.title if self.framework else ""

    def get_lead(self) -> str:
        return _("Un cadre commun pour concevoir, réaliser, suivre et évaluer un projet d’aménagement durable.")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        dimensions = list(framework.dimensions_of(self.framework)) if self.framework else []
        return super().get_context_data(framework=self.framework, dimensions=dimensions, **kwargs)


class CommitmentPage(DetailPage):
    """`/referentiel/<code>/<number>/`."""

    public = True
    scope = framework.commitments_for
    template_name = "public/commitment.html"
    context_object_name = "commitment"
    breadcrumb = ((gettext_lazy("Le référentiel"), "public:framework"),)

    def get_lookup(self) -> dict[str, Any]:
        return {"framework": self.kwargs["code"], "number": self.kwargs["number"]}

    def get_title(self) -> str:
        return french(self.object)

    def get_eyebrow(self) -> str:
        return french(f"{self.object.framework.title}, {self.object.dimension.title}")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        commitment: Commitment = self.object
        return super().get_context_data(
            notions=commitment.notions.all(),
            indicators=commitment.indicators.all(),
            goals=[goal(number) for number in commitment.sdgs],
            challenges=[CHALLENGES.get(code, code) for code in commitment.challenges],
            indicative=Provenance.INDICATIVE,
            previous=framework.neighbour(commitment, -1),
            following=framework.neighbour(commitment, 1),
            **kwargs,
        )
