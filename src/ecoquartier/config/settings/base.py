"""Everything the platform needs, read from the environment; `dev` and `test` only override.

Production runs on this module as it is. A variable that is missing or wrong stops the start with a French sentence.
"""

import ipaddress
import os
import re
import secrets
from email.utils import parseaddr
from pathlib import Path

from ecoquartier.config.settings.caches import *  # noqa: F403 -- a part of this module
from ecoquartier.config.settings.legal import *  # noqa: F403 -- a part of this module
from ecoquartier.config.settings.sign_in import *  # noqa: F403 -- a part of this module
from ecoquartier.config.settings.sign_in import OIDC_ORIGIN
from ecoquartier.config.settings.uploads import *  # noqa: F403 -- a part of this module
from ecoquartier.core import env
from ecoquartier.core.database_url import connection_from_url
from ecoquartier.core.postgres import EmbeddedServer
from ecoquartier.core.system import explain_system

PACKAGE = Path(__file__).resolve().parents[2]
ROOT = PACKAGE.parents[1]
LEAST_SECRET = 50


def _browsable(bind: str) -> str:
    """Return what a browser of this machine writes to reach what listens on `bind`."""
    try:
        address = ipaddress.ip_address(bind)
    except ValueError:
        return bind
    if address.is_unspecified or str(address) in ("127.0.0.1", "::1"):
        return "localhost"
    return f"[{bind}]" if address.version == 6 else bind


