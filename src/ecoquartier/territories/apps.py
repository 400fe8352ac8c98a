from django.apps import AppConfig


class TerritoriesConfig(AppConfig):
    name = "ecoquartier.territories"
    label = "territories"
    verbose_name = "Territoires"
