"""Forms of the lists of choices."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.operations.enums import TermKind
from ecoquartier.operations.models import Term
from ecoquartier.web.shared.forms import Form


class AddTermForm(Form):
    """A new choice."""

    label = forms.CharField(
        label=gettext_lazy("Libellé"),
        max_length=120,
        help_text=gettext_lazy("En minuscules, comme il se lit dans une phrase. Le sigle entre parenthèses."),
    )


class TermForm(AddTermForm):
    """A choice that is there."""

    after = forms.ChoiceField(label=gettext_lazy("Place dans la liste"), required=False)
    is_active = forms.BooleanField(label=gettext_lazy("Proposé sur les fiches"), required=False)
    is_renewal = forms.BooleanField(
        label=gettext_lazy("Compte dans la part de renouvellement urbain affichée au public"), required=False
    )

    is_other = forms.BooleanField(
        label=gettext_lazy("Se précise en quelques mots"),
        required=False,
        help_text=gettext_lazy("Pour un choix «\u00a0autre\u00a0»\u00a0; un seul par liste."),
    )

    def __init__(self, *args, kind: str, others: Iterable[Term], **kwargs):
        super().__init__(*args, **kwargs)
        self.others = {term.code: term for term in others}
        after = [(code, _("Après «\u00a0%(term)s\u00a0»") % {"term": term}) for code, term in self.others.items()]
        self.fields["after"].choices = [("", _("En premier")), *after]
        self.fields["label"].help_text = gettext_lazy(
            "Corrigez les mots, pas le sens\u00a0: les fiches et les dépôts qui l’ont choisi le liront ainsi."
        )
        if kind != TermKind.TYPES:
            del self.fields["is_renewal"]
        if kind == TermKind.ACTORS:
            del self.fields["is_other"]

    def clean_after(self) -> Term | None:
        """The term itself."""
        return self.others.get(self.cleaned_data["after"])
