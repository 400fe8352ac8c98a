"""The approach and its stages, in sentences made from the scheme's columns."""

import pytest

from ecoquartier.campaigns.models import Scheme, Stage


def test_the_approach_shows_the_calendar_of_the_campaign(world, main):
    page = main("/demarche/")
    assert f"Campagne {world.play.campaign.year}" in page
    assert "Clôture des dépôts" in page
    assert "Étape 4, confirmé" in page


def test_the_approach_stands_without_campaign(db, main):
    assert "Étape 1, projet" in main("/demarche/")


@pytest.mark.parametrize(
    ("rank", "sentences"),
    [
        (
            1,
            [
                "Rencontrer le correspondant ville durable du département.",
                "Le coordonnateur régional enregistre l’étape, ou explique ce qui manque encore.",
                "La candidature se dépose toute l’année.",
                "L’étape est publiée dès qu’elle est enregistrée.",
            ],
        ),
        (
            2,
            [
                "Répondre à chacun des engagements du référentiel.",
                "Deux experts sans lien avec l’opération",
                "Une visite de terrain a lieu",
                "la commission nationale délivre le label",
                "Elle est prévue le",
                "environ 5 mois après la clôture des dépôts",
            ],
        ),
        (4, ["Détenir déjà l’étape 3.", "Attendre 3 ans après la livraison de la dernière tranche"]),
    ],
)
def test_a_stage_says_what_it_asks_who_decides_and_when(world, main, rank, sentences):
    page = main(f"/demarche/etapes/{rank}/")
    for sentence in sentences:
        assert sentence in page


def test_stage_one_has_no_expert(world, main):
    page = main("/demarche/etapes/1/")
    assert "expert" not in page
    assert "visite de terrain" not in page


def test_a_stage_that_does_not_exist(world, client):
    assert client.get("/demarche/etapes/5/").status_code == 404


def test_five_stages_and_three_experts_are_data(db, main):
    scheme = Scheme.objects.create(code="a-cinq", title="Label en cinq étapes")
    for rank in range(1, 6):
        Stage.objects.create(
            scheme=scheme,
            rank=rank,
            name=f"pas {rank}",
            moment="un moment",
            promise="Une promesse.",
            sections=["identity"],
            experts=3,
            decision_path="regional_final_else_national",
        )
    Stage.objects.exclude(scheme=scheme).delete()
    assert "Label national en cinq étapes" in main("/")
    page = main("/demarche/etapes/5/")
    assert "Trois experts" in page
    assert "la commission nationale le fait quand la région n’a pas pu se prononcer" in page


@pytest.mark.parametrize("url", ["/demarche/", "/demarche/etapes/2/"])
def test_queries_are_few(world, queries, url):
    assert queries(url) <= 8
