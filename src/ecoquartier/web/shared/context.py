"""What the layout knows of the site and of the person, under the name `site` in every template."""

from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.translation import gettext_lazy as _

from ecoquartier.core import clock


@dataclass(frozen=True)
class Entry:
    """An entry of a menu; `permission` hides it from those who have no use for it."""

    name: str
    label: str
    permission: str = ""


VISITOR = (
    Entry("public:approach", _("La démarche")),
    Entry("public:directory", _("Les ÉcoQuartiers")),
    Entry("public:framework", _("Le référentiel")),
    Entry("public:verify", _("Vérifier un label")),
)
SIGNED_IN = (
    Entry("space:home", _("À faire")),
    Entry("services:desk", _("Territoire"), permission="services.desk"),
    Entry("holder:operations", _("Opérations"), permission="operations.browse"),
    Entry("dossiers:list", _("Dossiers"), permission="dossiers.browse"),
    Entry("expert:home", _("Expertises"), permission="expertise.browse"),
    Entry("commission:sittings", _("Commissions"), permission="commissions.browse"),
    Entry("services:supplements", _("Déclinaisons locales"), permission="framework.supplement"),
    Entry("bureau:home", _("Pilotage"), permission="bureau.desk"),
    Entry("bureau:people", _("Personnes"), permission="people.serve"),
    Entry("support:home", _("Assistance"), permission="support.serve"),
)
ACCOUNT = (
    Entry("account:home", _("Mon compte")),
    Entry("account:security", _("Sécurité de mon compte")),
    Entry("account:notifications", _("Mes notifications")),
)
HOMES = ("space:home", "account:home", "services:desk")
FOOTER = (
    Entry("public:help", _("Aide")),
    Entry("public:contact", _("Contact")),
    Entry("public:site-plan", _("Plan du site")),
    Entry("public:accessibility", _("Accessibilité")),
    Entry("public:legal", _("Mentions légales")),
    Entry("public:privacy", _("Données personnelles")),
)


@dataclass(frozen=True)
class Link:
    """A menu entry, ready to show."""

    label: str
    url: str
    is_current: bool = False


@cache
def _path(name: str, urlconf: str, prefix: str) -> str:
    return reverse(name, urlconf)


def path_of(name: str) -> str:
    """Address of a page without parameter; addresses do not change while the process lives."""
    return _path(name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


class Site:
    """Menus, banners and person; computed when a template asks, so that a fragment costs nothing."""

    def __init__(self, request: HttpRequest):
        self.request = request
        self.demo: bool = settings.DEMO

    @cached_property
    def is_stateless(self) -> bool:
        """True on a page that must be the same for everybody: the session is not even read."""
        return getattr(self.request, "is_stateless_page", False)

    @cached_property
    def person(self):
        """The signed-in person, or None."""
        if self.is_stateless or not hasattr(self.request, "user"):
            return None
        return self.request.user if self.request.user.is_authenticated else None

    @cached_property
    def navigation(self) -> list[Link]:
        """Main menu of this person, or of visitors."""
        if self.person is None:
            return [self._link(entry) for entry in VISITOR]
        return [
            self._link(entry) for entry in SIGNED_IN if not entry.permission or self.person.has_perm(entry.permission)
        ]

    @cached_property
    def account(self) -> list[Link]:
        """Pages of one's own account, under one's name; none for who sees the platform through somebody else."""
        return [] if self.person is not None and self.person.seen_by else [self._link(entry) for entry in ACCOUNT]

    @cached_property
    def footer(self) -> list[Link]:
        """Links of the foot of every page."""
        return [self._link(entry) for entry in FOOTER]

    @cached_property
    def discover(self) -> list[Link]:
        """Public pages, at the foot, also for those whose menu shows their work."""
        return [self._link(entry) for entry in VISITOR]

    @property
    def address(self) -> str:
        """Address of the site, for what is printed."""
        return settings.BASE_URL

    @property
    def page_address(self) -> str:
        """Address of the page, for what is printed; that of the site when the page is private: it may hold a key."""
        return f"{settings.BASE_URL}{self.request.get_full_path()}" if self.is_stateless else settings.BASE_URL

    @property
    def today(self) -> date:
        """The day of the page: part of the version of those that are kept."""
        return clock.today()

    @property
    def home_url(self) -> str:
        """Public home."""
        return path_of("public:home")

    @property
    def space_url(self) -> str:
        """Home of a signed-in person; asks to sign in if needed."""
        return path_of("space:home")

    @property
    def sign_in_url(self) -> str:
        """Sign-in page."""
        return path_of("account:sign-in")

    @property
    def sign_out_url(self) -> str:
        """Sign-out, by POST."""
        return path_of("account:sign-out")

    @property
    def banners(self) -> list[str]:
        """Sentences that a middleware wants above every page (support mode)."""
        return list(getattr(self.request, "banners", ()))

    def _link(self, entry: Entry) -> Link:
        url = path_of(entry.name)
        here = self.request.path
        # A home is above every page of its part: it is current only when it is the page itself.
        return Link(str(entry.label), url, here == url if entry.name in HOMES else here.startswith(url))


def site(request: HttpRequest) -> dict[str, Site]:
    """Context processor of the layout."""
    return {"site": Site(request)}
