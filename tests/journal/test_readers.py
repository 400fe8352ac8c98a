"""Who reads what of the journal: one rule, for the page of a dossier and for that of the bureau."""

from dataclasses import dataclass

import pytest

from ecoquartier.access.scopes import entries_visible_to
from ecoquartier.commissions import services as commissions
from ecoquartier.core import clock
from ecoquartier.dossiers.models import Dossier
from ecoquartier.expertise import services as expertise
from ecoquartier.journal.domain import audience_of, may_read
from ecoquartier.journal.enums import AUDIENCES, Audience, Event, Release
from ecoquartier.journal.models import Entry
from ecoquartier.people.models import User
from tests.support.world import fresh


@dataclass
class Somebody:
    """A standing, nothing known unless said."""

    is_services: bool = False
    is_expertise: bool = False
    reads_decisions: bool = False
    is_holder_side: bool = False
    is_sealed: bool = False
    is_published: bool = False
    readable_items: tuple[str, ...] = ()


ITEM = {"item": "i"}


@pytest.mark.parametrize(
    ("standing", "event", "release", "data", "told"),
    [
        ({}, "dossier.deposited", "now", {}, True),
        ({}, "expertise.started", "now", {}, True),
        ({}, "assignment.proposed", "now", {}, False),
        ({"is_services": True}, "assignment.proposed", "now", {}, True),
        ({"is_expertise": True}, "assignment.proposed", "now", {}, False),
        ({"is_sealed": True}, "report.sealed", "all_sealed", {}, False),
        ({"is_expertise": True}, "report.sealed", "all_sealed", {}, False),
        ({"is_expertise": True, "is_sealed": True}, "report.sealed", "all_sealed", {}, True),
        ({"is_services": True}, "report.sealed", "all_sealed", {}, False),
        ({"is_services": True, "reads_decisions": True}, "dossier.awarded", "notified", ITEM, False),
        ({"readable_items": ("i",)}, "dossier.awarded", "notified", ITEM, True),
        ({"readable_items": ("other",), "is_holder_side": True}, "dossier.awarded", "notified", ITEM, False),
        ({}, "award.notified", "notified", {}, False),
        ({"is_holder_side": True}, "award.notified", "notified", {}, True),
        ({"reads_decisions": True}, "award.notified", "notified", {}, True),
        ({"is_holder_side": True}, "award.published", "published", {}, False),
        ({"is_published": True}, "award.published", "published", {}, True),
        ({"is_services": True, "is_published": True}, "member.declared", "now", {}, False),
        ({"is_services": True}, "item.decided", "notified", ITEM, False),
        ({"is_services": True}, "forgotten.event", "now", {}, False),
        ({"is_services": True}, "dossier.deposited", "some day", {}, False),
    ],
)
def test_an_act_is_told_to_its_audience_from_its_release(standing, event, release, data, told):
    assert may_read(Somebody(**standing), event, release, data) is told


def test_what_nobody_declared_is_for_the_bureau_only():
    assert audience_of("forgotten.event") == Audience.BUREAU
    assert Event.MEMBER_DECLARED not in AUDIENCES
    assert Event.MEMBER_DECLARED.audience == Audience.BUREAU
    assert set(AUDIENCES.values()) == set(Audience) - {Audience.BUREAU}


def test_the_bureau_does_not_read_who_has_sealed_before_all_have(world):
    _part, dossier = world.under_expertise()
    world.play.visit(dossier)
    first, second = [world.play.write_report(report) for report in dossier.reports.order_by("assignment__part")]
    expertise.seal(first, actor=fresh(first.assignment.expert))
    seals = Entry.objects.filter(event="report.sealed")
    assert seals.count() == 1
    assert not entries_visible_to(world.bureau).filter(pk__in=seals).exists()
    expertise.seal(second, actor=fresh(second.assignment.expert))
    assert entries_visible_to(world.bureau).filter(pk__in=seals).count() == 2
    assert entries_visible_to(world.bureau).count() == Entry.objects.count()


def test_a_recused_person_of_the_bureau_reads_nothing_more_of_the_dossier(world):
    _part, dossier = world.assessed()
    _other, elsewhere = world.submitted(part=world.part())
    seat = world.cast.commission(world.commune.county.region).seats.filter(part="member").first()
    seat.holder = world.bureau
    seat.save()
    sitting = world.play.plan(seat.commission, [dossier], clock.today())
    about = {"about_id": str(dossier.pk)}
    assert entries_visible_to(world.bureau).filter(**about).exists()
    commissions.declare(sitting.items.get(), actor=world.bureau, is_recused=True, reason="Ancien employeur.")
    assert Entry.objects.filter(**about).exists()
    assert not entries_visible_to(world.bureau).filter(**about).exists()
    assert entries_visible_to(world.bureau).filter(about_id=str(elsewhere.pk)).exists()


def test_the_journal_itself_is_for_the_bureau(world):
    world.submitted()
    bureau = {person.pk for person in world.cast.bureau}
    assert Entry.objects.exists()
    for person in User.objects.all():
        assert entries_visible_to(person).exists() is (person.pk in bureau), person.email


def test_the_list_is_the_rule(world):
    """What the bureau reads in the list is what `may_read` lets somebody who knows everything but the seals read."""
    world.decided("propose")
    world.under_expertise(part=world.part())
    listed = set(entries_visible_to(world.bureau).values_list("pk", flat=True))
    sealed = {str(d.pk) for d in Dossier.objects.filter(state="proposed")}
    for entry in Entry.objects.all():
        if audience_of(entry.event) == Audience.BUREAU:
            assert entry.pk in listed
            continue
        standing = Somebody(
            *(True,) * 4,
            is_sealed=entry.about_id in sealed,
            is_published=True,
            readable_items=(entry.data.get("item"),),
        )
        assert may_read(standing, entry.event, entry.release, entry.data) is (entry.pk in listed), entry
    assert Release.ALL_SEALED in {entry.release for entry in Entry.objects.all()}
