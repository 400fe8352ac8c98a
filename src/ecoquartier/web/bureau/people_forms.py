"""Forms about people and organisations."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.accounts.queries import is_own_address
from ecoquartier.core import clock
from ecoquartier.people.enums import OrganisationKind, Role
from ecoquartier.people.queries import acting_in, roles_in_force
from ecoquartier.territories.queries import commune_by_insee, counties, find_communes, regions
from ecoquartier.web.shared.forms import FilterForm, Form


class OtherForm(Form):
    """Which record is the duplicate; `seen` is the one that was just read."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)


ROLES = [(role.value, capfirst(role.label)) for role in Role]
KINDS = [(kind.value, capfirst(kind.label)) for kind in OrganisationKind]
TERRITORY_OF = {Role.CORRESPONDENT.value: "county", Role.COORDINATOR.value: "region"}
STATES = {"ouvert": gettext_lazy("Ouvert"), "suspendu": gettext_lazy("Fermé")}
SHOWN = 5


def searched(rows, text: str, *columns: str):
    """Rows where each word of the text is in one of the columns."""
    for word in text.split():
        rows = rows.filter(Q(*((f"{column}__icontains", word) for column in columns), _connector=Q.OR))
    return rows


class PeopleFilters(FilterForm):
    """Which people."""

    q = forms.CharField(label=gettext_lazy("Nom ou adresse"))
    role = forms.ChoiceField(label=gettext_lazy("Rôle"), choices=[("", gettext_lazy("Tous")), *ROLES])
    region = forms.ModelChoiceField(label=gettext_lazy("Région"), queryset=None, empty_label=gettext_lazy("Toutes"))
    etat = forms.ChoiceField(label=gettext_lazy("Compte"), choices=[("", gettext_lazy("Tous")), *STATES.items()])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = regions()

    def filter(self, rows):
        """People by name, role of today, region, and whether their account is open."""
        values = self.cleaned_data
        rows = searched(rows, values["q"], "full_name", "email")
        if values["role"]:
            rows = rows.filter(pk__in=roles_in_force(values["role"]).values("user"))
        if values["region"]:
            rows = rows.filter(acting_in(regions=[values["region"].pk]))
        if values["etat"]:
            rows = rows.filter(is_active=values["etat"] == "ouvert")
        return rows


