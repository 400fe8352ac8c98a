"""Pages made for the tests of the base views, and the addresses that the layout needs."""

from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.http import HttpResponse
from django.urls import include, path

from ecoquartier.core.errors import DomainError, PermissionRefused, TransitionRefused
from ecoquartier.people.models import User
from ecoquartier.web.shared import errors
from ecoquartier.web.shared.forms import FilterForm, Form
from ecoquartier.web.shared.middleware import writes_allowed
from ecoquartier.web.shared.views import ActionView, ConfirmPage, DetailPage, FormPage, ListPage, TemplatePage


def people_visible_to(user):
    """Scope of the tests: everybody but the hidden ones, whoever asks."""
    return User.objects.exclude(full_name__startswith="Caché")


class Plain(TemplatePage):
    public = True
    title = "Page publique"
    template_name = "base/page.html"


class Versioned(Plain):
    def get_data_version(self):
        return self.request.GET.get("v", "1")


class Private(TemplatePage):
    signed_in = True
    title = "Mon espace"
    template_name = "base/page.html"


class ForBureau(DetailPage):
    scope = people_visible_to
    permission = "bureau.desk"
    refusal = "Seul le bureau lit cette fiche."
    template_name = "base/page.html"
    breadcrumb = (("Personnes", "space:home"),)


class ForAll(DetailPage):
    scope = people_visible_to
    signed_in = True
    template_name = "base/page.html"


class NameFilter(FilterForm):
    q = forms.CharField(label="Nom")
    kind = forms.ChoiceField(label="Nature", choices=[("", "Toutes"), ("a", "A")])

    def filter(self, rows):
        return rows.filter(full_name__icontains=self.cleaned_data["q"]) if self.cleaned_data["q"] else rows


class People(ListPage):
    scope = people_visible_to
    signed_in = True
    title = "Personnes"
    filter_form = NameFilter
    paginate_by = 2
    template_name = "tests/people.html"
    fragment_template = "tests/people_rows.html"
    empty_text = "Personne encore."


class ReasonForm(Form):
    reason = forms.CharField(label="Motif", max_length=20)


def rename(person, *, actor, reason):
    """Service of the tests: its answer depends on the reason."""
    refusals = {
        "domain": DomainError("Ce nom est déjà pris."),
        "permission": PermissionRefused("Seul le bureau renomme."),
        "transition": TransitionRefused("Cette personne est déjà renommée."),
        "model": ValidationError({"reason": "Trop court.", "other": "Champ absent du formulaire."}),
    }
    if reason in refusals:
        raise refusals[reason]
    person.full_name = reason
    person.save(update_fields=["full_name"])
    return person


class Rename(FormPage):
    scope = people_visible_to
    signed_in = True
    title = "Renommer"
    form_class = ReasonForm
    breadcrumb = (("Personnes", "space:home"),)
    success_url = "space:home"

    def perform(self, form):
        return rename(self.object, actor=self.actor, **form.cleaned_data)

    def get_success_message(self, result):
        return f"Renommé en {result.full_name}."


class ConfirmRename(ConfirmPage):
    scope = people_visible_to
    signed_in = True
    title = "Renommer pour de bon"
    form_class = ReasonForm
    service = rename
    success_url = "space:home"
    success_message = "C’est fait."
    effects = ("Le nom change partout.",)
    irreversible = ("L’ancien nom est oublié.",)
    is_dangerous = True

    def get_obstacles(self):
        return ["Le nom est verrouillé."] if self.object.full_name == "Verrou" else []


class WritesOnRead(TemplatePage):
    public = True
    title = "Fautive"
    template_name = "base/page.html"
    allow: ClassVar[str] = ""

    def get_context_data(self, **kwargs):
        if self.allow == "block":
            with writes_allowed():
                User.objects.update(full_name="Écrit")
        else:
            User.objects.update(full_name="Écrit")
        return super().get_context_data(**kwargs)


class Raises(TemplatePage):
    public = True
    title = "Fautive"
    template_name = "base/page.html"
    error: Exception = RuntimeError("a bug")

    def get(self, request, *args, **kwargs):
        raise self.error


declared_writer = WritesOnRead.as_view()
declared_writer.writes_on_get = True


def empty(request):
    """A view that nobody declared anything about."""
    return HttpResponse()


def group(name, *names):
    """A portal reduced to its addresses."""
    return path(f"{name}/", include(([path(f"{page}/", Plain.as_view(), name=page) for page in names], name)))


urlpatterns = [
    group(
        "public",
        "home",
        "approach",
        "directory",
        "framework",
        "verify",
        "accessibility",
        "legal",
        "privacy",
        "help",
        "contact",
        "site-plan",
        "commune-suggestions",
    ),
    group("account", "sign-in", "sign-out", "notifications", "home", "security"),
    path("space/", include(([path("home/", Private.as_view(), name="home")], "space"))),
    group("holder", "operations"),
    group("dossiers", "list"),
    group("commission", "sittings"),
    group("bureau", "home"),
    path("composants/", include("ecoquartier.web.shared.urls")),
    path("versioned/", Versioned.as_view()),
    path("undeclared/", empty),
    path("people/", People.as_view(), name="people"),
    path("people/<str:pk>/bureau/", ForBureau.as_view()),
    path("people/<str:pk>/", ForAll.as_view()),
    path("people/<str:pk>/rename/", Rename.as_view()),
    path("people/<str:pk>/confirm/", ConfirmRename.as_view()),
    path(
        "people/<str:pk>/act/",
        ActionView.as_view(scope=people_visible_to, service=rename, fields=ReasonForm, success_message="C’est fait."),
    ),
    path(
        "people/<str:pk>/act-home/",
        ActionView.as_view(scope=people_visible_to, service=rename, fields=ReasonForm, next="space:home"),
    ),
    path("writes/", WritesOnRead.as_view()),
    path("writes-declared/", declared_writer),
    path("writes-block/", WritesOnRead.as_view(allow="block")),
    path("bug/", Raises.as_view()),
    path("database-away/", Raises.as_view(error=OperationalError("gone"))),
    path("refused/", Raises.as_view(error=TransitionRefused("Ce dossier est déjà déposé."))),
    path("forbidden/", Raises.as_view(error=PermissionRefused("Vous êtes retiré de ce dossier."))),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error
