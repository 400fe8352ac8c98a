"""Acts whose effects are read before they are done: the first sending shows them, the second does it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.forms import CharField, HiddenInput
from django.http import HttpRequest, HttpResponse

from ecoquartier.core.canonical import canonical_json, sha256_hex
from ecoquartier.web.shared.forms import Form
from ecoquartier.web.shared.views import FormPage

UNSEEN = frozenset({"csrfmiddlewaretoken", "seen", "reason"})


class SeenForm(Form):
    """A form whose effects are read before it acts; `seen` marks what was read."""

    seen = CharField(required=False, widget=HiddenInput)

    def mark(self) -> str:
        """What was sent, the reason aside, in one short word: when it changes, the effects are shown again."""
        sent = {name: self.data.getlist(name) for name in sorted(self.data) if name not in UNSEEN}
        return sha256_hex(canonical_json(sent))[:16]

    def values(self) -> dict[str, Any]:
        """What the service is given."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class ShownFirst(FormPage, ABC):
    """Nothing is done that was not shown just before: what changed in between is shown again."""

    confirm_label: str = ""
    preview: Any = None

    @abstractmethod
    def get_preview(self, values: dict[str, Any]) -> Any:
        """What the page shows of what would be done.

        Raises:
            DomainError, ValidationError: it cannot hold.
        """

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Show the effects, unless they are those that were just read."""
        form = self.get_form()
        if not form.is_valid() or form.cleaned_data["seen"] == form.mark():
            return super().post(request, *args, **kwargs)
        with form.refusals():
            self.preview = self.get_preview(form.values())
        if form.errors:
            return self.form_refused(form)
        self.submit_label = self.confirm_label
        return self.render_to_response(self.get_context_data(form=seen_as(form, form.mark())))

    def form_refused(self, form: SeenForm) -> HttpResponse:
        """The form again, its effects to be read again."""
        return super().form_refused(seen_as(form, ""))


def seen_as(form: SeenForm, mark: str) -> SeenForm:
    """The form, as it is sent back with what was shown."""
    form.data = form.data.copy()
    form.data["seen"] = mark
    return form
