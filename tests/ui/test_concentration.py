"""How far a portfolio is spread, and whose loss stops it, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from risk.portfolio.results import PairOfPoints, SinglePoint
from tests.ui.sample import ASSESSMENT
from ui.render.page import file_of, frame
from ui.tables import concentration
from ui.tables.column import Column
from ui.words import headlines, marks


def read(columns: Sequence[Column], points: Iterable[SinglePoint | PairOfPoints]) -> list[Any]:
    """The rows as a reader of the page sees them."""
    return list(frame(columns, concentration.point_rows(points)).to_dict("records"))


def test_each_level_says_who_is_largest_and_how_many_that_makes() -> None:
    table = frame(concentration.LEVEL, concentration.level_rows(ASSESSMENT)).set_index("By")
    assert list(table.loc["Developer"]) == ["OpenAI, 82 %", "0.70", "1.4"]
    assert list(table.loc["Cloud"]) == ["unknown", "unknown", "unknown"]


def test_the_gap_between_two_numbers_of_developers_is_the_gap_that_is_shown() -> None:
    # 1.43 - 1.20 = 0.23
    said = headlines.independence(replace(ASSESSMENT, dependence_adjusted=1.2))
    assert "count as 1.43 of equal size, and as 1.20 once" in said
    assert "The gap of 0.23 is diversification on paper only." in said
    apart = headlines.independence(replace(ASSESSMENT, dependence_adjusted=1.43))
    assert "no two of them fall together" in apart


def test_the_diversification_ratio_stands_with_both_sums() -> None:
    # 900k / 0.6 = 1.5M
    said = headlines.diversification(ASSESSMENT)
    assert "cost $900k on average" in said
    assert "add up to $1.5M" in said
    assert "The diversification ratio is 60 %" in said
    assert headlines.diversification(replace(ASSESSMENT, diversification=None)) is None


def test_a_single_point_says_by_which_disruptions_and_what_share_of_the_loss_it_is() -> None:
    (row,) = read(concentration.POINT, ASSESSMENT.single_points)
    assert row["Single point of failure"] == "OpenAI: outage, wind-down"
    # 60,000 of 120,000
    assert headlines.points_note(ASSESSMENT) == (
        "1 single point of failure. Being stopped by one is $60k of the expected loss a year, "
        "50 % of it."
    )
    assert headlines.points_note(replace(ASSESSMENT, single_points=())) == (
        "Nobody stops a use case alone."
    )


def test_a_pair_says_that_its_weight_is_in_no_other_figure() -> None:
    (row,) = read(concentration.PAIR, ASSESSMENT.pairs)
    assert (row["Pair"], row["Down at once"], row["Margin a year"]) == (
        "Anthropic and OpenAI",
        "once in 2 years",
        "$1.2k",
    )
    note = headlines.pairs_note(ASSESSMENT)
    assert "taken as wholly lost but without the customers who would leave" in note
    assert "The expected loss adds disruptions up one by one and leaves this out." in note


def test_the_files_carry_plain_figures() -> None:
    points = file_of(concentration.POINT_VALUES, concentration.point_rows(ASSESSMENT.single_points))
    assert list(points.iloc[0]) == ["OpenAI", "wind_down; outage", 2, 3, 0.82, 60_000]
    pairs = file_of(concentration.PAIR_VALUES, concentration.point_rows(ASSESSMENT.pairs))
    assert list(pairs["roots"]) == ["Anthropic; OpenAI"]


def test_provenance_says_model_catalogue_data_and_how_exact() -> None:
    assert marks.provenance(ASSESSMENT) == (
        "Model test, catalogue of 1 Nov 2026, data 000000000000, 256 worlds, which leave the mean "
        "uncertain by 3.9 %"
    )
