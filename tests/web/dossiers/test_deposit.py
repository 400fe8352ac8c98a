"""The page of a deposit: what was filed, its hash, what changed."""

import json

from ecoquartier.dossiers import services
from ecoquartier.dossiers.domain import content_hash
from ecoquartier.dossiers.models import Deposit, Dossier
from ecoquartier.dossiers.queries.snapshots import photograph
from ecoquartier.framework.models import Commitment
from ecoquartier.notebooks.models import CommitmentAnswer
from ecoquartier.notebooks.services import save_answer
from ecoquartier.operations.queries import perimeter_in_force
from ecoquartier.operations.services import update_operation
from ecoquartier.operations.services.attachments import add_photo, change_document, remove_photo
from tests.support.perimeters import move_perimeter
from tests.support.uploads import lodged
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


def test_the_photos_the_documents_and_the_perimeter_are_shown_with_their_links(world, sign_in):
    part, dossier = world.under_expertise()
    photo, plan = part.operation.photos.get(), part.operation.documents.get()
    expert = dossier.assignments.first().expert
    for user in (part.lead, world.correspondent, expert):
        page = sign_in(user).get(address(dossier)).content.decode()
        assert f'<img class="photo" src="/fichiers/{photo.file_id}/?cote=480" alt="{photo.alt}" loading="lazy">' in page
        assert f'<a href="/fichiers/{plan.file_id}/">Plan masse du projet</a>' in page
        assert 'class="perimeter-area"' in page
        assert f"{address(dossier)}perimetre.geojson" in page


def test_what_was_taken_away_since_is_told_to_the_team_only(world, sign_in):
    part, dossier = world.under_expertise()
    remove_photo(part.operation.photos.get(), actor=part.lead)
    expert = dossier.assignments.first().expert
    assert "retirée de l’opération" in text(sign_in(part.lead).get(address(dossier)))
    for user in (world.correspondent, expert):
        assert "retirée de l’opération" not in text(sign_in(user).get(address(dossier)))


def test_the_perimeter_is_the_one_of_the_deposit_whatever_became_of_it(world, sign_in):
    part, dossier = world.under_expertise()
    quoted = perimeter_in_force(part.operation)
    move_perimeter(part, times=3)
    expert = dossier.assignments.first().expert
    answer = sign_in(expert).get(f"{address(dossier)}perimetre.geojson")
    assert answer["Content-Type"] == "application/geo+json"
    (feature,) = json.loads(answer.content)["features"]
    assert feature["geometry"] == quoted.geometry
    assert "jusqu_a" not in feature["properties"]
    path = quoted.drawing["path"]
    assert f'd="{path}"' in sign_in(expert).get(address(dossier)).content.decode()
    stranger = world.cast.experts[3]
    assert sign_in(stranger).get(f"{address(dossier)}perimetre.geojson").status_code == 404
    assert sign_in(part.lead).get(f"{address(dossier, 2)}perimetre.geojson").status_code == 404


def test_a_deposit_made_before_files_and_perimeters_is_read(world, sign_in):
    part = world.part(filled=False)
    _part, dossier = world.draft(part=part, rank=1)
    content = photograph(part.operation)
    content.pop("files")
    deposit = Deposit.objects.create(
        dossier=dossier,
        number=1,
        framework=dossier.campaign.framework,
        snapshot=content,
        sha256=content_hash(content),
        deposited_by=part.lead,
    )
    words = text(sign_in(part.lead).get(address(dossier)))
    assert deposit.sha256 in words
    assert "Photos" not in words
    assert sign_in(part.lead).get(f"{address(dossier)}perimetre.geojson").status_code == 404


def test_the_files_that_changed_between_two_deposits_are_told(world, page_of):
    part, dossier = world.submitted()
    asked = {"message": "Des photos plus récentes.", "fields": ["files.photos", "files.documents"]}
    services.ask_completion(dossier, actor=world.correspondent, **asked)
    remove_photo(part.operation.photos.get(), actor=part.lead)
    file = lodged(part.lead, "halle.jpg")
    add_photo(part.operation, actor=part.lead, file=file, alt="La halle ouverte", credit="A. Martin")
    plan = part.operation.documents.get()
    change_document(plan, actor=part.lead, title="Plan masse, version 2", kind="plan")
    dossier = world.play.deposit(part, Dossier.objects.get(pk=dossier.pk))
    words = page_of(world.correspondent, address(dossier, 2))
    changes = words.partition("Ce qui a changé depuis le dépôt précédent")[2].partition("L’opération")[0]
    assert "Photos : La halle ouverte — La halle ouverte (© A. Martin), halle.jpg" in changes.replace("\xa0", " ")
    assert f"empreinte {file.sha256[:12]}…" in changes
    assert "La rue principale du quartier" in changes
    assert "Plan masse du projet (plan), plan-masse.pdf" in changes
    assert "Plan masse, version 2 (plan), plan-masse.pdf" in changes
