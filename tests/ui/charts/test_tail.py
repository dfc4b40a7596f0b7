"""Who carries the worst years, divided four ways."""

from dataclasses import replace

import pytest

from tests.ui.sample import ASSESSMENT, CATALOG
from ui import headlines
from ui.charts import tail
from ui.theme import LIGHT, palette_for


@pytest.mark.parametrize("by", list(headlines.DIVISIONS))
def test_every_division_says_that_its_parts_sum_to_the_tail(by: str) -> None:
    # The tail is 900,000; each division of the sample adds up to it.
    assert sum(one.tvar95_usd for one in headlines.tail_parts(ASSESSMENT)[by]) == 900_000
    assert tail.tail_note(ASSESSMENT, by).startswith(
        "The parts add up to $900 k, the mean of the worst 5 % of years."
    )


def test_parts_that_miss_the_tail_are_not_said_to_sum_to_it() -> None:
    without_cedar = replace(ASSESSMENT, startups=ASSESSMENT.startups[:1])
    assert "The parts add up to $700 k of $900 k" in tail.tail_note(without_cedar, "startup")


def test_what_is_not_drawn_is_counted() -> None:
    acme = replace(ASSESSMENT.startups[0], tvar95_contribution_usd=75_000.0)
    many = tuple(replace(acme, startup=f"S{i}") for i in range(12))
    note = tail.tail_note(replace(ASSESSMENT, startups=many), "startup")
    assert "Not drawn: 2 more with $150 k together." in note


def test_a_falter_keeps_its_colour_and_a_model_that_of_who_retires_it() -> None:
    palette = palette_for(CATALOG, dark=False)
    kinds = tail.tail_bars(ASSESSMENT, "kind", catalog=CATALOG, palette=palette).data[0]
    assert list(kinds.y) == ["Outage", "Wind-down"]  # drawn from below, largest on top
    assert kinds.marker.color[1] == LIGHT.falters["wind_down"]
    roots = tail.tail_bars(ASSESSMENT, "root", catalog=CATALOG, palette=palette).data[0]
    colours = dict(zip(roots.y, roots.marker.color, strict=True))
    assert colours["Unnamed model of OpenAI"] == colours["OpenAI"]


def test_the_finding_names_the_largest_parts() -> None:
    assert tail.tail_alt(ASSESSMENT, "kind") == (
        "Of the worst 5 % of years, by kind of falter: Wind-down 67 % and Outage 33 %."
    )
    nothing = replace(ASSESSMENT, startups=(), tail_parts={}, tvar95_usd=0.0)
    assert tail.tail_alt(nothing, "startup") == "Nothing in this portfolio can be lost."
