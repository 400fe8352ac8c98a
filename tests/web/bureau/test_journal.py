"""The journal: entries in words, and the verification on demand."""

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from ecoquartier.commissions.models import Sitting
from ecoquartier.journal.models import Entry
from ecoquartier.web.bureau.journal import OBJECTS
from tests.support.expertise import Case
from tests.support.pages import queries_of, read, signed_in, words

JOURNAL, VERIFY = reverse("bureau:journal"), reverse("bureau:journal-verify")


@pytest.fixture
def played(world):
    """(part, dossier) of a dossier declared admissible."""
    return world.admissible()


def test_entries_say_who_did_what(world, played):
    part, dossier = played
    page = read(world.bureau, JOURNAL)
    assert "Candidature déclarée recevable" in page
    assert "Dossier complet, étape adaptée à l’avancement." in page
    assert part.lead.full_name in page
    assert f"{Entry.objects.count()} résultats" in page
    assert (
        reverse("dossiers:detail", kwargs={"pk": dossier.pk}) in signed_in(world.bureau).get(JOURNAL).content.decode()
    )


def test_entries_are_filtered_by_act_and_object(world, played):
    _part, dossier = played
    assert "1 résultat" in read(world.bureau, f"{JOURNAL}?acte=dossier.admitted")
    about = Entry.objects.filter(about_id=str(dossier.pk)).count()
    assert f"{about} résultats" in read(world.bureau, f"{JOURNAL}?objet={dossier.pk}")
    assert "Aucun résultat avec ces filtres." in read(world.bureau, f"{JOURNAL}?acte=award.published")
    assert "valide" in read(world.bureau, f"{JOURNAL}?objet=x")


def test_what_the_platform_did_is_signed_by_it(world):
    Entry.objects.all()
    world.part()
    assert "la plateforme (demo)" in read(world.bureau, JOURNAL)


def test_the_verification_is_asked_for_and_remembered(world, played):
    assert "Le journal n’a pas encore été vérifié" in read(world.bureau, JOURNAL)
    response = signed_in(world.bureau).post(VERIFY, follow=True)
    assert "Le journal est intact : chaîne vérifiée." in words(response)
    assert "chaîne intacte" in read(world.bureau, JOURNAL)


def test_the_name_of_each_object_is_said(world, played):
    part, _dossier = played
    assert f"candidature : {part.operation.name}" in read(world.bureau, f"{JOURNAL}?acte=dossier.admitted")
    world.decided("adjourn")
    sitting = Sitting.objects.get()
    assert f"séance : {sitting}".replace("\u00a0", " ") in read(world.bureau, f"{JOURNAL}?acte=minutes.signed")


def test_a_seal_of_an_expertise_that_goes_on_changes_nothing_that_is_shown(world):
    """Neither numbers with a gap, nor a total to compare with what is shown (rule 8)."""
    case = Case(world, *world.under_expertise()).visited()
    before = words(signed_in(world.bureau).post(VERIFY, follow=True))
    case.seal(case.reports[0])
    assert Entry.objects.latest("seq").event == "report.sealed"
    assert words(signed_in(world.bureau).post(VERIFY, follow=True)) == before


def test_an_altered_journal_is_told(world, played):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE journal_entry SET event = 'dossier.awarded' WHERE seq = 2")
        cursor.execute("ALTER TABLE journal_entry ENABLE TRIGGER USER")
    response = signed_in(world.bureau).post(VERIFY, follow=True)
    page = words(response)
    assert "Le journal est altéré : entrée 2 : son contenu a changé." in page
    assert "intacts" not in page


def test_the_journal_is_for_the_bureau(world, played):
    client = signed_in(world.coordinator)
    assert client.get(JOURNAL).status_code == 403
    assert client.post(VERIFY).status_code == 403


def test_the_page_costs_the_same_whatever_its_entries(world):
    world.part(filled=False)
    first = queries_of(world.bureau, JOURNAL)
    world.admissible()
    assert queries_of(world.bureau, JOURNAL) == first
    assert first <= 15


def test_every_kind_of_object_has_a_french_name():
    kinds = {
        model._meta.label_lower
        for model in apps.get_models()
        if model.__module__.startswith("ecoquartier.") and model._meta.app_label not in {"journal", "directory"}
    }
    assert kinds <= OBJECTS.keys()
