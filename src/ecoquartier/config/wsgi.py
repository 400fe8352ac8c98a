"""What a WSGI server loads: `gunicorn ecoquartier.config.wsgi`."""

import atexit
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ecoquartier.config.settings.base")

if settings.EMBEDDED_SERVER is not None:
    settings.EMBEDDED_SERVER.join()
    atexit.register(settings.EMBEDDED_SERVER.leave)

application = get_wsgi_application()
