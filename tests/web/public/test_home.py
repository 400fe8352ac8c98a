"""The home page: the campaign, the stages, the figures and the map come from data."""

import re
from datetime import timedelta

from ecoquartier.campaigns.models import Campaign, Milestone
from ecoquartier.core import clock
from ecoquartier.operations.models import Operation
from ecoquartier.territories.models import Commune
from ecoquartier.web.public import france


def test_without_anything_the_page_still_says_what_the_label_is(db, main):
    page = main("/")
    assert "Les quartiers durables, de la charte aux habitants" in page
    assert "Engager une opération" in page
    assert "opérations suivies" not in page
    assert "dans " not in page


def test_the_open_campaign_says_its_next_deadline(world, main):
    page = main("/")
    assert f"Campagne {world.play.campaign.year}" in page
    assert "Dépôt des candidatures jusqu’au" in page
    assert "dans 45 jours" in page


def test_the_last_days_are_said_in_words(world, main):
    deadline = Milestone.objects.get(campaign=world.play.campaign, code="filing")
    for shift, words in ((0, "aujourd’hui"), (1, "demain"), (2, "dans 2 jours")):
        Milestone.objects.filter(pk=deadline.pk).update(day=clock.today() + timedelta(days=shift))
        assert words in main("/")


def test_a_finished_campaign_is_not_called_open(world, main):
    for milestone in world.play.campaign.milestones.all():
        Milestone.objects.filter(pk=milestone.pk).update(day=milestone.day - timedelta(days=400))
    assert "Toutes les dates de cette campagne sont passées." in main("/")


def test_stages_are_those_of_the_scheme(world, main):
    stage = world.play.campaign.scheme.stages.get(rank=2)
    stage.promise = "Une promesse changée par le bureau."
    stage.save()
    page = main("/")
    assert "Label national en quatre étapes" in page
    assert "Une promesse changée par le bureau." in page
    assert 'href="/demarche/etapes/4/"' in page


def test_experts_are_announced_for_the_stages_that_have_some(world, main):
    said = "Aux étapes 2, 3 et 4, deux experts viennent sur place, la région examine le dossier"
    assert said in main("/")
    world.play.campaign.scheme.stages.filter(rank=4).update(experts=3)
    assert "Aux étapes 2, 3 et 4, des experts viennent" in main("/")
    Campaign.objects.update(paths={"2": "national_only", "4": "national_only"})
    assert "À l’étape 3, deux experts viennent sur place" in main("/")
    Campaign.objects.update(paths={str(rank): "national_only" for rank in (2, 3, 4)})
    page = main("/")
    assert "viennent sur place" not in page
    assert "Chaque opération avance par étapes, de la charte à la vie du quartier." in page


def test_figures_count_what_is_public_only(public_operation, main):
    public_operation(dwellings=1_200, types=["renewal"])
    public_operation("Les Rives", dwellings=300, types=["extension"])
    public_operation("La Gare")
    Operation.objects.filter(name="La Gare").update(figures={"dwellings": 99_999})
    page = main("/")
    assert "Voir les 3 opérations" in page
    assert "1 500" in page
    assert "50 %" in page
    assert "des 2 opérations dont le type est connu" in page


def test_dwellings_that_are_not_counted_are_said(public_operation, main):
    public_operation(dwellings=1_200)
    assert "sans" not in main("/").split("logements prévus ou livrés")[1].split("</")[0]
    public_operation("Les Rives", dwellings=300, state="abandoned", state_since="2020-01-01")
    page = main("/")
    assert "1 200" in page
    assert "dans l’opération qui les a indiqués, sans celles des opérations abandonnées" in page


def test_an_unknown_share_is_not_shown(public_operation, main):
    public_operation()
    page = main("/")
    assert "en renouvellement urbain" not in page
    assert "logements prévus ou livrés" not in page


