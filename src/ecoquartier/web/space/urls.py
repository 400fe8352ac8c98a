"""Pages of this portal."""

from django.urls import URLPattern

app_name = "space"

urlpatterns: list[URLPattern] = []
