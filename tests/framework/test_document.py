"""A version as a PDF: archivable, accessible, and whole whatever its texts say."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from ecoquartier.framework.domain.contents import Challenge, Dimension
from ecoquartier.framework.domain.document import document_data, make_document
from ecoquartier.framework.domain.yaml_file import from_yaml
from ecoquartier.framework.services.files import DATA
from tests.framework.samples import commitment, indicator, notion, version

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
SHIPPED = from_yaml((DATA / "referentiel-2016.yaml").read_bytes())
ODD = '#panic() [x] $y$ *gras* <a> @b "c" \\ // 😀 漢字 '


def pdf(whole, status="publiée le 22\u00a0novembre 2026"):
    return make_document(whole, status=status, at=AT)


def root_of(data):
    return PdfFileReader(io.BytesIO(data)).root


def bookmarks(data):
    """Titles of the bookmarks, each with those under it."""

    def below(parent):
        found, way = [], "/First"
        while way in parent:
            parent, way = parent[way], "/Next"
            found.append((str(parent["/Title"]), below(parent)))
        return found

    return below(root_of(data)["/Outlines"])


def test_it_is_archivable_accessible_and_named():
    root = root_of(pdf(SHIPPED))
    xmp = root["/Metadata"].data.decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert "Référentiel ÉcoQuartier 2016</rdf:li>" in xmp
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fr-FR"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/StructTreeRoot"]["/K"]


def test_its_bookmarks_are_dimensions_and_commitments():
    found = bookmarks(pdf(SHIPPED))
    assert [title for title, _below in found] == [
        "Lire ce guide",
        "Sommaire",
        *(dimension.title for dimension in SHIPPED.dimensions),
        "Retrouver un engagement",
    ]
    commitments = [title for _title, below in found[2:-1] for title, _below in below]
    assert commitments == [f"{c.number}. {c.short}".replace("'", "’") for c in SHIPPED.commitments]


def test_same_version_same_bytes():
    assert pdf(SHIPPED) == pdf(SHIPPED)


def texts_of(value):
    """Every text of some data."""
    if isinstance(value, str):
        return [value]
    values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for item in values for text in texts_of(item)]


def test_it_says_all_that_the_version_says():
    whole = version(
        commitment(1, "Tout l'engagement", [notion("1.1", "La notion", ("Quoi ?", "Où ?"))]),
        indicators=[indicator("I1", title="La mesure", method="Compter.", formula="100*social_dwellings/dwellings")],
    )
    said = [text.replace("\u00a0", " ") for text in texts_of(document_data(whole, "publiée"))]
    for text in ("Tout l’engagement", "La notion", "Quoi ?", "Où ?", "La mesure", "%", "pourcentage", "Compter."):
        assert text in said
    assert {"plus haut, c’est mieux", "inclusion", "11. Villes et communautés durables"} <= set(said)
    assert "100 × logements sociaux ÷ logements" in said


@pytest.mark.parametrize("provenance", ["official", "indicative"])
def test_indicative_contents_are_marked_and_explained_only_if_there_are(provenance):
    whole = version(replace(commitment(1), provenance=provenance))
    data = document_data(whole, "publiée")
    is_marked = data["dimensions"][0]["commitments"][0]["is_indicative"]
    assert is_marked == data["is_indicative"] == (provenance == "indicative")
    assert pdf(whole)


def odd_version(*, dimensions=1, indicators=0):
    """Sixty commitments, texts as long as they may be, signs that mean something to those who print."""
    long = (ODD + "w" * 300)[:200].strip()
    commitments = tuple(
        replace(
            commitment(n, (ODD + "x" * 300)[:300]),
            short=long[:80].strip(),
            challenges=("chaleur",) if n % 2 else (),
            sdgs=tuple(range(1, 18)) if n % 3 else (),
            notions=() if n % 5 == 0 else (notion(f"{n}.1", long, (f"{ODD}\n\n" + "y" * 1900, long)),),
        )
        for n in range(1, 61)
    )
    measures = [
        indicator(f"I{n}", n, long, unit="u" * 40, method=f"{ODD}\n{'z' * 900}", formula="-(1.5 - dwellings)")
        for n in range(1, indicators + 1)
    ]
    whole = version(*commitments, indicators=measures, challenges=(Challenge("chaleur", long[:80]),))
    groups = tuple(
        Dimension(f"D{rank}", long, long if rank % 2 else "", tuple(range(rank, 61, dimensions)))
        for rank in range(1, dimensions + 1)
    )
    return replace(whole, title=long, dimensions=groups)


@pytest.mark.parametrize(("dimensions", "indicators"), [(1, 0), (9, 20)])
def test_any_version_compiles(dimensions, indicators):
    found = bookmarks(pdf(odd_version(dimensions=dimensions, indicators=indicators)))
    assert len(found) == dimensions + 3
    assert sum(len(below) for _title, below in found[2:-1]) == 60


def test_the_smallest_version_compiles():
    whole = replace(version(commitment(1)), commitments=(replace(commitment(1), challenges=(), sdgs=()),))
    assert [title for title, _below in bookmarks(pdf(whole))] == [
        "Lire ce guide",
        "Sommaire",
        "Tout",
        "Retrouver un engagement",
    ]
