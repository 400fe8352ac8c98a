"""What `make run` uses: the same platform, with the embedded database and files served from where they are."""

from ecoquartier.config.settings.base import *  # noqa: F403 -- the overrides of a settings module
from ecoquartier.config.settings.base import STORAGES
from ecoquartier.core import env

DEBUG = env.boolean(
    "DEBUG", default=False, help="Développement\u00a0: pages d’erreur détaillées et rechargement du code."
)

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
# Nothing is collected here: WhiteNoise would look for a folder that does not exist.
STATIC_ROOT = None
