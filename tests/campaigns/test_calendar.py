"""The dates of a campaign: their order, the next year's, what is open, and when a day ends."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from ecoquartier.campaigns.domain import (
    calendar_faults,
    default_days,
    milestone_sentence,
    moved,
    next_milestone,
    open_on,
    weekends,
)
from ecoquartier.campaigns.domain.calendar import PERIODS
from ecoquartier.campaigns.enums import MilestoneCode as M
from ecoquartier.territories.domain import end_of_day

YEAR = 2027
DAYS = default_days(YEAR)


def test_the_default_dates_hold_for_any_year():
    assert set(DAYS) == set(M)
    assert [calendar_faults(default_days(year), year) for year in (2027, 2028, 2031)] == [[], [], []]


CHAIN = [code for code in M if code != M.EXPERTS]


@pytest.mark.parametrize(("before", "after"), list(pairwise(CHAIN)))
def test_each_date_comes_after_the_one_before(before, after):
    faults = calendar_faults({**DAYS, before: DAYS[after] + timedelta(days=1)}, YEAR)
    named = [fault for fault in faults if str(after.label).capitalize() in fault and str(before.label) in fault]
    assert len(named) == 1
    # Two on the same day are in order.
    same_day = calendar_faults({**DAYS, before: DAYS[after]}, YEAR)
    assert not [fault for fault in same_day if str(after.label).capitalize() in fault]


def test_a_refused_date_names_the_two():
    (fault,) = calendar_faults(DAYS | {M.FILING: date(YEAR, 6, 1)}, YEAR)
    assert fault.replace("\u00a0", " ") == (
        "« Examen de recevabilité » (31 mai 2027) ne peut pas venir avant « clôture des dépôts » (1er juin 2027)."
    )


def test_experts_may_apply_after_the_filing_deadline_but_before_the_teams():
    assert calendar_faults(DAYS | {M.EXPERTS: date(YEAR, 6, 15)}, YEAR) == []
    assert len(calendar_faults(DAYS | {M.EXPERTS: date(YEAR, 6, 16)}, YEAR)) == 1
    assert len(calendar_faults(DAYS | {M.EXPERTS: date(YEAR, 1, 14)}, YEAR)) == 1


def test_order_is_asked_across_the_dates_that_a_campaign_does_without():
    few = {code: DAYS[code] for code in (M.LAUNCH, M.FILING, M.CEREMONY)}
    assert calendar_faults(few, YEAR) == []
    (fault,) = calendar_faults(few | {M.FILING: date(YEAR, 12, 25)}, YEAR)
    assert "Cérémonie" in fault


@pytest.mark.parametrize("code", [M.LAUNCH, M.FILING, M.CEREMONY])
def test_three_dates_are_indispensable(code):
    (fault,) = calendar_faults({other: day for other, day in DAYS.items() if other != code}, YEAR)
    assert str(code.label) in fault


def test_a_ceremony_may_slip_to_the_next_year_and_no_further():
    assert calendar_faults(DAYS | {M.CEREMONY: date(YEAR + 1, 2, 5)}, YEAR) == []
    assert "trop loin" in calendar_faults(DAYS | {M.CEREMONY: date(YEAR + 2, 2, 5)}, YEAR)[0]
    assert calendar_faults(DAYS | {M.LAUNCH: date(YEAR - 1, 12, 15)}, YEAR) == []


def test_the_next_year_keeps_the_dates_weekends_included():
    following = moved({M.FILING: date(2026, 5, 15), M.LAUNCH: date(2028, 2, 29)}, 1)
    assert following == {M.FILING: date(2027, 5, 15), M.LAUNCH: date(2029, 3, 1)}
    assert weekends(following) == [(M.FILING, date(2027, 5, 15))]
    assert weekends({M.FILING: date(2027, 5, 14), M.LAUNCH: date(2027, 5, 16)}) == [(M.LAUNCH, date(2027, 5, 16))]


def test_what_is_open_both_ends_included():
    def codes(day):
        return [period.code for period in open_on(DAYS, day)]

    assert codes(date(YEAR, 1, 14)) == []
    assert codes(date(YEAR, 1, 15)) == [M.INTENTION, M.FILING, M.EXPERTS]
    assert codes(date(YEAR, 5, 15)) == [M.FILING, M.EXPERTS, M.COMPLETIONS]
    assert codes(date(YEAR, 5, 16)) == [M.EXPERTS, M.COMPLETIONS]
    assert codes(date(YEAR, 9, 10)) == [M.REGIONAL]
    assert codes(date(YEAR, 12, 1)) == []


def test_a_period_begins_where_the_campaign_says_it_can():
    few = {code: DAYS[code] for code in (M.LAUNCH, M.FILING, M.ADMISSIBILITY, M.EXPERTISE, M.CEREMONY)}
    assert [period.code for period in open_on(few, date(YEAR, 6, 1))] == [M.EXPERTISE]
    assert [period.code for period in open_on({M.FILING: DAYS[M.FILING]}, DAYS[M.FILING])] == []


def test_the_next_date_is_today_or_later():
    assert next_milestone(DAYS, DAYS[M.FILING]) == (M.FILING, DAYS[M.FILING])
    assert next_milestone(DAYS, DAYS[M.FILING] + timedelta(days=1)) == (M.EXPERTS, DAYS[M.EXPERTS])
    assert next_milestone(DAYS, date(YEAR, 12, 31)) is None


def test_each_date_has_its_sentence():
    assert len({milestone_sentence(code, date(YEAR, 5, 1)) for code in M}) == len(M)
    assert all("1er\u00a0mai\u00a02027" in milestone_sentence(code, date(YEAR, 5, 1)) for code in M)
    assert set(PERIODS) < set(M)


@pytest.mark.parametrize(
    ("day", "zone", "ends"),
    [
        # The night Paris loses an hour: the 27th still ends in winter time, the 28th in summer time.
        (date(2027, 3, 27), "Europe/Paris", datetime(2027, 3, 27, 22, 59, 59, 999999, UTC)),
        (date(2027, 3, 28), "Europe/Paris", datetime(2027, 3, 28, 21, 59, 59, 999999, UTC)),
        # The night Paris gains one.
        (date(2027, 10, 30), "Europe/Paris", datetime(2027, 10, 30, 21, 59, 59, 999999, UTC)),
        (date(2027, 10, 31), "Europe/Paris", datetime(2027, 10, 31, 22, 59, 59, 999999, UTC)),
        # Behind Paris: the place's midnight is later, five hours in winter and six in summer.
        (date(2027, 1, 31), "America/Guadeloupe", datetime(2027, 2, 1, 3, 59, 59, 999999, UTC)),
        (date(2027, 5, 15), "America/Martinique", datetime(2027, 5, 16, 3, 59, 59, 999999, UTC)),
        (date(2027, 5, 15), "America/Cayenne", datetime(2027, 5, 16, 2, 59, 59, 999999, UTC)),
        # Ahead of Paris: Paris is later, so nobody loses an hour.
        (date(2027, 5, 15), "Indian/Reunion", datetime(2027, 5, 15, 21, 59, 59, 999999, UTC)),
        (date(2027, 5, 15), "Indian/Mayotte", datetime(2027, 5, 15, 21, 59, 59, 999999, UTC)),
        # A place with its own change of hour, two weeks before that of Paris.
        (date(2027, 3, 14), "America/Miquelon", datetime(2027, 3, 15, 1, 59, 59, 999999, UTC)),
        (date(2027, 3, 13), "America/Miquelon", datetime(2027, 3, 14, 2, 59, 59, 999999, UTC)),
    ],
)
def test_a_day_ends_in_paris_or_there_whichever_is_later(day, zone, ends):
    assert end_of_day(day, zone) == ends
