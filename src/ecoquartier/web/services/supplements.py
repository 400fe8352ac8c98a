"""What territories add to the référentiel: the list, and one of them as everybody reads it."""

from __future__ import annotations

from typing import Any

from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import supplements_visible_to
from ecoquartier.framework.enums import SupplementState, VersionState
from ecoquartier.framework.models import Framework, LocalSupplement
from ecoquartier.framework.queries import copies_of, latest_version, to_follow, versions_before
from ecoquartier.framework.workflow import SUPPLEMENT_WORKFLOW, SupplementStep
from ecoquartier.journal.enums import Event
from ecoquartier.journal.models import Entry
from ecoquartier.journal.queries import entries_about, words_of
from ecoquartier.web.services.forms import SupplementFilters
from ecoquartier.web.shared.views import DetailPage, ListPage
from ecoquartier.web.templatetags.typography import long_date, long_moment

REFUSAL = gettext_lazy("Les déclinaisons locales sont écrites et publiées par les services de l’État.")
SPACE = (gettext_lazy("Mon espace"), "space:home")
SUPPLEMENTS = (gettext_lazy("Déclinaisons locales"), "services:supplements")
NEVER_LESS = gettext_lazy(
    "Une déclinaison complète un engagement du référentiel pour un territoire\u00a0: elle ajoute, elle ne retire et ne "
    "remplace jamais rien."
)
TONES = {SupplementState.PROPOSED: "wait", SupplementState.PUBLISHED: "ok"}
HISTORY = 20

# Step → its page and the look of its button, the main one first.
ROUTES = {
    SupplementStep.PUBLISH: ("services:supplement-publish", "main"),
    SupplementStep.PROPOSE: ("services:supplement-propose", "main"),
    SupplementStep.RETURN: ("services:supplement-return", "quiet"),
    SupplementStep.WITHDRAW: ("services:supplement-withdraw", "quiet"),
}


def badge_of(supplement: LocalSupplement) -> tuple[str, str]:
    """(words, tone) of its state."""
    return supplement.get_state_display(), TONES.get(SupplementState(supplement.state), "neutral")


class Supplements(ListPage):
    """Those that one may read: what waits first."""

    scope = supplements_visible_to
    permission = "framework.supplement"
    refusal = REFUSAL
    title = gettext_lazy("Déclinaisons locales")
    lead = NEVER_LESS
    breadcrumb = (SPACE,)
    template_name = "services/supplements.html"
    filter_form = SupplementFilters
    empty_text = gettext_lazy(
        "Aucune déclinaison n’est encore écrite. Écrivez la première\u00a0: choisissez un engagement, dites ce que "
        "votre territoire y ajoute et pourquoi."
    )

    @cached_property
    def version(self) -> Framework | None:
        """The version in which territories write today."""
        return latest_version()

    def get_queryset(self):
        return to_follow(super().get_queryset(), self.version)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        older = versions_before(self.version) if self.version else []
        context = super().get_context_data(version=self.version, **kwargs)
        rows = [
            (row, *badge_of(row), row.commitment.framework_id in older, self._may_take_up(row, older))
            for row in context["rows"]
        ]
        return context | {"rows": rows}

    def _may_take_up(self, row: LocalSupplement, older: list[str]) -> bool:
        return (
            row.commitment.framework_id in older
            and row.state != SupplementState.WITHDRAWN
            and not row.is_taken_up
            and self.actor.has_perm("framework.write_supplement", row)
        )


class OnSupplement:
    """What the pages of one supplement share."""

    scope = staticmethod(supplements_visible_to)
    permission = "framework.view_supplement"
    refusal = REFUSAL

    def get_breadcrumb(self):
        return (SPACE, SUPPLEMENTS, (str(self.object), page_of(self.object)))

    def get_success_url(self, result: Any) -> str:
        return page_of(result)


def page_of(supplement: LocalSupplement) -> str:
    """Its address."""
    return resolve_url("services:supplement", pk=supplement.pk)


class SupplementPage(OnSupplement, DetailPage):
    """One of them: as everybody reads it, what may be done with it, what happened to it."""

    lead = NEVER_LESS
    template_name = "services/supplement.html"
    context_object_name = "supplement"

    def get_breadcrumb(self):
        return (SPACE, SUPPLEMENTS)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        supplement, may = self.object, self.actor.has_perm
        writes = may("framework.write_supplement", supplement)
        version = latest_version() if writes else None
        is_older = version is not None and supplement.commitment.framework_id in versions_before(version)
        copies = list(copies_of(supplement)) if writes else []
        return super().get_context_data(
            badge=badge_of(supplement),
            facts=self._facts(),
            steps=self._steps(),
            may_change=writes and supplement.state == SupplementState.DRAFT,
            may_copy=writes and supplement.published_at is not None and version is not None,
            copy_here=self._copy_here(is_older),
            is_public=supplement.state == SupplementState.PUBLISHED,
            version=version,
            is_older=is_older,
            copies=copies,
            is_taken_up=any(copy.commitment.framework_id == version.pk for copy in copies) if version else False,
            history=self._history() if may("framework.return_supplement", supplement) else [],
            **kwargs,
        )

    def _copy_here(self, is_older: bool) -> str:
        """Where to write another from it: in its version while it is in use; once it is older, there is the take-up."""
        version, address = self.object.commitment.framework, resolve_url("services:supplement-copy", pk=self.object.pk)
        if version.state == VersionState.PUBLISHED:
            return f"{address}?{urlencode({'version': version.pk})}"
        return "" if is_older else address

    def _facts(self) -> list[tuple[str, Any]]:
        supplement = self.object
        facts = [
            (_("Territoire"), supplement.territory),
            (_("Version"), supplement.commitment.framework),
            (_("Écrite par"), supplement.author or _("la plateforme")),
        ]
        if supplement.published_at:
            facts.append((_("Publiée le"), long_date(supplement.published_at)))
        if supplement.withdrawn_at:
            facts.append((_("Retirée le"), long_date(supplement.withdrawn_at)))
        return facts

    def _steps(self) -> list[tuple[str, str, str, str]]:
        """(label, address, tone, reason) of the steps that this person may take, the main ones first."""
        offers = {offer.name: offer for offer in SUPPLEMENT_WORKFLOW.offers(self.object, self.actor)}
        return [
            (offers[step].label, resolve_url(page, pk=self.object.pk), tone, offers[step].reason)
            for step, (page, tone) in ROUTES.items()
            if step in offers
        ]

    def _history(self) -> list[dict[str, str]]:
        entries = entries_about(self.object.pk).select_related("detail").order_by("-seq")[:HISTORY]
        return [
            {
                "title": words_of(entry.event),
                "when": long_moment(entry.occurred_at),
                "text": "\u00a0: ".join(filter(None, (entry.actor_name, _reason(entry)))),
                "state": "done",
            }
            for entry in entries
        ]


def _reason(entry: Entry) -> str:
    """Why it was given back or withdrawn; that of the text itself is beside it."""
    has_words = entry.event != Event.SUPPLEMENT_DRAFTED and hasattr(entry, "detail")
    return entry.detail.content.get("reason", "") if has_words else ""
