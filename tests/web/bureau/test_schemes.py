"""The editor of schemes: a rule is read before it changes, and it changes everywhere at once."""

import re

import pytest
from django.urls import reverse

from ecoquartier.campaigns.models import Campaign, Scheme, Stage
from ecoquartier.campaigns.services import load_scheme
from ecoquartier.dossiers.queries import missing_in
from ecoquartier.journal.models import Entry
from tests.support.client import StrictClient
from tests.support.pages import queries_of, read, signed_in, words
from tests.support.schemes import invented_scheme

SCHEMES = reverse("bureau:schemes")
SCHEME = reverse("bureau:scheme", kwargs={"code": "quatre-etapes"})
STAGE = reverse("bureau:stage-edit", kwargs={"code": "quatre-etapes", "rank": 2})


def rules(rank=2, **changes):
    """What the form of a stage sends, with changes."""
    stage = Stage.objects.get(scheme="quatre-etapes", rank=rank)
    values = {
        **{
            name: getattr(stage, name)
            for name in ("name", "moment", "promise", "level", "meeting_days", "years_after_delivery")
        },
        **{name: getattr(stage, name) for name in ("experts", "decision_path", "filing", "publication", "sections")},
        "requires": stage.requires_id or "",
        "commitments": ", ".join(map(str, stage.commitments)),
        "reason": "Réforme de l’année.",
    }
    values |= {name: "on" for name in ("requires_meeting", "visit") if getattr(stage, name)}
    values |= changes
    return {name: value for name, value in values.items() if value is not None}


def seen(response):
    return re.search(r'name="seen" value="([0-9a-f]{16})"', response.content.decode())[1]


def cards(response, after):
    """The sentences of the cards of a stage, as they are written in a page."""
    html = response.content.decode().partition(after)[2].partition("</main>")[0].partition("Écrit dans le régime")[0]
    return re.findall(r"<li>([^<]+)</li>", html)


def test_the_three_schemes_are_listed_with_their_campaigns(world):
    page = read(world.bureau, SCHEMES)
    for title in Scheme.objects.values_list("title", flat=True):
        assert title in page
    assert str(world.play.campaign.year) in page
    page = read(world.bureau, SCHEME)
    assert "Étape 4, confirmé" in page
    assert "non traité, à renforcer, satisfaisant, exemplaire et sans objet" in page


def test_the_page_of_a_stage_is_the_public_page(world):
    public = StrictClient().get("/demarche/etapes/2/")
    edited = signed_in(world.bureau).get(STAGE)
    said = cards(public, "Pour obtenir")
    assert len(said) > 8
    assert cards(edited, "La page publique aujourd’hui") == said[: len(cards(edited, "La page publique aujourd’hui"))]
    assert set(said) == set(cards(edited, "Pour obtenir"))


def test_a_rule_is_read_then_changes_the_preview_the_public_page_and_what_is_missing(world):
    _part, dossier = world.draft()
    assert missing_in(dossier) == []
    client = signed_in(world.bureau)
    values = rules(requires=Stage.objects.get(scheme="quatre-etapes", rank=1).pk, experts=3)
    preview = client.post(STAGE, values)
    assert preview.status_code == 200
    page = words(preview)
    assert "Rien n’est encore enregistré" in page
    assert "Détenir déjà l’étape 1, projet" in page
    assert "Trois experts" in page
    assert "1 dossier ouvert de cette étape (1 en préparation)." in page
    assert "devra compter ce nombre d’experts" in page
    assert Stage.objects.get(scheme="quatre-etapes", rank=2).experts == 2
    announced = cards(preview, "La page publique, après ce changement")
    assert client.post(STAGE, values | {"seen": seen(preview)}).status_code == 302
    public = StrictClient().get("/demarche/etapes/2/")
    assert cards(public, "Pour obtenir") == announced
    (lacking,) = missing_in(type(dossier).objects.get(pk=dossier.pk))
    assert lacking.sentence == "L’opération doit d’abord détenir l’étape 1, projet."
    entry = Entry.objects.get(event="stage.changed")
    assert entry.detail.content == {"reason": "Réforme de l’année."}
    assert "Réforme de l’année." in read(world.bureau, SCHEME)


