"""The same form open in two windows: what only one changed is kept, what both changed is asked, nothing else is."""

from datetime import date

import pytest
from django.urls import reverse

from ecoquartier.operations.services import add_phase, change_phase, claim, update_operation
from ecoquartier.operations.services.attachments import add_document, add_photo, change_document, change_photo
from tests.support.pages import drawn, signed_in, words
from tests.support.uploads import pdf, stored

ASKED = "Une autre personne, ou une autre de vos fenêtres, a changé ce champ"
BOXES = {
    "identite": ("types", "vocations"),
    "programme": ("procedures",),
    "demarches": ("strong_points", "strategies", "state_programmes", "approaches"),
}
LISTS = [(part, name) for part, names in BOXES.items() for name in names]


def phase_of(part):
    said = {"name": "Nord", "works": "2029-03", "delivery": "2035"}
    return add_phase(part.operation, actor=part.lead, **said), "phase-edit", change_phase


def photo_of(part):
    said = {"alt": "La cour", "credit": "Ville", "taken_on": date(2024, 5, 1)}
    return add_photo(part.operation, actor=part.lead, file=stored(part.lead), **said), "photo-edit", change_photo


def document_of(part):
    file = stored(part.lead, "plan.pdf", pdf())
    said = {"title": "Plan", "kind": "plan", "dated_on": date(2024, 5, 1)}
    return add_document(part.operation, actor=part.lead, file=file, **said), "document-edit", change_document


CASES = [
    # field that the first window saves, what it says, in words; the field that the second one changes
    (phase_of, "works", "2031-03", "mars 2031", "name", "Îlot nord"),
    (phase_of, "name", "Îlot nord", "Îlot nord", "delivery", "2036"),
    (photo_of, "alt", "La cour, en hiver", "La cour, en hiver", "credit", "A. Martin"),
    (photo_of, "taken_on", date(2025, 2, 3), "3 février 2025", "alt", "La cour, en hiver"),
    (document_of, "title", "Plan masse", "Plan masse", "kind", "study"),
    (document_of, "kind", "agreement", "convention", "dated_on", "2025-02-03"),
]


@pytest.fixture
def part(world):
    return world.part()


@pytest.mark.parametrize(("made", "theirs", "value", "_said", "mine", "typed"), CASES)
def test_each_window_keeps_what_it_changed(part, made, theirs, value, _said, mine, typed):
    row, name, change = made(part)
    client, address = signed_in(part.lead), reverse(f"holder:{name}", args=[row.pk])
    sent = drawn(client.get(address)) | {mine: typed}
    change(row, actor=part.lead, **{theirs: value})
    assert client.post(address, sent).status_code == 302
    row.refresh_from_db()
    kept = getattr(row, mine)
    assert getattr(row, theirs) == value
    assert (kept.isoformat() if isinstance(kept, date) else kept) == typed


@pytest.mark.parametrize(("made", "theirs", "value", "said", "_mine", "_typed"), CASES)
def test_the_same_field_is_asked_once_then_replaced_on_purpose(part, made, theirs, value, said, _mine, _typed):
    row, name, change = made(part)
    client, address = signed_in(part.lead), reverse(f"holder:{name}", args=[row.pk])
    other = {"works": "juin 2029", "taken_on": "2023-07-14", "kind": "study"}.get(theirs, "Le mien")
    sent = drawn(client.get(address)) | {theirs: other}
    change(row, actor=part.lead, **{theirs: value})
    answer = client.post(address, sent)
    assert answer.status_code == 422
    assert ASKED in answer.context["form"].errors[theirs][0]
    assert f"Ce qui a été enregistré entre-temps {answer.context['form'].fields[theirs].label} {said}" in words(answer)
    row.refresh_from_db()
    assert getattr(row, theirs) == value
    again = drawn(answer)
    assert again[theirs] == [other]
    assert client.post(address, again).status_code == 302
    row.refresh_from_db()
    assert getattr(row, theirs) != value


def test_what_a_list_gained_meanwhile_is_asked(part):
    """The list began empty in this window, and was filled in another one."""
    update_operation(part.operation, actor=part.lead, vocations=[])
    client = signed_in(part.lead)
    address = reverse("holder:operation-edit", kwargs={"pk": part.operation.pk, "part": "identite"})
    sent = drawn(client.get(address)) | {"vocations": ["habitat"]}
    update_operation(part.operation, actor=part.lead, vocations=["activites"])
    answer = client.post(address, sent)
    assert ASKED in answer.context["form"].errors["vocations"][0]
    assert client.post(address, drawn(answer)).status_code == 302
    part.operation.refresh_from_db()
    assert part.operation.vocations == ["habitat"]


