"""Two records of one person or of one organisation become one: the other is read before anything is done."""

from __future__ import annotations

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.core.text import french_list
from ecoquartier.people.models import Organisation, User
from ecoquartier.web.bureau.people import role_words
from ecoquartier.web.bureau.shown_first import ShownFirst
from ecoquartier.web.shared.views import ConfirmPage

SHOWN = 5


class MergePage(ShownFirst, ConfirmPage):
    """Another record, read before it is merged."""

    submit_label = gettext_lazy("Voir l’autre avant de fusionner")
    confirm_label = gettext_lazy("Fusionner les deux")
    effects = (gettext_lazy("Rien ne se fait encore\u00a0: l’autre fiche est d’abord montrée."),)

    def get_preview(self, values: dict[str, Any]) -> Any:
        return values["other"]

    @property
    def is_dangerous(self) -> bool:
        """Only once the other record was shown."""
        return self.preview is not None


def person_in_words(person: User) -> list[str]:
    """An account as a colleague would recognise it."""
    roles = [role_words(grant) for grant in person.grants_today]
    bodies = [str(membership.organisation) for membership in person.memberships_today]
    return [
        _("L’autre compte est celui de %(person)s, %(address)s.") % {"person": person, "address": person.email},
        _("Ses rôles\u00a0: %(roles)s.") % {"roles": french_list(roles)} if roles else _("Il n’a aucun rôle."),
        _("Ses organismes\u00a0: %(bodies)s.") % {"bodies": french_list(bodies)}
        if bodies
        else _("Il n’agit pour aucun organisme."),
    ]


def organisation_in_words(organisation: Organisation) -> list[str]:
    """An organisation as a colleague would recognise it."""
    people = [str(m.user) for m in organisation.memberships.filter(ended_on=None).select_related("user")]
    said = [
        capfirst(organisation.get_kind_display()),
        f"SIREN {organisation.siren}" if organisation.siren else "",
        str(organisation.commune or ""),
    ]
    words = {"name": organisation, "what": ", ".join(filter(None, said))}
    return [
        _("L’autre organisme est %(name)s (%(what)s).") % words,
        _("Ses personnes\u00a0: %(people)s.") % {"people": french_list(people, limit=SHOWN)}
        if people
        else _("Personne n’agit pour lui."),
    ]
