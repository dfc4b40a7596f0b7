"""Chances of forecasts beside the share that came true, group by group, with their intervals."""

import plotly.graph_objects as go

from risk.hazard.forecast_scores import ChanceScore, Group
from ui import wording
from ui.charts.axes import percent_axis
from ui.charts.style import Figure, finish
from ui.theme import Palette
from ui.words import forecast_words as words


def calibration_figure(score: ChanceScore, *, palette: Palette, height: int = 300) -> go.Figure:
    """For each group of like chances what was said, and the share that came true with its interval.

    Groups stand side by side, whatever their chance: most chances are small, and would lie on top
    of each other on a scale.
    """
    figure = Figure()
    labels = [_label(one) for one in score.groups]
    figure.add_scatter(
        x=labels,
        y=[one.mean for one in score.groups],
        mode="markers",
        marker={
            "symbol": "line-ew",
            "size": 34,
            "line": {"color": palette.muted, "width": 3},
        },
        name="Said",
        hoverinfo="skip",
    )
    for is_held, name, symbol, colour in (
        (True, "Came true, within what chance allows", "circle", palette.accent),
        (False, "Came true, off by more than chance", "x", palette.loss),
    ):
        shown = [one for one in score.groups if one.is_held is is_held]
        if shown:
            _points(figure, shown, name=name, symbol=symbol, colour=colour)
    figure.update_xaxes(
        title={"text": "Mean chance said, and how many came true"},
        type="category",
        categoryorder="array",
        categoryarray=labels,
    )
    figure.update_yaxes(range=[-0.04, 1.04], **percent_axis(0.0, 1.0, most=5))
    return finish(figure, palette=palette, height=height, legend=True)


def _label(one: Group) -> str:
    return f"{wording.percent(one.mean)}<br>{one.happened} of {one.questions}"


def _points(figure: go.Figure, groups: list[Group], *, name: str, symbol: str, colour: str) -> None:
    figure.add_scatter(
        x=[_label(one) for one in groups],
        y=[one.share for one in groups],
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [one.high - one.share for one in groups],
            "arrayminus": [one.share - one.low for one in groups],
            "color": colour,
            "thickness": 1.5,
            "width": 5,
        },
        mode="markers",
        marker={"symbol": symbol, "color": colour, "size": 11},
        name=name,
        customdata=[words.group_words(one) for one in groups],
        hovertemplate="%{customdata}<extra></extra>",
    )


def calibration_alt(score: ChanceScore) -> str:
    """Say what came of each group of chances."""
    return "; ".join(words.group_words(one) for one in score.groups) + "."
