"""Pages of this portal."""

from django.urls import path

from ecoquartier.web.commission import items, sittings, steps

app_name = "commission"

urlpatterns = [
    path("", sittings.Sittings.as_view(), name="sittings"),
    path("<uuid:pk>/preparer/", sittings.SittingPlan.as_view(), name="sitting-plan"),
    path("seances/<uuid:pk>/", sittings.SittingPage.as_view(), name="sitting"),
    path("seances/<uuid:pk>/ordre-du-jour/", sittings.Agenda.as_view(), name="agenda"),
    path("seances/<uuid:pk>/presences/", sittings.Attendance.as_view(), name="attendance"),
    path("seances/<uuid:pk>/convoquer/", steps.Convene.as_view(), name="convene"),
    path("seances/<uuid:pk>/ouvrir/", steps.Open.as_view(), name="open"),
    path("seances/<uuid:pk>/lever/", steps.Close.as_view(), name="close"),
    path("seances/<uuid:pk>/annuler/", steps.Cancel.as_view(), name="cancel"),
    path("seances/<uuid:pk>/proces-verbal/", steps.Minutes.as_view(), name="minutes"),
    path("seances/<uuid:pk>/notifier/", steps.Announce.as_view(), name="announce"),
    path("points/<uuid:pk>/", items.ItemPage.as_view(), name="item"),
    path("points/<uuid:pk>/declarer/", items.Declare.as_view(), name="declare"),
]
