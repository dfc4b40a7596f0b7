"""Chart of how sure each rate is: its 80 % range on a scale of powers of ten."""

from collections.abc import Sequence

import plotly.graph_objects as go

from risk.hazard.rate_laws import RateLaw
from ui import wording
from ui.charts.style import Figure, finish
from ui.theme import Palette
from ui.words.rate_words import RANGE_LEVEL, range_in_figures, sort_in_words

ROW_HEIGHT = 32
MOST_NAMES = 3
#: Levels that say more than the kind of failure does.
TELLING_LEVELS = ("critical", "major", "region")
#: A law that hardly knows may start near nothing; below this rate its line is cut.
LOWEST_DRAWN = 1e-4
_TICKS = {
    "tickvals": [1e-3, 1e-1, 10],
    "ticktext": ["once in 1,000 years", "once in 10", "10 a year"],
}


def rate_figure(laws: Sequence[RateLaw], *, palette: Palette, named: bool = True) -> go.Figure:
    """A line from the low to the high end of each rate, and a point at the rate itself.

    Rates that are the same share a line. Names stand above the lines: beside them they would leave
    no room on a phone. ``named``: whose rate each is stands before its kind.
    """
    rows = alike(laws)
    figure = Figure()
    for place, same in enumerate(rows):
        low, high = same[0].law.interval(RANGE_LEVEL)
        figure.add_scatter(
            x=[max(low, LOWEST_DRAWN), high],
            y=[place, place],
            mode="lines",
            line={"color": palette.quantity, "width": 4},
            opacity=0.55,
            hoverinfo="skip",
        )
        figure.add_annotation(
            x=0,
            xref="paper",
            y=place,
            yshift=11,
            text=_label_of(same) if named else wording.sentence_case(_what(same[0])),
            showarrow=False,
            xanchor="left",
            font={"color": palette.text, "size": 11},
        )
    figure.add_scatter(
        x=[same[0].row.rate_per_year for same in rows],
        y=list(range(len(rows))),
        mode="markers",
        marker={"color": palette.text, "size": 9},
        customdata=[(_label_of(same), wording.rate(same[0].row.rate_per_year)) for same in rows],
        hovertemplate="%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
    )
    figure.update_xaxes(type="log", range=[-4.1, 2.1], side="top", **_TICKS)
    figure.update_yaxes(visible=False, range=[len(rows) - 0.5, -0.8])
    return finish(figure, palette=palette, height=ROW_HEIGHT * len(rows) + 60)


def alike(laws: Sequence[RateLaw]) -> list[list[RateLaw]]:
    """Gather rates of one kind and level that are equal and equally sure."""
    found: dict[tuple[object, ...], list[RateLaw]] = {}
    for one in laws:
        key = (one.row.kind, one.row.level, one.law.shape, one.law.years)
        found.setdefault(key, []).append(one)
    return list(found.values())


def _label_of(same: Sequence[RateLaw]) -> str:
    names = [sort_in_words(one.row.node) for one in same]
    if len(names) > MOST_NAMES:
        names = [*names[:2], f"{len(names) - 2} more"]
    return f"{wording.listed(names)}: {_what(same[0])}"


def rate_label(one: RateLaw) -> str:
    """Return ``OpenAI: outage, major``."""
    return f"{sort_in_words(one.row.node)}: {_what(one)}"


def _what(one: RateLaw) -> str:
    name = wording.disruption(one.row.kind).lower()
    return f"{name}, {one.row.level}" if one.row.level in TELLING_LEVELS else name


def rate_alt(laws: Sequence[RateLaw]) -> str:
    """Say which rate is known best and which least, by the width of its range."""
    if not laws:
        return "No rate matches."
    widths = sorted(laws, key=_width)
    best, worst = widths[0], widths[-1]
    said = f"Best known: {rate_label(best)}, {_range(best)} a year with 80 % probability."
    if worst is not best:
        said += f" Least: {rate_label(worst)}, {_range(worst)}."
    return said


def _width(one: RateLaw) -> float:
    low, high = one.law.interval(RANGE_LEVEL)
    return high / max(low, 1e-12)


def _range(one: RateLaw) -> str:
    return range_in_figures(*one.law.interval(RANGE_LEVEL))
