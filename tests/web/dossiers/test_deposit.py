"""The page of a deposit: what was filed, its hash, what changed."""

from ecoquartier.dossiers import services
from ecoquartier.dossiers.models import Deposit, Dossier
from ecoquartier.framework.models import Commitment
from ecoquartier.notebooks.models import CommitmentAnswer
from ecoquartier.notebooks.services import save_answer
from ecoquartier.operations.services import update_operation
from tests.web.dossiers.conftest import text


def address(dossier, number=1):
    return f"/espace/dossiers/{dossier.pk}/depots/{number}/"


def test_the_content_is_read_in_french_with_its_hash(world, page_of):
    part, dossier = world.submitted()
    deposit = dossier.deposits.get()
    words = page_of(part.lead, address(dossier))
    register = deposit.snapshot["operation"]
    for expected in (
        "Dépôt n° 1",
        deposit.sha256,
        f"Par {part.lead.full_name}",
        "Superficie",
        f"{register['area_ha'].rstrip('0').rstrip('.').replace('.', ',')}",
        "Logements sociaux",
        "30 juin",
        "Réponses aux engagements (20 sur 20)",
        "Démarche et processus",
        "4. Prendre en compte les pratiques des usagers",
        "Usages et gestion : diagnostic partagé",
        "Commune de Laval, signée le",
        "Code INSEE 53130",
    ):
        assert expected in words
    assert "area_ha" not in words
    assert "Vocations habitat, commerces" in words
    assert "Points forts" not in words  # nothing chosen, nothing asked: nothing said
    assert "Ce qui a changé" not in words


def test_a_second_deposit_shows_what_changed(world, page_of):
    part, dossier = world.submitted()
    dossier = services.ask_completion(
        dossier, actor=world.correspondent, message="Préciser.", fields=["answers.2", "operation.dwellings"]
    )
    commitment = Commitment.objects.get(framework="2016", number=2)
    answer = CommitmentAnswer.objects.get(notebook__operation=part.operation, commitment=commitment)
    save_answer(
        part.operation, actor=part.lead, commitment=commitment, text="Un comité d’habitants.", revision=answer.revision
    )
    update_operation(part.operation, actor=part.lead, dwellings=1999, inhabitants=4)
    dossier = world.play.deposit(part, Dossier.objects.get(pk=dossier.pk))
    words = page_of(world.correspondent, address(dossier, 2))
    changes = words.partition("Ce qui a changé depuis le dépôt précédent")[2].partition("L’opération")[0]
    assert "1 999" in changes
    assert "2. Pilotage et participation" in changes
    assert "Un comité d’habitants." in changes
    assert "Habitants prévus" not in changes
    assert "Un comité d’habitants." not in page_of(world.correspondent, address(dossier, 1))


def test_a_deposit_that_does_not_exist(world, sign_in):
    part, dossier = world.submitted()
    assert sign_in(part.lead).get(address(dossier, 2)).status_code == 404
    assert sign_in(part.lead).get(address(dossier, 0)).status_code == 404


def test_only_those_who_may_read_it(world, sign_in):
    part, dossier = world.submitted()
    for user in (part.lead, part.elected, world.correspondent, world.coordinator, world.bureau):
        assert sign_in(user).get(address(dossier)).status_code == 200
    assert sign_in(world.cast.experts[0]).get(address(dossier)).status_code == 404


def test_a_text_is_escaped(world, sign_in):
    part = world.part()
    update_operation(part.operation, actor=part.lead, context="<script>alert(1)</script>")
    part, dossier = world.submitted(part=part)
    page = sign_in(part.lead).get(address(dossier))
    assert "&lt;script&gt;" in page.content.decode()
    assert "alert(1)" in text(page)
    assert Deposit.objects.get(dossier=dossier).number == 1
