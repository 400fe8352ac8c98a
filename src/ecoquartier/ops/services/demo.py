"""The demonstration: invented people and operations in real communes, an open campaign, a past one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random

from django.conf import settings
from django.db import transaction

from ecoquartier.awards.queries import without_certificate
from ecoquartier.awards.services import issue_certificate
from ecoquartier.campaigns.enums import MilestoneCode
from ecoquartier.campaigns.models import Campaign, Scheme
from ecoquartier.campaigns.services import open_campaign
from ecoquartier.commissions.enums import Outcome, SeatPart
from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError
from ecoquartier.directory.services import rebuild
from ecoquartier.dossiers import services as dossiers
from ecoquartier.dossiers.models import Dossier
from ecoquartier.expertise import services as expertise
from ecoquartier.framework.models import Framework
from ecoquartier.operations import services as operations
from ecoquartier.operations.models import Operation
from ecoquartier.ops.services.cast import Cast
from ecoquartier.ops.services.play import Play, on
from ecoquartier.ops.services.simulation import simulate
from ecoquartier.people.models import Installation, User
from ecoquartier.people.queries import is_demo_database
from ecoquartier.territories.models import Commune
from ecoquartier.workflow.engine import Effect, Job, record

STAGE_COMMUNE = "53130"  # Laval: where the path is played by hand
OTHERS = ("44109", "49007", "72181", "85191", "53147", "44184", "49328", "53062", "97411", "67482")
AWAITING = ("Les Tanneries", "Le Vallon des Lices", "La Maillarderie", "Le Quai du Moulin")

# Days from today of each step of the open campaign: the window is open, and each later step can be played at once.
OPEN_DATES = {
    MilestoneCode.LAUNCH: -30,
    MilestoneCode.FILING: 45,
    MilestoneCode.ADMISSIBILITY: 60,
    MilestoneCode.EXPERTISE: 120,
    MilestoneCode.REGIONAL: 150,
    MilestoneCode.NATIONAL: 180,
    MilestoneCode.CEREMONY: 210,
}


def require_demo() -> None:
    """Refuse to invent anything in a real database.

    Raises:
        DomainError: the database carries no demonstration mark.
    """
    if not is_demo_database():
        raise DomainError(
            "Cette base n’est pas une base de démonstration\u00a0: rien d’inventé n’y entre.", code="not_a_demo"
        )


def is_empty() -> bool:
    """No person and no operation yet."""
    return not User.objects.exists() and not Operation.objects.exists()


@transaction.atomic
def load_demo(say: Callable[[str], None] = lambda line: None, *, past: int = 8, seed: int = 2016) -> None:
    """Mark an empty database as a demonstration, and fill it through the real services.

    Raises:
        DomainError: the database holds a person or an operation, or the platform runs for real.
    """
    if not is_empty():
        raise DomainError("Cette base contient déjà des personnes ou des opérations.", code="not_empty")
    if not settings.DEMO:
        raise DomainError("La démonstration demande DEMO=1.", code="demo_off")
    installation = Installation.objects.create(is_demo=True)
    year = clock.today().year
    say(f"Campagne {year - 1}\u00a0: {past} dossiers, du brouillon à la cérémonie")
    simulate(year - 1, count=past, experts=8, seed=seed)
    say(f"Campagne {year}, ouverte\u00a0: un dossier dans chaque état")
    play = Play(_open_campaign(year), Cast(Random(seed)).set_up(8))
    _register(play)
    _dossiers_in_every_state(play)
    installation.personas = _personas(play)
    installation.save(update_fields=["personas"])
    rebuild()
    for award_id in list(without_certificate().values_list("pk", flat=True)):
        issue_certificate(award_id)


def _open_campaign(year: int) -> Campaign:
    today = clock.today()
    campaign = open_campaign(
        year,
        scheme=Scheme.objects.get(code="quatre-etapes"),
        framework=Framework.objects.latest("code"),
        days={code: today + timedelta(days=shift) for code, shift in OPEN_DATES.items()},
    )
    campaign.notice_days = 0
    campaign.save(update_fields=["notice_days"])
    return Campaign.objects.select_related("scheme", "framework").get(pk=year)


def _register(play: Play) -> None:
    """Operations of the register that wait for a holder, as after an import."""
    commune = Commune.objects.get(pk=STAGE_COMMUNE)
    for name in AWAITING:
        operation = operations.add_operation(name=name, lead_commune=commune, is_demo=True, types=["renewal"])
        record("operation.registered", operation, actor=Job("demo"), effect=Effect(data={"source": "demo"}))


def _dossiers_in_every_state(play: Play) -> None:
    stage = play.campaign.scheme.stages.get(rank=2)
    communes = [Commune.objects.select_related("county__region").get(pk=code) for code in OTHERS]
    parts = []
    for n, commune in enumerate(communes):
        with on(clock.today() - timedelta(days=20)):
            part = play.take_operation(commune, n)
            play.fill(part)
            parts.append((part, play.open(part, stage)))
    found = []
    with on(clock.today() - timedelta(days=12)):
        found = [(part, play.deposit(part, dossier)) for part, dossier in parts[1:]]
    with on(clock.today() - timedelta(days=8)):
        _to_complete(play, found[0][1])
        dossiers.withdraw(found[1][1], actor=found[1][0].lead, reason="Calendrier de l’opération revu.")
        admitted = [play.admit(dossier) for _part, dossier in found[3:]]
    with on(clock.today() - timedelta(days=6)):
        in_team = [play.team(dossier) for dossier in admitted[1:]]
    with on(clock.today() - timedelta(days=4)):
        half_sealed, *assessed = in_team
        play.visit(half_sealed)
        report = half_sealed.reports.order_by("assignment__part")[0]
        expertise.seal(play.write_report(report), actor=report.assignment.expert)
        assessed = [play.assess(dossier) for dossier in assessed]
    with on(clock.today() - timedelta(days=2)):
        _sit(play, assessed[1:])


def _to_complete(play: Play, dossier: Dossier) -> None:
    dossiers.ask_completion(
        dossier,
        actor=play.cast.correspondent(dossier.operation.lead_commune.county),
        message="Préciser qui pilote la concertation, et chiffrer les logements sociaux.",
        fields=["answers.2", "operation.social_dwellings"],
    )


def _sit(play: Play, assessed: list[Dossier]) -> None:
    """Each in its region: the last is adjourned, the others are proposed."""
    for n, dossier in enumerate(assessed, start=1):
        commission = play.cast.commission(dossier.operation.lead_commune.county.region)
        outcome = Outcome.ADJOURN if n == len(assessed) else Outcome.PROPOSE
        sitting = play.plan(commission, [dossier], clock.today())
        play.decide(play.open_sitting(sitting), {dossier.pk: outcome})


def _personas(play: Play) -> list[list[str]]:
    commune = Commune.objects.select_related("county__region").get(pk=STAGE_COMMUNE)
    cast, county, region = play.cast, commune.county, commune.county.region
    lead, elected, _developer = cast.holder_team(commune, 0)
    regional, national = cast.commission(region), cast.commission(None)
    held = Operation.objects.select_related("holder").filter(lead_commune=OTHERS[0], holder__isnull=False).latest("pk")
    editor, reader = cast.team_mates(held)
    where = region.name
    listed = (
        (lead, "Pilote d’une opération", f"Reprend une opération de {commune.name}, remplit son carnet, dépose."),
        (editor, "Contributeur d’une opération", f"{held.name}\u00a0: remplit la fiche et le carnet, ne dépose pas."),
        (reader, "Lecteur d’une opération", f"{held.name}\u00a0: lit l’opération et ses dossiers, n’écrit rien."),
        (
            cast.newcomer(commune),
            "Membre",
            "Sans rôle\u00a0: parcourt le registre, reprend une opération.",
        ),
        (elected, "Collectivité", f"Maire de {commune.name}\u00a0: signe la charte, donne son accord au dépôt."),
        (
            cast.correspondent(county),
            "Correspondant ville durable",
            f"{county.name}\u00a0: confirme, examine, donne son avis.",
        ),
        (cast.coordinator(region), "Coordonnateur régional", f"{where}\u00a0: prépare et convoque la commission."),
        (cast.bureau[0], "Bureau national", "Compose les équipes, prépare la commission nationale et la cérémonie."),
        (cast.bureau[1], "Bureau national, seconde personne", "Confirme la publication des labels."),
        (cast.experts[0], "Expert, premier", "Déclare, visite, scelle son expertise, écrit la synthèse."),
        (cast.experts[1], "Expert, second", "Déclare, scelle son expertise, approuve la synthèse."),
        (cast.seat_holder(regional, SeatPart.SECRETARY), "Secrétariat de la commission régionale", "Tient la séance."),
        (
            cast.seat_holder(regional, SeatPart.CHAIR),
            "Présidence de la commission régionale",
            "Signe le procès-verbal.",
        ),
        (
            cast.seat_holder(regional, SeatPart.MEMBER),
            "Membre de la commission régionale",
            "Déclare, lit les dossiers.",
        ),
        (cast.seat_holder(national, SeatPart.SECRETARY), "Secrétariat de la commission nationale", "Tient la séance."),
        (
            cast.seat_holder(national, SeatPart.CHAIR),
            "Présidence de la commission nationale",
            "Signe le procès-verbal.",
        ),
    )
    return [[str(user.pk), role, purpose] for user, role, purpose in listed]
