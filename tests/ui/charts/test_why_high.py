"""The steps from best practice up to today's score."""

from dataclasses import replace

import pytest

from risk.alternatives.why_high import Factor
from tests.ui.sample import WHY_ACME
from ui.charts.why_high import LABELS, why_high_alt, why_high_steps
from ui.theme import LIGHT


def test_the_steps_lead_from_best_practice_to_the_score() -> None:
    # 31 + 20 + 14 - 3 = 62; what makes no difference is not drawn.
    figure = why_high_steps(WHY_ACME, palette=LIGHT)
    best, *steps, total = figure.data
    assert (best.base[0], best.x[0]) == (0, 31)
    assert [(step.base[0], step.x[0]) for step in steps] == [(31, 20), (51, 14), (65, -3)]
    assert (total.base[0], total.x[0]) == (0, 62)
    assert [step.y[0] for step in steps] == [
        "No automatic backup",
        "Hard to replace",
        "All on one developer",
    ]


def test_what_would_cost_has_another_colour_than_what_adds() -> None:
    figure = why_high_steps(WHY_ACME, palette=LIGHT)
    colours = [step.marker.color for step in figure.data]
    assert colours[1] == colours[2] == LIGHT.loss
    assert colours[3] == LIGHT.gain


def test_the_finding_is_said() -> None:
    assert why_high_alt(WHY_ACME) == (
        "No automatic backup adds most (20 points), then hard to replace (14). With everything at "
        "best practice the score would be 31."
    )
    nothing = replace(WHY_ACME, shares=(), best_score=62.0)
    assert why_high_alt(nothing).startswith("Nothing that could be done better")


@pytest.mark.parametrize("factor", list(Factor))
def test_every_factor_has_a_label(factor: Factor) -> None:
    assert LABELS[factor]