def test_what_changed_since_it_was_read_is_shown_again(world):
    client = signed_in(world.bureau)
    preview = client.post(STAGE, rules(experts=3))
    again = client.post(STAGE, rules(experts=4) | {"seen": seen(preview)})
    assert "Quatre experts" in words(again)
    assert not Entry.objects.filter(event="stage.changed")
    # A reason may be written better without reading everything again.
    better = rules(experts=3, reason="Mieux dit.") | {"seen": seen(preview)}
    assert client.post(STAGE, better).status_code == 302


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"experts": 0}, "visite de terrain sans expert"),
        ({"experts": 0, "visit": None, "sections": ["charter"]}, "doit demander l’identité"),
        ({"level": 3}, "doit équivaloir à plus"),
        ({"level": 9}, "doit équivaloir à plus"),
        ({"decision_path": "registration"}, "personne ne les lirait"),
        ({"appreciations": "oui"}, "Une appréciation par ligne"),
        ({"appreciations": "oui ; bon"}, "au moins deux appréciations"),
        ({"commitments": "un, deux"}, "Écrivez des numéros"),
        ({"commitments": "1, 99999"}, "Écrivez des numéros"),
        ({"commitments": "-1"}, "Écrivez des numéros"),
        ({"commitments": "1, 99"}, "demande l’engagement 99, qui n’existe pas dans « Référentiel"),
        ({"experts": -1}, "supérieure ou égale à 0"),
        ({"experts": 10**30}, "inférieure ou égale à 9"),
        ({"level": 10**30}, "inférieure ou égale à 99"),
        ({"years_after_delivery": 31}, "inférieure ou égale à 30"),
        ({"meeting_days": 0}, "supérieure ou égale à 1"),
        ({"sections": ["identity", "alchemy"]}, "alchemy"),
        ({"requires": "x"}, "Sélectionnez un choix valide"),
        ({"name": " "}, "Ce champ est obligatoire"),
        ({"reason": " "}, "Ce champ est obligatoire"),
        ({}, "Rien ne change."),
    ],
)
def test_rules_that_cannot_hold_are_refused_with_a_sentence(world, changes, sentence):
    response = signed_in(world.bureau).post(STAGE, rules(**changes))
    assert response.status_code == 422
    assert sentence in words(response)


def test_a_second_window_does_not_undo_what_the_first_did(world):
    client = signed_in(world.bureau)
    late = client.post(STAGE, rules(experts=3))
    values = rules(name="travaux")
    client.post(STAGE, values | {"seen": seen(client.post(STAGE, values))})
    again = client.post(STAGE, rules(name="chantier", experts=3) | {"seen": seen(late)})
    assert again.status_code == 200
    assert "Étape 2, travaux" in words(again).partition("Ne sera plus dit")[2]
    stage = Stage.objects.get(scheme="quatre-etapes", rank=2)
    assert (stage.name, stage.experts) == ("travaux", 2)


def test_what_the_platform_cannot_gather_yet_is_said_to_everybody_and_explained_to_the_bureau(world):
    said = "À préparer dès maintenant : objectifs des indicateurs."
    note = "il ne manque à aucun dossier"
    page = read(world.bureau, STAGE)
    assert "Objectifs des indicateurs (pas encore recueilli)" in page
    for shown in (page, read(world.bureau, SCHEME)):
        assert said in shown
        assert note in shown
    public = words(StrictClient().get("/demarche/etapes/2/"))
    assert said in public
    assert note not in public
    preview = signed_in(world.bureau).post(STAGE, rules(sections=["identity", "charter", "answers", "results"]))
    assert (
        "À préparer dès maintenant : résultats des indicateurs." in words(preview).partition("Sera dit à la place")[2]
    )


def test_the_words_of_the_colours_are_given_where_they_are_asked(world):
    for url in (STAGE, reverse("bureau:scheme-edit", kwargs={"code": "quatre-etapes"})):
        page = read(world.bureau, url)
        for colour in ("bon (l’engagement est tenu)", "à suivre (", "mauvais (", "neutre ("):
            assert colour in page
    assert "une étape au-delà vaut 5 ou plus" in read(world.bureau, STAGE)


def test_a_wait_says_that_it_asks_for_the_delivery(world):
    preview = signed_in(world.bureau).post(STAGE, rules(years_after_delivery=2))
    assert "Indiquer la date de cette livraison" in words(preview).partition("Sera dit à la place")[2]


def test_no_choice_is_a_row_of_dashes(world):
    year = world.play.campaign.year
    pages = [STAGE, reverse("bureau:scheme-add"), reverse("bureau:campaign-open")]
    pages += [reverse("bureau:stage-add", kwargs={"code": "quatre-etapes"})]
    pages += [reverse("bureau:campaign-settings", kwargs={"year": year})]
    assert [page for page in pages if "-----" in read(world.bureau, page)] == []


def test_an_invented_scheme_is_read_in_the_editor_as_it_will_be_by_everybody(world):
    scheme = load_scheme(invented_scheme())
    Campaign.objects.update(scheme=scheme)
    edit = reverse("bureau:stage-edit", kwargs={"code": scheme.pk, "rank": 5})
    page = signed_in(world.bureau).get(edit)
    public = StrictClient().get("/demarche/etapes/5/")
    said = cards(page, "La page publique aujourd’hui")
    assert said == cards(public, "Pour obtenir")
    assert any(sentence.startswith("Trois experts") for sentence in said)
    assert "La commission de massif décide" in " ".join(said)
    assert read(world.bureau, reverse("bureau:scheme", kwargs={"code": scheme.pk})).count("Modifier l’étape") == 5


