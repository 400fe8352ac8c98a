"""The référentiel at the bureau: its versions, from the copy to the publication."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import View

from ecoquartier.access.scopes import versions_edited_by
from ecoquartier.core.reading import reading
from ecoquartier.framework.domain.mapping import effect_on_answers
from ecoquartier.framework.enums import Provenance, VersionState
from ecoquartier.framework.models import Framework
from ecoquartier.framework.queries import contents_of, tree_of
from ecoquartier.framework.services import files, versions
from ecoquartier.framework.workflow import VERSION_WORKFLOW, VersionStep, is_draft
from ecoquartier.notebooks.queries import answers_by_commitment
from ecoquartier.web.bureau import words
from ecoquartier.web.bureau.framework_forms import CopyVersionForm, VersionFileForm, VersionForm
from ecoquartier.web.bureau.framework_words import counted, lacks
from ecoquartier.web.shared.views import AccessMixin, ConfirmPage, DetailPage, FormPage, ListPage
from ecoquartier.web.shared.views.access import ObjectMixin

VERSIONS = (gettext_lazy("Référentiel"), "bureau:framework")
TYPES = {"yaml": "application/yaml; charset=utf-8", "ods": "application/vnd.oasis.opendocument.spreadsheet"}


def page_of(framework: Framework) -> str:
    """The address of a version."""
    return resolve_url("bureau:framework-version", code=framework.pk)


class Versions(ListPage):
    """Every version, drafts too."""

    scope = versions_edited_by
    permission = "framework.edit"
    refusal = words.REFUSAL
    title = gettext_lazy("Versions du référentiel")
    lead = gettext_lazy("Une version publiée ne change plus\u00a0: pour la faire évoluer, copiez-la.")
    breadcrumb = (words.HOME,)
    template_name = "bureau/framework_versions.html"
    paginate_by = 30
    empty_text = gettext_lazy("Aucune version n’est encore chargée.")


class OnVersion:
    """What the pages of one version share."""

    scope = staticmethod(versions_edited_by)
    lookup = "code"
    permission = "framework.edit"
    refusal = words.REFUSAL

    def get_breadcrumb(self):
        return (words.HOME, VERSIONS, (str(self.object), page_of(self.object)))

    def get_success_url(self, result: Any) -> str:
        return page_of(self.object)


class OnDraft(OnVersion):
    """What the forms of a draft share: on a version that no longer changes, they say so and are not shown."""

    template_name = "bureau/framework_form.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(obstacle=is_draft(self.object), **kwargs)


class VersionPage(OnVersion, DetailPage):
    """One version: its tree, and what may be done with it."""

    template_name = "bureau/framework_version.html"
    context_object_name = "framework"

    def get_breadcrumb(self):
        return (words.HOME, VERSIONS)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        framework = self.object
        return super().get_context_data(
            dimensions=tree_of(framework),
            facts=[
                (_("Code"), framework.code),
                (_("État"), framework.get_state_display()),
                (_("Version précédente"), framework.based_on or "–"),
                (_("Signes par réponse"), framework.answer_max_characters),
            ],
            is_draft=framework.state == VersionState.DRAFT,
            indicative=Provenance.INDICATIVE,
            is_published=framework.state == VersionState.PUBLISHED,
            **kwargs,
        )


class ImportVersion(FormPage):
    """A version in a file; a wrong one is told so in a sentence, and nothing is written."""

    permission = "framework.edit"
    refusal = words.REFUSAL
    title = gettext_lazy("Importer une version")
    lead = gettext_lazy("Une version nouvelle entre comme brouillon\u00a0; ce qui est publié ne change pas.")
    breadcrumb = (words.HOME, VERSIONS)
    form_class = VersionFileForm
    submit_label = gettext_lazy("Importer")

    def perform(self, form: VersionFileForm) -> files.Imported:
        file = form.cleaned_data["file"]
        replaces = form.cleaned_data["replaces"]
        return files.import_version(file.read(), actor=self.actor, name=file.name, replaces=replaces)

    def get_success_message(self, result: files.Imported) -> str:
        return _("La version est importée.") if result.has_changed else _("Cette version est déjà là, inchangée.")

    def get_success_url(self, result: files.Imported) -> str:
        return page_of(result.framework)


class ExportVersion(OnVersion, ObjectMixin, AccessMixin, View):
    """A version as a file; the same that an import takes."""

    format = "yaml"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The file, to be saved."""
        name = f"referentiel-{self.object.code}.{self.format}"
        response = HttpResponse(files.file_of(self.object, name), content_type=TYPES[self.format])
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


