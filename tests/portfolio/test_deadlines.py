"""Last days and renewals against the register, by hand.

A raw API takes 1.5 engineer weeks times 2 - s. With two engineers one of them works on it; a
tested fallback stands on an agreement that is signed, so no legal days come on top:

* to another model of the same developer, s = 0.9: 7 · 1.5 · 1.1 + 3 = 14.55 days;
* to another developer, s = 0.75: 7 · 1.5 · 1.25 + 3 = 16.125 days.
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.catalog.records import SELF_HOSTED, Answer, Retirement
from risk.inventory.records import Fallback, SwitchBegun
from risk.loss.valuation import valuation_of
from risk.portfolio.assessment import assess
from risk.portfolio.deadlines import (
    DeadlineCalendar,
    DeadlineKind,
    deadline_calendar,
    renewals_of,
    told_by,
)
from tests.loss import small
from tests.small_world import AS_OF, PLAIN, TODAY, dependency, portfolio, small_catalog, startup
from ui.words.deadline_words import finding


def day(ahead: int) -> date:
    return TODAY + timedelta(days=ahead)


def retired(
    model: str, ahead: int, *, host: str | None = None, ago: int | None = None
) -> Retirement:
    return Retirement(
        developer="Alpha",
        model=model,
        announced=None if ago is None else day(-ago),
        shutdown=day(ahead),
        replacement="alpha-2",
        source="test",
        as_of=AS_OF,
        host=host,
    )


def on_alpha(name: str, *, host: str | None = "Alpha", **facts: object):
    known = {"model": "alpha-1", "fallback": Fallback.TESTED, "fallback_tested_on": TODAY}
    return startup(name, dependency(name, "Alpha", host, **{**known, **facts}))


def calendar_of(*startups, retirements=(), days: int = 90, drawn: bool = False) -> DeadlineCalendar:
    held = portfolio(*startups)
    catalog = replace(small_catalog(), retirements=tuple(retirements))
    lay_out = valuation_of if drawn else small.central_valuation
    laid_out = lay_out(held, catalog=catalog, assumptions=PLAIN, today=TODAY)
    return deadline_calendar(laid_out, renewals_of(held), told_by(held), days=days)


def test_a_retirement_leaves_the_days_until_it_less_those_to_another_model():
    (found,) = calendar_of(on_alpha("Ash"), retirements=[retired("alpha-1", 20)]).deadlines
    assert (found.kind, found.days_left, found.model) == (DeadlineKind.RETIREMENT, 20, "alpha-1")
    assert found.days_to_switch == pytest.approx(14.55)
    assert found.slack_days == pytest.approx(20 - 14.55)
    assert found.start_by == day(20 - 15)
    assert found.replacement == "alpha-2"


def test_who_has_less_time_than_the_switch_takes_is_late():
    calendar = calendar_of(on_alpha("Ash"), retirements=[retired("alpha-1", 10)])
    assert (calendar.late, calendar.late_startups) == (1, ["Ash"])
    assert calendar.deadlines[0].slack_days == pytest.approx(-4.55)


def test_a_move_that_has_begun_is_late_only_where_the_whole_notice_was_too_short():
    # 10 days are left of 14.55 that it takes: slack is -4.55, whatever has begun. Announced 20 days
    # ago there were 30, 4 days ago 14: too few for anybody.
    for begun, ago, late, too_short in (
        (SwitchBegun.YES, 20, False, False),
        (SwitchBegun.NO, 20, True, False),
        (None, 20, True, False),
        (SwitchBegun.YES, 4, True, True),
        (SwitchBegun.YES, None, True, False),
        (None, 4, True, True),
    ):
        calendar = calendar_of(
            on_alpha("Ash", switch_begun=begun), retirements=[retired("alpha-1", 10, ago=ago)]
        )
        (found,) = calendar.deadlines
        assert found.slack_days == pytest.approx(-4.55)
        assert found.begun is (None if begun is None else begun is SwitchBegun.YES)
        assert found.notice_days == (None if ago is None else ago + 10)
        assert (found.late, found.notice_too_short) == (late, too_short)
        assert (calendar.late, len(calendar.late_startups)) == (int(late), int(late))
        assert calendar.begun_unknown == (begun is None)


def test_whether_a_move_has_begun_says_nothing_of_contracts():
    notice, renewal = calendar_of(
        on_alpha("Ash", renewal=day(5), notice_days=2.0, switch_begun=SwitchBegun.YES)
    ).deadlines
    assert (notice.begun, renewal.begun, renewal.notice_days) == (None, None, None)
    assert renewal.late


def test_a_renewal_counts_leaving_the_developer_and_notice_comes_before_it():
    stated = on_alpha("Ash", renewal=day(40), notice_days=30.0)
    notice, renewal = calendar_of(stated).deadlines
    assert (notice.kind, notice.day, notice.days_left) == (DeadlineKind.NOTICE, day(10), 10)
    assert (renewal.kind, renewal.day) == (DeadlineKind.RENEWAL, day(40))
    assert renewal.days_to_switch == pytest.approx(16.125)
    # One must have left by the renewal, whichever of the two days one looks at.
    assert notice.slack_days == renewal.slack_days == pytest.approx(40 - 16.125)


def test_half_a_day_of_notice_needs_a_whole_one():
    notice, _ = calendar_of(on_alpha("Ash", renewal=day(40), notice_days=0.5)).deadlines
    assert notice.day == day(39)


def test_a_day_to_give_notice_that_has_passed_is_still_shown():
    calendar = calendar_of(on_alpha("Ash", renewal=day(20), notice_days=30.0))
    assert calendar.passed == 1
    assert [one.days_left for one in calendar.deadlines] == [-10, 20]


def test_a_partner_clouds_own_date_holds_there_and_the_developers_elsewhere():
    dates = [retired("alpha-1", 20), retired("alpha-1", 60, host="Cloud")]
    hosts = {"Alpha": 20, "Cloud": 60, "Nimbus": 20, None: 20}
    for host, ahead in hosts.items():
        (found,) = calendar_of(on_alpha("Ash", host=host), retirements=dates).deadlines
        assert found.days_left == ahead, host
    only_there = [retired("alpha-1", 60, host="Cloud")]
    assert calendar_of(on_alpha("Ash"), retirements=only_there).deadlines == ()


def test_what_a_startup_runs_itself_does_not_end():
    ours = on_alpha("Ash", host=SELF_HOSTED, renewal=day(30))
    assert calendar_of(ours, retirements=[retired("alpha-1", 20)]).deadlines == ()


def test_a_model_that_is_gone_already_comes_first():
    calendar = calendar_of(on_alpha("Ash", renewal=day(5)), retirements=[retired("alpha-1", -7)])
    assert [one.days_left for one in calendar.deadlines] == [-7, 5, 5]
    assert (calendar.within(30), calendar.startups_within(30), calendar.passed) == (2, 1, 1)


def test_what_nobody_stated_is_counted_and_not_guessed():
    calendar = calendar_of(
        on_alpha("Ash", model=None, renewal=None),
        on_alpha("Birch", renewal=day(-3)),
        on_alpha("Cole", renewal=day(30), notice_days=None),
        startup("Dove", replace(dependency("d", None, None), answer=Answer.NO)),
        retirements=[retired("alpha-1", 400)],
    )
    assert (calendar.dependencies, calendar.without_model, calendar.without_renewal) == (3, 1, 1)
    assert (calendar.renewals_passed, calendar.notice_unknown) == (1, 1)
    assert [one.kind for one in calendar.deadlines] == [DeadlineKind.RENEWAL]


def test_an_unknown_fact_widens_the_days_to_switch():
    dates = [retired("alpha-1", 20)]
    (sure,) = calendar_of(on_alpha("Ash"), retirements=dates, drawn=True).deadlines
    (unsure,) = calendar_of(on_alpha("Ash", depth=None), retirements=dates, drawn=True).deadlines
    # How long a switch takes is judged, so even known facts leave a range.
    assert sure.switch_range.low < sure.days_to_switch < sure.switch_range.high
    ranges = [one.switch_range.high - one.switch_range.low for one in (sure, unsure)]
    assert ranges[0] < ranges[1]
    assert sure.slack_range.low == pytest.approx(20 - sure.switch_range.high)
    assert sure.slack_range.high == pytest.approx(20 - sure.switch_range.low)


def test_the_least_slack_of_models_is_of_retirements_alone():
    calendar = calendar_of(
        on_alpha("Ash", renewal=day(1), notice_days=None),
        on_alpha("Birch"),
        retirements=[retired("alpha-1", 20)],
    )
    assert [one.kind for one in calendar.least_slack()] == [DeadlineKind.RENEWAL]
    (found,) = calendar.of_models().least_slack()
    assert (found.startup, found.slack_days) == ("Ash", pytest.approx(5.45))
    assert calendar_of().least_slack() == ()


def test_a_provider_loses_the_models_that_it_develops_or_hosts():
    calendar = calendar_of(
        on_alpha("Ash", renewal=day(1)),
        on_alpha("Birch", host="Cloud"),
        retirements=[retired("alpha-1", 20)],
    )
    ends = {name: calendar.of_models(name) for name in ("Alpha", "Cloud", "Beta")}
    assert {name: len(one) for name, one in ends.items()} == {"Alpha": 2, "Cloud": 1, "Beta": 0}
    assert [one.startup for one in ends["Cloud"].deadlines] == ["Birch"]


def test_what_is_late_comes_first_and_models_before_contracts():
    # Days to switch are 14.55 and 16.125: Ash's contract is late by 11, the model of all by 4.55.
    calendar = calendar_of(
        on_alpha("Ash", renewal=day(5), notice_days=None),
        on_alpha("Birch", model="alpha-9", renewal=day(60)),
        retirements=[retired("alpha-1", 10)],
    )
    assert [(one.startup, one.kind) for one in calendar.most_urgent] == [
        ("Ash", DeadlineKind.RETIREMENT),
        ("Ash", DeadlineKind.RENEWAL),
        ("Birch", DeadlineKind.RENEWAL),
    ]


@settings(max_examples=15)
@given(near=st.integers(1, 400), further=st.integers(0, 400), ahead=st.integers(-50, 500))
def test_looking_further_ahead_only_adds(near: int, further: int, ahead: int):
    book = on_alpha("Ash", renewal=day(ahead), notice_days=30.0)
    dates = [retired("alpha-1", ahead)]
    fewer = calendar_of(book, retirements=dates, days=near).deadlines
    more = calendar_of(book, retirements=dates, days=near + further).deadlines
    assert set(fewer) <= set(more)
    assert all(one.day <= day(near) for one in fewer)


def test_a_model_that_ends_within_90_days_is_the_next_thing_to_do():
    held = portfolio(
        on_alpha("Ash", fallback=Fallback.NONE),
        on_alpha("Birch", model="alpha-0"),
        on_alpha("Cedar", switch_begun=SwitchBegun.YES),
        on_alpha("Dogwood", model="alpha-2"),
        on_alpha("Elm", model="alpha-3"),
    )
    # The move from Cedar's has begun; alpha-3 ends beyond the horizon.
    ends = [
        retired("alpha-1", 60),
        retired("alpha-0", -10),
        retired("alpha-3", 91),
    ]
    catalog = replace(small_catalog(), retirements=tuple(ends))
    laid_out = small.central_valuation(held, catalog=catalog, assumptions=PLAIN, today=TODAY)
    todo = {one.startup: one.next_action for one in assess(laid_out).startups}
    for name, ended, word in (("Ash", ends[0], "ends"), ("Birch", ends[1], "ended")):
        last = ended.shutdown
        assert todo[name] == f"Replace {ended.model}: it {word} on {last.day} {last:%b %Y}"
    assert not [name for name in ("Cedar", "Dogwood", "Elm") if "Replace" in todo[name]]


def test_the_title_counts_the_passed_ones_apart_from_those_ahead() -> None:
    passed = calendar_of(on_alpha("Ash"), retirements=[retired("alpha-1", -5)])
    assert (len(passed), passed.within(90)) == (1, 0)
    assert "1 of 1 deadline passed or within 90 days" in finding(passed)
    ahead = calendar_of(on_alpha("Ash"), retirements=[retired("alpha-1", 10)])
    assert "1 of 1 deadline within 90 days" in finding(ahead)
