"""Bases of every form: renderer, error summary, widgets. Forms parse and phrase; services decide.

Labels, hints, errors and their ARIA links come from Django; the markup is in `templates/components/forms/`.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import BaseValidator
from django.forms.renderers import TemplatesSetting
from django.forms.utils import ErrorList
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from ecoquartier.core.errors import DomainError, PermissionRefused
from ecoquartier.core.text import lost_characters, printable
from ecoquartier.web.shared.files import FileInput
from ecoquartier.web.shared.limits import TooOften

DEFAULT_LIMIT = 2000
# Letters that a sentence names, of those that the documents do not print.
MOST_NAMED = 10
WRONG_ADDRESS = gettext_lazy("Écrivez une adresse électronique complète, comme «\u00a0nom@exemple.fr\u00a0».")


class Renderer(TemplatesSetting):
    """Renders forms with our components; named by the setting FORM_RENDERER."""

    form_template_name = "components/forms/form.html"
    formset_template_name = "components/forms/formset.html"
    field_template_name = "components/forms/field.html"
    replaced: ClassVar[dict[str, str]] = {
        "django/forms/errors/list/default.html": "components/forms/errors.html",
        "django/forms/errors/list/ul.html": "components/forms/errors.html",
        "django/forms/widgets/radio.html": "components/forms/choices.html",
        "django/forms/widgets/checkbox_select.html": "components/forms/choices.html",
    }

    def get_template(self, template_name: str):
        """The template, replaced by ours where we have one."""
        return super().get_template(self.replaced.get(template_name, template_name))


class PlainErrorList(ErrorList):
    """Errors of a field, under it."""

    template_name = "components/forms/errors.html"


def count_signs(text: str) -> int:
    """Signs of a text, spaces not included: what the référentiel's limits count."""
    return len("".join(text.split()))


class MaxSigns(BaseValidator):
    """Refuses a text longer than the limit, spaces not included."""

    code = "max_signs"
    message = ngettext_lazy(
        "Ce texte compte %(show_value)d signe sans les espaces\u00a0; %(limit_value)d au plus.",
        "Ce texte compte %(show_value)d signes sans les espaces\u00a0; %(limit_value)d au plus.",
        "show_value",
    )

    def compare(self, a: int, b: int) -> bool:
        return a > b

    def clean(self, x: str) -> int:
        return count_signs(x)


class CountedTextarea(forms.Textarea):
    """A text with its number of signs underneath, right without JavaScript and kept right by it."""

    template_name = "components/forms/counted_textarea.html"

    def __init__(self, limit: int = DEFAULT_LIMIT, attrs: Mapping[str, Any] | None = None):
        super().__init__({"rows": 8, **(attrs or {})})
        self.limit = limit

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        counter = f"{context['widget']['attrs']['id']}_counter"
        attributes = context["widget"]["attrs"]
        attributes |= {"data-eq-counter": counter, "data-eq-limit": self.limit}
        attributes["aria-describedby"] = f"{attributes.get('aria-describedby', '')} {counter}".strip()
        context["widget"] |= {"limit": self.limit, "signs": count_signs(value or "")}
        return context


class TextField(forms.CharField):
    """A long text with a limit in signs, spaces not included (2 000 unless told)."""

    def __init__(self, *, limit: int = DEFAULT_LIMIT, rows: int = 8, **kwargs):
        kwargs.setdefault("widget", CountedTextarea(limit, {"rows": rows}))
        super().__init__(**kwargs)
        self.limit = limit
        self.validators.append(MaxSigns(limit))


class DateInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self, attrs: Mapping[str, Any] | None = None):
        super().__init__(attrs, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    """The browser's own date and time picker, to the minute."""

    input_type = "datetime-local"

    def __init__(self, attrs: Mapping[str, Any] | None = None):
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class TimeInput(forms.TimeInput):
    """The browser's own time picker, to the minute."""

    input_type = "time"

    def __init__(self, attrs: Mapping[str, Any] | None = None):
        super().__init__(attrs, format="%H:%M")


class RadioCards(forms.RadioSelect):
    """A few answers of equal weight, each in its card, with a sentence when `hints` has one for its value."""

    template_name = "components/forms/radio_cards.html"

    def __init__(self, attrs: Mapping[str, Any] | None = None, choices=(), hints: Mapping[Any, str] | None = None):
        super().__init__(attrs, choices)
        self.hints = hints or {}

    def create_option(self, name, value, label, selected, index, subindex=None, attrs=None):
        option = super().create_option(name, value, label, selected, index, subindex=subindex, attrs=attrs)
        option["hint"] = self.hints.get(value, "")
        if option["hint"]:
            option["attrs"]["aria-describedby"] = f"{option['attrs']['id']}_hint"
        return option


# Django's widgets replaced everywhere: the browser's pickers, and a file input that does not offer to erase.
PICKERS = {
    forms.DateInput: DateInput,
    forms.DateTimeInput: DateTimeInput,
    forms.TimeInput: TimeInput,
    forms.ClearableFileInput: FileInput,
    forms.FileInput: FileInput,
}


def without_nul(data: Any) -> Any:
    """What was sent, without the NUL characters that nobody types.

    Fields refuse them, but a refused form is shown again with what was sent, and no page may hold one.
    """
    if not isinstance(data, QueryDict):
        return data
    cleaned = data.copy()
    for name, values in data.lists():
        cleaned.setlist(name, [value.replace("\0", "") for value in values])
    return cleaned


class BaseForm(forms.Form):
    """What our forms share: no colon after labels, browser pickers, errors in a summary."""

    error_css_class = "has-error"
    required_css_class = "is-required"
    # Sections of a long form: (legend, names of fields); the fields left out come last, without a legend.
    groups: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = ()

    def __init__(self, data: Any = None, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        kwargs.setdefault("error_class", PlainErrorList)
        super().__init__(without_nul(data), *args, **kwargs)
        for field in self.fields.values():
            picker = PICKERS.get(type(field.widget))
            if picker:
                field.widget = picker(field.widget.attrs)
            if isinstance(field, forms.EmailField):
                field.error_messages["invalid"] = WRONG_ADDRESS

    def grouped_fields(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Visible fields by section, in order, without the sections that have none."""
        placed = {name for _legend, names in self.groups for name in names}
        sections = [(legend, [self[name] for name in names if name in self.fields]) for legend, names in self.groups]
        rest = [field for field in self.visible_fields() if field.name not in placed]
        return [(legend, found) for legend, found in (*sections, ("", rest)) if found]

    @property
    def error_count(self) -> int:
        """Number of sentences in the summary."""
        return sum(len(messages) for messages in self.errors.values())

    def all_messages(self) -> list[str]:
        """Every error as one sentence, with the label of its field, for places without a form."""
        sentences = []
        for name, messages in self.errors.items():
            prefix = "" if name == NON_FIELD_ERRORS else f"{self[name].label}\u00a0: "
            sentences += [f"{prefix}{message}" for message in messages]
        return sentences


def printed(text: str) -> str:
    """Return a text as the documents print it: emoji and other signs go away, letters never do.

    Raises:
        ValidationError: some letters are of a script that the documents do not print.
    """
    if letters := [sign for sign in lost_characters(text) if sign.isalnum()]:
        said = _("Les documents ne savent pas imprimer ces lettres\u00a0: %(signs)s. Écrivez-les en alphabet latin.")
        raise ValidationError(said % {"signs": " ".join(letters[:MOST_NAMED])}, code="unprintable")
    return printable(text)


class Form(BaseForm):
    """A form that acts (POST). What is typed is kept as the documents can print it: `lost` lists the signs left out.

    `retry_after`: seconds before it may be sent again, once a limit refused it.
    """

    retry_after = 0

    def clean(self) -> dict[str, Any]:
        """Make every text printable, passwords apart, and say beside its field which one cannot be; a required one of
        invisible signs only is missing."""
        self.lost: list[str] = []
        for name, value in list(self.cleaned_data.items()):
            if not isinstance(value, str) or isinstance(self.fields[name].widget, forms.PasswordInput):
                continue
            field = self.fields[name]
            try:
                text = printed(value)
            except ValidationError as error:
                self.add_error(name, error)
                continue
            if isinstance(field.widget, forms.TextInput):
                # A browser sends one line; whoever sends several would break a row of a table or a header of a mail.
                # Spaces that stood before what is not kept are no part of the text either.
                text = text.translate({ord("\n"): " ", ord("\t"): " "}).strip()
            if field.required and value and not text.strip():
                self.add_error(name, ValidationError(field.error_messages["required"], code="required"))
                continue
            self.lost += [sign for sign in lost_characters(value) if sign not in self.lost]
            self.cleaned_data[name] = text
        return self.cleaned_data

    @property
    def has_required(self) -> bool:
        """True when the legend of the asterisk is needed."""
        return any(field.required and not field.widget.is_hidden for field in self.fields.values())

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Make errors of this form of what the block refuses, but of a right that is missing.

        Raises:
            PermissionRefused: the person may not; another page says so.
        """
        try:
            yield
        except PermissionRefused:
            raise
        except DomainError as error:
            self.add_error(None, error.message)
            self.retry_after = error.seconds if isinstance(error, TooOften) else 0
        except ValidationError as error:
            self._add_validation_error(error)

    def _add_validation_error(self, error: ValidationError) -> None:
        """Show what a model refused: beside the field when the form has it, else above the form."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, errors in error.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


class FilterForm(BaseForm):
    """Filters of a list, read from the address (GET): nothing is required, an absent filter does nothing."""

    # Sorting is part of the form but narrows nothing.
    not_filters: ClassVar[tuple[str, ...]] = ("tri",)
    # What is searched first: shown at once, beside its button, when the others are folded.
    search: ClassVar[str] = ""

    def __init__(self, data: Any = None, **kwargs):
        super().__init__(data, **kwargs)
        for field in self.fields.values():
            field.required = False

    def filter(self, rows):
        """Narrow `rows` by `self.cleaned_data`."""
        raise NotImplementedError(f"{type(self).__qualname__} must define filter().")

    def grouped_fields(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The filters that are folded: all but the search."""
        sections = super().grouped_fields()
        return [(legend, [field for field in fields if field.name != self.search]) for legend, fields in sections]

    @property
    def search_field(self) -> forms.BoundField | None:
        """The field of the search, if there is one."""
        return self[self.search] if self.search else None

    @property
    def said(self) -> list[str]:
        """What tells this list from the whole, for the title of the page: the search, in words."""
        words = self.data.get(self.search) if self.search else ""
        return [_("recherche «\u00a0%(words)s\u00a0»") % {"words": words}] if words else []

    @property
    def active(self) -> Iterable[str]:
        """Names of the filters in use."""
        if not self.is_valid():
            return [name for name in self.data if name in self.fields]
        values = self.cleaned_data.items()
        return [name for name, value in values if value not in (None, "", [], False) and name not in self.not_filters]

    @property
    def is_active(self) -> bool:
        """True when at least one filter is in use."""
        return bool(self.active)
