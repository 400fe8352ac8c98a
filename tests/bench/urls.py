"""The pages that only the bench asks for, then all the others."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import include, path, resolve

from ecoquartier.people.models import Installation
from ecoquartier.web.dossiers.views import DossierList
from ecoquartier.web.shared.views import TemplatePage

GIVEN: dict[str, TemplateResponse] = {}
"""Path of a page → its first answer, with what its template was given."""


class Shell(TemplatePage):
    """The page that every other one fills: menus, breadcrumb, title, foot, and nothing inside."""

    public = True
    title = "Gabarit"
    template_name = "base/page.html"


def hello(request):
    """The least that Django answers, through our middleware."""
    return HttpResponse("ok")


def line(request):
    """The least that an answer true to this instant costs: one row of the database."""
    return HttpResponse(str(Installation.objects.values_list("is_demo", flat=True).first()))


def fed(request, path):
    """The template of a public page, fed with constants: what the page was given when it was first asked."""
    if path not in GIVEN:
        page = resolve(f"/{path}")
        # Drawn once, so that what it was given is read and kept.
        GIVEN[path] = page.func(request, *page.args, **page.kwargs).render()
    return TemplateResponse(request, GIVEN[path].template_name, GIVEN[path].context_data)


hello.login_required = line.login_required = fed.login_required = False

urlpatterns = [
    path("bench/hello/", hello),
    path("bench/line/", line),
    path("bench/fed/<path:path>", fed),
    path("bench/shell/", Shell.as_view()),
    # As many rows as the list of the peers.
    path("bench/dossiers/", DossierList.as_view(paginate_by=50)),
    path("", include("ecoquartier.config.urls")),
]

handler400 = "ecoquartier.web.shared.errors.bad_request"
handler403 = "ecoquartier.web.shared.errors.permission_denied"
handler404 = "ecoquartier.web.shared.errors.not_found"
handler500 = "ecoquartier.web.shared.errors.server_error"
