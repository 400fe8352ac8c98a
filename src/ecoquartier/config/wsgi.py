"""What a WSGI server loads: `gunicorn ecoquartier.config.wsgi`."""

import atexit
import os
from contextlib import suppress

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ecoquartier.config.settings.base")

if settings.EMBEDDED_SERVER is not None:
    settings.EMBEDDED_SERVER.join()
    atexit.register(settings.EMBEDDED_SERVER.leave)

application = get_wsgi_application()

from ecoquartier.ops.services.start import check_demo_mark  # noqa: E402 -- models exist from here on

# A database that is away, or not migrated yet, is no reason not to start: `/readyz` says so until it is there.
with suppress(DatabaseError):
    check_demo_mark()
connection.close()
