"""The act that records a perimeter, its history, its limits; and the process in which files are read."""

import json
import os
import subprocess
import sys
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from ecoquartier.accounts.services import erase
from ecoquartier.core import confined
from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.dossiers.queries import photograph
from ecoquartier.journal.models import Entry
from ecoquartier.operations.domain.perimeter import doubtful_gap
from ecoquartier.operations.domain.perimeter.worker import answer
from ecoquartier.operations.models import Operation, Perimeter
from ecoquartier.operations.queries import as_feature, perimeter_in_force, perimeters_of
from ecoquartier.operations.services import perimeter_files
from ecoquartier.operations.services.perimeter import record_perimeter
from ecoquartier.operations.services.perimeter_files import PerimeterRefused, changed_share, place_point, read_file
from ecoquartier.people.models import User
from ecoquartier.territories.models import Commune
from ecoquartier.workflow.engine import Job
from tests.support.perimeters import SQUARE, geojson, polygon, square

WIDER = square(side=310)


def put(part, ring=SQUARE, **kwargs):
    """Record the square, or another, as the lead does."""
    reading = read_file(geojson(polygon(ring)), part.operation)
    return record_perimeter(part.operation, actor=kwargs.pop("actor", part.lead), reading=reading, **kwargs)


def test_a_perimeter_is_recorded_with_its_source(world):
    part = world.part(filled=False)
    put(part, file_name="périmètre.geojson")
    found = Perimeter.objects.get()
    assert found.area_ha == Decimal("9.0000")
    assert (found.source, found.file_name, found.projection) == ("geojson", "périmètre.geojson", "EPSG:2154")
    assert (found.added_by, found.replaced_at) == (part.lead, None)
    assert found.west < found.east < 0 < found.south < found.north
    entry = Entry.objects.get(event="perimeter.recorded")
    assert entry.about_id == str(part.operation.pk)
    assert entry.data == {"perimeter": str(found.pk), "former": None, "sha256": found.sha256}


def test_what_is_replaced_is_kept_with_its_dates(world):
    part = world.part(filled=False)
    put(part)
    put(part, WIDER)
    present, former = perimeters_of(part.operation)
    assert present == perimeter_in_force(part.operation)
    assert (present.replaced_at, former.replaced_at) == (None, present.added_at)
    assert former.area_ha == Decimal("9.0000")
    assert changed_share(former, present) == pytest.approx(310 * 310 / 90_000 - 1, abs=0.001)


def test_the_same_perimeter_is_not_recorded_twice(world):
    part = world.part(filled=False)
    put(part)
    with pytest.raises(TransitionRefused, match="déjà celui de l’opération"):
        put(part)
    assert Perimeter.objects.count() == 1


@pytest.mark.parametrize("change", [{"area_ha": 1}, {"geometry": {}}, {"west": 0}])
def test_the_database_refuses_to_change_or_delete_a_perimeter(world, change):
    put(world.part(filled=False))
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Perimeter.objects.update(**change)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Perimeter.objects.all().delete()


def test_who_may_put_a_perimeter(world):
    part = world.part(filled=False)
    for user in (world.correspondent, world.coordinator, part.elected):
        with pytest.raises(PermissionRefused):
            put(part, actor=User.objects.get(pk=user.pk))
    with pytest.raises(TransitionRefused, match="pourquoi"):
        put(part, actor=world.bureau)
    put(part, actor=world.bureau, reason="Parcelle oubliée.")
    entry = Entry.objects.get(event="perimeter.recorded")
    assert entry.detail.content == {"reason": "Parcelle oubliée."}


def test_an_impossible_area_is_refused_by_the_model(world):
    part = world.part(filled=False)
    reading = place_point(part.operation, latitude="48,07", longitude="-0,77", area_ha=Decimal("6000"))
    with pytest.raises(ValidationError):
        record_perimeter(part.operation, actor=part.lead, reading=reading)


def test_a_deposit_quotes_the_perimeter_in_force(world):
    part = world.part(filled=False)
    assert photograph(part.operation)["operation"]["perimeter"] is None
    put(part)
    found = perimeter_in_force(part.operation)
    assert photograph(part.operation)["operation"]["perimeter"] == {"area_ha": "9.0000", "sha256": found.sha256}


def test_a_perimeter_is_given_back_as_geojson_that_reads_the_same(world):
    part = world.part(filled=False)
    put(part)
    document = as_feature(Perimeter.objects.get())
    assert document["features"][0]["properties"]["superficie_ha"] == 9.0
    again = read_file(json.dumps(document).encode(), part.operation)
    assert again.area_ha == pytest.approx(Decimal(9), abs=Decimal("0.001"))
    assert again.changed == pytest.approx(0, abs=0.0005)


