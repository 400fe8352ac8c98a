"""Forms of schemes and their stages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst, format_lazy, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.campaigns.enums import GATHERED, DecisionPath, Filing, Publication, Section
from ecoquartier.campaigns.models import Scheme, Stage
from ecoquartier.web.bureau.previewed import RulesForm
from ecoquartier.web.shared.forms import Form, RadioCards

PAGES = frozenset({"ajouter"})
"""Addresses of pages, that no scheme may take."""
COLOURS = {"bon": "ok", "à suivre": "wait", "mauvais": "bad", "neutre": "neutral"}
"""What the bureau writes → the tone of an appreciation."""


class NumbersField(forms.CharField):
    """Numbers separated by commas: « 1, 3, 5 »."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[int]:
        words = str(value or "").replace(",", " ").split()
        if not all(word.isdecimal() and 0 < int(word) < 1000 for word in words):
            raise ValidationError(_("Écrivez des numéros séparés par des virgules\u00a0: 1, 3, 5."))
        return sorted({int(word) for word in words})


class ScaleField(forms.CharField):
    """Appreciations, one a line: « code ; nom ; couleur »."""

    widget = forms.Textarea(attrs={"rows": 6})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        colours = {tone: colour for colour, tone in COLOURS.items()}
        return "\n".join(f"{code}\u00a0; {label}\u00a0; {colours[tone]}" for code, label, tone in value)

    def to_python(self, value: Any) -> list[list[str]]:
        found = []
        for line in str(value or "").splitlines():
            if not line.strip():
                continue
            parts = [part.strip() for part in line.split(";")]
            if len(parts) == 2:  # a new appreciation: its code is made from its name
                parts.insert(0, slugify(parts[0]).replace("-", "_"))
            if len(parts) != 3 or parts[2] not in COLOURS:
                raise ValidationError(
                    _("Une appréciation par ligne\u00a0: nom\u00a0; couleur (%(colours)s).")
                    % {"colours": ", ".join(COLOURS)}
                )
            found.append([parts[0], parts[1], COLOURS[parts[2]]])
        return found


SCALE_HELP = gettext_lazy(
    "Une par ligne, dans l’ordre\u00a0: code\u00a0; nom\u00a0; couleur. La couleur est l’un de ces mots\u00a0: bon "
    "(l’engagement est tenu), à suivre (il reste à faire), mauvais (il n’est pas tenu), neutre (rien n’est jugé, comme "
    "«\u00a0sans objet\u00a0»). Le code ne se change pas\u00a0; pour une nouvelle appréciation, laissez-le de côté."
)


class SchemeForm(RulesForm):
    """What all stages of a scheme share."""

    title = forms.CharField(label=gettext_lazy("Titre"), max_length=200)
    commission = forms.CharField(
        label=gettext_lazy("Nom de la commission régionale"),
        max_length=60,
        help_text=gettext_lazy("Comme une phrase la nomme\u00a0: commission régionale, commission locale…"),
    )
    appreciations = ScaleField(label=gettext_lazy("Appréciations des experts"), help_text=SCALE_HELP)
    is_default = forms.BooleanField(
        label=gettext_lazy("Présenté au public tant qu’aucune campagne n’est lancée"), required=False
    )


