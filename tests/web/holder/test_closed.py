"""An abandoned operation is read: no page invites to write on it, each says why, and what was being typed is kept."""

import re

import pytest
from django.urls import reverse

from ecoquartier.dossiers.services import abandon_operation
from ecoquartier.operations.models import Operation
from ecoquartier.operations.services import add_phase
from ecoquartier.operations.services.attachments import add_document, add_photo
from ecoquartier.web.holder import urls
from ecoquartier.web.holder.sheet_forms import PARTS
from tests.support.pages import drawn, signed_in, words
from tests.support.uploads import pdf, stored

SAID = "sa fiche se lit et ne se modifie plus."
ELSEWHERE = {
    # They keep the operation as it is, and may be done on a closed one.
    "team-leave",
    "team-remove",
    "life-step",
    "perimeter-noted",
    # Of other things than an operation.
    "operation-register",
    "operation-create",
}


@pytest.fixture
def part(world):
    """An operation with one of everything, then abandoned."""
    part = world.part()
    operation, lead = part.operation, part.lead
    for name in ("Nord", "Sud"):
        add_phase(operation, actor=lead, name=name)
        add_photo(operation, actor=lead, file=stored(lead), alt=name, credit="Ville")
    add_document(operation, actor=lead, file=stored(lead, "a.pdf", pdf()), title="Plan", kind="plan")
    return part


def abandon(part):
    abandon_operation(part.operation, actor=part.lead, reason="Le projet s’arrête.")
    return Operation.objects.get(pk=part.operation.pk)


def pages(operation, person) -> dict[str, str]:
    """The address of every page of the holder that is about the operation, by name."""
    rows = {
        "tranches/<int:pk>/": operation.phases.last(),
        "photos/<uuid:pk>/": operation.photos.first(),
        "documents/<uuid:pk>/": operation.documents.first(),
    }
    known = {"part": "site", "person": person.pk, "number": 1, "step": "suspendre"}
    found = {}
    for pattern in urls.urlpatterns:
        route = str(pattern.pattern)
        row = next((row for start, row in rows.items() if route.startswith(start)), None)
        if row is None and not route.startswith("<uuid:pk>/"):
            continue
        wanted = re.findall(r"<\w+:(\w+)>", route)
        if set(wanted) <= {"pk", *known}:
            kwargs = {name: known[name] for name in wanted if name != "pk"}
            found[pattern.name] = reverse(f"holder:{pattern.name}", kwargs={"pk": (row or operation).pk, **kwargs})
    return found


def test_no_page_of_a_closed_operation_opens_a_form(part, team_mate):
    operation, mate = abandon(part), team_mate(part.operation)
    client, refused = signed_in(part.lead), set()
    for name, address in pages(operation, mate).items():
        if name in ELSEWHERE:
            continue
        answer = client.get(address)
        if answer.status_code == 409:
            refused.add(name)
            assert SAID in words(answer), name
            assert f'href="{reverse("holder:operation", args=[operation.pk])}' in answer.content.decode(), name
        elif answer.status_code == 200:
            has_form = 'method="post"' in answer.content.decode().partition("<main")[2].partition("</main>")[0]
            assert not has_form or "Pourquoi ce n’est pas possible maintenant L’opération" in words(answer), name
        else:
            assert answer.status_code in {403, 404, 405}, (name, answer.status_code)
    assert refused >= {
        *("operation-edit", "communes", "phase-add", "phase-edit", "phase-remove", "photo-add", "photo-edit"),
        *("photo-remove", "document-add", "document-edit", "document-remove", "perimeter-point", "perimeter-upload"),
        *("team-invite", "team-role", "meeting-ask"),
    }


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("phases", "Ajouter une tranche"),
        ("photos", "Ajouter une photo"),
        ("documents", "Ajouter un document"),
        ("perimeter", "Déposer un fichier"),
        ("operation-record", ""),
        ("operation", "Modifier la fiche"),
    ],
)
def test_what_is_read_offers_nothing_and_says_why(part, name, offered):
    operation = abandon(part)
    answer = signed_in(part.lead).get(reverse(f"holder:{name}", args=[operation.pk]))
    page = words(answer)
    assert SAID in page
    for label in ("Retirer", "Monter", "Avancer", "Modifier :", "Indiquer un point"):
        assert label not in page
    html = answer.content.decode()
    assert not re.search(rf'<a class="button[^>]*>{offered or "Modifier"}', html)


