"""How far a portfolio is spread, and whose loss stops it, in words."""

from dataclasses import replace

from tests.ui.sample import ASSESSMENT
from ui import headlines, marks
from ui.rows import concentration as rows


def test_each_level_says_who_is_largest_and_how_many_that_makes() -> None:
    table = rows.concentration_table(ASSESSMENT).set_index("By")
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
    (row,) = rows.points_table(ASSESSMENT.single_points).to_dict("records")
    assert row["Root, and its disruptions"] == "OpenAI: outage, wind-down"
    # 60,000 of 120,000
    assert rows.points_note(ASSESSMENT) == (
        "1 root can each stop a use case alone. Being stopped so is $60k of the expected loss a "
        "year, 50 % of it."
    )
    assert rows.points_note(replace(ASSESSMENT, single_points=())) == (
        "No root stops a use case by itself."
    )


def test_a_pair_says_that_its_weight_is_in_no_other_figure() -> None:
    (row,) = rows.pairs_table(ASSESSMENT.pairs).to_dict("records")
    assert (row["Both"], row["Down at once"], row["Margin a year"]) == (
        "Anthropic and OpenAI",
        "once in 2 years",
        "$1.2k",
    )
    note = rows.pairs_note(ASSESSMENT)
    assert "taken as wholly lost but without the customers who would leave" in note
    assert "The expected loss adds disruptions up one by one and leaves this out." in note


def test_the_files_carry_plain_figures() -> None:
    points = rows.points_download(ASSESSMENT.single_points)
    assert list(points.iloc[0]) == ["OpenAI", ["wind_down", "outage"], 2, 3, 0.82, 60_000]
    pairs = rows.pairs_download(ASSESSMENT.pairs)
    assert list(pairs["second_root"]) == ["OpenAI"]


def test_provenance_says_model_catalogue_data_and_how_exact() -> None:
    assert marks.provenance(ASSESSMENT) == (
        "Model test, catalogue of 1 Nov 2026, data 000000000000, 256 worlds, which leave the mean "
        "uncertain by 3.9 %"
    )
