"""Forms about dossiers: they parse and phrase; the services decide."""

from __future__ import annotations

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ecoquartier.access.scopes import dossiers_in_territory_of, in_situation
from ecoquartier.dossiers.enums import Situation
from ecoquartier.operations.queries import holds
from ecoquartier.web.shared.forms import FilterForm, Form, TextField


class DossierFilters(FilterForm):
    """Filters of the list, in the words of the address."""

    q = forms.CharField(label=_("Opération, commune ou porteur"))
    titre = forms.ChoiceField(label=_("Suivis pour"), choices=[("", _("Tous")), ("territoire", _("Mon territoire"))])
    campagne = forms.TypedChoiceField(label=_("Campagne"), coerce=int, empty_value=None)
    etape = forms.TypedChoiceField(label=_("Étape"), coerce=int, empty_value=None)
    etat = forms.ChoiceField(label=_("Situation"), choices=[("", _("Toutes")), *Situation.choices])

    def __init__(self, data=None, *, user, rows, **kwargs):
        super().__init__(data, **kwargs)
        self.user = user
        if not (user.rights.counties or user.rights.regions):
            del self.fields["titre"]
        years = rows.order_by("-campaign").values_list("campaign", flat=True).distinct()
        stages = rows.order_by("stage__rank").values_list("stage__rank", "stage__name").distinct()
        self.fields["campagne"].choices = [("", _("Toutes")), *((year, year) for year in years)]
        self.fields["etape"].choices = [("", _("Toutes")), *((rank, f"{rank}, {name}") for rank, name in stages)]

    def filter(self, rows):
        """Narrow the rows; a filter by situation never tells more than the page of the dossier would."""
        values = self.cleaned_data
        for word in values["q"].split():
            rows = rows.filter(holds(word, "operation__") | Q(holder__name__icontains=word))
        if values.get("titre"):
            rows = rows.filter(pk__in=dossiers_in_territory_of(self.user).order_by().values("pk"))
        if values["campagne"]:
            rows = rows.filter(campaign=values["campagne"])
        if values["etape"]:
            rows = rows.filter(stage__rank=values["etape"])
        return rows.filter(in_situation(values["etat"], self.user)) if values["etat"] else rows


class OpinionForm(Form):
    """The correspondent’s opinion on an admissible dossier."""

    opinion = TextField(
        label=_("Avis du correspondant"),
        help_text=_(
            "Lu par le coordonnateur régional, le bureau et la commission ; par les experts quand toutes les "
            "expertises sont scellées ; par le porteur quand la décision lui est notifiée."
        ),
        limit=4000,
    )


class RefusalForm(Form):
    """Why a dossier is inadmissible: its holder reads it."""

    opinion = TextField(
        label=_("Motifs de l’irrecevabilité"),
        help_text=_("Le porteur de projet et la collectivité les lisent tout de suite."),
        limit=4000,
    )


class CompletionForm(Form):
    """What is asked, field by field, until when."""

    message = TextField(
        label=_("Ce que vous demandez"), help_text=_("Le porteur de projet le lit tel quel."), limit=4000, rows=6
    )
    due_on = forms.DateField(label=_("Attendu au plus tard le"), help_text=_("Jusqu’à 23 h 59 ce jour-là."))
    elements = forms.MultipleChoiceField(
        label=_("Éléments à compléter"),
        help_text=_("Seuls les éléments cochés s’ouvrent ; le reste du dépôt ne change pas."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Cochez au moins un élément.")},
    )

    def __init__(self, *args, elements, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["elements"].choices = elements


class ReasonForm(Form):
    """A reason that the other side reads."""

    reason = TextField(label=_("Motif"), limit=2000, rows=5)


class WithdrawForm(Form):
    """A holder withdraws, with or without saying why."""

    reason = TextField(label=_("Motif (facultatif)"), limit=2000, rows=4, required=False)


class ResumeForm(ReasonForm):
    """The bureau gives a dossier back until a date."""

    due_on = forms.DateField(label=_("Compléments attendus au plus tard le"))


class ExtendForm(ReasonForm):
    """The bureau extends the window for one dossier."""

    until = forms.DateField(label=_("Dépôt possible jusqu’au"), help_text=_("Jusqu’à 23 h 59 ce jour-là."))


class AgreementForm(Form):
    """The agreement of a collectivité to one exact content, given by its hash."""

    sha256 = forms.CharField(widget=forms.HiddenInput)
    organisation = forms.TypedChoiceField(label=_("Au nom de"), widget=forms.RadioSelect)

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisations = {str(o.pk): o for o in organisations}
        field = self.fields["organisation"]
        field.choices = [(pk, o.name) for pk, o in self.organisations.items()]
        field.coerce = self.organisations.get
        if len(self.organisations) == 1:
            field.widget = forms.HiddenInput()
            self.initial["organisation"] = next(iter(self.organisations))
