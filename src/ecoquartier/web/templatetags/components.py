"""Our components: each declares its attributes, and an unknown attribute or tone is an error.

The markup is in `templates/components/`; the gallery `/composants/` shows every one in every variant.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import template
from django.template import Context, TemplateSyntaxError
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ecoquartier.web.shared import files
from ecoquartier.web.shared.context import Link
from ecoquartier.web.shared.forms import BaseForm, FilterForm, Form
from ecoquartier.web.shared.page import Page
from ecoquartier.web.shared.pagination import PageNav

register = template.Library()

BLOCKS = 4
# Top left, top right, bottom right, bottom left: the order in which the neighbourhood is built.
BLOCK_PLACES = ((1, 1), (12, 1), (12, 12), (1, 12))
BADGE_TONES = ("ok", "wait", "bad", "info", "neutral")
CARD_TONES = ("", "ok", "wait", "bad", "info")
ACTION_TONES = ("main", "quiet", "danger")


def checked(name: str, value: str, allowed: Iterable[str]) -> str:
    """`value` if it is one of `allowed`; a mistyped tone must not pass for a plain one."""
    if value not in allowed:
        raise TemplateSyntaxError(f"{name} is {value!r}, not one of {', '.join(map(repr, allowed))}.")
    return value


def rendered(name: str, **context: Any) -> SafeString:
    """The markup of a component."""
    return get_template(f"components/{name}.html").render(context)


@register.simple_tag
def stage_mark(*, rank: int, label: str | Promise, total: int = BLOCKS, words: bool = True) -> SafeString:
    """Four blocks filled one by one: rank 0 is empty, rank `total` or more is full. Never without its words."""
    if rank < 0:
        raise TemplateSyntaxError(f"rank is {rank}, below 0.")
    total = max(total, rank)
    filled = -(-rank * BLOCKS // total) if rank else 0
    blocks = [{"x": x, "y": y, "is_filled": index < filled} for index, (x, y) in enumerate(BLOCK_PLACES)]
    return rendered("stage_mark", blocks=blocks, filled=filled, label=label, words=words)


@register.simple_tag
def badge(text: str | Promise, *, tone: str = "neutral") -> SafeString:
    """A state in a word or two."""
    checked("tone", tone, BADGE_TONES)
    return format_html('<span class="badge badge-{}">{}</span>', tone, text)


TONES_OF_LEVELS = {"success": "ok", "error": "bad", "warning": "wait", "info": "info", "debug": "neutral"}


@register.filter
def figure(value: Any) -> str:
    """A number as French readers expect it: non-breaking spaces between thousands, a decimal comma."""
    if isinstance(value, int):
        return f"{value:,}".replace(",", "\u00a0")
    return f"{value:,}".replace(",", "\u00a0").replace(".", ",")


@register.filter
def file_size(value: int) -> str:
    """The weight of a file: « 1,2 Mo »."""
    return files.file_size(value)


@register.inclusion_tag("components/messages.html")
def site_messages(messages: Iterable[Any]) -> dict[str, Any]:
    """What the site answers to what was just done; reading the messages removes them."""
    return {"messages": [(message.message, TONES_OF_LEVELS[message.level_tag]) for message in messages]}


@register.inclusion_tag("components/forms/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, BaseForm]:
    """All errors of a form, above it; it takes the focus."""
    return {"form": form}


@register.simple_tag
def message(*, text: str | Promise, tone: str = "info") -> SafeString:
    """The answer of the site to what was just done."""
    return rendered("message", text=text, tone=checked("tone", tone, BADGE_TONES))


@register.simple_block_tag
def notice(content: str, *, tone: str = "info", title: str | Promise = "") -> SafeString:
    """A remark that belongs to the page (a message answers an act)."""
    return rendered("notice", content=content, tone=checked("tone", tone, BADGE_TONES), title=title)


@register.simple_block_tag
def card(content: str, *, title: str | Promise = "", level: int = 2, tone: str = "", id: str = "") -> SafeString:
    """A white surface around what goes together; the tone colours its edge."""
    checked("level", level, (2, 3, 4))
    return rendered("card", content=content, title=title, level=level, tone=checked("tone", tone, CARD_TONES), id=id)


@register.simple_tag
def progress(*, value: float, total: float, label: str | Promise, text: str | Promise = "") -> SafeString:
    """How far something is, with its figures in words."""
    text = text or _("%(value)s sur %(total)s") % {"value": value, "total": total}
    return rendered("progress", value=value, total=total or 1, label=label, text=text)


@register.simple_tag
def key_figure(*, value: Any, label: str | Promise, note: str | Promise = "") -> SafeString:
    """One figure that matters, and what it counts."""
    return rendered("key_figure", value=value, label=label, note=note)


@register.simple_tag
def perimeter_drawing(*, perimeter: Any, label: str | Promise) -> SafeString:
    """A perimeter, or what was read of one: its outline with a scale bar and the north; a point stands in a disc."""
    is_point = perimeter.source == "point"
    return rendered("perimeter", drawing=perimeter.drawing, label=label, is_point=is_point)


@dataclass(frozen=True)
class TimelineEntry:
    """One line of a timeline, whatever it was given as."""

    title: Any
    when: Any
    text: Any
    state: str
    rank: int | None


def _entry(source: Any) -> TimelineEntry:
    values = source if isinstance(source, Mapping) else vars(source)
    unknown = set(values) - {"title", "when", "text", "state", "rank"}
    if isinstance(source, Mapping) and unknown:
        raise TemplateSyntaxError(f"A timeline entry has no {', '.join(sorted(unknown))}.")
    return TimelineEntry(
        title=values["title"],
        when=values.get("when", ""),
        text=values.get("text", ""),
        state=checked("state", values.get("state", "done"), ("done", "current", "todo")),
        rank=values.get("rank"),
    )


@register.simple_tag
def timeline(entries: Iterable[Any]) -> SafeString:
    """What happened, what is going on, what is to come, in order."""
    return rendered("timeline", entries=[_entry(entry) for entry in entries])


@dataclass(frozen=True)
class Step:
    """One page of a work that takes several."""

    label: str | Promise
    url: str
    state: str


@register.simple_tag
def stepper(*, steps: Iterable[tuple[str | Promise, str]], current: int) -> SafeString:
    """Where one is in a work of several pages. `steps`: (label, address or nothing when it cannot be opened yet)."""
    steps = list(steps)
    if not 1 <= current <= len(steps):
        raise TemplateSyntaxError(f"current is {current}, not between 1 and {len(steps)}.")
    states = ["done"] * (current - 1) + ["current"] + ["todo"] * (len(steps) - current)
    shown = [Step(label, url, state) for (label, url), state in zip(steps, states, strict=True)]
    return rendered("stepper", steps=shown, current=current, total=len(shown))


@register.simple_tag
def definitions(pairs: Iterable[tuple[Any, Any]]) -> SafeString:
    """Terms and their values; a value that is missing is said to be so."""
    return rendered("definitions", pairs=list(pairs))


@dataclass(frozen=True)
class Column:
    """Head of a column."""

    label: str
    is_number: bool


def _columns(text: str) -> list[Column]:
    return [Column(label.strip().removesuffix("#"), label.strip().endswith("#")) for label in text.split("|")]


def _label_cells(rows: str, columns: list[Column]) -> SafeString:
    """Give each cell the head of its column, which a phone shows above it since it has no columns.

    Roles are spelled out because a row shown as a card is no longer a row for the browser.
    """
    position = 0

    def label(match: re.Match[str]) -> str:
        nonlocal position
        if match[1] == "tr":
            position = 0
            return '<tr role="row"'
        column = columns[position] if position < len(columns) else Column("", False)
        position += 1
        role = "rowheader" if match[1] == "th" else "cell"
        head = format_html(' data-label="{}"', column.label) if column.label else ""
        return f'<{match[1]} role="{role}"{head}{" data-number" if column.is_number else ""}'

    return mark_safe(re.sub(r"<(tr|td|th)\b", label, rows))  # noqa: S308 -- escaped by the template that made them


@register.simple_block_tag
def data_table(
    content: str, *, caption: str | Promise, columns: str | Promise, hide_caption: bool = False
) -> SafeString:
    """A table on a screen, one card a row on a phone. `columns` are heads separated by `|`; `#` marks figures."""
    heads = _columns(str(columns))
    rows = _label_cells(content, heads)
    return rendered("data_table", rows=rows, caption=caption, columns=heads, hide_caption=hide_caption)


@register.simple_block_tag
def empty(content: str, *, title: str | Promise = "") -> SafeString:
    """What an empty place says: why, and what to do next."""
    return rendered("empty", content=content, title=title)


@register.simple_block_tag
def disclosure(content: str, *, summary: str | Promise, open: bool = False) -> SafeString:
    """What is rare, one click away."""
    return rendered("disclosure", content=content, summary=summary, open=open)


@register.inclusion_tag("components/action.html", takes_context=True)
def action(
    context: Context,
    *,
    label: str | Promise,
    url: str,
    tone: str = "main",
    method: str = "get",
    reason: str | Promise = "",
    fields: Mapping[str, Any] | None = None,
    next: str = "",
    about: str | Promise = "",
) -> dict[str, Any]:
    """A button with a verb; given a reason it is closed and says why.

    Where several rows have the same one, `about` says of which row, for those who hear the page.
    """
    hidden = dict(fields or {})
    if next:
        hidden["next"] = next
    # Two closed buttons of a page must not share the id that links each to its reason.
    number = context.render_context.get("closed_actions", 0) + 1
    context.render_context["closed_actions"] = number
    return {
        "label": label,
        "url": url,
        "tone": checked("tone", tone, ACTION_TONES),
        "is_post": checked("method", method, ("get", "post")) == "post",
        "reason": reason,
        "reason_id": f"raison-{number}",
        "fields": hidden,
        "about": about,
        "csrf_token": context.get("csrf_token"),
    }


@lru_cache(maxsize=512)
def _menu(links: tuple[Link, ...], label: str, css: str) -> SafeString:
    return rendered("menu", links=links, label=label, css=css)


@register.simple_tag
def menu(*, links: Iterable[Link], label: str, css: str = "") -> SafeString:
    """Links to other pages of the site; kept, since most pages have the same."""
    return _menu(tuple(links), str(label), css)


@register.inclusion_tag("components/pagination.html")
def pagination(nav: PageNav) -> dict[str, PageNav]:
    """Links to the other pages of a list, if any."""
    return {"nav": nav}


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(page: Page) -> dict[str, Page]:
    """Pages above this one; on a phone, the nearest only."""
    return {"page": page}


@register.inclusion_tag("components/form_block.html", takes_context=True)
def form_block(
    context: Context,
    *,
    form: Form,
    submit: str | Promise,
    cancel_url: str = "",
    tone: str = "main",
    url: str = "",
    closed: bool = False,
) -> dict[str, Any]:
    """A whole form: errors, fields, button, way out."""
    return {
        "form": form,
        "submit": submit,
        "cancel_url": cancel_url,
        "tone": checked("tone", tone, ACTION_TONES),
        "url": url,
        "closed": closed,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("components/filters.html")
def filters(*, form: FilterForm, count: int) -> dict[str, Any]:
    """Filters above a list, open when one is in use, with the number of results."""
    return {"form": form, "count": count}
