"""Import of older operations: a file, what it holds, its import in the background, and the reports of past ones."""

from __future__ import annotations

import io
from collections import Counter
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import View

from ecoquartier.access.scopes import imports_visible_to
from ecoquartier.operations.domain.legacy.report import ReportLine, write_report
from ecoquartier.operations.enums import ImportOutcome, ImportState
from ecoquartier.operations.models import LegacyImport
from ecoquartier.operations.queries import register_changed_since
from ecoquartier.operations.services import imports
from ecoquartier.operations.workflow import IMPORT_WORKFLOW, ImportStep
from ecoquartier.web.bureau import words
from ecoquartier.web.bureau.forms import UploadForm
from ecoquartier.web.shared.pagination import paginate
from ecoquartier.web.shared.responses import is_htmx
from ecoquartier.web.shared.views import ActionView, DetailPage, FormPage
from ecoquartier.web.shared.views.access import AccessMixin, ObjectMixin

SHOWN = 50
PAST = 20
TONES = {ImportState.READ: "wait", ImportState.RUNNING: "info", ImportState.DONE: "ok"}
# Those that ask for somebody’s eye come first.
VIEWS = {
    ImportOutcome.SKIPPED: ("non-placees", gettext_lazy("Non placées")),
    ImportOutcome.DOUBT: ("a-verifier", gettext_lazy("À vérifier")),
    ImportOutcome.COMPLETED: ("completees", gettext_lazy("Complétées")),
    ImportOutcome.MERGED: ("reunies", gettext_lazy("Réunies")),
    ImportOutcome.KNOWN: ("connues", gettext_lazy("Déjà au registre")),
    ImportOutcome.IMPORTED: ("inscrites", gettext_lazy("Inscrites")),
}


class Upload(FormPage):
    """The file, and the imports made so far; a wrong file is told so in a sentence, and nothing is kept of it."""

    permission = "operations.import"
    refusal = words.REFUSAL
    title = gettext_lazy("Reprendre les opérations de 2009 à 2016")
    lead = gettext_lazy("Déposez le tableau de suivi\u00a0: vous lirez ce qu’il contient avant que rien ne soit écrit.")
    breadcrumb = (words.HOME,)
    template_name = "bureau/import.html"
    form_class = UploadForm
    submit_label = gettext_lazy("Lire le fichier")

    def perform(self, form: UploadForm) -> LegacyImport:
        file = form.cleaned_data["file"]
        return imports.receive(file.name, file.read(), actor=self.actor)

    def get_success_url(self, result: LegacyImport) -> str:
        return resolve_url("bureau:import-file", pk=result.pk)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        rows = imports_visible_to(self.actor).defer("report", "notes").select_related("made_by")[:PAST]
        return super().get_context_data(past=[(row, TONES[row.state]) for row in rows], **kwargs)


class ImportPage(DetailPage):
    """One file: what it holds while it waits, how far its import is, then its report."""

    scope = imports_visible_to
    permission = "operations.import"
    refusal = words.REFUSAL
    breadcrumb = (words.HOME, (gettext_lazy("Import"), "bureau:import"))
    template_name = "bureau/import_file.html"
    fragment_template = "bureau/import_progress.html"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The page; to who follows the import, its progress alone, then the whole page once it has ended."""
        if is_htmx(request) and self.object.state != ImportState.RUNNING:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return super().get(request, *args, **kwargs)

    @cached_property
    def counts(self) -> Counter[str]:
        """Lines of the report by outcome."""
        return Counter(line[1] for line in self.object.report)

    @property
    def nothing(self) -> str:
        """Why importing this file would write nothing; empty when it would."""
        if not self.object.total:
            return _("Aucune opération de ce fichier n’a pu être placée.")
        if not (self.counts[ImportOutcome.IMPORTED] or self.counts[ImportOutcome.COMPLETED]):
            return _("Tout ce que dit ce fichier est déjà au registre\u00a0: il n’y a rien à importer.")
        return ""

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        state = self.object.state
        start = IMPORT_WORKFLOW.offer(ImportStep.START, self.object, self.actor)
        return super().get_context_data(
            badge=(self.object.get_state_display(), TONES[state]),
            is_running=state == ImportState.RUNNING,
            is_done=state == ImportState.DONE,
            start=start,
            nothing=self.nothing,
            is_outdated=state == ImportState.READ and register_changed_since(self.object.made_at),
            **self._lines(),
            **kwargs,
        )

    def _lines(self) -> dict[str, Any]:
        """The lines of one outcome, a page of them, and the way to the others."""
        shown = [outcome for outcome in VIEWS if self.counts[outcome]]
        asked = self.request.GET.get("lignes")
        current = next((o for o in shown if VIEWS[o][0] == asked), shown[0] if shown else None)
        rows = [ReportLine(*line) for line in self.object.report if line[1] == current]
        nav = paginate(rows, self.request, by=SHOWN)
        return {
            "views": [
                (f"?lignes={VIEWS[outcome][0]}", VIEWS[outcome][1], self.counts[outcome], outcome == current)
                for outcome in shown
            ],
            "rows": nav.page.object_list,
            "caption": VIEWS[current][1] if current else "",
            "nav": nav,
        }


class FileAct(ActionView):
    """What is done with a file, then its page."""

    scope = imports_visible_to
    permission = "operations.import"
    refusal = words.REFUSAL

    def get_next_url(self, result: LegacyImport) -> str:
        return resolve_url("bureau:import-file", pk=self.object.pk)

    def get_fallback_url(self) -> str:
        return self.get_next_url(self.object)


class ReadAgain(FileAct):
    """The file is read against the register of now."""

    service = imports.read_again
    success_message = gettext_lazy("Le fichier est lu de nouveau.")


class Start(FileAct):
    """The import begins, in the background."""

    service = imports.start_later
    success_message = gettext_lazy("L’import est lancé\u00a0: vous pouvez quitter cette page, le rapport y restera.")


class Report(ObjectMixin, AccessMixin, View):
    """What becomes of every line, to correct the sheet."""

    scope = imports_visible_to
    permission = "operations.import"
    refusal = words.REFUSAL

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """A CSV for a spreadsheet."""
        text = io.StringIO(newline="")
        write_report(text, (ReportLine(*line) for line in self.object.report), self.object.notes)
        response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="rapport-import.csv"'
        return response
