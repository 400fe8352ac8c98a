"""The lists of choices of the sheet of operations, as the bureau keeps them."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import resolve_url
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ecoquartier.operations import services
from ecoquartier.operations.enums import TermKind
from ecoquartier.operations.models import Term
from ecoquartier.operations.queries import all_terms, uses_of
from ecoquartier.web.bureau import words
from ecoquartier.web.bureau.vocabulary_forms import AddTermForm, TermForm
from ecoquartier.web.shared.views import FormPage, TemplatePage

VOCABULARY = (gettext_lazy("Listes de la fiche"), "bureau:vocabulary")


class VocabularyPage:
    """What these pages share."""

    permission = "operations.write_vocabulary"
    refusal = words.REFUSAL
    breadcrumb = (words.HOME, VOCABULARY)


class Vocabulary(VocabularyPage, TemplatePage):
    """Every list, with its choices in order."""

    breadcrumb = (words.HOME,)
    title = gettext_lazy("Listes de la fiche")
    lead = gettext_lazy(
        "Ce que les équipes peuvent choisir sur la fiche de leur opération. Un choix fermé n’est plus proposé\u00a0; "
        "les fiches et les dépôts qui l’ont le gardent."
    )
    template_name = "bureau/vocabulary.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        rows: dict[str, list[Term]] = {kind: [] for kind in TermKind.values}
        for term in all_terms():
            rows[term.kind].append(term)
        lists = [(kind, capfirst(kind.label), rows[kind]) for kind in TermKind]
        return super().get_context_data(lists=lists, **kwargs)


class AddTerm(VocabularyPage, FormPage):
    """One choice more, at the end of its list."""

    form_class = AddTermForm
    submit_label = gettext_lazy("Ajouter")
    success_message = gettext_lazy("Le choix est ajouté à la fin de la liste.")

    @property
    def kind(self) -> TermKind:
        """The list that the address names."""
        if self.kwargs["kind"] not in TermKind.values:
            raise Http404
        return TermKind(self.kwargs["kind"])

    def get_title(self) -> str:
        return _("Ajouter un choix\u00a0: %(list)s") % {"list": self.kind.label}

    def perform(self, form: AddTermForm) -> Term:
        return services.add_term(self.actor, actor=self.actor, kind=self.kind, **form.cleaned_data)

    def get_success_url(self, result: Term) -> str:
        return f"{resolve_url('bureau:vocabulary')}#{result.kind}"


class EditTerm(VocabularyPage, FormPage):
    """The label, the place and the life of one choice."""

    scope = all_terms
    form_class = TermForm
    success_message = gettext_lazy("Le choix est modifié.")

    def get_title(self) -> str:
        return _("Modifier «\u00a0%(term)s\u00a0»") % {"term": self.object}

    def get_lead(self) -> str:
        uses = uses_of(self.object)
        return ngettext("%(n)s opération l’a choisi.", "%(n)s opérations l’ont choisi.", uses) % {"n": uses}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "kind": self.object.kind,
            "others": [term for term in all_terms().filter(kind=self.object.kind) if term != self.object],
        }

    def get_initial(self) -> dict[str, Any]:
        term = self.object
        before = all_terms().filter(kind=term.kind, rank__lt=term.rank).last()
        return {
            "label": term.label,
            "after": before.code if before else "",
            "is_active": term.is_active,
            "is_renewal": term.is_renewal,
            "is_other": term.is_other,
        }

    def perform(self, form: TermForm) -> Term:
        return services.change_term(self.object, actor=self.actor, **form.cleaned_data)

    def get_success_url(self, result: Term) -> str:
        return f"{resolve_url('bureau:vocabulary')}#{result.kind}"
