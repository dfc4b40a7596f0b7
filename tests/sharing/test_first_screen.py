"""The first screen of a link: its sentence from what is told, and ranges without styles."""

from typing import Any

import pytest

from ui.share_page.drawings import range_bar, shares_bar
from ui.share_page.portfolio_view import portfolio_title
from ui.uncertainty import Spread
from ui.words import headlines

LEAD = [["OpenAI", 0.49]]
ENDING = {
    "provider": "OpenAI",
    "startups": 31,
    "share": 0.49,
    "median_usd": 16.8e6,
    "low_usd": 2e6,
    "high_usd": 5e7,
}


def content(**known: Any) -> dict[str, Any]:
    figures = {"exposed_startups": known.pop("exposed", 60)} | known.pop("figures", {})
    return {"figures": figures, "startups_in_portfolio": known.pop("of", 61), **known}


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (
            content(figures={"median_usd": 5_210_000.0}, developers=[["OpenAI", 0.49]]),
            "Disruptions of AI providers cost this portfolio about $5.2M in a typical year; 49 % "
            "of the margin that needs AI depends on OpenAI.",
        ),
        # Nobody's margin is known to need AI, and a format that told the mean alone.
        (
            content(figures={"aal_usd": 4_000.0}, developers=[]),
            "Disruptions of AI providers cost this portfolio about $4.0k in a typical year.",
        ),
        (
            content(startups_by_developer=[["OpenAI", 32], ["Meta", 7]]),
            "32 of 61 companies depend on OpenAI.",
        ),
        (content(), "60 of 61 companies depend on a language model."),
        (content(exposed=1, of=1), "1 of 1 company depends on a language model."),
        (content(exposed=0), headlines.NOBODY_DEPENDS),
        (
            content(ending=ENDING, figures={"median_usd": 5e6, "money_known": 0.9}),
            "If OpenAI ended tomorrow, 31 of 61 companies would lose $17M together.",
        ),
        # Of placeholders no amount stands in the title.
        (
            content(ending=ENDING, figures={"median_usd": 5e6, "money_known": 0.1}),
            "If OpenAI ended tomorrow, 31 of 61 companies would be hit, with 49 % of the margin "
            "that needs AI.",
        ),
        (
            content(
                ending={**ENDING, "startups": 1},
                of=1,
                startups=[{"startup": "Company 1"}],
                figures={"money_known": 1.0},
            ),
            "If OpenAI ended tomorrow, Company 1 would lose $17M.",
        ),
        (
            content(ending=None, figures={"median_usd": 5e6, "money_known": 0.1}, developers=LEAD),
            "49 % of the margin that needs AI depends on OpenAI.",
        ),
    ],
)
def test_the_title_is_the_answer_of_what_is_told(known: dict[str, Any], said: str) -> None:
    assert portfolio_title(known) == said


def test_a_range_is_drawn_from_zero_in_parts_of_its_end() -> None:
    # Of 0 to 10: 2 to 8 is light, and facts of a quarter of the variance are half of the width.
    drawn = range_bar(Spread(low=2.0, median=4.0, high=8.0, facts=0.25), alt="a <b>", end=10.0)
    assert '<rect x="20.0%" y="4" width="60.0%" height="6" rx="3" class="bar light"/>' in drawn
    assert '<rect x="30.0%" y="4" width="30.0%" height="6" rx="3" class="bar"/>' in drawn
    assert 'aria-label="a &lt;b&gt;"' in drawn
    # The policy of a shared page allows no style beside the sheet.
    assert "style=" not in drawn


def test_what_only_questions_tell_is_hatched_and_has_no_middle() -> None:
    drawn = range_bar(Spread(low=0.0, median=0.0, high=5.0, asked=True), alt="up to 5", end=10.0)
    assert '<line x1="0.0%" x2="50.0%"' in drawn
    assert "middle" not in drawn


def test_nothing_to_lose_has_no_bar() -> None:
    assert range_bar(Spread(low=0.0, median=0.0, high=0.0), alt="none") == ""


def test_shares_stand_side_by_side_and_the_rest_is_one_part() -> None:
    drawn = shares_bar([("A", 0.5), ("B", 0.2), ("C", 0.1), ("D", 0.1)], alt="A 50 %")
    assert [one.split('"')[1] for one in drawn.split("<rect x=")[1:]] == [
        "0.0%",
        "50.0%",
        "70.0%",
        "80.0%",
    ]
    assert 'width="20.0%" height="8" class="track"' in drawn
