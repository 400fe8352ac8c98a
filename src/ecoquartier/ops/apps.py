from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "ecoquartier.ops"
    label = "ops"
    verbose_name = "Exploitation"
