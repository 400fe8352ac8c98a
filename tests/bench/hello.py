"""The reference of the peers' figures: a Django that says hello, without any middleware. Run by gunicorn."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

settings.configure(ALLOWED_HOSTS=["*"], MIDDLEWARE=[], ROOT_URLCONF=__name__, SECRET_KEY="hello")

urlpatterns = [path("", lambda request: HttpResponse("ok"))]
application = get_wsgi_application()
