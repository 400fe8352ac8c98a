"""`/territoires/`, what the commune fields propose, and the field itself."""

import pytest
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.http import QueryDict

from ecoquartier.territories.models import Commune
from ecoquartier.territories.services import load_territories
from ecoquartier.web.public.territories import PACE
from ecoquartier.web.shared.communes import CommuneField, Typed, described
from ecoquartier.web.shared.forms import Form

SUGGESTIONS = "/territoires/communes.json"


@pytest.fixture(autouse=True)
def _territories(db):
    caches["process"].clear()
    if not Commune.objects.exists():
        load_territories()


class PlaceForm(Form):
    """A form that asks for a commune."""

    commune = CommuneField(required=False)


def sent(text: str, insee: str = "") -> PlaceForm:
    """The form as a browser sends it."""
    data = QueryDict(mutable=True)
    data.update({"commune": text, **({"commune_insee": insee} if insee else {})})
    return PlaceForm(data)


def test_the_page_says_sources_and_figures(main, queries):
    page = main("/territoires/")
    assert "34 969 communes, 4 285 anciennes communes" in page
    assert "GeoNames" in page
    assert "Creative Commons Attribution 4.0" in page
    assert "1er janvier 2026" in page
    assert 'href="/territoires/#sources"' in main("/mentions-legales/")
    assert queries("/territoires/") == 1
    assert queries("/territoires/?q=starsbourg") == 4


def test_a_former_commune_leads_to_the_one_of_today(main):
    page = main("/territoires/?q=50173")
    assert "Cherbourg-en-Cotentin (50)" in page
    assert "Équeurdreville-Hainneville (50173), réunie le 1er janvier 2016" in page
    assert "CA du Cotentin" in page


def test_a_place_that_is_not_known_is_said_approximate(main):
    assert "Position approximative" in main("/territoires/?q=62869")
    assert "Position approximative" not in main("/territoires/?q=35238")


def test_an_unknown_name_says_what_to_try(main):
    page = main("/territoires/?q=Nulleparville%3Cscript%3E")
    assert "Aucune commune de ce nom" in page
    assert "code postal" in page


def test_suggestions_are_small_cached_and_take_two_queries(client, queries):
    response = client.get(SUGGESTIONS, {"q": "évry"})
    assert response["Cache-Control"] == "public, max-age=3600"
    assert response.json() == {
        "communes": [
            {
                "label": "Évry-Courcouronnes (91)",
                "facts": "Essonne, 66\u202f919 habitants, dont Évry",
                "insee": "91228",
            },
            {"label": "Évry (89)", "facts": "Yonne, 402 habitants", "insee": "89162"},
            {"label": "Évry-Grégy-sur-Yerre (77)", "facts": "Seine-et-Marne, 3\u202f321 habitants", "insee": "77175"},
        ]
    }
    assert not response.cookies
    assert len(client.get(SUGGESTIONS, {"q": "saint"}).json()["communes"]) == 8
    assert queries(f"{SUGGESTIONS}?q=starsbourg") == 2


@pytest.mark.parametrize("typed", ["", "\0", "x" * 5000, "<!>", "Nulleparville"])
def test_suggestions_of_what_is_no_name_are_none(client, typed):
    assert client.get(SUGGESTIONS, {"q": typed}).json() == {"communes": []}


def test_suggestions_have_a_pace(client):
    for _ in range(PACE.most):
        assert PACE.allows("127.0.0.1")
    response = client.get(SUGGESTIONS, {"q": "rennes"})
    assert (response.status_code, response["Retry-After"]) == (429, "60")
    assert client.get(SUGGESTIONS, {"q": "rennes"}, headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 429
    assert client.get(SUGGESTIONS, {"q": "rennes"}, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_the_field_gives_the_commune_that_words_designate():
    form = sent("  rennes ")
    assert form.is_valid()
    assert form.cleaned_data["commune"].insee == "35238"
    assert sent("50173").is_valid()
    empty = sent("")
    assert empty.is_valid()
    assert empty.cleaned_data["commune"] is None


def test_the_field_asks_which_and_keeps_the_words():
    form = sent("st denis")
    assert not form.is_valid()
    assert "Plusieurs communes répondent" in form.errors["commune"][0]
    page = str(form["commune"])
    assert 'value="st denis"' in page
    assert 'name="commune_insee" value="97411"' in page
    assert "checked" not in page


def test_the_choice_ticked_is_taken_and_shown_again():
    form = sent("st denis", "93066")
    assert form.is_valid()
    assert form.cleaned_data["commune"].insee == "93066"
    assert 'value="93066" id="id_commune_93066" checked' in str(form["commune"])


def test_a_choice_that_is_not_of_the_words_is_left():
    form = sent("Rennes", "93066")
    assert form.is_valid()
    assert form.cleaned_data["commune"].insee == "35238"


def test_one_candidate_by_a_typing_error_is_asked_for():
    form = sent("Starsbourg")
    assert not form.is_valid()
    assert "Est-ce cette commune" in form.errors["commune"][0]
    assert sent("Starsbourg", "67482").is_valid()


@pytest.mark.parametrize(
    ("words", "insee"),
    [
        ("Saint-Denis (La Réunion)", "97411"),
        ("Saint-Denis, La Réunion", "97411"),
        ("Laval (Mayenne)", "53130"),
        ("Laval, Mayenne", "53130"),
        ("Laval 53", "53130"),
        ("La Réunion (Lot-et-Garonne)", "47222"),
        ("Paris", "75056"),
    ],
)
def test_the_field_takes_a_name_with_its_county(words, insee):
    form = sent(words)
    assert form.is_valid()
    assert form.cleaned_data["commune"].insee == insee


@pytest.mark.parametrize(("words", "insee"), [("La Réunion", "47222"), ("Mayenne", "53147"), ("Bretagne", "36024")])
def test_a_commune_named_as_a_county_or_a_region_is_asked_about(words, insee):
    form = sent(words)
    assert not form.is_valid()
    assert "C’est aussi le nom d’un département ou d’une région" in form.errors["commune"][0]
    ticked = sent(words, insee)
    assert ticked.is_valid()
    assert ticked.cleaned_data["commune"].insee == insee


def test_the_hint_says_the_forms_that_a_commune_takes():
    assert "Laval (Mayenne) », « Laval 53" in CommuneField().help_text


def test_the_field_says_what_to_try_when_nothing_is_alike():
    form = sent("Nulleparville")
    assert not form.is_valid()
    assert "Aucune commune de ce nom" in form.errors["commune"][0]
    assert "commune_insee" not in str(form["commune"])


def test_the_field_shows_the_commune_to_correct_and_tells_a_change():
    commune = Commune.objects.select_related("county").get(pk="94038")
    page = str(PlaceForm(initial={"commune": commune})["commune"])
    assert "L’Haÿ-les-Roses (94)" in page
    field = CommuneField()
    assert not field.has_changed(commune, Typed("L’Haÿ-les-Roses (94)"))
    assert field.has_changed(commune, Typed("L’Haÿ-les-Roses (94)", "94038"))
    assert field.has_changed(None, Typed("Rennes"))


def test_the_field_refuses_what_is_missing_or_endless():
    with pytest.raises(ValidationError, match="obligatoire"):
        CommuneField().clean(Typed(""))
    with pytest.raises(ValidationError, match="100"):
        CommuneField().clean(Typed("x" * 101))


def test_what_tells_a_commune_from_its_namesakes():
    island = Commune.objects.select_related("county").get(pk="98901")
    assert described(island) == "Île de Clipperton"
