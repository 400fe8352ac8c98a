"""What an entry says, and when it may be read."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Release(TextChoices):
    """From when those concerned may know that the act happened (rule 15)."""

    NOW = "now", _("tout de suite")
    ALL_SEALED = "all_sealed", _("toutes les expertises scellées")
    NOTIFIED = "notified", _("à la notification")
    PUBLISHED = "published", _("à la publication")


class Audience(TextChoices):
    """Among those who may open an object, who reads that an act happened to it."""

    CONCERNED = "concerned", _("tous ceux qui lisent l’objet, avec le nom de l’auteur")
    UNSIGNED = "unsigned", _("tous ceux qui lisent l’objet ; le nom de l’auteur aux services seulement")
    EXPERTISE = "expertise", _("l’équipe d’expertise, la commission qui décide, les services et le bureau")
    SERVICES = "services", _("les services et le bureau")
    BUREAU = "bureau", _("le bureau")


class Event(TextChoices):
    """Every act, in the words of the journal: what happened, of which object.

    An event is declared by the app that performs it; its words are here, so that each history says the same. A test
    compares the two lists.
    """

    OPERATION_REGISTERED = "operation.registered", _("opération inscrite au registre")
    OPERATION_IMPORTED = "operation.imported", _("opération reprise d’un tableau")
    IMPORT_STARTED = "import.started", _("import d’un tableau lancé")
    IMPORT_FINISHED = "import.finished", _("import d’un tableau terminé")
    OPERATION_UPDATED = "operation.updated", _("fiche de l’opération modifiée")
    OPERATION_NAMED = "operation.named", _("nom donné à une opération reprise sans nom")
    OPERATION_COMMUNE_ADDED = "operation.commune_added", _("autre commune ajoutée à l’opération")
    OPERATION_COMMUNE_REMOVED = "operation.commune_removed", _("autre commune retirée de l’opération")
    PHASE_ADDED = "phase.added", _("tranche ajoutée à l’opération")
    PHASE_CHANGED = "phase.changed", _("nom ou dates d’une tranche modifiés")
    PHASE_MOVED = "phase.moved", _("ordre des tranches modifié")
    PHASE_REMOVED = "phase.removed", _("tranche retirée de l’opération")
    TERM_ADDED = "term.added", _("choix ajouté à une liste de la fiche")
    TERM_CHANGED = "term.changed", _("choix d’une liste de la fiche modifié")
    OPERATION_MEETING_ASKED = "operation.meeting_asked", _("rencontre avec le correspondant demandée")
    OPERATION_MET = "operation.met", _("rencontre avec le correspondant enregistrée")
    OPERATION_MEETING_WAIVED = "operation.meeting_waived", _("dispense de rencontre avec le correspondant")
    PERIMETER_RECORDED = "perimeter.recorded", _("périmètre de l’opération enregistré")
    PERIMETER_CHANGE_NOTED = "perimeter.change_noted", _("changement de périmètre depuis le label vu")
    PHOTO_ADDED = "photo.added", _("photo ajoutée")
    PHOTO_CHANGED = "photo.changed", _("ce qui est dit d’une photo modifié")
    PHOTO_MOVED = "photo.moved", _("ordre des photos modifié")
    PHOTO_REMOVED = "photo.removed", _("photo retirée")
    DOCUMENT_ADDED = "document.added", _("document ajouté")
    DOCUMENT_CHANGED = "document.changed", _("ce qui est dit d’un document modifié")
    DOCUMENT_REMOVED = "document.removed", _("document retiré")
    RECOMMENDATION_ANSWERED = "recommendation.answered", _("réponse à une recommandation")
    RECOMMENDATION_LIFTED = "recommendation.lifted", _("recommandation levée")
    RECOMMENDATION_MAINTAINED = "recommendation.maintained", _("recommandation maintenue")
    RECOMMENDATION_PUBLISHED = "recommendation.published", _("suivi d’une recommandation rendu public")
    RECOMMENDATION_UNPUBLISHED = (
        "recommendation.unpublished",
        _("suivi d’une recommandation retiré de la fiche publique"),
    )
    CLAIM_MADE = "claim.made", _("reprise d’une opération demandée")
    CLAIM_CONFIRMED = "claim.confirmed", _("porteur confirmé")
    CLAIM_REFUSED = "claim.refused", _("reprise refusée")
    CLAIM_DECLINED = "claim.declined", _("changement de porteur refusé par la collectivité")
    CLAIM_CLOSED = "claim.closed", _("demande écartée, une autre étant confirmée")
    CLAIM_WITHDRAWN = "claim.withdrawn", _("demande retirée par la personne")
    CLAIM_DRAFTED = "claim.drafted", _("brouillon d’une demande modifié")
    CLAIM_RECOGNISED = "claim.recognised", _("demande rapprochée d’une opération du registre")
    CLAIM_UNRECOGNISED = "claim.unrecognised", _("demande séparée d’une opération du registre")
    CLAIM_AGREED = "claim.agreed", _("accord donné au changement de porteur")
    CLAIM_AGREEMENT_RECORDED = "claim.agreement_recorded", _("accord écrit au changement de porteur enregistré")
    CREATION_ASKED = "creation.asked", _("création d’une opération demandée")
    CHARTER_SIGNED = "charter.signed", _("charte signée")
    CHARTER_CONFIRMED = "charter.confirmed", _("signature ancienne de la charte confirmée")
    CHARTER_DISMISSED = "charter.dismissed", _("signature ancienne de la charte écartée")
    OPERATION_PAUSED = "operation.paused", _("opération suspendue")
    OPERATION_RESUMED = "operation.resumed", _("opération reprise")
    OPERATION_ABANDONED = "operation.abandoned", _("opération abandonnée")
    OPERATION_REVIVED = "operation.revived", _("opération abandonnée rétablie")
    OPERATION_MERGED = "operation.merged", _("opération fusionnée dans une autre")
    OPERATION_MOVED = "operation.moved", _("opération passée à la commune nouvelle")
    TEAM_INVITED = "team.invited", _("invitation dans l’équipe d’une opération")
    TEAM_JOINED = "team.joined", _("entrée dans l’équipe de l’opération")
    TEAM_ROLE_CHANGED = "team.role_changed", _("rôle changé dans l’équipe de l’opération")
    TEAM_HANDED_OVER = "team.handed_over", _("pilotage de l’opération transmis")
    TEAM_REMOVED = "team.removed", _("personne retirée de l’équipe de l’opération")
    TEAM_DEPARTED = "team.departed", _("départ de l’équipe de l’opération")
    DOSSIER_OPENED = "dossier.opened", _("candidature ouverte")
    DOSSIER_AGREED = "dossier.agreed", _("accord de la collectivité donné")
    DOSSIER_DEPOSITED = "dossier.deposited", _("candidature déposée")
    DOSSIER_COMPLETION_ASKED = "dossier.completion_asked", _("compléments demandés")
    DOSSIER_COMPLETED = "dossier.completed", _("compléments déposés")
    DOSSIER_LAPSED = "dossier.lapsed", _("examen repris sans complément")
    DOSSIER_ADMITTED = "dossier.admitted", _("candidature déclarée recevable")
    DOSSIER_REFUSED = "dossier.refused", _("candidature déclarée irrecevable")
    DOSSIER_REOPENED = "dossier.reopened", _("examen rouvert")
    DOSSIER_EXTENDED = "dossier.extended", _("délai de dépôt prolongé")
    DOSSIER_REGISTERED = "dossier.registered", _("étape enregistrée")
    DOSSIER_EXPERTISE_SKIPPED = "dossier.expertise_skipped", _("passage en commission sans expertise")
    DOSSIER_REFERRED_DIRECTLY = "dossier.referred_directly", _("transmission directe à la commission nationale")
    DOSSIER_WITHDRAWN = "dossier.withdrawn", _("candidature retirée")
    DOSSIER_CLOSED = "dossier.closed", _("candidature close")
    DOSSIER_RESUMED = "dossier.resumed", _("candidature ajournée reprise")
    ASSIGNMENT_PROPOSED = "assignment.proposed", _("expertise proposée")
    ASSIGNMENT_ACCEPTED = "assignment.accepted", _("expertise acceptée")
    ASSIGNMENT_DECLINED = "assignment.declined", _("expertise déclinée")
    ASSIGNMENT_STOOD_DOWN = "assignment.stood_down", _("expert retiré de l’équipe")
    EXPERTISE_STARTED = "expertise.started", _("expertise commencée")
    VISIT_DATED = "visit.dated", _("visite datée")
    VISIT_REPORTED = "visit.reported", _("compte rendu de visite rendu")
    REPORT_SEALED = "report.sealed", _("expertise scellée")
    SYNTHESIS_PROPOSED = "synthesis.proposed", _("synthèse soumise")
    SYNTHESIS_SENT_BACK = "synthesis.sent_back", _("correction de la synthèse demandée")
    SYNTHESIS_ENDORSED = "synthesis.endorsed", _("synthèse approuvée par un expert")
    SYNTHESIS_APPROVED = "synthesis.approved", _("synthèse approuvée")
    EXPERTISE_CLOSED = "expertise.closed", _("expertise conclue")
    SITTING_PLANNED = "sitting.planned", _("séance préparée")
    AGENDA_EXTENDED = "agenda.extended", _("ordre du jour complété")
    SITTING_CONVENED = "sitting.convened", _("séance convoquée")
    SITTING_CANCELLED = "sitting.cancelled", _("séance annulée")
    MEMBER_DECLARED = "member.declared", _("déclaration d’un membre")
    ATTENDANCE_RECORDED = "attendance.recorded", _("présences notées")
    SITTING_OPENED = "sitting.opened", _("séance ouverte")
    ITEM_DECIDED = "item.decided", _("avis noté en séance")
    SITTING_CLOSED = "sitting.closed", _("séance levée")
    MINUTES_SIGNED = "minutes.signed", _("procès-verbal signé")
    DOSSIER_PROPOSED = "dossier.proposed", _("label proposé par la région")
    DOSSIER_REFERRED = "dossier.referred", _("candidature transmise sans avis")
    DOSSIER_ADJOURNED = "dossier.adjourned", _("candidature ajournée")
    DOSSIER_SENT_BACK = "dossier.sent_back", _("candidature renvoyée à la région")
    DOSSIER_AWARDED = "dossier.awarded", _("label attribué")
    OUTCOMES_ANNOUNCED = "outcomes.announced", _("décisions annoncées")
    AWARD_NOTIFIED = "award.notified", _("label notifié")
    AWARD_PUBLISHED = "award.published", _("label publié")
    CEREMONY_PLANNED = "ceremony.planned", _("date de la cérémonie fixée")
    CEREMONY_REQUESTED = "ceremony.requested", _("publication demandée")
    CEREMONY_REQUEST_CANCELLED = "ceremony.request_cancelled", _("demande de publication annulée")
    CEREMONY_PUBLISHED = "ceremony.published", _("publication confirmée")
    MESSAGE_RETRIED = "message.retried", _("message remis en file")
    MESSAGE_SETTLED = "message.settled", _("message considéré comme envoyé")
    MESSAGE_CANCELLED = "message.cancelled", _("message annulé")
    MESSAGE_BOUNCED = "message.bounced", _("retour d’un message noté")
    WORDING_CHANGED = "wording.changed", _("mots d’un message changés")
    WORDING_RESTORED = "wording.restored", _("mots d’origine d’un message rétablis")
    REMINDERS_CHANGED = "reminders.changed", _("rappels d’échéance réglés")
    LETTER_SENT = "letter.sent", _("lettre envoyée à un groupe")
    PERSON_ERASED = "person.erased", _("personne effacée")
    PERSON_SUSPENDED = "person.suspended", _("compte suspendu")
    PERSON_REINSTATED = "person.reinstated", _("compte rétabli")
    PEOPLE_MERGED = "people.merged", _("deux comptes fusionnés")
    INVITATION_SENT = "invitation.sent", _("invitation envoyée")
    INVITATION_ACCEPTED = "invitation.accepted", _("invitation acceptée")
    INVITATION_WITHDRAWN = "invitation.withdrawn", _("invitation retirée")
    ROLE_GRANTED = "role.granted", _("rôle confié")
    ROLE_ENDED = "role.ended", _("fin d’un rôle")
    MEMBERSHIP_STARTED = "membership.started", _("rattachement à un organisme")
    MEMBERSHIP_ENDED = "membership.ended", _("fin d’un rattachement")
    ORGANISATION_ADDED = "organisation.added", _("organisme inscrit")
    ORGANISATION_UPDATED = "organisation.updated", _("fiche d’un organisme modifiée")
    ORGANISATIONS_MERGED = "organisations.merged", _("deux organismes fusionnés")
    SCHEME_ADDED = "scheme.added", _("régime du label ajouté")
    SCHEME_CHANGED = "scheme.changed", _("régime du label modifié")
    STAGE_ADDED = "stage.added", _("étape ajoutée à un régime")
    STAGE_CHANGED = "stage.changed", _("règles d’une étape modifiées")
    STAGE_REMOVED = "stage.removed", _("étape retirée d’un régime")
    CAMPAIGN_OPENED = "campaign.opened", _("campagne ouverte")
    CAMPAIGN_RESCHEDULED = "campaign.rescheduled", _("dates d’une campagne changées")
    CAMPAIGN_CHANGED = "campaign.changed", _("réglages d’une campagne modifiés")
    CAMPAIGN_CLOSED = "campaign.closed", _("campagne close")
    CAMPAIGN_REMOVED = "campaign.removed", _("campagne retirée avant son lancement")
    CAMPAIGN_REOPENED = "campaign.reopened", _("campagne rouverte")
    PERSON_SECOND_FACTOR_REMOVED = "person.second_factor_removed", _("double vérification retirée")
    SUPPORT_ASKED = "support.asked", _("assistance demandée")
    SUPPORT_OPENED = "support.opened", _("assistance ouverte")
    SUPPORT_REFUSED = "support.refused", _("assistance refusée")
    SUPPORT_PAGE_VIEWED = "support.page_viewed", _("page vue pendant une assistance")
    SUPPORT_ENDED = "support.ended", _("assistance terminée")
    QUESTION_ANSWERED = "question.answered", _("réponse à une question du public")

    FRAMEWORK_IMPORTED = "framework.imported", _("version du référentiel importée")
    FRAMEWORK_REPLACED = "framework.replaced", _("brouillon du référentiel remplacé par un fichier")
    FRAMEWORK_COPIED = "framework.copied", _("version du référentiel commencée par copie")
    FRAMEWORK_DESCRIBED = "framework.described", _("fiche d’une version du référentiel modifiée")
    FRAMEWORK_EXTENDED = "framework.extended", _("élément ajouté au référentiel")
    FRAMEWORK_EDITED = "framework.edited", _("élément du référentiel modifié")
    FRAMEWORK_REDUCED = "framework.reduced", _("élément retiré du référentiel")
    FRAMEWORK_MAPPED = "framework.mapped", _("table de correspondance complétée")
    FRAMEWORK_LINKED = "framework.linked", _("correspondance d’éléments fixée")
    FRAMEWORK_PUBLISHED = "framework.published", _("version du référentiel publiée")
    FRAMEWORK_RETIRED = "framework.retired", _("version du référentiel retirée")
    FRAMEWORK_DISCARDED = "framework.discarded", _("brouillon du référentiel supprimé")
    SUPPLEMENT_DRAFTED = "supplement.drafted", _("déclinaison locale commencée")
    SUPPLEMENT_CHANGED = "supplement.changed", _("déclinaison locale modifiée")
    SUPPLEMENT_PROPOSED = "supplement.proposed", _("déclinaison locale proposée")
    SUPPLEMENT_RETURNED = "supplement.returned", _("déclinaison locale remise en préparation")
    SUPPLEMENT_PUBLISHED = "supplement.published", _("déclinaison locale publiée")
    SUPPLEMENT_WITHDRAWN = "supplement.withdrawn", _("déclinaison locale retirée")

    @property
    def audience(self) -> Audience:
        """Who reads it on the page of its object; the bureau only, unless the table below says more."""
        return AUDIENCES.get(self, Audience.BUREAU)


AUDIENCES = {
    event: audience
    for audience, events in {
        # Acts between the holder and the services.
        Audience.CONCERNED: (
            Event.DOSSIER_OPENED,
            Event.DOSSIER_EXTENDED,
            Event.DOSSIER_AGREED,
            Event.DOSSIER_DEPOSITED,
            Event.DOSSIER_COMPLETED,
            Event.DOSSIER_COMPLETION_ASKED,
            Event.DOSSIER_LAPSED,
            Event.DOSSIER_ADMITTED,
            Event.DOSSIER_REFUSED,
            Event.DOSSIER_REOPENED,
            Event.DOSSIER_REGISTERED,
            Event.DOSSIER_WITHDRAWN,
            Event.DOSSIER_CLOSED,
            Event.DOSSIER_RESUMED,
        ),
        # Acts of experts, commissions and bureau, each from its release.
        Audience.UNSIGNED: (
            Event.EXPERTISE_STARTED,
            Event.EXPERTISE_CLOSED,
            Event.VISIT_DATED,
            Event.DOSSIER_EXPERTISE_SKIPPED,
            Event.DOSSIER_REFERRED_DIRECTLY,
            Event.DOSSIER_PROPOSED,
            Event.DOSSIER_REFERRED,
            Event.DOSSIER_ADJOURNED,
            Event.DOSSIER_SENT_BACK,
            Event.DOSSIER_AWARDED,
            Event.AWARD_NOTIFIED,
            Event.AWARD_PUBLISHED,
        ),
        Audience.EXPERTISE: (
            Event.VISIT_REPORTED,
            Event.REPORT_SEALED,
            Event.SYNTHESIS_PROPOSED,
            Event.SYNTHESIS_SENT_BACK,
            Event.SYNTHESIS_ENDORSED,
            Event.SYNTHESIS_APPROVED,
        ),
        # How the team was made.
        Audience.SERVICES: (
            Event.ASSIGNMENT_PROPOSED,
            Event.ASSIGNMENT_ACCEPTED,
            Event.ASSIGNMENT_DECLINED,
            Event.ASSIGNMENT_STOOD_DOWN,
        ),
    }.items()
    for event in events
}
"""Who reads each event; those that are absent (a recusal, a draft outcome, a message) are for the bureau only."""
