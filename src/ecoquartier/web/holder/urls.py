"""Pages of this portal."""

from django.urls import path

from ecoquartier.web.holder.charter import CharterSign
from ecoquartier.web.holder.claims import ClaimConfirm, ClaimDesk, ClaimRefuse, OperationClaim
from ecoquartier.web.holder.notebook import AnswerPage, NotebookIndex
from ecoquartier.web.holder.operations import (
    OperationEdit,
    OperationList,
    OperationMeeting,
    OperationSheet,
    Register,
)
from ecoquartier.web.holder.stages import DossierOpen

app_name = "holder"

urlpatterns = [
    path("", OperationList.as_view(), name="operations"),
    path("registre/", Register.as_view(), name="register"),
    path("demandes/", ClaimDesk.as_view(), name="claims"),
    path("demandes/<uuid:pk>/", ClaimConfirm.as_view(), name="claim"),
    path("demandes/<uuid:pk>/refuser/", ClaimRefuse.as_view(), name="claim-refuse"),
    path("<uuid:pk>/", OperationSheet.as_view(), name="operation"),
    path("<uuid:pk>/modifier/", OperationEdit.as_view(), name="operation-edit"),
    path("<uuid:pk>/reprendre/", OperationClaim.as_view(), name="operation-claim"),
    path("<uuid:pk>/charte/", CharterSign.as_view(), name="charter-sign"),
    path("<uuid:pk>/rencontre/", OperationMeeting.as_view(), name="operation-meeting"),
    path("<uuid:pk>/carnet/", NotebookIndex.as_view(), name="notebook"),
    path("<uuid:pk>/carnet/<int:number>/", AnswerPage.as_view(), name="answer"),
    path("<uuid:pk>/candidater/", DossierOpen.as_view(), name="dossier-open"),
]
