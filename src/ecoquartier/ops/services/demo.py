"""The demonstration: invented people and operations in real communes, an open campaign, a past one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random

from django.conf import settings
from django.db import transaction

from ecoquartier.accounts.services import support
from ecoquartier.accounts.services.invitations import invite
from ecoquartier.awards.queries import without_certificate
from ecoquartier.awards.services import issue_certificate
from ecoquartier.campaigns.enums import MilestoneCode
from ecoquartier.campaigns.models import Campaign, Scheme
from ecoquartier.campaigns.services import open_campaign
from ecoquartier.commissions.enums import Outcome, SeatPart
from ecoquartier.commissions.models import Commission
from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError
from ecoquartier.directory.services import rebuild
from ecoquartier.dossiers import services as dossiers
from ecoquartier.dossiers.models import Dossier
from ecoquartier.expertise import services as expertise
from ecoquartier.expertise.enums import TeamPart
from ecoquartier.framework.models import Framework
from ecoquartier.operations import services as operations
from ecoquartier.operations.models import Operation
from ecoquartier.ops.services.cast import DOMAIN, Cast, body, person
from ecoquartier.ops.services.demo_register import SIZE, load_register
from ecoquartier.ops.services.demo_supplements import write_supplements
from ecoquartier.ops.services.play import Part, Play, on
from ecoquartier.ops.services.simulation import simulate
from ecoquartier.people.enums import OrganisationKind
from ecoquartier.people.models import Installation, User
from ecoquartier.people.queries import is_demo_database
from ecoquartier.territories.models import Commune
from ecoquartier.workflow.engine import Effect, Job, record

STAGE_COMMUNE = "53130"  # Laval: where the path is played by hand
OVERSEAS_COMMUNE = "97411"  # Saint-Denis de La Réunion
OTHERS = ("44109", STAGE_COMMUNE, "72181", "53147", "85191", "44184", "49328", "53062", "97411", "67482")
AWAITING = ("Les Tanneries", "Le Vallon des Lices", "La Maillarderie", "Le Quai du Moulin")

NEIGHBOURS = (
    (OrganisationKind.EPCI, "Communauté d’agglomération", STAGE_COMMUNE, "vice-présidence à l’aménagement"),
    (OrganisationKind.LANDLORD, "Office de l’habitat", "49007", "direction du développement"),
    (OrganisationKind.CITIZENS, "Collectif du quartier de la gare", "44109", "porte-parole"),
    (OrganisationKind.ASSOCIATION, "Association pour la nature en ville", "67482", "présidence"),
    (OrganisationKind.AGENCY, "Établissement public foncier", "97411", "direction des études"),
    (OrganisationKind.ELECTED, "Association des maires", "97411", "délégation générale"),
)
"""Organisations of the directory that play no part in a dossier: kind, name, commune of the seat, who represents it."""

# Days from today of each step of the open campaign: the window is open, and each later step can be played at once.
OPEN_DATES = {
    MilestoneCode.LAUNCH: -30,
    MilestoneCode.INTENTION: -2,
    MilestoneCode.FILING: 45,
    MilestoneCode.EXPERTS: 48,
    MilestoneCode.ADMISSIBILITY: 60,
    MilestoneCode.COMPLETIONS: 70,
    MilestoneCode.TEAMS: 75,
    MilestoneCode.EXPERTISE: 120,
    MilestoneCode.REGIONAL_FROM: 130,
    MilestoneCode.REGIONAL: 150,
    MilestoneCode.MINUTES: 155,
    MilestoneCode.NATIONAL_FROM: 160,
    MilestoneCode.NATIONAL: 180,
    MilestoneCode.NOTIFICATION: 190,
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
def load_demo(
    say: Callable[[str], None] = lambda line: None, *, past: int = 8, register: int = SIZE, seed: int = 2016
) -> None:
    """Mark an empty database as a demonstration, and fill it through the real services.

    Args:
        past: dossiers of the campaign of last year.
        register: operations of the register that are in no campaign.

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
    _people_apart(play)
    _supplements(play)
    parts = _dossiers_in_every_state(play)
    say(f"Registre\u00a0: {register} opérations, de toutes les régions et de toutes les étapes")
    home = Commune.objects.select_related("county").get(pk=STAGE_COMMUNE).county
    load_register(play.cast, home, size=register, seed=seed)
    _assistance(play, parts[1])
    installation.personas = _personas(play, parts)
    installation.save(update_fields=["personas"])
    rebuild()
    for award_id in list(without_certificate().values_list("pk", flat=True)):
        issue_certificate(award_id)


