"""Vocabulary of uploaded files. Without Django, which the process that opens them does not load."""

from enum import StrEnum


class Family(StrEnum):
    """Sorts of files that a page may take."""

    IMAGE = "image"
    PDF = "pdf"
    OFFICE = "office"
