"""Base views: a page declares what it shows, from which scope, under which permission; the rest follows.

* `TemplatePage`  a page without object (home, help);
* `ListPage`      rows of a scope, filtered and paginated by the address;
* `DetailPage`    one object of a scope;
* `FormPage`      a form whose `perform` calls a service;
* `ConfirmPage`   an act whose effects are read before it is done;
* `ActionView`    an act in one click, POST only.

Not in scope → 404; in scope without permission → 403 with the reason; refused by the domain → its sentence.
"""

import inspect
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, ObjectDoesNotExist, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.functional import LazyObject
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateResponseMixin, View

from ecoquartier.core.errors import DomainError, PermissionRefused
from ecoquartier.web.shared import errors
from ecoquartier.web.shared.etag import page_etag
from ecoquartier.web.shared.forms import FilterForm, Form
from ecoquartier.web.shared.page import Crumb, Page
from ecoquartier.web.shared.pagination import paginate
from ecoquartier.web.shared.responses import back_url, is_htmx, refused

REFUSAL = gettext_lazy("Votre rôle ne permet pas d’ouvrir cette page.")


class AccessMixin:
    """Who may come in: every view declares `permission`, `public = True` or `signed_in = True`, or does not start."""

    permission: str = ""
    public: bool = False
    signed_in: bool = False
    refusal: str = REFUSAL
    # A public view that must show who is signed in (a form, a message after it) sets this to False.
    stateless: bool | None = None
    # Functions kept as class attributes, which must not become methods.
    functions: ClassVar[tuple[str, ...]] = ("scope", "service")

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        for name in cls.functions:
            if inspect.isfunction(cls.__dict__.get(name)):
                setattr(cls, name, staticmethod(cls.__dict__[name]))

    @classmethod
    def as_view(cls, **initkwargs):
        """The view function, marked public or not; refuses a view that does not say who may come in."""
        declared = {name: initkwargs.get(name, getattr(cls, name)) for name in ("permission", "public", "signed_in")}
        if not any(declared.values()):
            raise ImproperlyConfigured(f"{cls.__qualname__} declares neither permission, signed_in nor public.")
        if declared["public"] and (declared["permission"] or "signed_in" in initkwargs):
            raise ImproperlyConfigured(f"{cls.__qualname__} is public and restricted at once.")
        view = super().as_view(**initkwargs)
        return login_not_required(view) if declared["public"] else view

    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self.object = None
        if self.stateless is None:
            self.stateless = self.public
        # Read by the context processor: a stateless page must be the same for everybody.
        request.is_stateless_page = self.stateless

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not self.public and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.method.lower() in self.http_method_names:
            self.load()
        return super().dispatch(request, *args, **kwargs)

    @property
    def actor(self):
        """The person; nobody on a stateless page, whoever asks for it."""
        if self.stateless:
            return AnonymousUser()
        user = self.request.user
        # The request holds a proxy, on which the predicates would not find what they remember of the person.
        return user._wrapped if isinstance(user, LazyObject) and user.is_authenticated else user

    def load(self) -> None:
        """Find what the page is about, then check the permission on it."""
        self.object = self.get_object()
        self.check_permission()

    def get_object(self):
        """The object of the page, or None."""
        return None

    def get_permission_object(self):
        """What the permission is asked about; override when it is not the object of the page (its parent)."""
        return self.object

    def check_permission(self) -> None:
        """Raise PermissionRefused, with the page's sentence, when the person may not come in."""
        if self.permission and not self.actor.has_perm(self.permission, self.get_permission_object()):
            raise PermissionRefused(self.refusal)

    def http_method_not_allowed(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        allowed = super().http_method_not_allowed(request, *args, **kwargs)
        response = errors.error_page(request, 405)
        response["Allow"] = allowed["Allow"]
        return response


class ObjectMixin:
    """Finds the object inside a scope: what the person may not see does not exist for them."""

    scope: Callable[[Any], Any] | None = None
    lookup: str = ""

    def get_queryset(self):
        """Rows of the scope; override to add select_related."""
        return self.scope(self.actor)

    def get_lookup(self) -> dict[str, Any]:
        """Lookup of the object: `lookup` (field and URL parameter), else `slug` or `pk`, whichever the URL has."""
        field = self.lookup or next((name for name in ("slug", "pk") if name in self.kwargs), "pk")
        return {field: self.kwargs[field]}

    def get_object(self):
        """The object in scope, or 404; None when the view has no scope."""
        if self.scope is None:
            return None
        try:
            return self.get_queryset().get(**self.get_lookup())
        except (ObjectDoesNotExist, ValueError, ValidationError) as error:
            raise Http404 from error


class PageMixin(AccessMixin):
    """A page inside the layout: title, breadcrumb, lead, help."""

    title: str = ""
    eyebrow: str = ""
    lead: str = ""
    description: str = ""
    # (label, URL name or address), from the top; the page itself is added by the layout.
    breadcrumb: Iterable[tuple[str, str]] = ()
    # Anchor of the help page, when it has a paragraph about this page.
    help_anchor: str = ""
    template_name: str = ""
    # Rendered alone when htmx asks for this address; the page includes it at the same place.
    fragment_template: str = ""
    uses_htmx: bool = False

    def get_title(self) -> str:
        """Title of the page: its `h1` and the browser's tab."""
        return str(self.title)

    def get_eyebrow(self) -> str:
        """Short line above the title."""
        return str(self.eyebrow)

    def get_lead(self) -> str:
        """Sentence under the title."""
        return str(self.lead)

    def get_breadcrumb(self) -> Iterable[tuple[str, str]]:
        """Pages above this one, from the top."""
        return self.breadcrumb

    def get_data_version(self) -> object | None:
        """Version of the data shown; when given on a stateless page, an unchanged page is not rendered again."""
        return None

    @property
    def page(self) -> Page:
        """What the layout needs."""
        return Page(
            title=self.get_title(),
            eyebrow=self.get_eyebrow(),
            lead=self.get_lead(),
            description=str(self.description),
            breadcrumb=[Crumb(str(label), resolve_url(target)) for label, target in self.get_breadcrumb()],
            help_url=f"{resolve_url('public:help')}#{self.help_anchor}" if self.help_anchor else "",
            uses_htmx=self.uses_htmx or bool(self.fragment_template),
            is_private=not self.stateless,
        )

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        """Variables of the template; portals extend it with `super().get_context_data(name=value, **kwargs)`."""
        return {"view": self, "page": self.page, "object": self.object, **kwargs}

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The page, or its fragment."""
        return self.render_to_response(self.get_context_data())

    def get_template_names(self) -> list[str]:
        fragment = self.fragment_template if is_htmx(self.request) else ""
        if not (fragment or self.template_name):
            raise ImproperlyConfigured(f"{type(self).__qualname__} has no template_name.")
        return [fragment or self.template_name]

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        etag = self.get_etag() if request.method in ("GET", "HEAD") else None
        response = get_conditional_response(request, etag=etag) if etag else None
        if response is None:
            response = super().dispatch(request, *args, **kwargs)
        if etag and response.status_code in (200, 304):
            response["ETag"] = etag
        # The browser keeps the page but always asks again: a signed-out or changed page is never shown as current.
        patch_cache_control(response, no_cache=True, **({"public": True} if self.stateless else {"private": True}))
        if self.fragment_template:
            patch_vary_headers(response, ["HX-Request"])
        return response

    def get_etag(self) -> str | None:
        """ETag known before any rendering, or None."""
        version = self.get_data_version() if self.stateless else None
        return None if version is None else page_etag(self.request, version)


class TemplatePage(PageMixin, TemplateResponseMixin, View):
    """A page without object."""


class ListPage(PageMixin, TemplateResponseMixin, View):
    """Rows of a scope. The address holds the filters and the page number, so that it can be shared.

    The template gets `rows`, `nav` (pagination), `count`, `filters` (the form, or None), `empty_text`.
    """

    scope: Callable[[Any], Any] | None = None
    filter_form: type[FilterForm] | None = None
    paginate_by: int = 20
    paginator_class: type[Paginator] = Paginator
    empty_text: str = gettext_lazy("Il n’y a rien ici pour le moment.")
    empty_filtered_text: str = gettext_lazy("Aucun résultat avec ces filtres.")

    def get_queryset(self):
        """Ordered rows of the scope; override to add select_related."""
        return self.scope(self.actor)

    def get_filter_form(self) -> FilterForm | None:
        """The filters as asked by the address; override to give the form more than the address."""
        return self.filter_form(self.request.GET) if self.filter_form else None

    def get_rows(self):
        """Rows after filters; none when a filter is not understood (the form says which)."""
        rows = self.get_queryset()
        if self.filters is None:
            return rows
        return self.filters.filter(rows) if self.filters.is_valid() else rows.none()

    def get_empty_text(self) -> str:
        """What an empty page says: why, and what to do next."""
        filtered = self.filters is not None and self.filters.is_active
        return str(self.empty_filtered_text if filtered else self.empty_text)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        self.filters = self.get_filter_form()
        nav = paginate(self.get_rows(), self.request, by=self.paginate_by, paginator_class=self.paginator_class)
        return super().get_context_data(
            rows=nav.page.object_list,
            nav=nav,
            count=nav.page.paginator.count,
            filters=self.filters,
            empty_text=self.get_empty_text(),
            **kwargs,
        )


class DetailPage(ObjectMixin, PageMixin, TemplateResponseMixin, View):
    """One object of a scope; `object` in the template, and `context_object_name` if set."""

    context_object_name: str = ""

    def get_title(self) -> str:
        return str(self.title) or str(self.object)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        if self.context_object_name:
            kwargs.setdefault(self.context_object_name, self.object)
        return super().get_context_data(**kwargs)


class FormPage(ObjectMixin, PageMixin, TemplateResponseMixin, View):
    """A form: GET shows it, POST calls `perform(form)`, which calls a service.

    A refusal of the domain becomes an error of the form, with everything typed still there (status 422).
    """

    form_class: type[Form] | None = None
    template_name = "base/form_page.html"
    submit_label: str = gettext_lazy("Enregistrer")
    success_message: str = ""
    success_url: str = ""
    cancel_url: str = ""
    stateless = False

    def perform(self, form: Form) -> Any:
        """Call the service with what the form understood; what it returns is given to `get_success_url`."""
        raise NotImplementedError(f"{type(self).__qualname__} must define perform().")

    def get_success_url(self, result: Any) -> str:
        """Where the person goes next; by default the URL name in `success_url`."""
        return resolve_url(self.success_url)

    def get_success_message(self, result: Any) -> str:
        """The fact, once done ("Enregistré à 14 h 32")."""
        return str(self.success_message)

    def get_initial(self) -> dict[str, Any]:
        """Values shown before anything is typed."""
        return {}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Arguments of the form's class."""
        kwargs: dict[str, Any] = {"initial": self.get_initial()}
        if self.request.method == "POST":
            kwargs |= {"data": self.request.POST, "files": self.request.FILES}
        return kwargs

    def get_form(self) -> Form:
        """The form of this request."""
        return self.form_class(**self.get_form_kwargs())

    def get_cancel_url(self) -> str:
        """Where "Annuler" goes: `cancel_url`, else the page above."""
        if self.cancel_url:
            return resolve_url(self.cancel_url)
        above = list(self.get_breadcrumb())
        return resolve_url(above[-1][1]) if above else ""

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        if "form" not in kwargs:
            kwargs["form"] = self.get_form()
        return super().get_context_data(submit_label=str(self.submit_label), cancel_url=self.get_cancel_url(), **kwargs)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Perform, or show the form again with its errors."""
        form = self.get_form()
        if not form.is_valid():
            return self.form_refused(form)
        try:
            result = self.perform(form)
        except PermissionRefused:
            raise
        except DomainError as error:
            form.add_error(None, error.message)
            return self.form_refused(form)
        except ValidationError as error:
            form.add_validation_error(error)
            return self.form_refused(form)
        return self.form_accepted(result)

    def form_refused(self, form: Form) -> HttpResponse:
        """The same page, errors first."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def form_accepted(self, result: Any) -> HttpResponse:
        """A message, and the next page."""
        message = self.get_success_message(result)
        if message:
            messages.success(self.request, message)
        return HttpResponseRedirect(self.get_success_url(result))


class ConfirmPage(FormPage):
    """An act that cannot be undone: GET shows what will happen, POST does it by the service.

    The fields of `form_class`, if any, are given to the service by name.
    """

    form_class = Form
    service: Callable[..., Any] | None = None
    effects: Iterable[str] = ()
    template_name = "base/confirm_page.html"
    submit_label = gettext_lazy("Confirmer")
    is_dangerous: bool = False

    def get_effects(self) -> Iterable[str]:
        """What will happen, one sentence each."""
        return self.effects

    def get_obstacles(self) -> Iterable[str]:
        """Why it is not possible now, one sentence each; the button is closed while there is one."""
        return ()

    def perform(self, form: Form) -> Any:
        return self.service(self.object, actor=self.actor, **form.cleaned_data)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            effects=list(self.get_effects()),
            obstacles=list(self.get_obstacles()),
            button_tone="danger" if self.is_dangerous else "main",
            **kwargs,
        )