class CopyVersion(OnVersion, FormPage):
    """A new draft that says the same."""

    form_class = CopyVersionForm
    title = gettext_lazy("Copier une version")
    lead = gettext_lazy("La copie commence identique, avec sa table de correspondance.")
    submit_label = gettext_lazy("Copier")
    success_message = gettext_lazy("La copie est faite\u00a0: c’est un brouillon.")

    def perform(self, form: CopyVersionForm) -> Framework:
        return versions.copy_version(self.object, actor=self.actor, **form.cleaned_data)

    def get_success_url(self, result: Framework) -> str:
        return page_of(result)


class DescribeVersion(OnDraft, FormPage):
    """What a draft says of itself."""

    form_class = VersionForm
    title = gettext_lazy("Modifier la fiche d’une version")
    success_message = gettext_lazy("La fiche est enregistrée.")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.object, name) for name in versions.FIELDS}

    def perform(self, form: VersionForm) -> Framework:
        return versions.describe_version(self.object, actor=self.actor, **form.cleaned_data)


class PublishVersion(OnVersion, ConfirmPage):
    """From a draft to a version that campaigns may take: what it holds, what it lacks, what notebooks become."""

    permission = "framework.publish"
    service = staticmethod(versions.publish)
    title = gettext_lazy("Publier une version")
    submit_label = gettext_lazy("Publier la version")
    success_message = gettext_lazy("La version est publiée.")
    effects = (gettext_lazy("Les prochaines campagnes pourront la suivre\u00a0; chacun peut la lire."),)
    irreversible = (gettext_lazy("Ce qu’elle dit ne changera plus\u00a0: une correction demandera une autre version."),)
    template_name = "bureau/framework_publish.html"

    def get_obstacles(self) -> list[str]:
        reason = VERSION_WORKFLOW.why_not(VersionStep.PUBLISH, self.object, self.actor)
        return [reason] if reason else []

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        framework = self.object
        with reading():
            version = contents_of(framework)
            before = framework.based_on
            return super().get_context_data(
                framework=framework,
                facts=counted(version),
                lacks=lacks(version),
                effect=before and effect_on_answers(version.mapping, answers_by_commitment(before)),
                **kwargs,
            )


class RetireVersion(OnVersion, ConfirmPage):
    """A version that no new campaign takes any more."""

    permission = "framework.publish"
    service = staticmethod(versions.retire)
    title = gettext_lazy("Retirer une version")
    submit_label = gettext_lazy("Retirer la version")
    success_message = gettext_lazy("La version est retirée.")
    effects = (
        gettext_lazy("Les carnets et les dossiers qui la suivent ne changent pas\u00a0; ses pages restent lisibles."),
    )

    def get_obstacles(self) -> list[str]:
        reason = VERSION_WORKFLOW.why_not(VersionStep.RETIRE, self.object, self.actor)
        return [reason] if reason else []


class DiscardVersion(OnVersion, ConfirmPage):
    """A draft that will not be published."""

    service = staticmethod(versions.discard)
    title = gettext_lazy("Supprimer un brouillon")
    submit_label = gettext_lazy("Supprimer le brouillon")
    success_message = gettext_lazy("Le brouillon est supprimé.")
    irreversible = (gettext_lazy("Tout ce qu’il contient disparaît, avec sa table de correspondance."),)
    is_dangerous = True

    def get_obstacles(self) -> list[str]:
        reasons = (is_draft(self.object), versions.nothing_follows(self.object))
        return [reason for reason in reasons if reason]

    def get_success_url(self, result: Any) -> str:
        return resolve_url("bureau:framework")
