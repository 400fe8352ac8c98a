"""The gallery `/composants/`: every component in every variant, to look at and for automated checks."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ecoquartier.operations.domain.perimeter.drawings import Frame
from ecoquartier.operations.enums import PerimeterSource
from ecoquartier.web.shared.communes import CommuneField
from ecoquartier.web.shared.errors import TITLES, size_limits
from ecoquartier.web.shared.files import IMAGE, MEGABYTE, PDF, FileField, KeptFile
from ecoquartier.web.shared.forms import FilterForm, Form, RadioCards, TextField
from ecoquartier.web.shared.pagination import paginate
from ecoquartier.web.shared.quoted import Quoted
from ecoquartier.web.shared.views import ConfirmPage, TemplatePage

STAGES = ((1, _("Étape 1, projet")), (2, _("Étape 2, chantier")), (3, _("Étape 3, livré")), (4, _("Étape 4, confirmé")))
OPINIONS = (("label", _("Proposer le label")), ("later", _("Ajourner")), ("none", _("Transmettre sans avis")))
# Sections of the gallery, in order: anchor, title.
SECTIONS = (
    ("etapes", _("Étapes et chiffres")),
    ("etats", _("États et messages")),
    ("boutons", _("Boutons")),
    ("avancement", _("Avancement")),
    ("surfaces", _("Surfaces")),
    ("tableau", _("Tableaux et listes")),
    ("perimetre", _("Périmètre")),
    ("referentiel", _("Référentiel")),
    ("vide", _("Rien à montrer")),
    ("formulaire", _("Formulaire")),
    ("pages", _("Pages entières")),
)
CORNERS = ((0, 0), (260, -40), (420, 130), (390, 330), (150, 300), (110, 180))
DISC = tuple((200 * math.cos(turn / 18 * math.pi), 200 * math.sin(turn / 18 * math.pi)) for turn in range(36))
MEASURE = {
    "title": _("Part du sol qui laisse passer l’eau"),
    "value": _("un pourcentage"),
    "direction": _("plus c’est haut, mieux c’est"),
    "method": _("Surface perméable rapportée à celle du périmètre, à la livraison."),
    "formula": _("surface perméable / superficie"),
}
SUPPLEMENT = {
    "reason": _("L’eau manque l’été et déborde l’hiver."),
    "guidance": _("Dites ce que devient la pluie, de la toiture au ruisseau."),
    "question_list": [_("Quelle part de la pluie s’infiltre sur place\u00a0?")],
    "measures": [MEASURE],
}
QUOTED = (
    Quoted(
        commitment=_("19. Gérer l’eau"),
        text=_("Chiffrer la part des sols qui restent perméables."),
        issuer=_("Commission régionale"),
        issued_on=date(2024, 9, 12),
        due_on=date(2027, 9, 1),
        answer=_("Mesure faite en juin\u00a0: 41\u00a0%."),
    ),
    Quoted("", _("Associer les gestionnaires dès l’esquisse."), _("Commission nationale"), date(2024, 11, 4), None, ""),
)
COMPARED = (
    {
        "name": "19",
        "change": "changed",
        "label": _("modifié"),
        "shown": [
            {
                "name": _("titre"),
                "old": True,
                "new": True,
                "pieces": [
                    {"text": _("Gérer l’eau "), "is_old": True, "is_new": True},
                    {"text": _("de pluie"), "is_old": True, "is_new": False},
                    {"text": _("comme une ressource"), "is_old": False, "is_new": True},
                ],
            }
        ],
    },
    {
        "name": "21",
        "change": "new",
        "label": _("ajouté"),
        "shown": [],
        "news": [{"code": "21", "title": _("Ménager les sols")}],
    },
)
ERRORS = {str(int(code)): title for code, title in TITLES.items()} | {
    "expired": _("Cette page a expiré"),
    "maintenance": _("Le site est fermé le temps d’une opération"),
}


@dataclass(frozen=True)
class ExamplePerimeter:
    """What the drawing of a perimeter needs."""

    label: str | Promise
    source: str
    drawing: dict[str, Any]


PERIMETERS = (
    ExamplePerimeter(_("Un contour"), PerimeterSource.GEOJSON, Frame(0, -40, 420, 330).draw([CORNERS])),
    ExamplePerimeter(
        _("Un point, et la superficie déclarée"), PerimeterSource.POINT, Frame(-200, -200, 200, 200).draw([DISC])
    ),
)


class ExampleForm(Form):
    """One field of each kind."""

    name = forms.CharField(label=_("Nom de l’opération"), help_text=_("Celui que les habitants connaissent."))
    answer = TextField(
        label=_("Votre réponse"), limit=2000, rows=5, help_text=_("2\u00a0000 signes au plus, espaces non compris.")
    )
    day = forms.DateField(label=_("Date de la visite"), required=False)
    commune = CommuneField(label=_("Commune"), required=False)
    county = forms.ChoiceField(label=_("Département"), choices=[("", "—"), ("53", "Mayenne"), ("974", "La Réunion")])
    plan = FileField(label=_("Plan masse"), kinds=(PDF, IMAGE), most=20 * MEGABYTE)
    deliberation = FileField(label=_("Délibération"), kinds=(PDF,), most=20 * MEGABYTE, required=False)
    opinion = forms.ChoiceField(
        label=_("Avis de la commission"),
        choices=OPINIONS,
        widget=RadioCards(hints={"later": _("Des recommandations aident à revenir.")}),
    )
    marks = forms.ChoiceField(
        label=_("Appréciation"),
        choices=[("a", _("exemplaire")), ("b", _("satisfaisant")), ("c", _("à renforcer"))],
        widget=forms.RadioSelect,
        required=False,
    )
    vocation = forms.MultipleChoiceField(
        label=_("Vocation"),
        choices=[("home", _("Habitat")), ("work", _("Activités")), ("mixed", _("Mixte"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agreed = forms.BooleanField(label=_("J’ai lu la charte et je m’engage à la suivre"))

    groups = (
        (_("L’opération"), ("name", "answer", "day", "commune", "county", "plan", "deliberation")),
        (_("L’avis"), ("opinion", "marks", "vocation", "agreed")),
    )


class ExampleFilters(FilterForm):
    """Filters of a directory."""

    q = forms.CharField(label=_("Nom ou commune"))
    stage = forms.ChoiceField(label=_("Étape"), choices=[("", _("Toutes")), *STAGES])

    def filter(self, rows):
        """Narrow the example rows by text."""
        return [row for row in rows if self.cleaned_data["q"] in str(row)]


class ReasonForm(Form):
    """What the example of a confirmation asks."""

    reason = forms.CharField(label=_("Motif"), help_text=_("Le porteur de projet le lit."))
    proof = FileField(label=_("Courrier"), kinds=(PDF,), most=MEGABYTE, required=False)


class Example:
    """A page of the gallery: development and demonstration only."""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Not in production."""
        if not (settings.DEBUG or settings.DEMO):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class Gallery(Example, TemplatePage):
    """`?erreurs=1` shows a refused form, `?refus=1` a refused act: each takes the focus, so neither is there first."""

    public = True
    title = _("Composants")
    eyebrow = _("Système visuel")
    lead = _("Chaque composant, dans chacun de ses états. Les portails n’emploient que ceux-ci.")
    breadcrumb = ((_("Accueil"), "public:home"), (_("Aide"), "public:help"))
    template_name = "base/gallery.html"

    def get_form(self) -> ExampleForm:
        """The example, empty or refused."""
        initial = {"deliberation": KeptFile(_("délibération du 12 mai.pdf"), 1_260_000, "#formulaire")}
        values = QueryDict("answer=" + "trop+long+" * 300)
        return ExampleForm(values if "erreurs" in self.request.GET else None, initial=initial)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            sections=SECTIONS,
            stages=STAGES,
            progress_text=_("46\u00a0% · il manque 13\u00a0éléments"),
            tones=("neutral", "ok", "wait", "bad", "info"),
            form=self.get_form(),
            shows_refusal="refus" in self.request.GET,
            filters=ExampleFilters(self.request.GET),
            nav=paginate(range(240), self.request, by=20),
            steps=[
                (_("Identité"), "#avancement"),
                (_("Périmètre"), ""),
                (_("Équipe"), ""),
                (_("Calendrier"), ""),
            ],
            timeline=[
                {"title": _("Étape 1, projet"), "when": "2024", "rank": 1},
                {"title": _("Étape 2, chantier"), "when": "2027", "rank": 2, "text": _("Visite le 12 mai.")},
                {"title": _("Instruction"), "when": _("depuis 12 jours"), "state": "current"},
                {"title": _("Commission nationale"), "when": _("en octobre"), "state": "todo"},
            ],
            pairs=[(_("Commune"), "Laval"), (_("Logements prévus"), "1\u00a0240"), (_("Aménageur"), "")],
            parts=(
                (_("Identité"), _("complet"), "ok", False),
                (_("Démarche et processus"), _("3 sur 5"), "wait", True),
                (_("Pièces jointes"), _("plan masse manquant"), "bad", False),
            ),
            perimeters=PERIMETERS,
            measure=MEASURE,
            supplement=SUPPLEMENT,
            compared=COMPARED,
            quoted=QUOTED,
            errors=[(name, title, reverse("gallery-error", args=[name])) for name, title in ERRORS.items()],
            **kwargs,
        )