class ActionView(ObjectMixin, AccessMixin, View):
    """An act in one click: POST only, one line of URLconf.

    `ActionView.as_view(scope=dossiers_visible_to, service=services.submit, success_message="…")`. The service asks the
    permission and the state; its refusal comes back as a sentence on the page where the person was.
    """

    http_method_names: ClassVar[list[str]] = ["post", "options"]
    signed_in = True
    service: Callable[..., Any] | None = None
    fields: type[Form] | None = None
    success_message: str = ""
    next: str = ""
    stateless = False

    def get_service_kwargs(self) -> dict[str, Any]:
        """More arguments of the service, when they come from the address."""
        return {}

    def get_next_url(self, result: Any) -> str:
        """Where the person goes next: `next` (URL name or address), else back."""
        return resolve_url(self.next) if self.next else back_url(self.request)

    def get_fallback_url(self) -> str:
        """Where a refused person goes when the browser does not say where they were."""
        return resolve_url(self.next) if self.next else "/"

    def get_success_message(self, result: Any) -> str:
        """The fact, once done."""
        return str(self.success_message)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Call the service with the object, the person, and the fields if any."""
        values = self.get_service_kwargs()
        if self.fields:
            form = self.fields(data=request.POST, files=request.FILES)
            if not form.is_valid():
                return refused(request, " ".join(form.all_messages()), fallback=self.get_fallback_url())
            values |= form.cleaned_data
        try:
            result = self.service(self.object, actor=self.actor, **values)
        except PermissionRefused:
            raise
        except DomainError as error:
            return refused(request, error.message, fallback=self.get_fallback_url())
        except ValidationError as error:
            return refused(request, " ".join(error.messages), fallback=self.get_fallback_url())
        message = self.get_success_message(result)
        if message:
            messages.success(request, message)
        return HttpResponseRedirect(self.get_next_url(result))
