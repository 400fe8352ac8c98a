"""Pages of this portal."""

from django.urls import URLPattern

app_name = "holder"

urlpatterns: list[URLPattern] = []
