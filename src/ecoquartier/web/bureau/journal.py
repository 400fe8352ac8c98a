"""The journal: who did what, and whether it is intact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import (
    commissions_visible_to,
    dossiers_visible_to,
    entries_visible_to,
    operations_visible_to,
    sittings_visible_to,
)
from ecoquartier.core import clock
from ecoquartier.journal.domain import Verdict
from ecoquartier.journal.models import Entry
from ecoquartier.journal.queries import SYSTEM, names_of, verify_chain, words_of
from ecoquartier.people.models import User
from ecoquartier.web.bureau import words
from ecoquartier.web.bureau.forms import JournalFilters
from ecoquartier.web.shared.views import ActionView, ListPage
from ecoquartier.web.templatetags.typography import long_moment

VERDICT = "journal-verdict"

# Kind of object → its name, and its page when the bureau has one.
OBJECTS = {
    "people.user": (gettext_lazy("personne"), ""),
    "territories.region": (gettext_lazy("région"), ""),
    "territories.county": (gettext_lazy("département"), ""),
    "territories.commune": (gettext_lazy("commune"), ""),
    "people.rolegrant": (gettext_lazy("rôle"), ""),
    "people.membership": (gettext_lazy("rattachement"), ""),
    "people.organisation": (gettext_lazy("organisme"), "bureau:organisation"),
    "people.installation": (gettext_lazy("installation de la plateforme"), ""),
    "accounts.invitation": (gettext_lazy("invitation"), ""),
    "accounts.supportsession": (gettext_lazy("assistance"), "bureau:support-session"),
    "accounts.calendarlink": (gettext_lazy("lien d’agenda"), ""),
    "accounts.question": (gettext_lazy("question"), ""),
    "operations.operation": (gettext_lazy("opération"), "holder:operation"),
    "operations.claim": (gettext_lazy("demande de reprise"), "holder:claim"),
    "operations.phase": (gettext_lazy("tranche"), ""),
    "operations.photo": (gettext_lazy("photo"), ""),
    "operations.document": (gettext_lazy("document"), ""),
    "operations.perimeter": (gettext_lazy("périmètre"), ""),
    "operations.sheetchange": (gettext_lazy("changement de la fiche"), ""),
    "operations.teammember": (gettext_lazy("membre d’une équipe"), ""),
    "operations.holderagreement": (gettext_lazy("accord d’une collectivité"), ""),
    "operations.stagehistory": (gettext_lazy("étape détenue"), ""),
    "operations.recommendation": (gettext_lazy("recommandation"), ""),
    "operations.recommendationreply": (gettext_lazy("réponse à une recommandation"), ""),
    "operations.legacyimport": (gettext_lazy("import d’anciennes opérations"), ""),
    "operations.legacyfact": (gettext_lazy("fait repris d’une ancienne fiche"), ""),
    "operations.term": (gettext_lazy("choix d’une liste de la fiche"), ""),
    "operations.chartersignature": (gettext_lazy("charte"), ""),
    "dossiers.dossier": (gettext_lazy("candidature"), "dossiers:detail"),
    "dossiers.deposit": (gettext_lazy("dépôt"), ""),
    "dossiers.dossierscope": (gettext_lazy("tranche d’une candidature"), ""),
    "dossiers.agreement": (gettext_lazy("accord sur une candidature"), ""),
    "dossiers.citedfile": (gettext_lazy("fichier cité"), ""),
    "dossiers.completionrequest": (gettext_lazy("demande de complément"), ""),
    "dossiers.admissibility": (gettext_lazy("recevabilité"), ""),
    "notebooks.notebook": (gettext_lazy("carnet"), ""),
    "notebooks.commitmentanswer": (gettext_lazy("réponse à un engagement"), ""),
    "files.storedfile": (gettext_lazy("fichier"), ""),
    "expertise.assignment": (gettext_lazy("affectation"), ""),
    "expertise.expertreport": (gettext_lazy("expertise"), ""),
    "expertise.sitevisit": (gettext_lazy("visite"), ""),
    "expertise.synthesis": (gettext_lazy("synthèse"), ""),
    "expertise.reportmark": (gettext_lazy("appréciation d’un engagement"), ""),
    "commissions.commission": (gettext_lazy("commission"), ""),
    "commissions.sitting": (gettext_lazy("séance"), "commission:sitting"),
    "commissions.agendaitem": (gettext_lazy("point"), "commission:item"),
    "commissions.seat": (gettext_lazy("siège"), ""),
    "commissions.itemrecommendation": (gettext_lazy("recommandation de la commission"), ""),
    "commissions.itemsettlement": (gettext_lazy("arbitrage"), ""),
    "commissions.attendance": (gettext_lazy("présence"), ""),
    "commissions.declaration": (gettext_lazy("déclaration d’intérêts"), ""),
    "awards.award": (gettext_lazy("label"), ""),
    "awards.certificate": (gettext_lazy("certificat"), ""),
    "awards.ceremony": (gettext_lazy("cérémonie"), ""),
    "framework.framework": (gettext_lazy("version du référentiel"), ""),
    "framework.correspondence": (gettext_lazy("table de correspondance"), ""),
    "framework.dimension": (gettext_lazy("dimension du référentiel"), ""),
    "framework.commitment": (gettext_lazy("engagement du référentiel"), ""),
    "framework.notion": (gettext_lazy("notion du référentiel"), ""),
    "framework.indicator": (gettext_lazy("indicateur du référentiel"), ""),
    "framework.localsupplement": (gettext_lazy("déclinaison locale"), "services:supplement"),
    "campaigns.scheme": (gettext_lazy("régime du label"), ""),
    "campaigns.stage": (gettext_lazy("étape"), ""),
    "campaigns.campaign": (gettext_lazy("campagne"), ""),
    "campaigns.milestone": (gettext_lazy("échéance d’une campagne"), ""),
    "notifications.message": (gettext_lazy("message"), "bureau:message"),
    "notifications.wording": (gettext_lazy("mots d’un message"), ""),
    "notifications.letter": (gettext_lazy("lettre"), "bureau:letter-send"),
    "notifications.preference": (gettext_lazy("réglage des messages"), ""),
    "notifications.bounce": (gettext_lazy("message revenu"), ""),
    "notifications.reminderschedule": (gettext_lazy("rappels"), ""),
}


@dataclass(frozen=True)
class Row:
    """One entry, in words."""

    entry: Entry
    what: str
    who: str
    on: str
    url: str
    texts: list[str]


def _titles(entries: Sequence[Entry], actor: User) -> dict[str, str]:
    """The name of each object, or of what it is read under, by their id in the journal; one query for each kind."""
    written = {key for entry in entries for key in (entry.object_id, entry.about_id)}
    ids = [key for key in written if len(key) == 36]  # the others are numbers or codes
    return {
        str(row.pk): str(row)
        for scope in (operations_visible_to, dossiers_visible_to, sittings_visible_to, commissions_visible_to)
        for row in scope(actor).filter(pk__in=ids)
    }


def _row(entry: Entry, names: dict[str, str], titles: dict[str, str]) -> Row:
    kind, page = OBJECTS.get(entry.object_type, (entry.object_type, ""))
    title = titles.get(entry.object_id) or titles.get(entry.about_id)
    detail = getattr(entry, "detail", None)
    who = names.get(entry.actor, _("personne effacée"))
    return Row(
        entry=entry,
        what=words_of(entry.event),
        who=_("la plateforme (%(job)s)") % {"job": who.removeprefix(SYSTEM)} if who.startswith(SYSTEM) else who,
        on=_("%(kind)s : %(name)s") % {"kind": kind, "name": title} if title else str(kind),
        url=resolve_url(page, pk=entry.object_id) if page else "",
        texts=[str(text) for text in detail.content.values() if text] if detail else [],
    )


class Journal(ListPage):
    """Entries, the latest first, and the last verification."""

    scope = entries_visible_to
    permission = "journal.read"
    refusal = words.REFUSAL
    title = gettext_lazy("Journal")
    lead = gettext_lazy("Chaque acte officiel, dans l’ordre, lié au précédent par son empreinte.")
    breadcrumb = (words.HOME,)
    template_name = "bureau/journal.html"
    filter_form = JournalFilters
    paginate_by = 50
    empty_text = gettext_lazy("Le journal est vide : le premier acte y apparaîtra.")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(verdict=cache.get(VERDICT), **kwargs)
        entries = list(context["rows"])
        names, titles = names_of(entry.actor for entry in entries), _titles(entries, self.actor)
        return context | {"rows": [_row(entry, names, titles) for entry in entries]}


def check(obj: None, *, actor) -> Verdict:
    """Walk the whole chain, and keep the verdict for the page."""
    verdict = verify_chain()
    when = long_moment(clock.now())
    # Not how many entries: compared with those shown, it would tell how many reports are sealed (rule 8).
    cache.set(VERDICT, {"is_intact": verdict.intact, "problem": verdict.problem, "at": when}, None)
    return verdict


class Verify(ActionView):
    """The verification, when somebody of the bureau asks for it."""

    permission = "journal.read"
    service = check
    next = "bureau:journal"

    def get_success_message(self, result: Verdict) -> str:
        return _("Le journal est intact : chaîne vérifiée.") if result.intact else ""

    def get_next_url(self, result: Verdict) -> str:
        if not result.intact:
            messages.error(self.request, _("Le journal est altéré : %(problem)s.") % {"problem": result.problem})
        return super().get_next_url(result)
