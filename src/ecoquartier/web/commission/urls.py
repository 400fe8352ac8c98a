"""Pages of this portal."""

from django.urls import URLPattern

app_name = "commission"

urlpatterns: list[URLPattern] = []
