"""The neighbourhood of one provider: who stands behind it on the left, on it on the right."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

import plotly.graph_objects as go

from risk.hazard.neighbours import Neighbour
from ui import wording
from ui.charts.style import Figure, finish
from ui.theme import Palette, faded

#: More boxes than this on one side cannot be read; the rest is listed below the chart.
MOST_SHOWN = 12
ROW_HEIGHT = 44
LABEL_WIDTH = 28


@dataclass(frozen=True)
class _Spot:
    """A node at (x, y): 0 is the left edge, 1 the provider, 2 the right edge."""

    neighbour: Neighbour
    x: float
    y: float


def supply_figure(
    provider: str,
    upstream: Sequence[Neighbour],
    dependents: Sequence[Neighbour],
    *,
    palette: Palette,
) -> go.Figure:
    """Lines run from each neighbour to the provider; dotted ones lead through somebody else."""
    spots = _column(upstream, 0) + _column(dependents, 2)
    figure = Figure()
    for spot in spots:
        figure.add_trace(_line(spot, palette))
    if spots:
        figure.add_trace(_points(spots, palette))
    figure.add_trace(_centre(provider, palette))
    names = [_name(spot, palette) for spot in spots]
    figure.update_layout(annotations=[*names, _centre_name(provider, palette)])
    rows = max(len(_shown(upstream)), len(_shown(dependents)), 3)
    figure.update_xaxes(visible=False, range=[-0.08, 2.08], fixedrange=True)
    figure.update_yaxes(visible=False, range=[-0.7 / rows, 1 + 0.7 / rows], fixedrange=True)
    return finish(figure, palette=palette, height=ROW_HEIGHT * rows + 40)


def supply_alt(
    provider: str, upstream: Sequence[Neighbour], dependents: Sequence[Neighbour]
) -> str:
    """The finding in a sentence: how many on each side, and the nearest by name."""
    return f"{provider} depends on {_nearest(upstream)}. On it depend {_nearest(dependents)}."


def _nearest(side: Sequence[Neighbour]) -> str:
    if not side:
        return "nobody that is recorded"
    nearest = wording.listed([one.name for one in side[:5]])
    return f"{nearest}, and {len(side) - 5} more" if len(side) > 5 else nearest


def _shown(side: Sequence[Neighbour]) -> Sequence[Neighbour]:
    return side[:MOST_SHOWN]


def _column(side: Sequence[Neighbour], x: float) -> list[_Spot]:
    shown = _shown(side)
    count = len(shown)
    places = [0.5] if count == 1 else [1 - row / (count - 1) for row in range(count)]
    return [_Spot(one, x, y) for one, y in zip(shown, places, strict=True)]


def _line(spot: _Spot, palette: Palette) -> go.Scatter:
    colour = palette.provider(spot.neighbour.name)
    middle = (spot.x + 1) / 2
    return go.Scatter(
        x=[spot.x, middle, 1],
        y=[spot.y, (spot.y + 0.5) / 2 + (spot.y - 0.5) * 0.12, 0.5],
        mode="lines",
        line={
            "color": faded(colour, 0.55),
            "width": 2,
            "shape": "spline",
            "dash": "solid" if spot.neighbour.steps == 1 else "dot",
        },
        hoverinfo="skip",
        showlegend=False,
    )


def _points(spots: list[_Spot], palette: Palette) -> go.Scatter:
    return go.Scatter(
        x=[spot.x for spot in spots],
        y=[spot.y for spot in spots],
        mode="markers",
        marker={
            "size": 12,
            "color": [palette.provider(spot.neighbour.name) for spot in spots],
            "symbol": ["circle" if one.neighbour.steps == 1 else "circle-open" for one in spots],
        },
        hovertext=[_hover(spot.neighbour) for spot in spots],
        hoverinfo="text",
        showlegend=False,
        cliponaxis=False,
    )


def _centre(provider: str, palette: Palette) -> go.Scatter:
    return go.Scatter(
        x=[1],
        y=[0.5],
        mode="markers",
        marker={"size": 26, "color": palette.provider(provider)},
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )


def _name(spot: _Spot, palette: Palette) -> dict[str, object]:
    """The name beside a node, on a ground that keeps it readable where lines pass behind it."""
    upper = spot.y >= 0.5
    return {
        "x": spot.x,
        "y": spot.y,
        "text": _label(spot.neighbour.name),
        "showarrow": False,
        "xanchor": "left" if spot.x == 0 else "right",
        "yanchor": "bottom" if upper else "top",
        "xshift": 8 if spot.x == 0 else -8,
        "yshift": 3 if upper else -3,
        "bgcolor": faded(palette.background, 0.75),
        "borderpad": 0,
        "font": {"color": palette.text, "size": 12},
    }


def _centre_name(provider: str, palette: Palette) -> dict[str, object]:
    return {
        "x": 1,
        "y": 0.5,
        "text": f"<b>{_label(provider)}</b>",
        "showarrow": False,
        "yanchor": "top",
        "yshift": -14,
        "bgcolor": faded(palette.background, 0.75),
        "font": {"color": palette.text, "size": 14},
    }


def _label(name: str) -> str:
    lines = wrap(name, LABEL_WIDTH) or [name]
    return lines[0] if len(lines) == 1 else f"{lines[0]}…"


def _hover(one: Neighbour) -> str:
    via = f"<br>through {wording.listed(one.via)}" if one.via else ""
    return f"<b>{one.name}</b><br>{one.relation}{via}"
