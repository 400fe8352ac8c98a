"""« Périmètre modifié depuis le label »: measured from what was labelled, told to the correspondent (rule 16)."""

import pytest

from ecoquartier.awards import services as awards
from ecoquartier.awards.models import Award
from ecoquartier.commissions.models import Sitting
from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.notifications.models import Message
from ecoquartier.operations.models import Operation, StageHistory
from ecoquartier.operations.queries import changed_labels, perimeter_changed_since_label, perimeter_in_force, work_of
from ecoquartier.operations.services import record_stage
from ecoquartier.operations.services.perimeter import record_perimeter
from ecoquartier.operations.services.perimeter_changes import note_change
from ecoquartier.operations.services.perimeter_files import place_point
from tests.support.perimeters import move_perimeter
from tests.support.world import fresh

KEY = "perimeter_changed_to_correspondent"


def labelled(world, *, published: bool = True):
    """A held operation and the label of its perimeter, as an award writes it."""
    part = world.part()
    now = clock.now()
    row = record_stage(
        part.operation,
        rank=2,
        name="chantier",
        scheme_title="Label",
        year=2025,
        source="award",
        published_at=now if published else None,
        perimeter=perimeter_in_force(part.operation),
    )
    return part, row


def warned() -> int:
    return Message.objects.filter(key=KEY).count()


@pytest.mark.parametrize(("times", "is_told"), [(1.049, False), (1.06, True), (0.94, True), (0.96, False)])
def test_a_change_beyond_a_twentieth_of_the_area_is_told(world, times, is_told):
    part, row = labelled(world)
    assert row.perimeter_change == 0
    move_perimeter(part, times=times)
    row.refresh_from_db()
    assert row.perimeter_change == pytest.approx(abs(times - 1), abs=0.002)
    assert perimeter_changed_since_label(part.operation) is is_told
    assert warned() == is_told


def test_a_perimeter_that_moves_without_growing_has_changed(world):
    part, row = labelled(world)
    operation = Operation.objects.get(pk=part.operation.pk)
    operation.name = "Tourné autrement"
    from_elsewhere = move_perimeter(type(part)(operation, part.lead, part.elected), times=1)
    row.refresh_from_db()
    assert from_elsewhere.area_ha == row.perimeter.area_ha
    assert row.perimeter_change > 0.05


def test_going_back_to_the_labelled_perimeter_ends_it(world):
    part, row = labelled(world)
    move_perimeter(part, times=2)
    assert perimeter_changed_since_label(part.operation)
    move_perimeter(part, times=0.5)
    row.refresh_from_db()
    assert row.perimeter_change == 0
    assert not perimeter_changed_since_label(part.operation)
    assert warned() == 1


def test_a_point_is_compared_by_the_area_declared_with_it(world):
    part, row = labelled(world)
    commune, area = part.operation.lead_commune, row.perimeter.area_ha
    reading = place_point(
        part.operation, latitude=str(commune.latitude), longitude=str(commune.longitude), area_ha=area * 3
    )
    record_perimeter(part.operation, actor=part.lead, reading=reading)
    row.refresh_from_db()
    assert row.perimeter_change == pytest.approx(2, abs=0.01)


def test_only_the_latest_label_counts(world):
    part, _row = labelled(world)
    move_perimeter(part, times=2)
    record_stage(
        part.operation,
        rank=3,
        name="livré",
        scheme_title="Label",
        year=2026,
        source="award",
        published_at=clock.now(),
        perimeter=perimeter_in_force(part.operation),
    )
    assert not perimeter_changed_since_label(part.operation)


def test_a_label_that_is_not_published_tells_nothing_and_hides_nothing(world):
    part, row = labelled(world)
    move_perimeter(part, times=2)
    later = record_stage(
        part.operation, rank=3, name="livré", scheme_title="Label", year=2026, source="award",
        perimeter=perimeter_in_force(part.operation),
    )  # fmt: skip
    assert perimeter_changed_since_label(part.operation)
    StageHistory.objects.filter(pk=row.pk).delete()
    move_perimeter(part, times=2)
    later.refresh_from_db()
    assert later.perimeter_change == pytest.approx(1, abs=0.01)
    assert not perimeter_changed_since_label(part.operation)
    assert warned() == 1
    assert list(changed_labels(part.operation.stages.in_force())) == [later]


def test_a_label_without_perimeter_is_compared_to_nothing(world):
    part = world.part()
    record_stage(part.operation, rank=2, name="engagé", scheme_title="2013", year=2014, source="reprise 2016",
                 published_at=clock.now())  # fmt: skip
    move_perimeter(part, times=3)
    assert not perimeter_changed_since_label(part.operation)


def test_an_award_keeps_the_perimeter_of_its_deposit(world):
    part, dossier = world.decided("propose")
    quoted = dossier.deposits.get().snapshot["operation"]["perimeter"]
    deposited = perimeter_in_force(part.operation)
    move_perimeter(part, times=2)
    world.sit(dossier, "award", national=True)
    award = Award.objects.select_related("history__perimeter").get()
    assert award.frozen["perimeter"] == quoted
    assert award.history.perimeter == deposited
    assert award.history.perimeter_change == pytest.approx(1, abs=0.01)
    assert not perimeter_changed_since_label(part.operation)  # nobody was told of the label yet
    awards.announce(Sitting.objects.get(commission__level="national"), actor=world.bureau)
    world.play.publish(clock.today())
    assert perimeter_changed_since_label(part.operation)
    assert [task.path for task in work_of(world.correspondent).to_do if task.path.endswith("/perimetre/")]


# « À faire »


def tasks(user) -> list[str]:
    return [task.title for task in work_of(fresh(user)).to_do if "modifié depuis le label" in task.title]


def test_the_correspondent_has_it_to_see_until_they_did(world):
    part, _row = labelled(world)
    assert tasks(world.correspondent) == []
    move_perimeter(part, times=2)
    assert len(tasks(world.correspondent)) == 1
    assert tasks(part.lead) == tasks(world.coordinator) == []
    note_change(part.operation, actor=world.correspondent)
    assert tasks(world.correspondent) == []
    assert perimeter_changed_since_label(part.operation)  # seen, and still so
    with pytest.raises(TransitionRefused, match="n’attend"):
        note_change(part.operation, actor=world.correspondent)
    move_perimeter(part, times=2)
    assert len(tasks(world.correspondent)) == 1


def test_only_who_accompanies_the_operation_says_it_was_seen(world):
    part, _row = labelled(world)
    move_perimeter(part, times=2)
    for user in (part.lead, part.elected, world.coordinator):
        with pytest.raises(PermissionRefused):
            note_change(part.operation, actor=user)
