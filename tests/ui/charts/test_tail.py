"""Who drives the worst years, divided four ways."""

import numpy as np
import pytest

from tests.ui.sample import ASSESSMENT, CATALOG, answered, many
from ui.charts import tail as charts
from ui.theme import LIGHT, palette_for
from ui.words import headlines


@pytest.mark.parametrize("by", list(headlines.DIVISIONS))
def test_every_division_says_that_its_parts_sum_to_the_tail(by: str) -> None:
    # The tail is 900,000; each division of the sample adds up to it.
    assert sum(one.tvar95_usd for one in headlines.tail_parts(ASSESSMENT)[by]) == 900_000
    assert charts.tail_note(ASSESSMENT, by).startswith(
        "The parts add up to $900k, the mean of the worst 5 % of years."
    )


def test_parts_that_miss_the_tail_are_not_said_to_sum_to_it() -> None:
    tail = np.array([700_000.0, 0.0, 0.0])
    without_bolt = answered(tail=tail)
    assert "The parts add up to $700k of $900k" in charts.tail_note(without_bolt, "startup")


def test_what_is_not_drawn_is_counted() -> None:
    note = charts.tail_note(many(12, tail=75_000.0), "startup")
    assert "Not drawn: 2 more with $150k together." in note


def test_kinds_are_neutral_and_a_model_has_the_colour_of_who_retires_it() -> None:
    palette = palette_for(CATALOG, dark=False)
    kinds = charts.tail_bars(ASSESSMENT, "kind", catalog=CATALOG, palette=palette).data[0]
    assert list(kinds.y) == ["Outage", "Wind-down"]  # drawn from below, largest on top
    assert kinds.marker.color[1] == LIGHT.quantity
    roots = charts.tail_bars(ASSESSMENT, "root", catalog=CATALOG, palette=palette).data[0]
    colours = dict(zip(roots.y, roots.marker.color, strict=True))
    assert colours["Unnamed model of OpenAI"] == colours["OpenAI"]


def test_the_finding_names_the_largest_parts() -> None:
    assert charts.tail_alt(ASSESSMENT, "kind") == (
        "Of the worst 5 % of years, by kind of disruption: Wind-down 67 % and Outage 33 %."
    )
    nothing = answered(tail=np.zeros(3), whole={"tail_parts": {}, "tvar95_usd": 0.0})
    assert charts.tail_alt(nothing, "startup") == "Nothing in this portfolio can be lost."
