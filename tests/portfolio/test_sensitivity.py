"""The tornado: what is worked out in part is what valuing everything anew would give."""

from dataclasses import replace

import numpy as np
import pytest

from risk.assumptions import DEFAULTS, PLAUSIBLE, assumption_rows, override
from risk.catalog.failure_kinds import EvidenceKind, FailureKind, RateEvidence
from risk.inventory.records import Depth, ExitPlan, Fallback, Requirement
from risk.loss.draws import Z90
from risk.loss.judgement import VARIABLES, judgement_at, place_of
from risk.loss.rates import yearly
from risk.loss.valuation import Valuation, valuation_of
from risk.loss.valuing import MEAN, value, world_tables_of
from risk.loss.worlds import Worlds, built_worlds, worlds_of
from risk.portfolio.moved_numbers import WORLDS, Laboratory, sample_of
from risk.portfolio.results import Source
from risk.portfolio.sensitivity import (
    A_YEAR,
    CATALOG_NUMBERS,
    FURTHER_NUMBERS,
    TIMES,
    Sensitivity,
    Sort,
    narrowing,
    range_of,
    sensitivity,
)
from tests.small_world import TODAY, dependency, portfolio, rate, small_catalog, startup

RATES = (
    rate("Alpha", FailureKind.WIND_DOWN, 0.1, notice_days=14),
    rate("Alpha", FailureKind.OUTAGE, 12, days=(-2.0, 1.0)),
    rate("Alpha", FailureKind.LEADERSHIP_CRISIS, 0.2),
    rate("*model first-party top", FailureKind.PRICE_SHOCK, 0.2, notice_days=30),
    rate("Alpha", FailureKind.ACQUISITION, 0.05, notice_days=5),
    rate("Nimbus", FailureKind.OUTAGE, 2, days=(-1.0, 1.0)),
    rate("*model first-party top", FailureKind.MODEL_RETIREMENT, 0.3, notice_days=10),
    rate("*customer", FailureKind.ACCESS_CUT, 0.01, notice_days=5),
    rate("*region", FailureKind.REGIONAL_BLOCK, 0.03, days=(3.3, 1.0)),
)
#: Each rate is judged, its 95 % point three times its median.
EVIDENCE = {
    (row.node, row.kind, row.level): RateEvidence(how=EvidenceKind.JUDGED, spread=3.0)
    for row in RATES
}
WORLD = replace(small_catalog(rates=RATES), rate_evidence=EVIDENCE)

BOOK = portfolio(
    startup("Plain", dependency("a", "Alpha", "Alpha")),
    startup("Copied", dependency("b", "Alpha", "Cloud", depth=Depth.AGENTS)),
    startup(
        "Split",
        dependency("c", "Alpha", "Alpha", share=0.6, fallback=Fallback.DOCUMENTED),
        dependency("d", "Beta", "Beta", share=0.4, depth=Depth.FINE_TUNED),
        country="IT",
    ),
    startup(
        "Both",
        dependency("e", "Alpha", "Alpha", fallback=Fallback.UNTESTED, exit_plan=ExitPlan.WRITTEN),
        dependency("f", "Beta", "Beta", notice_days=None, data_residency="EU"),
        requirement=Requirement.ALL,
        case={"criticality": 3, "buffer_hours": None},
    ),
    startup(
        "Silent",
        dependency("g", "Alpha", "Alpha", depth=None, fallback=None, spend_usd_per_month=None),
        case={"criticality": None},
        annual_revenue_usd=None,
        gross_margin=None,
        ai_revenue_share=None,
        engineers=None,
    ),
)


#: Startups with the same facts lose the same where no model ends: nobody knows who begins in time.
NO_ENDS = replace(
    WORLD, rates=tuple(one for one in WORLD.rates if one.kind is not FailureKind.MODEL_RETIREMENT)
)


