"""The editor of schemes and stages: what changes here is what everybody reads and what dossiers must hold."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import resolve_url
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ecoquartier.campaigns import services
from ecoquartier.campaigns.domain import scheme_faults
from ecoquartier.campaigns.models import Scheme, Stage
from ecoquartier.campaigns.queries import (
    all_schemes,
    all_stages,
    changes_of,
    current_campaign,
    faults_with,
    revised,
    words_of,
)
from ecoquartier.core.errors import DomainError
from ecoquartier.core.text import french_list
from ecoquartier.web.bureau import words
from ecoquartier.web.bureau.forms import ReasonForm
from ecoquartier.web.bureau.previewed import Previewed, effects_on_dossiers, recent_acts
from ecoquartier.web.bureau.schemes_forms import CopySchemeForm, SchemeForm, StageForm
from ecoquartier.web.shared.views import ConfirmPage, DetailPage, FormPage, TemplatePage

CONSEQUENCES = {
    "experts": gettext_lazy("Une équipe d’expertise qui n’a pas conclu devra compter ce nombre d’experts."),
    "appreciations": gettext_lazy("Une expertise en cours s’écrit avec ces appréciations."),
    "decision_path": gettext_lazy("Un dossier que personne n’a encore décidé suivra ce chemin."),
}
"""Rule of a stage → what changing it means for dossiers under way, beyond what they must hold."""

SCHEMES = (gettext_lazy("Régimes du label"), "bureau:schemes")


class Schemes(TemplatePage):
    """Every scheme, its stages, the campaigns that follow it."""

    permission = "campaigns.write"
    refusal = words.REFUSAL
    breadcrumb = (words.HOME,)
    title = gettext_lazy("Régimes du label")
    lead = gettext_lazy("Un régime est une suite d’étapes et leurs règles. Chaque campagne en suit un.")
    template_name = "bureau/schemes.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        schemes = all_schemes().prefetch_related("campaigns")
        return super().get_context_data(schemes=schemes, **kwargs)


class SchemePage(DetailPage):
    """One scheme: its stages in the words of their public pages, who follows it, what changed."""

    scope = all_schemes
    lookup = "code"
    permission = "campaigns.write"
    refusal = words.REFUSAL
    breadcrumb = (words.HOME, SCHEMES)
    template_name = "bureau/scheme.html"
    context_object_name = "scheme"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        scheme = self.object
        stages, campaign = list(scheme.stages.all()), current_campaign()
        years = [str(year) for year in scheme.campaigns.values_list("year", flat=True)]
        labels = [label for _code, label, _tone in scheme.appreciations]
        return super().get_context_data(
            stages=[(stage, words_of(stage, campaign)) for stage in stages],
            facts=[
                (_("Campagnes"), french_list(years) if years else _("aucune")),
                (_("Commission des régions"), capfirst(scheme.commission)),
                (_("Appréciations des experts"), french_list(labels)),
            ],
            is_free=not years,
            history=recent_acts(self.actor, "campaigns.scheme", scheme.pk),
            **kwargs,
        )


class AddScheme(FormPage):
    """A new scheme, begun from another."""

    permission = "campaigns.write"
    refusal = words.REFUSAL
    breadcrumb = (words.HOME, SCHEMES)
    form_class = CopySchemeForm
    title = gettext_lazy("Ajouter un régime")
    lead = gettext_lazy(
        "Il commence comme un autre, puis se change étape par étape. Rien n’est public avant qu’une campagne le suive."
    )
    submit_label = gettext_lazy("Ajouter")
    success_message = gettext_lazy("Le régime est ajouté.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"schemes": all_schemes()}

    def perform(self, form: CopySchemeForm) -> Scheme:
        values = dict(form.cleaned_data)
        return services.copy_scheme(values.pop("source"), actor=self.actor, **values)

    def get_success_url(self, result: Scheme) -> str:
        return resolve_url("bureau:scheme", code=result.pk)


class EditScheme(Previewed):
    """What all stages of a scheme share."""

    scope = all_schemes
    lookup = "code"
    form_class = SchemeForm
    success_message = gettext_lazy("Le régime est changé.")

    def get_title(self) -> str:
        return _("Modifier «\u00a0%(scheme)s\u00a0»") % {"scheme": self.object}

    def get_breadcrumb(self):
        return (words.HOME, SCHEMES, (str(self.object), resolve_url("bureau:scheme", code=self.object.pk)))

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.object, name) for name in ("title", "commission", "appreciations", "is_default")}

    def get_preview(self, values: dict[str, Any]) -> dict[str, Any]:
        before = [sentence for stage in self.object.stages.all() for sentence in words_of(stage).sentences]
        changed = all_schemes().get(pk=self.object.pk)
        for name in ("title", "commission", "appreciations"):
            setattr(changed, name, values[name])
        after = [sentence for stage in changed.stages.all() for sentence in words_of(stage).sentences]
        if faults := scheme_faults(list(changed.stages.all())):
            raise DomainError(" ".join(faults), code="wrong_rules")
        effects = effects_on_dossiers(self.actor, of=_("de ce régime"), campaign__scheme=self.object)
        return compared(before, after) | {"effects": effects}

    def perform(self, form: SchemeForm) -> Scheme:
        return services.change_scheme(self.object, actor=self.actor, **form.values())

    def get_success_url(self, result: Scheme) -> str:
        return resolve_url("bureau:scheme", code=self.object.pk)


def compared(before: list[str], after: list[str]) -> dict[str, list[str]]:
    """Sentences that go and sentences that come, each once."""
    return {
        "gone": list(dict.fromkeys(sentence for sentence in before if sentence not in after)),
        "come": list(dict.fromkeys(sentence for sentence in after if sentence not in before)),
    }


class OnStage(Previewed):
    """What the pages about one stage share: its scheme, found by its code, and its rank."""

    scope = all_stages
    form_class = StageForm

    def get_lookup(self) -> dict[str, Any]:
        """By scheme and rank."""
        return {"scheme": self.kwargs["code"], "rank": self.kwargs["rank"]}

    def get_breadcrumb(self):
        scheme = self.object.scheme
        return (words.HOME, SCHEMES, (str(scheme), resolve_url("bureau:scheme", code=scheme.pk)))

    def get_success_url(self, result: Any) -> str:
        return resolve_url("bureau:scheme", code=self.kwargs["code"])


class EditStage(OnStage):
    """The rules of a stage, changed after reading what that means."""

    success_message = gettext_lazy(
        "L’étape est changée\u00a0: la page publique et ce que les dossiers doivent contenir suivent."
    )

    def get_title(self) -> str:
        return _("Modifier l’étape %(rank)s, %(name)s") % {"rank": self.object.rank, "name": self.object.name}

    def get_initial(self) -> dict[str, Any]:
        return StageForm.initial_of(self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"scheme": self.object.scheme, "rank": self.object.rank}

    def get_preview(self, values: dict[str, Any]) -> dict[str, Any]:
        stage = self.object
        rules = {name: value for name, value in values.items() if name != "reason"}
        if not changes_of(stage, rules):
            raise DomainError(_("Rien ne change."), code="no_change")
        candidate = revised(stage, rules)
        if faults := faults_with(candidate):
            raise DomainError(" ".join(faults), code="wrong_rules")
        campaign = current_campaign()
        said = words_of(candidate, campaign)
        effects = effects_on_dossiers(self.actor, of=_("de cette étape"), stage=stage)
        if len(effects) > 1:
            effects += [CONSEQUENCES[name] for name in changes_of(stage, rules) if name in CONSEQUENCES]
        return compared(words_of(stage, campaign).sentences, said.sentences) | {"words": said, "effects": effects}

    def perform(self, form: StageForm) -> Stage:
        return services.change_stage(self.object, actor=self.actor, **form.values())

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        shown = self.preview["words"] if self.preview else words_of(self.object, current_campaign())
        return super().get_context_data(words=shown, **kwargs)


class AddStage(Previewed):
    """A stage after the last."""

    scope = all_schemes
    lookup = "code"
    form_class = StageForm
    success_message = gettext_lazy("L’étape est ajoutée.")

    @cached_property
    def last(self) -> Stage:
        """The stage after which it comes; every scheme has one."""
        found = self.object.stages.last()
        if found is None:
            raise Http404
        return found

    def get_title(self) -> str:
        return _("Ajouter l’étape %(rank)s") % {"rank": self.last.rank + 1}

    def get_breadcrumb(self):
        return (words.HOME, SCHEMES, (str(self.object), resolve_url("bureau:scheme", code=self.object.pk)))

    def get_initial(self) -> dict[str, Any]:
        told = {"name": "", "moment": "", "promise": "", "level": self.last.level + 1, "requires": self.last}
        return StageForm.initial_of(self.last) | told

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"scheme": self.object, "rank": self.last.rank + 1}

    def get_preview(self, values: dict[str, Any]) -> dict[str, Any]:
        rules = {name: value for name, value in values.items() if name != "reason"}
        candidate = Stage(scheme=self.object, rank=self.last.rank + 1, **rules)
        if faults := faults_with(candidate):
            raise DomainError(" ".join(faults), code="wrong_rules")
        said = words_of(candidate)
        return {"gone": [], "come": said.sentences, "effects": [], "words": said}

    def perform(self, form: StageForm) -> Stage:
        return services.add_stage(self.object, actor=self.actor, **form.values())

    def get_success_url(self, result: Any) -> str:
        return resolve_url("bureau:scheme", code=self.object.pk)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(words=self.preview["words"] if self.preview else None, **kwargs)


class RemoveStage(ConfirmPage):
    """The last stage of a scheme that was never used."""

    scope = all_stages
    permission = "campaigns.write"
    refusal = words.REFUSAL
    form_class = ReasonForm
    service = services.remove_stage
    title = gettext_lazy("Retirer la dernière étape")
    submit_label = gettext_lazy("Retirer cette étape")
    success_message = gettext_lazy("L’étape est retirée.")
    is_dangerous = True

    get_lookup = OnStage.get_lookup
    get_breadcrumb = OnStage.get_breadcrumb
    get_success_url = OnStage.get_success_url

    def get_effects(self) -> list[str]:
        return [_("%(stage)s disparaît de ce régime.") % {"stage": self.object}]

    def get_obstacles(self) -> list[str]:
        return list(filter(None, (services.is_never_used(self.object),)))
