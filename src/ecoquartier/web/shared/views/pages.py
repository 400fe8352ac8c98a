"""Pages that are read: a title, a breadcrumb, and what they show from which scope."""

from collections.abc import Callable, Iterable
from functools import partial
from http import HTTPStatus
from typing import Any

from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateResponseMixin, View

from ecoquartier.web.shared.etag import page_etag
from ecoquartier.web.shared.forms import FilterForm
from ecoquartier.web.shared.page import Crumb, Page
from ecoquartier.web.shared.pagination import paginate
from ecoquartier.web.shared.responses import is_htmx
from ecoquartier.web.shared.views.access import AccessMixin, ObjectMixin


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
        """Version of the data shown; when given on a stateless page, an unchanged page is not rendered again.

        It holds all that the page is made of, apart from the address, the day and the code (see `page_etag`).
        """
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
        response = (get_conditional_response(request, etag=etag) or caches["pages"].get(etag)) if etag else None
        if response is None:
            response = super().dispatch(request, *args, **kwargs)
            if etag and response.status_code == HTTPStatus.OK:
                # The same ETag promises the same bytes to everybody: they need not be made again.
                response.add_post_render_callback(partial(caches["pages"].set, etag))
        if etag and response.status_code in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
            response["ETag"] = etag
        # The browser keeps the page but always asks again: a signed-out or changed page is never shown as current.
        patch_cache_control(response, no_cache=True, **({"public": True} if self.stateless else {"private": True}))
        if self.fragment_template:
            patch_vary_headers(response, ["HX-Request"])
        return response

    def get_etag(self) -> str | None:
        """ETag known before any rendering, or None; « * » asks whether there is a page, which only drawing it tells."""
        is_known = self.stateless and self.request.headers.get("If-None-Match") != "*"
        version = self.get_data_version() if is_known else None
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
