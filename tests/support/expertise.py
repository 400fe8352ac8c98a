"""A dossier under expertise, its team, and the words that only one report holds."""

from __future__ import annotations

from ecoquartier.access.scopes import reports_visible_to
from ecoquartier.dossiers.models import Dossier
from ecoquartier.expertise import services
from ecoquartier.expertise.models import Assignment, ExpertReport
from ecoquartier.ops.services.play import Part
from ecoquartier.people.models import User
from tests.support.world import World, fresh

WORDS = ("Noue plantée remarquable.", "Parking silo surdimensionné.", "Toitures sans solaire.")


def readable(user: User, case: Case) -> set[str]:
    """Who wrote the reports that the person may read, by part."""
    rows = reports_visible_to(fresh(user)).filter(dossier=case.dossier)
    return set(rows.values_list("assignment__part", flat=True))


class Case:
    """A dossier under expertise: nothing written, no visit."""

    def __init__(self, world: World, part: Part, dossier: Dossier) -> None:
        self.world, self.part, self.dossier = world, part, dossier

    @property
    def team(self) -> list[Assignment]:
        """Current members, coordinator first."""
        return list(self.dossier.assignments.current().order_by("part", "proposed_at"))

    @property
    def experts(self) -> list[User]:
        """The people of the team, coordinator first, as at a new request."""
        return [fresh(assignment.expert) for assignment in self.team]

    @property
    def reports(self) -> list[ExpertReport]:
        """Their reports, coordinator first."""
        return [assignment.report for assignment in self.team]

    def words_of(self, report: ExpertReport) -> str:
        """What only this report says."""
        return WORDS[self.reports.index(report)]

    def write(self, report: ExpertReport, **changes) -> ExpertReport:
        """Fill a whole report with the words of its expert."""
        words = self.words_of(report)
        values = {
            "opinion": f"Avis. {words}",
            "proposal": "favourable",
            "marks": {c.pk: ("satisfactory", words) for c in self.dossier.campaign.framework.commitments.all()},
        }
        return services.save_report(report, actor=fresh(report.assignment.expert), **values | changes)

    def seal(self, report: ExpertReport) -> ExpertReport:
        """Write and seal it."""
        return services.seal(self.write(report), actor=fresh(report.assignment.expert))

    def visited(self) -> Case:
        """The visit has its report."""
        self.world.play.visit(self.dossier)
        return self

    def sealed(self) -> Case:
        """Everybody has sealed."""
        self.visited()
        for report in self.reports:
            self.seal(report)
        return self

    def reload(self) -> Dossier:
        """The dossier as it is now."""
        self.dossier = Dossier.objects.get(pk=self.dossier.pk)
        return self.dossier

    def replace(self, assignment: Assignment, expert: User) -> Assignment:
        """The bureau takes a member off the team; another expert takes the place."""
        bureau = self.world.bureau
        services.stand_down(assignment, actor=bureau, reason="Changement de poste.")
        proposed = services.propose_expert(self.dossier, actor=bureau, expert=expert, part=assignment.part)
        return services.accept(proposed, actor=fresh(expert), no_conflict=True)

    def free_expert(self) -> User:
        """A qualified expert who is not in the team."""
        return next(fresh(expert) for expert in self.world.cast.experts if expert not in self.experts)
