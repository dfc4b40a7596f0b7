"""Forecasts of past months beside what came: misses are crosses, and said in words."""

import plotly.graph_objects as go

from risk.hazard.calibration import MethodScore
from ui import wording
from ui.charts.style import Figure, finish
from ui.theme import Palette, faded

#: Bars of the histogram of transforms; honest forecasts fill all alike.
BINS = 5


def months_figure(score: MethodScore, *, palette: Palette, height: int = 300) -> go.Figure:
    """The 90 % interval and mean of each month, and the incidents that came."""
    months = [one.first_day for one in score.months]
    figure = Figure()
    figure.add_scatter(
        x=[*months, *reversed(months)],
        y=[*(one.high for one in score.months), *(one.low for one in reversed(score.months))],
        fill="toself",
        fillcolor=faded(palette.accent, 0.18),
        line={"width": 0},
        name="90 % interval",
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=months,
        y=[one.mean for one in score.months],
        mode="lines",
        line={"color": palette.accent, "width": 2, "dash": "dot"},
        name="Forecast",
        hovertemplate="%{x|%b %Y}: %{y:.1f} forecast<extra></extra>",
    )
    for held, name, symbol, colour in (
        (True, "Came, inside", "circle", palette.text),
        (False, "Came, MISS", "x", palette.loss),
    ):
        shown = [one for one in score.months if one.is_covered is held]
        if not shown:
            continue
        figure.add_scatter(
            x=[one.first_day for one in shown],
            y=[one.observed for one in shown],
            mode="markers",
            marker={"symbol": symbol, "color": colour, "size": 8 if held else 11},
            name=name,
            customdata=[(one.low, one.high) for one in shown],
            hovertemplate="%{x|%b %Y}: %{y} came, %{customdata[0]} to %{customdata[1]} forecast"
            "<extra></extra>",
        )
    figure.update_yaxes(title={"text": "Incidents a month"}, rangemode="tozero")
    return finish(figure, palette=palette, height=height, legend=True)


def months_alt(score: MethodScore) -> str:
    """Name the months that fell outside their interval."""
    missed = [one for one in score.months if not one.is_covered]
    if not missed:
        return f"All {len(score.months)} months lay inside their 90 % interval."
    named = [
        f"{one.first_day:%b %Y} ({one.observed} came, {one.low} to {one.high} forecast)"
        for one in missed[:6]
    ]
    more = f" and {len(missed) - 6} more" if len(missed) > 6 else ""
    listed = wording.listed(named) if not more else ", ".join(named)
    return f"Missed: {listed}{more}."


def transforms_figure(score: MethodScore, *, palette: Palette, height: int = 300) -> go.Figure:
    """How often what came fell into each fifth of its forecast; the line is what should be."""
    counts = transform_counts(score)
    expected = len(score.months) / BINS
    figure = Figure(
        go.Bar(
            x=fifths(),
            y=counts,
            marker={"color": palette.quantity},
            text=counts,
            textposition="outside",
            textfont={"color": palette.text},
            cliponaxis=False,
            hovertemplate="%{x}: %{y} months<extra></extra>",
        )
    )
    figure.add_hline(y=expected, line={"color": palette.muted, "dash": "dash", "width": 1.5})
    figure.update_xaxes(title={"text": "Where in its forecast the month came (PIT)"}, tickangle=0)
    figure.update_yaxes(title={"text": "Months"}, range=[0, max([*counts, expected]) * 1.2])
    return finish(figure, palette=palette, height=height)


def transforms_alt(score: MethodScore) -> str:
    """Say how the transforms spread, and what they would be."""
    counts = transform_counts(score)
    named = [f"{count} in the {name} fifth" for count, name in zip(counts, fifths(), strict=True)]
    return (
        f"Months by where they came in their forecast: {wording.listed(named)}; about "
        f"{len(score.months) / BINS:.1f} each would be honest. Heaps at both ends mean intervals "
        "too narrow."
    )


def transform_counts(score: MethodScore) -> list[int]:
    """Return how many integral transforms fall into each fifth of 0..1."""
    counts = [0] * BINS
    for one in score.months:
        counts[min(int(one.pit * BINS), BINS - 1)] += 1
    return counts


def fifths() -> list[str]:
    """Return ``lowest`` to ``highest``."""
    return ["lowest", "second", "middle", "fourth", "highest"]
