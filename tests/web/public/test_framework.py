"""The référentiel as a guide: browsed, searched, printed; what is official and what is only indicative."""

import re
from dataclasses import replace

import pytest
from django.utils.html import escape

from ecoquartier.core import clock
from ecoquartier.framework.models import Commitment, Framework, LocalSupplement
from ecoquartier.framework.services.files import create
from ecoquartier.territories.models import County, Region
from ecoquartier.web.templatetags.typography import french
from tests.framework import samples


def added(commitment, *, county=None, region=None, **fields):
    """What a territory adds, as everybody reads it."""
    values = {"guidance": "Regarder la carte du recul.", "reason": "Le littoral recule."}
    values |= {"state": "published", "published_at": clock.now()}
    return LocalSupplement.objects.create(
        commitment=commitment,
        county=county and County.objects.get(pk=county),
        region=region and Region.objects.get(pk=region),
        **values | fields,
    )


def published(code="2031", *, state="published", **values):
    """A second version, of two commitments."""
    notes = [samples.notion("1.1", "Sols vivants", ("Où pousse un arbre ?",))]
    version = samples.version(
        samples.commitment(1, "Faire place à la nature", notes),
        samples.commitment(2, "Compter"),
        indicators=[samples.indicator("I01", 2, "Arbres plantés", unit="arbres", kind="integer", direction="lower")],
        code=code,
    )
    framework = create(replace(version, title=f"Référentiel {code}", **values))
    stamps = {"published_at": clock.now(), "retired_at": clock.now() if state == "retired" else None}
    Framework.objects.filter(pk=framework.pk).update(state=state, **({} if state == "draft" else stamps))
    return Framework.objects.get(pk=code)


@pytest.fixture
def sixteen(db):
    return Commitment.objects.get(framework="2016", number=16)


# --- The version --------------------------------------------------------------------------------------------------


def test_the_twenty_commitments_stand_by_dimension(db, main):
    page = main("/referentiel/")
    assert "20 engagements, 41 notions, 24 indicateurs" in page
    sections = re.findall(r"<section class=\"card\".*?</section>", page)
    shown = {re.search(r"<h2[^>]*>(.*?)</h2>", s)[1]: re.findall(r"/referentiel/2016/(\d+)/", s) for s in sections}
    assert {name: numbers for name, numbers in shown.items() if numbers} == {
        "Démarche et processus": ["1", "2", "3", "4", "5"],
        "Cadre de vie et usages": ["6", "7", "8", "9", "10"],
        "Développement territorial": ["11", "12", "13", "14", "15"],
        "Environnement et climat": ["16", "17", "18", "19", "20"],
    }


def test_the_version_of_the_campaign_comes_first(world, main):
    published()
    assert "Référentiel ÉcoQuartier 2016" in main("/referentiel/")
    assert ">Référentiel 2031</a> (publiée)" in main("/referentiel/")
    assert "Faire place à la nature" in main("/referentiel/2031/")


def test_the_newest_version_comes_first_without_a_campaign(db, main):
    published()
    assert "Faire place à la nature" in main("/referentiel/")


def test_a_platform_without_a_version_says_so(db, main, monkeypatch):
    monkeypatch.setattr("ecoquartier.web.public.framework.current_framework", lambda: None)
    assert "n’est pas encore chargé" in main("/referentiel/")


def test_a_retired_version_leads_to_the_one_in_use(db, main):
    published("ancienne", state="retired")
    for url in ("", "1/", "indicateurs/", "imprimer/"):
        page = main(f"/referentiel/ancienne/{url}")
        assert "Cette version est retirée" in page, url
        assert 'href="/referentiel/2016/">Lire la version en usage : Référentiel ÉcoQuartier 2016' in page, url
        assert "est retirée" not in main(f"/referentiel/2016/{url}"), url


def test_a_retired_version_that_the_campaign_keeps_leads_to_the_next(world, main):
    published("2031")
    Framework.objects.filter(pk="2016").update(state="retired", retired_at=clock.now())
    page = main("/referentiel/")
    assert "Cette version est retirée" in page
    assert "Lire la version en usage : Référentiel 2031" in page


PAGES = ("", "1/", "indicateurs/", "imprimer/", "referentiel.pdf", "referentiel.ods", "referentiel.yaml")


