"""The file field: says what it takes, refuses the rest in a sentence, and knows that a browser never refills it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ecoquartier.files.domain.formats import FORMATS
from ecoquartier.files.enums import Family

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Kind:
    """A sort of file: its name, the ends of its names, and how its content begins (empty: anything)."""

    label: str | Promise
    extensions: tuple[str, ...]
    starts: tuple[bytes, ...] = (b"",)

    def recognises(self, name: str, start: bytes) -> bool:
        """Whether the name and the first bytes are those of this sort."""
        return name.lower().endswith(self.extensions) and start.startswith(self.starts)


CSV = Kind(pgettext_lazy("sort of file", "un CSV"), (".csv", ".tsv", ".txt"))


def kind_of(family: Family, label: str | Promise) -> Kind:
    """What `files.services.keep` takes under this family."""
    formats = [known for known in FORMATS if known.family == family]
    starts = tuple({start for known in formats for start in known.starts})
    return Kind(label, tuple(known.extension for known in formats), starts)


PDF = kind_of(Family.PDF, pgettext_lazy("sort of file", "un PDF"))
IMAGE = kind_of(Family.IMAGE, pgettext_lazy("sort of file", "une image (JPEG, PNG, WebP)"))
OFFICE = kind_of(
    Family.OFFICE, pgettext_lazy("sort of file", "un document bureautique (ODT, ODS, ODP, DOCX, XLSX, PPTX)")
)


@dataclass(frozen=True)
class KeptFile:
    """The file that a field already has: its `initial` value."""

    name: str
    size: int
    url: str = ""


def file_size(size: int) -> str:
    """A weight as French readers write it: « 850 ko », « 1,2 Mo »."""
    if size < MEGABYTE:
        return f"{max(1, round(size / 1024))}\u00a0ko"
    return f"{size / MEGABYTE:.1f}\u00a0Mo".replace(".0", "").replace(".", ",")


def limits_sentence(kinds: tuple[Kind, ...], most: int) -> str:
    """What a field takes: « Un PDF ou une image (JPEG, PNG), 20 Mo au plus. »."""
    taken = _(" ou ").join(str(kind.label) for kind in kinds)
    sentence = _("%(kinds)s, %(most)s au plus.") % {"kinds": taken, "most": file_size(most)}
    return sentence[:1].upper() + sentence[1:]


class FileInput(forms.FileInput):
    """A file to choose: what is taken, the file already there, and the one that was sent with a refused form."""

    template_name = "components/forms/file.html"

    def __init__(self, attrs: Mapping[str, Any] | None = None, limits: str | Promise = ""):
        super().__init__(attrs)
        self.limits = limits
        self.sent_name = ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        sent = super().value_from_datadict(data, files, name)
        self.sent_name = sent.name if sent else ""
        return sent

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        kept = value if isinstance(value, KeptFile) else None
        notes = {"limits": self.limits, "kept": kept, "lost": self.sent_name}
        attributes = context["widget"]["attrs"]
        described = [f"{attributes['id']}_{note}" for note, shown in notes.items() if shown]
        attributes["aria-describedby"] = " ".join([*attributes.get("aria-describedby", "").split(), *described])
        context["widget"] |= notes
        return context


class FileField(forms.FileField):
    """A file of some kinds and of a limited weight; `initial` is the `KeptFile` already there, if any.

    A form sent without a new file cleans to its `initial`: the service then has nothing to replace.
    """

    default_error_messages = {"required": gettext_lazy("Choisissez un fichier.")}

    def __init__(self, *, kinds: tuple[Kind, ...], most: int, **kwargs):
        self.kinds = kinds
        self.most = most
        accept = ",".join(extension for kind in kinds for extension in kind.extensions)
        super().__init__(**{"widget": FileInput({"accept": accept}), **kwargs})
        self.widget.limits = lazy(limits_sentence, str)(kinds, most)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What the field shows again: never what was sent, which the browser will not send twice."""
        return initial

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Refuse what is too heavy or of another kind, whatever its name says."""
        file = super().clean(data, initial)
        if isinstance(file, UploadedFile):
            if file.size > self.most:
                raise ValidationError(_("Ce fichier dépasse %(most)s.") % {"most": file_size(self.most)}, code="size")
            start = file.read(16)
            file.seek(0)
            if not any(kind.recognises(file.name, start) for kind in self.kinds):
                raise ValidationError(self._another_kind(), code="kind")
        return file

    def _another_kind(self) -> str:
        labels = [str(kind.label) for kind in self.kinds]
        if len(labels) == 1:
            return _("Ce fichier n’est pas %(kind)s.") % {"kind": labels[0]}
        return _("Ce fichier n’est ni %(kinds)s.") % {"kinds": _(" ni ").join(labels)}
