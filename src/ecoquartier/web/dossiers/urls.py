"""Pages of this portal."""

from django.urls import URLPattern

app_name = "dossiers"

urlpatterns: list[URLPattern] = []
