from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "ecoquartier.people"
    label = "people"
    verbose_name = "Personnes et organismes"
