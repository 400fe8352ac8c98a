"""A form left open on a record that went away meanwhile: nothing is saved, nothing that was typed is lost."""

import pytest
from django.urls import reverse

from ecoquartier.notebooks.models import CommitmentAnswer
from ecoquartier.operations import services
from ecoquartier.operations.models import Operation
from ecoquartier.operations.services import merging
from ecoquartier.operations.services.attachments import add_document, add_photo, remove_document, remove_photo
from tests.support.pages import drawn, signed_in, words
from tests.support.uploads import pdf, stored

TITLE = "Ce que vous avez écrit n’est pas enregistré"
ONWARD = "Ouvrir la fiche qui reste"


def merge(world, gone, into):
    merging.merge_operation(gone, actor=world.bureau, into=into, reason="Doublon.")


def address_of(operation, name, **kwargs):
    return reverse(f"holder:{name}", kwargs={"pk": operation.pk, **kwargs})


@pytest.fixture
def part(world):
    return world.part(filled=False)


@pytest.fixture
def kept(world):
    return services.add_operation(name="Le Clos", lead_commune=world.commune)


@pytest.mark.parametrize(
    ("name", "named", "typed", "said"),
    [
        ("operation-edit", {"part": "site"}, {"context": "Deux\nlignes <b>."}, "Contexte du site Deux lignes <b>."),
        ("operation-edit", {"part": "identite"}, {"vocations": ["habitat"]}, "Habitat"),
        ("operation-edit", {"part": "chiffres"}, {"dwellings": "4 321"}, "4 321"),
        ("answer", {"number": 3}, {"text": "Une réponse."}, "Une réponse."),
        ("phase-add", {}, {"name": "Îlot nord", "works": "mars 2031"}, "Début des travaux mars 2031"),
    ],
)
def test_what_was_typed_on_a_merged_record_is_given_back(world, part, kept, name, named, typed, said):
    services.update_operation(part.operation, actor=part.lead, vocations=["activites"], initial_site="Une friche.")
    client, address = signed_in(part.lead), address_of(part.operation, name, **named)
    sent = drawn(client.get(address)) | typed
    merge(world, part.operation, kept)
    before = Operation.objects.filter(pk=kept.pk).values().get()
    answers = CommitmentAnswer.objects.count()
    answer = client.post(address, sent)
    page = words(answer)
    assert answer.status_code == 409
    assert TITLE in page
    assert "fusionnée dans celle de l’opération « Le Clos »" in page
    assert said in page
    assert "Une friche." not in page  # left alone
    assert f'href="{address_of(kept, "operation")}">{ONWARD}' in answer.content.decode()
    assert client.get(address_of(kept, "operation")).status_code == 200
    assert Operation.objects.filter(pk=kept.pk).values().get() == before
    assert CommitmentAnswer.objects.count() == answers


def test_an_act_without_words_is_refused_without_any(world, part, kept):
    client, address = signed_in(part.lead), address_of(part.operation, "meeting-ask")
    merge(world, part.operation, kept)
    answer = client.post(address)
    assert answer.status_code == 409
    assert "Cette action n’est pas possible maintenant" in words(answer)
    assert "À copier" not in words(answer)
    assert ONWARD in words(answer)


def test_who_may_not_see_the_record_that_stays_is_told_nothing(world, part, kept, person):
    merge(world, part.operation, kept)
    address = address_of(part.operation, "operation-edit", part="site")
    answer = signed_in(person("inconnue")).post(address, {"context": "Le mien."})
    assert (answer.status_code, "Le Clos" in words(answer)) == (404, False)


def phase_of(part):
    services.add_phase(part.operation, actor=part.lead, name="Sud")
    return services.add_phase(part.operation, actor=part.lead, name="Nord"), "phase-edit", services.remove_phase, "name"


def photo_of(part):
    photo = add_photo(part.operation, actor=part.lead, file=stored(part.lead), alt="La cour", credit="Ville")
    return photo, "photo-edit", remove_photo, "alt"


def document_of(part):
    file = stored(part.lead, "plan.pdf", pdf())
    row = add_document(part.operation, actor=part.lead, file=file, title="Plan", kind="plan")
    return row, "document-edit", remove_document, "title"


@pytest.mark.parametrize("made", [phase_of, photo_of, document_of])
def test_what_was_typed_about_something_removed_is_given_back(part, person, made):
    row, name, remove, field = made(part)
    client, address = signed_in(part.lead), address_of(row, name)
    sent = drawn(client.get(address)) | {field: "Écrit à l’instant."}
    remove(row, actor=part.lead)
    answer = client.post(address, sent)
    assert answer.status_code == 404
    assert TITLE in words(answer)
    assert "Écrit à l’instant." in words(answer)
    assert "n’est plus sur la fiche" in words(answer)
    assert TITLE not in words(client.get(address))
    assert words(signed_in(person("inconnue")).post(address, sent)) == words(answer)
