"""Pages of this portal."""

from django.urls import URLPattern, path

from ecoquartier.web.dossiers import views
from ecoquartier.web.dossiers.acts import examination, filing, steering

app_name = "dossiers"

urlpatterns: list[URLPattern] = [
    path("", views.DossierList.as_view(), name="list"),
    path("<uuid:pk>/", views.DossierPage.as_view(), name="detail"),
    path("<uuid:pk>/depots/<int:number>/", views.DepositPage.as_view(), name="deposit"),
    path("<uuid:pk>/depots/<int:number>/perimetre.geojson", views.DepositPerimeter.as_view(), name="deposit-perimeter"),
    path("<uuid:pk>/accord/", filing.Agree.as_view(), name="agree"),
    path("<uuid:pk>/deposer/", filing.Submit.as_view(), name="submit"),
    path("<uuid:pk>/recevabilite/", examination.Admit.as_view(), name="examine"),
    path("<uuid:pk>/irrecevabilite/", examination.Refuse.as_view(), name="refuse"),
    path("<uuid:pk>/complements/", examination.AskCompletion.as_view(), name="ask-completion"),
    path("<uuid:pk>/sans-complement/", examination.Lapse.as_view(), name="lapse"),
    path("<uuid:pk>/rouvrir/", steering.Reopen.as_view(), name="reopen"),
    path("<uuid:pk>/enregistrer/", steering.Register.as_view(), name="register"),
    path("<uuid:pk>/sans-expertise/", steering.SkipExpertise.as_view(), name="skip-expertise"),
    path("<uuid:pk>/transmettre/", steering.ReferDirectly.as_view(), name="refer-directly"),
    path("<uuid:pk>/retirer/", filing.Withdraw.as_view(), name="withdraw"),
    path("<uuid:pk>/clore/", steering.Close.as_view(), name="close"),
    path("<uuid:pk>/reprendre/", steering.Resume.as_view(), name="resume"),
    path("<uuid:pk>/prolonger/", steering.Extend.as_view(), name="extend"),
]
