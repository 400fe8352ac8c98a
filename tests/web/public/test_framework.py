"""The référentiel: what is official, what is only indicative."""

import pytest

from ecoquartier.framework.models import Commitment


def test_the_twenty_commitments_stand_by_dimension(db, main):
    page = main("/referentiel/")
    assert "Démarche et processus" in page
    assert "Environnement et climat" in page
    for number in range(1, 21):
        assert f'href="/referentiel/2016/{number}/"' in page


def test_a_commitment_shows_questions_indicators_and_goals(db, main):
    commitment = Commitment.objects.get(framework="2016", number=9)
    page = main("/referentiel/2016/9/")
    for notion in commitment.notions.all():
        assert notion.title.replace("'", "’") in page
    assert "Objectifs de développement durable" in page
    assert "Correspondance indicative" in page
    assert 'href="/referentiel/2016/8/"' in page
    assert 'href="/referentiel/2016/10/"' in page


def test_what_is_not_official_is_marked(db, main):
    official = Commitment.objects.get(framework="2016", number=1)
    indicative = Commitment.objects.get(framework="2016", number=2)
    assert not official.notions.filter(provenance="indicative").exists()
    marked = (
        indicative.notions.filter(provenance="indicative").count()
        + indicative.indicators.filter(provenance="indicative").count()
    )
    assert marked
    assert main("/referentiel/2016/2/").count("contenu indicatif") == marked


@pytest.mark.parametrize("url", ["/referentiel/2016/21/", "/referentiel/2031/1/"])
def test_what_does_not_exist(db, client, url):
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("url", ["/referentiel/", "/referentiel/2016/1/", "/referentiel/2016/20/"])
def test_queries_are_few(db, queries, url):
    assert queries(url) <= 8
