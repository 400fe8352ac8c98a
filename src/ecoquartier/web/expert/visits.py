"""The visit of the site: its date, then what was seen."""

from __future__ import annotations

from typing import Any

from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import dossiers_visible_to
from ecoquartier.core import clock
from ecoquartier.core.text import long_date
from ecoquartier.dossiers.enums import DossierState
from ecoquartier.expertise import services
from ecoquartier.expertise.models import SiteVisit
from ecoquartier.expertise.queries import visit_of
from ecoquartier.web.expert.forms import VisitForm, VisitReportForm
from ecoquartier.web.expert.pages import DossierHeader
from ecoquartier.web.shared.views import FormPage


class OfVisit(DossierHeader, FormPage):
    """A page about the visit of a dossier, which may have no date yet."""

    scope = dossiers_visible_to

    def load(self) -> None:
        """Find the dossier, then its visit."""
        super().load()
        self.visit: SiteVisit | None = visit_of(self.object)

    def get_success_url(self, result: SiteVisit) -> str:
        return resolve_url("expert:visit", pk=self.object.pk)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        """The visit, and whether this person may still change it."""
        is_open = self.object.state == DossierState.UNDER_EXPERTISE and not (self.visit and self.visit.reported_at)
        is_past = self.visit is not None and self.visit.visit_on <= clock.today()
        return super().get_context_data(
            visit=self.visit,
            may_write=is_open and self.actor.has_perm("expertise.visit", self.object),
            is_past=is_past,
            why_no_report=self.why_no_report(is_past=is_past),
            **kwargs,
        )

    def why_no_report(self, *, is_past: bool) -> str:
        """What the report of the visit waits for."""
        if self.visit is None:
            return _("La visite n’a pas encore de date.")
        return "" if is_past else _("La visite n’a pas encore eu lieu.")


class Visit(OfVisit):
    """The date for those who may set it, the report for those who may read it."""

    permission = "expertise.read_visit"
    template_name = "expert/visit.html"
    title = gettext_lazy("Visite de terrain")
    form_class = VisitForm
    submit_label = gettext_lazy("Fixer la date")

    def get_initial(self) -> dict[str, Any]:
        """The date already set."""
        if self.visit is None:
            return {}
        return {name: getattr(self.visit, name) for name in ("visit_on", "is_remote", "remote_reason")}

    def perform(self, form: VisitForm) -> SiteVisit:
        return services.date_visit(self.object, actor=self.actor, **form.cleaned_data)

    def get_success_message(self, result: SiteVisit) -> str:
        return _("La visite est fixée au %(day)s. Le porteur, le correspondant et l’équipe sont prévenus.") % {
            "day": long_date(result.visit_on)
        }


class VisitReport(OfVisit):
    """The report of the visit, once it has taken place."""

    permission = "expertise.visit"
    template_name = "expert/visit_report.html"
    title = gettext_lazy("Compte rendu de la visite")
    form_class = VisitReportForm
    submit_label = gettext_lazy("Déposer le compte rendu")
    success_message = gettext_lazy("Le compte rendu est au dossier.")

    def get_breadcrumb(self) -> list[tuple[str, str]]:
        """Under the visit."""
        return [*super().get_breadcrumb(), (_("Visite de terrain"), resolve_url("expert:visit", pk=self.object.pk))]

    def perform(self, form: VisitReportForm) -> SiteVisit:
        return services.report_visit(self.object, actor=self.actor, **form.cleaned_data)