def laid_out(book=BOOK, assumptions=DEFAULTS, count=WORLDS, catalog=WORLD) -> Valuation:
    # In as many worlds as numbers are moved in, so that nothing is scaled.
    found = valuation_of(book, catalog=catalog, assumptions=assumptions, today=TODAY)
    return replace(found, count=count)


@pytest.fixture(scope="module")
def plain() -> Valuation:
    return laid_out()


@pytest.fixture(scope="module")
def found(plain: Valuation) -> Sensitivity:
    return sensitivity(plain)


def figures(plain: Valuation, worlds: Worlds) -> tuple[float, float]:
    """Expected loss and median with everything laid out and valued anew in these worlds."""
    y = value(plain.book.exposures, world_tables_of(plain.book, worlds)).y.sum(axis=1)
    return float(y[:, MEAN].mean()), float(np.median(y[:, 1:-1]))


def anew(plain: Valuation, changed, *, worlds: Worlds | None = None) -> tuple[float, float]:
    """The same where the judged numbers of every world are ``changed``."""
    own = worlds or plain.worlds
    return figures(
        plain,
        built_worlds(
            plain.book,
            plain.catalog,
            plain.assumptions,
            changed(own.judgement),
            own.hazards,
            own.rates,
            own.priors,
            own.distances,
        ),
    )


def swing(found: Sensitivity, name: str):
    return next(one for one in found.swings if one.driver.name == name)


def ends(one) -> list[tuple[float, float]]:
    return [(end.aal_usd, end.median_usd) for end in (one.at_low, one.at_high)]


def test_what_nothing_moves_is_the_answer(plain: Valuation, found: Sensitivity) -> None:
    assert found.as_it_is.aal_usd == pytest.approx(plain.answer.book.mean)
    assert found.as_it_is.median_usd == pytest.approx(plain.answer.book.median)


def test_figures_of_few_worlds_are_scaled_to_all() -> None:
    whole = laid_out(count=64)
    found = sensitivity(whole)
    assert found.as_it_is.aal_usd == pytest.approx(whole.answer.book.mean)
    assert found.as_it_is.median_usd == pytest.approx(whole.answer.book.median)


@pytest.mark.parametrize("name", [one.name for one in VARIABLES])
def test_a_judgement_at_its_ends_is_that_judgement_in_worlds_built_anew(
    plain: Valuation, found: Sensitivity, name: str
) -> None:
    for end, said in zip((-Z90, Z90), ends(swing(found, name)), strict=True):

        def at_end(judgement, end=end):
            z = judgement.z.copy()
            z[:, place_of(name)] = end
            return judgement_at(DEFAULTS, z)

        assert said == pytest.approx(anew(plain, at_end), rel=1e-9)


SINGLE = sorted(
    {
        name
        for one in VARIABLES
        if len(one.rising) + len(one.falling) > 1
        for name in (*one.rising, *one.falling)
    }
    | {one for one in FURTHER_NUMBERS if not one.startswith("unknown") and one != "switch_spread"}
)


@pytest.mark.parametrize("name", SINGLE)
def test_a_single_number_at_its_ends_is_that_number_in_worlds_built_anew(
    plain: Valuation, found: Sensitivity, name: str
) -> None:
    for end, said in zip(PLAUSIBLE[name], ends(swing(found, name)), strict=True):

        def at_end(judgement, end=end):
            numbers = tuple(replace(one, **{name: end}) for one in judgement.numbers)
            return replace(judgement, numbers=numbers)

        assert said == pytest.approx(anew(plain, at_end), rel=1e-9)


@pytest.mark.parametrize(
    "name", ["switch_spread", *(one for one in FURTHER_NUMBERS if one.startswith("unknown"))]
)
def test_a_number_behind_draws_is_that_number_in_worlds_drawn_anew(
    plain: Valuation, found: Sensitivity, name: str
) -> None:
    row = next(one for one in assumption_rows(DEFAULTS) if one.name == name)
    for end, said in zip(range_of(row, DEFAULTS), ends(swing(found, name)), strict=True):
        changed = override(DEFAULTS, {name: end})
        worlds = worlds_of(plain.book, WORLD, changed, today=TODAY, count=WORLDS)
        assert said == pytest.approx(figures(plain, worlds), rel=1e-9)


