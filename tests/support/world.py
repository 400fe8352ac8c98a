"""A small cast and one operation in the real communes, to reach any state of a dossier through the services."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from ecoquartier.campaigns.models import Campaign, Scheme
from ecoquartier.campaigns.services import open_campaign
from ecoquartier.core import clock
from ecoquartier.dossiers.models import Dossier
from ecoquartier.framework.models import Framework
from ecoquartier.notebooks.models import CommitmentAnswer, Notebook
from ecoquartier.ops.services.cast import Cast
from ecoquartier.ops.services.demo import OPEN_DATES
from ecoquartier.ops.services.play import Part, Play
from ecoquartier.people.models import Installation, User
from ecoquartier.territories.models import Commune
from tests.support.memory import remembered
from tests.support.samples import QuickSamples, lay_samples

LAVAL = "53130"


def open_year() -> Campaign:
    """An open campaign whose sittings may be held on the day they are convened."""
    year = clock.today().year
    days = {code: clock.today() + timedelta(days=shift) for code, shift in OPEN_DATES.items()}
    campaign = open_campaign(
        year, scheme=Scheme.objects.get(code="quatre-etapes"), framework=Framework.objects.get(code="2016"), days=days
    )
    Campaign.objects.filter(pk=year).update(notice_days=0)
    return Campaign.objects.get(pk=campaign.pk)


class QuickPlay(Play):
    """The same play, its twenty answers written at once: only the tests of the notebook need each saved in turn."""

    def answer(self, part: Part) -> None:
        """Answer every commitment of the campaign’s version."""
        framework = self.campaign.framework
        notebook = Notebook.objects.create(operation=part.operation, framework=framework)
        CommitmentAnswer.objects.bulk_create(
            CommitmentAnswer(
                notebook=notebook,
                commitment=commitment,
                text=f"{commitment.short} : diagnostic partagé, objectifs chiffrés, suivi annuel.",
                updated_by=part.lead,
            )
            for commitment in framework.commitments.all()
        )


class World:
    """A play with four experts, its campaign and, when asked, dossiers of Laval in the state wanted."""

    def __init__(self, experts: int = 4) -> None:
        lay_samples()
        self._begin(experts)

    @remembered
    def _begin(self, experts: int) -> None:
        Installation.objects.create(is_demo=True)
        self.play = QuickPlay(open_year(), Cast(Random(7)).set_up(experts), QuickSamples())
        self.cast = self.play.cast
        self.commune = Commune.objects.select_related("county__region").get(pk=LAVAL)
        self.parts = 0

    @remembered
    def part(self, *, filled: bool = True, commune: Commune | None = None) -> Part:
        """A held operation with its signed charter, its register and notebook filled."""
        self.parts += 1
        part = self.play.take_operation(commune or self.commune, self.parts)
        if filled:
            self.play.fill(part)
        return part

    @remembered
    def draft(self, part: Part | None = None, rank: int = 2) -> tuple[Part, Dossier]:
        """A candidature in preparation, everything filled."""
        part = part or self.part()
        stage = self.play.campaign.scheme.stages.get(rank=rank)
        return part, self.play.open(part, stage)

    @remembered
    def submitted(self, **kwargs) -> tuple[Part, Dossier]:
        """Deposited."""
        part, dossier = self.draft(**kwargs)
        return part, self.play.deposit(part, dossier)

    @remembered
    def admissible(self, **kwargs) -> tuple[Part, Dossier]:
        """Declared admissible."""
        part, dossier = self.submitted(**kwargs)
        return part, self.play.admit(dossier)

    @remembered
    def under_expertise(self, **kwargs) -> tuple[Part, Dossier]:
        """Its team has accepted."""
        part, dossier = self.admissible(**kwargs)
        return part, self.play.team(dossier)

    @remembered
    def assessed(self, **kwargs) -> tuple[Part, Dossier]:
        """Two sealed reports and their synthesis."""
        part, dossier = self.under_expertise(**kwargs)
        return part, self.play.assess(dossier)

    @remembered
    def decided(self, outcome: str, **kwargs) -> tuple[Part, Dossier]:
        """Ruled on by the signed minutes of the region."""
        part, dossier = self.assessed(**kwargs)
        self.sit(dossier, outcome, national=False)
        return part, Dossier.objects.get(pk=dossier.pk)

    @remembered
    def awarded(self, **kwargs) -> tuple[Part, Dossier]:
        """Awarded by signed national minutes: neither notified nor published."""
        part, dossier = self.decided("propose", **kwargs)
        self.sit(dossier, "award", national=True)
        return part, Dossier.objects.get(pk=dossier.pk)

    def sit(self, dossier: Dossier, outcome: str, *, national: bool):
        """A sitting of today on one dossier, minutes signed."""
        region = None if national else dossier.operation.lead_commune.county.region
        sitting = self.play.plan(self.cast.commission(region), [dossier], clock.today())
        return self.play.decide(self.play.open_sitting(sitting), {dossier.pk: outcome})

    @property
    def correspondent(self) -> User:
        """Of Laval's county."""
        return fresh(self.cast.correspondent(self.commune.county))

    @property
    def coordinator(self) -> User:
        """Of Laval's region."""
        return fresh(self.cast.coordinator(self.commune.county.region))

    @property
    def bureau(self) -> User:
        """First person of the bureau."""
        return fresh(self.cast.bureau[0])

    @property
    def helper(self) -> User:
        """Somebody of the technical support."""
        return fresh(self.cast.helper())


def fresh(user: User) -> User:
    """The same person as at a new request: nothing cached."""
    return User.objects.get(pk=user.pk)
