"""Forms about people and organisations."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.accounts.queries import is_own_address
from ecoquartier.commissions.queries import held_seats
from ecoquartier.core import clock
from ecoquartier.core.text import long_date
from ecoquartier.journal.enums import Event
from ecoquartier.journal.queries import entries_about
from ecoquartier.people.enums import OrganisationKind, Role
from ecoquartier.people.queries import acting_in, roles_in_force
from ecoquartier.territories.queries import commune_holds, counties, regions
from ecoquartier.web.bureau.forms import ReasonForm
from ecoquartier.web.bureau.shown_first import SeenForm
from ecoquartier.web.shared.communes import CommuneField
from ecoquartier.web.shared.forms import FilterForm, Form

ROLES = [(role.value, capfirst(role.label)) for role in Role]
KINDS = [(kind.value, capfirst(kind.label)) for kind in OrganisationKind]
TERRITORY_OF = {Role.CORRESPONDENT.value: "county", Role.COORDINATOR.value: "region"}
STATES = {"ouvert": gettext_lazy("Ouvert"), "suspendu": gettext_lazy("Fermé")}
SHOWN = 5
SEAT = "siege"
"""Among the roles of the directory, what is no role granted but a seat."""


def searched(rows, text: str, *columns: str, commune: str = ""):
    """Rows where each word of the text is in one of the columns, or tells the commune at that path."""
    for word in text.split():
        found = Q(*((f"{column}__icontains", word) for column in columns), _connector=Q.OR)
        rows = rows.filter(found | commune_holds(word, commune) if commune else found)
    return rows


class PeopleFilters(FilterForm):
    """Which people."""

    search = "q"
    q = forms.CharField(label=gettext_lazy("Nom ou adresse"))
    role = forms.ChoiceField(
        label=gettext_lazy("Rôle"),
        choices=[("", gettext_lazy("Tous")), *ROLES, (SEAT, gettext_lazy("Siège dans une commission"))],
    )
    region = forms.ModelChoiceField(label=gettext_lazy("Région"), queryset=None, empty_label=gettext_lazy("Toutes"))
    etat = forms.ChoiceField(label=gettext_lazy("Compte"), choices=[("", gettext_lazy("Tous")), *STATES.items()])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = regions()

    def filter(self, rows):
        """People by name, role of today or seat, region, and whether their account is open."""
        values = self.cleaned_data
        rows = searched(rows, values["q"], "full_name", "email")
        if values["role"] == SEAT:
            rows = rows.filter(pk__in=held_seats().values("holder"))
        elif values["role"]:
            rows = rows.filter(pk__in=roles_in_force(values["role"]).values("user"))
        if values["region"]:
            rows = rows.filter(acting_in(regions=[values["region"].pk]))
        if values["etat"]:
            rows = rows.filter(is_active=values["etat"] == "ouvert")
        return rows


class OrganisationFilters(FilterForm):
    """Which organisations."""

    search = "q"
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
        rows = searched(rows, values["q"], "name", "siren", commune="commune__")
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
    reason = ReasonForm.base_fields["reason"]

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


class DesignatingForm(Form):
    """A form where an organisation is designated by its name or its SIREN; when several answer, one is chosen."""

    designates = "organisation"

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.answering = answering(organisations, self.data.get(self.designates, ""))
        if len(self.answering) > 1:
            self.fields["which"] = forms.ChoiceField(
                label=gettext_lazy("Lequel\u00a0?"),
                choices=[(str(row.pk), organisation_words(row)) for row in self.answering],
                required=False,
                widget=forms.RadioSelect,
            )
            names = list(self.fields)
            self.order_fields([*names[: names.index(self.designates) + 1], "which"])

    def designated(self):
        """The only organisation that the words designate, or the one that was chosen.

        Raises:
            ValidationError: none, or several.
        """
        if not self.answering:
            raise ValidationError(_("Aucun organisme de ce nom\u00a0: vérifiez, ou demandez au bureau de l’inscrire."))
        chosen = [row for row in self.answering if str(row.pk) == self.data.get("which")]
        if len(chosen or self.answering) > 1:
            raise ValidationError(_("Plusieurs organismes répondent\u00a0: choisissez le bon, ou précisez."))
        return (chosen or self.answering)[0]


def answering(rows, text: str) -> list:
    """The first organisations that answer to these words: those of this very name or SIREN if there are some."""
    if not text.strip():
        return []
    found = searched(rows.filter(successor=None), text, "name", "siren")
    exact = found.filter(Q(name__iexact=text.strip()) | Q(siren=text.strip()))
    return list(exact[:SHOWN]) or list(found[:SHOWN])


def organisation_words(organisation) -> str:
    """What tells an organisation from another of the same name."""
    added = entries_about(organisation.pk).filter(event=Event.ORGANISATION_ADDED).first()
    said = [
        organisation.get_kind_display(),
        str(organisation.commune or _("sans commune")),
        f"SIREN {organisation.siren}" if organisation.siren else "",
        _("inscrit le %(day)s") % {"day": long_date(localdate(added.occurred_at))} if added else "",
    ]
    return f"{organisation} ({', '.join(filter(None, said))})"


class InviteForm(DesignatingForm):
    """Whom to invite, to what."""

    groups = (
        (gettext_lazy("Qui"), ("email", "reason")),
        (gettext_lazy("Dans quel organisme"), ("organisation", "which", "title", "is_representative")),
        (gettext_lazy("À quel rôle"), ("role", "county", "region")),
    )
    email = forms.EmailField(label=gettext_lazy("Adresse électronique"))
    reason = ReasonForm.base_fields["reason"]
    organisation = forms.CharField(label=gettext_lazy("Nom ou SIREN"), max_length=200, required=False)
    title = AttachForm.base_fields["title"]
    is_representative = AttachForm.base_fields["is_representative"]
    role = forms.ChoiceField(label=gettext_lazy("Rôle"), choices=[("", gettext_lazy("Aucun")), *ROLES], required=False)
    county = RoleForm.base_fields["county"]
    region = RoleForm.base_fields["region"]

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.actor = actor
        offer_territories(self, actor)

    def clean_email(self):
        """Somebody else’s, whatever follows its « + »."""
        if is_own_address(self.actor, self.cleaned_data["email"]):
            raise ValidationError(_("Personne ne s’invite soi-même\u00a0: demandez à une autre personne habilitée."))
        return self.cleaned_data["email"]

    def clean_organisation(self):
        """The organisation that the words designate, if there are some."""
        return self.designated() if self.cleaned_data["organisation"] else None

    def clean(self):
        """Something to join, and the territory of the role."""
        values = super().clean()
        values.pop("which", None)
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
    commune = CommuneField(label=gettext_lazy("Commune du siège"), required=False)

    def clean_siren(self) -> str:
        """Digits as they are often written, in groups."""
        return "".join(self.cleaned_data["siren"].split())


class NewOrganisationForm(OrganisationForm):
    """An organisation to put in the register, unless it is there already."""

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        name = self.data.get("name", "").strip()
        self.same = list(organisations.filter(successor=None, name__iexact=name)[:SHOWN]) if name else []
        if self.same:
            self.fields["is_another"] = forms.BooleanField(
                label=gettext_lazy("C’est un autre organisme du même nom"), required=False
            )

    def clean(self):
        """Another name, or the word of the bureau that it is another organisation."""
        values = super().clean()
        if not values.pop("is_another", False) and self.same:
            names = {"names": "\u00a0; ".join(map(organisation_words, self.same))}
            self.add_error("name", _("Ce nom est déjà inscrit\u00a0: %(names)s. Si c’est un autre, dites-le.") % names)
        return values


class OtherForm(SeenForm):
    """Which record is the duplicate, and why: each of these forms has a field `other`."""

    def mark(self) -> str:
        """The record itself: the same words may come to designate another one."""
        return str(self.cleaned_data["other"].pk)


class OtherPersonForm(OtherForm):
    """Another account, by its address."""

    other = forms.EmailField(label=gettext_lazy("Adresse de l’autre compte"))
    reason = ReasonForm.base_fields["reason"]

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = people

    def clean_other(self):
        """The person of this address."""
        return one_person(self.people, self.cleaned_data["other"])


class OtherOrganisationForm(DesignatingForm, OtherForm):
    """The organisation that was entered twice."""

    designates = "other"
    other = forms.CharField(label=gettext_lazy("Nom ou SIREN de l’autre organisme"), max_length=200)
    reason = ReasonForm.base_fields["reason"]

    def clean_other(self):
        """The organisation that the words designate."""
        return self.designated()