def _kept_secret(path: Path) -> str:
    """Make a secret on the first run and keep it, readable by us only."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            draft = path.with_suffix(f".{os.getpid()}")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(64))
            draft.rename(path)
        return path.read_text()
    except OSError as error:
        # The folder is named: nobody knows our draft.
        known = explain_system(OSError(error.errno, error.strerror), path.parent)
        if not known:
            raise
        raise env.SettingError(known) from error


# --- Where we are -------------------------------------------------------------------------------------------------

DATA_DIR = env.folder(
    "DATA_DIR", Path("var"), root=ROOT, help="Dossier des données\u00a0: base embarquée, fichiers déposés, clés."
)
DATABASE_URL = env.text(
    "DATABASE_URL",
    help="Base PostgreSQL 15 ou plus récente, postgresql://utilisateur:motdepasse@serveur:5432/base.",
    shown="base embarquée dans DATA_DIR",
)
EMBEDDED_SERVER = None if DATABASE_URL else EmbeddedServer(DATA_DIR)
_connection = connection_from_url(DATABASE_URL) if EMBEDDED_SERVER is None else EMBEDDED_SERVER.connection()

BIND = env.text("BIND", "127.0.0.1", help="Adresse sur laquelle le serveur web écoute.")
PORT = env.integer("PORT", 8000, least=1, most=65535, help="Port sur lequel le serveur web écoute.")
BROWSABLE_HOST = _browsable(BIND)
_base = env.url(
    "BASE_URL",
    f"http://{BROWSABLE_HOST}:{PORT}",
    schemes=("http", "https"),
    help="Adresse publique du site\u00a0; https active les cookies sûrs, la redirection et HSTS.",
    shown="http://localhost:PORT, ou l’adresse de BIND",
)
if not _base.hostname or _base.path.strip("/"):
    raise env.SettingError("BASE_URL n’est pas compris\u00a0: écrivez par exemple BASE_URL=https://label.example.fr.")
BASE_URL = f"{_base.scheme}://{_base.netloc}"
IS_HTTPS = _base.scheme == "https"

ALLOWED_HOSTS = env.listing(
    "ALLOWED_HOSTS",
    [
        f"[{_base.hostname}]" if ":" in _base.hostname else _base.hostname,
        *([] if DATABASE_URL else ["localhost", "127.0.0.1", "[::1]"]),
    ],
    help="Noms du site acceptés, séparés par des virgules.",
    shown="nom de BASE_URL (et la machine elle-même avec la base embarquée)",
)
for _host in ALLOWED_HOSTS:
    if "/" in _host or " " in _host:
        raise env.SettingError(
            f"ALLOWED_HOSTS contient {_host}\u00a0: écrivez des noms seuls, par exemple ALLOWED_HOSTS=label.example.fr."
        )
DEMO = env.boolean(
    "DEMO",
    default=EMBEDDED_SERVER is not None and env.is_loopback(BIND),
    help="Site de démonstration\u00a0: bandeau, personnes fictives, connexion en un clic.",
    shown="1 avec la base embarquée et une adresse locale, sinon 0",
)
DEBUG = False

SECRET_KEY = env.text(
    "SECRET_KEY",
    help="Secret des sessions et des liens, au moins 50 caractères tirés au hasard.",
    shown="créée et gardée dans DATA_DIR avec la base embarquée, sinon obligatoire",
)
if not SECRET_KEY:
    if EMBEDDED_SERVER is None:
        raise env.SettingError(
            "SECRET_KEY manque\u00a0: écrivez SECRET_KEY= suivi d’au moins 50 caractères tirés au hasard "
            "(python3 -c 'import secrets; print(secrets.token_urlsafe(64))')."
        )
    SECRET_KEY = _kept_secret(DATA_DIR / "secret-key")
if len(SECRET_KEY) < LEAST_SECRET:
    raise env.SettingError(
        f"SECRET_KEY est trop courte\u00a0: il lui faut au moins {LEAST_SECRET} caractères tirés au hasard."
    )

TRUSTED_PROXIES = env.listing(
    "TRUSTED_PROXIES", [], help="Adresses ou réseaux des mandataires dont on croit l’en-tête X-Forwarded-For."
)
for _proxy in TRUSTED_PROXIES:
    try:
        ipaddress.ip_network(_proxy)
    except ValueError as _error:
        raise env.SettingError(
            f"TRUSTED_PROXIES contient {_proxy}\u00a0: écrivez des adresses (10.0.0.1) ou des réseaux (10.0.0.0/8)."
        ) from _error

# --- Applications -------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
    "csp",
    "django_htmx",
    # Ours, from the ground up: an app only knows those above it in this list.
    "ecoquartier.territories",
    "ecoquartier.people",
    "ecoquartier.files",
    "ecoquartier.journal",
    "ecoquartier.notifications",
    "ecoquartier.accounts",
    "ecoquartier.framework",
    "ecoquartier.campaigns",
    "ecoquartier.operations",
    "ecoquartier.notebooks",
    "ecoquartier.dossiers",
    "ecoquartier.expertise",
    "ecoquartier.commissions",
    "ecoquartier.awards",
    "ecoquartier.directory",
    "ecoquartier.access",
    "ecoquartier.ops",
    "ecoquartier.web",
]

MIDDLEWARE = [
    "ecoquartier.web.shared.request_id.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ecoquartier.web.shared.middleware.CompressMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "ecoquartier.web.shared.maintenance.MaintenanceMiddleware",
    "ecoquartier.web.shared.middleware.RequestSizeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # The last net: a page that forgot to say who may read it asks for a sign-in. Django's own would read the session
    # on public pages too.
    "ecoquartier.web.shared.middleware.SignInRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ecoquartier.web.shared.middleware.ReadOnlyMiddleware",
    "ecoquartier.web.shared.middleware.DomainErrorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ecoquartier.web.account.second_factor.SecondFactorMiddleware",
    # The last: from here on, the person of the request may be the one that somebody helps.
    "ecoquartier.web.support.middleware.SupportMiddleware",
]

ROOT_URLCONF = "ecoquartier.config.urls"
WSGI_APPLICATION = "ecoquartier.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ecoquartier.web.shared.context.site",
            ],
        },
    },
]
FORM_RENDERER = "ecoquartier.web.shared.forms.Renderer"

# --- Data ---------------------------------------------------------------------------------------------------------

DATABASES = {
    "default": {
        **_connection,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # The engine and the services say where a transaction begins.
        "ATOMIC_REQUESTS": False,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_storage = env.url(
    "STORAGE_URL",
    schemes=("file",),
    help="Où sont gardés les fichiers déposés, file:///chemin/absolu.",
    shown="DATA_DIR/files",
)
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": _storage.path or DATA_DIR / "files",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"

SIGNING_KEYS = env.folder(
    "SIGNING_KEYS",
    DATA_DIR / "keys",
    root=ROOT,
    help="Dossier des clés qui signent les certificats et les attestations.",
    shown="DATA_DIR/keys",
)
if SIGNING_KEYS.exists() and not SIGNING_KEYS.is_dir():
    raise env.SettingError(
        "SIGNING_KEYS ne désigne pas un dossier\u00a0: écrivez par exemple SIGNING_KEYS=/srv/label/cles."
    )

# --- Language and time --------------------------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

# --- Mail ---------------------------------------------------------------------------------------------------------

_mail = env.url(
    "EMAIL_URL",
    schemes=("smtp", "smtps", "file", "console"),
    help="Envoi des courriels\u00a0: smtp://compte:motdepasse@serveur:587, smtps://…:465, file:///dossier ou console:.",
    shown="fichiers dans DATA_DIR/mail",
)
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = _mail.path if _mail.scheme == "file" else DATA_DIR / "mail"
if _mail.scheme in ("smtp", "smtps"):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _mail.hostname or ""
    EMAIL_PORT = _mail.port or (465 if _mail.scheme == "smtps" else 587)
    EMAIL_HOST_USER = env.unquoted(_mail.username)
    EMAIL_HOST_PASSWORD = env.unquoted(_mail.password)
    EMAIL_USE_SSL = _mail.scheme == "smtps"
    # A server that does not know how to encrypt is one on this very machine.
    EMAIL_USE_TLS = not EMAIL_USE_SSL and not env.is_loopback(EMAIL_HOST)
elif _mail.scheme == "console":
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text(
    "EMAIL_FROM",
    # An IPv6 number makes no address of mail that every Python reads.
    f"ne-pas-repondre@{'localhost' if ':' in _base.hostname else _base.hostname}",
    help="Adresse qui envoie les courriels.",
    shown="ne-pas-repondre@ suivi du nom de BASE_URL",
)
if not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(DEFAULT_FROM_EMAIL)[1]):
    raise env.SettingError(
        "EMAIL_FROM n’est pas une adresse\u00a0: écrivez par exemple EMAIL_FROM=ne-pas-repondre@label.example.fr."
    )

# --- Security -----------------------------------------------------------------------------------------------------

_tiles = env.url(
    "TILES_URL",
    schemes=("https",),
    help="Fond de carte en tuiles, https://serveur/{z}/{x}/{y}.png\u00a0; sans lui, ni fond ni périmètre à dessiner.",
    shown="aucun",
)
TILES_URL = _tiles.geturl()
TILES_CREDIT = env.text(
    "TILES_CREDIT", _tiles.hostname or "", help="Auteur du fond de carte, dit sous lui.", shown="le nom de son serveur"
)
_self = ["'self'"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": _self,
        # No nonce: it would change each page, and no ETag would ever match.
        "script-src": _self,
        "style-src": _self,
        # data: for the icons inside Bootstrap's style sheet.
        "img-src": ["'self'", "data:", *([f"https://{_tiles.netloc}"] if TILES_URL else [])],
        "frame-ancestors": ["'none'"],
        # A browser holds the policy against the redirection that answers a form too: the button of the provider.
        "form-action": [*_self, OIDC_ORIGIN] if OIDC_ORIGIN else _self,
        "base-uri": _self,
        "object-src": ["'none'"],
    }
}
CSRF_FAILURE_VIEW = "ecoquartier.web.shared.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# --- What it says while it works ----------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "ecoquartier.core.logs.TextFormatter"},
        "json": {"()": "ecoquartier.core.logs.JsonFormatter"},
    },
    "filters": {
        "with_trace": {"()": "django.utils.log.CallbackFilter", "callback": lambda record: bool(record.exc_info)},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": env.choice(
                "LOG_FORMAT", "text", among=("text", "json"), help="Forme des lignes du journal technique."
            ),
        }
    },
    "root": {
        "handlers": ["console"],
        "level": env.choice(
            "LOG_LEVEL",
            "INFO",
            among=("DEBUG", "INFO", "WARNING", "ERROR"),
            help="Niveau à partir duquel le journal technique écrit.",
        ),
    },
    "loggers": {
        # One handler, ours: Django's own would repeat each line or mail it.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # Every answer has its line in `ecoquartier.requests`; only what broke comes here too, with its trace.
        "django.request": {"level": "ERROR", "filters": ["with_trace"]},
        # Inside a web process, gunicorn's lines are masked and named like ours.
        "gunicorn.error": {"handlers": [], "propagate": True},
        # Django answers HEAD with the page, that gunicorn drops as it should: nothing to warn about.
        "gunicorn.http.wsgi": {"level": "ERROR"},
        "procrastinate": {"level": "WARNING"},
    },
}