@pytest.mark.parametrize(
    ("page", "before", "theirs", "mine", "fault", "said", "mended"),
    [
        (
            "chiffres",
            {"dwellings": 1000, "social_dwellings": 339},
            {"social_dwellings": 770},
            {"dwellings": "400"},
            "Il y a plus de logements sociaux que de logements",
            "Logements sociaux 770",
            {"dwellings": "800"},
        ),
        (
            "phase",
            {"name": "Nord", "works": "2018-03", "delivery": "2035"},
            {"works": "2030"},
            {"delivery": "2025"},
            "La livraison vient avant le début",
            "Début des travaux 2030",
            {"delivery": "2036"},
        ),
    ],
)
def test_what_contradicts_what_was_saved_meanwhile_shows_it(part, page, before, theirs, mine, fault, said, mended):
    """Each window is right alone: the second one reads what the first saved, in its field too, and decides."""
    client = signed_in(part.lead)
    if page == "phase":
        row = add_phase(part.operation, actor=part.lead, **before)
        address, change = reverse("holder:phase-edit", args=[row.pk]), change_phase
    else:
        row, change = part.operation, update_operation
        update_operation(row, actor=part.lead, **before)
        address = reverse("holder:operation-edit", kwargs={"pk": row.pk, "part": page})
    sent = drawn(client.get(address)) | mine
    change(row, actor=part.lead, **theirs)
    answer = client.post(address, sent)
    assert (answer.status_code, fault in words(answer)) == (422, True)
    assert f"Ce qui a été enregistré entre-temps {said}" in words(answer)
    again = drawn(answer)
    assert {name: again[name] for name in theirs} == {name: [str(value)] for name, value in theirs.items()}
    assert client.post(address, again | mended).status_code == 302
    row = type(row).objects.get(pk=row.pk)
    assert {name: getattr(row, name) for name in theirs} == theirs
    assert {name: str(getattr(row, name)) for name in mended} == mended


def test_the_same_date_in_other_words_is_no_conflict(part):
    phase, _name, _change = phase_of(part)
    client, address = signed_in(part.lead), reverse("holder:phase-edit", args=[phase.pk])
    sent = drawn(client.get(address)) | {"works": "06/2031"}
    change_phase(phase, actor=part.lead, works="2031-06")
    assert client.post(address, sent).status_code == 302


def refused_then_sent_again(client, part: str, field: str, address: str):
    """Tick two boxes, be refused for another reason, then send the page that came back with one of them only."""
    page = client.get(address)
    codes = {
        name: [code for code, _label in said.choices]
        for name, said in page.context["form"].fields.items()
        if hasattr(said, "choices")
    }
    strong = codes.get("strong_points", [])
    wrong, right = {
        "identite": ({"name": ""}, {"name": "Le Clos"}),
        "programme": ({"programme": "x" * 10_001}, {"programme": ""}),
        "demarches": ({"strong_points": strong[:6]}, {"strong_points": strong[:5]}),
    }[part]
    refused = client.post(address, drawn(page) | {field: codes[field][:2]} | wrong)
    assert refused.status_code == 422
    return client.post(address, drawn(refused) | {field: codes[field][:1]} | right)


@pytest.mark.parametrize(("page", "field"), LISTS)
def test_a_list_that_began_empty_is_saved_after_an_error(part, page, field):
    update_operation(part.operation, actor=part.lead, **{field: []})
    address = reverse("holder:operation-edit", kwargs={"pk": part.operation.pk, "part": page})
    answer = refused_then_sent_again(signed_in(part.lead), page, field, address)
    assert answer.status_code == 302, answer.context["form"].errors
    part.operation.refresh_from_db()
    assert len(getattr(part.operation, field)) == (5 if field == "strong_points" else 1)


@pytest.mark.parametrize(("page", "field"), LISTS)
def test_so_is_one_of_a_draft(free_operation, person, page, field):
    claimant = person("porteuse", organisation="Bâtir")
    asked = claim(free_operation(), actor=claimant, organisation=claimant.memberships.get().organisation)
    address = reverse("holder:claim-draft", kwargs={"pk": asked.pk, "part": page})
    answer = refused_then_sent_again(signed_in(claimant), page, field, address)
    assert answer.status_code == 302, answer.context["form"].errors
    asked.refresh_from_db()
    assert len(asked.draft[field]) == (5 if field == "strong_points" else 1)
