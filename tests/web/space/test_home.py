"""The home of a signed-in person."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format

from ecoquartier.access.scopes import work_of
from ecoquartier.accounts.services import invitations
from ecoquartier.awards import services as awards
from ecoquartier.commissions import services as commissions
from ecoquartier.commissions.enums import SeatPart
from ecoquartier.commissions.models import Sitting
from ecoquartier.core import clock
from ecoquartier.core.registry import Task, Work, pending
from ecoquartier.dossiers.services import withdraw
from ecoquartier.people.models import User
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
        monkeypatch.setattr(pending, "_entries", {"test": lambda user: Work(to_do=tasks)})

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
        ("correspondent", "services:desk"),
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


def test_six_lines_in_progress_and_a_link_to_the_others(world):
    part = world.part()
    for number in range(7):
        world.draft(part=part if not number else None)
    client = StrictClient()
    client.force_login(world.bureau)
    response = client.get(HOME)
    assert len(response.context["going_on"]) == 6
    assert "Tous les dossiers" in response.content.decode()


def test_a_withdrawn_dossier_is_no_longer_in_progress(world):
    part, dossier = world.draft()
    address = reverse("dossiers:detail", kwargs={"pk": dossier.pk})
    assert address in see(part.lead)
    withdraw(dossier, actor=part.lead)
    going_on, _recent, settled = see(part.lead).partition('id="recent"')
    assert address not in going_on
    assert address in settled


def card(page: str, name: str) -> str:
    """One card of the page: `a-faire`, `en-cours`, `dates`, `recent`; empty when it is not there."""
    return page.partition(f'id="{name}"')[2].partition("</section>")[0]


def test_a_decision_changes_nothing_before_its_notification(world, django_assert_max_num_queries):
    """Not a word, not a date, not an order, not a query tells which one it was, to whoever is not told (rule 15)."""
    part, dossier = world.decided("propose")
    world.decided("propose", part=world.part())
    expert = dossier.assignments.first().expert

    def read(user: User) -> tuple[str, int]:
        client = StrictClient()
        client.force_login(user)
        with django_assert_max_num_queries(15) as queries:
            page = client.get(HOME).content.decode()
        return re.sub(r'(name="csrfmiddlewaretoken" value|hx-headers)="[^"]+"', "", page), len(queries)

    def read_all() -> list[tuple[str, int]]:
        return [read(user) for user in (part.lead, part.elected, expert)]

    before = read(expert)
    with transaction.atomic():
        world.sit(dossier, "adjourn", national=True)
        adjourned = read_all()
        transaction.set_rollback(True)
    world.sit(dossier, "award", national=True)
    awarded = read_all()
    assert awarded == adjourned
    assert awarded[2] == before
    address = reverse("dossiers:detail", kwargs={"pk": dossier.pk})
    for page, _queries in awarded:
        assert address in card(page, "en-cours")
        assert "en commission" in card(page, "en-cours")
    assert address not in card(see(world.coordinator), "en-cours")
    awards.announce(Sitting.objects.get(commission__level="national"), actor=world.bureau)
    assert address in card(see(part.lead), "recent")
    assert read(expert) == before


def test_an_expert_follows_what_was_sealed_then_what_ended(world):
    _part, dossier = world.under_expertise()
    report = dossier.reports.get(assignment__part="second")
    expert = report.assignment.expert
    assert "Écrire et sceller mon expertise" in card(see(expert), "a-faire")
    world.play.assess(dossier)
    page = see(expert)
    assert "Écrire" not in card(page, "a-faire")
    assert f"Expertise de « {dossier.operation.name} »" in card(page, "recent")
    assert "terminée" in card(page, "recent")


def test_a_member_follows_the_sittings_of_their_commission(world):
    _part, dossier = world.assessed()
    commission = world.cast.commission(world.commune.county.region)
    sitting = world.play.plan(commission, [dossier], clock.today())
    member = commission.seats.filter(part="member").first().holder
    title = f"Séance, {commission}"
    page = see(member)
    assert "Déclarer mes liens et lire l’ordre du jour" in card(page, "a-faire")
    assert title in card(page, "dates")
    commissions.declare(sitting.items.get(), actor=member, is_recused=False)
    page = see(member)
    assert "Déclarer" not in card(page, "a-faire")
    assert "convoquée" in card(page, "en-cours")
    world.play.decide(world.play.open_sitting(sitting), {dossier.pk: "propose"})
    page = see(member)
    assert "procès-verbal signé" in card(page, "recent")
    assert title not in card(page, "dates")


def test_those_who_run_a_commission_convene_what_is_planned(world):
    _part, dossier = world.assessed()
    commission = world.cast.commission(world.commune.county.region)
    commissions.plan_sitting(
        commission,
        actor=world.coordinator,
        campaign=dossier.campaign,
        held_on=clock.today() + timedelta(days=20),
        place="",
        dossiers=[dossier],
    )
    member = commission.seats.filter(part="member").first().holder
    assert "Convoquer les membres" in card(see(world.coordinator), "a-faire")
    assert "Convoquer les membres" not in see(member)


def test_the_coordinator_is_asked_to_register(world):
    part, dossier = world.admissible(rank=1)
    assert f"Enregistrer l’étape de « {part.operation.name} »" in card(see(world.coordinator), "a-faire")
    assert "Enregistrer" not in card(see(world.correspondent), "a-faire")
    awards.register(dossier, actor=world.coordinator)
    assert "Enregistrer" not in card(see(world.coordinator), "a-faire")


def test_the_bureau_announces_then_follows_the_ceremony(world):
    _part, dossier = world.awarded()
    assert "Notifier les décisions de la commission" in card(see(world.bureau), "a-faire")
    awards.announce(Sitting.objects.get(commission__level="national"), actor=world.bureau)
    page = see(world.bureau)
    assert "Notifier" not in card(page, "a-faire")
    assert "procès-verbal signé" in card(page, "recent")
    first, second = world.cast.bureau[:2]
    ceremony = awards.plan_ceremony(dossier.campaign, actor=first, held_on=clock.today())
    awards.request_publication(ceremony, actor=first)
    assert "publication demandée, à confirmer" in card(see(User.objects.get(pk=first.pk)), "en-cours")
    assert "Confirmer la publication des labels" in card(see(User.objects.get(pk=second.pk)), "a-faire")
    assert str(ceremony) not in see(world.coordinator)


def test_an_invitation_is_followed_by_who_sent_it(world):
    organisation = world.cast.bureau[0].memberships.first().organisation
    invitations.invite(
        world.bureau,
        actor=world.bureau,
        email="nouvelle@agence.example",
        organisation=organisation,
        title="",
        is_representative=False,
        role="",
        county=None,
        region=None,
        reason="Renfort.",
    )
    assert "Invitation de nouvelle@agence.example" in card(see(world.bureau), "en-cours")
    assert "nouvelle@agence.example" not in see(world.coordinator)


def test_a_notebook_goes_on_without_a_candidature(world):
    part, dossier = world.draft()
    editor = world.cast.newcomer(world.commune)
    part.operation.team.create(user=editor, role="editor")
    assert "Carnet de" not in see(editor)
    withdraw(dossier, actor=part.lead)
    assert f"Carnet de « {part.operation.name} »" in card(see(editor), "en-cours")


def test_the_next_dates_are_those_of_the_campaign_and_ones_own(world):
    _part, dossier = world.under_expertise()
    expert = dossier.assignments.first().expert
    page = card(see(expert), "dates")
    day = date_format(dossier.campaign.milestone("expertise"), "j F Y")
    assert f"Fin des expertises, campagne {dossier.campaign_id}" in page
    assert day in page
    assert day in card(see(expert), "a-faire")


def test_a_recused_member_loses_the_dossier(world):
    _part, dossier = world.assessed()
    sitting = world.play.plan(world.cast.commission(world.commune.county.region), [dossier], clock.today())
    member = sitting.commission.seats.filter(part="member").first().holder
    address = reverse("dossiers:detail", kwargs={"pk": dossier.pk})
    assert address in see(member)
    commissions.declare(sitting.items.get(), actor=member, is_recused=True, reason="Ancien employeur.")
    assert address not in see(User.objects.get(pk=member.pk))


def test_who_is_recused_reads_nothing_of_the_dossier(world, monkeypatch):
    _part, dossier = world.assessed()
    sitting = world.play.plan(world.cast.commission(world.commune.county.region), [dossier], clock.today())
    member = sitting.commission.seats.filter(part="member").first().holder
    shown = Task("Visite", "/espace/", due_on=clock.today(), about=dossier.pk)
    monkeypatch.setattr(pending, "_entries", {"test": lambda user: Work([shown], [shown], [shown], [shown])})
    assert work_of(member).dates
    commissions.declare(sitting.items.get(), actor=member, is_recused=True, reason="Ancien employeur.")
    assert work_of(User.objects.get(pk=member.pk)) == Work([], [], [], [])


def test_queries_do_not_grow(world, django_assert_max_num_queries):
    def count(user: User) -> int:
        client = StrictClient()
        client.force_login(user)
        with django_assert_max_num_queries(15) as queries:
            client.get(HOME)
        return len(queries)

    def one_of_each():
        world.submitted(part=world.part())
        world.under_expertise(part=world.part())
        return world.awarded(part=world.part())

    part, dossier = one_of_each()
    regional = world.cast.commission(world.commune.county.region)
    people = [
        part.lead,
        part.elected,
        world.correspondent,
        world.coordinator,
        world.bureau,
        dossier.assignments.first().expert,
        world.cast.seat_holder(regional, SeatPart.CHAIR),
        world.cast.seat_holder(regional, SeatPart.SECRETARY),
        world.cast.seat_holder(regional, SeatPart.MEMBER),
        world.cast.seat_holder(world.cast.commission(None), SeatPart.SECRETARY),
    ]
    one = [count(User.objects.get(pk=user.pk)) for user in people]
    for _number in range(2):
        one_of_each()
    assert [count(User.objects.get(pk=user.pk)) for user in people] == one
