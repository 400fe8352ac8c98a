"""Forms of the référentiel."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.core.text import french
from ecoquartier.framework.domain import vocabulary
from ecoquartier.framework.domain.contents import CODE, FORMULA, LONG, PARAGRAPH, SHORT, TITLE, UNIT
from ecoquartier.framework.domain.reading import MAX_CHARACTERS, MAX_NUMBER
from ecoquartier.framework.enums import Change, Direction, ElementKind, IndicatorKind, Provenance
from ecoquartier.framework.models import Commitment, Dimension, Framework, Indicator, Notion
from ecoquartier.framework.queries import challenge_names, public_versions
from ecoquartier.framework.services.files import MAX_BYTES
from ecoquartier.web.shared.forms import Form


def choices_of(labels: Any) -> list[tuple[str, str]]:
    """Choices with a capital."""
    return [(value, capfirst(label)) for value, label in labels.choices]


class VersionFileForm(Form):
    """A version in a file."""

    file = forms.FileField(
        label=gettext_lazy("Fichier"),
        help_text=gettext_lazy("YAML ou ODS, 5 Mo au plus, comme ceux que donne l’export."),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.ods"}),
    )
    replaces = forms.BooleanField(
        label=gettext_lazy("Remplacer le brouillon de même code, s’il y en a un"),
        required=False,
        help_text=gettext_lazy("Ce qu’il contient est alors perdu, sa table de correspondance comprise."),
    )

    def clean_file(self):
        """A file of a reasonable size; what it holds is for its reader to say."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(_("Ce fichier dépasse 5 Mo."))
        return file


class CopyVersionForm(Form):
    """The name of a copy."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=20, help_text=gettext_lazy("Par exemple 2027."))
    title = forms.CharField(label=gettext_lazy("Titre"), max_length=LONG)


class CodesField(forms.CharField):
    """Codes separated by commas."""

    def to_python(self, value: Any) -> list[str]:
        return [part.strip() for part in str(value or "").split(",") if part.strip()]


class LinkForm(Form):
    """What some elements become."""

    kind = forms.ChoiceField(label=gettext_lazy("Éléments"), choices=choices_of(ElementKind))
    change = forms.ChoiceField(label=gettext_lazy("Changement"), choices=choices_of(Change))
    old = CodesField(
        label=gettext_lazy("Codes dans la version précédente"),
        required=False,
        help_text=gettext_lazy("Séparés par des virgules\u00a0; vide pour ce qui est nouveau."),
    )
    new = CodesField(
        label=gettext_lazy("Codes dans cette version"),
        required=False,
        help_text=gettext_lazy("Séparés par des virgules\u00a0; vide pour ce qui est retiré."),
    )


class HolderField(forms.ModelChoiceField):
    """What holds an element, among those of its version."""

    def __init__(self, *, label: str):
        super().__init__(queryset=None, label=label, empty_label=gettext_lazy("Choisir…"))

    def label_from_instance(self, obj: Any) -> str:
        return french(str(obj))


class ElementForm(Form):
    """What the elements of a version share: the choices of their version."""

    def __init__(self, *args, framework: Framework, **kwargs):
        super().__init__(*args, **kwargs)
        if "challenges" in self.fields:
            self.fields["challenges"].choices = [
                (code, capfirst(name)) for code, name in challenge_names(framework).items()
            ]
        for name, rows in (("dimension", framework.dimensions), ("commitment", framework.commitments)):
            if name in self.fields:
                self.fields[name].queryset = rows.all()


class DimensionForm(ElementForm):
    """A dimension."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=CODE)
    rank = forms.IntegerField(label=gettext_lazy("Rang"), min_value=1, max_value=MAX_NUMBER)
    title = forms.CharField(label=gettext_lazy("Titre"), max_length=LONG)
    motto = forms.CharField(label=gettext_lazy("Devise"), max_length=LONG, required=False)


class CommitmentForm(ElementForm):
    """A commitment."""

    dimension = HolderField(label=gettext_lazy("Dimension"))
    number = forms.IntegerField(label=gettext_lazy("Numéro"), min_value=1, max_value=MAX_NUMBER)
    title = forms.CharField(label=gettext_lazy("Titre"), max_length=TITLE)
    short = forms.CharField(label=gettext_lazy("Titre court"), max_length=SHORT)
    provenance = forms.ChoiceField(label=gettext_lazy("Provenance"), choices=choices_of(Provenance))
    challenges = forms.MultipleChoiceField(
        label=gettext_lazy("Enjeux"), required=False, widget=forms.CheckboxSelectMultiple
    )
    sdgs = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Objectifs de développement durable"),
        required=False,
        coerce=int,
        choices=[(number, f"{number}. {title}") for number, title in vocabulary.goals().items()],
        widget=forms.CheckboxSelectMultiple,
    )