def test_the_notebook_is_read_and_says_why(part):
    operation = abandon(part)
    client = signed_in(part.lead)
    index = words(client.get(reverse("holder:notebook", args=[operation.pk])))
    assert "Reprendre l’écriture" not in index
    answer = client.get(reverse("holder:answer", args=[operation.pk, 1]))
    assert SAID in words(answer)
    assert "text" not in drawn(answer)


def test_what_was_being_typed_is_refused_and_kept(part):
    client = signed_in(part.lead)
    sheet = reverse("holder:operation-edit", kwargs={"pk": part.operation.pk, "part": "site"})
    notebook = reverse("holder:answer", args=[part.operation.pk, 1])
    typed = [
        (page, drawn(client.get(page)) | said)
        for page, said in (
            (sheet, {"context": "Écrit à l’instant."}),
            (notebook, {"text": "Écrit à l’instant."}),
        )
    ]
    abandon(part)
    for page, sent in typed:
        answer = client.post(page, sent)
        assert answer.status_code == 422
        assert SAID in words(answer)
        assert "Écrit à l’instant." in words(answer)


def test_its_life_says_who_takes_it_up_again(world, part):
    operation = abandon(part)
    life, sheet = (reverse(f"holder:{name}", args=[operation.pk]) for name in ("life", "operation"))
    assert "Seul le bureau national peut rétablir l’opération" in words(signed_in(part.lead).get(life))
    assert "Voir la vie de l’opération" in words(signed_in(part.lead).get(sheet))
    assert "Rétablir l’opération" in words(signed_in(world.bureau).get(sheet))


def test_who_may_not_end_it_is_not_told_that_they_may(part, team_mate):
    sheet = reverse("holder:operation", args=[part.operation.pk])
    assert "Suspendre ou abandonner l’opération" in words(signed_in(part.lead).get(sheet))
    assert "Suspendre" not in words(signed_in(team_mate(part.operation)).get(sheet))


def test_every_part_of_the_sheet_is_closed(part):
    operation, client = abandon(part), signed_in(part.lead)
    for name in PARTS:
        address = reverse("holder:operation-edit", kwargs={"pk": operation.pk, "part": name})
        assert client.get(address).status_code == 409


def test_no_meeting_is_noted_nor_waived_on_it(world, part):
    note, waive, sheet = (
        reverse(f"holder:{name}", args=[part.operation.pk])
        for name in ("operation-meeting", "meeting-waive", "operation")
    )
    client = signed_in(world.correspondent)
    sent = drawn(client.get(note)) | {"met_on": "2024-05-01"}
    operation = abandon(part)
    met_on = operation.met_on
    assert f'href="{note}"' not in client.get(sheet).content.decode()
    for user, address in ((world.correspondent, note), (world.bureau, waive)):
        answer = signed_in(user).get(address)
        assert (answer.status_code, SAID in words(answer)) == (409, True)
        assert "Cette action n’est pas possible maintenant" in words(answer)
    for user, address, said in ((world.correspondent, note, sent), (world.bureau, waive, {"reason": "Essai."})):
        answer = signed_in(user).post(address, said)
        assert (answer.status_code, SAID in words(answer)) == (422, True)
    operation.refresh_from_db()
    assert (operation.met_on, operation.meeting_waived_on) == (met_on, None)


def test_its_life_offers_no_merger(world, part):
    life, merge = (reverse(name, args=[part.operation.pk]) for name in ("holder:life", "bureau:operation-merge"))
    client = signed_in(world.bureau)
    assert merge in client.get(life).content.decode()
    abandon(part)
    assert merge not in client.get(life).content.decode()


def test_its_stages_say_why_nothing_is_filed(world):
    part = world.part(filled=False)
    client, stages = signed_in(part.lead), reverse("holder:dossier-open", args=[part.operation.pk])
    assert "Le dépôt est" in words(client.get(stages))
    abandon(part)
    answer = client.get(stages)
    page, main = words(answer), answer.content.decode().partition("<main")[2].partition("</main>")[0]
    assert "aucune candidature ne s’ouvre plus" in page
    assert "Le dépôt est" not in page
    assert "Renseignez" not in page
    for name in ("perimeter", "document-add", "photo-add", "meeting-ask"):
        assert reverse(f"holder:{name}", args=[part.operation.pk]) not in main
    assert client.post(stages, {"stage": 2}).status_code == 422
