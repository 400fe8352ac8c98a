"""The home of a signed-in person."""

from datetime import timedelta

import pytest
from django.urls import reverse

from ecoquartier.awards import services as awards
from ecoquartier.commissions import services as commissions
from ecoquartier.commissions.models import Sitting
from ecoquartier.core import clock
from ecoquartier.core.registry import Task
from ecoquartier.dossiers.services import withdraw
from ecoquartier.people.models import User
from ecoquartier.web.space import home
from tests.support.client import StrictClient

HOME = reverse("space:home")


def see(user: User) -> str:
    """The page of this person as one line, its spaces made plain."""
    client = StrictClient()
    client.force_login(user)
    response = client.get(HOME)
    assert response.status_code == 200
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


@pytest.fixture
def waiting(monkeypatch):
    """Replace what the apps say is waiting."""

    def make(*tasks: Task) -> None:
        monkeypatch.setattr(home, "pending", {"test": lambda user: list(tasks)})

    return make


def test_a_visitor_signs_in_first(client, db):
    response = client.get(HOME)
    assert response.status_code == 302
    assert reverse("account:sign-in") in response["Location"]


def test_tasks_come_by_date_and_those_without_date_last(world, waiting):
    today = clock.today()
    waiting(
        Task("Sans date", "/a/"),
        Task("Plus tard", "/b/", due_on=today + timedelta(days=30)),
        Task("En retard", "/c/", note="depuis longtemps", due_on=today - timedelta(days=2)),
        Task("Bientôt", "/d/", due_on=today + timedelta(days=3)),
        Task("Aujourd’hui même", "/e/", due_on=today),
    )
    page = see(world.bureau)
    titles = ["En retard", "Aujourd’hui même", "Bientôt", "Plus tard", "Sans date"]
    places = [page.index(f"<strong>{title}</strong>") for title in titles]
    assert places == sorted(places)
    assert "depuis longtemps" in page
    assert "dans 3 jours" in page


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("lead", "holder:register"),
        ("correspondent", "holder:operations"),
        ("coordinator", "commission:sittings"),
        ("expert", "expert:home"),
        ("bureau", "bureau:home"),
    ],
)
def test_with_nothing_to_do_each_role_reads_what_it_can_do(world, waiting, who, offered):
    waiting()
    part = world.part(filled=False)
    people = {
        "lead": part.lead,
        "correspondent": world.correspondent,
        "coordinator": world.coordinator,
        "expert": world.cast.experts[0],
        "bureau": world.bureau,
    }
    page = see(people[who])
    assert "Rien ne vous attend" in page
    assert f'href="{reverse(offered)}"' in page


def test_the_greeting_says_roles_and_territory(world):
    part = world.part(filled=False)
    assert "Correspondant ville durable, Mayenne (53)." in see(world.correspondent)
    assert "Coordonnateur régional, Pays de la Loire." in see(world.coordinator)
    page = see(part.lead)
    assert f"Bonjour {part.lead.full_name}" in page
    assert "Pilote d’opération, Société d’aménagement, Laval" in page


def test_what_the_apps_register_is_shown(world):
    part, _dossier = world.submitted()
    page = see(world.correspondent)
    assert part.operation.name in page


def test_five_dossiers_in_progress_and_a_link_to_the_others(world):
    part = world.part()
    for number in range(6):
        world.draft(part=part if not number else None)
    client = StrictClient()
    client.force_login(world.bureau)
    response = client.get(HOME)
    assert len(response.context["dossiers"]) == 5
    assert "Tous les dossiers" in response.content.decode()


def test_a_withdrawn_dossier_is_no_longer_in_progress(world):
    part, dossier = world.draft()
    address = reverse("dossiers:detail", kwargs={"pk": dossier.pk})
    assert address in see(part.lead)
    withdraw(dossier, actor=part.lead)
    going_on, _recent, settled = see(part.lead).partition('id="recent"')
    assert address not in going_on
    assert address in settled


@pytest.mark.parametrize("outcome", ["award", "adjourn"])
def test_a_decision_changes_nothing_before_its_notification(world, outcome):
    part, dossier = world.decided("propose")
    world.sit(dossier, outcome, national=True)
    address = reverse("dossiers:detail", kwargs={"pk": dossier.pk})
    expert = dossier.assignments.first().expert
    for user in (part.lead, part.elected, expert):
        page = see(user)
        assert address in page.partition('id="recent"')[0]
        assert "en commission" in page
    assert address not in see(world.coordinator).partition('id="recent"')[0]
    awards.announce(Sitting.objects.get(commission__level="national"), actor=world.bureau)
    assert address not in see(part.lead).partition('id="recent"')[0]
    assert address in see(expert).partition('id="recent"')[0]


def test_a_recused_member_loses_the_dossier(world):
    _part, dossier = world.assessed()
    sitting = world.play.plan(world.cast.commission(world.commune.county.region), [dossier], clock.today())
    member = sitting.commission.seats.filter(part="member").first().holder
    address = reverse("dossiers:detail", kwargs={"pk": dossier.pk})
    assert address in see(member)
    commissions.declare(sitting.items.get(), actor=member, is_recused=True, reason="Ancien employeur.")
    assert address not in see(User.objects.get(pk=member.pk))


def test_queries_do_not_grow(world, django_assert_max_num_queries):
    def count(user: User) -> int:
        client = StrictClient()
        client.force_login(user)
        with django_assert_max_num_queries(15) as queries:
            client.get(HOME)
        return len(queries)

    part, _dossier = world.submitted()
    people = [part.lead, part.elected, world.correspondent, world.bureau]
    one = [count(User.objects.get(pk=user.pk)) for user in people]
    for _number in range(2):
        world.submitted(part=world.part())
    assert [count(User.objects.get(pk=user.pk)) for user in people] == one
