"""Signing in and out, and what one receives."""

from django.urls import path

from ecoquartier.web.account.notifications import ConfirmAddress, Notifications
from ecoquartier.web.account.views import DemoSignIn, SignIn, SignOut

app_name = "account"

urlpatterns = [
    path("connexion/", SignIn.as_view(), name="sign-in"),
    path("demonstration/<uuid:pk>/", DemoSignIn.as_view(), name="demo-sign-in"),
    path("deconnexion/", SignOut.as_view(), name="sign-out"),
    path("notifications/", Notifications.as_view(), name="notifications"),
    path("notifications/adresse/", ConfirmAddress.as_view(), name="confirm-address"),
]