class CopySchemeForm(Form):
    """A new scheme, begun from another."""

    source = forms.ModelChoiceField(label=gettext_lazy("À partir de"), queryset=None, empty_label=None)
    title = forms.CharField(label=gettext_lazy("Titre"), max_length=200)
    code = forms.SlugField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("Dans les adresses\u00a0: minuscules, chiffres et tirets. Il ne change plus."),
    )
    reason = forms.CharField(label=gettext_lazy("Motif"), max_length=300, help_text=gettext_lazy("Il va au journal."))

    def __init__(self, *args, schemes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = schemes

    def clean_code(self) -> str:
        """A code is a part of an address: in small letters, and not the name of a page."""
        code = self.cleaned_data["code"]
        if code != code.lower():
            raise ValidationError(_("Un code n’a que des minuscules, des chiffres et des tirets."))
        if code in PAGES:
            raise ValidationError(
                _("«\u00a0%(code)s\u00a0» est le nom d’une page\u00a0: choisissez un autre code."),
                params={"code": code},
            )
        return code


def section_choices() -> list[tuple[str, str]]:
    """The sections of a deposit; those that the platform has no place for yet say so."""
    later = _("%(section)s (pas encore recueilli)")
    return [
        (section.value, label if section in GATHERED else later % {"section": label})
        for section in Section
        for label in (capfirst(section.label),)
    ]


class StageForm(RulesForm):
    """The rules of a stage."""

    name = forms.CharField(label=gettext_lazy("Nom"), max_length=80)
    moment = forms.CharField(
        label=gettext_lazy("Moment"),
        max_length=200,
        help_text=gettext_lazy("Exemple\u00a0: études achevées, travaux commencés."),
    )
    promise = forms.CharField(label=gettext_lazy("En une phrase"), max_length=200)
    level = forms.IntegerField(
        label=gettext_lazy("Équivaut à l’étape"),
        min_value=0,
        max_value=99,
        help_text=gettext_lazy(
            "Sur l’échelle commune à tous les régimes, où les quatre étapes de 2016 valent 1 à 4\u00a0; une étape "
            "au-delà vaut 5 ou plus. 0\u00a0: un statut, pas un label."
        ),
    )
    requires_meeting = forms.BooleanField(
        label=gettext_lazy("Rencontre avec le correspondant ville durable"), required=False
    )
    meeting_days = forms.IntegerField(
        label=gettext_lazy("Jours pour tenir la rencontre demandée"),
        min_value=1,
        max_value=365,
        help_text=gettext_lazy("Au-delà, le bureau peut en dispenser l’opération."),
    )
    requires = forms.ModelChoiceField(
        label=gettext_lazy("Étape à détenir"), queryset=None, required=False, empty_label=gettext_lazy("aucune")
    )
    years_after_delivery = forms.IntegerField(
        label=gettext_lazy("Années après la livraison de la dernière tranche"),
        min_value=0,
        max_value=30,
        help_text=gettext_lazy(
            "Comptées à la clôture des dépôts\u00a0; 0\u00a0: aucune. Une attente demande la date de livraison, même "
            "si la rubrique n’est pas cochée."
        ),
    )
    sections = forms.MultipleChoiceField(
        label=gettext_lazy("Le dépôt contient"),
        choices=section_choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Ce que la plateforme ne recueille pas encore ne manque à aucun dossier\u00a0: le public lit qu’il se "
            "prépare et se remet au correspondant."
        ),
    )
    commitments = NumbersField(
        label=gettext_lazy("Engagements demandés"),
        required=False,
        help_text=gettext_lazy("Leurs numéros, séparés par des virgules. Vide\u00a0: tous."),
    )
    experts = forms.IntegerField(
        label=gettext_lazy("Experts"),
        min_value=0,
        max_value=9,
        help_text=gettext_lazy("Un coordonnateur et des seconds\u00a0; 0\u00a0: pas d’expertise."),
    )
    visit = forms.BooleanField(label=gettext_lazy("Visite de terrain"), required=False)
    appreciations = ScaleField(
        label=gettext_lazy("Appréciations propres à cette étape"),
        required=False,
        help_text=format_lazy("{} {}", gettext_lazy("Vide\u00a0: celles du régime."), SCALE_HELP),
    )
    decision_path = forms.ChoiceField(
        label=gettext_lazy("Qui décide"),
        choices=[(code, capfirst(label)) for code, label in DecisionPath.choices],
        widget=RadioCards,
    )
    filing = forms.ChoiceField(
        label=gettext_lazy("Dépôt"),
        choices=[(code, capfirst(label)) for code, label in Filing.choices],
        widget=RadioCards,
    )
    publication = forms.ChoiceField(
        label=gettext_lazy("Publication"),
        choices=[(code, capfirst(label)) for code, label in Publication.choices],
        widget=RadioCards,
    )

    groups = (
        (gettext_lazy("L’étape"), ("name", "moment", "promise", "level")),
        (gettext_lazy("Avant de candidater"), ("requires_meeting", "meeting_days", "requires", "years_after_delivery")),
        (gettext_lazy("Le dossier"), ("sections", "commitments", "filing")),
        (gettext_lazy("L’expertise"), ("experts", "visit", "appreciations")),
        (gettext_lazy("La décision"), ("decision_path", "publication")),
    )

    def __init__(self, *args, scheme: Scheme, rank: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["requires"].queryset = scheme.stages.filter(rank__lt=rank)

    @staticmethod
    def initial_of(stage: Stage) -> dict[str, Any]:
        """The rules of a stage as the form shows them."""
        return {name: getattr(stage, name) for name in Stage.RULES}
