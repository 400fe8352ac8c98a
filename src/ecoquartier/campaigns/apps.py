from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "ecoquartier.campaigns"
    label = "campaigns"
    verbose_name = "Régimes et campagnes"
