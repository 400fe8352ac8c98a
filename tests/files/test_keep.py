"""Keeping a file: what is stored of it, what is refused and why; the process that opens it; the nightly care."""

import json
import os
import subprocess
import sys
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction

from ecoquartier.accounts.services.copies import copy_of
from ecoquartier.core import clock, confined
from ecoquartier.core.canonical import sha256_hex
from ecoquartier.files import services, tasks
from ecoquartier.files.domain import PREVIEWS
from ecoquartier.files.enums import Family
from ecoquartier.files.models import FOLDER, StoredFile
from ecoquartier.files.queries import files_without_bytes, orphans
from ecoquartier.files.services import KEPT_FOR, FileRefused, forget_orphans, keep
from ecoquartier.files.services.antivirus import Unanswered
from ecoquartier.operations.services.attachments import add_photo
from ecoquartier.ops.services.backup import stored_names
from ecoquartier.people.models import User
from tests.support.uploads import ALL, by_name, camera_picture, office, pdf, picture, stored, upload


@pytest.fixture
def person(db):
    return User.objects.create_user("marc@example.org", "Marc")


def refusal(person, name: str, data: bytes, families=ALL) -> FileRefused:
    """Why a file is refused; nothing of it is kept."""
    with pytest.raises(FileRefused) as refused:
        keep(upload(name, data), families=families, actor=person)
    assert not StoredFile.objects.exists()
    assert list(stored_names(default_storage)) == []
    return refused.value


def test_an_image_is_kept_with_its_smaller_copies(person):
    sent = camera_picture(size=(1800, 900))
    file = keep(upload("dossier/Vue.PNG", sent), families=(Family.IMAGE,), actor=person)
    assert (file.name, file.media_type) == ("Vue.jpg", "image/jpeg")
    assert (file.width, file.height, file.uploaded_by) == (900, 1800, person)
    with default_storage.open(file.content.name) as kept:
        data = kept.read()
    assert (sha256_hex(data), len(data)) == (file.sha256, file.size)
    assert data != sent
    for longest in PREVIEWS:
        assert default_storage.exists(file.preview_path(longest))


def test_a_document_is_kept_as_it_is(person):
    sent = pdf()
    file = keep(upload("Délibération n° 3.pdf", sent), families=(Family.PDF,), actor=person)
    assert (file.name, file.media_type, file.width) == ("Délibération n° 3.pdf", "application/pdf", None)
    assert default_storage.open(file.content.name).read() == sent
    assert not file.is_image


def test_the_same_bytes_are_stored_once(person):
    sent = pdf()
    first, second = (keep(upload(name, sent), families=ALL, actor=person) for name in ("a.pdf", "b.pdf"))
    assert first.content.name == second.content.name
    assert list(stored_names(default_storage)) == [first.content.name]


def test_a_stored_file_never_changes(person):
    file = stored(person)
    for change in ({"sha256": "0" * 64}, {"size": 1}, {"media_type": "text/html"}, {"width": 3}):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            StoredFile.objects.filter(pk=file.pk).update(**change)
    StoredFile.objects.filter(pk=file.pk).update(name="x.jpg", uploaded_by=None)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.jpg", b"", "est vide"),
        ("a.svg", b"<svg/>", "pas d’un format accepté"),
        ("a.html", b"<html>", "pas d’un format accepté"),
        ("photo.heic", b"\x00\x00\x00\x18ftypheic", "pas d’un format accepté"),
        ("a.jpg", b"<html>", "pas ce que son nom annonce"),
        ("a.jpg", picture()[:-200], "abîmée"),
        ("a.pdf", pdf(password="x"), "mot de passe"),
        ("a.docx", office("docx", ("word/vbaProject.bin", b"x")), "macros"),
        ("a.pdf", pdf() + office() + b"%%EOF", "en cache un autre"),
    ],
    ids=by_name,
)
def test_a_refusal_is_one_sentence(person, name, data, words):
    message = refusal(person, name, data).message
    assert words in message
    assert "%(" not in message


def test_a_page_takes_only_what_it_asks(person):
    assert refusal(person, "a.pdf", pdf(), families=(Family.IMAGE,)).code == "another_kind"


def test_what_is_too_heavy_is_not_even_read(person, monkeypatch):
    monkeypatch.setattr(services, "MOST", 10)
    assert refusal(person, "a.pdf", pdf()).code == "too_heavy"


