"""The approach and its stages, in sentences made from the scheme's columns."""

from datetime import timedelta

import pytest

from ecoquartier.campaigns.enums import MilestoneCode
from ecoquartier.campaigns.models import Campaign, Scheme
from ecoquartier.campaigns.services import load_scheme, open_campaign, reschedule
from ecoquartier.core import clock
from ecoquartier.core.text import long_date
from ecoquartier.framework.models import Dimension, Framework
from tests.support.schemes import invented_scheme


def test_the_approach_says_what_is_open_and_what_comes_next(world, main):
    page = main("/demarche/")
    assert f"Campagne {world.play.campaign.year}" in page
    assert "Dépôt des candidatures jusqu’au" in page
    assert "Prochaine date : clôture des dépôts" in page
    assert "Étape 4, confirmé" in page


def test_the_approach_stands_without_campaign(db, main):
    assert "Étape 1, projet" in main("/demarche/")


def test_the_approach_says_who_looks_and_who_decides_along_the_scheme(world, main):
    page = main("/demarche/")
    assert "deux experts, avec une visite" in page
    assert page.count("La commission régionale propose ou ajourne") == 3
    assert "Quatre étapes, de la charte" not in page
    Campaign.objects.update(scheme=load_scheme(invented_scheme()))
    page = main("/demarche/")
    assert "trois experts, avec une visite" in page
    assert "La commission de massif décide" in page
    assert "commission régionale" not in page


def test_challenges_and_goals_are_those_of_the_referentiel(world, main):
    page = main("/demarche/")
    for said in ("Sobriété", "Faire mieux avec moins", "Cadre de vie et usages", "11. Villes et communautés durables"):
        assert said in page
    for said in ("À Quito", "Habitat III", "Nouveau Programme pour les villes"):
        assert said.lower() in page.lower()
    own = Framework.objects.create(code="2040", title="Demain", challenges=[{"code": "sante", "title": "santé"}])
    Dimension.objects.create(framework=own, code="A", rank=1, title="Respirer")
    Campaign.objects.update(framework=own)
    page = main("/demarche/")
    assert "Santé" in page
    assert "Respirer" in page
    assert "Cadre de vie et usages" not in page


def test_what_no_candidature_holds_yet_is_said_where_stages_are_presented(world, main):
    for url, said in (
        ("/demarche/", "À préparer dès maintenant : objectifs des indicateurs, résultats des indicateurs, auto"),
        ("/demarche/etapes/2/", "À préparer dès maintenant : objectifs des indicateurs. Ces pièces"),
        ("/demarche/etapes/4/", "évaluation partagée et influence au-delà du périmètre. Ces pièces"),
    ):
        page = main(url)
        assert said in page
        assert "elles se remettent au correspondant du département" in page
    assert "À préparer dès maintenant" not in main("/demarche/etapes/1/")
    bare = {"rank": 1, "name": "idée", "moment": "avant", "promise": "Une.", "sections": ["identity"], "experts": 0}
    bare |= {"visit": False, "decision_path": "registration"}
    Campaign.objects.update(scheme=load_scheme({**invented_scheme(), "stages": [bare]}))
    for url in ("/demarche/", "/demarche/etapes/1/"):
        assert "À préparer" not in main(url)


def test_goals_lead_to_the_commitments_that_serve_them(world, main):
    page = main("/demarche/")
    assert '<a href="/referentiel/?odd=11">11. Villes et communautés durables</a>' in page
    own = Framework.objects.create(code="2040", title="Demain")
    Dimension.objects.create(framework=own, code="A", rank=1, title="Répondre à l'urgence", motto="C'est maintenant")
    Campaign.objects.update(framework=own)
    page = main("/demarche/")
    assert "Répondre à l’urgence" in page
    assert "C’est maintenant" in page


@pytest.mark.parametrize(
    ("rank", "sentences"),
    [
        (
            1,
            [
                "Rencontrer le correspondant ville durable du département.",
                "Si la rencontre demandée ne s’est pas tenue en 30 jours, le bureau national peut en dispenser.",
                "Le coordonnateur régional enregistre l’étape, ou explique ce qui manque encore.",
                "La candidature se dépose toute l’année.",
                "L’étape est publiée dès qu’elle est acquise.",
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
        (
            4,
            [
                "Détenir déjà l’étape 3, livré, ou son équivalente d’un régime plus ancien.",
                "Attendre 3 ans après la livraison de la dernière tranche",
            ],
        ),
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
    Scheme.objects.update(is_default=False)
    load_scheme(invented_scheme() | {"is_default": True})
    assert "Label national en cinq étapes" in main("/")
    page = main("/demarche/etapes/5/")
    assert "Trois experts" in page
    assert "la commission nationale le fait quand elle n’a pas pu se prononcer" in page


def test_a_campaign_may_have_its_own_path(world, main):
    Campaign.objects.update(paths={"2": "national_only"})
    page = main("/demarche/etapes/2/")
    assert "La commission nationale décide." in page
    assert "propose ou ajourne" not in page
    assert "propose ou ajourne" in main("/demarche/etapes/3/")


def test_the_calendar_says_each_date_and_what_became_of_it(world, main):
    campaign = world.play.campaign
    page = main("/demarche/calendrier/")
    assert f"Calendrier de la campagne {campaign.year}" in page
    assert page.count('scope="row"') == len(MilestoneCode)
    assert "Ouvert en ce moment" in page
    assert "au lieu du" not in page
    former = campaign.milestone("filing")
    reschedule(campaign, actor=world.bureau, days={"filing": former + timedelta(days=2)}, reason="Grève des postes.")
    page = main("/demarche/calendrier/")
    assert f"au lieu du {long_date(former)}. Grève des postes.".replace("\u00a0", " ") in page


def test_past_campaigns_keep_their_calendar_and_those_to_come_have_none_yet(world, main, client):
    scheme, framework, year = world.play.campaign.scheme, world.play.campaign.framework, world.play.campaign.year
    for other in (year - 2, year + 2):
        open_campaign(other, scheme=scheme, framework=framework)
    assert f"Campagne {year - 2}" in main("/demarche/calendrier/")
    assert f"Campagne {year + 2}" not in main("/demarche/calendrier/")
    assert "passé" in main(f"/demarche/calendrier/{year - 2}/")
    assert client.get(f"/demarche/calendrier/{year + 2}/").status_code == 404


def test_without_a_campaign_the_calendar_says_so(db, main):
    assert "Aucune campagne n’est encore lancée" in main("/demarche/calendrier/")


def test_a_closed_campaign_opens_nothing(world, main):
    Campaign.objects.update(closed_at=clock.now())
    for url in ("/", "/demarche/", "/demarche/calendrier/"):
        page = main(url)
        assert "campagne est close" in page
        assert "Dépôt des candidatures jusqu’au" not in page


@pytest.mark.parametrize("url", ["/", "/demarche/", "/demarche/etapes/2/", "/demarche/calendrier/"])
def test_an_unchanged_page_is_not_sent_again(world, client, url):
    etag = client.get(url).headers["ETag"]
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 304
    reschedule(
        world.play.campaign,
        actor=world.bureau,
        days={"filing": world.play.campaign.milestone("filing") + timedelta(days=1)},
        reason="Jour férié.",
    )
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("url", ["/demarche/", "/demarche/etapes/2/", "/demarche/calendrier/"])
def test_queries_are_few(world, queries, url):
    assert queries(url) <= 8
