"""Pages of this portal."""

from django.urls import URLPattern

app_name = "bureau"

urlpatterns: list[URLPattern] = []