@pytest.mark.parametrize(("is_too_long", "code"), [(True, "too_long"), (False, "unreadable")])
def test_a_file_that_ends_its_process_is_refused(person, monkeypatch, is_too_long, code):
    def interrupted(*question):
        raise confined.Interrupted(is_too_long=is_too_long)

    monkeypatch.setattr(confined, "ask", interrupted)
    assert refusal(person, "a.jpg", picture()).code == code


@pytest.mark.parametrize(
    ("says", "code"), [(lambda data: True, "infected"), (lambda data: (_ for _ in ()).throw(Unanswered), "unchecked")]
)
def test_the_antivirus_has_the_last_word(person, monkeypatch, says, code):
    monkeypatch.setattr(services, "is_infected", says)
    assert refusal(person, "a.jpg", picture()).code == code


@pytest.mark.parametrize("module", sorted(set(services.WORKERS.values())))
def test_the_process_that_opens_files_starts_without_django(module):
    code = f"import sys, {module}; assert not any(name.startswith('django') for name in sys.modules)"
    environment = {"PYTHONPATH": str(confined.SOURCES)}
    assert subprocess.run([sys.executable, "-c", code], env=environment).returncode == 0


def test_the_web_process_loads_no_library_of_images():
    code = (
        "import django, os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'ecoquartier.config.settings.test'; "
        "django.setup(); import ecoquartier.config.urls; assert 'PIL' not in sys.modules"
    )
    environment = os.environ | {"PYTHONPATH": str(confined.SOURCES)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-300:]


# --- What nothing shows -------------------------------------------------------------------------------------------


@pytest.fixture
def later():
    """Let a day pass."""
    with time_machine.travel(clock.now(), tick=False) as traveller:
        yield lambda: traveller.shift(KEPT_FOR + timedelta(minutes=1))


def test_a_file_that_nothing_shows_goes_after_a_day(person, later):
    file = stored(person)
    assert forget_orphans() == (0, 0)
    later()
    assert list(orphans(clock.now())) == [file]
    assert forget_orphans() == (1, 1 + len(PREVIEWS))
    assert list(stored_names(default_storage)) == []


def test_a_file_that_something_shows_stays(world, later):
    part = world.part(filled=False)
    shown, other = stored(part.lead), stored(part.lead)
    add_photo(part.operation, actor=part.lead, file=shown, alt="Une cour", credit="Ville")
    later()
    assert forget_orphans()[0] == 1
    assert [*StoredFile.objects.all()] == [shown]
    assert not any(other.sha256 in name for name in stored_names(default_storage))
    assert files_without_bytes() == []


def test_bytes_that_a_file_still_refers_to_stay(person, later):
    sent = pdf()
    stored(person, "old.pdf", sent)
    later()
    young = stored(person, "new.pdf", sent)
    assert forget_orphans() == (1, 0)
    assert default_storage.exists(young.content.name)


def test_bytes_without_a_file_go_after_a_day(person, later):
    """As when a process was killed between the two."""
    path = default_storage.save(f"{FOLDER}/ab/{'ab' * 32}", ContentFile(b"x"))
    elsewhere = default_storage.save("perimetres/x", ContentFile(b"x"))
    assert forget_orphans() == (0, 0)
    later()
    assert forget_orphans() == (0, 1)
    assert not default_storage.exists(path)
    assert default_storage.exists(elsewhere)


def test_the_care_is_taken_every_night(person, later):
    stored(person)
    later()
    tasks.forget_orphan_files(0)
    assert not StoredFile.objects.exists()


def test_a_platform_without_files_has_nothing_to_forget(db):
    assert forget_orphans() == (0, 0)


def test_missing_bytes_are_a_breach(person):
    lost, cut, whole = (stored(person, "a.pdf", pdf()) for _ in range(3))
    default_storage.delete(lost.content.name)
    default_storage.delete(cut.content.name)
    default_storage.save(cut.content.name, ContentFile(b"%PDF"))
    found = files_without_bytes()
    assert len(found) == 2
    assert any(str(lost.pk) in line and "absent" in line for line in found)
    assert any(str(cut.pk) in line and "tronqué" in line for line in found)
    assert not any(str(whole.pk) in line for line in found)


def test_the_copy_of_one_s_data_holds_one_s_files(person):
    sent = pdf()
    stored(person, "Plan.pdf", sent)
    stored(User.objects.create_user("other@example.org", "Autre"), "b.pdf", pdf())
    with zipfile.ZipFile(BytesIO(b"".join(copy_of(person)))) as archive:
        row = json.loads(archive.read("donnees.json"))["files.StoredFile"][0]
        assert row["name"] == "Plan.pdf"
        assert archive.read(row["content"]) == sent
        assert len([name for name in archive.namelist() if name.startswith("fichiers/")]) == 1
