"""What was typed in a form that has no record left to save it on: shown once more, to be copied."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from ecoquartier.web.shared.errors import TITLES
from ecoquartier.web.shared.page import Page
from ecoquartier.web.shared.shared_forms import words_of

NOT_WORDS = (forms.BooleanField, forms.FileField)
"""Fields in which nothing is written."""


def typed_in(form: forms.Form) -> list[tuple[str, str]]:
    """(label, words) of each field that the person wrote in; hidden fields and files are left out."""
    bounds = [form[name] for name in form.changed_data if not isinstance(form.fields[name], NOT_WORDS)]
    return [(b.label, str(words_of(b.field, b.data))) for b in bounds if b.data and not b.is_hidden]


def unsaved_page(
    request: HttpRequest, typed: list[tuple[str, str]], *, status: HTTPStatus, reason: str, onward: tuple[str, str]
) -> HttpResponse:
    """Answer a form whose record is gone: why nothing is saved, what was typed, and where to go on.

    Args:
        typed: as `typed_in` gives it; empty for an act in which nothing is written.
        reason: a sentence.
        onward: label and address of the page that the person needs now.
    """
    title = _("Ce que vous avez écrit n’est pas enregistré") if typed else TITLES[HTTPStatus.CONFLICT]
    context = {
        "page": Page(title=title, is_private=True),
        "status": int(status),
        "reason": reason,
        "typed": typed,
        "onward": onward,
    }
    return HttpResponse(render_to_string("errors/unsaved.html", context, request), status=status)
