"""Named reads of labels."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ecoquartier.awards.domain.credential import verify_credential
from ecoquartier.awards.enums import AwardState, Basis, CeremonyState
from ecoquartier.awards.models import Award, Ceremony, Certificate
from ecoquartier.campaigns.enums import Publication
from ecoquartier.campaigns.models import Campaign
from ecoquartier.commissions.enums import Outcome, SittingState
from ecoquartier.core import clock
from ecoquartier.core.canonical import sha256_hex
from ecoquartier.core.env import SettingError
from ecoquartier.core.keys import KeyRing, Purpose, TrustedKey
from ecoquartier.core.registry import Task, Work, recently
from ecoquartier.dossiers.enums import DossierState
from ecoquartier.dossiers.models import Dossier
from ecoquartier.people.enums import Role
from ecoquartier.people.models import User
from ecoquartier.people.queries import is_demo_database


def is_without_value(award: Award) -> bool:
    """Whether a label is a demonstration: that of an invented operation, or any that such a database delivers."""
    return award.operation.is_demo or is_demo_database()


def published_awards() -> QuerySet[Award]:
    """What everybody may know."""
    return Award.objects.filter(state=AwardState.PUBLISHED)


def has_certificate() -> Exists:
    """Dossiers whose label has its certificate."""
    return Exists(Certificate.objects.filter(award__dossier=OuterRef("pk")))


def for_ceremony(campaign: Campaign) -> QuerySet[Award]:
    """Labels of a campaign that its ceremony publishes, not yet published."""
    return (
        Award.objects.filter(dossier__campaign=campaign, stage__publication=Publication.CEREMONY)
        .exclude(state=AwardState.PUBLISHED)
        .select_related("operation", "stage", "dossier")
    )


def laureates(campaign: Campaign) -> QuerySet[Award]:
    """Labels that the ceremony of a campaign publishes, published or not, by name; whether their proofs are made."""
    return (
        Award.objects.filter(dossier__campaign=campaign, stage__publication=Publication.CEREMONY)
        .select_related("operation__lead_commune__county", "stage")
        .annotate(has_certificate=Exists(Certificate.objects.filter(award=OuterRef("pk"))))
        .order_by("operation__name", "pk")
    )


def ceremony_of(campaign: Campaign) -> Ceremony | None:
    """The ceremony of a campaign, once its day is set."""
    return Ceremony.objects.filter(campaign=campaign).select_related("requested_by", "confirmed_by").first()


def without_certificate() -> QuerySet[Award]:
    """Published labels whose certificate is still to be made."""
    return published_awards().filter(certificate__isnull=True).order_by("published_at")


def work_of(user: User) -> Work:
    """For the bureau: a publication to confirm, the ceremonies to come and those of these days."""
    if Role.BUREAU not in user.rights.roles:
        return Work()
    rows = Ceremony.objects.exclude(state=CeremonyState.PUBLISHED) | Ceremony.objects.filter(
        published_at__gte=recently()
    )
    return sum((_work_on(ceremony, user) for ceremony in rows.order_by("held_on")), Work())


def _work_on(ceremony: Ceremony, user: User) -> Work:
    path, title = f"/espace/pilotage/ceremonie/{ceremony.campaign_id}/", str(ceremony)
    line = Task(title, path, due_on=ceremony.held_on, state=str(ceremony.get_state_display()))
    if ceremony.published_at:
        return Work(ended=[Task(title, path, due_on=timezone.localdate(ceremony.published_at), state=line.state)])
    dates = [line] if ceremony.held_on >= clock.today() else []
    if ceremony.state == CeremonyState.REQUESTED and ceremony.requested_by_id != user.pk:
        words = _("Confirmer la publication des labels %(year)s") % {"year": ceremony.campaign_id}
        return Work(to_do=[Task(words, path, due_on=ceremony.held_on)], dates=dates)
    return Work(going_on=[line], dates=dates)


def award_breaches() -> list[str]:
    """Invariant: a dossier is awarded exactly when a label rests on it."""
    without = Dossier.objects.filter(state=DossierState.AWARDED, award=None).values_list("pk", flat=True)
    orphan = Award.objects.exclude(dossier__state=DossierState.AWARDED).values_list("pk", flat=True)
    return [f"dossier {pk}\u00a0: sans label" for pk in without] + [
        f"label {pk}\u00a0: dossier non attribué" for pk in orphan
    ]


def publication_breaches() -> list[str]:
    """Invariant: a label and its line of history are published together."""
    rows = Award.objects.filter(
        Q(state=AwardState.PUBLISHED, history__published_at=None)
        | (~Q(state=AwardState.PUBLISHED) & Q(history__published_at__isnull=False))
    )
    return [f"label {pk}\u00a0: publication incohérente" for pk in rows.values_list("pk", flat=True)]


def certificate_breaches() -> list[str]:
    """Invariant: issued bytes have their hash, and only published labels have a certificate."""
    breaches = [
        f"certificat {row.award_id}\u00a0: octets altérés"
        for row in Certificate.objects.iterator(chunk_size=50)
        if sha256_hex(bytes(row.pdf)) != row.sha256
    ]
    early = Certificate.objects.exclude(award__state=AwardState.PUBLISHED).values_list("award_id", flat=True)
    return breaches + [f"certificat {pk}\u00a0: label non publié" for pk in early]


def credential_breaches() -> list[str]:
    """Invariant: the credential of a label is signed by one of our keys, even retired, and names that label."""
    if not Certificate.objects.exists():
        return []
    try:
        keys = KeyRing.load(Path(settings.SIGNING_KEYS)).of(Purpose.CREDENTIALS)
    except SettingError as error:
        return [str(error)]
    if not keys:  # restored without its keys: nothing can be said
        return []
    trust = [TrustedKey(kid=key.kid, public=key.public) for key in keys]
    breaches = []
    for row in Certificate.objects.select_related("award").defer("pdf").iterator(chunk_size=500):
        check = verify_credential(row.credential, trust=trust)
        if not check.ok:
            breaches.append(f"attestation {row.award_id}\u00a0: {check.reasons[0]}")
        elif not check.credential_id.endswith(f"/{row.award_id}") or row.award.frozen["name"] not in check.name:
            breaches.append(f"attestation {row.award_id}\u00a0: celle d’un autre label")
    return breaches


def basis_breaches() -> list[str]:
    """Invariant: a label decided by a commission rests on signed minutes that award it to this dossier (rule 16)."""
    signed = Q(item__dossier=F("dossier"), item__outcome=Outcome.AWARD, item__sitting__state=SittingState.MINUTED)
    rows = Award.objects.exclude(basis=Basis.REGISTRATION).exclude(signed).values_list("pk", flat=True)
    return [f"label {pk}\u00a0: sans procès-verbal" for pk in rows]


def history_breaches() -> list[str]:
    """Invariant: a label and its line of history say the same."""
    same = Q(history__operation=F("operation"), history__rank=F("stage__level"), history__year=F("year"))
    return [f"label {pk}\u00a0: autre historique" for pk in Award.objects.exclude(same).values_list("pk", flat=True)]


def order_breaches() -> list[str]:
    """Invariant: a label is decided, then notified, then published (rule 15)."""
    late = Q(published_at__isnull=False) & (Q(notified_at=None) | Q(published_at__lt=F("notified_at")))
    return [
        f"label {pk}\u00a0: publié avant d’être notifié"
        for pk in Award.objects.filter(late).values_list("pk", flat=True)
    ]


def ceremony_breaches() -> list[str]:
    """Invariant: a publication was asked for by one person and confirmed by another."""
    alone = Q(requested_by=None) | Q(confirmed_by=None) | Q(published_at=None)
    rows = Ceremony.objects.filter(alone, state=CeremonyState.PUBLISHED).values_list("pk", flat=True)
    return [f"cérémonie {pk}\u00a0: publiée par une seule personne" for pk in rows]
