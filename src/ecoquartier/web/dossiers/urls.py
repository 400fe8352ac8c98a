"""Pages of this portal."""

from django.urls import URLPattern, path

from ecoquartier.web.dossiers import acts, views

app_name = "dossiers"

urlpatterns: list[URLPattern] = [
    path("", views.DossierList.as_view(), name="list"),
    path("<uuid:pk>/", views.DossierPage.as_view(), name="detail"),
    path("<uuid:pk>/depots/<int:number>/", views.DepositPage.as_view(), name="deposit"),
    path("<uuid:pk>/accord/", acts.Agree.as_view(), name="agree"),
    path("<uuid:pk>/deposer/", acts.Submit.as_view(), name="submit"),
    path("<uuid:pk>/recevabilite/", acts.Admit.as_view(), name="examine"),
    path("<uuid:pk>/irrecevabilite/", acts.Refuse.as_view(), name="refuse"),
    path("<uuid:pk>/complements/", acts.AskCompletion.as_view(), name="ask-completion"),
    path("<uuid:pk>/sans-complement/", acts.Lapse.as_view(), name="lapse"),
    path("<uuid:pk>/rouvrir/", acts.Reopen.as_view(), name="reopen"),
    path("<uuid:pk>/enregistrer/", acts.Register.as_view(), name="register"),
    path("<uuid:pk>/sans-expertise/", acts.SkipExpertise.as_view(), name="skip-expertise"),
    path("<uuid:pk>/transmettre/", acts.ReferDirectly.as_view(), name="refer-directly"),
    path("<uuid:pk>/retirer/", acts.Withdraw.as_view(), name="withdraw"),
    path("<uuid:pk>/clore/", acts.Close.as_view(), name="close"),
    path("<uuid:pk>/reprendre/", acts.Resume.as_view(), name="resume"),
    path("<uuid:pk>/prolonger/", acts.Extend.as_view(), name="extend"),
]
