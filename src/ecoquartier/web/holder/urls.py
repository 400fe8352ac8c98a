"""Pages of this portal."""

from django.urls import path

from ecoquartier.web.holder.charter import CharterConfirm, CharterSetAside, CharterSign
from ecoquartier.web.holder.claim_agreements import AgreementRecord, HolderAgree, HolderDecline
from ecoquartier.web.holder.claim_recognition import ClaimRecognise, ClaimUnrecognise
from ecoquartier.web.holder.claims import OperationClaim, OperationCreate, OperationRegister
from ecoquartier.web.holder.claims_desk import ClaimConfirm, ClaimDesk, ClaimRefuse
from ecoquartier.web.holder.communes import CommuneRemove, CommunesPage
from ecoquartier.web.holder.documents import DocumentAdd, DocumentEdit, DocumentRemove, DocumentsPage
from ecoquartier.web.holder.lives import LifePage, LifeStep
from ecoquartier.web.holder.meetings import AskMeeting, OperationMeeting, WaiveMeeting
from ecoquartier.web.holder.my_claims import ClaimWithdraw, DraftEdit, MyClaim
from ecoquartier.web.holder.notebook import AnswerPage, NotebookIndex
from ecoquartier.web.holder.operation_list import OperationList
from ecoquartier.web.holder.operations import (
    OperationEdit,
    OperationHistory,
    OperationRecord,
    OperationSheet,
)
from ecoquartier.web.holder.perimeter import (
    PerimeterFile,
    PerimeterNoted,
    PerimeterPage,
    PerimeterPoint,
    PerimeterRead,
    PerimeterUpload,
)
from ecoquartier.web.holder.perimeter_drawing import PerimeterDraw, PerimeterDrawn
from ecoquartier.web.holder.phases import PhaseAdd, PhaseEdit, PhaseMove, PhaseRemove, PhasesPage
from ecoquartier.web.holder.photos import PhotoAdd, PhotoEdit, PhotoMove, PhotoRemove, PhotosPage
from ecoquartier.web.holder.recommendations import FollowUpHide, FollowUpShow, RecommendationPage, Recommendations
from ecoquartier.web.holder.register import Register
from ecoquartier.web.holder.stages import DossierOpen
from ecoquartier.web.holder.team import (
    HandOver,
    InvitationWithdraw,
    MemberRemove,
    RoleChange,
    TeamInvite,
    TeamLeave,
    TeamPage,
)

app_name = "holder"

