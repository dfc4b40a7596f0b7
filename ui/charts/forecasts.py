"""Chances of forecasts beside the share that came true, group by group, with their intervals."""

import plotly.graph_objects as go

from risk.hazard.forecast_scores import ChanceScore, Group
from ui.charts.style import Figure, finish
from ui.theme import Palette
from ui.words import forecast_words as words


def calibration_figure(score: ChanceScore, *, palette: Palette, height: int = 320) -> go.Figure:
    """A point for each group of like chances, on the line where as many came true as were said."""
    figure = Figure()
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": palette.muted, "width": 1.5, "dash": "dash"},
        name="As said",
        hoverinfo="skip",
    )
    for is_held, name, symbol, colour in (
        (True, "Within what chance allows", "circle", palette.accent),
        (False, "Off by more than chance", "x", palette.loss),
    ):
        shown = [one for one in score.groups if one.is_held is is_held]
        if shown:
            _points(figure, shown, name=name, symbol=symbol, colour=colour)
    for update, title in (
        (figure.update_xaxes, "Said: mean chance of the group"),
        (figure.update_yaxes, "Came true"),
    ):
        update(title={"text": title}, range=[-0.03, 1.08], tickformat=".0%", tickvals=_TICKS)
    return finish(figure, palette=palette, height=height, legend=True)


_TICKS = [0, 0.25, 0.5, 0.75, 1]


def _points(figure: go.Figure, groups: list[Group], *, name: str, symbol: str, colour: str) -> None:
    figure.add_scatter(
        x=[one.mean for one in groups],
        y=[one.share for one in groups],
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [one.high - one.share for one in groups],
            "arrayminus": [one.share - one.low for one in groups],
            "color": colour,
            "thickness": 1.5,
            "width": 4,
        },
        mode="markers+text",
        marker={"symbol": symbol, "color": colour, "size": 10},
        text=[f"  {one.happened} of {one.questions}" for one in groups],
        textposition="middle right",
        cliponaxis=False,
        name=name,
        customdata=[words.group_words(one) for one in groups],
        hovertemplate="%{customdata}<extra></extra>",
    )


def calibration_alt(score: ChanceScore) -> str:
    """Say what came of each group of chances."""
    return "; ".join(words.group_words(one) for one in score.groups) + "."
