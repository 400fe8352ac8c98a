"""Registration of the web layer in Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "ecoquartier.web"
    label = "web"
    verbose_name = "Écrans"