def test_a_dot_says_the_operation_its_stage_and_whether_its_place_is_approximate(public_operation, main):
    Commune.objects.filter(pk="53147").update(is_place_approximate=True)
    Commune.objects.filter(pk="53130").update(is_place_approximate=False)
    public_operation()
    public_operation("Les Rives", commune="53147")
    page = main("/")
    assert "<title>Les Tanneries, Laval : Étape 3, label (2015)</title>" in page
    assert "<title>Les Rives, Mayenne : Étape 3, label (2015), position approximative</title>" in page
    assert "Pays de la Loire" in page


def test_each_stage_has_a_shape_of_its_own_on_the_map_and_in_its_legend(public_operation, main):
    public_operation()
    page = main("/")
    defined = dict(re.findall(r'<path id="(dot-[^"]+)" class="dot-shape [^"]+" d="([^"]+)"', page))
    explained = re.findall(r'<svg class="dot"[^>]*><use href="#([^"]+)"', page)
    assert explained == ["dot-is-empty", "dot-stage-1", "dot-stage-2", "dot-stage-3", "dot-stage-4"]
    # The charter's empty disc and the last stage's full one tell themselves apart by their filling.
    assert len({defined[tone] for tone in explained[1:]}) == 4
    assert re.findall(r'<use href="#(dot-[^"]+)" x=', page) == ["dot-stage-3"]


def test_a_place_stands_where_the_outline_has_it():
    # From the north down, from the west across; each overseas county in the frame of its own.
    (_x, dunkirk), (brest, _y), (strasbourg, _z) = (
        france.on_drawing(*place) for place in ((51.03, 2.38), (48.39, -4.49), (48.58, 7.75))
    )
    assert dunkirk < 30
    assert brest < 60
    assert strasbourg > 860
    for inset, place in zip(
        france.drawing()["insets"],
        (
            *((16.24, -61.53), (14.6, -61.07), (4.93, -52.33), (-20.88, 55.45), (-12.78, 45.23)),
            *((46.78, -56.18), (17.9, -62.85), (18.07, -63.08), (-13.28, -176.17), (-17.53, -149.57), (-22.27, 166.45)),
        ),
        strict=True,
    ):
        x, y = france.on_drawing(*place)
        assert inset["x"] < x < inset["x"] + inset["width"]
        assert inset["y"] < y < inset["y"] + inset["height"]
    assert france.on_drawing(-49.35, 70.22) is None


def test_the_dots_of_a_territory_overseas_stay_in_its_frame_off_its_name(public_operation, main):
    for number in range(12):
        public_operation(f"Quartier {number}", commune="97502")
    inset = france.inset_of(france.on_drawing(46.78, -56.18))
    for x, y in re.findall(r'<use href="[^"]*" x="([\d.]+)" y="([\d.]+)"', main("/")):
        assert inset["x"] + france.REACH <= float(x) <= inset["x"] + inset["width"] - france.REACH
        assert inset["y"] + france.REACH <= float(y) <= inset["foot"] - france.REACH


def test_operations_beyond_the_map_are_counted(public_operation, main):
    for number in range(14):
        public_operation(f"Quartier {number}")
    page = main("/")
    assert len(re.findall(r"<use href=\"#dot-[a-z1-4-]+\" x=", page)) == 12
    assert "2 autres opérations ne sont pas dessinées." in page


def test_queries_are_few_and_constant(world, public_operation, queries):
    public_operation()
    one = queries("/")
    public_operation("Les Rives", commune="97411")
    public_operation("La Gare", commune="75056")
    assert queries("/") == one <= 8


def test_an_unchanged_page_is_not_sent_again(world, client):
    etag = client.get("/").headers["ETag"]
    assert client.get("/", headers={"If-None-Match": etag}).status_code == 304
    world.part()
    assert client.get("/", headers={"If-None-Match": etag}).status_code == 200
    Campaign.objects.get(pk=world.play.campaign.pk).milestones.filter(code="filing").update(day=clock.today())
    assert client.get("/").headers["ETag"] != etag


def test_the_page_is_the_same_for_everybody_and_sets_no_cookie(world, client):
    visitor = client.get("/")
    assert not visitor.cookies
    client.force_login(world.bureau)
    assert client.get("/").content == visitor.content
