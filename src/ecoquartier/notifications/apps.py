from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "ecoquartier.notifications"
    label = "notifications"
    verbose_name = "Messages"
