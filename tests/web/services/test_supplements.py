"""Local supplements on screen: who reads, who writes, who publishes, what a forged form obtains."""

import pytest

from ecoquartier.campaigns.models import Campaign
from ecoquartier.framework.domain.local import MAX_INDICATORS
from ecoquartier.framework.models import LocalSupplement
from ecoquartier.framework.services.supplements import (
    propose_supplement,
    publish_supplement,
)
from ecoquartier.framework.services.versions import copy_version, publish, retire
from ecoquartier.territories.models import Region
from tests.support.pages import queries_of, read, signed_in, words
from tests.support.supplements import (
    INDICATOR,
    LIST,
    REASON,
    WRITE,
    filled,
    indicator,
    page_of,
    shown,
    values_of,
    write,
)

ACTS = ("change", "copy", "propose", "return", "publish", "withdraw")


# --- Reading ------------------------------------------------------------------------------------------------------


def test_an_empty_list_says_what_to_do(world):
    page = read(world.correspondent, LIST)
    assert "Écrivez la première" in page
    assert "elle ajoute, elle ne retire et ne remplace jamais rien" in page
    assert "Aucun résultat avec ces filtres." in read(world.correspondent, f"{LIST}?q=absente")


def test_each_sees_the_drafts_of_the_territory_and_all_that_is_published(world, sixteen, draft, far):
    for person in (world.correspondent, world.coordinator, world.bureau):
        assert str(draft.commitment) in read(person, LIST)
    for person in (far["correspondent"], far["coordinator"]):
        assert "Écrivez la première" in read(person, LIST)
        assert signed_in(person).get(page_of(draft)).status_code == 404
    published = shown(world, sixteen, reason="Le littoral recule encore.")
    for person in (far["correspondent"], far["coordinator"]):
        assert "Mayenne (53)" in read(person, LIST)
        page = read(person, page_of(published))
        assert "Ce que le public lit" in page
        assert "Lire la carte." in page
        # What happened inside the territory stays there.
        assert "Ce qui s’est passé" not in page
    assert "Déclinaison locale proposée" in read(world.correspondent, page_of(published))


def test_it_is_not_for_those_who_serve_no_territory(client, world, sixteen):
    published = shown(world, sixteen)
    part = world.part(filled=False)
    for person in (part.lead, part.elected, world.cast.experts[0]):
        other = signed_in(person)
        assert other.get(LIST).status_code == 403
        assert other.get(WRITE).status_code == 403
        assert other.get(page_of(published)).status_code == 404
        assert other.post(WRITE, filled(sixteen)).status_code == 403
    for address in (LIST, WRITE, page_of(published)):
        assert "/compte/connexion/" in client.get(address)["Location"]


def test_filters_narrow_the_list(world, sixteen, draft):
    shown(world, sixteen.framework.commitments.get(number=1), guidance="Planter des haies.")
    region = world.commune.county.region
    write(world, sixteen, actor=world.coordinator, county=None, region=region, indicators=[INDICATOR])
    for query, count in {
        "q=haies": 1,
        "q=recul+du+trait": 1,
        "etat=published": 1,
        "etat=draft": 2,
        "territoire=county-53": 2,
        f"territoire=region-{region.pk}": 3,
        "territoire=region-04": 0,
        f"engagement={sixteen.pk}": 2,
        f"engagement={sixteen.pk}&etat=draft&q=carte": 2,
    }.items():
        page = read(world.coordinator, f"{LIST}?{query}")
        assert f"{count} résultat" in page, query
    assert "0 résultat" in read(world.coordinator, f"{LIST}?territoire=region-99")


def test_the_pages_cost_the_same_whatever_they_hold(world, sixteen):
    for person in (world.coordinator, world.bureau):
        LocalSupplement.objects.all().delete()
        first = write(world, sixteen)
        one = queries_of(person, LIST), queries_of(person, page_of(first))
        for number in (1, 2):
            shown(world, sixteen.framework.commitments.get(number=number), indicators=[INDICATOR, INDICATOR])
        three = queries_of(person, LIST), queries_of(person, page_of(first))
        assert three == one
        assert max(three) <= 15


# --- Writing ------------------------------------------------------------------------------------------------------


