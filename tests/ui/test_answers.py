"""Picking, ordering and writing out the startups of an answer by its columns."""

import numpy as np
import pytest

from tests.ui.sample import ASSESSMENT, answered, many
from ui import headlines
from ui.rows import answers
from ui.rows.answers import Filters

STARTUPS = headlines.assessed_of(ASSESSMENT)
ACME, BOLT, CEDAR = range(3)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), [ACME, BOLT, CEDAR]),
        (Filters(words="NOTES"), [ACME]),
        (Filters(words="industry"), [CEDAR]),
        (Filters(words="openai"), [ACME, BOLT]),
        (Filters(words="openai legal"), [BOLT]),
        (Filters(words="$ ["), [BOLT]),
        (Filters(words="anthropic"), [ACME]),
        (Filters(words="nobody"), []),
        (Filters(sectors=["unknown", "Industry"]), [BOLT, CEDAR]),
        (Filters(providers=["Anthropic"]), [ACME]),
        (Filters(providers=["Anthropic", "OpenAI"]), [ACME, BOLT]),
        (Filters(bands=["?"]), [BOLT]),
        (Filters(bands=["A", "D"]), [ACME, CEDAR]),
        # Facts known: 88 %, 30 % and all.
        (Filters(known=["80 % and more"]), [ACME, CEDAR]),
        (Filters(known=["under 50 %", "50 to 80 %"]), [BOLT]),
        (Filters(words="openai", known=["under 50 %"], bands=["D"]), []),
    ],
)
def test_every_filter_must_pass_and_any_of_its_values_does(
    filters: Filters, expected: list[int]
) -> None:
    assert answers.filtered(STARTUPS, filters).tolist() == expected


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("Expected loss a year", [ACME, BOLT, CEDAR]),
        ("Facts known, fewest first", [BOLT, ACME, CEDAR]),
        # Bolt has no band, so its score stands last; of the others 62 comes before 0.
        ("Score", [ACME, CEDAR, BOLT]),
        ("Name", [ACME, BOLT, CEDAR]),
    ],
)
def test_what_is_unknown_stands_last_in_every_order(order: str, expected: list[int]) -> None:
    everything = np.arange(3)
    assert answers.in_order(STARTUPS, everything, order).tolist() == expected
    # A part of them keeps the order of all.
    part = [one for one in expected if one != ACME]
    assert answers.in_order(STARTUPS, np.array([BOLT, CEDAR]), order).tolist() == part


def test_where_nothing_is_known_to_be_lost_what_questions_may_add_comes_first() -> None:
    asked = answered(
        {"median": (0, 0, 0), "high": (0, 0, 0)}, asked_high=np.array([0.0, 10.0, 70.0])
    )
    found = answers.filtered(headlines.assessed_of(asked), Filters())
    assert found.tolist() == [CEDAR, BOLT, ACME]


def test_a_file_of_columns_says_what_the_answers_say() -> None:
    rows = answers.score_download(STARTUPS, np.array([BOLT, ACME, CEDAR]))
    said = [STARTUPS[BOLT], STARTUPS[ACME], STARTUPS[CEDAR]]
    assert list(rows["startup"]) == [one.startup for one in said]
    assert list(rows["next_best_action"]) == [one.next_action for one in said]
    assert list(rows["providers"]) == ["; ".join(one.providers) for one in said]
    assert list(rows["band"]) == [one.band for one in said]
    assert list(rows["unknown_facts"]) == ["; ".join(one.unknown) for one in said]
    for name in ("lead_developer", "worst_disruption", "worst_disruption_of"):
        assert rows[name].isna().tolist() == [False, False, True]
    assert rows["lead_developer"][0] == said[0].lead_developer
    assert rows["worst_disruption"][0] == "wind_down"
    assert rows["worst_disruption_of"][0] == "OpenAI"
    assert rows["worst_disruption_loss_usd"].isna().tolist() == [False, False, True]
    assert rows["gross_profit_usd"].isna().tolist() == [True, False, False]
    assert list(rows["median_loss_usd_a_year"]) == [25_000, 80_000, 0]


def test_only_questions_leave_empty_figures_in_the_file() -> None:
    asked = answered(
        questions=np.array([0, 1, 2], dtype=np.int32), asked_high=np.array([0, 0, 70_000.0])
    )
    (row,) = answers.score_download(headlines.assessed_of(asked), np.array([CEDAR])).to_dict(
        "records"
    )
    assert np.isnan(row["score"])
    assert np.isnan(row["median_loss_usd_a_year"])
    assert row["loss_usd_high"] == 70_000


def test_bands_are_counted_and_the_first_calls_drive_the_worst_years() -> None:
    assert answers.by_band(STARTUPS) == {"?": 1, "A": 1, "D": 1}
    assert [one.startup for one in answers.first_calls(ASSESSMENT)] == [
        "Acme Notes",
        "Bolt $ [Legal]",
    ]


def test_the_largest_of_many_are_found_in_the_order_of_their_rows_where_equal() -> None:
    assert headlines.largest(np.array([1.0, 9.0, 3.0, 9.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0]), 2) == [
        1,
        3,
    ]
    assert headlines.largest(np.array([5.0]), 3) == [0]
    assert len(answers.filtered(headlines.assessed_of(many(700)), Filters(words="S69"))) == 11