def test_nobody_reads_a_draft_here(db, client, main, site_map):
    published("brouillon", state="draft")
    for url in PAGES:
        assert client.get(f"/referentiel/brouillon/{url}").status_code == 404, url
    for url in ("/referentiel/", "/referentiel/2016/", "/referentiel/comparer/?a=brouillon", "/referentiel/?q=arbre"):
        assert "Référentiel brouillon" not in main(url), url
        assert "Faire place à la nature" not in main(url), url
    assert not re.search("brouillon|comparer", " ".join(site_map()))
    Framework.objects.filter(pk="brouillon").update(state="published", published_at=clock.now())
    for url in PAGES:
        assert client.get(f"/referentiel/brouillon/{url}").status_code == 200, url
    assert "Référentiel brouillon" in main("/referentiel/2016/")
    assert "Faire place à la <mark>nature</mark>" in main("/referentiel/brouillon/?q=nature")
    found = {f"http://testserver/referentiel/{path}" for path in ("brouillon/indicateurs/", "comparer/")}
    assert found <= set(site_map())


@pytest.mark.parametrize("url", ["/referentiel/2016/21/", "/referentiel/2031/1/", "/referentiel/2031/"])
def test_what_does_not_exist(db, client, url):
    assert client.get(url).status_code == 404


# --- Browsing -----------------------------------------------------------------------------------------------------


def listed(page):
    return {int(number) for number in re.findall(r"guide-link\" href=\"/referentiel/2016/(\d+)/", page)}


def test_commitments_by_challenge_and_by_goal(db, main):
    rows = Commitment.objects.filter(framework="2016")
    resilient = {row.number for row in rows if "resilience" in row.challenges}
    marine = {row.number for row in rows if 14 in row.sdgs}
    assert listed(main("/referentiel/?enjeu=resilience")) == resilient
    assert listed(main("/referentiel/2016/?odd=14")) == marine
    assert listed(main("/referentiel/?enjeu=resilience&odd=14")) == resilient & marine == {19, 20}
    page = main("/referentiel/")
    assert f">Résilience ({len(resilient)})</option>" in page
    assert f">14. Vie aquatique ({len(marine)})</option>" in page
    assert "4. Éducation de qualité (1)" in page
    assert "sert à la fois" in main("/referentiel/?enjeu=inclusion&odd=14")


@pytest.mark.parametrize("query", ["enjeu=zz", "odd=99", "odd=x", "q=" + "a" * 2000, "odd=4%27"])
def test_what_the_address_asks_in_vain_is_said(db, main, query):
    page = main(f"/referentiel/?{query}")
    assert "Cette recherche n’est pas comprise" in page
    assert "Voir tous les engagements" in page
    assert not listed(page)


# --- Searching ----------------------------------------------------------------------------------------------------


def test_words_are_found_and_marked_where_they_stand(db, main):
    page = main("/referentiel/?q=PLUVIALE")
    assert "1 engagement trouvé" in page
    assert 'href="/referentiel/2016/19/#indicateur-I23"' in page
    assert "<mark>pluviales</mark>" in page
    page = main("/referentiel/?q=foret") + main("/referentiel/?q=biodiversite")
    assert "<mark>Biodiversité</mark>" in page
    assert 'href="/referentiel/2016/20/#notion-20.1"' in page


def test_a_search_keeps_the_challenge(db, main):
    assert "/referentiel/2016/19/" in main("/referentiel/?q=eau&enjeu=sobriete")
    page = main("/referentiel/?q=eau&enjeu=creation_de_valeur")
    assert "Rien avec cet enjeu ou cet objectif" in page
    assert 'href="?q=eau"' in page


def test_a_search_without_result_helps(db, main):
    page = main("/referentiel/?q=pluie+patrimoine")
    assert "Aucun engagement ne contient tous ces mots" in page
    assert 'href="?q=pluie">pluie (1)' in page
    assert 'href="?q=patrimoine">patrimoine (1)' in page
    assert "Essayez un mot plus simple" in main("/referentiel/?q=zzzzzz")
    near = main("/referentiel/?q=biodivercité")
    assert "Des mots proches" in near
    assert 'href="?q=biodiversit%C3%A9">biodiversité</a>' in near
    alone = main("/referentiel/?q=les+pluies+pour+patrimoine")
    assert 'href="?q=pluies"' in alone
    assert 'href="?q=les"' not in alone
    assert "trop courants" in main("/referentiel/?q=de+la")