class OrganisationFilters(FilterForm):
    """Which organisations."""

    q = forms.CharField(label=gettext_lazy("Nom, SIREN ou commune"))
    nature = forms.ChoiceField(label=gettext_lazy("Nature"), choices=[("", gettext_lazy("Toutes")), *KINDS])
    region = forms.ModelChoiceField(label=gettext_lazy("Région"), queryset=None, empty_label=gettext_lazy("Toutes"))
    fusionnes = forms.BooleanField(label=gettext_lazy("Montrer les organismes fusionnés"))
    not_filters = ("fusionnes",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = regions()

    def filter(self, rows):
        """Organisations by name, kind and region; the merged ones when asked."""
        values = self.cleaned_data
        rows = searched(rows, values["q"], "name", "siren", "commune__name")
        if values["nature"]:
            rows = rows.filter(kind=values["nature"])
        if values["region"]:
            rows = rows.filter(commune__county__region=values["region"])
        return rows if values["fusionnes"] else rows.filter(successor=None)


class RoleForm(Form):
    """A role, where, when and why."""

    role = forms.ChoiceField(label=gettext_lazy("Rôle"), choices=[("", gettext_lazy("Choisissez un rôle")), *ROLES])
    county = forms.ModelChoiceField(
        label=gettext_lazy("Département"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("Aucun"),
        help_text=gettext_lazy("Pour un correspondant."),
    )
    region = forms.ModelChoiceField(
        label=gettext_lazy("Région"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("Aucune"),
        help_text=gettext_lazy("Pour un coordonnateur."),
    )
    starts_on = forms.DateField(label=gettext_lazy("À partir du"))
    ends_on = forms.DateField(
        label=gettext_lazy("Jusqu’au"),
        required=False,
        help_text=gettext_lazy("Ce jour-là, le rôle est fini. Vide\u00a0: sans limite."),
    )
    reason = forms.CharField(label=gettext_lazy("Motif"), max_length=300, help_text=gettext_lazy("Il va au journal."))

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].initial = clock.today
        offer_territories(self, actor)

    def clean(self):
        """The territory of the role, and a period in order."""
        values = super().clean()
        check_territory(self, values)
        if values.get("starts_on") and values.get("ends_on") and values["ends_on"] < values["starts_on"]:
            self.add_error("ends_on", _("Le rôle finirait avant de commencer."))
        return values


class InviteForm(Form):
    """Whom to invite, to what."""

    groups = (
        (gettext_lazy("Qui"), ("email", "reason")),
        (gettext_lazy("Dans quel organisme"), ("organisation", "title", "is_representative")),
        (gettext_lazy("À quel rôle"), ("role", "county", "region")),
    )
    email = forms.EmailField(label=gettext_lazy("Adresse électronique"))
    reason = forms.CharField(label=gettext_lazy("Motif"), max_length=300, help_text=gettext_lazy("Il va au journal."))
    organisation = forms.CharField(label=gettext_lazy("Nom ou SIREN"), max_length=200, required=False)
    title = forms.CharField(label=gettext_lazy("Fonction"), max_length=120, required=False)
    is_representative = forms.BooleanField(
        label=gettext_lazy("Représente l’organisme"),
        required=False,
        help_text=gettext_lazy("Signe et donne des accords en son nom."),
    )
    role = forms.ChoiceField(label=gettext_lazy("Rôle"), choices=[("", gettext_lazy("Aucun")), *ROLES], required=False)
    county = RoleForm.base_fields["county"]
    region = RoleForm.base_fields["region"]

    def __init__(self, *args, actor, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisations, self.actor = organisations, actor
        offer_territories(self, actor)

    def clean_email(self):
        """Somebody else’s, whatever follows its « + »."""
        if is_own_address(self.actor, self.cleaned_data["email"]):
            raise ValidationError(_("Personne ne s’invite soi-même\u00a0: demandez à une autre personne habilitée."))
        return self.cleaned_data["email"]

    def clean_organisation(self):
        """The only organisation that the words designate."""
        text = self.cleaned_data["organisation"]
        return one_organisation(self.organisations, text) if text else None

    def clean(self):
        """Something to join, and the territory of the role."""
        values = super().clean()
        if not values.get("role") and not values.get("organisation") and "organisation" not in self.errors:
            self.add_error("organisation", _("Indiquez un organisme, ou choisissez un rôle."))
        check_territory(self, values)
        return values


def check_territory(form: Form, values) -> None:
    """Say beside the county or the region which one the role asks for, and which one it has nothing to do with."""
    asked = TERRITORY_OF.get(values.get("role", ""))
    for name in ("county", "region"):
        if name == asked and not values.get(name) and name not in form.errors:
            form.add_error(name, _("Ce rôle s’exerce sur un territoire\u00a0: choisissez-le."))
        elif name != asked and values.get(name):
            form.add_error(name, _("Ce rôle ne s’exerce pas là\u00a0: ne choisissez rien ici."))


def offer_territories(form: Form, actor) -> None:
    """Offer the roles and the places that the person may give, and no empty choice; the service decides in any case."""
    if Role.BUREAU in actor.rights.roles:
        form.fields["county"].queryset, form.fields["region"].queryset = counties(), regions()
        return
    del form.fields["region"]
    if actor.rights.regions:
        allowed = {"", Role.CORRESPONDENT.value}
        form.fields["role"].choices = [choice for choice in form.fields["role"].choices if choice[0] in allowed]
        form.fields["county"].queryset = counties().filter(region__in=actor.rights.regions)
    else:
        del form.fields["role"], form.fields["county"]


def one_organisation(rows, text: str):
    """The organisation of this name or SIREN; an exact name wins.

    Raises:
        ValidationError: none, or several, which are named.
    """
    found = list(searched(rows.filter(successor=None), text, "name", "siren")[: SHOWN + 1])
    exact = [row for row in found if text.strip().lower() in (row.name.lower(), row.siren)]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if not found:
        raise ValidationError(_("Aucun organisme de ce nom\u00a0: vérifiez, ou demandez au bureau de l’inscrire."))
    names = ", ".join(str(row) for row in found[:SHOWN])
    raise ValidationError(_("Plusieurs organismes répondent\u00a0: %(names)s. Précisez.") % {"names": names})


class PersonOfAddressForm(OtherForm):
    """Another account, by its address, and why."""

    email = forms.EmailField(label=gettext_lazy("Adresse de l’autre compte"))
    reason = forms.CharField(label=gettext_lazy("Motif"), max_length=300, help_text=gettext_lazy("Il va au journal."))

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = people

    def clean_email(self):
        """The person of this address."""
        return one_person(self.people, self.cleaned_data["email"])


def one_person(people, email: str):
    """The person of an address, among those that one may see.

    Raises:
        ValidationError: nobody that one knows has it.
    """
    found = people.filter(email=email.lower()).first()
    if found is None:
        raise ValidationError(_("Aucune personne que vous connaissez n’a cette adresse\u00a0: invitez-la."))
    return found


class AttachForm(Form):
    """Who acts for the organisation."""

    email = forms.EmailField(label=gettext_lazy("Adresse de la personne"))
    title = forms.CharField(label=gettext_lazy("Fonction"), max_length=120, required=False)
    is_representative = forms.BooleanField(
        label=gettext_lazy("Représente l’organisme"),
        required=False,
        help_text=gettext_lazy("Signe et donne des accords en son nom."),
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = people

    def clean_email(self):
        """The person of this address."""
        return one_person(self.people, self.cleaned_data["email"])


class OrganisationForm(Form):
    """What an organisation is."""

    name = forms.CharField(label=gettext_lazy("Nom"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Nature"), choices=KINDS)
    siren = forms.CharField(
        label=gettext_lazy("SIREN"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Neuf chiffres, s’il en a un."),
    )
    commune = forms.CharField(
        label=gettext_lazy("Commune du siège"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Son nom, avec le département s’il le faut, ou son code INSEE."),
    )

    def clean_siren(self) -> str:
        """Digits as they are often written, in groups."""
        return "".join(self.cleaned_data["siren"].split())

    def clean_commune(self):
        """The only commune that the words designate."""
        text = self.cleaned_data["commune"].strip()
        if not text:
            return None
        if found := commune_by_insee(text):
            return found
        candidates = find_communes(text, limit=SHOWN)
        exact = [c for c in candidates if text.lower() in (c.name.lower(), str(c).lower())]
        if len(exact or candidates) == 1:
            return (exact or candidates)[0]
        if not candidates:
            raise ValidationError(_("Aucune commune de ce nom."))
        names = ", ".join(map(str, candidates))
        raise ValidationError(_("Plusieurs communes répondent\u00a0: %(names)s. Précisez.") % {"names": names})


class MergeOrganisationForm(OtherForm):
    """The organisation that was entered twice, and why."""

    name = forms.CharField(label=gettext_lazy("Nom ou SIREN de l’autre organisme"), max_length=200)
    reason = forms.CharField(label=gettext_lazy("Motif"), max_length=300, help_text=gettext_lazy("Il va au journal."))

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisations = organisations

    def clean_name(self):
        """The only organisation that the words designate."""
        return one_organisation(self.organisations, self.cleaned_data["name"])
