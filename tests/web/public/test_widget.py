"""The label on other sites: a frame, and its oEmbed description."""

from html import unescape

import pytest

from ecoquartier.operations.services import add_operation
from ecoquartier.territories.models import Commune


def test_the_frame_says_the_stage_and_its_year_and_nothing_more_of_the_site(public_operation, read, client):
    public_operation()
    page = read("/widget/les-tanneries-laval/")
    assert "Étape 3, label, 2015" in page
    assert 'href="http://testserver/ecoquartiers/les-tanneries-laval/"' in page
    assert "<script" not in page
    assert "labellisé" not in page
    response = client.get("/widget/les-tanneries-laval/")
    assert "X-Frame-Options" not in response.headers
    assert "frame-ancestors *" in response.headers["Content-Security-Policy"]
    assert not response.cookies


def test_the_frame_says_the_stage_before_a_name_that_may_be_cut(public_operation, read):
    page = read(f"/widget/{public_operation('Un nom ' * 30).slug}/")
    assert page.index("Étape 3, label, 2015") < page.index("<h1")


def test_other_pages_are_never_in_a_frame(public_operation, client):
    public_operation()
    response = client.get("/ecoquartiers/les-tanneries-laval/")
    assert response.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


def test_a_charter_alone_is_not_called_an_ecoquartier(world, read):
    page = read(f"/widget/{world.part().operation.slug}/")
    assert "Opération engagée dans la démarche ÉcoQuartier" in page
    assert "charte signée" in page


def test_what_is_copied_holds_nothing_but_the_frame(public_operation, client):
    public_operation('Quai "></iframe><img src=x onerror=alert(1)>')
    page = client.get("/ecoquartiers/quai-iframeimg-srcx-onerroralert1-laval/").content.decode()
    # What a browser puts in the field: the text with its entities read once.
    copied = unescape(page.partition('id="cadre"')[2].partition(">")[2].partition("</textarea>")[0])
    assert copied.startswith("<iframe src=")
    assert copied.count("<") == 2
    assert "<img" not in copied


def test_the_description_has_the_frame(public_operation, client):
    public_operation("<Les> Tanneries")
    said = client.get("/oembed?url=http://testserver/ecoquartiers/les-tanneries-laval/&maxwidth=200").json()
    assert (said["type"], said["version"], said["title"], said["width"]) == ("rich", "1.0", "<Les> Tanneries", 200)
    assert 'src="http://testserver/widget/les-tanneries-laval/" width="200"' in said["html"]
    assert "<Les>" not in said["html"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://testserver/ecoquartiers/",
        "http://testserver/ecoquartiers/inconnue/",
        "http://testserver/ecoquartiers/le-moulin-laval/",
        "http://ailleurs.example.fr/ecoquartiers/les-tanneries-laval/",
        "//testserver/ecoquartiers/les-tanneries-laval/",
        "http://[testserver/ecoquartiers/les-tanneries-laval/",
    ],
)
def test_only_public_sheets_of_this_site_have_one(public_operation, client, url):
    public_operation()
    add_operation(name="Le Moulin", lead_commune=Commune.objects.get(pk="53130"))
    assert client.get("/oembed", {"url": url}).status_code == 404


def test_another_format_is_refused(public_operation, client):
    public_operation()
    url = "http://testserver/ecoquartiers/les-tanneries-laval/"
    assert client.get("/oembed", {"url": url, "format": "xml"}).status_code == 501
    for format in ("", "json"):
        assert client.get("/oembed", {"url": url, "format": format}).json()["type"] == "rich"
    assert client.get("/oembed", {"url": url, "maxwidth": "large"}).json()["width"] == 360


@pytest.mark.parametrize(("asked", "given"), [("80", 80), ("360", 360), ("900", 360)])
def test_the_frame_is_never_wider_than_asked(public_operation, client, asked, given):
    public_operation()
    said = client.get(
        "/oembed", {"url": "http://testserver/ecoquartiers/les-tanneries-laval/", "maxwidth": asked}
    ).json()
    assert said["width"] == given
    assert f'width="{given}"' in said["html"]


@pytest.mark.parametrize(
    "path", ["/widget/les-tanneries-laval/", "/oembed?url=http://testserver/ecoquartiers/les-tanneries-laval/"]
)
def test_queries_are_few(public_operation, queries, path):
    public_operation()
    assert queries(path) <= 3
