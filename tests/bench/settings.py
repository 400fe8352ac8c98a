"""The settings of a production, with the pages of the bench beside the others."""

from ecoquartier.config.settings.base import *  # noqa: F403 -- the overrides of a settings module

ROOT_URLCONF = "tests.bench.urls"
