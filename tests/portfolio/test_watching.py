"""Limits by hand: what passes them, what moved a measure, and what is unknown."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from risk.portfolio.results import Interval
from risk.portfolio.watching import (
    ALWAYS_READ,
    About,
    Cause,
    Limit,
    Measure,
    Moved,
    Reading,
    Readings,
    Watch,
    compare,
)
from ui.words import watch_words as words

THEN = datetime(2026, 11, 1, 6, tzinfo=UTC)


def readings(**changed: object) -> Readings:
    """$300 of expected loss from two startups, 60 % on Alpha, 1 % of wind-down, 5 days of slack."""
    known = {
        "as_of": date(2026, 11, 1),
        "measures": {
            Measure.EXPECTED_LOSS: Reading(
                value=300.0, subject="Ash", parts={"Ash": 200.0, "Birch": 100.0}
            ),
            Measure.DEVELOPER_SHARE: Reading(
                value=0.6, subject="Alpha", parts={"Alpha": 0.6, "Beta": 0.4}
            ),
            Measure.WIND_DOWN: Reading(value=0.01, subject="Beta", parts={"Beta": 0.01}),
            Measure.RETIREMENT_SLACK: Reading(
                value=5.0, subject="alpha-1 at Ash", parts={"alpha-1 at Ash": 5.0}
            ),
            Measure.TAIL: Reading(value=900.0, subject="Ash", parts={"Ash": 600.0, "Birch": 300.0}),
            Measure.RUNWAY: Reading(value=7.0, subject="Birch", parts={"Birch": 7.0}, unknown=2),
            Measure.SCORE: Reading(value=40.0, subject="Ash", parts={"Ash": 40.0, "Birch": 20.0}),
        },
        "data": "a",
        "facts": "b",
        "model": "c",
        "signals": "1 2",
        "incidents": "7",
    }
    return Readings(**{**known, **changed})  # type: ignore[arg-type]


def watched(limits: dict[Measure, float], now: Readings, before: Readings | None = None) -> Watch:
    set_ones = [Limit(measure=measure, value=value) for measure, value in limits.items()]
    return compare("test", now, limits=set_ones, before=before, since=THEN)


@pytest.mark.parametrize(
    ("measure", "at_the_limit", "beyond"),
    [
        (Measure.EXPECTED_LOSS, 300.0, 299.0),
        (Measure.DEVELOPER_SHARE, 0.6, 0.59),
        (Measure.WIND_DOWN, 0.01, 0.0099),
        # Of slack there can only be too little.
        (Measure.RETIREMENT_SLACK, 5.0, 6.0),
        (Measure.TAIL, 900.0, 899.0),
        (Measure.SCORE, 40.0, 39.9),
        # Nor of months of cash.
        (Measure.RUNWAY, 7.0, 7.1),
    ],
)
def test_a_limit_is_passed_beyond_it_and_not_at_it(
    measure: Measure, at_the_limit: float, beyond: float
):
    assert watched({measure: at_the_limit}, readings()).exceeded == ()
    (passed,) = watched({measure: beyond}, readings()).exceeded
    assert passed.measure is measure


def test_a_range_is_told_beside_the_value_and_decides_nothing():
    unsure = Reading(value=300.0, subject="Ash", interval=Interval(low=100.0, high=900.0))
    now = readings(measures={**readings().measures, Measure.EXPECTED_LOSS: unsure})
    watch = watched({Measure.EXPECTED_LOSS: 400.0}, now)
    assert watch.exceeded == ()
    assert watch.findings[0].interval == Interval(low=100.0, high=900.0)
    assert watch.findings[1].interval is None


def test_without_a_limit_nothing_is_exceeded_and_what_is_unknown_passes_none():
    assert watched({}, readings()).exceeded == ()
    nothing = {**readings().measures, Measure.RETIREMENT_SLACK: Reading(value=None, subject=None)}
    watch = watched({Measure.RETIREMENT_SLACK: 90.0}, readings(measures=nothing))
    assert watch.exceeded == ()


def test_what_moved_is_named_largest_first_with_newcomers_and_leavers():
    now = readings(
        measures={
            **readings().measures,
            Measure.EXPECTED_LOSS: Reading(
                value=420.0, subject="Cole", parts={"Ash": 230.0, "Cole": 190.0}
            ),
        }
    )
    found = watched({}, now, readings()).findings[0]
    assert (found.before, found.value, found.subject_before) == (300.0, 420.0, "Ash")
    assert found.moved == (
        Moved(name="Cole", before=None, after=190.0),
        Moved(name="Birch", before=100.0, after=None),
        Moved(name="Ash", before=200.0, after=230.0),
    )


def test_the_first_check_has_nothing_to_compare_with():
    watch = watched({Measure.EXPECTED_LOSS: 1.0}, readings())
    assert (watch.since, watch.causes, watch.findings[0].moved) == (None, (), ())
    assert watch.recovered == ()


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({"data": "x"}, Cause.REGISTER),
        ({"facts": "x"}, Cause.FACTS),
        ({"model": "x"}, Cause.MODEL),
        ({"signals": "1"}, Cause.SIGNALS),
        ({"incidents": "8"}, Cause.INCIDENTS),
        ({"as_of": date(2026, 11, 2)}, Cause.TIME),
    ],
)
def test_what_differs_from_the_last_check_is_named(changed: dict[str, object], cause: Cause):
    assert watched({}, readings(**changed), readings()).causes == (cause,)
    assert watched({}, readings(), readings()).causes == ()
    # A reading kept by an earlier version says nothing of incidents.
    assert watched({}, readings(), readings(incidents=None)).causes == ()


def test_a_measure_that_is_back_within_its_limit_has_recovered():
    share = Reading(value=0.3, subject="Alpha", parts={"Alpha": 0.3})
    better = readings(measures={**readings().measures, Measure.DEVELOPER_SHARE: share})
    watch = watched({Measure.DEVELOPER_SHARE: 0.5}, better, readings())
    assert [one.measure for one in watch.recovered] == [Measure.DEVELOPER_SHARE]
    assert replace(watch.recovered[0], limit=None).was_exceeded is False


def test_of_measures_with_too_many_parts_only_those_that_were_kept_both_times_are_named():
    # Cole may have lost $90 before: too little to be kept.
    before = Reading(value=300.0, subject="Ash", parts={"Ash": 200.0, "Birch": 100.0}, is_cut=True)
    after = Reading(value=420.0, subject="Ash", parts={"Ash": 230.0, "Cole": 120.0}, is_cut=True)
    known = readings().measures
    now = readings(measures={**known, Measure.EXPECTED_LOSS: after})
    then = readings(measures={**known, Measure.EXPECTED_LOSS: before})
    assert watched({}, now, then).findings[0].moved == (
        Moved(name="Ash", before=200.0, after=230.0),
    )


GERMANY = About(slices=(("country", "DE"),))
PARTS = (
    Limit(measure=Measure.EXPECTED_LOSS, value=10.0, about=About(startup="Ash"), number=4),
    Limit(measure=Measure.PROVIDER_SHARE, value=0.5, provider="Alpha", number=3),
    Limit(measure=Measure.EXPECTED_LOSS, value=100.0, about=GERMANY, number=2),
    Limit(measure=Measure.EXPECTED_LOSS, value=1e9, number=1),
)


def parted(**values: float | None) -> Readings:
    """Readings of those limits: what Ash and Germany lose, and the share on Alpha."""
    known = {"expected_loss_usd 4": 20.0, "provider_share 3": 0.4, "expected_loss_usd 2": 90.0}
    return readings(
        limited={
            key: Reading(value=one, subject=None, missing="Gone." if one is None else None)
            for key, one in {**known, **values}.items()
        }
    )


def test_limits_are_told_of_the_portfolio_then_of_slices_then_of_companies():
    watch = compare("test", parted(), limits=PARTS, before=None, since=None)
    assert [one.key for one in watch.findings] == [
        *ALWAYS_READ,
        *("provider_share 3", "expected_loss_usd 2", "expected_loss_usd 4"),
    ]
    assert watch.findings[0].limit == 1e9
    assert [(one.about.startup, one.value, one.limit) for one in watch.exceeded] == [
        ("Ash", 20.0, 10.0)
    ]
    assert [words.name_of(one) for one in watch.findings[-3:]] == [
        "Share on Alpha",
        "Expected loss a year of country DE",
        "Expected loss a year of Ash",
    ]


def test_what_is_gone_is_neither_within_its_limit_nor_recovered():
    then, now = parted(), parted(**{"expected_loss_usd 4": None})
    watch = compare("test", now, limits=PARTS, before=then, since=THEN)
    assert (watch.exceeded, watch.recovered) == ((), ())
    (gone,) = watch.unchecked
    assert gone.about.startup == "Ash"
    assert words.headline(watch) == "test: within its 3 limits; 1 limit cannot be checked."
    assert "cannot be checked" in words.verdict(gone)


def test_readings_of_before_slices_were_read_have_nothing_to_compare():
    watch = compare("test", parted(), limits=PARTS, before=readings(limited={}), since=THEN)
    assert [(one.before, one.moved) for one in watch.findings[-3:]] == [(None, ())] * 3
    assert watch.causes == ()


def test_a_slice_of_other_companies_is_a_change_of_the_register():
    then, now = (
        readings(limited={"score 5": Reading(value=1.0, subject=None, data=data)})
        for data in ("a", "b")
    )
    limit = Limit(measure=Measure.SCORE, value=50.0, about=GERMANY, number=5)
    watch = compare("test", now, limits=(limit,), before=then, since=THEN)
    assert watch.causes == (Cause.REGISTER,)


def test_a_hundred_limits_that_are_exceeded_are_counted_in_one_line():
    many = [
        Limit(
            measure=Measure.SCORE,
            value=1.0,
            about=About(startup=f"Company {number}"),
            number=number,
        )
        for number in range(100)
    ]
    found = {one.key: Reading(value=2.0, subject=None) for one in many}
    watch = compare("test", readings(limited=found), limits=many, before=None, since=None)
    assert words.headline(watch).startswith("test: 100 limits exceeded (score of Company 0, ")
    assert words.headline(watch).endswith("and 97 more).")


def test_unknown_companies_stand_beside_the_figure_and_pass_no_limit():
    watch = watched({Measure.RUNWAY: 6.0}, readings())
    (runway,) = [one for one in watch.findings if one.measure is Measure.RUNWAY]
    assert not runway.exceeded
    assert words.verdict(runway) == (
        "Runway after the lead developer's wind-down is 7 months (Birch), within the limit of at "
        "least 6 months; cash or burn of 2 companies is unknown."
    )
