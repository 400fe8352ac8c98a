"""What the tests use, whatever the environment of the machine: only `DATABASE_URL` and `PG_BIN` are listened to."""

import os

os.environ.update(
    {
        "ALLOWED_HOSTS": "testserver,localhost",
        "BASE_URL": "http://testserver",
        "BIND": "127.0.0.1",
        "CLAMD_URL": "",
        # Apart from the data of `make run`: this cluster does not survive a power cut, and each version of PostgreSQL
        # has its own.
        "DATA_DIR": "var/test" + os.environ.get("PG_BIN", "").replace("/", "-"),
        "DEMO": "0",
        "EMAIL_FROM": "ne-pas-repondre@testserver",
        "EMAIL_URL": "",
        **dict.fromkeys(("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_LABEL", "OIDC_SCOPES"), ""),
        **dict.fromkeys(("OIDC_ACR_VALUES", "OIDC_SECOND_FACTOR_ACR", "OIDC_SECOND_FACTOR_AMR"), ""),
        "LOG_FORMAT": "text",
        "LOG_LEVEL": "WARNING",
        "PORT": "8000",
        "SECRET_KEY": "a-key-that-protects-nothing-because-tests-hold-nothing-real",
        "SIGNING_KEYS": "",
        "STORAGE_URL": "",
        **dict.fromkeys(("TILES_URL", "TILES_CREDIT", "LEGAL_PUBLISHER", "LEGAL_DIRECTOR", "LEGAL_HOST"), ""),
        "TRUSTED_PROXIES": "",
    }
)

from ecoquartier.config.settings.base import *  # noqa: F403 -- after the environment is fixed
from ecoquartier.config.settings.base import (
    CACHES,
    DATA_DIR,
    DATABASES,
    EMBEDDED_SERVER,
    INSTALLED_APPS,
    MIDDLEWARE,
)
from ecoquartier.core.postgres import EmbeddedServer

if EMBEDDED_SERVER is not None:
    EMBEDDED_SERVER = EmbeddedServer(DATA_DIR, durable=False)

# A test closes what it opens, so that its database can be copied and removed.
DATABASES["default"]["CONN_MAX_AGE"] = 0

# Each page is drawn each time: what a test counts and compares is the drawing.
CACHES["pages"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}

# First, because its `flush` replaces Django's.
INSTALLED_APPS = ["tests.support", *INSTALLED_APPS]

# WhiteNoise lists every static file at each start of a client: 40 s instead of 3 s.
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise.")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
