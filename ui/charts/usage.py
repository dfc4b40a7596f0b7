"""Observed usage as bars: spend of each month by developer, or tokens where no money is known."""

from collections.abc import Sequence
from datetime import date
from math import ceil
from typing import Any

import plotly.graph_objects as go

from risk.inventory.usage.summary import Figures, Part, UsageMonth
from ui import wording
from ui.charts.axes import money_axis, round_marks
from ui.charts.style import Figure, finish
from ui.theme import Palette
from ui.words.usage_words import amount, name_of

#: More months cannot be read on a phone; the table has all.
MOST_MONTHS = 24
#: Developers with a colour of their own, each with so much of the whole; others are put together.
MOST_NAMES = 5
LEAST_SHARE = 0.01
OTHERS = "others"
NOT_WHOLE = "not seen whole"
#: Room above the highest bar.
_ABOVE = 1.06
#: Names of months that fit below the bars on a phone.
_MOST_TICKS = 5


def has_money(months: Sequence[UsageMonth]) -> bool:
    """Whether the bars are money; else they are tokens, or requests where those are unknown."""
    return any(one.figures.spend_usd is not None for one in months)


def usage_figure(months: Sequence[UsageMonth], *, palette: Palette, height: int = 300) -> go.Figure:
    """The last months one after the other, stacked by developer; what is not seen whole hatched.

    A month in between of which nothing is known stays empty.
    """
    shown = list(months[-MOST_MONTHS:])
    every = _every_month(shown)
    labels = {month: f"{month:%b %Y}" for month in every}
    figure = Figure()
    for name, held in _bars(shown).items():
        sizes = [sum(_size(part.figures, months) or 0.0 for part in parts) for parts in held]
        if not any(sizes):
            continue
        wholes = [all(part.is_complete for part in parts) for parts in held]
        said = [
            _written(size, months) + _note(is_whole)
            for size, is_whole in zip(sizes, wholes, strict=True)
        ]
        colour = palette.text if name == OTHERS else palette.provider(name)
        shown_name = name_of(name)
        figure.add_bar(
            x=[labels[one.month] for one in shown],
            y=sizes,
            marker={
                "color": colour,
                "line": {"color": palette.background, "width": 1},
                "pattern": {"shape": ["" if is_whole else "/" for is_whole in wholes]},
            },
            customdata=said,
            hovertemplate=f"{shown_name}, %{{x}}: %{{customdata}}<extra></extra>",
            showlegend=False,
        )
        # The legend would take on the hatching of the first month.
        figure.add_bar(x=[None], y=[None], name=shown_name, marker={"color": colour})
    if any(not one.is_complete for one in shown):
        hatched = {"color": palette.muted, "pattern": {"shape": "/"}}
        figure.add_bar(x=[None], y=[None], name=NOT_WHOLE, marker=hatched)
    totals = [_size(one.figures, months) or 0.0 for one in shown]
    step = ceil(len(every) / _MOST_TICKS)
    figure.update_layout(barmode="stack", legend={"traceorder": "normal"})
    figure.update_xaxes(
        type="category",
        categoryorder="array",
        categoryarray=list(labels.values()),
        range=[-0.6, len(every) - 0.4],
        tickmode="array",
        tickvals=[labels[month] for month in every[::-1][::step]],
        tickangle=0,
    )
    figure.update_yaxes(**_axis(totals, months))
    return finish(figure, palette=palette, height=height, legend=True)


def usage_alt(months: Sequence[UsageMonth]) -> str:
    """The last months in words."""
    said = [
        f"{one.month:%b %Y} {_written(size, months)}{_note(one.is_complete)}"
        for one in months[-3:]
        if (size := _size(one.figures, months)) is not None
    ]
    what = "Spend" if has_money(months) else "Use"
    return f"{what} by month: {'; '.join(said)}." if said else "No month has a sum."


def _every_month(shown: Sequence[UsageMonth]) -> list[date]:
    month, found = shown[0].month, []
    while month <= shown[-1].month:
        found.append(month)
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return found


def _bars(shown: Sequence[UsageMonth]) -> dict[str | None, list[list[Part]]]:
    """The parts of each month by developer, who has most in all first; few ones apart."""
    totals: dict[str | None, float] = {}
    for one in shown:
        for part in one.developers:
            so_far = totals.get(part.name, 0.0)
            totals[part.name] = so_far + (_size(part.figures, shown) or 0.0)
    names = sorted(totals, key=lambda name: -totals[name])
    least = LEAST_SHARE * sum(totals.values())
    own = [name for name in names[:MOST_NAMES] if totals[name] >= least]
    found: dict[str | None, list[list[Part]]] = {
        name: [[part for part in one.developers if part.name == name] for one in shown]
        for name in own
    }
    if len(own) < len(names):
        found[OTHERS] = [[part for part in one.developers if part.name not in own] for one in shown]
    return found


def _size(figures: Figures, months: Sequence[UsageMonth]) -> float | None:
    if has_money(months):
        return None if figures.spend_usd is None else float(figures.spend_usd)
    sizes = (one.figures.tokens for one in months)
    value = figures.tokens if any(sizes) else figures.requests
    return None if value is None else float(value)


def _written(size: float, months: Sequence[UsageMonth]) -> str:
    if has_money(months):
        return wording.money(size)
    unit = "tokens" if any(one.figures.tokens for one in months) else "requests"
    return f"{amount(size)} {unit}"


def _note(is_whole: bool) -> str:
    return "" if is_whole else f" ({NOT_WHOLE})"


def _axis(totals: Sequence[float], months: Sequence[UsageMonth]) -> dict[str, Any]:
    highest = (max(totals, default=0.0) or 1.0) * _ABOVE
    if has_money(months):
        return {**money_axis(totals, most=5), "range": [min(0.0, *totals), highest]}
    marks = round_marks(0.0, highest, most=5)
    unit = "Tokens" if any(one.figures.tokens for one in months) else "Requests"
    return {
        "tickmode": "array",
        "tickvals": marks,
        "ticktext": [amount(one) for one in marks],
        "range": [0.0, highest],
        "title": {"text": unit},
    }
