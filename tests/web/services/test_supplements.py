"""Local supplements on screen: who reads, who writes, who publishes, what a forged form obtains."""

import re

import pytest
from django.urls import reverse

from ecoquartier.campaigns.models import Campaign
from ecoquartier.framework.domain.local import MAX_INDICATORS
from ecoquartier.framework.models import Framework, LocalSupplement
from ecoquartier.framework.queries import commitments_in_use
from ecoquartier.framework.services import elements, mapping
from ecoquartier.framework.services.supplements import (
    propose_supplement,
    publish_supplement,
    withdraw_supplement,
    write_supplement,
)
from ecoquartier.framework.services.versions import copy_version, publish, retire
from ecoquartier.territories.models import County, Region
from tests.support.pages import queries_of, read, signed_in, words

LIST = reverse("services:supplements")
WRITE = reverse("services:supplement-write")
REASON = "Le littoral recule."
INDICATOR = {"title": "Recul du trait", "unit": "m/an", "kind": "decimal", "direction": "lower", "method": "Chaque an."}
ACTS = ("change", "copy", "propose", "return", "publish", "withdraw")


@pytest.fixture
def sixteen(db):
    return Framework.objects.get(pk="2016").commitments.get(number=16)


@pytest.fixture
def draft(world, sixteen):
    return write(world, sixteen)


@pytest.fixture
def far(world):
    """The services of another region."""
    county = County.objects.exclude(region=world.commune.county.region).first()
    return {
        "correspondent": world.cast.correspondent(county),
        "coordinator": world.cast.coordinator(county.region),
        "county": county,
    }


def write(world, commitment, **values):
    """A draft of the county, unless told."""
    values = {"actor": world.correspondent, "county": world.commune.county, "guidance": "Lire la carte."} | values
    return write_supplement(commitment, **{"reason": REASON, **values})


def shown(world, commitment, **values):
    """A published one."""
    proposed = propose_supplement(write(world, commitment, **values), actor=world.correspondent)
    return publish_supplement(proposed, actor=world.coordinator)


def page_of(supplement, act=""):
    return reverse(f"services:supplement{'-' if act else ''}{act}", kwargs={"pk": supplement.pk})


def filled(commitment, **values):
    """What the form sends."""
    texts = {"guidance": "Lire la carte.", "questions": "Où sera la plage ?\nQui paie ?", "reason": REASON}
    return {"territory": "county-53", "commitment": str(commitment.pk), "rows": "1"} | texts | values


def indicator(number=1, **values):
    return {f"indicator_{number}_{part}": value for part, value in {**INDICATOR, **values}.items()}


def values_of(response):
    """What the fields of the page hold, by name."""
    html = response.content.decode().partition("<main")[2]
    found = dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\s*([^<]*)</textarea>', html))
    for tag in re.findall(r"<input[^>]*>", html):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        found[attributes.get("name", "")] = attributes.get("value", "")
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)"[^>]*selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


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


# --- The next version ---------------------------------------------------------------------------------------------


def following(world, sixteen, *, change="same"):
    """A published version 2031, in which the sixteenth commitment became what is told."""
    version = copy_version(sixteen.framework, actor=world.bureau, code="2031", title="Référentiel 2031")
    if change == "removed":
        gone = version.commitments.get(number=16)
        for element in (*gone.indicators.all(), gone):
            elements.remove_element(version, actor=world.bureau, element=element)
        mapping.complete_mapping(version, actor=world.bureau)
    if change == "split":
        old = version.commitments.get(number=16)
        values = {name: getattr(old, name) for name in elements.FIELDS[type(old)]}
        part = elements.add_element(
            version, actor=world.bureau, model=type(old), **{**values, "number": 21, "short": "Seconde part"}
        )
        notion = old.notions.first()
        kept = {name: getattr(notion, name) for name in elements.FIELDS[type(notion)]}
        elements.add_element(
            version, actor=world.bureau, model=type(notion), **{**kept, "commitment": part, "code": "21.1"}
        )
        mapping.complete_mapping(version, actor=world.bureau)
        mapping.link(version, actor=world.bureau, kind="commitment", change="split", old=["16"], new=["16", "21"])
    return publish(version, actor=world.bureau)


def test_what_is_published_is_taken_up_in_the_next_version(world, sixteen, far):
    old = shown(world, sixteen, indicators=[INDICATOR], questions="Où ?")
    assert "Reprendre" not in read(world.correspondent, LIST)
    version = following(world, sixteen)
    for person in (world.correspondent, world.bureau):
        assert "Reprendre dans la version 2031" in read(person, LIST)
    for person in (far["correspondent"], world.coordinator):
        page = read(person, LIST)
        assert "version précédente" in page
        assert "Reprendre" not in page
    client = signed_in(world.correspondent)
    opened = client.get(page_of(old, "copy"))
    assert "Reprendre dans la version 2031" in words(opened)
    values = values_of(opened)
    sixteenth = version.commitments.get(number=16)
    assert values["commitment"] == str(sixteenth.pk)
    sent = {name: value for name, value in values.items() if name and name != "csrfmiddlewaretoken"}
    assert client.post(page_of(old, "copy"), sent).status_code == 302
    copy = LocalSupplement.objects.get(origin=old)
    assert (copy.commitment, copy.state, copy.county, copy.guidance) == (sixteenth, "draft", old.county, old.guidance)
    assert (copy.question_list, copy.indicators) == (["Où ?"], [INDICATOR])
    page = read(world.correspondent, LIST)
    assert "reprise dans la version 2031" in page
    assert "Reprendre dans la version 2031" not in page
    old.refresh_from_db()
    assert old.state == "published"


