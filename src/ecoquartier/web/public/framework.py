"""The référentiel as a guide: its commitments, by dimension, challenge, goal or word; its indicators; on paper."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import Http404
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.campaigns.queries import current_framework
from ecoquartier.framework import queries
from ecoquartier.framework.domain.contents import Version
from ecoquartier.framework.enums import Provenance, VersionState
from ecoquartier.framework.models import Framework, Indicator
from ecoquartier.web.public.framework_forms import FrameworkFilters, IndicatorFilters
from ecoquartier.web.public.framework_words import (
    compared_with,
    counts_of,
    is_indicative,
    measure_of,
    results,
    sections,
)
from ecoquartier.web.shared.views import ListPage, TemplatePage

FRAMEWORK = (gettext_lazy("Le référentiel"), "public:framework")


class InVersion:
    """What the pages of one version share: which one it is, and what they say of it when it is no longer in use."""

    public = True

    @cached_property
    def versions(self) -> list[Framework]:
        """Those that everybody reads, the latest first."""
        return list(queries.public_versions())

    @cached_property
    def framework(self) -> Framework | None:
        """The version of the address; 404 when there is none, or when it is a draft."""
        found = next((version for version in self.versions if version.pk == self.kwargs["code"]), None)
        if found is None:
            raise Http404
        return found

    @cached_property
    def current(self) -> Framework | None:
        """The one of the campaign; none before the référentiel is loaded."""
        return current_framework()

    @cached_property
    def replaced_by(self) -> Framework | None:
        """For a version that was retired, that of the campaign; the latest in use while the campaign keeps this one."""
        if self.framework is None or self.framework.state != VersionState.RETIRED:
            return None
        if self.current and self.current.pk != self.framework.pk:
            return self.current
        return next((version for version in self.versions if version.state == VersionState.PUBLISHED), None)

    def get_data_version(self) -> object:
        """What is published never changes: its state alone does, and which others there are."""
        shown, instead = (version and version.pk for version in (self.framework, self.replaced_by))
        return shown, instead, [(version.pk, version.state) for version in self.versions]

    def get_breadcrumb(self):
        """The référentiel, then the version."""
        return (FRAMEWORK, (self.framework.title, resolve_url("public:framework-version", code=self.framework.pk)))

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        """The version, for the template and for the notice of a version that was retired."""
        return super().get_context_data(
            framework=self.framework,
            replaced_by=self.replaced_by,
            indicative=Provenance.INDICATIVE,
            **kwargs,
        )


class WholeVersion(InVersion, TemplatePage):
    """A page that reads a whole version."""

    @cached_property
    def version(self) -> Version | None:
        """All that it says."""
        return queries.contents_of(self.framework) if self.framework else None


class VersionPage(WholeVersion):
    """`/referentiel/<code>/`: what it says, narrowed by the address."""

    template_name = "public/framework.html"
    breadcrumb = (FRAMEWORK,)
    description = gettext_lazy(
        "Les engagements du référentiel ÉcoQuartier, leurs questions et leurs indicateurs\u00a0: un guide pour "
        "concevoir un quartier durable, même sans demander le label."
    )

    def get_title(self) -> str:
        return self.framework.title

    def get_breadcrumb(self):
        return self.breadcrumb

    def get_lead(self) -> str:
        return _(
            "Les questions à se poser pour concevoir, réaliser, suivre et évaluer un quartier durable. "
            "Le label n’est pas nécessaire pour s’en servir."
        )

    def get_data_version(self) -> object:
        """A search also reads what territories add."""
        searched = self.framework and self.request.GET.get("q")
        return super().get_data_version(), searched and queries.supplements_version(self.framework)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        if self.version is None:
            return super().get_context_data(version=None, **kwargs)
        filters = FrameworkFilters(
            self.request.GET, version=self.version, challenges=queries.challenge_names(self.framework)
        )
        chosen = filters.filter(self.version.commitments)
        text = filters.cleaned_data.get("q", "")
        search = queries.find_in(self.version, self.framework, text) if text else None
        return super().get_context_data(
            version=self.version,
            filters=filters,
            search=search,
            results=results(search, self.version, chosen) if search else [],
            alone=[(word, n) for word, n in search.words.items() if n] if search else [],
            sections=sections(self.version, chosen),
            counts=counts_of(self.version, chosen),
            is_indicative=any(commitment.provenance == Provenance.INDICATIVE for commitment in chosen),
            others=[version for version in self.versions if version.pk != self.framework.pk],
            compared=compared_with(self.framework, self.versions),
            **kwargs,
        )


class FrameworkPage(VersionPage):
    """`/referentiel/`: the version of the current campaign, or the newest one."""

    title = gettext_lazy("Le référentiel")
    breadcrumb = ()

    @cached_property
    def framework(self) -> Framework | None:
        """The version shown."""
        return self.current

    def get_title(self) -> str:
        return str(self.title)

    def get_eyebrow(self) -> str:
        return self.framework.title if self.framework else ""


class PrintedVersion(WholeVersion):
    """`/referentiel/<code>/imprimer/`: a whole version on one page, made for paper."""

    template_name = "public/framework_print.html"

    def get_title(self) -> str:
        return self.framework.title

    def get_eyebrow(self) -> str:
        return _("Version à imprimer")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            version=self.version,
            sections=sections(self.version, self.version.commitments),
            counts=counts_of(self.version, self.version.commitments),
            is_indicative=is_indicative(self.version),
            **kwargs,
        )


class Indicators(InVersion, ListPage):
    """`/referentiel/<code>/indicateurs/`: every measure, what it is and which way is better."""

    template_name = "public/framework_indicators.html"
    title = gettext_lazy("Les indicateurs")
    lead = gettext_lazy("De quoi mesurer un projet. Aucun seuil n’est imposé\u00a0: chaque projet fixe ses cibles.")
    description = gettext_lazy("Les indicateurs du référentiel ÉcoQuartier\u00a0: unité, sens, méthode, calcul.")
    scope = queries.public_indicators
    paginate_by = 50
    empty_text = gettext_lazy("Cette version n’a pas d’indicateur.")
    empty_filtered_text = gettext_lazy("Aucun indicateur ne sert cet enjeu.")

    def get_eyebrow(self) -> str:
        return self.framework.title

    def get_queryset(self):
        return super().get_queryset().filter(framework=self.framework)

    def get_filter_form(self) -> IndicatorFilters:
        return IndicatorFilters(self.request.GET, challenges=queries.challenge_names(self.framework))

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows: list[Indicator] = context["rows"]
        return context | {
            "rows": [(indicator, measure_of(indicator)) for indicator in rows],
            "chosen": self.request.GET.get("enjeu", ""),
            "is_indicative": any(indicator.provenance == Provenance.INDICATIVE for indicator in rows),
        }
