"""Writing what a territory adds: from nothing, from what was written before, or a draft again."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.access.scopes import territories_supplemented_by
from ecoquartier.campaigns.queries import current_campaign, frameworks_for
from ecoquartier.framework.domain.local import MAX_INDICATORS
from ecoquartier.framework.models import Commitment, Framework, LocalSupplement
from ecoquartier.framework.queries import commitments_in_use, counterpart_of
from ecoquartier.framework.services.supplements import change_supplement, write_supplement
from ecoquartier.framework.workflow import is_in_preparation
from ecoquartier.web.services.forms import SupplementForm, Territories, as_initial, sent_rows
from ecoquartier.web.services.supplements import NEVER_LESS, REFUSAL, SPACE, SUPPLEMENTS, OnSupplement, page_of
from ecoquartier.web.shared.forms import without_nul
from ecoquartier.web.shared.views import FormPage

ADD = "ajouter"
VERSION = "version"


class WritingPage(FormPage):
    """The form of a supplement, which grows by one indicator at the press of a button, without losing anything."""

    form_class = SupplementForm
    template_name = "services/supplement_form.html"
    lead = NEVER_LESS
    refusal = REFUSAL
    submit_label = gettext_lazy("Enregistrer le brouillon")
    success_message = gettext_lazy("C’est enregistré. Voici ce que le public lira.")

    def get_choices(self) -> dict[str, Any]:
        """What there is to choose from: arguments of the form."""
        return {}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), **self.get_choices(), "rows": self.count_rows()}

    def count_rows(self) -> int:
        """Room for what is written, when the form opens."""
        return len(self.object.indicators) if self.object else 1

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Save; or show what was typed again, with room for one more indicator."""
        if ADD not in request.POST:
            return super().post(request, *args, **kwargs)
        rows = min(sent_rows(request.POST) + 1, MAX_INDICATORS)
        form = SupplementForm(initial=without_nul(request.POST).dict(), rows=rows, **self.get_choices())
        return self.render_to_response(self.get_context_data(form=form))

    def get_success_url(self, result: LocalSupplement) -> str:
        return page_of(result)

    def get_warning(self) -> str:
        """What the person has to know before they write."""
        return ""

    def get_obstacle(self) -> str:
        """Why nothing can be written now."""
        return ""

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(warning=self.get_warning(), obstacle=self.get_obstacle(), **kwargs)
        count = context["form"].count
        return context | {"add": ADD, "next_row": count + 1 if count < MAX_INDICATORS else 0}


class InVersion(WritingPage):
    """A new supplement, in one of the versions in use: the address says which, the page leads to the others."""

    @cached_property
    def versions(self) -> list[Framework]:
        """Versions in use, the newest first; a campaign that is not over follows one of them."""
        return list(frameworks_for())

    @cached_property
    def version(self) -> Framework | None:
        """The one that the address asks for, else the usual one."""
        asked = self.request.GET.get(VERSION)
        return next((version for version in self.versions if version.pk == asked), self.get_usual_version())

    def get_usual_version(self) -> Framework | None:
        """The newest."""
        return next(iter(self.versions), None)

    def get_commitments(self) -> QuerySet[Commitment]:
        """Those of the version."""
        return commitments_in_use().filter(framework=self.version)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        tabs = [(f"?{urlencode({VERSION: v.pk})}", str(v), v == self.version) for v in self.versions]
        return super().get_context_data(tabs=tabs if len(tabs) > 1 else [], **kwargs)


class Write(InVersion):
    """A supplement from nothing, in the version of the campaign of the moment."""

    permission = "framework.supplement"
    title = gettext_lazy("Écrire une déclinaison locale")
    breadcrumb = (SPACE, SUPPLEMENTS)

    def get_choices(self) -> dict[str, Any]:
        territories = Territories(*territories_supplemented_by(self.actor))
        return {"territories": territories, "commitments": self.get_commitments()}

    def get_usual_version(self) -> Framework | None:
        campaign = current_campaign()
        followed = next((version for version in self.versions if campaign and version == campaign.framework), None)
        return followed or super().get_usual_version()

    def perform(self, form: SupplementForm) -> LocalSupplement:
        return write_supplement(form.commitment, actor=self.actor, **form.territory, **form.written)


class Change(OnSupplement, WritingPage):
    """A draft, written again."""

    permission = "framework.write_supplement"
    refusal = gettext_lazy("Seul le territoire qui écrit cette déclinaison la modifie.")

    def get_title(self) -> str:
        return _("Modifier la déclinaison de %(place)s") % {"place": self.object.territory}

    def get_eyebrow(self) -> str:
        return str(self.object.commitment)

    def get_initial(self) -> dict[str, Any]:
        return dict(as_initial(self.object))

    def get_obstacle(self) -> str:
        return is_in_preparation(self.object) or ""

    def perform(self, form: SupplementForm) -> LocalSupplement:
        return change_supplement(self.object, actor=self.actor, **form.written)


class Copy(OnSupplement, InVersion):
    """A new draft that begins as another one: for the next version, or to correct what is published."""

    permission = "framework.write_supplement"
    refusal = gettext_lazy("Seul le territoire qui a écrit cette déclinaison la reprend.")

    @cached_property
    def counterparts(self) -> tuple[list[str], str]:
        """The commitments that follow the one it completes, and what the person has to know of it."""
        before = self.object.commitment
        found = counterpart_of(before, self.version) if self.version else None
        if found is None:
            return [], _(
                "Cette version ne prolonge pas celle de la déclinaison\u00a0: choisissez l’engagement à compléter."
            )
        keys = [str(row.pk) for row in self.get_commitments().filter(number__in=found.numbers)]
        values = {"commitment": before, "version": self.version}
        if not keys:
            said = _(
                "«\u00a0%(commitment)s\u00a0» n’est plus dans «\u00a0%(version)s\u00a0»\u00a0: choisissez où l’écrire."
            )
        elif len(keys) > 1:
            said = _(
                "«\u00a0%(commitment)s\u00a0» est scindé dans «\u00a0%(version)s\u00a0»\u00a0: choisissez la part."
            )
        elif found.is_merged:
            said = _(
                "«\u00a0%(commitment)s\u00a0» est réuni à d’autres dans «\u00a0%(version)s\u00a0»\u00a0: relisez bien."
            )
        else:
            said = ""
        return keys, said % values

    def get_title(self) -> str:
        if self.version and self.version.pk != self.object.commitment.framework_id:
            return _("Reprendre dans la version %(code)s") % {"code": self.version.pk}
        return _("Écrire à partir d’une déclinaison")

    def get_eyebrow(self) -> str:
        return str(self.object)

    def get_choices(self) -> dict[str, Any]:
        return {"commitments": self.get_commitments()}

    def get_initial(self) -> dict[str, Any]:
        keys, _said = self.counterparts
        return {**as_initial(self.object), "commitment": keys[0] if len(keys) == 1 else ""}

    def get_warning(self) -> str:
        return self.counterparts[1]

    def perform(self, form: SupplementForm) -> LocalSupplement:
        origin = self.object
        return write_supplement(
            form.commitment,
            actor=self.actor,
            county=origin.county,
            region=origin.region,
            origin=origin,
            **form.written,
        )