def test_a_stage_may_have_its_own_scale(world):
    client = signed_in(world.bureau)
    values = rules(appreciations="à revoir ; mauvais\nbien ; bon\nok_code ; très bien ; bon")
    preview = client.post(STAGE, values)
    assert "à revoir, bien ou très bien" in words(preview)
    client.post(STAGE, values | {"seen": seen(preview)})
    stage = Stage.objects.get(scheme="quatre-etapes", rank=2)
    assert stage.scale == [["a_revoir", "à revoir", "bad"], ["bien", "bien", "ok"], ["ok_code", "très bien", "ok"]]
    assert "ok_code ; très bien ; bon" in words(client.get(STAGE))


def test_a_scheme_is_changed_after_reading_what_it_means(world):
    world.draft()
    client, url = signed_in(world.bureau), reverse("bureau:scheme-edit", kwargs={"code": "quatre-etapes"})
    scale = "\n".join(
        f"{code} ; {label} ; {colour}"
        for (code, label, _tone), colour in zip(
            Scheme.objects.get(code="quatre-etapes").appreciations,
            ("mauvais", "à suivre", "bon", "bon", "neutre"),
            strict=True,
        )
    )
    values = {"title": "Label", "commission": "commission locale", "appreciations": scale, "reason": "Réforme."}
    values["is_default"] = "on"
    preview = client.post(url, values)
    assert "La commission locale propose ou ajourne" in words(preview)
    assert "1 dossier ouvert" in words(preview)
    assert client.post(url, values | {"seen": seen(preview)}).status_code == 302
    assert "La commission locale propose" in words(StrictClient().get("/demarche/etapes/2/"))
    refused = client.post(url, values | {"appreciations": "bien ; bon\nmal ; mauvais"})
    refused = client.post(url, values | {"appreciations": "bien ; bon\nmal ; mauvais", "seen": seen(refused)})
    assert "renommez-la" in words(refused)


def test_a_scheme_is_begun_grown_and_cut(world):
    client = signed_in(world.bureau)
    copied = {"source": "renove-2023", "title": "Label de demain", "code": "demain", "reason": "Préfiguration."}
    for code, said in (("ajouter", "est le nom d’une page"), ("Demain", "n’a que des minuscules")):
        assert said in words(client.post(reverse("bureau:scheme-add"), copied | {"code": code}))
    assert client.post(reverse("bureau:scheme-add"), copied).status_code == 302
    address = {"code": "demain"}
    assert "Retirer" in words(client.get(reverse("bureau:scheme", kwargs=address)))
    add = reverse("bureau:stage-add", kwargs=address)
    last = Stage.objects.get(scheme="demain", rank=3)
    assert "Ajouter l’étape 4" in words(client.get(add))
    values = rules(level=5, name="Transmis", requires=last.pk)
    preview = client.post(add, values)
    assert "Détenir déjà l’étape 3, Vécu" in words(preview)
    assert client.post(add, values | {"seen": seen(preview)}).status_code == 302
    remove = reverse("bureau:stage-remove", kwargs={"code": "demain", "rank": 4})
    assert "disparaît de ce régime" in words(client.get(remove))
    assert client.post(remove, {"reason": "Finalement non."}).status_code == 302
    assert Stage.objects.filter(scheme="demain").count() == 3
    used = reverse("bureau:stage-remove", kwargs={"code": "quatre-etapes", "rank": 4})
    assert "ses étapes restent" in words(client.get(used))


@pytest.mark.parametrize("url", [SCHEMES, SCHEME, STAGE])
def test_only_the_bureau_opens_the_editor(world, url):
    assert signed_in(world.coordinator).get(url).status_code == 403
    assert signed_in(world.bureau).get(url).status_code == 200


@pytest.mark.parametrize("url", [SCHEMES, SCHEME, STAGE])
def test_the_pages_cost_the_same_whatever_they_hold(world, url):
    one = queries_of(world.bureau, url)
    client = signed_in(world.bureau)
    for n in range(2):
        copied = {"source": "quatre-etapes", "title": f"Essai {n}", "code": f"essai-{n}", "reason": "Essai."}
        client.post(reverse("bureau:scheme-add"), copied)
        world.draft(world.part())
        preview = client.post(STAGE, rules(experts=3 + n))
        client.post(STAGE, rules(experts=3 + n) | {"seen": seen(preview)})
    three = queries_of(world.bureau, url)
    # The history of changes appears: its entries, and the names of their authors.
    assert three <= one + (url == SCHEME)
    assert three <= 15
