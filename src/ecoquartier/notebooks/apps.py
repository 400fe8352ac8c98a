from django.apps import AppConfig


class NotebooksConfig(AppConfig):
    name = "ecoquartier.notebooks"
    label = "notebooks"
    verbose_name = "Carnets"