urlpatterns = [
    path("", OperationList.as_view(), name="operations"),
    path("registre/", Register.as_view(), name="register"),
    path("registre/inscrire/", OperationRegister.as_view(), name="operation-register"),
    path("registre/creer/", OperationCreate.as_view(), name="operation-create"),
    path("demandes/", ClaimDesk.as_view(), name="claims"),
    path("demandes/<uuid:pk>/", ClaimConfirm.as_view(), name="claim"),
    path("demandes/<uuid:pk>/refuser/", ClaimRefuse.as_view(), name="claim-refuse"),
    path("demandes/<uuid:pk>/rapprocher/<uuid:operation>/", ClaimRecognise.as_view(), name="claim-recognise"),
    path("demandes/<uuid:pk>/separer/", ClaimUnrecognise.as_view(), name="claim-unrecognise"),
    path("demandes/<uuid:pk>/accord-ecrit/", AgreementRecord.as_view(), name="claim-agreement"),
    path("demandes/<uuid:pk>/accord/", HolderAgree.as_view(), name="claim-agree"),
    path("demandes/<uuid:pk>/accord/refuser/", HolderDecline.as_view(), name="claim-decline"),
    path("demandes/<uuid:pk>/brouillon/", MyClaim.as_view(), name="my-claim"),
    path("demandes/<uuid:pk>/brouillon/<slug:part>/", DraftEdit.as_view(), name="claim-draft"),
    path("demandes/<uuid:pk>/retirer/", ClaimWithdraw.as_view(), name="claim-withdraw"),
    path("<uuid:pk>/", OperationSheet.as_view(), name="operation"),
    path("<uuid:pk>/fiche/", OperationRecord.as_view(), name="operation-record"),
    path("<uuid:pk>/fiche/historique/", OperationHistory.as_view(), name="operation-history"),
    path("<uuid:pk>/modifier/<slug:part>/", OperationEdit.as_view(), name="operation-edit"),
    path("<uuid:pk>/reprendre/", OperationClaim.as_view(), name="operation-claim"),
    path("<uuid:pk>/charte/", CharterSign.as_view(), name="charter-sign"),
    path("<uuid:pk>/charte/<int:charter>/confirmer/", CharterConfirm.as_view(), name="charter-confirm"),
    path("<uuid:pk>/charte/<int:charter>/ecarter/", CharterSetAside.as_view(), name="charter-set-aside"),
    path("<uuid:pk>/vie/", LifePage.as_view(), name="life"),
    path("<uuid:pk>/vie/<slug:step>/", LifeStep.as_view(), name="life-step"),
    path("<uuid:pk>/equipe/", TeamPage.as_view(), name="team"),
    path("<uuid:pk>/equipe/inviter/", TeamInvite.as_view(), name="team-invite"),
    path("<uuid:pk>/equipe/quitter/", TeamLeave.as_view(), name="team-leave"),
    path("<uuid:pk>/equipe/<uuid:person>/role/", RoleChange.as_view(), name="team-role"),
    path("<uuid:pk>/equipe/<uuid:person>/piloter/", HandOver.as_view(), name="team-hand-over"),
    path("<uuid:pk>/equipe/<uuid:person>/retirer/", MemberRemove.as_view(), name="team-remove"),
    path("equipe/invitations/<uuid:pk>/retirer/", InvitationWithdraw.as_view(), name="team-withdraw"),
    path("<uuid:pk>/rencontre/", OperationMeeting.as_view(), name="operation-meeting"),
    path("<uuid:pk>/rencontre/demander/", AskMeeting.as_view(), name="meeting-ask"),
    path("<uuid:pk>/rencontre/dispenser/", WaiveMeeting.as_view(), name="meeting-waive"),
    path("<uuid:pk>/perimetre/", PerimeterPage.as_view(), name="perimeter"),
    path("<uuid:pk>/perimetre/vu/", PerimeterNoted.as_view(), name="perimeter-noted"),
    path("<uuid:pk>/perimetre/point/", PerimeterPoint.as_view(), name="perimeter-point"),
    path("<uuid:pk>/perimetre/fichier/", PerimeterUpload.as_view(), name="perimeter-upload"),
    path("<uuid:pk>/perimetre/fichier/<uuid:key>/", PerimeterRead.as_view(), name="perimeter-read"),
    path("<uuid:pk>/perimetre/dessiner/", PerimeterDraw.as_view(), name="perimeter-draw"),
    path("<uuid:pk>/perimetre/dessiner/<uuid:key>/", PerimeterDrawn.as_view(), name="perimeter-drawn"),
    path("<uuid:pk>/perimetre/dessiner/<uuid:key>/corriger/", PerimeterDraw.as_view(), name="perimeter-redraw"),
    path("<uuid:pk>/perimetre/<uuid:key>/perimetre.geojson", PerimeterFile.as_view(), name="perimeter-file"),
    path("<uuid:pk>/communes/", CommunesPage.as_view(), name="communes"),
    path("<uuid:pk>/communes/<slug:insee>/retirer/", CommuneRemove.as_view(), name="commune-remove"),
    path("<uuid:pk>/tranches/", PhasesPage.as_view(), name="phases"),
    path("<uuid:pk>/tranches/ajouter/", PhaseAdd.as_view(), name="phase-add"),
    path("tranches/<int:pk>/", PhaseEdit.as_view(), name="phase-edit"),
    path("tranches/<int:pk>/deplacer/", PhaseMove.as_view(), name="phase-move"),
    path("tranches/<int:pk>/retirer/", PhaseRemove.as_view(), name="phase-remove"),
    path("<uuid:pk>/photos/", PhotosPage.as_view(), name="photos"),
    path("<uuid:pk>/photos/ajouter/", PhotoAdd.as_view(), name="photo-add"),
    path("photos/<uuid:pk>/", PhotoEdit.as_view(), name="photo-edit"),
    path("photos/<uuid:pk>/deplacer/", PhotoMove.as_view(), name="photo-move"),
    path("photos/<uuid:pk>/retirer/", PhotoRemove.as_view(), name="photo-remove"),
    path("<uuid:pk>/documents/", DocumentsPage.as_view(), name="documents"),
    path("<uuid:pk>/documents/ajouter/", DocumentAdd.as_view(), name="document-add"),
    path("documents/<uuid:pk>/", DocumentEdit.as_view(), name="document-edit"),
    path("documents/<uuid:pk>/retirer/", DocumentRemove.as_view(), name="document-remove"),
    path("<uuid:pk>/recommandations/", Recommendations.as_view(), name="recommendations"),
    path("recommandations/<uuid:pk>/", RecommendationPage.as_view(), name="recommendation"),
    path("recommandations/<uuid:pk>/montrer/", FollowUpShow.as_view(), name="recommendation-publish"),
    path("recommandations/<uuid:pk>/masquer/", FollowUpHide.as_view(), name="recommendation-hide"),
    path("<uuid:pk>/carnet/", NotebookIndex.as_view(), name="notebook"),
    path("<uuid:pk>/carnet/<int:number>/", AnswerPage.as_view(), name="answer"),
    path("<uuid:pk>/candidater/", DossierOpen.as_view(), name="dossier-open"),
]
