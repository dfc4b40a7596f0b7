"""The tornado: how far each of the model's numbers moves a portfolio's result."""

from collections.abc import Callable
from textwrap import wrap

import plotly.graph_objects as go

from risk.portfolio.sensitivity import Driver, Sensitivity, Sort, Swing
from ui import wording
from ui.charts.axes import money_marks
from ui.charts.style import Figure, finish
from ui.theme import Palette
from ui.words.driver_words import driver_name, end_in_brief, within_a_sentence

#: Bars drawn; the table below the chart has all.
MOST_BARS = 12
LABEL_WIDTH = 17

Measure = Callable[[Swing], tuple[float, float]]


def expected_loss(swing: Swing) -> tuple[float, float]:
    """Expected loss at the low and at the high end."""
    return swing.at_low.aal_usd, swing.at_high.aal_usd


def median(swing: Swing) -> tuple[float, float]:
    """The median at the low and at the high end."""
    return swing.at_low.median_usd, swing.at_high.median_usd


def drawn(found: Sensitivity, measure: Measure) -> list[Swing]:
    """The drivers that move the measure at all, furthest first, as many as fit."""
    moving = [one for one in found.swings if _distance(one, measure) > 0]
    return sorted(moving, key=lambda one: -_distance(one, measure))[:MOST_BARS]


def tornado_figure(found: Sensitivity, measure: Measure, *, palette: Palette) -> go.Figure:
    """Two bars per driver from today's figure: to the figure at its low end, and at its high."""
    middle = today(found, measure)
    shown = drawn(found, measure)[::-1]
    labels = ["<br>".join(wrap(driver_name(one.driver), LABEL_WIDTH)) for one in shown]
    figure = Figure()
    for end, name in ((0, "At its low end"), (1, "At its high end")):
        values = [measure(one)[end] for one in shown]
        figure.add_trace(
            go.Bar(
                orientation="h",
                name=name,
                y=labels,
                base=middle,
                x=[value - middle for value in values],
                marker={"color": palette.accent if end else palette.muted},
                text=[end_in_brief(one.driver, end) for one in shown],
                textposition="outside",
                textfont={"color": palette.text, "size": 11},
                cliponaxis=False,
                customdata=[wording.money(value) for value in values],
                hovertemplate="%{y}: %{text}<br>%{customdata}<extra></extra>",
            )
        )
    figure.add_vline(x=middle, line={"color": palette.text, "width": 1})
    ends = [value for one in shown for value in measure(one)] or [middle]
    margin = 0.2 * (max(*ends, middle) - min(*ends, middle) or 1.0)
    low, high = min(*ends, middle) - margin, max(*ends, middle) + margin
    figure.update_xaxes(range=[low, high], **money_marks(low, high))
    figure.update_yaxes(showgrid=False, ticksuffix=" ")
    figure.update_layout(barmode="overlay")
    return finish(figure, palette=palette, height=90 + 44 * max(2, len(shown)), legend=True)


def tornado_alt(found: Sensitivity, measure: Measure) -> str:
    """The finding: what moves the figure most, from where to where, and what comes next."""
    shown = drawn(found, measure)
    now = wording.money(today(found, measure))
    if not shown:
        return f"No number moves the figure of {now}: nothing in this portfolio can be lost."
    first, *others = shown
    low, high = sorted(measure(first))
    said = (
        f"{driver_name(first.driver)} moves it most: from {wording.money(low)} to "
        f"{wording.money(high)} a year, where it is {now} today."
    )
    if others:
        names = [within_a_sentence(driver_name(one.driver)) for one in others[:2]]
        said += f" Next: {wording.listed(names)}."
    return said


def today(found: Sensitivity, measure: Measure) -> float:
    """The figure with every number as it is."""
    nothing = Driver(name="", sort=Sort.NUMBER, low={}, high={})
    return measure(Swing(driver=nothing, at_low=found.as_it_is, at_high=found.as_it_is))[0]


def _distance(swing: Swing, measure: Measure) -> float:
    low, high = measure(swing)
    return abs(high - low)
