"""What becomes of each element from one version to the next, and what it does to what was written."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.framework.domain.comparison import change_label, compare
from ecoquartier.framework.domain.contents import Element, Link, Version, elements
from ecoquartier.framework.domain.mapping import effect_on_answers, faults
from ecoquartier.framework.enums import Change, ElementKind, VersionState
from ecoquartier.framework.queries import contents_of
from ecoquartier.framework.services import mapping
from ecoquartier.notebooks.queries import answers_by_commitment
from ecoquartier.web.bureau.framework import OnVersion
from ecoquartier.web.bureau.framework_forms import LinkForm
from ecoquartier.web.shared.views import ActionView, DetailPage, FormPage

TONES = {Change.SAME: "neutral", Change.REMOVED: "bad", Change.NEW: "ok"}


class AfterAnother(OnVersion):
    """A version that follows another one."""

    def load(self) -> None:
        """404 for a version that begins by itself."""
        super().load()
        if self.object.based_on is None:
            raise Http404

    @cached_property
    def before(self) -> Version:
        """The version that it follows."""
        return contents_of(self.object.based_on)

    @cached_property
    def after(self) -> Version:
        """The version itself."""
        return contents_of(self.object)


class MappingPage(AfterAnother, FormPage):
    """The table, what it lacks, what it would do; in a draft, a form to say what some elements become."""

    title = gettext_lazy("Table de correspondance")
    template_name = "bureau/framework_mapping.html"
    form_class = LinkForm
    submit_label = gettext_lazy("Fixer")
    success_message = gettext_lazy("La table est à jour.")

    def perform(self, form: LinkForm):
        return mapping.link(self.object, actor=self.actor, **form.cleaned_data)

    def get_success_url(self, result: Any) -> str:
        return resolve_url("bureau:framework-mapping", code=self.object.pk)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        old, new = elements(self.before), elements(self.after)
        return super().get_context_data(
            framework=self.object,
            is_draft=self.object.state == VersionState.DRAFT,
            lines=[
                _words(line, old.get((line.kind, line.old)), new.get((line.kind, line.new)))
                for line in self.after.mapping
            ],
            faults=faults(self.before, self.after, self.after.mapping),
            effect=effect_on_answers(self.after.mapping, answers_by_commitment(self.object.based_on)),
            **kwargs,
        )


def _words(line: Link, old: Element | None, new: Element | None) -> tuple[object, ...]:
    """A line as the page shows it: kind, old, change, tone, new; what is said identical may have other words."""
    is_reworded = line.change == Change.SAME and old is not None and new is not None and old.texts != new.texts
    change = change_label(line.change, True) if is_reworded else Change(line.change).label
    return ElementKind(line.kind).label, old, change, TONES.get(Change(line.change), "wait"), new


class CompleteMapping(OnVersion, ActionView):
    """A line proposed for each element that has none."""

    service = staticmethod(mapping.complete_mapping)
    success_message = gettext_lazy("La table est complétée\u00a0: relisez-la.")

    def get_next_url(self, result: Any) -> str:
        return resolve_url("bureau:framework-mapping", code=self.object.pk)


class Comparison(AfterAnother, DetailPage):
    """The two versions side by side, with the words that differ."""

    template_name = "bureau/framework_comparison.html"
    context_object_name = "framework"

    def get_title(self) -> str:
        return _("Ce qui change")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        rows = compare(self.before, self.after, self.after.mapping)
        return super().get_context_data(rows=[row for row in rows if row.has_changed], **kwargs)
