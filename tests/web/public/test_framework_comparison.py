"""Two versions side by side, for everybody."""

import re
from dataclasses import replace

import pytest

from ecoquartier.framework.domain.contents import Link
from tests.framework import samples
from tests.web.public.test_framework import published

MERGED = [
    Link("commitment", "merged", "1", "1"),
    Link("commitment", "merged", "2", "1"),
    Link("notion", "removed", "1.1", ""),
    Link("indicator", "same", "I01", "I01"),
]


@pytest.fixture
def versions(db):
    """One, and one that follows it: two commitments became one."""
    old = published("avant")
    new = published(
        "demain",
        based_on="avant",
        mapping=tuple(MERGED),
        commitments=(samples.commitment(1, "Faire place au vivant"),),
        dimensions=(replace(samples.version(samples.commitment(1)).dimensions[0]),),
        indicators=(samples.indicator("I01", 1, "Arbres plantés", unit="arbres", kind="integer", direction="lower"),),
    )
    return old, new


def test_there_is_nothing_to_compare_with_one_version(db, main):
    page = main("/referentiel/comparer/")
    assert "Il n’y a qu’une version à lire" in page
    assert 'href="/referentiel/"' in page
    assert "comparer" not in main("/referentiel/")


def test_changes_are_those_of_the_table(versions, main):
    page = main("/referentiel/comparer/?de=avant&a=demain")
    assert "De « Référentiel avant » à « Référentiel demain »" in page
    assert page.count("fusionné<") == 1
    assert "usionné (1)" in page
    assert "Engagement 1 + 2 → 1" in page
    assert page.count("2 Compter") == 1
    assert "retiré<" in page
    assert "ne suit pas directement l’autre" not in page
    assert "a paru avant" not in page


def test_the_first_published_is_always_on_the_left(versions, main):
    page = main("/referentiel/comparer/?de=demain&a=avant")
    assert "« Référentiel avant » a paru avant « Référentiel demain »" in page
    assert "De « Référentiel avant » à « Référentiel demain »" in page
    assert "Engagement 1 + 2 → 1" in page


def test_no_code_and_no_empty_heading_is_shown(versions, main):
    page = main("/referentiel/comparer/?de=2016&a=demain")
    for code in ("official", "sobriete", "percent", "higher"):
        assert code not in page, code
    assert "<br></p>" not in page
    assert "<td></td>" not in page
    assert "<strong>Dimension</strong>" not in page
    assert "'" not in re.sub(r"<[^>]*>", "", page)


def test_any_two_versions_may_be_compared(versions, main):
    page = main("/referentiel/comparer/?de=2016&a=avant")
    assert "L’une ne suit pas directement l’autre" in page
    assert "retiré<" in page
    assert "Rien ne change" in main("/referentiel/comparer/?de=avant&a=avant")


def test_the_last_two_are_compared_by_default(versions, main):
    assert "De « Référentiel avant » à « Référentiel demain »" in main("/referentiel/comparer/")
    assert "De « Référentiel avant » à « Référentiel demain »" in main("/referentiel/comparer/?de=&a=%00")


def test_a_version_says_where_to_compare_it(versions, main):
    assert 'href="/referentiel/comparer/?de=2016&amp;a=avant"' in main("/referentiel/2016/")
    assert 'href="/referentiel/comparer/?de=2016&amp;a=avant"' in main("/referentiel/avant/")
    assert 'href="/referentiel/comparer/?de=avant&amp;a=demain"' in main("/referentiel/demain/")


@pytest.mark.parametrize("query", ["de=2020", "a=" + "x" * 3000])
def test_an_unknown_version_is_said(versions, main, query):
    page = main(f"/referentiel/comparer/?{query}")
    assert "error-summary" in page
    assert "<table" not in page
