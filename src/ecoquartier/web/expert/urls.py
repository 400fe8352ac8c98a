"""Pages of this portal."""

from django.urls import path

from ecoquartier.web.expert import assignments, reports, syntheses, visits

app_name = "expert"

urlpatterns = [
    path("", assignments.Home.as_view(), name="home"),
    path("dossiers/<uuid:pk>/equipe/", assignments.Team.as_view(), name="team"),
    path("dossiers/<uuid:pk>/equipe/proposer/", assignments.Propose.as_view(), name="propose"),
    path("affectations/<uuid:pk>/accepter/", assignments.Accept.as_view(), name="accept"),
    path("affectations/<uuid:pk>/decliner/", assignments.Decline.as_view(), name="decline"),
    path("affectations/<uuid:pk>/retirer/", assignments.StandDown.as_view(), name="stand-down"),
    path("dossiers/<uuid:pk>/visite/", visits.Visit.as_view(), name="visit"),
    path("dossiers/<uuid:pk>/visite/compte-rendu/", visits.VisitReport.as_view(), name="visit-report"),
    path("expertises/<uuid:pk>/", reports.Report.as_view(), name="report"),
    path("expertises/<uuid:pk>/sceller/", reports.Seal.as_view(), name="seal"),
    path("dossiers/<uuid:pk>/synthese/", syntheses.SynthesisPage.as_view(), name="synthesis"),
    path("dossiers/<uuid:pk>/synthese/soumettre/", syntheses.Propose.as_view(), name="synthesis-propose"),
    path("dossiers/<uuid:pk>/synthese/corriger/", syntheses.SendBack.as_view(), name="synthesis-send-back"),
    path("dossiers/<uuid:pk>/synthese/approuver/", syntheses.Endorse.as_view(), name="synthesis-endorse"),
]
