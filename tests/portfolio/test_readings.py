"""Readings by hand: three companies of which every figure is known, or known to be unknown."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from risk.catalog.failure_kinds import FailureKind
from risk.inventory.records import Answer
from risk.portfolio.assessment import assess
from risk.portfolio.deadlines import deadline_calendar, renewals_of, told_by
from risk.portfolio.margin_ranges import margin_ranges
from risk.portfolio.providers import dependents_of
from risk.portfolio.readings import MOST_PARTS, Basis, largest, read
from risk.portfolio.results import PortfolioAssessment
from risk.portfolio.watching import MOST_MONTHS, Measure
from tests.small_world import dependency, laid_out, portfolio, rate, small_catalog, startup

CATALOG = small_catalog(
    rates=(
        rate("Alpha", FailureKind.WIND_DOWN, 0.1),
        rate("Beta", FailureKind.WIND_DOWN, 0.2),
    )
)
#: $3.65 m on Alpha; $3.65 m on each of the two; $7.3 m on Beta, whose cash nobody stated.
BOOK = portfolio(
    startup("Ash", dependency("a", "Alpha", "Alpha"), monthly_burn_usd=200_000.0),
    startup(
        "Birch",
        dependency("b", "Alpha", "Alpha", share=0.5),
        dependency("c", "Beta", "Beta", share=0.5),
        annual_revenue_usd=7_300_000.0,
    ),
    startup("Cole", dependency("d", "Beta", "Beta"), annual_revenue_usd=7_300_000.0, cash_usd=None),
)
CHANCES: Any = {
    "Alpha": SimpleNamespace(probability=0.01, low=0.001, high=0.03),
    "Beta": SimpleNamespace(probability=0.02, low=0.002, high=0.05),
}


def basis(book=BOOK, *, with_ranges: bool = True) -> Basis:
    held = laid_out(book, catalog=CATALOG)
    return Basis(
        assessment=assess(held),
        calendar=deadline_calendar(held, renewals_of(book), told_by(book), days=730),
        dependence=lambda: dependents_of(held),
        wind_downs=lambda names: {one: CHANCES[one] for one in names if one in CHANCES},
        ranges=lambda: margin_ranges(held) if with_ranges else None,
    )


@pytest.fixture(scope="module")
def known() -> Basis:
    return basis()


@pytest.fixture(scope="module")
def answer(known: Basis) -> PortfolioAssessment:
    return known.assessment


def test_shares_are_of_the_margin_that_depends(known: Basis):
    # 3.65 + 3.65 of 18.25 depend on Alpha: 40 %; 3.65 + 7.3 on Beta: 60 %.
    share = read(known, Measure.DEVELOPER_SHARE)
    assert (share.subject, share.value) == ("Beta", pytest.approx(0.6))
    assert share.parts == pytest.approx({"Beta": 0.6, "Alpha": 0.4})
    assert read(known, Measure.PROVIDER_SHARE, provider="Alpha").value == pytest.approx(0.4)
    # Nimbus carries Beta and nobody names it; nobody depends on Cloud.
    assert read(known, Measure.PROVIDER_SHARE, provider="Nimbus").value == pytest.approx(0.6)
    assert read(known, Measure.PROVIDER_SHARE, provider="Cloud").value == 0.0


def test_shares_of_one_company_are_of_its_own_margin(known: Basis):
    own = {
        (name, provider): read(known, Measure.PROVIDER_SHARE, provider=provider, startup=name).value
        for name in ("Ash", "Birch", "Cole")
        for provider in ("Alpha", "Nimbus")
    }
    assert own == pytest.approx(
        {
            **{("Ash", "Alpha"): 1.0, ("Ash", "Nimbus"): 0.0},
            **{("Birch", "Alpha"): 0.5, ("Birch", "Nimbus"): 0.5},
            **{("Cole", "Alpha"): 0.0, ("Cole", "Nimbus"): 1.0},
        }
    )
    assert read(known, Measure.DEVELOPER_SHARE, startup="Cole").subject == "Beta"


def test_a_share_has_its_range_in_all_worlds_or_none_is_told(known: Basis):
    # Every fact is known, so that the share is the same in all worlds.
    for one in (
        read(known, Measure.DEVELOPER_SHARE),
        read(known, Measure.PROVIDER_SHARE, provider="Beta"),
        read(known, Measure.DEVELOPER_SHARE, startup="Birch"),
    ):
        assert one.interval is not None
        assert (one.interval.low, one.interval.high) == pytest.approx((one.value, one.value))
    large = basis(with_ranges=False)
    assert read(large, Measure.DEVELOPER_SHARE).interval is None
    assert read(large, Measure.PROVIDER_SHARE, provider="Beta").interval is None


def test_what_is_lost_is_that_of_the_answer_and_of_its_companies(
    known: Basis, answer: PortfolioAssessment
):
    loss, tail = read(known, Measure.EXPECTED_LOSS), read(known, Measure.TAIL)
    assert (loss.value, loss.interval) == (answer.aal_usd, answer.aal_interval_usd)
    assert (tail.value, tail.interval) == (answer.tvar95_usd, answer.tvar95_interval_usd)
    # Cole loses most: all of the larger margin to the likelier end.
    assert (loss.subject, tail.subject) == ("Cole", "Cole")
    assert sum(loss.parts.values()) == pytest.approx(answer.aal_usd)
    assert sum(tail.parts.values()) == pytest.approx(answer.tvar95_usd)
    for one in answer.startups:
        assert read(known, Measure.EXPECTED_LOSS, startup=one.startup).value == one.aal_usd
        assert read(known, Measure.TAIL, startup=one.startup).value == one.tvar95_usd
        assert read(known, Measure.SCORE, startup=one.startup).value == one.score


def test_the_highest_score_is_that_of_one_company(known: Basis, answer: PortfolioAssessment):
    score = read(known, Measure.SCORE)
    worst = max(answer.startups, key=lambda one: one.score)
    assert (score.value, score.subject) == (worst.score, worst.startup)
    assert (score.interval, score.unknown) == (worst.score_interval, 0)


def test_the_shortest_runway_counts_those_whose_cash_is_unknown(
    known: Basis, answer: PortfolioAssessment
):
    runway = read(known, Measure.RUNWAY)
    # Ash has 1,000,000 / 200,000 = 5 months today, Birch 10, Cole nobody knows.
    ash = answer.startups[0].runway_months
    assert ash.before == pytest.approx(5.0)
    assert (runway.subject, runway.value) == ("Ash", ash.after)
    assert runway.value is not None
    assert runway.value < 5.0
    assert runway.unknown == 1
    assert runway.interval is not None
    assert (runway.interval.low, runway.interval.high) == (ash.after_low, ash.after_high)
    cole = read(known, Measure.RUNWAY, startup="Cole")
    assert cole.value is None
    assert "unknown" in (cole.missing or "")


def test_who_never_runs_out_of_cash_has_more_months_than_can_be_limited():
    rich = portfolio(
        startup("Rich", dependency("a", "Alpha", "Alpha"), cash_usd=1e12, monthly_burn_usd=0.0)
    )
    assert read(basis(rich), Measure.RUNWAY).value == MOST_MONTHS


def test_the_likeliest_end_is_among_those_depended_on(known: Basis):
    assert read(known, Measure.WIND_DOWN).subject == "Beta"
    ash = read(known, Measure.WIND_DOWN, startup="Ash")
    assert (ash.subject, ash.value) == ("Alpha", 0.01)


def test_a_company_that_is_gone_has_no_value_and_is_said_to_be_gone(known: Basis):
    for measure in Measure:
        gone = read(known, measure, provider="Alpha", startup="Dale")
        assert gone.value is None
        assert "no company Dale" in (gone.missing or "")


def test_of_whom_only_questions_are_known_nothing_is_zero():
    asked = replace(dependency("q", None, "Cloud"), answer=Answer.ASK)
    only = basis(portfolio(startup("Quiet", asked), *BOOK.startups))
    assert only.table.only_questions.tolist() == [False, False, False, True]  # by name
    for measure in (Measure.EXPECTED_LOSS, Measure.TAIL, Measure.SCORE):
        assert read(only, measure, startup="Quiet").value is None
    score = read(only, Measure.SCORE)
    assert (score.unknown, score.subject == "Quiet") == (1, False)


def test_the_largest_parts_are_kept():
    values = np.array([1.0, 3.0, 2.0])
    assert largest(["a", "b", "c"], values, 2) == {"b": 3.0, "c": 2.0}
    assert list(largest(["a", "b", "c"], values, MOST_PARTS)) == ["b", "c", "a"]
