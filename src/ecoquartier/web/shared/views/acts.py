"""Views that act: a form, a confirmation, a button. The service decides; its refusal becomes a sentence."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateResponseMixin, View

from ecoquartier.core.errors import DomainError, PermissionRefused
from ecoquartier.web.shared.forms import Form
from ecoquartier.web.shared.responses import back_url, refused
from ecoquartier.web.shared.views.access import AccessMixin, ObjectMixin
from ecoquartier.web.shared.views.pages import PageMixin


def tell_lost(request: HttpRequest, form: Form) -> None:
    """Say which signs were left out of what was typed, if any."""
    if form.lost:
        said = _("Les documents ne savent pas imprimer ces signes, qui ont été retirés du texte\u00a0: %(signs)s")
        messages.info(request, said % {"signs": " ".join(form.lost)})


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
        if form.is_valid():
            with form.refusals():
                result = self.perform(form)
        if form.errors:
            return self.form_refused(form)
        tell_lost(request, form)
        return self.form_accepted(result)

    def form_refused(self, form: Form) -> HttpResponse:
        """The same page, errors first; 429 when it was sent too often."""
        response = self.render_to_response(self.get_context_data(form=form), status=429 if form.retry_after else 422)
        if form.retry_after:
            response["Retry-After"] = str(form.retry_after)
        return response

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
    irreversible: Iterable[str] = ()
    template_name = "base/confirm_page.html"
    submit_label = gettext_lazy("Confirmer")
    is_dangerous: bool = False

    def get_effects(self) -> Iterable[str]:
        """What will happen, one sentence each."""
        return self.effects

    def get_irreversible(self) -> Iterable[str]:
        """What nobody will be able to undo, one sentence each."""
        return self.irreversible

    def get_obstacles(self) -> Iterable[str]:
        """Why it is not possible now, one sentence each; the button is closed while there is one."""
        return ()

    def perform(self, form: Form) -> Any:
        return self.service(self.object, actor=self.actor, **form.cleaned_data)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            effects=list(self.get_effects()),
            irreversible=list(self.get_irreversible()),
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
        if self.fields:
            tell_lost(request, form)
        message = self.get_success_message(result)
        if message:
            messages.success(request, message)
        return HttpResponseRedirect(self.get_next_url(result))
