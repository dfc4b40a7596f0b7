"""The tornado: how far each of the model's numbers moves a portfolio's result."""

from collections.abc import Callable
from textwrap import wrap

import plotly.graph_objects as go

from risk.portfolio.sensitivity import Driver, Sensitivity, Swing
from ui import wording
from ui.charts.axes import money_marks
from ui.charts.style import Figure, finish
from ui.theme import Palette

#: Bars drawn; the table below the chart has all.
MOST_BARS = 12
LABEL_WIDTH = 17

Measure = Callable[[Swing], tuple[float, float]]


def expected_loss(swing: Swing) -> tuple[float, float]:
    """Average annual loss at the low and at the high end."""
    return swing.at_low.aal_usd, swing.at_high.aal_usd


def tail(swing: Swing) -> tuple[float, float]:
    """Tail value at risk at 95 % at the low and at the high end."""
    return swing.at_low.tvar95_usd, swing.at_high.tvar95_usd


def drawn(found: Sensitivity, measure: Measure) -> list[Swing]:
    """The drivers that move the measure at all, furthest first, as many as fit."""
    moving = [one for one in found.swings if _distance(one, measure) > 0]
    return sorted(moving, key=lambda one: -_distance(one, measure))[:MOST_BARS]


def tornado_figure(found: Sensitivity, measure: Measure, *, palette: Palette) -> go.Figure:
    """Two bars per driver from today's figure: to the figure at its low end, and at its high."""
    middle = today(found, measure)
    shown = drawn(found, measure)[::-1]
    labels = ["<br>".join(wrap(wording.assumption(one.driver.name), LABEL_WIDTH)) for one in shown]
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
                text=[_end(one.driver, end) for one in shown],
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
        f"{wording.assumption(first.driver.name)} moves it most: from {wording.money(low)} to "
        f"{wording.money(high)} a year, where it is {now} today."
    )
    if others:
        names = [wording.assumption(one.driver.name).lower() for one in others[:2]]
        said += f" Next: {wording.listed(names)}."
    return said


def today(found: Sensitivity, measure: Measure) -> float:
    """The figure with every number as it is."""
    unmoved = Swing(
        driver=Driver(name="", low={}, high={}), at_low=found.as_it_is, at_high=found.as_it_is
    )
    return measure(unmoved)[0]


def end_in_words(driver: Driver, end: int) -> str:
    """Return the value at one end (0 low, 1 high); several that move together are in words."""
    values = driver.high if end else driver.low
    if len(values) == 1:
        (value,) = values.values()
        return wording.figure(value)
    return ", ".join(
        f"{wording.assumption(name)} {wording.figure(values[name])}" for name in values
    )


def _end(driver: Driver, end: int) -> str:
    if len(driver.low) == 1:
        return end_in_words(driver, end)
    return "harsh" if end else "mild"


def _distance(swing: Swing, measure: Measure) -> float:
    low, high = measure(swing)
    return abs(high - low)
