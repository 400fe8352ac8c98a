"""Pages of this portal."""

from django.urls import path

from ecoquartier.web.holder.charter import CharterSign
from ecoquartier.web.holder.claims import ClaimConfirm, ClaimDesk, ClaimRefuse, OperationClaim
from ecoquartier.web.holder.documents import DocumentAdd, DocumentEdit, DocumentRemove, DocumentsPage
from ecoquartier.web.holder.meetings import AskMeeting, OperationMeeting, WaiveMeeting
from ecoquartier.web.holder.notebook import AnswerPage, NotebookIndex
from ecoquartier.web.holder.operations import (
    OperationEdit,
    OperationHistory,
    OperationList,
    OperationRecord,
    OperationSheet,
    Register,
)
from ecoquartier.web.holder.perimeter import (
    PerimeterFile,
    PerimeterPage,
    PerimeterPoint,
    PerimeterRead,
    PerimeterUpload,
)
from ecoquartier.web.holder.photos import PhotoAdd, PhotoEdit, PhotoMove, PhotoRemove, PhotosPage
from ecoquartier.web.holder.stages import DossierOpen

app_name = "holder"

urlpatterns = [
    path("", OperationList.as_view(), name="operations"),
    path("registre/", Register.as_view(), name="register"),
    path("demandes/", ClaimDesk.as_view(), name="claims"),
    path("demandes/<uuid:pk>/", ClaimConfirm.as_view(), name="claim"),
    path("demandes/<uuid:pk>/refuser/", ClaimRefuse.as_view(), name="claim-refuse"),
    path("<uuid:pk>/", OperationSheet.as_view(), name="operation"),
    path("<uuid:pk>/fiche/", OperationRecord.as_view(), name="operation-record"),
    path("<uuid:pk>/fiche/historique/", OperationHistory.as_view(), name="operation-history"),
    path("<uuid:pk>/modifier/<slug:part>/", OperationEdit.as_view(), name="operation-edit"),
    path("<uuid:pk>/reprendre/", OperationClaim.as_view(), name="operation-claim"),
    path("<uuid:pk>/charte/", CharterSign.as_view(), name="charter-sign"),
    path("<uuid:pk>/rencontre/", OperationMeeting.as_view(), name="operation-meeting"),
    path("<uuid:pk>/rencontre/demander/", AskMeeting.as_view(), name="meeting-ask"),
    path("<uuid:pk>/rencontre/dispenser/", WaiveMeeting.as_view(), name="meeting-waive"),
    path("<uuid:pk>/perimetre/", PerimeterPage.as_view(), name="perimeter"),
    path("<uuid:pk>/perimetre/point/", PerimeterPoint.as_view(), name="perimeter-point"),
    path("<uuid:pk>/perimetre/fichier/", PerimeterUpload.as_view(), name="perimeter-upload"),
    path("<uuid:pk>/perimetre/fichier/<uuid:key>/", PerimeterRead.as_view(), name="perimeter-read"),
    path("<uuid:pk>/perimetre/<uuid:key>/perimetre.geojson", PerimeterFile.as_view(), name="perimeter-file"),
    path("<uuid:pk>/photos/", PhotosPage.as_view(), name="photos"),
    path("<uuid:pk>/photos/ajouter/", PhotoAdd.as_view(), name="photo-add"),
    path("photos/<uuid:pk>/", PhotoEdit.as_view(), name="photo-edit"),
    path("photos/<uuid:pk>/deplacer/", PhotoMove.as_view(), name="photo-move"),
    path("photos/<uuid:pk>/retirer/", PhotoRemove.as_view(), name="photo-remove"),
    path("<uuid:pk>/documents/", DocumentsPage.as_view(), name="documents"),
    path("<uuid:pk>/documents/ajouter/", DocumentAdd.as_view(), name="document-add"),
    path("documents/<uuid:pk>/", DocumentEdit.as_view(), name="document-edit"),
    path("documents/<uuid:pk>/retirer/", DocumentRemove.as_view(), name="document-remove"),
    path("<uuid:pk>/carnet/", NotebookIndex.as_view(), name="notebook"),
    path("<uuid:pk>/carnet/<int:number>/", AnswerPage.as_view(), name="answer"),
    path("<uuid:pk>/candidater/", DossierOpen.as_view(), name="dossier-open"),
]
