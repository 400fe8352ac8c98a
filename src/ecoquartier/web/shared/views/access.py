"""Who may come in, and what the page is about: common to every view."""

import inspect
from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.functional import LazyObject
from django.utils.translation import gettext_lazy

from ecoquartier.core.errors import PermissionRefused
from ecoquartier.web.shared import errors

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
        # A page that is only read answers 405 to the rest, whether or not a token comes with it.
        view.csrf_exempt = not any(hasattr(cls, method) for method in ("post", "put", "patch", "delete"))
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
        method = request.method.lower()
        if method in self.http_method_names and hasattr(self, method):
            self.load()
        response = super().dispatch(request, *args, **kwargs)
        if not self.public and "Cache-Control" not in response:
            # Files too: a right that ends ends at once, and nothing private stays with an intermediary.
            patch_cache_control(response, no_cache=True, private=True)
        return response

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
