"""Import of the ministry's tracking sheet: a file, what it holds, then the import (`operations.services.legacy`)."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import View

from ecoquartier.operations.domain.legacy import CharterState, PlannedOperation, Result
from ecoquartier.operations.services.legacy import ImportReport, import_operations, plan_import, preview
from ecoquartier.web.bureau import kept, words
from ecoquartier.web.bureau.forms import UploadForm
from ecoquartier.web.shared.views import AccessMixin, ConfirmPage, FormPage

SHOWN = 20
FORMULA = ("=", "+", "-", "@", "\t", "\r")
RESULTS = {
    Result.LABELLED: gettext_lazy("label"),
    Result.ENGAGED: gettext_lazy("engagé"),
    Result.ADJOURNED: gettext_lazy("ajourné"),
    Result.UNKNOWN: gettext_lazy("résultat inconnu"),
}


class Upload(FormPage):
    """The file; a wrong one is told so in a sentence, and nothing is kept of it."""

    permission = "operations.import"
    refusal = words.REFUSAL
    title = gettext_lazy("Reprendre les opérations de 2009 à 2016")
    lead = gettext_lazy("Déposez le tableau de suivi : vous lirez ce qu’il contient avant que rien ne soit écrit.")
    breadcrumb = (words.HOME,)
    template_name = "bureau/import.html"
    form_class = UploadForm
    submit_label = gettext_lazy("Lire le fichier")

    def perform(self, form: UploadForm) -> UUID:
        data = form.cleaned_data["file"].read()
        plan_import(data)
        return kept.keep(data)

    def get_success_url(self, result: UUID) -> str:
        return resolve_url("bureau:import-preview", key=result)


class OfFile:
    """Pages about a kept file: 404 once it has served."""

    permission = "operations.import"
    refusal = words.REFUSAL
    kwargs: dict[str, Any]

    def load(self) -> None:
        """The permission first: a file is opened for those who may import it."""
        super().load()
        self.data = kept.read(self.kwargs["key"])

    @cached_property
    def found(self):
        """(plan, report) of the file as an import would do it now."""
        return preview(self.data)


class Preview(OfFile, ConfirmPage):
    """What the file holds, then its import."""

    title = gettext_lazy("Relire avant d’importer")
    breadcrumb = (words.HOME, (gettext_lazy("Import"), "bureau:import"))
    template_name = "bureau/import_preview.html"
    submit_label = gettext_lazy("Importer")

    def perform(self, form) -> ImportReport:
        report = import_operations(self.data, actor=self.actor)
        kept.forget(self.kwargs["key"])
        return report

    def get_success_message(self, result: ImportReport) -> str:
        return _(
            "Import terminé. Opérations inscrites\u00a0: %(imported)s\u00a0; déjà connues\u00a0: %(unchanged)s\u00a0; "
            "lignes non placées\u00a0: %(skipped)s."
        ) % {"imported": result.imported, "unchanged": result.unchanged, "skipped": len(result.skipped)}

    def get_success_url(self, result: ImportReport) -> str:
        return resolve_url("bureau:home")

    def get_obstacles(self) -> list[str]:
        _plan, report = self.found
        return [] if report.imported else [_("Toutes les opérations de ce fichier sont déjà au registre.")]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        plan, report = self.found
        return super().get_context_data(
            report=report,
            rows=[(row, _facts(row)) for row in plan.operations[:SHOWN]],
            total=len(plan.operations),
            skipped=report.skipped[:SHOWN],
            skipped_count=len(report.skipped),
            warnings=report.warnings[:SHOWN],
            warnings_count=len(report.warnings),
            report_url=resolve_url("bureau:import-report", key=self.kwargs["key"]),
            **kwargs,
        )


def _facts(planned: PlannedOperation) -> str:
    """What the sheet tells of one operation, in a line."""
    facts, parts = planned.facts, []
    if facts.charter and facts.charter.state == CharterState.SIGNED:
        parts.append(_("charte %(year)s") % {"year": facts.charter.year} if facts.charter.year else _("charte signée"))
    parts += [f"{RESULTS[candidacy.result]} {candidacy.year}" for candidacy in facts.candidacies]
    if facts.dwellings:
        parts.append(_("%(n)s logements") % {"n": facts.dwellings})
    return ", ".join(parts)


class Report(OfFile, AccessMixin, View):
    """Every row that could not be placed and every value left aside, to correct the sheet."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """A CSV for a spreadsheet."""
        _plan, report = self.found
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";")
        writer.writerow([_("ligne"), _("nature"), _("explication"), _("contenu")])
        for row in report.skipped:
            writer.writerow([row.line, _("non placée"), row.reason, _plain(row.excerpt)])
        for line, sentence in report.warnings:
            writer.writerow([line, _("à vérifier"), _plain(sentence), ""])
        # The mark tells spreadsheets that it is UTF-8.
        response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="rapport-import.csv"'
        return response


def _plain(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
