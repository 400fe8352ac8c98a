from django.apps import AppConfig


class FrameworkConfig(AppConfig):
    name = "ecoquartier.framework"
    label = "framework"
    verbose_name = "Référentiel"
