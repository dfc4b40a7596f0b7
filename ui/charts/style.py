"""Style that all charts share: margins, legend, grid, number formats."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import plotly.graph_objects as go
import plotly.io as pio

from ui import wording
from ui.theme import Palette

#: The template that Streamlit registers; the browser puts the theme's colours into it.
_TEMPLATE = "streamlit"


class Figure(go.Figure):  # type: ignore[misc]  # plotly ships no types
    """A figure that takes on Streamlit's template when it is written out.

    plotly gives every new figure a copy and checks all of it at each change of the layout, which
    took more than half of the time of a figure.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        """As its parent, without a template."""
        pio.templates.default = None  # Streamlit has set its own while it was loaded.
        super().__init__(*given, **named)

    def to_dict(self) -> dict[str, Any]:
        """As its parent; the template in it is shared, so do not change it."""
        found: dict[str, Any] = super().to_dict()
        if _TEMPLATE in pio.templates:
            found["layout"].setdefault("template", _template())
        return found


@lru_cache(maxsize=1)
def _template() -> dict[str, Any]:
    found: dict[str, Any] = pio.templates[_TEMPLATE].to_plotly_json()
    return found


def finish(
    figure: go.Figure, *, palette: Palette, height: int = 320, legend: bool = False
) -> go.Figure:
    """Margins of 8 px, transparent ground, horizontal legend on top, quiet grid.

    What the figure says of its axes stays unless it is said here. The layout is put together and
    set at once: plotly checks every update anew, which took half of a page's time.
    """
    axis = {
        "gridcolor": palette.grid,
        "zerolinecolor": palette.grid,
        "automargin": True,
        "tickfont": {"color": palette.muted, "size": 12},
        "title": {"font": {"color": palette.muted, "size": 12}},
    }
    style = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": palette.text, "size": 13},
        "showlegend": legend,
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "title": {"text": ""},
            "font": {"color": palette.text, "size": 12},
        },
        "hoverlabel": {"align": "left"},
        "bargap": 0.35,
        "dragmode": False,
        "xaxis": axis,
        "yaxis": axis,
    }
    figure.layout = _merged(figure.layout.to_plotly_json(), style)
    return figure


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    both = {
        name: _merged(below[name], value) if isinstance(value, dict) else value
        for name, value in above.items()
        if isinstance(below.get(name), dict)
    }
    return {**below, **above, **both}


def horizontal_bars(
    bars: list[tuple[str, float, str]],
    *,
    palette: Palette,
    height: int,
    shown: Callable[[float], str] = wording.money,
) -> go.Figure:
    """Draw (label, value, colour) from top to bottom, each value written at its bar's end."""
    bars = bars[::-1]
    figure = Figure(
        go.Bar(
            orientation="h",
            y=[label for label, _, _ in bars],
            x=[value for _, value, _ in bars],
            marker={"color": [colour for _, _, colour in bars]},
            text=[shown(value) for _, value, _ in bars],
            textposition="outside",
            textfont={"color": palette.text},
            cliponaxis=False,
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    )
    largest = max((value for _, value, _ in bars), default=0.0)
    figure.update_xaxes(visible=False, range=[0, largest * 1.4 or 1])
    figure.update_yaxes(ticksuffix=" ", showgrid=False)
    return finish(figure, palette=palette, height=height)
