"""The scope of each kind of object is exactly the set for which the matrix says yes: the two can never drift."""

import pytest
from django.db.models import Q

from ecoquartier.access import attachments, scopes
from ecoquartier.accounts.models import SupportSession
from ecoquartier.accounts.services import support
from ecoquartier.awards import services as awards
from ecoquartier.commissions import services as commissions
from ecoquartier.commissions.models import Commission, Sitting
from ecoquartier.core import clock
from ecoquartier.dossiers.models import Dossier
from ecoquartier.expertise import services as expertise
from ecoquartier.expertise.models import Assignment, ExpertReport
from ecoquartier.notifications.models import Message
from ecoquartier.operations.models import Claim, Document, Operation, Photo, Recommendation
from ecoquartier.people.models import Organisation, User
from ecoquartier.territories.models import Commune
from tests.support.memory import remembered
from tests.support.world import fresh

KINDS = [
    (User, scopes.people_visible_to, "people.view"),
    (Organisation, scopes.organisations_visible_to, "organisations.view"),
    (Operation, scopes.operations_visible_to, "operations.view"),
    (Claim, scopes.claims_visible_to, "operations.read_claim"),
    (Photo, attachments.photos_visible_to, "operations.view"),
    (Document, attachments.documents_visible_to, "operations.view"),
    (Dossier, scopes.dossiers_visible_to, "dossiers.view"),
    (Dossier, scopes.dossiers_read_by, "dossiers.read_deposit"),
    (ExpertReport, scopes.reports_visible_to, "expertise.read_report"),
    (Assignment, scopes.assignments_of, "expertise.answer"),
    (Commission, scopes.commissions_visible_to, "commissions.view"),
    (Sitting, scopes.sittings_visible_to, "commissions.view"),
    (Recommendation, scopes.recommendations_visible_to, "recommendations.view"),
    (Message, scopes.messages_visible_to, "outbox.read"),
    (SupportSession, scopes.support_visible_to, "support.view"),
]


@remembered
def populate(world):
    """Dossiers in several states, in two counties of one region and one elsewhere; a recused and a declared member."""
    play = world.play
    for code in ("44109", "67482"):
        world.draft(part=world.part(commune=Commune.objects.select_related("county__region").get(pk=code)))
    # One of them is also in a commune of another region: its services read it.
    Operation.objects.get(lead_commune="67482").other_communes.add("44109")
    world.submitted()
    world.under_expertise()
    _part, half = world.under_expertise()
    play.visit(half)
    report = half.reports.order_by("assignment__part").first()
    expertise.seal(play.write_report(report), actor=report.assignment.expert)
    _part, assessed = world.assessed()
    world.awarded()
    region = world.commune.county.region
    sitting = play.plan(world.cast.commission(region), [assessed], clock.today())
    members = [s.holder for s in sitting.commission.seats.filter(part="member").order_by("pk")]
    commissions.declare(sitting.items.get(), actor=members[0], is_recused=False)
    commissions.declare(sitting.items.get(), actor=members[1], is_recused=True, reason="Ancien employeur.")
    national = Sitting.objects.get(commission__level="national")
    awards.announce(national, actor=world.bureau)
    User.objects.create_user("stranger@example.org", "Inconnue")
    for asker in (world.helper, world.bureau):
        support.ask(asker, actor=asker, person=world.correspondent, reason="Page vide.", minutes=30)


@pytest.fixture
def populated(world):
    populate(world)
    return world


@pytest.mark.parametrize(("model", "scope", "permission"), KINDS, ids=lambda value: getattr(value, "__name__", value))
def test_the_scope_is_the_matrix(populated, model, scope, permission):
    rows = list(model.objects.all())
    assert rows
    for user in User.objects.all():
        seen = set(scope(user).values_list("pk", flat=True))
        permitted = {row.pk for row in rows if user.has_perm(permission, row)}
        assert seen == permitted, f"{user.email}: {permission}"


@pytest.mark.parametrize("helper", ["assistance@demo.ecoquartier.example", "bureau-1@demo.ecoquartier.example"])
@pytest.mark.parametrize(("model", "scope", "permission"), KINDS, ids=lambda value: getattr(value, "__name__", value))
def test_the_scope_is_the_matrix_for_whoever_sees_through_somebody(populated, model, scope, permission, helper):
    rows = list(model.objects.all())
    for user in User.objects.exclude(email=helper):
        alone = set(scope(fresh(user)).values_list("pk", flat=True))
        user.seen_by = User.objects.get(email=helper)
        seen = set(scope(user).values_list("pk", flat=True))
        permitted = {row.pk for row in rows if user.has_perm(permission, row)}
        assert seen == permitted, f"{user.email}: {permission}"
        assert seen <= alone


def test_everybody_of_the_cast_sees_something_and_nobody_everything(populated):
    counts = {user.email: scopes.dossiers_visible_to(user).count() for user in User.objects.all()}
    assert counts["bureau-1@demo.ecoquartier.example"] == Dossier.objects.count()
    assert counts["stranger@example.org"] == 0
    assert 0 < counts["correspondant-53@demo.ecoquartier.example"] < Dossier.objects.count()


def test_a_recused_person_of_the_bureau_reads_no_message_about_the_dossier(world):
    _part, dossier = world.assessed()
    sitting = world.play.plan(world.cast.commission(world.commune.county.region), [dossier], clock.today())
    seat = sitting.commission.seats.filter(part="member").first()
    seat.holder = world.bureau
    seat.save()
    notices = Message.objects.filter(object_id=str(dossier.pk))
    told = set(Message.objects.filter(Q(key__contains="dossier") | Q(key__contains="synthesis")))
    digest = Message.objects.create(key="digest_to_person", recipient=world.coordinator, object_id="1")
    notices.filter(recipient=world.bureau).update(digest=digest, state="grouped")
    path = f"/espace/dossiers/{dossier.pk}/"
    reminder = Message.objects.create(key="reminder_to_person", recipient=world.coordinator, context={"path": path})
    told |= {digest, reminder}
    user = fresh(world.bureau)
    assert told <= set(scopes.messages_visible_to(user))
    commissions.declare(sitting.items.get(), actor=user, is_recused=True, reason="Ancien employeur.")
    user = fresh(world.bureau)
    seen = set(scopes.messages_visible_to(user))
    assert not told & seen
    assert not any(user.has_perm("outbox.retry", message) for message in told)
    assert told <= set(scopes.messages_visible_to(fresh(world.cast.bureau[1])))
