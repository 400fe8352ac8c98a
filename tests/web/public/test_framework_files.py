"""A version to take away: who has it keeps it, and what comes back is what went out."""

import io

import pytest
import yaml
from odfdo import Document

from ecoquartier.core import clock
from ecoquartier.framework.domain.contents import as_source
from ecoquartier.framework.domain.ods_file import from_ods
from ecoquartier.framework.models import Framework
from ecoquartier.framework.queries import contents_of
from ecoquartier.framework.services import files
from ecoquartier.framework.services.files import DATA, file_of, import_version
from ecoquartier.framework.services.versions import retire
from ecoquartier.workflow.engine import Job

TYPES = {
    "pdf": "application/pdf",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "yaml": "application/yaml; charset=utf-8",
}
OPERATOR = Job("import_framework")
SHIPPED = yaml.safe_load((DATA / "referentiel-2016.yaml").read_text(encoding="utf-8"))


def url(extension, code="2016"):
    return f"/referentiel/{code}/referentiel.{extension}"


@pytest.mark.parametrize("extension", TYPES)
def test_it_is_named_typed_and_kept(db, client, extension):
    response = client.get(url(extension))
    assert response.status_code == 200
    assert response["Content-Type"] == TYPES[extension]
    shown = "inline" if extension == "pdf" else "attachment"
    assert response["Content-Disposition"] == f'{shown}; filename="referentiel-ecoquartier-2016.{extension}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "public, max-age=3600"
    assert not response.cookies
    assert ("Content-Security-Policy" in response) == (extension != "pdf")


@pytest.mark.parametrize("extension", TYPES)
def test_who_has_it_is_told_so_before_it_is_made(db, client, monkeypatch, extension):
    etag = client.get(url(extension))["ETag"]

    def fails(*args):
        raise AssertionError("made for nothing")

    monkeypatch.setattr("ecoquartier.web.public.framework_files.file_of", fails)
    response = client.get(url(extension), headers={"If-None-Match": etag})
    assert (response.status_code, response.content, response["ETag"]) == (304, b"", etag)
    assert response["Cache-Control"] == "public, max-age=3600"


def test_each_file_has_its_own_mark_and_retiring_changes_it(world, client):
    before = {extension: client.get(url(extension))["ETag"] for extension in TYPES}
    assert len(set(before.values())) == 3
    import_version(yaml.safe_dump({**SHIPPED, "code": "2031"}).encode(), actor=OPERATOR, name="v.yaml")
    framework = Framework.objects.get(pk="2031")
    Framework.objects.filter(pk="2031").update(state="published", published_at=clock.now())
    first = client.get(url("pdf", "2031"))
    framework.refresh_from_db()
    retire(framework, actor=world.bureau)
    second = client.get(url("pdf", "2031"))
    assert second.status_code == 200
    assert first["ETag"] != second["ETag"]
    assert first.content != second.content


def test_drafts_are_nobodys_business(db, client):
    import_version(yaml.safe_dump({**SHIPPED, "code": "2031"}).encode(), actor=OPERATOR, name="v.yaml")
    for extension in TYPES:
        assert client.get(url(extension, "2031")).status_code == 404
        assert client.get(url(extension, "1999")).status_code == 404
        assert client.get(url(extension)).status_code == 200


@pytest.mark.parametrize("extension", TYPES)
def test_queries_are_few(db, queries, extension):
    assert queries(url(extension)) <= 5


@pytest.mark.parametrize("extension", TYPES)
def test_it_is_made_once(db, client, extension):
    maker = {"yaml": files._text, "ods": files._workbook, "pdf": files._document}[extension]
    maker.cache_clear()
    assert client.get(url(extension)).content == client.get(url(extension)).content
    assert (maker.cache_info().misses, maker.cache_info().hits) == (1, 1)


def test_the_text_is_the_shipped_one_and_comes_back_identical(db, client):
    text = client.get(url("yaml")).content
    assert yaml.safe_load(text) == SHIPPED
    again = text.replace(b"code: '2016'", b"code: '2031'", 1)
    assert again != text
    draft, _has_changed = import_version(again, actor=OPERATOR, name="referentiel.yaml")
    assert draft.state == "draft"
    assert file_of(draft, "referentiel.yaml") == again


def test_the_workbook_opens_and_says_the_same(db, client):
    data = client.get(url("ods")).content
    tables = Document(io.BytesIO(data)).body.tables
    assert [table.name for table in tables][:4] == ["Version", "Enjeux", "Dimensions", "Engagements"]
    assert len(tables[3].get_values()) == 21
    assert from_ods(data) == contents_of(Framework.objects.get(pk="2016"))
    assert as_source(from_ods(data)) == SHIPPED


def test_a_draft_may_be_printed_by_its_authors(db, monkeypatch):
    draft = import_version(yaml.safe_dump({**SHIPPED, "code": "2031"}).encode(), actor=OPERATOR, name="v.yaml")[0]
    said = []
    monkeypatch.setattr(files, "_document", lambda version, *, status, at: said.append(status))
    file_of(draft, "v.pdf")
    assert said[0].startswith("brouillon du ")