def test_without_a_single_counterpart_the_person_chooses(world, sixteen):
    old = shown(world, sixteen)
    following(world, sixteen, change="split")
    opened = signed_in(world.correspondent).get(page_of(old, "copy"))
    assert "est scindé dans « Référentiel 2031 »" in words(opened)
    assert values_of(opened)["commitment"] == ""


def test_one_writes_in_the_version_of_the_campaign_or_in_another_that_is_in_use(world, sixteen):
    client = signed_in(world.correspondent)
    assert "Version du référentiel" not in client.get(WRITE).content.decode()
    newer = following(world, sixteen).commitments.get(number=16)
    opened = client.get(WRITE)
    # The campaign of the moment follows the older one.
    html = opened.content.decode()
    assert f'value="{sixteen.pk}"' in html
    assert f'value="{newer.pk}"' not in html
    assert '<a href="?version=2016" aria-current="page">' in html
    assert client.post(WRITE, filled(newer)).status_code == 422
    assert f'value="{newer.pk}"' in client.get(f"{WRITE}?version=2031").content.decode()
    assert client.post(f"{WRITE}?version=2031", filled(newer)).status_code == 302
    assert LocalSupplement.objects.get().commitment == newer
    assert f'value="{sixteen.pk}"' in client.get(f"{WRITE}?version=1999").content.decode()


def test_what_is_published_is_written_again_in_its_own_version_while_it_is_in_use(world, sixteen):
    old, client = shown(world, sixteen), signed_in(world.correspondent)
    version = following(world, sixteen)
    here = f"{page_of(old, 'copy')}?version=2016"
    page = client.get(page_of(old)).content.decode()
    assert f'href="{here}"' in page
    assert "Reprendre dans la version 2031" in page
    assert values_of(client.get(here))["commitment"] == str(sixteen.pk)
    Campaign.objects.update(framework=version)
    retire(sixteen.framework, actor=world.bureau)
    page = client.get(page_of(old)).content.decode()
    assert "Écrire à partir de celle-ci" not in page
    assert "Reprendre dans la version 2031" in page


def test_publishing_says_in_which_notebooks_it_is_read(world, draft):
    propose_supplement(draft, actor=world.correspondent)
    effects = read(world.coordinator, page_of(draft, "publish"))
    assert "dans les carnets qui suivent la version 2016" in effects


def test_what_has_no_counterpart_is_written_elsewhere(world, sixteen):
    old = shown(world, sixteen)
    version = following(world, sixteen, change="removed")
    client = signed_in(world.correspondent)
    opened = client.get(page_of(old, "copy"))
    assert "n’est plus dans « Référentiel 2031 »" in words(opened)
    sent = {"guidance": old.guidance, "reason": REASON, "rows": "1", "commitment": ""}
    assert client.post(page_of(old, "copy"), sent).status_code == 422
    chosen = commitments_in_use().get(framework=version, number=15)
    assert client.post(page_of(old, "copy"), {**sent, "commitment": chosen.pk}).status_code == 302
    assert LocalSupplement.objects.get(origin=old).commitment == chosen


def test_what_is_withdrawn_is_corrected_in_a_new_draft(world, sixteen):
    old = withdraw_supplement(shown(world, sixteen), actor=world.coordinator, reason="Faute.")
    page = read(world.correspondent, page_of(old))
    assert "Écrire à partir de celle-ci" in page
    values = values_of(signed_in(world.correspondent).get(page_of(old, "copy")))
    assert values["commitment"] == str(sixteen.pk)


# --- Where it serves ----------------------------------------------------------------------------------------------


def test_the_notebook_shows_what_its_territory_adds(world, sixteen, far):
    part = world.part(filled=False)
    answer = reverse("holder:answer", kwargs={"pk": part.operation.pk, "number": 16})
    before = queries_of(part.lead, answer)
    write(world, sixteen, guidance="Brouillon du département.")
    shown(world, sixteen, questions="Où sera la plage ?")
    theirs = write(world, sixteen, actor=world.bureau, county=far["county"], guidance="Ailleurs.")
    publish_supplement(propose_supplement(theirs, actor=world.bureau), actor=world.bureau)
    other = shown(world, sixteen.framework.commitments.get(number=1), guidance="D’un autre engagement.")
    page = read(part.lead, answer)
    assert "Ce qu’ajoute Mayenne (53)" in page
    assert "Où sera la plage ?" in page
    for hidden in ("Brouillon du département.", "Ailleurs.", "D’un autre engagement."):
        assert hidden not in page
    assert other.guidance in read(part.lead, reverse("holder:answer", kwargs={"pk": part.operation.pk, "number": 1}))
    assert queries_of(part.lead, answer) == before <= 15
