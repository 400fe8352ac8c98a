"""Pages of this portal."""

from django.urls import path

from ecoquartier.web.services import acts, desk, questions, supplements, writing

app_name = "services"

urlpatterns = [
    path("", desk.Desk.as_view(), name="desk"),
    path("questions/", questions.Questions.as_view(), name="questions"),
    path("questions/<uuid:pk>/", questions.QuestionPage.as_view(), name="question"),
    path("declinaisons/", supplements.Supplements.as_view(), name="supplements"),
    path("declinaisons/ecrire/", writing.Write.as_view(), name="supplement-write"),
    path("declinaisons/<uuid:pk>/", supplements.SupplementPage.as_view(), name="supplement"),
    path("declinaisons/<uuid:pk>/modifier/", writing.Change.as_view(), name="supplement-change"),
    path("declinaisons/<uuid:pk>/recopier/", writing.Copy.as_view(), name="supplement-copy"),
    path("declinaisons/<uuid:pk>/proposer/", acts.Propose.as_view(), name="supplement-propose"),
    path("declinaisons/<uuid:pk>/rendre/", acts.Return.as_view(), name="supplement-return"),
    path("declinaisons/<uuid:pk>/publier/", acts.Publish.as_view(), name="supplement-publish"),
    path("declinaisons/<uuid:pk>/retirer/", acts.Withdraw.as_view(), name="supplement-withdraw"),
]