def test_a_correspondent_writes_reads_again_and_proposes(world, sixteen):
    client = signed_in(world.correspondent)
    opened = client.get(WRITE)
    assert values_of(opened)["territory"] == ""  # nothing else to choose: the first option is the county
    assert "Choisir" not in opened.content.decode().partition('name="territory"')[2].partition("</select>")[0]
    response = client.post(WRITE, filled(sixteen, **indicator()))
    supplement = LocalSupplement.objects.get()
    assert response["Location"] == page_of(supplement)
    assert (supplement.county_id, supplement.region_id, supplement.commitment) == ("53", None, sixteen)
    assert supplement.indicators == [INDICATOR]
    page = words(client.get(page_of(supplement)))
    for expected in (
        "Aperçu : ce que le public lirait",
        "Où sera la plage ?",
        "Recul du trait",
        "Nombre (m/an)",
        REASON,
    ):
        assert expected in page
    changed = client.post(
        page_of(supplement, "change"), {"guidance": "", "questions": "Qui ?", "reason": REASON, "rows": "1"}
    )
    assert changed.status_code == 302
    supplement.refresh_from_db()
    assert (supplement.guidance, supplement.questions, supplement.indicators) == ("", "Qui ?", [])
    effects = words(client.get(page_of(supplement, "propose")))
    assert "Le coordonnateur de la région est prévenu" in effects
    assert client.post(page_of(supplement, "propose")).status_code == 302
    supplement.refresh_from_db()
    assert supplement.state == "proposed"


def test_the_form_opens_with_what_is_written(world, draft):
    two = [INDICATOR, {**INDICATOR, "title": "Surface reculée", "unit": ""}]
    LocalSupplement.objects.filter(pk=draft.pk).update(questions="Où ?\nQuand ?", indicators=two)
    client = signed_in(world.correspondent)
    values = values_of(client.get(page_of(draft, "change")))
    sent = {name: values[name] for name in values if name.startswith(("guid", "ques", "indic", "reason", "rows"))}
    assert sent["indicator_2_title"] == "Surface reculée"
    assert client.post(page_of(draft, "change"), sent).status_code == 302
    draft.refresh_from_db()
    assert (draft.questions.split(), draft.indicators) == (["Où", "?", "Quand", "?"], two)


def test_one_more_indicator_keeps_what_was_typed(world, sixteen):
    client = signed_in(world.correspondent)
    sent = filled(sixteen, reason="", **indicator(kind=""), ajouter="1")
    response = client.post(WRITE, sent)
    assert response.status_code == 200
    values = values_of(response)
    assert values["rows"] == "2"
    assert {name: values[name] for name in sent if name not in {"rows", "ajouter", "territory"}} == {
        name: value for name, value in sent.items() if name not in {"rows", "ajouter", "territory"}
    }
    assert "indicator_2_title" in values
    # Nothing is refused while one is still writing.
    assert "à corriger" not in words(response)
    assert not LocalSupplement.objects.exists()
    full = client.post(WRITE, {**sent, "rows": str(MAX_INDICATORS)})
    assert values_of(full)["rows"] == str(MAX_INDICATORS)
    assert "Ajouter un indicateur" not in words(full)
    assert values_of(client.post(WRITE, {**sent, "rows": "9" * 5000}))["rows"] == "2"


def test_what_is_wrong_is_said_beside_its_field_and_kept(world, sixteen):
    client = signed_in(world.correspondent)
    response = client.post(WRITE, filled(sixteen, reason=" ", questions="x" * 2001, **indicator(kind="", title="")))
    assert response.status_code == 422
    page = words(response)
    assert "4 points à corriger" in page
    assert "Dites pourquoi ce territoire a besoin de cette déclinaison." in page
    assert "Une question dépasse 2000 signes." in page
    assert "videz tout l’indicateur" in page
    assert values_of(response)["indicator_1_unit"] == "m/an"
    assert values_of(response)["commitment"] == str(sixteen.pk)
    assert not LocalSupplement.objects.exists()


def test_an_empty_indicator_is_left_out(world, sixteen):
    sent = filled(sixteen, rows="3", **indicator(2))
    assert signed_in(world.correspondent).post(WRITE, sent).status_code == 302
    assert LocalSupplement.objects.get().indicators == [INDICATOR]


