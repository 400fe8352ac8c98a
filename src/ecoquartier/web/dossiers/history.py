"""The journal of a dossier as its reader may know it, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.journal.enums import Release
from ecoquartier.journal.models import Entry
from ecoquartier.web.dossiers.reader import Reader


@dataclass(frozen=True)
class Sentence:
    """How an act is told.

    Args:
        text: the sentence.
        is_internal: told to the experts, the services and the bureau only.
        is_signed: whether everybody reads who did it.
    """

    text: str
    is_internal: bool = False
    is_signed: bool = False


def _told(text) -> Sentence:
    return Sentence(text)


def _signed(text) -> Sentence:
    return Sentence(text, is_signed=True)


def _internal(text) -> Sentence:
    return Sentence(text, is_internal=True)


SENTENCES = {
    "dossier.opened": _signed(gettext_lazy("Candidature ouverte")),
    "dossier.extended": _signed(gettext_lazy("Dépôt prolongé")),
    "dossier.agreed": _signed(gettext_lazy("Accord de la collectivité")),
    "dossier.deposited": _signed(gettext_lazy("Dépôt n° %(number)s")),
    "dossier.completed": _signed(gettext_lazy("Dépôt n° %(number)s, avec les compléments")),
    "dossier.completion_asked": _signed(gettext_lazy("Compléments demandés")),
    "dossier.lapsed": _signed(gettext_lazy("Examen repris sans complément")),
    "dossier.admitted": _signed(gettext_lazy("Déclaré recevable")),
    "dossier.refused": _signed(gettext_lazy("Déclaré irrecevable")),
    "dossier.reopened": _signed(gettext_lazy("Examen rouvert")),
    "dossier.registered": _signed(gettext_lazy("Étape enregistrée")),
    "dossier.expertise_skipped": _told(gettext_lazy("Passé en commission sans expertise")),
    "dossier.referred_directly": _told(gettext_lazy("Transmis à la commission nationale")),
    "dossier.withdrawn": _signed(gettext_lazy("Candidature retirée")),
    "dossier.closed": _signed(gettext_lazy("Dossier clos")),
    "dossier.resumed": _signed(gettext_lazy("Dossier rendu au porteur")),
    "dossier.proposed": _told(gettext_lazy("La commission régionale propose le label")),
    "dossier.referred": _told(gettext_lazy("La commission régionale transmet sans avis")),
    "dossier.adjourned": _told(gettext_lazy("Candidature ajournée")),
    "dossier.sent_back": _told(gettext_lazy("Renvoyé à la commission régionale")),
    "dossier.awarded": _told(gettext_lazy("Label attribué")),
    "award.notified": _told(gettext_lazy("Décision notifiée au porteur et à la collectivité")),
    "award.published": _told(gettext_lazy("Label publié")),
    "assignment.proposed": _internal(gettext_lazy("Expert proposé")),
    "assignment.accepted": _internal(gettext_lazy("Expertise acceptée")),
    "assignment.declined": _internal(gettext_lazy("Expertise déclinée")),
    "expertise.started": _told(gettext_lazy("Expertise commencée")),
    "expertise.closed": _told(gettext_lazy("Expertise close")),
    "visit.dated": _told(gettext_lazy("Visite fixée au %(visit_on)s")),
    "visit.reported": _internal(gettext_lazy("Compte rendu de la visite rédigé")),
    "report.sealed": _internal(gettext_lazy("Expertise scellée")),
    "synthesis.proposed": _internal(gettext_lazy("Synthèse soumise au second expert")),
    "synthesis.sent_back": _internal(gettext_lazy("Correction de la synthèse demandée")),
    "synthesis.endorsed": _internal(gettext_lazy("Synthèse approuvée par un expert")),
    "synthesis.approved": _internal(gettext_lazy("Synthèse approuvée")),
}
"""What is told of an act on this page. An act that is not here (a recusal, a draft outcome) is never told."""

RECENT = 6


def history(reader: Reader, entries: Iterable[Entry], *, names: Mapping[str, str], readable: set[UUID]) -> list[dict]:
    """Entries of a timeline, the latest first.

    Args:
        names: full names of people, by id.
        readable: ids of the agenda items whose outcome this reader may know.
    """
    found = []
    for entry in entries:
        sentence = SENTENCES.get(entry.event)
        if sentence is None or not _may_read(reader, entry, sentence, readable):
            continue
        is_named = sentence.is_signed or reader.is_staff
        found.append(
            {
                "title": str(sentence.text) % _words(entry.data),
                "when": date_format(localtime(entry.occurred_at), "j F Y, H \\h i"),
                "text": names.get(entry.actor, "") if is_named else "",
            }
        )
    return found[::-1]


def _words(data: Mapping) -> dict[str, str]:
    words = {name: str(value) for name, value in data.items() if isinstance(value, str | int)}
    if "visit_on" in words:
        year, month, day = words["visit_on"].split("-")
        words["visit_on"] = f"{day}/{month}/{year}"
    return words


def _may_read(reader: Reader, entry: Entry, sentence: Sentence, readable: set[UUID]) -> bool:
    if sentence.is_internal and not (reader.is_staff or reader.assignment or reader.sees_all_outcomes):
        return False
    if entry.release == Release.ALL_SEALED:
        return reader.is_sealed
    if entry.release == Release.NOTIFIED:
        item = entry.data.get("item")
        if item is None:  # the notification itself: its date is told with it
            return reader.sees_all_outcomes or reader.is_holder_side
        return UUID(item) in readable
    return entry.release != Release.PUBLISHED or reader.is_published


def people_in(entries: Iterable[Entry]) -> set[UUID]:
    """Ids of the people who act in these entries."""
    return {UUID(entry.actor) for entry in entries if not entry.actor.startswith("system:")}


def label_of_count(count: int) -> str:
    """Name of the part of the history that is folded."""
    return _("Tout l’historique (%(n)s actes)") % {"n": count}
