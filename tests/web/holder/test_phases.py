"""The pages of the phases: read by all who see the operation, changed by its writers."""

import pytest
from django.urls import reverse

from ecoquartier.operations.models import Phase
from ecoquartier.operations.services import add_phase
from tests.support.pages import drawn, queries_of, read, signed_in, words


@pytest.fixture
def part(world):
    """An operation with two phases."""
    part = world.part(filled=False)
    add_phase(part.operation, actor=part.lead, name="Îlot nord", works="2028-03", delivery="2030~")
    return part


def listing(part) -> str:
    return reverse("holder:phases", args=[part.operation.pk])


def north(part) -> Phase:
    return part.operation.phases.get(name="Îlot nord")


def test_phases_are_read_with_their_dates_as_known(world, part):
    page = read(world.correspondent, listing(part))
    assert "Îlot nord Début des études non renseigné Début des travaux mars 2028 Livraison vers 2030" in page
    assert "Modifier" not in page
    assert "None" not in page


def test_buttons_of_each_phase_say_which_one(part):
    page = read(part.lead, listing(part))
    assert "Monter Îlot nord" in page
    assert f"Descendre {part.operation.phases.first().name}" in page


def test_the_whole_sheet_says_them_too(part):
    page = read(part.lead, reverse("holder:operation-record", args=[part.operation.pk]))
    assert "Îlot nord début des travaux : mars 2028, livraison : vers 2030" in page
    assert "Livraison de la dernière tranche vers 2030" in page


def test_a_phase_is_added_changed_moved_and_removed(part):
    client = signed_in(part.lead)
    add = reverse("holder:phase-add", args=[part.operation.pk])
    assert (
        client.post(add, {"name": "Îlot sud", "studies": "env. 2027", "works": "", "delivery": "06/2031"}).status_code
        == 302
    )
    south = part.operation.phases.get(name="Îlot sud")
    assert (south.rank, south.studies, south.delivery) == (3, "2027~", "2031-06")
    edit = reverse("holder:phase-edit", args=[south.pk])
    assert 'value="juin 2031"' in client.get(edit).content.decode().replace("\u00a0", " ")
    typed = {"name": "Sud", "studies": "vers 2027", "works": "15/03/2028", "delivery": ""}
    client.post(edit, drawn(client.get(edit)) | typed)
    south.refresh_from_db()
    assert (south.name, south.studies, south.works, south.delivery) == ("Sud", "2027~", "2028-03-15", "")
    moved = client.post(reverse("holder:phase-move", args=[south.pk]), {"is_up": "on"})
    assert moved["Location"].endswith(f"#tranche-{south.pk}")
    south.refresh_from_db()
    assert south.rank == 2
    page = words(client.get(reverse("holder:phase-remove", args=[south.pk])))
    assert "quittent la fiche" in page
    client.post(reverse("holder:phase-remove", args=[south.pk]))
    assert not Phase.objects.filter(pk=south.pk).exists()


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"delivery": "bientôt"}, "delivery", "Écrivez une année, un mois ou un jour"),
        ({"works": "2031", "delivery": "2030"}, "delivery", "La livraison vient avant le début."),
        ({"delivery": "2028-13"}, "delivery", "pas dans le calendrier"),
        ({"delivery": "2028-02-30"}, "delivery", "pas dans le calendrier"),
        ({"name": ""}, "name", "obligatoire"),
    ],
)
def test_a_refusal_is_beside_its_field_and_nothing_typed_is_lost(part, typed, field, sentence):
    phase = north(part)
    sent = {"name": "Neuf", "studies": "vers 2027", "works": "", "delivery": "", **typed}
    client, edit = signed_in(part.lead), reverse("holder:phase-edit", args=[phase.pk])
    response = client.post(edit, drawn(client.get(edit)) | sent)
    assert response.status_code == 422
    assert sentence in " ".join(response.context["form"].errors[field])
    assert 'value="vers 2027"' in response.content.decode()
    phase.refresh_from_db()
    assert phase.name == "Îlot nord"


def test_why_a_phase_stays_is_said_and_its_button_closed(world):
    part, dossier = world.draft()
    add_phase(part.operation, actor=part.lead, name="Îlot nord")
    address = reverse("holder:phase-remove", args=[dossier.scope.get().phase_id])
    client = signed_in(part.lead)
    assert "Une candidature ou une étape porte sur cette tranche" in words(client.get(address))
    assert client.post(address).status_code == 422
    assert part.operation.phases.count() == 2


@pytest.mark.parametrize("who", ["reader", "correspondent", "elected"])
def test_only_writers_change_phases(world, part, team_mate, who):
    user = {"elected": part.elected, "correspondent": world.correspondent}.get(who) or team_mate(part.operation, who)
    client = signed_in(user)
    phase = north(part)
    sent = {"name": "Autre", "studies": "", "works": "", "delivery": ""}
    for name in ("phase-edit", "phase-remove"):
        address = reverse(f"holder:{name}", args=[phase.pk])
        assert (client.get(address).status_code, client.post(address, sent).status_code) == (403, 403)
    assert client.post(reverse("holder:phase-move", args=[phase.pk]), {"is_up": "on"}).status_code == 403
    assert client.post(reverse("holder:phase-add", args=[part.operation.pk]), sent).status_code == 403
    assert [row.name for row in part.operation.phases.all()][1:] == ["Îlot nord"]


def test_a_stranger_finds_nothing(part, person):
    client = signed_in(person("inconnue"))
    for name, pk in (("phases", part.operation.pk), ("phase-edit", north(part).pk), ("phase-remove", north(part).pk)):
        assert client.get(reverse(f"holder:{name}", args=[pk])).status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_queries_do_not_grow(world, many):
    part = world.part(filled=False)
    for number in range(many - 1):
        add_phase(part.operation, actor=part.lead, name=f"Tranche {number}")
    assert queries_of(part.lead, listing(part)) <= 11