class ExampleConfirmation(Example, ConfirmPage):
    """An act that cannot be undone, which does nothing here; `?ferme=1` shows it closed."""

    public = True
    title = _("Retirer la candidature")
    eyebrow = _("Les Tanneries, Laval")
    breadcrumb = ((_("Composants"), "gallery"),)
    form_class = ReasonForm
    submit_label = _("Retirer")
    success_message = _("La candidature est retirée.")
    success_url = "gallery-confirmation"
    is_dangerous = True
    effects = (
        _("La candidature est refermée\u00a0; le correspondant et le bureau sont prévenus."),
        _("Le carnet garde tout ce qui est écrit."),
    )
    irreversible = (_("Une candidature retirée ne se rouvre pas\u00a0: il faudra en préparer une autre."),)

    def get_obstacles(self) -> Iterable[str]:
        return [_("La commission a déjà rendu son avis.")] if "ferme" in self.request.GET else []

    def perform(self, form: Form) -> None:
        """Nothing: it is an example."""


class ErrorPreview(Example, TemplatePage):
    """An error page as people see it, answered with 200 so that it can be looked at."""

    public = True

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The page; 404 when there is none of this name."""
        if kwargs["name"] not in ERRORS:
            raise Http404
        return super().get(request, *args, **kwargs)

    def get_title(self) -> str:
        return str(ERRORS[self.kwargs["name"]])

    def get_template_names(self) -> list[str]:
        return [f"errors/{self.kwargs['name']}.html"]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        name = self.kwargs["name"]
        reasons = {"409": _("Ce dossier est déjà déposé."), "413": size_limits()}
        status = {"expired": "403", "maintenance": ""}.get(name, name)
        return super().get_context_data(status=status, reason=reasons.get(name, ""), **kwargs)
