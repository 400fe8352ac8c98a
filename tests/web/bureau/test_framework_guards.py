"""What the bureau’s editor of the référentiel refuses to lose, or to write."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ecoquartier.framework.domain.reading import ContentError
from ecoquartier.framework.models import Framework
from ecoquartier.framework.services.elements import change_element
from ecoquartier.framework.services.files import DATA
from ecoquartier.framework.services.versions import copy_version
from tests.support.pages import signed_in, words

SHIPPED = (DATA / "referentiel-2016.yaml").read_text(encoding="utf-8")
IMPORT = reverse("bureau:framework-import")


@pytest.fixture
def draft(world):
    return copy_version(Framework.objects.get(pk="2016"), actor=world.bureau, code="2031", title="Travail en cours")


def url(name, **kwargs):
    return reverse(f"bureau:framework-{name}", kwargs={"code": "2031", **kwargs})


def sent(client, text, **values):
    return client.post(IMPORT, {"file": SimpleUploadedFile("v.yaml", text.encode()), **values})


def test_the_draft_of_a_colleague_is_replaced_on_purpose_only(world, draft):
    client = signed_in(world.bureau)
    text = SHIPPED.replace('code: "2016"', 'code: "2031"')
    refused = sent(client, text)
    assert refused.status_code == 422
    assert "Un brouillon 2031 existe déjà, « Travail en cours »" in words(refused)
    assert Framework.objects.get(pk="2031").title == "Travail en cours"
    assert sent(client, text, replaces="on").status_code == 302
    assert Framework.objects.get(pk="2031").based_on is None


def test_a_version_follows_the_one_it_says_with_a_correspondence(world):
    client = signed_in(world.bureau)
    assert sent(client, SHIPPED.replace('code: "2016"', 'code: "2031"')).status_code == 302
    assert "dites dans la fiche laquelle celle-ci prolonge" in words(client.get(url("publish")))
    assert client.post(url("publish")).status_code == 422
    sheet = {"title": "Version 2031", "answer_max_characters": 2000, "challenges": ""}
    assert client.post(url("describe"), sheet | {"based_on": "9999"}).status_code == 422
    assert client.post(url("describe"), sheet | {"based_on": "2016"}).status_code == 302
    assert Framework.objects.get(pk="2031").correspondences.exists()
    assert client.post(url("publish")).status_code == 302
    assert Framework.objects.get(pk="2031").state == "published"


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        ("dimension", {"code": "D 1", "rank": 9, "title": "Une"}, "Code : un code n’a que des lettres"),
        ("notion", {"code": "a,b", "title": "Une"}, "Code : un code n’a que des lettres"),
        ("notion", {"code": "9.9", "title": "Une", "questions": "Ça ?\n" * 501}, "plus de 500 éléments"),
        ("indicateur", {"code": "I,1", "title": "Un"}, "Code : un code n’a que des lettres"),
        ("indicateur", {"code": "I98", "title": "Un", "kind": "text", "formula": "dwellings"}, "Une formule donne un"),
    ],
)
def test_the_editor_refuses_what_a_file_would_be_refused_for(world, draft, kind, values, said):
    first = draft.commitments.get(number=1)
    common = {"commitment": first.pk, "provenance": "indicative", "kind": "integer", "direction": "higher"}
    refused = signed_in(world.bureau).post(url("add", kind=kind), common | values)
    assert refused.status_code == 422
    assert said in words(refused)


def test_a_text_must_be_what_it_looks_like(world, draft):
    one = draft.commitments.get(number=1).notions.first()
    with pytest.raises(ContentError, match="Titre\u00a0: le texte contient un signe invisible"):
        change_element(draft, actor=world.bureau, element=one, title="Un\u202etitre")


def test_two_windows_on_one_element_do_not_undo_each_other(world, draft):
    client, one = signed_in(world.bureau), draft.commitments.get(number=1).notions.first()
    address = url("edit", kind="notion", pk=one.pk)
    opened = client.get(address).context["form"].initial
    mine = {**opened, "commitment": one.commitment_id, "questions": "Ma question ?"}
    theirs = {**mine, "questions": "", "title": "Leur titre"}
    assert client.post(address, theirs).status_code == 302
    refused = client.post(address, mine)
    assert refused.status_code == 422
    assert "Cet élément a changé depuis que vous l’avez ouvert" in words(refused)
    assert "Ma question ?" in refused.content.decode()
    one.refresh_from_db()
    assert one.title == "Leur titre"
    again = {**mine, "seen": refused.context["form"]["seen"].value()}
    assert client.post(address, again).status_code == 302


def test_what_is_private_stays_with_the_person(world, draft):
    client = signed_in(world.bureau)
    for name in ("yaml", "ods", "version"):
        assert set(client.get(url(name)).headers["Cache-Control"].split(", ")) == {"no-cache", "private"}
