"""Matrix of providers and categories of entities: the share that rests on each, with its bounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

import plotly.graph_objects as go

from ui import wording
from ui.charts.style import Figure, finish
from ui.theme import Palette, faded

MOST_PROVIDERS, MOST_CATEGORIES = 10, 6
_ROW_HEIGHT, _HEAD = 38, 96
_NAME_LETTERS, _CATEGORY_LETTERS = 24, 15


@dataclass(frozen=True, kw_only=True)
class Cell:
    """The share of a category's entities whose critical functions rest on a provider, 0 to 1."""

    provider: str
    category: str
    low: float
    high: float
    entities: str


def matrix_figure(cells: Sequence[Cell], *, palette: Palette) -> go.Figure:
    """Providers down, categories across; the darker, the more entities surely rest on it."""
    providers = list(dict.fromkeys(one.provider for one in cells))[::-1]
    categories = list(dict.fromkeys(one.category for one in cells))
    known = {(one.provider, one.category): one for one in cells}
    shares, texts, hovers = [], [], []
    for provider in providers:
        row = [known.get((provider, category)) for category in categories]
        shares.append([one.low if one else None for one in row])
        texts.append([_written(one) if one else "" for one in row])
        hovers.append([_hover(one) if one else "" for one in row])
    figure = Figure()
    figure.add_trace(
        go.Heatmap(
            x=[_on_lines(one) for one in categories],
            y=providers,
            z=shares,
            zmin=0,
            zmax=1,
            text=texts,
            texttemplate="%{text}",
            textfont={"color": palette.text, "size": 12},
            customdata=hovers,
            hovertemplate="%{customdata}<extra></extra>",
            colorscale=[[0, faded(palette.accent, 0.06)], [1, faded(palette.accent, 0.62)]],
            showscale=False,
            xgap=3,
            ygap=3,
        )
    )
    figure.update_xaxes(side="top", showgrid=False, fixedrange=True, tickangle=0)
    figure.update_yaxes(
        showgrid=False,
        fixedrange=True,
        type="category",
        tickmode="array",
        tickvals=providers,
        ticktext=[wording.brief(one, _NAME_LETTERS) for one in providers],
    )
    return finish(figure, palette=palette, height=_HEAD + _ROW_HEIGHT * max(len(providers), 1))


def matrix_alt(cells: Sequence[Cell]) -> str:
    """The finding in a sentence: the largest share that is sure."""
    if not cells:
        return "No provider serves critical functions."
    most = max(cells, key=lambda one: (one.low, one.high))
    return (
        f"Share of entities whose critical functions rest on a provider, by category: the most is"
        f" {wording.share_bounds(most.low, most.high)} of {most.category.lower()} on"
        f" {most.provider}."
    )


def _written(one: Cell) -> str:
    said = wording.share_bounds(one.low, one.high)
    return "?" if said == wording.UNKNOWN else said.replace(" %", "%")


def _hover(one: Cell) -> str:
    return (
        f"{one.provider}<br>{one.category}<br>{wording.share_bounds(one.low, one.high)}"
        f" of entities: {one.entities}"
    )


def _on_lines(text: str) -> str:
    lines = wrap(text, _CATEGORY_LETTERS)
    return "<br>".join([*lines[:2], wording.brief(" ".join(lines[2:]), _CATEGORY_LETTERS)][:3])
