"""States and steps of a dossier (`domain.md` §3)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DossierState(TextChoices):
    """Staff labels; the holder reads those of `queries.state_label`."""

    DRAFT = "draft", _("en préparation")
    SUBMITTED = "submitted", _("déposé")
    TO_COMPLETE = "to_complete", _("à compléter")
    ADMISSIBLE = "admissible", _("recevable")
    INADMISSIBLE = "inadmissible", _("irrecevable")
    UNDER_EXPERTISE = "under_expertise", _("en expertise")
    ASSESSED = "assessed", _("expertisé")
    PROPOSED = "proposed", _("proposé au label")
    REFERRED = "referred", _("transmis à la commission nationale")
    ADJOURNED = "adjourned", _("ajourné")
    AWARDED = "awarded", _("label attribué")
    WITHDRAWN = "withdrawn", _("retiré")
    CLOSED = "closed", _("clos")


CLOSED_STATES = frozenset(
    {
        DossierState.AWARDED,
        DossierState.ADJOURNED,
        DossierState.INADMISSIBLE,
        DossierState.WITHDRAWN,
        DossierState.CLOSED,
    }
)
OPEN_STATES = frozenset(DossierState) - CLOSED_STATES
IN_COMMISSION = frozenset({DossierState.ASSESSED, DossierState.PROPOSED, DossierState.REFERRED})
OUTCOMES = frozenset({DossierState.ADJOURNED, DossierState.AWARDED})


class Situation(TextChoices):
    """Groups of states by which dossiers are counted and found; the values are those of the addresses.

    « En commission » also holds the outcomes not yet told (rule 15).
    """

    PREPARATION = "preparation", _("en préparation")
    EXAMINATION = "examen", _("déposé, à l’examen")
    COMPLETION = "complements", _("à compléter")
    EXPERTISE = "expertise", _("recevable ou en expertise")
    COMMISSION = "commission", _("en commission")
    DECIDED = "decide", _("label attribué ou ajourné")
    CLOSED = "referme", _("irrecevable, retiré ou clos")


STATES_OF = {
    Situation.PREPARATION: {DossierState.DRAFT},
    Situation.EXAMINATION: {DossierState.SUBMITTED},
    Situation.COMPLETION: {DossierState.TO_COMPLETE},
    Situation.EXPERTISE: {DossierState.ADMISSIBLE, DossierState.UNDER_EXPERTISE},
    Situation.CLOSED: CLOSED_STATES - OUTCOMES,
}
"""The states of the situations that tell no outcome."""


class Step(TextChoices):
    """Verbs, as on the buttons."""

    DEPOSIT = "deposit", _("Déposer la candidature")
    REDEPOSIT = "redeposit", _("Déposer les compléments")
    LAPSE = "lapse", _("Reprendre sans complément")
    ASK_COMPLETION = "ask_completion", _("Demander des compléments")
    ADMIT = "admit", _("Déclarer recevable")
    REFUSE = "refuse", _("Déclarer irrecevable")
    REOPEN = "reopen", _("Rouvrir l’examen")
    START_EXPERTISE = "start_expertise", _("Commencer l’expertise")
    SKIP_EXPERTISE = "skip_expertise", _("Passer en commission sans expertise")
    REFER_DIRECTLY = "refer_directly", _("Transmettre à la commission nationale")
    ASSESS = "assess", _("Conclure l’expertise")
    PROPOSE = "propose", _("Proposer le label")
    REFER = "refer", _("Transmettre sans avis")
    ADJOURN = "adjourn", _("Ajourner")
    SEND_BACK = "send_back", _("Renvoyer à la région")
    AWARD = "award", _("Attribuer le label")
    REGISTER = "register", _("Enregistrer l’étape")
    WITHDRAW = "withdraw", _("Retirer la candidature")
    CLOSE = "close", _("Clore le dossier")
    RESUME = "resume", _("Reprendre le dossier ajourné")


class Side(TextChoices):
    """Where a reader stands towards a dossier; the label names this side to the others."""

    HOLDER = "holder", _("Le porteur de projet")
    COLLECTIVITE = "collectivite", _("La collectivité")
    CORRESPONDENT = "correspondent", _("Le correspondant ville durable")
    COORDINATOR = "coordinator", _("Le coordonnateur régional")
    EXPERT = "expert", _("Les experts")
    COMMISSION = "commission", _("La commission")
    BUREAU = "bureau", _("Le bureau national")
