"""The gallery `/composants/`: every component in every variant, to look at and for automated checks."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from ecoquartier.web.shared.forms import FilterForm, Form, RadioCards, TextField
from ecoquartier.web.shared.pagination import paginate
from ecoquartier.web.shared.views import TemplatePage

STAGES = ((1, _("Étape 1, projet")), (2, _("Étape 2, chantier")), (3, _("Étape 3, livré")), (4, _("Étape 4, confirmé")))
OPINIONS = (("label", _("Proposer le label")), ("later", _("Ajourner")), ("none", _("Transmettre sans avis")))


class ExampleForm(Form):
    """One field of each kind."""

    name = forms.CharField(label=_("Nom de l’opération"), help_text=_("Celui que les habitants connaissent."))
    answer = TextField(
        label=_("Votre réponse"), limit=2000, rows=5, help_text=_("2\u00a0000 signes au plus, espaces non compris.")
    )
    day = forms.DateField(label=_("Date de la visite"), required=False)
    county = forms.ChoiceField(label=_("Département"), choices=[("", "—"), ("53", "Mayenne"), ("974", "La Réunion")])
    plan = forms.FileField(label=_("Plan masse"), required=False, help_text=_("PDF ou image, 20\u00a0Mo au plus."))
    opinion = forms.ChoiceField(
        label=_("Avis de la commission"),
        choices=OPINIONS,
        widget=RadioCards(hints={"later": _("Des recommandations aident à revenir.")}),
    )
    vocation = forms.MultipleChoiceField(
        label=_("Vocation"),
        choices=[("home", _("Habitat")), ("work", _("Activités")), ("mixed", _("Mixte"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agreed = forms.BooleanField(label=_("J’ai lu la charte et je m’engage à la suivre"))

    groups = (
        (_("L’opération"), ("name", "answer", "day", "county", "plan")),
        (_("L’avis"), ("opinion", "vocation", "agreed")),
    )


class ExampleFilters(FilterForm):
    """Filters of a directory."""

    q = forms.CharField(label=_("Nom ou commune"))
    stage = forms.ChoiceField(label=_("Étape"), choices=[("", _("Toutes")), *STAGES])

    def filter(self, rows):
        """Narrow the example rows by text."""
        return [row for row in rows if self.cleaned_data["q"] in str(row)]


class Gallery(TemplatePage):
    """Development and demonstration only; `?erreurs=1` shows a refused form."""

    public = True
    title = _("Composants")
    eyebrow = _("Système visuel")
    lead = _("Chaque composant, dans chacun de ses états. Les portails n’emploient que ceux-ci.")
    breadcrumb = ((_("Accueil"), "public:home"), (_("Aide"), "public:help"))
    template_name = "base/gallery.html"

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Not in production."""
        if not (settings.DEBUG or settings.DEMO):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        refused = "erreurs" in self.request.GET
        values = QueryDict("answer=" + "trop+long+" * 300)
        return super().get_context_data(
            stages=STAGES,
            progress_text=_("46\u00a0% · il manque 13\u00a0éléments"),
            tones=("neutral", "ok", "wait", "bad", "info"),
            form=ExampleForm(values if refused else None),
            filters=ExampleFilters(self.request.GET),
            nav=paginate(range(240), self.request, by=20),
            timeline=[
                {"title": _("Étape 1, projet"), "when": "2024", "rank": 1},
                {"title": _("Étape 2, chantier"), "when": "2027", "rank": 2, "text": _("Visite le 12 mai.")},
                {"title": _("Instruction"), "when": _("depuis 12 jours"), "state": "current"},
                {"title": _("Commission nationale"), "when": _("en octobre"), "state": "todo"},
            ],
            pairs=[(_("Commune"), "Laval"), (_("Logements prévus"), "1\u00a0240"), (_("Aménageur"), "")],
            sections=(
                (_("Identité"), _("complet"), "ok", False),
                (_("Démarche et processus"), _("3 sur 5"), "wait", True),
                (_("Pièces jointes"), _("plan masse manquant"), "bad", False),
            ),
            **kwargs,
        )
