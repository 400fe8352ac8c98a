"""The référentiel at the bureau."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ecoquartier.framework.models import Correspondence, Framework, Indicator
from ecoquartier.framework.queries import contents_of
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
    assert "Formule, signe 12" in words(wrong).replace("\u00a0", " ")
    assert client.post(url("add", kind="indicateur"), values).status_code == 302
    added = Indicator.objects.get(framework=draft, code="I99")
    assert (added.rank, added.challenges) == (25, ["resilience"])
    notion = {"commitment": first.pk, "code": "1.9", "title": "Arbres", "provenance": "indicative"}
    assert client.post(url("add", kind="notion"), notion | {"questions": "Où ?\n\nPourquoi ?"}).status_code == 302
    assert first.notions.get(code="1.9").questions == ["Où ?", "Pourquoi ?"]
    assert first.notions.last().code == "1.9"
    prefilled = client.get(url("add", kind="notion"), {"commitment": first.pk})
    assert f'<option value="{first.pk}" selected>' in prefilled.content.decode()
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
    assert client.get(url("mapping", "2016")).status_code == 404
    assert client.get(url("comparison", "2016")).status_code == 404


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