def test_the_erased_keep_their_perimeters_without_their_name(world):
    part = world.part(filled=False)
    User.objects.filter(pk=part.lead.pk).update(full_name="Zénobie Quéré")
    put(part, file_name="perimetre de Zénobie Quéré.geojson")
    erase(User.objects.get(pk=part.lead.pk), actor=Job("erase_person"))
    assert "Zénobie" not in Perimeter.objects.get().file_name


def test_a_perimeter_that_seems_in_another_county_is_told(db):
    laval = Commune.objects.select_related("county").get(pk="53130")
    operation = Operation.objects.create(name="Les Tanneries", slug="t", lead_commune=laval)
    assert read_file(geojson(polygon(SQUARE)), operation).county == ""
    assert read_file(geojson(polygon(square(489000, 6770000))), operation).county == "Sarthe"


@pytest.mark.parametrize(
    ("declared", "measured", "gap"),
    [("10", "9.5", False), ("11", "10", False), ("11.01", "10", True), ("1", "10", True), (None, "9", False)],
)
def test_more_than_a_tenth_between_two_areas_is_doubtful(declared, measured, gap):
    found = doubtful_gap(declared and Decimal(declared), Decimal(measured))
    assert (found is not None) is gap


def test_what_moves_without_growing_has_changed():
    # Half of it slid out: as much was added as was lost.
    moved = polygon([(-0.787, 48.06), (-0.785, 48.06), (-0.785, 48.062), (-0.787, 48.062), (-0.787, 48.06)])
    old = polygon([(-0.788, 48.06), (-0.786, 48.06), (-0.786, 48.062), (-0.788, 48.062), (-0.788, 48.06)])
    assert answer({"task": "compare", "old": old, "new": moved, "county": "53"})["changed"] == pytest.approx(
        1, abs=0.01
    )
    assert answer({"task": "compare", "old": old, "new": old, "county": "53"})["changed"] == 0


# The process


def outcome(code):
    """What becomes of these lines in the limits of the worker: its exit code, and its last words."""
    head = "from ecoquartier.core.confined import confine\nconfine()\n"
    done = subprocess.run(
        [sys.executable, "-c", head + code],
        env={"PYTHONPATH": str(confined.SOURCES), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    return done.returncode, (done.stderr.strip().splitlines() or [""])[-1]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("import socket; socket.create_connection(('127.0.0.1', 80))", "PermissionError: socket"),
        ("import subprocess; subprocess.run(['true'])", "PermissionError: subprocess.Popen"),
        ("import os; os.system('true')", "PermissionError: os.system"),
        ("x = bytearray(2 * 1024 ** 3)", "MemoryError"),
        ("open('/tmp/perimetre-essai', 'wb').write(b'x')", "PermissionError: open"),
    ],
)
def test_the_worker_may_only_read_and_compute(code, error):
    assert outcome(code)[1].startswith(error)


def test_the_worker_starts_without_django():
    code = "import sys; assert not any(name.startswith('django') for name in sys.modules)"
    assert outcome(code) == (0, "")


def test_a_worker_that_dies_is_a_refusal(world, monkeypatch):
    operation = world.part(filled=False).operation
    monkeypatch.setattr(perimeter_files, "WORKER", "a.module.that.does.not.exist")
    with pytest.raises(PerimeterRefused) as refused:
        read_file(b"x", operation)
    assert refused.value.code == "unreadable"


def test_a_worker_that_never_ends_is_a_refusal(world, monkeypatch, tmp_path):
    operation = world.part(filled=False).operation
    (tmp_path / "endless.py").write_text("import time\n\ntime.sleep(3600)\n")
    monkeypatch.setattr(confined, "SOURCES", tmp_path)
    monkeypatch.setattr(confined, "SECONDS", 0.01)
    monkeypatch.setattr(perimeter_files, "WORKER", "endless")
    with pytest.raises(PerimeterRefused) as refused:
        read_file(b"x", operation)
    assert refused.value.code == "too_long"


def test_a_file_that_asks_for_too_much_memory_is_refused(world):
    operation = world.part(filled=False).operation
    heavy = b'{"type": "MultiPoint", "coordinates": [' + b"[1,1]," * 3_400_000 + b"[1,1]]}"
    with pytest.raises(PerimeterRefused) as refused:
        read_file(heavy, operation)
    assert refused.value.code in {"too_heavy", "no_polygon"}
    with pytest.raises(PerimeterRefused) as refused:
        read_file(bytes(21 * 1024 * 1024), operation)
    assert refused.value.code == "too_heavy"


def test_the_web_process_loads_no_library_of_geometry():
    code = (
        "import django, os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'ecoquartier.config.settings.test'; "
        "django.setup(); import ecoquartier.config.urls; "
        "assert not {'shapely', 'pyproj', 'numpy', 'shapefile', 'defusedxml'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(confined.SOURCES)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-300:]
