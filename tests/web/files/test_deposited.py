"""The files of a deposit, for those who read the deposit and as long as they do; never those of the live operation."""

import pytest
from django.urls import reverse

from ecoquartier.commissions import services as commissions
from ecoquartier.core import clock
from ecoquartier.dossiers.queries import last_deposit
from ecoquartier.expertise import services as expertise
from ecoquartier.expertise.enums import TeamPart
from ecoquartier.operations.services.attachments import add_document, remove_photo
from ecoquartier.people.models import User
from tests.support.client import StrictClient
from tests.support.uploads import lodged


def status(user, file, query: str = "") -> int:
    client = StrictClient()
    client.force_login(User.objects.get(pk=user.pk))
    return client.get(reverse("files:file", args=[file.pk]) + query).status_code


@pytest.fixture
def case(world):
    """A deposited dossier: its photo in the deposit, a document that came after it."""
    part, dossier = world.admissible()
    photo = part.operation.photos.get()
    later = add_document(
        part.operation, actor=part.lead, file=lodged(part.lead), title="Note interne", kind="other"
    ).file
    return part, dossier, photo, later


def test_an_expert_reads_the_deposit_once_they_have_declared_and_nothing_else(world, case):
    part, dossier, photo, later = case
    expert = world.cast.experts[0]
    assignment = expertise.propose_expert(dossier, actor=world.bureau, expert=expert, part=TeamPart.COORDINATOR)
    assert status(expert, photo.file) == 404
    expertise.accept(assignment, actor=expert, no_conflict=True)
    assert status(expert, photo.file, "?cote=480") == 200
    assert status(expert, later) == 404
    assert status(world.cast.experts[1], photo.file) == 404
    assert status(part.lead, later) == 200


def test_an_expert_who_leaves_reads_it_no_more(world):
    part, dossier = world.under_expertise()
    file = part.operation.photos.get().file
    assignment = dossier.assignments.select_related("expert").first()
    assert status(assignment.expert, file) == 200
    expertise.stand_down(assignment, actor=world.bureau, reason="Indisponible.")
    assert status(assignment.expert, file) == 404


def test_a_member_reads_it_once_declared_and_a_recusal_cuts_at_once(world):
    part, dossier = world.assessed()
    file = part.operation.documents.get().file
    sitting = world.play.plan(world.cast.commission(world.commune.county.region), [dossier], clock.today())
    first, second = [seat.holder for seat in sitting.commission.seats.filter(part="member").order_by("pk")][:2]
    assert status(first, file) == status(second, file) == 404
    commissions.declare(sitting.items.get(), actor=first, is_recused=False)
    commissions.declare(sitting.items.get(), actor=second, is_recused=True, reason="Ancien employeur.")
    assert (status(first, file), status(second, file)) == (200, 404)
    commissions.declare(sitting.items.get(), actor=first, is_recused=True, reason="Un parent y travaille.")
    assert status(first, file) == 404


def test_what_the_team_takes_away_is_read_with_the_deposit(world, case):
    part, dossier, photo, _later = case
    remove_photo(photo, actor=part.lead)
    for user in (part.lead, part.elected, world.correspondent, world.coordinator, world.bureau):
        assert status(user, photo.file) == 200, user.email
    assert status(User.objects.create_user("passante@example.org", "Passante"), photo.file) == 404
    assert str(photo.file_id) in str(last_deposit(dossier).snapshot["files"])


def test_it_costs_few_queries(world, django_assert_max_num_queries):
    part, dossier = world.under_expertise()
    client = StrictClient()
    client.force_login(dossier.assignments.first().expert)
    with django_assert_max_num_queries(8):
        client.get(reverse("files:file", args=[part.operation.photos.get().file_id]))