@pytest.mark.parametrize("text", ["<b>eau</b>", "eau%00", "'; DROP", "%", "\\", "«", "eau " * 24])
def test_any_text_may_be_searched(db, client, text):
    response = client.get("/referentiel/", {"q": text})
    assert response.status_code == 200
    assert "<b>" not in response.content.decode()


def test_a_search_finds_what_territories_publish(sixteen, main):
    added(sixteen, county="53", questions="Où sera la plage ?", indicators=[])
    added(sixteen, county="72", guidance="La plage se retire.", state="draft", published_at=None)
    page = main("/referentiel/?q=plages")
    one = LocalSupplement.objects.get(county="53")
    assert f'href="/referentiel/2016/16/?territoire=departement-53#declinaison-{one.pk}"' in page
    assert "Déclinaison locale, Mayenne (53)" in page
    assert "Sarthe" not in page


# --- A commitment -------------------------------------------------------------------------------------------------


def test_a_commitment_shows_questions_measures_and_what_it_serves(db, main):
    commitment = Commitment.objects.get(framework="2016", number=9)
    page = main("/referentiel/2016/9/")
    for notion in commitment.notions.all():
        assert f'id="notion-{notion.code}"' in page
        for question in notion.questions:
            assert escape(french(question)).replace("\u00a0", " ") in page
    assert 'id="indicateur-I11"' in page
    assert "Nombre (m²/habitant)" in page
    assert "Plus haut, c’est mieux" in page
    assert 'href="/referentiel/2016/?enjeu=creation_de_valeur">Création de valeur<' in page
    assert 'href="/referentiel/2016/?odd=11">11. Villes et communautés durables<' in page
    assert "Correspondance indicative" in page
    assert 'href="/referentiel/2016/8/" rel="prev"' in page
    assert 'href="/referentiel/2016/10/" rel="next"' in page


def test_the_ends_have_one_neighbour(db, main):
    assert 'rel="prev"' not in main("/referentiel/2016/1/")
    assert 'rel="next"' not in main("/referentiel/2016/20/")


def test_a_formula_is_said_in_words(db, main):
    assert "100 × logements sociaux ÷ logements" in main("/referentiel/2016/7/")


def test_stages_that_ask_for_it_are_those_of_the_campaign(world, main):
    page = main("/referentiel/2016/9/")
    assert re.findall(r"/demarche/etapes/(\d)/", page) == ["2", "3", "4"]
    published()
    assert "/demarche/etapes/" not in main("/referentiel/2031/1/")


def test_what_is_not_official_is_marked_and_explained_once(db, main):
    official = Commitment.objects.get(framework="2016", number=1)
    indicative = Commitment.objects.get(framework="2016", number=2)
    assert not official.notions.filter(provenance="indicative").exists()
    marked = (
        indicative.notions.filter(provenance="indicative").count()
        + indicative.indicators.filter(provenance="indicative").count()
    )
    assert marked
    page = main("/referentiel/2016/2/")
    assert page.count("contenu indicatif") == marked
    assert page.count("« Contenu indicatif »") == 1
    assert "ontenu indicatif" not in main("/referentiel/")  # titles are official
    published()
    assert "ontenu indicatif" in main("/referentiel/2031/1/")


# --- What territories add -----------------------------------------------------------------------------------------


def test_territories_are_named_then_one_is_read(sixteen, main):
    measure = {"title": "Recul", "unit": "m/an", "kind": "decimal", "direction": "lower", "method": "Carte."}
    added(sixteen, county="53", questions="Où sera la plage ?", indicators=[measure])
    added(sixteen, region="52", guidance="Le texte de la région.")
    added(sixteen, county="29", guidance="Le texte du Finistère.")
    page = main("/referentiel/2016/16/")
    named = [">Bretagne<", ">Finistère (29)<", ">Pays de la Loire<", ">toute la région<", ">Mayenne (53)<"]
    assert sorted(named, key=page.index) == named
    assert "Le littoral recule." not in page
    page = main("/referentiel/2016/16/?territoire=departement-53")
    for said in ("Le littoral recule.", "Où sera la plage ?", "Nombre (m/an)", "Plus bas, c’est mieux", "Carte."):
        assert said in page, said
    assert "Le texte de la région." in page  # it applies in each of its counties
    assert "Le texte du Finistère." not in page
    assert "Par les services de l’État de ce territoire, publiée le" in page
    page = main("/referentiel/2016/16/?territoire=region-52")
    assert "Le texte de la région." in page
    assert "Où sera la plage ?" not in page
    assert "n’ajoute rien à cet engagement" in main("/referentiel/2016/16/?territoire=region-53")
    assert "Déclinaisons locales" not in main("/referentiel/2016/15/?territoire=region-53")


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_only_what_is_published_is_read(sixteen, main, state):
    row = added(sixteen, county="53", guidance="Le texte secret.")
    assert "Le texte secret." in main("/referentiel/2016/16/?territoire=departement-53")
    LocalSupplement.objects.filter(pk=row.pk).update(state=state)
    assert "Déclinaisons locales" not in main("/referentiel/2016/16/?territoire=departement-53")


