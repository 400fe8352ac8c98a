"""Pages of this portal."""

from django.urls import URLPattern

app_name = "expert"

urlpatterns: list[URLPattern] = []
