"""My account, what is known of me, my copy, and my erasure."""

import io
import json
import re
import zipfile
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.test.utils import isolate_apps
from django.urls import reverse
from django.utils import timezone

from ecoquartier.accounts.queries import held_counts
from ecoquartier.accounts.services import copies
from ecoquartier.core.registry import PersonalData, personal_data
from ecoquartier.people.models import User
from tests.support.client import StrictClient
from tests.support.pages import queries_of, read, signed_in, words
from tests.support.world import fresh
from tests.web.account.support import enter

HOME, DATA, ERASE = (reverse(f"account:{name}") for name in ("home", "data", "data-erase"))
EXPORT = reverse("account:data-export")


def test_my_account_says_who_i_am(world):
    page = read(world.correspondent, HOME)
    assert "Correspondant ville durable, Mayenne (53)" in page
    assert str(world.correspondent.memberships.get().organisation) in page
    page = read(User.objects.create_user("seule@example.org", "Seule"), HOME)
    assert "Aucun rôle ne vous est confié" in page
    assert "Vous n’agissez pour aucun organisme" in page


def test_what_is_known_is_said_in_words(world):
    part, _dossier = world.submitted()
    page = read(part.lead, DATA)
    for held in ("Le nom et l’adresse électronique", "Les équipes d’opérations", "Les actes de la personne"):
        assert held in page
    assert queries_of(part.lead, DATA) <= 15
    assert queries_of(part.lead, HOME) <= 15


def copied(client) -> zipfile.ZipFile:
    """The archive that this browser takes."""
    return zipfile.ZipFile(io.BytesIO(client.get(EXPORT).getvalue()))


def test_the_counts_are_those_of_the_copy(world):
    part, _dossier = world.submitted()
    copy = json.loads(copied(signed_in(part.lead)).read("donnees.json"))
    counted = {key for key, data in personal_data.items() if data.fields and data.person}
    assert held_counts(part.lead) == {key: len(copy.get(key, ())) for key in held_counts(part.lead)}
    assert set(copy) <= counted


def test_the_copy_is_an_archive_of_ones_own(world):
    client = signed_in(world.correspondent)
    response = client.get(EXPORT)
    assert re.fullmatch(r'attachment; filename="mes-donnees-[0-9-]{10}\.zip"', response["Content-Disposition"])
    assert response.streaming
    assert "no-store" in response["Cache-Control"]
    archive = zipfile.ZipFile(io.BytesIO(response.getvalue()))
    assert archive.namelist() == ["LISEZMOI.txt", "donnees.json"]
    found = archive.read("donnees.json").decode()
    assert json.loads(found)["people.User"][0]["email"] == world.correspondent.email
    assert world.bureau.email not in found
    assert world.correspondent.full_name in archive.read("LISEZMOI.txt").decode()


@pytest.fixture
def given(person, monkeypatch):
    """A table that keeps a file that each row names, as one with uploads does."""
    with isolate_apps():

        class Paper(models.Model):
            file = models.FileField()

            class Meta:
                app_label = "accounts"

            def __str__(self):
                return self.file.name

    held = PersonalData(model="accounts.Paper", holds="des papiers", retention="un an", fields=("file",))
    monkeypatch.setattr(copies, "personal_data", {"accounts.Paper": held})
    monkeypatch.setattr(copies, "apps", SimpleNamespace(get_model=lambda label: Paper))
    names = [default_storage.save(name, ContentFile(name.encode())) for name in ("Plan.PDF", "sans-suite")]
    rows = [{"file": name} for name in (*names, "perdu.pdf", "")]
    monkeypatch.setattr(copies, "export_data", lambda person: {"accounts.Paper": rows})
    return names


def test_the_files_that_one_gave_come_under_names_of_ours(person, given):
    archive = copied(signed_in(person))
    assert archive.namelist()[2:] == ["fichiers/0001.pdf", "fichiers/0002"]
    assert archive.read("fichiers/0001.pdf") == b"Plan.PDF"
    told = json.loads(archive.read("donnees.json"))["accounts.Paper"]
    assert [row["file"] for row in told] == ["fichiers/0001.pdf", "fichiers/0002", "perdu.pdf", ""]
    assert "fichiers/" in archive.read("LISEZMOI.txt").decode()


def test_taking_a_copy_and_erasing_ask_who_it_is(person):
    client = enter(person)
    assert client.get(EXPORT).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert client.get(DATA).status_code == 200
        for address in (EXPORT, ERASE):
            assert client.get(address)["Location"] == f"/compte/identite/?next={address}"
        assert client.post(ERASE, {"email": person.email})["Location"] == f"/compte/identite/?next={ERASE}"
    assert fresh(person).is_active


def test_erasing_asks_for_the_address_and_ends_everything(world):
    person = User.objects.create_user("partante@example.org", "Paule Partante")
    here, elsewhere = signed_in(person), signed_in(person)
    assert "Effacer pour toujours" in words(here.get(ERASE))
    refused = here.post(ERASE, {"email": "autre@example.org"})
    assert refused.status_code == 422
    assert "Ce n’est pas l’adresse de ce compte." in words(refused)
    assert fresh(person).full_name == "Paule Partante"
    response = here.post(ERASE, {"email": "Partante@Example.org"}, follow=True)
    assert "Votre compte et vos données sont effacés." in response.content.decode()
    assert fresh(person).full_name == "Personne effacée"
    for client in (here, elsewhere):
        assert client.get(HOME).status_code == 302


def test_who_holds_a_duty_reads_why_not(world):
    person = world.correspondent
    assert "demandez d’abord la fin de ce rôle" in read(person, DATA)
    client = signed_in(person)
    assert "demandez d’abord la fin de ce rôle" in words(client.get(ERASE))
    assert client.post(ERASE, {"email": person.email}).status_code == 422
    assert fresh(person).is_active


def test_it_is_for_who_is_signed_in(db):
    for address in (HOME, DATA, ERASE, EXPORT):
        assert StrictClient().get(address).status_code == 302
