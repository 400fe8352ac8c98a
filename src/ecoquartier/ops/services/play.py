"""Drives one dossier along its path through the real services, as its people would: demo, simulation and tests."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from django.utils.text import capfirst

from ecoquartier.awards import services as awards
from ecoquartier.awards.models import Ceremony
from ecoquartier.campaigns.enums import MilestoneCode
from ecoquartier.campaigns.models import Campaign, Stage
from ecoquartier.commissions import services as commissions
from ecoquartier.commissions.enums import Outcome, Presence, SeatPart
from ecoquartier.commissions.models import Commission, Sitting
from ecoquartier.core import clock
from ecoquartier.core.text import at_place
from ecoquartier.dossiers import services as dossiers
from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.queries import awaited_agreements, next_hash
from ecoquartier.expertise import services as expertise
from ecoquartier.expertise.enums import Proposal, TeamPart
from ecoquartier.expertise.models import ExpertReport, Synthesis
from ecoquartier.expertise.queries import candidates_for
from ecoquartier.notebooks.services import save_answer
from ecoquartier.operations import services as operations
from ecoquartier.operations.enums import DocumentKind
from ecoquartier.operations.models import Operation
from ecoquartier.operations.services.attachments import add_document, add_photo
from ecoquartier.operations.services.perimeter import record_perimeter
from ecoquartier.operations.services.phases import change_phase
from ecoquartier.ops.services.cast import Cast
from ecoquartier.ops.services.samples import Samples, invented_perimeter
from ecoquartier.people.models import User
from ecoquartier.territories.models import Commune
from ecoquartier.workflow.engine import Effect, Job, record

NAMES = ("Les Tanneries", "Le Clos des Noues", "La Filature", "Les Rives", "Le Fournil", "La Gare haute", "Les Vergers")
SEQUELS = ("", " nord", " sud", " est", " ouest", " bas", " haut", " neuf")
TYPES = ("anru", "densification", "requalification", "brownfield", "renewal", "extension")
APPRECIATIONS = ("satisfactory", "satisfactory", "exemplary", "to_strengthen")
PARIS = ZoneInfo("Europe/Paris")


@contextmanager
def on(day: date, hour: int = 10):
    """Live the block on `day`, from `hour` o’clock in Paris."""
    with clock.travel(datetime.combine(day, time(hour), tzinfo=PARIS)):
        yield


def day_of(campaign: Campaign, code: str, shift: int = 0) -> date:
    """A milestone of the campaign, `shift` days later."""
    day = campaign.milestone(code)
    if day is None:
        raise LookupError(f"The campaign {campaign.year} has no milestone {code}.")
    return day + timedelta(days=shift)


@dataclass
class Part:
    """Those who play one operation: its lead, the elected representative, and their operation."""

    operation: Operation
    lead: User
    elected: User


@dataclass
class Play:
    """A campaign being played with a cast; every choice comes from the cast's random source."""

    campaign: Campaign
    cast: Cast
    samples: Samples = field(default_factory=Samples)

    @property
    def rng(self) -> Random:
        """The source of every choice."""
        return self.cast.rng

    def take_operation(self, commune: Commune, n: int) -> Part:
        """Put an invented operation in the register and give it its confirmed holder and its signed charter."""
        name = f"{NAMES[n % len(NAMES)]}{SEQUELS[(n // len(NAMES)) % len(SEQUELS)]}"
        lead, elected, developer = self.cast.holder_team(commune, n)
        operation = operations.add_operation(
            name=name, lead_commune=commune, is_demo=True, types=[self.rng.choice(TYPES)]
        )
        record("operation.registered", operation, actor=Job("demo"), effect=Effect(data={"source": "demo"}))
        return self.hold(operation, lead, elected, developer)

    def hold(self, operation: Operation, lead: User, elected: User, organisation) -> Part:
        """Claim an operation of the register, have it confirmed, and sign the charter."""
        claim = operations.claim(operation, actor=lead, organisation=organisation)
        operations.confirm_claim(claim, actor=self.cast.correspondent(operation.lead_commune.county))
        operation = Operation.objects.get(pk=operation.pk)
        town = operation.collectivites.get()
        operations.sign_charter(operation, actor=elected, organisation=town)
        return Part(operation, User.objects.get(pk=lead.pk), elected)

    def fill(self, part: Part) -> None:
        """Give the register and the notebook everything a stage may ask."""
        rng = self.rng
        dwellings = rng.randint(40, 1800)
        there = capfirst(at_place(part.operation.lead_commune.name))
        part.operation = operations.update_operation(
            part.operation,
            actor=part.lead,
            description=f"{there}, un quartier conçu avec ses habitants, desservi et planté.",
            initial_site="Ancien site d’activités, en partie imperméabilisé, proche du centre.",
            context="Document d’urbanisme à jour\u00a0; secteur de renouvellement inscrit au plan local.",
            vocations=["habitat", "commerce"],
            procedures=["zac"],
            programme="Logements variés, commerces de proximité, école et espaces publics plantés.",
            area_ha=Decimal(rng.randint(10, 600)) / 10,
            dwellings=dwellings,
            social_dwellings=dwellings * rng.randint(20, 60) // 100,
            inhabitants=dwellings * 2,
        )
        phase = part.operation.phases.get()
        dates = {"works": f"{self.campaign.year - 8}-03", "delivery": f"{self.campaign.year - 5}-06-30"}
        change_phase(phase, actor=part.lead, name=phase.name, **dates)
        operations.record_meeting(
            part.operation,
            actor=self.cast.correspondent(part.operation.lead_commune.county),
            met_on=clock.today() - timedelta(days=10),
        )
        self.show(part)
        self.answer(part)

    def show(self, part: Part) -> None:
        """Give the perimeter, a photo and a plan."""
        operation, lead = part.operation, part.lead
        place = operation.lead_commune
        reading = invented_perimeter(place, operation.area_ha, operation.name)
        record_perimeter(operation, actor=lead, reading=reading, file_name="perimetre.geojson")
        add_photo(
            operation,
            actor=lead,
            file=self.samples.photo(actor=lead),
            alt=f"La rue principale du quartier, à {place.name}.",
            credit="Démonstration",
        )
        add_document(
            operation,
            actor=lead,
            file=self.samples.plan(actor=lead),
            title="Plan masse du projet",
            kind=DocumentKind.PLAN,
        )

    def answer(self, part: Part) -> None:
        """Answer every commitment of the campaign’s version."""
        for commitment in self.campaign.framework.commitments.all():
            save_answer(
                part.operation,
                actor=part.lead,
                commitment=commitment,
                revision=0,
                text=f"{commitment.short}\u00a0: diagnostic partagé, objectifs chiffrés, suivi annuel par la régie.",
            )

    def open(self, part: Part, stage: Stage) -> Dossier:
        """Open the candidature."""
        return dossiers.open_dossier(part.operation, actor=part.lead, campaign=self.campaign, stage=stage)

    def deposit(self, part: Part, dossier: Dossier) -> Dossier:
        """The collectivité agrees to the present content if it has not yet, the lead deposits."""
        for town in awaited_agreements(dossier):
            dossiers.agree(dossier, actor=part.elected, organisation=town, sha256=next_hash(dossier))
        service = dossiers.deposit if dossier.state == "draft" else dossiers.redeposit
        return service(dossier, actor=part.lead)

    def admit(self, dossier: Dossier) -> Dossier:
        """The correspondent declares the dossier admissible."""
        correspondent = self.cast.correspondent(dossier.operation.lead_commune.county)
        return dossiers.admit(dossier, actor=correspondent, opinion="Dossier complet, étape adaptée à l’avancement.")

    def team(self, dossier: Dossier, experts: Sequence[User] = ()) -> Dossier:
        """The bureau proposes the least loaded experts free of conflict; all accept."""
        free = [c.expert for c in candidates_for(dossier) if not c.conflict and c.expert.is_demo]
        for n, expert in enumerate((list(experts) or free)[: dossier.stage.experts]):
            assignment = expertise.propose_expert(
                dossier,
                actor=self.cast.bureau[0],
                expert=expert,
                part=TeamPart.COORDINATOR if n == 0 else TeamPart.SECOND,
            )
            expertise.accept(assignment, actor=expert, no_conflict=True)
        return Dossier.objects.get(pk=dossier.pk)

    def visit(self, dossier: Dossier) -> None:
        """The coordinating expert dates the visit, and reports it on its day."""
        coordinator = self._experts(dossier)[0]
        expertise.date_visit(dossier, actor=coordinator, visit_on=clock.today())
        expertise.report_visit(
            dossier, actor=coordinator, report="Accueil en mairie, parcours du site à pied, échange avec les riverains."
        )

    def write_report(self, report: ExpertReport) -> ExpertReport:
        """An expert marks each commitment and gives an opinion."""
        return expertise.save_report(
            report,
            actor=report.assignment.expert,
            opinion="Projet cohérent avec le territoire\u00a0; la gestion à long terme reste à préciser.",
            proposal=Proposal.FAVOURABLE,
            marks={
                commitment.pk: (
                    self.rng.choice(APPRECIATIONS),
                    f"Constaté sur place\u00a0: {commitment.short.lower()}.",
                )
                for commitment in self.campaign.framework.commitments.all()
            },
        )

    def assess(self, dossier: Dossier) -> Dossier:
        """Visit, two sealed reports, the joint synthesis."""
        if dossier.stage.visit:
            self.visit(dossier)
        for report in dossier.reports.all():
            expertise.seal(self.write_report(report), actor=report.assignment.expert)
        self.synthesise(dossier)
        return Dossier.objects.get(pk=dossier.pk)

    def synthesise(self, dossier: Dossier) -> Synthesis:
        """The coordinator writes and submits, the others approve."""
        coordinator, *others = self._experts(dossier)
        synthesis = expertise.save_synthesis(
            dossier,
            actor=coordinator,
            text="Les expertises concordent sur la qualité de la démarche et sur la gouvernance.",
            proposal=Proposal.FAVOURABLE,
        )
        synthesis = expertise.propose_synthesis(synthesis, actor=coordinator)
        for other in others:
            expertise.endorse_synthesis(synthesis, actor=other)
        return synthesis

    def _experts(self, dossier: Dossier) -> list[User]:
        rows = dossier.assignments.exclude(state="declined").select_related("expert").order_by("part")
        return [row.expert for row in rows]

    def runner(self, commission: Commission) -> User:
        """Who plans and convenes: the coordinator of the region, or the bureau."""
        region = commission.regions.first()
        return self.cast.coordinator(region) if region else self.cast.bureau[0]

    def plan(self, commission: Commission, found: Sequence[Dossier], held_on: date) -> Sitting:
        """Plan and convene a sitting on these dossiers."""
        runner = self.runner(commission)
        sitting = commissions.plan_sitting(
            commission, actor=runner, campaign=self.campaign, held_on=held_on, place="En préfecture", dossiers=found
        )
        return commissions.convene(sitting, actor=runner)

    def open_sitting(self, sitting: Sitting) -> Sitting:
        """The secretary opens the sitting and records everybody present."""
        secretary = self.cast.seat_holder(sitting.commission, SeatPart.SECRETARY)
        sitting = commissions.open_sitting(sitting, actor=secretary)
        seats = sitting.commission.seats.filter(holder__isnull=False)
        commissions.record_attendance(sitting, actor=secretary, rows=dict.fromkeys(seats, (Presence.PRESENT, None)))
        return sitting

    def decide(self, sitting: Sitting, outcomes: dict) -> Sitting:
        """Record the outcome of each item (dossier id → outcome), close, and have the chair sign."""
        secretary = self.cast.seat_holder(sitting.commission, SeatPart.SECRETARY)
        commitment = self.campaign.framework.commitments.all()[0]
        for item in sitting.items.select_related("dossier"):
            if not item.dossier.is_open:
                continue
            outcome = outcomes[item.dossier_id]
            commissions.record_outcome(
                item,
                actor=secretary,
                outcome=outcome,
                reasons="Démarche aboutie et partagée.",
                support="Une journée d’appui du réseau." if outcome == Outcome.ADJOURN else "",
                recommendations=[(commitment.pk, "Préciser la gestion à long terme des espaces publics.")],
            )
        sitting = commissions.close_sitting(sitting, actor=secretary)
        chair = self.cast.seat_holder(sitting.commission, SeatPart.CHAIR)
        for item in sitting.items.exclude(dossier__declarations__user=chair):
            commissions.declare(item, actor=chair, is_recused=False)
        return commissions.sign_minutes(sitting, actor=chair)

    def hold_sitting(self, commission: Commission, found: Sequence[Dossier], outcomes: dict, held_on: date) -> Sitting:
        """A whole sitting: planned and convened in time, then held on its day."""
        with on(held_on - timedelta(days=self.campaign.notice_days + 2)):
            sitting = self.plan(commission, found, held_on)
        with on(held_on):
            return self.decide(self.open_sitting(sitting), outcomes)

    def publish(self, held_on: date) -> Ceremony:
        """The ceremony: one person of the bureau asks, the other confirms."""
        ceremony = awards.plan_ceremony(self.campaign, actor=self.cast.bureau[0], held_on=held_on)
        ceremony = awards.request_publication(ceremony, actor=self.cast.bureau[0])
        return awards.confirm_publication(ceremony, actor=self.cast.bureau[1])

    def milestone(self, code: MilestoneCode, shift: int = 0) -> date:
        """A day of the campaign."""
        return day_of(self.campaign, code, shift)
