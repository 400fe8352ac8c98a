"""The field that asks for a commune: one types its name or code, the browser proposes, the form asks when in doubt."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ecoquartier.core.text import french_number
from ecoquartier.territories.domain import counties_called
from ecoquartier.territories.models import Commune
from ecoquartier.territories.queries import designated, find_communes

# Twenty places are called Sainte-Colombe: beyond, the county makes the choice shorter.
SHOWN = 20
LONGEST = 100
HINT = gettext_lazy(
    "Son nom, suivi du département s’il le faut («\u00a0Laval (Mayenne)\u00a0», «\u00a0Laval 53\u00a0»), "
    "son code postal ou son code INSEE."
)


class Typed(NamedTuple):
    """What the form sent: the words, and the INSEE code ticked when it had offered a choice."""

    text: str
    insee: str = ""


def described(commune: Commune) -> str:
    """What tells a commune from its namesakes: county, people, and the former name by which it was found."""
    facts = [commune.county.name]
    if commune.population:
        said = ngettext("%(people)s habitant", "%(people)s habitants", commune.population)
        facts.append(said % {"people": french_number(commune.population)})
    if commune.matched_name:
        facts.append(_("dont %(name)s") % {"name": commune.matched_name})
    return ", ".join(facts)


class CommuneInput(forms.TextInput):
    """A text field that proposes communes, followed by the choice that the words leave open."""

    template_name = "components/forms/commune.html"

    class Media:
        js = (forms.Script("eq/commune.js", defer=True),)

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__({"autocomplete": "off", "maxlength": LONGEST, **(attrs or {})})
        self.candidates: list[Commune] = []
        self.chosen = ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Typed:
        return Typed(data.get(name) or "", data.get(f"{name}_insee") or "")

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {
            "suggestions": reverse("public:commune-suggestions"),
            "choice_name": f"{name}_insee",
            "choices": [(commune.insee, str(commune), described(commune)) for commune in self.candidates],
            "chosen": self.chosen,
        }
        return context


class CommuneField(forms.Field):
    """Gives the commune of today that the words designate: its name, past or present, its INSEE or postal code.

    When the words fit several, the form comes back with a choice and keeps everything else.
    """

    widget = CommuneInput
    default_error_messages = {
        "none": gettext_lazy(
            "Aucune commune de ce nom. Vérifiez l’orthographe, ou écrivez son code postal ou son code INSEE."
        ),
        "one": gettext_lazy("Est-ce cette commune\u00a0? Cochez-la, ou corrigez le nom."),
        "several": gettext_lazy(
            "Plusieurs communes répondent\u00a0: cochez la vôtre, ou écrivez le département après le nom, comme "
            "«\u00a0Laval (Mayenne)\u00a0»."
        ),
        "larger": gettext_lazy(
            "C’est aussi le nom d’un département ou d’une région. Cochez la commune, ou écrivez son nom suivi du "
            "département, comme «\u00a0Laval (Mayenne)\u00a0»."
        ),
    }

    def __init__(self, **kwargs):
        kwargs.setdefault("label", gettext_lazy("Commune"))
        kwargs.setdefault("help_text", HINT)
        super().__init__(**kwargs)

    def prepare_value(self, value: Typed | Commune | str | None) -> str:
        """The words of the text field, from what was sent or from the commune to correct."""
        if isinstance(value, Typed):
            return value.text
        return str(value or "")

    def clean(self, value: Typed) -> Commune | None:
        """The commune designated by the words or ticked among those that they fit.

        Raises:
            ValidationError: no words, no commune of this name, or several; the widget then offers them.
        """
        text = " ".join(value.text.split())
        if not text:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        MaxLengthValidator(LONGEST)(text)
        found = find_communes(text, SHOWN)
        ticked = next((commune for commune in found if commune.insee == value.insee), None)
        commune = ticked or designated(text, found)
        if commune is None:
            self.widget.candidates = found
            code = ("none", "one", "several")[min(len(found), 2)]
            if found and counties_called(text):
                code = "larger"
            raise ValidationError(self.error_messages[code], code=code)
        # The form may come back because of another field: the choice is kept.
        if ticked and designated(text, found) is None:
            self.widget.candidates, self.widget.chosen = found, ticked.insee
        return commune

    def has_changed(self, initial: Commune | str | None, data: Typed) -> bool:
        """Whether other words were typed, or a choice ticked."""
        return bool(data.insee) or self.prepare_value(initial) != data.text
