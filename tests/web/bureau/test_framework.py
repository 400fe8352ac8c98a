"""The référentiel at the bureau."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ecoquartier.campaigns.models import Campaign
from ecoquartier.framework.models import Correspondence, Framework, Indicator
from ecoquartier.framework.queries import challenge_names, contents_of
from ecoquartier.framework.services.files import DATA, file_of
from ecoquartier.framework.services.versions import copy_version
from tests.support.pages import queries_of, read, signed_in, words

LIST = reverse("bureau:framework")
SHIPPED = (DATA / "referentiel-2016.yaml").read_text(encoding="utf-8")


def url(name, code="2031", **kwargs):
    return reverse(f"bureau:framework-{name}", kwargs={"code": code, **kwargs})


@pytest.fixture
def shipped(db):
    return Framework.objects.get(pk="2016")


@pytest.fixture
def draft(world, shipped):
    return copy_version(shipped, actor=world.bureau, code="2031", title="Référentiel 2031")


def test_a_version_is_copied_mapped_and_published(world, shipped):
    client = signed_in(world.bureau)
    assert "Référentiel ÉcoQuartier 2016" in words(client.get(LIST))
    values = {"code": "2031", "title": "Référentiel 2031"}
    assert client.post(url("copy", "2016"), values).headers["Location"] == url("version")
    one = Framework.objects.get(pk="2031").commitments.get(number=1)
    edit = url("edit", kind="engagement", pk=one.pk)
    page = client.get(edit)
    values = {**page.context["form"].initial, "title": "Répondre aux besoins", "dimension": one.dimension_id}
    assert client.post(edit, values).status_code == 302
    assert "L’engagement 1 est dit identique, mais il est renommé." in words(client.get(url("publish")))
    assert client.post(url("publish")).status_code == 422
    assert client.post(url("complete")).headers["Location"] == url("mapping")
    assert "La table est complète" in words(client.get(url("mapping")))
    changes = words(client.get(url("comparison")))
    assert "Répondre" in changes
    assert client.post(url("publish")).status_code == 302
    assert Framework.objects.get(pk="2031").state == "published"
    Campaign.objects.update(framework="2031")
    assert client.post(url("retire", "2016")).status_code == 302
    assert Framework.objects.get(pk="2016").state == "retired"


def test_the_effect_on_notebooks_is_shown_before_publishing(world, draft):
    world.part()
    client = signed_in(world.bureau)
    values = {"kind": "commitment", "change": "merged", "old": "1, 2", "new": "1"}
    assert client.post(url("mapping"), values).status_code == 302
    said = words(client.get(url("mapping")))
    assert "Réunies, à relire : 2" in said.replace("\u00a0", " ")
    assert "Reprises : 18" in said.replace("\u00a0", " ")
    assert "L’engagement 2 de la nouvelle version manque à la table." in said
    wrong = client.post(url("mapping"), values | {"new": ""})
    assert wrong.status_code == 422
    assert "ne va pas avec ces nombres" in words(wrong)


def test_an_element_is_added_and_removed(world, draft):
    client = signed_in(world.bureau)
    first = draft.commitments.get(number=1)
    values = {
        "commitment": first.pk, "code": "I99", "title": "Arbres plantés", "unit": "arbres", "kind": "integer",
        "direction": "higher", "provenance": "indicative", "challenges": ["resilience"],
    }  # fmt: skip
    wrong = client.post(url("add", kind="indicateur"), values | {"formula": "dwellings ** 2"})
    assert wrong.status_code == 422
    assert "Signe 12 : un nombre" in words(wrong).replace("\u00a0", " ")
    assert "Formule : Formule" not in words(wrong).replace("\u00a0", " ")
    taken = client.post(url("add", kind="indicateur"), values | {"code": "I01"})
    assert taken.context["form"].errors["code"] == ["Un indicateur de cette version porte déjà le code I01."]
    assert client.post(url("add", kind="indicateur"), values).status_code == 302
    added = Indicator.objects.get(framework=draft, code="I99")
    assert (added.rank, added.challenges) == (25, ["resilience"])
    notion = {"commitment": first.pk, "code": "1.9", "title": "Arbres", "provenance": "indicative"}
    assert client.post(url("add", kind="notion"), notion | {"questions": "Où ?\n\nPourquoi ?"}).status_code == 302
    assert first.notions.get(code="1.9").questions == ["Où ?", "Pourquoi ?"]
    assert first.notions.last().code == "1.9"
    prefilled = client.get(url("add", kind="notion"), {"commitment": first.pk})
    assert f'<option value="{first.pk}" selected>' in prefilled.content.decode()
    assert ">Choisir…</option>" in client.get(url("add", kind="notion")).content.decode()
    assert '<option value="indicative" selected>' in client.get(url("add", kind="notion")).content.decode()
    assert client.get(url("add", kind="notion"), {"commitment": "x"}).status_code == 200
    edit = url("edit", kind="indicateur", pk=added.pk)
    assert client.post(edit, values | {"rank": 2}).status_code == 302
    assert [i.code for i in contents_of(draft).indicators][:3] == ["I01", "I02", "I99"]
    assert client.post(edit, values | {"rank": ""}).status_code == 302
    assert contents_of(draft).indicators[-1].code == "I99"
    assert client.post(url("remove", kind="indicateur", pk=added.pk)).status_code == 302
    assert not Indicator.objects.filter(pk=added.pk).exists()
    assert client.get(url("edit", kind="indicateur", pk=added.pk)).status_code == 404
    assert client.get(url("add", kind="chapitre")).status_code == 404


def test_a_published_version_shows_no_edit_and_refuses_it(world, shipped):
    client = signed_in(world.bureau)
    page = words(client.get(url("version", "2016")))
    assert "Modifier" not in page
    assert "contenu indicatif" in page
    first = shipped.commitments.get(number=1)
    assert client.post(url("describe", "2016"), {"title": "x", "answer_max_characters": 900}).status_code == 422
    assert client.post(url("remove", "2016", kind="engagement", pk=first.pk)).status_code == 422
    for page in (
        url("describe", "2016"),
        url("discard", "2016"),
        url("add", "2016", kind="notion"),
        url("edit", "2016", kind="engagement", pk=first.pk),
        url("remove", "2016", kind="engagement", pk=first.pk),
    ):
        said = client.get(page)
        assert "La version 2016 est publiée et ne change plus" in words(said), page
        assert 'name="title"' not in said.content.decode(), page
    assert client.get(url("mapping", "2016")).status_code == 404
    assert client.get(url("comparison", "2016")).status_code == 404


def test_what_is_published_is_shown_before(world, draft):
    world.part()
    bare = draft.commitments.get(number=1)
    bare.indicators.all().delete()
    bare.notions.update(questions=[])
    client = signed_in(world.bureau)
    client.post(url("complete"))
    said = words(client.get(url("publish"))).replace("\u00a0", " ")
    for fact in (
        "Engagements 20 Notions 41 Questions",
        "Indicateurs 23",
        "Engagements sans question : 1.",
        "Engagements sans indicateur : 1.",
        "qui ne sont pas le texte officiel",
        "Reprises : 20",
    ):
        assert fact in said, fact


def test_what_keeps_an_element_is_said_before(world, draft):
    client = signed_in(world.bureau)
    first = draft.commitments.get(number=1)
    said = words(client.get(url("remove", kind="engagement", pk=first.pk))).replace("\u00a0", " ")
    assert "Cet engagement a des indicateurs (I01) : déplacez-les d’abord." in said
    assert "Ses notions partent avec lui : 1.1 et 1.2." in said
    notion = words(client.get(url("remove", kind="notion", pk=first.notions.first().pk)))
    assert "Pourquoi ce n’est pas possible" not in notion
    assert "Ses notions" not in notion


def test_an_element_that_has_other_words_is_called_the_same_everywhere(world, draft):
    client = signed_in(world.bureau)
    draft.commitments.filter(number=1).update(short="Les besoins de tous")
    assert words(client.get(url("mapping"))).count("reformulé") == 1
    changes = words(client.get(url("comparison")))
    assert "Engagement 1 reformulé Titre court" in changes


@pytest.mark.parametrize("name", ["yaml", "ods"])
def test_it_goes_out_and_comes_back(world, shipped, name):
    client = signed_in(world.bureau)
    response = client.get(url(name, "2016"))
    assert response.headers["Content-Disposition"] == f'attachment; filename="referentiel-2016.{name}"'
    assert name == "ods" or response.content == file_of(shipped, "v.yaml")
    again = client.post(
        reverse("bureau:framework-import"), {"file": SimpleUploadedFile(f"v.{name}", response.content)}, follow=True
    )
    assert "déjà là, inchangée" in words(again)


def test_a_wrong_file_is_told_where(world):
    client = signed_in(world.bureau)
    for text, words_said in (
        (SHIPPED.replace("number: 3\n", "number: x\n"), "Ligne 35 (commitments › 3 › number)"),
        (SHIPPED.replace("Coût global", "Autre"), "La version 2016 est publiée et ne change plus"),
    ):
        file = SimpleUploadedFile("v.yaml", text.encode())
        response = client.post(reverse("bureau:framework-import"), {"file": file})
        assert response.status_code == 422
        assert words_said in words(response)


def test_a_draft_has_challenges_of_its_own(world, draft):
    client = signed_in(world.bureau)
    values = {"title": draft.title, "answer_max_characters": draft.answer_max_characters}
    for written, said in (
        ("santé", "il manque le deux-points"),
        ("la santé : santé", "un code n’a que des lettres sans accent"),
        ("sobriete : autre", "« sobriete » est déjà pris"),
        ("sante :", "le texte est vide"),
    ):
        refused = client.post(url("describe"), values | {"challenges": written})
        assert refused.status_code == 422
        assert said in words(refused)
        assert written in refused.content.decode()
    assert (
        client.post(url("describe"), values | {"challenges": "sante : santé\n\nsol\u00a0: sols vivants"}).status_code
        == 302
    )
    assert "sol\u00a0: sols vivants" in client.get(url("describe")).content.decode()
    names = challenge_names(Framework.objects.get(pk=draft.pk))
    assert (names["sante"], names["sol"], names["sobriete"]) == ("santé", "sols vivants", "sobriété")


def test_a_draft_is_described_or_discarded(world, draft):
    client = signed_in(world.bureau)
    assert client.post(url("describe"), {"title": "Neuf", "answer_max_characters": 3000}).status_code == 302
    assert Framework.objects.get(pk="2031").title == "Neuf"
    assert client.post(url("discard")).headers["Location"] == LIST
    assert not Framework.objects.filter(pk="2031").exists()
    assert not Correspondence.objects.exists()


def test_queries_are_few(world, draft):
    few = queries_of(world.bureau, LIST)
    for code in ("2032", "2033"):
        copy_version(draft, actor=world.bureau, code=code, title=code)
    assert queries_of(world.bureau, LIST) == few <= 15
    counts = {name: queries_of(world.bureau, url(name)) for name in ("version", "mapping", "comparison", "publish")}
    assert max(counts.values()) <= 15, counts
    assert "Référentiel 2031" in read(world.bureau, url("version"))


def test_others_are_refused(world, draft):
    for person in (world.coordinator, world.correspondent):
        assert signed_in(person).get(LIST).status_code == 403
        assert signed_in(person).get(url("version")).status_code in {403, 404}
