"""Invented operations: the same for the same seed, possible, and never two stages in the wrong order."""

import io
from datetime import date
from random import Random

import pytest
from PIL import Image

from ecoquartier.operations.domain.dates import kept_date
from ecoquartier.operations.domain.figures import figure_faults
from ecoquartier.ops.domain import words
from ecoquartier.ops.domain.drawings import HEIGHT, SCENES, WIDTH, draw
from ecoquartier.ops.domain.invention import (
    EXTREMES,
    FIRST_YEARS,
    FOUR_STAGES,
    LAST_YEARS,
    SITUATIONS,
    Situation,
    invent,
)

TERMS = {
    "types": ["zac", "other"],
    "strong_points": [str(n) for n in range(14)],
    "strategies": [],
    "actors": ["urbaniste", "paysagiste"],
}
TODAY = date(2026, 11, 22)


def invented(seed, **said):
    facts = {"commune": "Laval", "population": 50_000, "is_overseas": False, "terms": TERMS, "before": TODAY}
    return invent(Random(seed), **facts | said)


def test_the_same_seed_invents_the_same_operation():
    assert invented(3) == invented(3)
    assert len({invented(seed).name for seed in range(40)}) > 30


def test_names_overseas_have_words_of_their_own():
    assert invented(3, is_overseas=True).name.endswith(words.OVERSEAS_PLACES)
    assert invented(3).name.endswith(words.PLACES)


@pytest.mark.parametrize(
    "situation", SITUATIONS, ids=lambda each: "-".join(f"{s[:2]}{n}" for s, n in each.path) or "none"
)
def test_stages_follow_each_other_inside_the_years_of_their_scheme(situation):
    for seed in range(60):
        found = invented(seed, situation=situation)
        assert [(stage.scheme, stage.level) for stage in found.stages] == list(situation.path)
        years = [stage.year for stage in found.stages]
        assert years == sorted(set(years))
        for stage in found.stages:
            assert FIRST_YEARS[stage.scheme] <= stage.year <= LAST_YEARS.get(stage.scheme, TODAY.year - 1)
        if any(stage.level == 4 for stage in found.stages):
            (part,) = found.phases
            assert years[-1] - kept_date(part.delivery).year > 3


def test_figures_are_possible_and_dated():
    for seed in range(200):
        found = invented(seed, population=seed * seed)
        assert figure_faults(found.figures) == {}
        assert bool(found.figures) == bool(found.figures_as_of)
        assert not found.figures_as_of or found.figures_as_of < TODAY
    for figures in EXTREMES:
        assert figure_faults(figures) == {}


def test_choices_are_those_of_the_lists_and_five_strong_points_at_most():
    for seed in range(60):
        choices = invented(seed).choices
        assert set(choices["types"]) <= set(TERMS["types"])
        assert len(choices["strong_points"]) <= 5
        assert choices["strategies"] == []


def test_phases_have_dates_that_follow_each_other():
    for seed in range(120):
        for part in invented(seed).phases:
            dates = [found for kept in (part.studies, part.works, part.delivery) if (found := kept_date(kept))]
            assert dates == sorted(dates)
            assert len({date.year for date in dates}) == len(dates)


def test_actors_are_organisations_that_say_they_are_invented():
    named = [name for seed in range(60) for names in invented(seed).actors.values() for name in names]
    assert named
    assert {name.removesuffix(" (démonstration)") for name in named} <= set(words.ACTORS)


def test_the_last_stage_of_several_phases_is_of_the_first_of_them():
    situation = Situation(1, path=((FOUR_STAGES, 1), (FOUR_STAGES, 2)))
    several = [found for seed in range(60) if len((found := invented(seed, situation=situation)).phases) > 1]
    assert several
    assert {tuple(stage.phases for stage in found.stages) for found in several} == {((), (1,))}


def test_every_drawing_is_an_image_that_says_it_is_invented():
    assert len(SCENES) == len(words.PHOTOS)
    for scene, said in zip(SCENES, words.PHOTOS, strict=True):
        assert Image.open(io.BytesIO(draw(scene, Random(1)))).size == (WIDTH, HEIGHT)
        assert said.startswith("Dessin inventé")
    assert all(len(name) <= 255 for name in words.LONG_NAMES)