def test_a_rate_at_its_ends_is_that_rate_known(plain: Valuation, found: Sensitivity) -> None:
    # The Gamma law of a judged rate: its 10 and 90 % points, as if they were known for sure.
    hazards = plain.worlds.hazards
    rates = [one for one in found.swings if one.driver.sort is Sort.RATE]
    kinds = {one.driver.rate[1] for one in rates if one.driver.rate}
    assert kinds >= {FailureKind.WIND_DOWN, FailureKind.OUTAGE, FailureKind.REGIONAL_BLOCK}
    for one in rates:
        places = np.flatnonzero(
            [hazards.groups[group] == one.driver.rate for group in hazards.group]
        )
        for end, said in zip((one.driver.low, one.driver.high), ends(one), strict=True):
            rate, shape = hazards.rate.copy(), hazards.shape.copy()
            rate[places] *= end[A_YEAR] / hazards.rate[places].max()
            shape[places] = np.inf
            known = yearly(replace(hazards, rate=rate, shape=shape), DEFAULTS, WORLDS)
            worlds = replace(plain.worlds, rates=known)
            assert said == pytest.approx(figures(plain, worlds), rel=1e-9)


def test_a_single_outage_rate_moves_the_mean_straight(found: Sensitivity) -> None:
    # Outages come any number of times: their part of the mean is in proportion to their rate.
    one = swing(found, "rates of outages and slowdowns")
    low, high = one.driver.low["rate_multiple"], one.driver.high["rate_multiple"]
    part = (one.at_high.aal_usd - one.at_low.aal_usd) / (high - low)
    assert one.at_low.aal_usd == pytest.approx(found.as_it_is.aal_usd - (1 - low) * part)


@pytest.mark.parametrize("name", ["price_shock_rate_multiple", "wind_down_rate_multiple"])
def test_rates_of_a_kind_move_with_what_they_share(
    plain: Valuation, found: Sensitivity, name: str
) -> None:
    kind = {
        "price_shock_rate_multiple": FailureKind.PRICE_SHOCK,
        "wind_down_rate_multiple": FailureKind.WIND_DOWN,
    }[name]
    hazards, one = plain.worlds.hazards, swing(found, name)
    for end, said in zip((one.driver.low, one.driver.high), ends(one), strict=True):
        rate = np.where(hazards.are(kind), hazards.rate * end[name], hazards.rate)
        known = yearly(replace(hazards, rate=rate), DEFAULTS, WORLDS, known=frozenset({kind}))
        assert said == pytest.approx(figures(plain, replace(plain.worlds, rates=known)), rel=1e-9)


def test_unknown_facts_move_together(found: Sensitivity) -> None:
    one = swing(found, "unknown revenues")
    assert one.at_low.aal_usd < found.as_it_is.aal_usd < one.at_high.aal_usd
    # One startup alone left it open: its revenue may lie anywhere in the prior.
    assert one.driver.low["unknown_revenue"] == pytest.approx(2e6 * 0.15)
    assert one.driver.high["unknown_revenue"] == pytest.approx(2e6 * 7.5)


@pytest.mark.parametrize(("startups", "exponent"), [(2, 0.7502), (1000, 0.3556)])
def test_what_many_left_open_lies_together_as_far_as_it_has_a_common_part(
    startups: int, exponent: float
) -> None:
    # ρ of revenue is (ln 4 / ln 50)² = .1256, and all lose the same:
    # √(ρ + (1 - ρ) / 2) = .7502, and √(ρ + (1 - ρ) / 1000) = .3556.
    one = swing(sensitivity(laid_out(alike(startups), catalog=NO_ENDS)), "unknown revenues")
    assert one.driver.low["unknown_revenue"] == pytest.approx(2e6 * 0.15**exponent, rel=1e-3)
    assert one.driver.high["unknown_revenue"] == pytest.approx(2e6 * 7.5**exponent, rel=1e-3)


