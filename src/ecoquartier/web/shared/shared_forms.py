"""Forms that several people, or several windows of one person, hold open at once: nothing is replaced unseen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import localize_input
from django.utils.translation import gettext_lazy as _

from ecoquartier.core.text import french_number, long_date
from ecoquartier.web.shared.forms import Form


class SharedForm(Form):
    """Sends back what was shown beside what was typed: only what this window changed is saved.

    What somebody else saved meanwhile in the same field is shown once, in `theirs`; sent again, the form replaces it
    on purpose. A field that this window left alone says what is held now: a form refused because of it tells so in
    `theirs` too. `initial` must be what is held now, whatever the request.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._asked: list[tuple[str, str]] = []
        self._renewed: list[tuple[str, str]] = []
        self.add_fields()
        for name, field in self.fields.items():
            field.show_hidden_initial = True
            shown = self.add_initial_prefix(name)
            # A list of which nothing was ticked sends nothing. Said here: drawn again after an error, the form would
            # else tell that what was just ticked was shown so.
            is_list = isinstance(field.hidden_widget(), forms.MultipleHiddenInput)
            if self.is_bound and is_list and shown not in self.data:
                self.data.setlist(shown, [])

    def add_fields(self) -> None:
        """Add the fields that the class does not know."""

    @property
    def theirs(self) -> list[tuple[str, str]]:
        """(label, words) of what was saved meanwhile: what this window would replace, then what it may contradict."""
        return [*self._asked, *(self._renewed if self.errors else ())]

    def full_clean(self) -> None:
        """What somebody else saved is checked with what was typed; once every fault is told, what both changed."""
        if self.is_bound:
            self._renew_what_was_left()
        super().full_clean()
        if self.is_bound:
            self._tell_what_changed()

    def _renew_what_was_left(self) -> None:
        """Let each field that this window left alone say what was saved since it was shown."""
        for name in [name for name in self.fields if name not in self.changed_data]:
            bound = self[name]
            now = self._held(bound)
            if bound.html_initial_name in self.data and now != _shown(self, bound):
                self._show_held(bound, bound.html_name, bound.html_initial_name)
                self._renewed.append((bound.label, words_of(bound.field, now)))

    def _tell_what_changed(self) -> None:
        """Refuse once each field that this window changed and that was saved since it was shown.

        What was saved becomes what was shown: the same form sent again replaces it on purpose.
        """
        for name in self.changed_data:
            bound = self[name]
            now = self._held(bound)
            if name not in self.cleaned_data or now in (_shown(self, bound), self.cleaned_data[name]):
                continue
            self._asked.append((bound.label, words_of(bound.field, now)))
            self._show_held(bound, bound.html_initial_name)
            self.add_error(
                name,
                _(
                    "Une autre personne, ou une autre de vos fenêtres, a changé ce champ depuis que vous l’avez "
                    "ouvert. Lisez ce qui est enregistré\u00a0; enregistrez de nouveau pour garder ce que vous avez "
                    "écrit."
                ),
            )

    def _held(self, bound: forms.BoundField) -> Any:
        """What is saved in a field, as the field understands it."""
        return bound.field.to_python(bound.field.prepare_value(self.initial.get(bound.name)))

    def _show_held(self, bound: forms.BoundField, *names: str) -> None:
        """Write what is saved in a field in place of what was sent under these names."""
        held = bound.field.prepare_value(self.initial.get(bound.name))
        for name in names:
            if isinstance(held, list):
                self.data.setlist(name, held)
            else:
                self.data[name] = "" if held is None else str(localize_input(held))

    def changed_values(self) -> dict[str, Any]:
        """The fields that this window changed, with their new values."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


def _shown(form: SharedForm, bound: forms.BoundField) -> Any:
    """What a field said when the form was opened, as sent back with it."""
    sent = bound.field.hidden_widget().value_from_datadict(form.data, form.files, bound.html_initial_name)
    try:
        return bound.field.to_python(sent)
    except ValidationError:
        return sent


def words_of(field: forms.Field, value: Any) -> str:
    """A value of a field, as it reads."""
    if isinstance(field, forms.ChoiceField):
        labels = dict(field.choices)
        codes = value if isinstance(value, list) else [value]
        value = [str(labels.get(code, code)) for code in codes]
    if isinstance(value, list):
        value = ", ".join(value)
    elif isinstance(value, date):
        value = long_date(value)
    elif isinstance(value, (int, Decimal)):
        value = french_number(value)
    return field.prepare_value(value) or _("(vide)")