class LinesField(forms.CharField):
    """Texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 6})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        lines = [line.strip() for line in str(value or "").splitlines() if line.strip()]
        if any(len(line) > PARAGRAPH for line in lines):
            raise ValidationError(_("Une ligne dépasse %(limit)s signes."), params={"limit": PARAGRAPH})
        return lines


class RankField(forms.IntegerField):
    """The place of an element among those of its kind; the last one when it is left empty."""

    def __init__(self):
        super().__init__(
            label=gettext_lazy("Rang"),
            min_value=1,
            max_value=MAX_NUMBER,
            required=False,
            help_text=gettext_lazy("Vide\u00a0: à la fin."),
        )


class ChallengesField(LinesField):
    """Challenges that a version adds to the common ones, one a line, as « code : name »."""

    def prepare_value(self, value: Any) -> Any:
        named = isinstance(value, list) and all(isinstance(item, dict) for item in value)
        return super().prepare_value([f"{item['code']}\u00a0: {item['title']}" for item in value] if named else value)

    def to_python(self, value: Any) -> list[dict[str, str]]:
        found = []
        for line in super().to_python(value):
            code, colon, title = line.partition(":")
            if not colon:
                raise ValidationError(
                    _("«\u00a0%(line)s\u00a0»\u00a0: il manque le deux-points."), params={"line": line}
                )
            found.append({"code": code.strip(), "title": title.strip()})
        return found


class VersionForm(Form):
    """What a version says of itself."""

    title = forms.CharField(label=gettext_lazy("Titre"), max_length=LONG)
    answer_max_characters = forms.IntegerField(
        label=gettext_lazy("Signes par réponse, espaces non compris"), min_value=100, max_value=MAX_CHARACTERS
    )
    based_on = forms.ModelChoiceField(
        label=gettext_lazy("Version qu’elle prolonge"),
        queryset=public_versions(),
        required=False,
        empty_label=gettext_lazy("Aucune"),
        help_text=gettext_lazy("En changer recommence la table de correspondance."),
    )
    challenges = ChallengesField(
        label=gettext_lazy("Enjeux propres à cette version"),
        required=False,
        help_text=gettext_lazy("Un par ligne\u00a0: un code, deux-points, son nom. Les enjeux communs restent."),
    )


class NotionForm(ElementForm):
    """A notion and its questions."""

    commitment = HolderField(label=gettext_lazy("Engagement"))
    code = forms.CharField(label=gettext_lazy("Code"), max_length=CODE)
    rank = RankField()
    title = forms.CharField(label=gettext_lazy("Titre"), max_length=LONG)
    provenance = forms.ChoiceField(label=gettext_lazy("Provenance"), choices=choices_of(Provenance))
    questions = LinesField(
        label=gettext_lazy("Questions"), required=False, help_text=gettext_lazy("Une question par ligne.")
    )


class IndicatorForm(ElementForm):
    """An indicator."""

    commitment = HolderField(label=gettext_lazy("Engagement"))
    code = forms.CharField(label=gettext_lazy("Code"), max_length=CODE)
    rank = RankField()
    title = forms.CharField(label=gettext_lazy("Titre"), max_length=LONG)
    unit = forms.CharField(label=gettext_lazy("Unité"), max_length=UNIT, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Nature"), choices=choices_of(IndicatorKind))
    direction = forms.ChoiceField(label=gettext_lazy("Sens"), choices=choices_of(Direction))
    challenges = forms.MultipleChoiceField(
        label=gettext_lazy("Enjeux"), required=False, widget=forms.CheckboxSelectMultiple
    )
    provenance = forms.ChoiceField(label=gettext_lazy("Provenance"), choices=choices_of(Provenance))
    method = forms.CharField(
        label=gettext_lazy("Méthode"), max_length=PARAGRAPH, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    formula = forms.CharField(label=gettext_lazy("Formule"), max_length=FORMULA, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["formula"].help_text = _(
            "Facultative\u00a0: + - × ÷ et parenthèses, sur des nombres et les chiffres du programme, nommés par leur "
            "code\u00a0: %(codes)s."
        ) % {"codes": ", ".join(f"{code} ({figure.title})" for code, figure in vocabulary.figures().items())}


FORMS = {Dimension: DimensionForm, Commitment: CommitmentForm, Notion: NotionForm, Indicator: IndicatorForm}