@pytest.mark.parametrize(
    ("who", "territory"),
    [("correspondent", "county-44"), ("correspondent", "region-52"), ("coordinator", "county-53")],
)
def test_nobody_writes_for_another_territory(world, sixteen, who, territory):
    response = signed_in(getattr(world, who)).post(WRITE, filled(sixteen, territory=territory))
    assert response.status_code == 422
    assert "Choisissez dans la liste." in words(response)
    assert not LocalSupplement.objects.exists()


def test_nothing_is_added_to_a_version_that_is_not_in_use(world, sixteen):
    draft = copy_version(sixteen.framework, actor=world.bureau, code="2031", title="Référentiel 2031")
    client = signed_in(world.correspondent)
    assert client.post(WRITE, filled(draft.commitments.get(number=16))).status_code == 422
    Campaign.objects.update(framework=publish(draft, actor=world.bureau))
    retire(sixteen.framework, actor=world.bureau)
    assert client.post(WRITE, filled(sixteen)).status_code == 422
    assert not LocalSupplement.objects.exists()


def test_the_bureau_writes_for_any_territory(world, sixteen):
    response = signed_in(world.bureau).post(WRITE, filled(sixteen, territory="region-04"))
    assert response.status_code == 302
    assert LocalSupplement.objects.get().region == Region.objects.get(pk="04")


# --- Acting -------------------------------------------------------------------------------------------------------


def test_each_step_is_offered_to_those_who_take_it(world, sixteen, draft):
    page = read(world.correspondent, page_of(draft))
    assert "Proposer à la publication" in page
    assert "Modifier" in page
    assert "Le département ne l’a pas encore proposée." in read(world.coordinator, page_of(draft))
    propose_supplement(draft, actor=world.correspondent)
    page = read(world.correspondent, page_of(draft))
    assert "Remettre en préparation" in page
    assert "Publier" not in page
    assert "Modifier" not in page
    page = read(world.coordinator, page_of(draft))
    assert "Publier" in page
    assert "Remettre en préparation" in page


def test_a_coordinator_gives_back_publishes_and_withdraws(world, draft):
    propose_supplement(draft, actor=world.correspondent)
    client = signed_in(world.coordinator)
    assert client.post(page_of(draft, "return"), {"reason": ""}).status_code == 422
    assert client.post(page_of(draft, "return"), {"reason": "À chiffrer."}).status_code == 302
    assert "À chiffrer." in read(world.correspondent, page_of(draft))
    assert client.post(page_of(draft, "publish")).status_code == 422
    propose_supplement(draft, actor=world.correspondent)
    assert "Son texte ne changera plus" in words(client.get(page_of(draft, "publish")))
    assert client.post(page_of(draft, "publish")).status_code == 302
    again = client.post(page_of(draft, "publish"))
    assert again.status_code == 422
    assert "C’est déjà fait" in words(again)
    assert client.post(page_of(draft, "withdraw"), {"reason": "Dépassée."}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "withdrawn"
    assert "Dépassée." in read(world.correspondent, page_of(draft))


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_refused_to_the_others(world, sixteen, far, act):
    supplement = write(world, sixteen)
    sent = {"reason": "Non.", "rows": "1"}
    for person in (far["correspondent"], far["coordinator"], world.cast.experts[0]):
        assert signed_in(person).post(page_of(supplement, act), sent).status_code == 404
    propose_supplement(supplement, actor=world.correspondent)
    publish_supplement(supplement, actor=world.coordinator)
    for person in (far["correspondent"], far["coordinator"]):
        assert signed_in(person).post(page_of(supplement, act), sent).status_code == 403
    mine = {"publish", "withdraw"} if act in {"publish", "withdraw"} else set()
    refused = {"correspondent"} if mine else {"coordinator"} - ({"coordinator"} if act == "return" else set())
    for who in refused:
        assert signed_in(getattr(world, who)).post(page_of(supplement, act), sent).status_code == 403
    supplement.refresh_from_db()
    assert (supplement.state, supplement.guidance) == ("published", "Lire la carte.")


def test_what_is_published_is_not_written_again(world, sixteen):
    published = shown(world, sixteen)
    client = signed_in(world.correspondent)
    assert "écrivez-en une autre à partir d’elle" in words(client.get(page_of(published, "change")))
    sent = {"guidance": "Autre.", "reason": REASON, "rows": "1"}
    assert client.post(page_of(published, "change"), sent).status_code == 422
    published.refresh_from_db()
    assert published.guidance == "Lire la carte."