def test_who_wrote_is_not_named(world, sixteen, main):
    added(sixteen, county="53", author=world.correspondent)
    assert world.correspondent.full_name not in main("/referentiel/2016/16/?territoire=departement-53")


# --- Indicators, paper --------------------------------------------------------------------------------------------


def test_indicators_in_a_table(db, main):
    page = main("/referentiel/2016/indicateurs/")
    assert "24 indicateurs" in page
    assert 'href="/referentiel/2016/6/#indicateur-I08"' in page
    assert "logements ÷ superficie" in page
    page = main("/referentiel/2016/indicateurs/?enjeu=resilience")
    assert "#indicateur-I19" in page
    assert "#indicateur-I08" not in page
    assert "Aucun indicateur" in main("/referentiel/2016/indicateurs/?enjeu=x")
    published("nue", indicators=())
    assert "n’a pas d’indicateur" in main("/referentiel/nue/indicateurs/")


def test_a_long_list_of_indicators_has_pages(db, main):
    many = tuple(samples.indicator(f"I{n:03}", 1) for n in range(51))
    published(indicators=many)
    assert "I049" in main("/referentiel/2031/indicateurs/")
    assert "I050" not in main("/referentiel/2031/indicateurs/")
    assert "I050" in main("/referentiel/2031/indicateurs/?page=2")


def test_the_whole_version_stands_on_one_page(db, main):
    page = main("/referentiel/2016/imprimer/")
    for commitment in Commitment.objects.filter(framework="2016").prefetch_related("notions", "indicators"):
        said = [commitment.title, *(n.title for n in commitment.notions.all())]
        said += [question for n in commitment.notions.all() for question in n.questions]
        said += [text for i in commitment.indicators.all() for text in (i.title, i.method)]
        for text in said:
            assert escape(french(text)).replace("\u00a0", " ") in page, text


# --- The same for all ---------------------------------------------------------------------------------------------

ADDRESSES = [
    "/referentiel/",
    "/referentiel/?q=eau",
    "/referentiel/?enjeu=resilience",
    "/referentiel/2016/",
    "/referentiel/2016/16/",
    "/referentiel/2016/16/?territoire=departement-53",
    "/referentiel/2016/indicateurs/",
    "/referentiel/2016/imprimer/",
    "/referentiel/comparer/",
]


@pytest.mark.parametrize("url", ADDRESSES)
def test_queries_do_not_grow(world, sixteen, queries, url):
    added(sixteen, county="53")
    published("2030", based_on="2016")
    one = queries(url)
    added(sixteen, county="72")
    added(
        sixteen,
        region="53",
        indicators=[{"title": "x", "unit": "", "kind": "text", "direction": "context", "method": ""}],
    )
    for code in ("2031", "2032"):
        published(code, based_on="2030")
    assert queries(url) == one <= 8


@pytest.mark.parametrize("url", ADDRESSES)
def test_an_unchanged_page_is_not_sent_again(world, sixteen, client, url):
    first = client.get(url)
    assert first.headers["ETag"]
    again = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    published()
    assert client.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("url", ["/referentiel/?q=recul", "/referentiel/2016/16/"])
def test_what_a_territory_publishes_or_withdraws_changes_the_page(sixteen, client, url):
    before = client.get(url).headers["ETag"]
    row = added(sixteen, county="53")
    with_it = client.get(url).headers["ETag"]
    LocalSupplement.objects.filter(pk=row.pk).update(state="withdrawn")
    assert len({before, with_it}) == 2
    assert client.get(url).headers["ETag"] == before
