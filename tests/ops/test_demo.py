"""The demonstration: who is in it, what it gives them to do, and the databases that it never enters."""

import io

import pytest
from django.core.management import CommandError, call_command

from ecoquartier.commissions.enums import SeatPart
from ecoquartier.commissions.models import Seat
from ecoquartier.core.errors import DomainError
from ecoquartier.core.registry import invariants, pending
from ecoquartier.dossiers.models import Dossier
from ecoquartier.framework.models import LocalSupplement
from ecoquartier.operations.enums import TeamRole
from ecoquartier.operations.models import Operation, TeamMember
from ecoquartier.operations.services import add_operation
from ecoquartier.ops.services.demo import load_demo
from ecoquartier.people.enums import OrganisationKind, Role
from ecoquartier.people.models import Installation, Organisation, RoleGrant, User
from ecoquartier.people.queries import personas
from ecoquartier.territories.models import Commune

OVERSEAS = {"01", "02", "03", "04", "06"}
# They read, or begin by themselves: the path asks nothing of them.
UNASKED = {
    "Membre",
    "Assistance technique",
    "Contributeur d’une opération",
    "Lecteur d’une opération",
    "Présidence de la commission nationale",
}


def test_the_demonstration_plays_each_role_and_loads_once(db, settings):
    settings.DEMO = True
    load_demo(past=2, register=20)
    people = {persona.user.pk: persona.role for persona in personas()}
    assert len(people) == len(personas())
    assert not User.objects.filter(is_demo=False).exists()
    assert {"draft", "submitted", "to_complete", "admissible", "under_expertise", "assessed", "proposed"} <= set(
        Dossier.objects.values_list("state", flat=True)
    )

    # A persona for each role of the matrix, and two people at the bureau: one asks, the other confirms.
    granted = list(RoleGrant.objects.in_force().filter(user__in=people).values_list("role", flat=True))
    assert set(granted) == set(Role)
    assert granted.count(Role.BUREAU) == 2
    teams = TeamMember.objects.filter(user__in=people)
    assert set(teams.values_list("role", flat=True)) == set(TeamRole)
    seats = Seat.objects.filter(holder__in=people)
    assert {SeatPart.CHAIR, SeatPart.SECRETARY, SeatPart.MEMBER} <= set(seats.values_list("part", flat=True))
    delegate = seats.get(organisation__kind=OrganisationKind.ELECTED)
    assert delegate.organisation.memberships.get().is_representative

    # Organisations of every kind, across regions, overseas too.
    organisations = Organisation.objects.all()
    assert set(organisations.values_list("kind", flat=True)) == set(OrganisationKind)
    regions = set(organisations.exclude(commune=None).values_list("commune__county__region", flat=True))
    assert len(regions - OVERSEAS) >= 3
    assert regions & OVERSEAS

    # What territories add: regions and a county, on the mainland and overseas; one waits for its region.
    supplements = LocalSupplement.objects.filter(state="published")
    assert set(supplements.values_list("region", "county")) == {("52", None), (None, "53"), ("04", None)}
    assert LocalSupplement.objects.exclude(state="published").values_list("state", "county").get() == ("proposed", "53")

    tasks = {
        role: [t for _name, of in pending.items() for t in of(User.objects.get(pk=pk)).to_do]
        for pk, role in people.items()
    }
    assert {role for role, found in tasks.items() if not found} == UNASKED
    assert [breach for _name, check in invariants.items() for breach in check()] == []
    with pytest.raises(CommandError):
        call_command("load_demo", stdout=io.StringIO())


@pytest.mark.parametrize("held", ["person", "operation"])
def test_a_database_that_holds_something_is_never_marked(db, settings, held):
    settings.DEMO = True
    if held == "person":
        User.objects.create_user("reelle@example.org", "Personne Réelle")
    else:
        add_operation(name="Le Moulin", lead_commune=Commune.objects.get(pk="53130"))
    with pytest.raises(DomainError, match="contient déjà"):
        load_demo()
    assert not Installation.objects.exists()
    assert not User.objects.filter(is_demo=True).exists()
    assert not Operation.objects.filter(is_demo=True).exists()


def test_a_real_platform_is_never_marked(db):
    with pytest.raises(DomainError, match="DEMO=1"):
        load_demo()
    assert not Installation.objects.exists()
