"""Pages of the documents: added, listed for those who see the operation, described, removed, limited."""

import pytest
from django.urls import reverse

from ecoquartier.operations.enums import TeamRole
from ecoquartier.operations.models import Document
from ecoquartier.operations.services import attachments
from ecoquartier.operations.services.attachments import add_document
from tests.support.pages import drawn
from tests.support.uploads import office, pdf, picture, stored, upload

WORDS = {"title": "Plan masse", "kind": "plan"}


def text(response) -> str:
    """The page as one line, its spaces made plain."""
    return " ".join(response.content.decode().replace("\u00a0", " ").replace("&#x27;", "'").split())


def url(name: str, row) -> str:
    return reverse(f"holder:{name}", args=[row.pk])


def address(document: Document) -> str:
    return reverse("files:file", args=[document.file_id])


@pytest.fixture
def part(world):
    """An operation and its team."""
    return world.part(filled=False)


@pytest.fixture
def document(part):
    """Add a document to the operation."""

    def add(**said) -> Document:
        file = stored(part.lead, "plan.pdf", pdf())
        return add_document(part.operation, actor=part.lead, file=file, **{**WORDS, **said})

    return add


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("Plan n° 3.pdf", pdf(), "application/pdf"),
        ("étude.odt", office("odt"), "application/vnd.oasis.opendocument.text"),
        ("scan.png", picture("PNG"), "image/jpeg"),
    ],
)
def test_a_document_is_sent_listed_and_served(part, sign_in, name, data, media_type):
    client = sign_in(part.lead)
    sent = {**WORDS, "dated_on": "2026-06-21", "file": upload(name, data)}
    page = text(client.post(url("document-add", part.operation), sent, follow=True))
    found = Document.objects.get()
    for words in ("Le document est ajouté.", "Plan masse", "Plan<", "21 juin 2026", "1 ko", "1 sur 50"):
        assert words in page, words
    assert f'href="{address(found)}"' in page
    assert client.get(address(found))["Content-Type"] == media_type


def test_a_file_that_is_refused_says_so_beside_its_field(part, sign_in):
    sent = {**WORDS, "file": upload("a.pdf", pdf(password="x"))}
    answer = sign_in(part.lead).post(url("document-add", part.operation), sent)
    assert answer.status_code == 422
    assert "protégé par un mot de passe" in text(answer)
    assert answer.context["form"].errors["file"]
    assert not Document.objects.exists()


def test_a_nature_is_chosen(part, sign_in):
    sent = {**WORDS, "kind": "", "file": upload("a.pdf", pdf())}
    answer = sign_in(part.lead).post(url("document-add", part.operation), sent)
    assert answer.status_code == 422
    assert "kind" in answer.context["form"].errors


def test_the_words_of_a_document_change(part, document, sign_in):
    row, client = document(), sign_in(part.lead)
    assert "Plan masse" in text(client.get(url("document-edit", row)))
    said = {"title": "Plan guide", "kind": "study", "dated_on": ""}
    sent = drawn(client.get(url("document-edit", row))) | said
    page = text(client.post(url("document-edit", row), sent, follow=True))
    assert "Le document est modifié." in page
    assert "Plan guide" in page
    assert "Étude<" in page


def test_a_document_is_removed_after_a_confirmation(part, document, sign_in):
    row, client = document(), sign_in(part.lead)
    assert "Retirer « Plan masse »" in text(client.get(url("document-remove", row)))
    assert "Le document est retiré." in text(client.post(url("document-remove", row), follow=True))
    assert client.get(address(row)).status_code == 404


def test_the_button_says_when_there_are_enough(part, document, sign_in, monkeypatch):
    document()
    document()
    monkeypatch.setattr(attachments, "MAX_DOCUMENTS", 2)
    client = sign_in(part.lead)
    assert "déjà 2 documents" in text(client.get(url("documents", part.operation)))
    answer = client.post(url("document-add", part.operation), {**WORDS, "file": upload("a.pdf", pdf())})
    assert answer.status_code == 422
    assert Document.objects.count() == 2


def test_a_reader_reads_and_changes_nothing(part, document, sign_in, team_mate):
    row = document()
    client = sign_in(team_mate(part.operation, TeamRole.READER, "lectrice"))
    page = text(client.get(url("documents", part.operation)))
    assert "Plan masse" in page
    assert "Retirer" not in page
    assert client.get(address(row)).status_code == 200
    for name, about in (("document-add", part.operation), ("document-edit", row), ("document-remove", row)):
        assert client.get(url(name, about)).status_code == 403
        assert client.post(url(name, about), WORDS).status_code == 403


def test_nothing_exists_for_a_stranger(part, document, sign_in, person):
    row, client = document(), sign_in(person("passante"))
    for path in (
        url("documents", part.operation),
        url("document-add", part.operation),
        url("document-edit", row),
        url("document-remove", row),
        address(row),
    ):
        assert client.get(path).status_code == 404


def test_an_empty_page_says_what_to_do(part, sign_in, team_mate):
    assert "plan masse, étude" in text(sign_in(part.lead).get(url("documents", part.operation)))
    reader = team_mate(part.operation, TeamRole.READER, "lectrice")
    assert "n’en a pas encore ajouté" in text(sign_in(reader).get(url("documents", part.operation)))


def test_queries_do_not_grow_with_documents(part, document, sign_in, django_assert_max_num_queries):
    client = sign_in(part.lead)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            document()
        with django_assert_max_num_queries(15) as queries:
            client.get(url("documents", part.operation))
        counts.append(len(queries))
    assert counts[0] == counts[1]