def alike(count: int, **facts):
    """Startups that differ in nothing; without more facts revenue alone is open."""
    facts = facts or {"annual_revenue_usd": None}
    return portfolio(
        *(startup(f"S{i}", dependency(f"k{i}", "Alpha", "Alpha"), **facts) for i in range(count))
    )


BARE = {
    **dict.fromkeys(("annual_revenue_usd", "gross_margin", "ai_revenue_share", "engineers")),
}


@pytest.mark.parametrize("book", [BOOK, alike(12, **BARE), alike(3)])
def test_what_would_narrow_the_range_is_what_the_tornado_begins_with(book) -> None:
    valued = laid_out(book)
    levers, whole = narrowing(valued), sensitivity(valued)
    first = whole.shared().swings[: len(levers)]
    assert len(levers) == 5
    for lever, one in zip(levers, first, strict=True):
        ends = sorted(end.aal_usd / whole.as_it_is.aal_usd for end in (one.at_low, one.at_high))
        assert (lever.low, lever.high) == pytest.approx(tuple(ends), rel=1e-9)
        if one.driver.sort is not Sort.FACTS:
            assert lever.what == one.driver.name


def test_where_nobody_states_revenue_one_is_told_to_ask_for_it() -> None:
    known = {"annual_revenue_usd": 1e6}
    book = alike(12, **BARE)
    stated = startup("Stated", dependency("s", "Alpha", "Alpha"), **{**BARE, **known})
    nothing = startup("Nothing", **BARE)
    found = narrowing(laid_out(replace(book, startups=(*book.startups, stated, nothing))))
    first = next(one for one in found if one.kind is Source.FACTS)
    assert (first.what, first.kind, first.startups) == ("annual_revenue_usd", Source.FACTS, 12)
    assert len(set(first.largest)) == 3
    assert not {"Stated", "Nothing"} & set(first.largest)
    assert first.low < 1 < first.high


def test_stating_what_narrows_most_narrows_more_than_stating_the_next() -> None:
    moved = sensitivity(laid_out(alike(12, **BARE), count=64)).swings
    facts = [one.driver.name for one in moved if one.driver.sort is Sort.FACTS]
    assert facts[:2] == ["unknown revenues", "unknown shares of AI"]

    def left(**stated: float) -> float:
        """How much of the variance is still facts that nobody stated."""
        book = laid_out(alike(12, **{**BARE, **stated}), count=128).answer.book
        return book.by_facts

    # Stated in the middle of what it may be.
    first, second = left(annual_revenue_usd=2e6), left(ai_revenue_share=0.4)
    assert first < second < left()


def test_every_number_is_moved_or_named_as_unread(found: Sensitivity) -> None:
    moved = {
        name
        for one in found.swings
        if one.driver.sort is not Sort.RATE
        for name in (*one.driver.low, *one.driver.high)
    }
    names = {row.name for row in assumption_rows(DEFAULTS)}
    assert moved - {TIMES} | set(found.unread) == names
    assert not moved & set(found.unread)


def test_no_expected_loss_rests_on_an_unread_number(plain: Valuation, found: Sensitivity) -> None:
    # All of them at once, each far from where it stands.
    rows = {row.name: row for row in assumption_rows(DEFAULTS)}
    far = {
        name: max(range_of(rows[name], DEFAULTS), key=lambda end: abs(end - rows[name].value))
        for name in found.unread
    }
    changed = laid_out(assumptions=replace(DEFAULTS, **far))
    assert changed.answer.book.mean == plain.answer.book.mean
    assert changed.answer.book.median == plain.answer.book.median


