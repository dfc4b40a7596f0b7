"""A rush drawn: what each alternative takes in, and what it has to turn away."""

from collections.abc import Sequence

import plotly.graph_objects as go

from risk.alternatives.herding import Herd, HerdAlternative
from ui import wording
from ui.charts.style import finish
from ui.theme import Palette, faded

MOST_SHOWN = 9
ROW_HEIGHT = 34


def herd_figure(herd: Herd, *, palette: Palette) -> go.Figure:
    """Two stacked bars an alternative: let in, and turned away to the next choice."""
    shown = _shown(herd.alternatives)[::-1]
    names = [one.alternative for one in shown]
    figure = go.Figure()
    for title, values, colour in (
        ("Finds room", [one.admitted for one in shown], palette.gain),
        ("Turned away", [one.displaced - one.admitted for one in shown], faded(palette.loss, 0.35)),
    ):
        figure.add_trace(
            go.Bar(
                orientation="h",
                y=names,
                x=values,
                name=title,
                marker={"color": colour},
                hovertemplate="%{y}<br>" + title + ": $%{x:,.0f} a month<extra></extra>",
            )
        )
    figure.update_layout(barmode="stack", legend_traceorder="normal")
    figure.update_xaxes(tickprefix="$", tickformat="~s", rangemode="tozero", nticks=6)
    figure.update_xaxes(title_text="Spend a month that asks for room")
    figure.update_yaxes(showgrid=False, ticklabelstandoff=6, type="category")
    return finish(figure, palette=palette, height=100 + ROW_HEIGHT * len(shown), legend=True)


def herd_alt(herd: Herd) -> str:
    """The finding: who is asked most, and how much of it finds room."""
    if not herd.alternatives:
        return "Nobody knows an alternative."
    first = herd.alternatives[0]
    return (
        f"{first.alternative} is asked for {wording.money(first.displaced)} a month and has room "
        f"for {wording.money(first.admitted)}."
    )


def _shown(alternatives: Sequence[HerdAlternative]) -> list[HerdAlternative]:
    return list(alternatives[:MOST_SHOWN])
