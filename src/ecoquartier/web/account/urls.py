"""Signing in and out, what protects the account, and what one receives."""

from django.urls import path

from ecoquartier.web.account.address import AddressCancel, AddressChange, AddressConfirm
from ecoquartier.web.account.calendar import CalendarFeed, CalendarPage, CalendarRemove
from ecoquartier.web.account.codes import RecoveryCodes, TotpAdd, TotpRemove
from ecoquartier.web.account.hub import Hub
from ecoquartier.web.account.invitations import InvitationPage
from ecoquartier.web.account.my_data import Erase, Export, MyData
from ecoquartier.web.account.notifications import ConfirmAddress, Notifications
from ecoquartier.web.account.openid_pages import (
    IdentityLink,
    IdentityUnlink,
    ProviderProof,
    ProviderReturn,
    ProviderSignIn,
)
from ecoquartier.web.account.passkeys import Passkey, PasskeyAdd, PasskeyRemove, PasskeySignIn
from ecoquartier.web.account.password import PasswordChange, Reset, ResetAsk
from ecoquartier.web.account.proofs import Identity, SecondFactor
from ecoquartier.web.account.security import Security
from ecoquartier.web.account.sessions import CloseOthers, CloseSession, Sessions
from ecoquartier.web.account.views import DemoSignIn, SignIn, SignOut

app_name = "account"

urlpatterns = [
    path("connexion/", SignIn.as_view(), name="sign-in"),
    path("connexion/cle/", PasskeySignIn.as_view(), name="passkey-sign-in"),
    path("connexion/fournisseur/", ProviderSignIn.as_view(), name="openid-sign-in"),
    path("connexion/fournisseur/retour/", ProviderReturn.as_view(), name="openid-return"),
    path("demonstration/<uuid:pk>/", DemoSignIn.as_view(), name="demo-sign-in"),
    path("deconnexion/", SignOut.as_view(), name="sign-out"),
    path("double-verification/", SecondFactor.as_view(), name="second-factor"),
    path("identite/", Identity.as_view(), name="identity"),
    path("identite/fournisseur/", ProviderProof.as_view(), name="openid-proof"),
    path("fournisseur/relier/", IdentityLink.as_view(), name="openid-link"),
    path("fournisseur/<int:pk>/retirer/", IdentityUnlink.as_view(), name="openid-unlink"),
    path("mot-de-passe/", PasswordChange.as_view(), name="password"),
    path("mot-de-passe/oublie/", ResetAsk.as_view(), name="reset-ask"),
    path("mot-de-passe/lien/<str:key>/", Reset.as_view(), name="reset"),
    path("securite/", Security.as_view(), name="security"),
    path("application/", TotpAdd.as_view(), name="totp-add"),
    path("application/retirer/", TotpRemove.as_view(), name="totp-remove"),
    path("codes-de-secours/", RecoveryCodes.as_view(), name="recovery-codes"),
    path("cles/ajouter/", PasskeyAdd.as_view(), name="passkey-add"),
    path("cles/<int:pk>/", Passkey.as_view(), name="passkey"),
    path("cles/<int:pk>/retirer/", PasskeyRemove.as_view(), name="passkey-remove"),
    path("sessions/", Sessions.as_view(), name="sessions"),
    path("sessions/fermer/", CloseOthers.as_view(), name="sessions-close"),
    path("sessions/<int:pk>/fermer/", CloseSession.as_view(), name="session-close"),
    path("adresse/", AddressChange.as_view(), name="address"),
    path("adresse/annuler/", AddressCancel.as_view(), name="address-cancel"),
    path("adresse/lien/<str:key>/", AddressConfirm.as_view(), name="address-confirm"),
    path("", Hub.as_view(), name="home"),
    path("invitation/<str:secret>/", InvitationPage.as_view(), name="invitation"),
    path("calendrier/", CalendarPage.as_view(), name="calendar"),
    path("calendrier/retirer/", CalendarRemove.as_view(), name="calendar-remove"),
    path("calendrier/<str:secret>.ics", CalendarFeed.as_view(), name="calendar-feed"),
    path("donnees/", MyData.as_view(), name="data"),
    path("donnees/copie.zip", Export.as_view(), name="data-export"),
    path("donnees/effacer/", Erase.as_view(), name="data-erase"),
    path("notifications/", Notifications.as_view(), name="notifications"),
    path("notifications/adresse/", ConfirmAddress.as_view(), name="confirm-address"),
]
