"""Editing a draft of the référentiel, one element after another."""

from __future__ import annotations

from typing import Any

from django.forms import CharField, HiddenInput
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.core.canonical import canonical_json, sha256_hex
from ecoquartier.core.errors import DomainError
from ecoquartier.core.text import french, french_list
from ecoquartier.framework.enums import Provenance
from ecoquartier.framework.models import Commitment, Dimension, Indicator, Notion
from ecoquartier.framework.queries import element_of
from ecoquartier.framework.services import elements
from ecoquartier.framework.workflow import is_draft
from ecoquartier.web.bureau.framework import OnDraft, OnVersion
from ecoquartier.web.bureau.framework_forms import FORMS
from ecoquartier.web.shared.views import ConfirmPage, FormPage

# Kind in the address → model, in the code, what it is called.
KINDS = {
    "dimension": (Dimension, "dimension", gettext_lazy("une dimension")),
    "engagement": (Commitment, "commitment", gettext_lazy("un engagement")),
    "notion": (Notion, "notion", gettext_lazy("une notion")),
    "indicateur": (Indicator, "indicator", gettext_lazy("un indicateur")),
}


class OnElement(OnVersion):
    """An element of a version, by its kind and its id."""

    kwargs: dict[str, Any]

    def load(self) -> None:
        """The version by its scope, then its element."""
        super().load()
        if self.kwargs["kind"] not in KINDS:
            raise Http404
        self.model, name, self.called = KINDS[self.kwargs["kind"]]
        self.element = element_of(self.object, name, self.kwargs["pk"]) if "pk" in self.kwargs else None
        if self.element is None and "pk" in self.kwargs:
            raise Http404


class AddElement(OnElement, OnDraft, FormPage):
    """A new element of a draft."""

    success_message = gettext_lazy("C’est ajouté.")
    submit_label = gettext_lazy("Ajouter")

    def get_title(self) -> str:
        return _("Ajouter %(what)s") % {"what": self.called}

    def get_initial(self) -> dict[str, Any]:
        holder = {name: self.request.GET[name] for name in ("dimension", "commitment") if name in self.request.GET}
        # What is written here is not the official text until somebody says so.
        return {"provenance": Provenance.INDICATIVE, **holder}

    def get_form(self):
        return FORMS[self.model](framework=self.object, **self.get_form_kwargs())

    def perform(self, form):
        return elements.add_element(self.object, actor=self.actor, model=self.model, **form.cleaned_data)


class EditElement(OnElement, OnDraft, FormPage):
    """An element of a draft, changed."""

    template_name = "bureau/framework_element.html"
    success_message = gettext_lazy("C’est enregistré.")

    def get_title(self) -> str:
        return _("Modifier %(what)s") % {"what": self.called}

    @cached_property
    def mark(self) -> str:
        """What the element says when the page is asked, in one short word."""
        said = [str(getattr(self.element, name)) for name in elements.FIELDS[self.model]]
        return sha256_hex(canonical_json(said))[:16]

    def get_initial(self) -> dict[str, Any]:
        return {"seen": self.mark, **{name: getattr(self.element, name) for name in elements.FIELDS[self.model]}}

    def get_form(self):
        form = FORMS[self.model](framework=self.object, **self.get_form_kwargs())
        form.fields["seen"] = CharField(required=False, widget=HiddenInput)
        return form

    def perform(self, form):
        if form.cleaned_data.pop("seen") not in ("", self.mark):
            form.data = form.data | {"seen": self.mark}
            raise DomainError(
                _(
                    "Cet élément a changé depuis que vous l’avez ouvert. Relisez ce qu’il dit maintenant dans un autre "
                    "onglet\u00a0; enregistrez de nouveau pour garder votre texte."
                ),
                code="changed_since",
            )
        return elements.change_element(self.object, actor=self.actor, element=self.element, **form.cleaned_data)


class RemoveElement(OnElement, ConfirmPage):
    """An element of a draft that goes."""

    success_message = gettext_lazy("C’est retiré.")
    submit_label = gettext_lazy("Retirer")
    is_dangerous = True

    def get_title(self) -> str:
        return french(_("Retirer «\u00a0%(element)s\u00a0»") % {"element": self.element})

    def get_effects(self) -> list[str]:
        effects = [_("La table de correspondance demandera ce que deviennent les éléments d’avant.")]
        if isinstance(self.element, Commitment) and (codes := self.element.notions.values_list("code", flat=True)):
            effects.insert(0, _("Ses notions partent avec lui\u00a0: %(codes)s.") % {"codes": french_list(codes)})
        return effects

    def get_obstacles(self) -> list[str]:
        reason = is_draft(self.object) or elements.still_holds(self.element)
        return [reason] if reason else []

    def perform(self, form):
        return elements.remove_element(self.object, actor=self.actor, element=self.element)