def test_each_driver_has_its_own_name_and_the_largest_swing_comes_first(
    found: Sensitivity,
) -> None:
    names = [one.driver.name for one in found.swings]
    assert len(set(names)) == len(names)
    swings = [one.aal_usd for one in found.swings]
    assert swings == sorted(swings, reverse=True)
    assert {one.driver.sort for one in found.swings} == set(Sort)


def test_a_list_holds_each_thing_once(found: Sensitivity) -> None:
    shared = found.shared().swings
    moved = [name for one in shared for name in one.driver.low if one.driver.sort is not Sort.FACTS]
    assert len(set(moved)) == len(moved)
    # Every number that anything rests on, one at a time, rates of a kind at what they share.
    numbers = [name for one in found.numbers().swings for name in one.driver.low]
    names = {row.name for row in assumption_rows(DEFAULTS)}
    assert sorted(numbers) == sorted(names - set(found.unread))
    assert {one.driver.sort for one in found.rates().swings} == {Sort.RATE, Sort.KIND}


def test_the_same_question_twice_has_the_same_answer(found: Sensitivity) -> None:
    assert sensitivity(laid_out()) == found


def test_numbers_about_news_stand_still_without_news(found: Sensitivity) -> None:
    for one in found.swings:
        if one.driver.name in CATALOG_NUMBERS:
            assert one.at_low == one.at_high == found.as_it_is


def test_other_reference_facts_are_those_of_a_portfolio_laid_out_on_them(
    plain: Valuation,
) -> None:
    # Once a rate alone is another, once there is a disruption that there was not.
    more = replace(WORLD.rates[0], rate_per_year=0.3)
    for rates in ((more, *WORLD.rates[1:]), WORLD.rates[1:]):
        other = laid_out(catalog=replace(WORLD, rates=rates))
        under = Laboratory(plain).under(other)
        assert under.mean.mean() == pytest.approx(other.answer.book.mean)


def test_a_number_set_beyond_its_range_is_an_end() -> None:
    own = override(DEFAULTS, {"churn_maximum": 0.95})
    one = swing(sensitivity(laid_out(assumptions=own)), "churn_maximum")
    assert (one.driver.low, one.driver.high) == ({"churn_maximum": 0.25}, {"churn_maximum": 0.95})


def test_the_points_of_an_unknown_fact_keep_their_order() -> None:
    with pytest.raises(ValueError, match="must rise"):
        override(DEFAULTS, {"unknown_revenue_low": 3_000_000})
    own = override(DEFAULTS, {"unknown_revenue_low": 1_900_000})
    for row in assumption_rows(own):
        for end in range_of(row, own):
            override(own, {row.name: end})


def test_every_number_has_a_plausible_range_around_its_default_and_within_its_bounds() -> None:
    rows = assumption_rows(DEFAULTS)
    for row in rows:
        assert row.low <= row.plausible_low <= row.default <= row.plausible_high <= row.high
        assert row.plausible_low < row.plausible_high, row.name
    assert set(PLAUSIBLE) <= {row.name for row in rows}


def test_an_empty_portfolio_moves_with_nothing() -> None:
    found = sensitivity(laid_out(replace(BOOK, startups=())))
    assert {one.aal_usd for one in found.swings} == {0.0}


def test_a_sample_is_evenly_spread_and_scaled(monkeypatch: pytest.MonkeyPatch) -> None:
    # Ten startups alike: any five of them, doubled, are all.
    alike = portfolio(*(startup(f"S{n}", dependency(f"k{n}", "Alpha", "Alpha")) for n in range(10)))
    whole = laid_out(alike, catalog=NO_ENDS)
    assert list(sample_of(whole.book.exposures, 5).row) == list(whole.book.exposures.row[::2])
    monkeypatch.setattr("risk.portfolio.moved_numbers.STARTUPS", 5)
    found = sensitivity(laid_out(alike, catalog=NO_ENDS))
    assert (found.sampled, found.startups) == (5, 10)
    assert found.as_it_is.aal_usd == pytest.approx(whole.answer.book.mean)
