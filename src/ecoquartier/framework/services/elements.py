"""Editing a draft, one element after another."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CharField, Max, QuerySet, TextField
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.core.errors import DomainError
from ecoquartier.framework.domain import vocabulary
from ecoquartier.framework.domain.contents import PARAGRAPH
from ecoquartier.framework.domain.reading import Node
from ecoquartier.framework.enums import ElementKind
from ecoquartier.framework.models import Commitment, Correspondence, Dimension, Framework, Indicator, Notion
from ecoquartier.framework.queries import challenge_names
from ecoquartier.framework.workflow import is_draft
from ecoquartier.workflow.engine import Effect, act

Element = Dimension | Commitment | Notion | Indicator

FIELDS: dict[type, tuple[str, ...]] = {
    Dimension: ("code", "rank", "title", "motto"),
    Commitment: ("dimension", "number", "title", "short", "provenance", "challenges", "sdgs"),
    Notion: ("commitment", "code", "rank", "title", "provenance", "questions"),
    Indicator: (
        *("commitment", "code", "rank", "title", "unit", "kind", "direction"),
        *("challenges", "provenance", "method", "formula"),
    ),
}
KINDS: dict[type, tuple[str, str]] = {
    Commitment: (ElementKind.COMMITMENT, "number"),
    Notion: (ElementKind.NOTION, "code"),
    Indicator: (ElementKind.INDICATOR, "code"),
}
"""Elements that have a counterpart in another version: their kind, and the field that names them."""
TAKEN: dict[type, tuple[str, object]] = {
    Dimension: ("code", gettext_lazy("Une dimension de cette version porte déjà le code %(name)s.")),
    Commitment: ("number", gettext_lazy("Un engagement de cette version porte déjà le numéro %(name)s.")),
    Notion: ("code", gettext_lazy("Une notion de cette version porte déjà le code %(name)s.")),
    Indicator: ("code", gettext_lazy("Un indicateur de cette version porte déjà le code %(name)s.")),
}
"""What is said, at which field, when two elements of a version would bear the same name."""


@act("framework.extended", permission="framework.edit", guards=(is_draft,))
def add_element(framework: Framework, *, actor, model: type[Element], **values: Any) -> Effect:
    """Add a dimension, a commitment, a notion or an indicator to a draft; without a rank it comes last.

    Raises:
        ValidationError, DomainError: a value is out of bounds, or names what the version does not hold.
    """
    element = model()
    if not isinstance(element, Notion):
        element.framework = framework
    _set(framework, element, values)
    _save(framework, element)
    return Effect(result=element, data={"kind": model._meta.model_name, "element": element.pk})


@act("framework.edited", permission="framework.edit", guards=(is_draft,))
def change_element(framework: Framework, *, actor, element: Element, **values: Any) -> Effect:
    """Change an element of a draft; the correspondence follows its code.

    Raises:
        ValidationError, DomainError: a value is out of bounds, or names what the version does not hold.
        ValueError: the element is not of this version, or the field is not editable.
    """
    _must_belong(framework, element)
    _must_be_editable(element, values)
    before = _name_of(element)
    changed = [name for name, value in values.items() if getattr(element, name) != value]
    _set(framework, element, values)
    _save(framework, element)
    if before and before != _name_of(element):
        kind, _field = KINDS[type(element)]
        lines = Correspondence.objects.filter(framework=framework, kind=kind, new_code=before)
        lines.update(new_code=_name_of(element))
    return Effect(data={"kind": element._meta.model_name, "element": element.pk, "fields": changed})


@act("framework.reduced", permission="framework.edit", guards=(is_draft,))
def remove_element(framework: Framework, *, actor, element: Element) -> Effect:
    """Remove an element of a draft with what it holds; the correspondence then asks what became of the old ones.

    Raises:
        DomainError: the element still holds commitments or indicators.
        ValueError: the element is not of this version.
    """
    _must_belong(framework, element)
    if reason := still_holds(element):
        raise DomainError(reason, code="not_empty")
    gone = [element, *(element.notions.all() if isinstance(element, Commitment) else ())]
    for part in gone:
        if type(part) in KINDS:
            kind, _field = KINDS[type(part)]
            Correspondence.objects.filter(framework=framework, kind=kind, new_code=_name_of(part)).delete()
    data = {"kind": element._meta.model_name, "element": element.pk}
    element.delete()
    return Effect(data=data)


def still_holds(element: Element) -> str | None:
    """Why an element does not go yet: what it holds must go elsewhere first; nothing when it may go."""
    if isinstance(element, Dimension) and (held := list(element.commitments.values_list("number", flat=True))):
        names = ", ".join(map(str, held))
        return _("Cette dimension contient des engagements (%(names)s)\u00a0: déplacez-les d’abord.") % {"names": names}
    if isinstance(element, Commitment) and (codes := list(element.indicators.values_list("code", flat=True))):
        names = ", ".join(codes)
        return _("Cet engagement a des indicateurs (%(names)s)\u00a0: déplacez-les d’abord.") % {"names": names}
    return None


def _must_belong(framework: Framework, element: Element) -> None:
    if element.version_id != framework.pk:
        raise ValueError(f"{element!r} is not of {framework.pk}.")


def _name_of(element: Element) -> str:
    """The code by which the correspondence knows it; empty for a dimension."""
    _kind, field = KINDS.get(type(element), ("", ""))
    return str(getattr(element, field)) if field else ""


def _must_be_editable(element: Element, values: dict[str, Any]) -> None:
    if unknown := set(values) - set(FIELDS[type(element)]):
        raise ValueError(f"Not editable: {sorted(unknown)}")


def _set(framework: Framework, element: Element, values: dict[str, Any]) -> None:
    _must_be_editable(element, values)
    for holder in ("dimension", "commitment"):
        if holder in values and values[holder].framework_id != framework.pk:
            raise ValueError(f"{values[holder]!r} is not of {framework.pk}.")
    for name, value in values.items():
        setattr(element, name, value)
    if isinstance(element, Notion | Indicator) and not element.rank:
        element.rank = _last_rank(element) + 1


def _save(framework: Framework, element: Element) -> None:
    """Check what a file would be refused for, and save."""
    for name, known in (("challenges", challenge_names(framework)), ("sdgs", vocabulary.goals())):
        if unknown := [value for value in getattr(element, name, ()) if value not in known]:
            raise DomainError(
                _("«\u00a0%(value)s\u00a0» n’est pas connu de cette version.") % {"value": unknown[0]}, code="unknown"
            )
    field, sentence = TAKEN[type(element)]
    name = getattr(element, field)
    if _of_same_kind(framework, element).filter(**{field: name}).exclude(pk=element.pk).exists():
        raise ValidationError({field: str(sentence) % {"name": name}})
    element.full_clean()
    _check_words(element)
    element.save()


def _check_words(element: Element) -> None:
    """What a file would be refused for: a sign that nobody sees, a code with spaces, too many questions."""
    for field in (field for field in element._meta.fields if field.name in FIELDS[type(element)]):
        node = Node(getattr(element, field.name), (capfirst(str(field.verbose_name)),))
        if field.name == "code":
            node.code()
        elif field.name == "questions":
            for question in node.items():
                question.text(PARAGRAPH, lines=True)
        elif isinstance(field, CharField | TextField) and not field.choices:
            node.text(field.max_length or PARAGRAPH, empty=field.blank, lines=isinstance(field, TextField))


def _of_same_kind(framework: Framework, element: Element) -> QuerySet:
    """Every element of this kind in the version."""
    holder = "commitment__framework" if isinstance(element, Notion) else "framework"
    return type(element)._default_manager.filter(**{holder: framework})


def _last_rank(element: Notion | Indicator) -> int:
    if isinstance(element, Notion):
        rows = Notion.objects.filter(commitment=element.commitment)
        return rows.aggregate(last=Max("rank"))["last"] or 0
    return Indicator.objects.filter(framework=element.framework).aggregate(last=Max("rank"))["last"] or 0
