"""French typography of texts that come from data."""

import re

from django import template

register = template.Library()

NBSP = "\u00a0"


@register.filter
def french(text: str) -> str:
    """Typographic apostrophes, and the spaces before `: ; ? ! »` and after `«` that never end a line."""
    text = str(text).replace("'", "’")
    text = re.sub(r"[ \u00a0\u202f]+([:;?!»%])", rf"{NBSP}\1", text)
    return re.sub(r"«[ \u00a0\u202f]*", f"«{NBSP}", text)