def _open_campaign(year: int) -> Campaign:
    today = clock.today()
    campaign = open_campaign(
        year,
        scheme=Scheme.objects.get(code="quatre-etapes"),
        framework=Framework.objects.in_use().latest("code"),
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


def _people_apart(play: Play) -> None:
    """Organisations of the kinds that no dossier brings, and an invitation that waits for its answer."""
    for kind, name, insee, title in NEIGHBOURS:
        commune = Commune.objects.select_related("county__region").get(pk=insee)
        place = body(f"{name}, {commune.name} (démonstration)", kind, commune)
        person(play.rng, key=f"{kind}-{insee}", organisation=place, title=title, is_representative=True)
    coordinator = play.cast.coordinator(Commune.objects.get(pk=STAGE_COMMUNE).county.region)
    invite(
        coordinator,
        actor=coordinator,
        email=f"arrivee@{DOMAIN}",
        organisation=coordinator.memberships.get().organisation,
        title="chargé de mission",
        reason="Arrive dans le service.",
    )


def _supplements(play: Play) -> None:
    """What three territories add to the référentiel, and what a fourth text waits for."""
    communes = Commune.objects.select_related("county__region")
    home, overseas = communes.get(pk=STAGE_COMMUNE), communes.get(pk=OVERSEAS_COMMUNE)
    with on(clock.today() - timedelta(days=21)):
        write_supplements(play, county=home.county, overseas=overseas.county.region)


def _dossiers_in_every_state(play: Play) -> list[Part]:
    """One dossier for each of `OTHERS`, further and further along the path; returns who plays each."""
    stage = play.campaign.scheme.stages.get(rank=2)
    parts, opened = [], []
    with on(clock.today() - timedelta(days=20)):
        for n, insee in enumerate(OTHERS):
            parts.append(play.take_operation(Commune.objects.select_related("county__region").get(pk=insee), n))
            play.fill(parts[n])
            opened.append(play.open(parts[n], stage))
    with on(clock.today() - timedelta(days=12)):
        deposited = [play.deposit(*both) for both in list(zip(parts, opened, strict=True))[1:]]
    incomplete, left, _deposited, *examined = deposited
    with on(clock.today() - timedelta(days=8)):
        _to_complete(play, incomplete)
        dossiers.withdraw(left, actor=parts[2].lead, reason="Calendrier de l’opération revu.")
        to_staff, half_sealed, *others = [play.admit(dossier) for dossier in examined]
    first, second = play.cast.experts[:2]
    with on(clock.today() - timedelta(days=6)):
        expertise.propose_expert(to_staff, actor=play.cast.bureau[0], expert=second, part=TeamPart.COORDINATOR)
        half_sealed = play.team(half_sealed, [first, second])
        in_team = [play.team(dossier) for dossier in others]
    with on(clock.today() - timedelta(days=4)):
        play.visit(half_sealed)
        report = half_sealed.reports.get(assignment__expert=second)
        expertise.seal(play.write_report(report), actor=second)
        _assessed, convened, *decided = [play.assess(dossier) for dossier in in_team]
    with on(clock.today() - timedelta(days=2)):
        _sit(play, decided)
        region = convened.operation.lead_commune.county.region
        play.plan(play.cast.commission(region), [convened], clock.today() + timedelta(days=14))
    return parts


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


def _assistance(play: Play, part: Part) -> None:
    """Two sessions of the support mode: one that is over, one that waits for somebody of the bureau."""
    helper = play.cast.helper()
    with on(clock.today() - timedelta(days=3)):
        asked = support.ask(
            helper, actor=helper, person=part.lead, reason="Le plan joint au carnet ne s’affiche pas.", minutes=30
        )
        session = support.open_session(asked, actor=play.cast.bureau[0])
        support.view_page(session, actor=helper, page=f"/espace/operations/{part.operation.pk}/carnet/")
        support.end(session, actor=helper)
    correspondent = play.cast.correspondent(part.operation.lead_commune.county)
    support.ask(
        helper, actor=helper, person=correspondent, reason="La liste des dossiers met longtemps à s’ouvrir.", minutes=60
    )


def _personas(play: Play, parts: list[Part]) -> list[list[str]]:
    """[id, role, what they come to do] of each persona, in the order of the path: one at least for each role."""
    cast, held, (lead, elected) = play.cast, parts[0].operation, (parts[1].lead, parts[1].elected)
    commune = Commune.objects.select_related("county__region").get(pk=STAGE_COMMUNE)
    county, region = commune.county, commune.county.region
    regional, national = cast.commission(region), cast.commission(None)
    editor, reader = cast.team_mates(held)
    listed = (
        (cast.newcomer(commune), "Membre", "Sans rôle\u00a0: parcourt le registre, reprend une opération."),
        (lead, "Pilote d’une opération", f"{commune.name}\u00a0: complète un dossier, reprend une opération, dépose."),
        (editor, "Contributeur d’une opération", f"{held.name}\u00a0: remplit la fiche et le carnet, ne dépose pas."),
        (reader, "Lecteur d’une opération", f"{held.name}\u00a0: lit l’opération et ses dossiers, n’écrit rien."),
        (elected, "Collectivité", f"Maire de {commune.name}\u00a0: signe la charte, donne son accord au dépôt."),
        (
            cast.correspondent(county),
            "Correspondant ville durable",
            f"{county}\u00a0: confirme, examine, donne son avis.",
        ),
        (cast.coordinator(region), "Coordonnateur régional", f"{region}\u00a0: prépare et convoque la commission."),
        (cast.bureau[0], "Bureau national", "Compose les équipes, prépare la commission nationale et la cérémonie."),
        (cast.bureau[1], "Bureau national, seconde personne", "Confirme la publication des labels."),
        (cast.experts[0], "Expert, premier", "Déclare, visite, scelle son expertise, écrit la synthèse."),
        (cast.experts[1], "Expert, second", "Déclare, scelle son expertise, approuve la synthèse."),
        *_seated(cast, regional, "commission régionale"),
        (
            cast.seat_holder(regional, SeatPart.MEMBER),
            "Membre de la commission régionale",
            "Déclare, lit les dossiers.",
        ),
        (
            cast.delegate(regional),
            "Délégué d’une association d’élus",
            "Siège à la commission régionale au nom de son association, et y fait venir ses collègues.",
        ),
        *_seated(cast, national, "commission nationale"),
        (cast.helper(), "Assistance technique", "Demande à voir le site comme une autre personne, pour l’aider."),
    )
    return [[str(user.pk), role, purpose] for user, role, purpose in listed]


def _seated(cast: Cast, commission: Commission, name: str) -> tuple[tuple[User, str, str], ...]:
    """The two personas who hold a sitting."""
    return (
        (cast.seat_holder(commission, SeatPart.SECRETARY), f"Secrétariat de la {name}", "Tient la séance."),
        (cast.seat_holder(commission, SeatPart.CHAIR), f"Présidence de la {name}", "Signe le procès-verbal."),
    )
