"""The contact page: a question goes to those who answer for the place and the subject."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.accounts.enums import Topic
from ecoquartier.accounts.models import Question
from ecoquartier.accounts.queries import addressees
from ecoquartier.accounts.services import questions
from ecoquartier.directory.queries import moved_to, public_rows
from ecoquartier.people.enums import Role
from ecoquartier.territories.queries import commune_by_insee
from ecoquartier.web.shared.communes import HINT, CommuneField
from ecoquartier.web.shared.forms import Form, RadioCards
from ecoquartier.web.shared.limits import Limit, TooOften, client_network
from ecoquartier.web.shared.page import Page
from ecoquartier.web.shared.views import FormPage

# A town hall writes from one address: enough for all its people, too few for a machine.
QUESTIONS = Limit("questions", most=5, seconds=3600)
# From everywhere together: many more than are ever asked, and few enough to be read.
ALL_QUESTIONS = Limit("questions-in-all", most=500, seconds=3600)
LONGEST = 4_000


class QuestionForm(Form):
    """What one asks, about which place, and where to answer."""

    topic = forms.ChoiceField(label=gettext_lazy("Votre question porte sur"), choices=Topic.choices, widget=RadioCards)
    commune = CommuneField(
        label=gettext_lazy("Commune concernée"),
        required=False,
        help_text=format_lazy(
            "{} {}",
            gettext_lazy(
                "À dire pour une opération, utile pour le label\u00a0: la question va au correspondant ville durable "
                "du département."
            ),
            HINT,
        ),
    )
    text = forms.CharField(
        label=gettext_lazy("Votre question"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("4\u00a0000 signes au plus. N’écrivez rien de confidentiel."),
    )
    name = forms.CharField(
        label=gettext_lazy("Votre nom"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=gettext_lazy("Votre adresse électronique"),
        help_text=gettext_lazy("La réponse y arrive. Exemple\u00a0: prenom.nom@ville.example"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean(self) -> dict[str, Any]:
        """A question about an operation says where it is: who answers for it is there.

        Raises:
            ValidationError: at the commune, which is not said.
        """
        values = super().clean()
        if values.get("topic") == Topic.OPERATION and "commune" in values and not values["commune"]:
            self.add_error("commune", _("Dites dans quelle commune\u00a0: la question va à la personne qui la suit."))
        return values


class Contact(FormPage):
    """`/contact/`."""

    public = True
    title = gettext_lazy("Contact")
    lead = gettext_lazy(
        "Une question sur un quartier, le label ou votre compte\u00a0? Elle arrive à la personne qui peut répondre."
    )
    description = gettext_lazy("Écrire au correspondant ville durable d’un département ou au bureau national du label.")
    template_name = "public/contact.html"
    form_class = QuestionForm
    submit_label = gettext_lazy("Envoyer la question")
    success_url = "public:contact"

    @property
    def page(self) -> Page:
        """A public page, although its form needs a token."""
        return replace(super().page, is_private=False)

    def get_initial(self) -> dict[str, Any]:
        """About a public operation, when the address names it, or about those of a commune, by its INSEE code."""
        asked = {name: self.request.GET.get(name, "").replace("\0", "") for name in ("operation", "commune")}
        slug = asked["operation"] and (moved_to(asked["operation"]) or asked["operation"])
        row = public_rows().filter(slug=slug).first() if slug else None
        commune = commune_by_insee(row.commune_code if row else asked["commune"])
        if commune is None:
            return {}
        about = {"text": _("À propos de «\u00a0%(name)s\u00a0»\u00a0:") % {"name": row.name} + "\n"} if row else {}
        return {"topic": Topic.OPERATION, "commune": commune, **about}

    def perform(self, form: QuestionForm) -> Question:
        if seconds := QUESTIONS.wait(client_network(self.request)):
            said = _("Trop de questions en peu de temps depuis votre réseau\u00a0: réessayez dans une heure.")
            raise TooOften(said, seconds)
        if seconds := ALL_QUESTIONS.wait():
            said = _("Beaucoup de questions arrivent en ce moment\u00a0: gardez la vôtre et réessayez dans une heure.")
            raise TooOften(said, seconds)
        return questions.ask(**form.cleaned_data)

    def get_success_message(self, result: Question) -> str:
        people = addressees(result)
        if not result.is_local:
            return _("Votre question est transmise au bureau national. La réponse arrivera par courriel.")
        if people.filter(grants__role=Role.CORRESPONDENT, grants__county=result.commune.county).exists():
            return _(
                "Votre question est transmise au correspondant ville durable (%(county)s). "
                "La réponse arrivera par courriel."
            ) % {"county": result.commune.county.name}
        return _("Votre question est transmise aux services de l’État. La réponse arrivera par courriel.")
