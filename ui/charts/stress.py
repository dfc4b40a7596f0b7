"""A stress test drawn: the loss as it grows, and what it is made of by startup."""

from collections.abc import Sequence
from html import escape

import plotly.graph_objects as go

from risk.portfolio.results import Interval
from risk.scenarios import hits
from risk.scenarios.results import StressedStartup, StressResult
from ui import wording
from ui.charts import drawn
from ui.charts.axes import BEYOND, money_axis
from ui.charts.style import Figure, finish
from ui.theme import Palette, faded
from ui.uncertainty import Spread
from ui.words.scenario_words import PART_NAMES

MOST_SHOWN = 15
#: Bars on the first screen of a stress test.
MOST_LOSERS = 8
#: A path shorter than this is drawn in hours.
SHORT_DAYS = 3.0


def losers_html(startups: Sequence[StressedStartup], *, portfolio: str, palette: Palette) -> str:
    """A bar a company, the largest loss on top, with its range; its name leads to its page."""
    bars = [
        drawn.ranged(
            one.startup,
            Spread(low=one.loss_low_usd, median=one.loss_median_usd, high=one.loss_high_usd),
            href=drawn.address("startup", portfolio=portfolio, startup=one.startup),
        )
        for one in losers(startups)
    ]
    return drawn.bars_html(bars, palette=palette, alt=losers_alt(startups))


def losers(startups: Sequence[StressedStartup]) -> list[StressedStartup]:
    """The largest by median loss, as many as the first screen draws."""
    found = sorted(startups[:MOST_SHOWN], key=lambda one: -one.loss_median_usd)
    return found[:MOST_LOSERS]


def losers_alt(startups: Sequence[StressedStartup]) -> str:
    """The largest losses in words, each with its range."""
    said = [
        f"{one.startup} {wording.money(one.loss_median_usd)} "
        f"({wording.money_range(Interval(low=one.loss_low_usd, high=one.loss_high_usd))})"
        for one in losers(startups)[:3]
    ]
    return f"Largest losses: {wording.listed(said)}." if said else "No company loses anything."


def part_colours(palette: Palette) -> dict[str, str]:
    """One shade per part of a loss, the strongest for what customers feel first."""
    return dict(zip(PART_NAMES, palette.parts, strict=True))


def by_day_figure(result: StressResult, *, palette: Palette, height: int = 320) -> go.Figure:
    """The cumulative loss by day since the disruption began, on average."""
    shown = _while_it_grows(result)
    short = bool(shown) and shown[-1][0] < SHORT_DAYS
    unit, factor = ("Hour", 24.0) if short else ("Day", 1.0)
    figure = Figure(
        go.Scatter(
            x=[day * factor for day, _ in shown],
            y=[usd for _, usd in shown],
            mode="lines",
            line={"color": palette.quantity, "width": 2.5},
            fill="tozeroy",
            fillcolor=faded(palette.quantity, 0.14),
            hovertemplate=unit + " %{x:.0f}: $%{y:,.0f}<extra></extra>",
        )
    )
    figure.update_xaxes(title_text=f"{unit}s since it began", rangemode="tozero")
    figure.update_yaxes(rangemode="tozero", title_text="", **money_axis(_lost(result)))
    return finish(figure, palette=palette, height=height)


def _settled(result: StressResult) -> float:
    """The day from which on nothing more is lost."""
    last = result.by_day[-1][1] if result.by_day else 0.0
    return next((day for day, usd in result.by_day if usd >= last * (1 - 1e-9)), 0.0)


def _while_it_grows(result: StressResult) -> list[tuple[float, float]]:
    """The loss by day until it grows no more, and a little longer to show that."""
    if not result.by_day:
        return []
    settled, (end, last) = _settled(result), result.by_day[-1]
    until = min(end, BEYOND * settled) if settled > 0 else end
    return [*((day, usd) for day, usd in result.by_day if day < until), (until, last)]


def _lost(result: StressResult) -> list[float]:
    return [usd for _, usd in result.by_day]


def compared_figure(
    first: StressResult, second: StressResult, *, palette: Palette, height: int = 360
) -> go.Figure:
    """The cumulative losses of two scenarios on the same axes."""
    longest = max((one.by_day[-1][0] for one in (first, second) if one.by_day), default=1.0)
    unit, factor = ("Hour", 24.0) if longest < SHORT_DAYS else ("Day", 1.0)
    figure = Figure()
    # Two that run together for a while must both be seen.
    for result, colour, dash, name in (
        (first, palette.quantity, "solid", "First"),
        (second, palette.accent, "dash", "Second"),
    ):
        figure.add_scatter(
            x=[day * factor for day, _ in result.by_day],
            y=[usd for _, usd in result.by_day],
            mode="lines",
            line={"color": colour, "width": 2.5, "dash": dash},
            # Titles may be anybody's own; a legend reads markup.
            name=escape(f"{name}: {wording.brief(result.scenario.title, 40)}", quote=False),
            hovertemplate=unit + " %{x:.0f}: $%{y:,.0f}<extra></extra>",
        )
    figure.update_xaxes(title_text=f"{unit}s since it began", rangemode="tozero")
    lost = [*_lost(first), *_lost(second)]
    figure.update_yaxes(rangemode="tozero", title_text="", **money_axis(lost))
    return finish(figure, palette=palette, height=height, legend=True)


def compared_alt(first: StressResult, second: StressResult) -> str:
    """Say which of two scenarios costs more and by how much."""
    more, less = (first, second) if first.total_usd >= second.total_usd else (second, first)
    if more.total_usd == less.total_usd:
        return f"Both cost {wording.money(more.total_usd)}."
    name = "The first" if more is first else "The second"
    times = more.total_usd / less.total_usd if less.total_usd > 0 else None
    factor = f", {times:.1f} times as much as the other" if times is not None else ""
    return (
        f"{name} costs {wording.money(more.total_usd)}{factor}; the difference is "
        f"{wording.money(more.total_usd - less.total_usd)}."
    )


def by_day_alt(result: StressResult) -> str:
    """The finding: what is lost in the end and when half of it was."""
    if not result.by_day or result.total_usd <= 0:
        return "Nothing is lost."
    last = result.by_day[-1][1]
    half = next(day for day, usd in result.by_day if usd >= last / 2)
    return (
        f"The loss grows to {wording.money(last)} after {wording.days(_settled(result))}; "
        f"half of it is reached within {wording.days(half)}."
    )


def parts_figure(startups: Sequence[StressedStartup], *, palette: Palette) -> go.Figure:
    """A bar per startup, the largest loss on top, stacked by what the loss is made of."""
    shown = largest(startups)[::-1]
    figure = Figure()
    colours = part_colours(palette)
    for part, name in PART_NAMES.items():
        values = [one.parts.get(part, 0.0) for one in shown]
        if not any(values):
            continue
        figure.add_trace(
            go.Bar(
                y=[one.startup for one in shown],
                x=values,
                name=name,
                orientation="h",
                marker={"color": colours[part]},
                hovertemplate="%{y}<br>" + name + ": $%{x:,.0f}<extra></extra>",
            )
        )
    figure.update_layout(barmode="stack", legend_traceorder="normal")
    totals = (sum(one.parts.values()) for one in shown)
    figure.update_xaxes(rangemode="tozero", **money_axis(totals, most=5))
    figure.update_yaxes(showgrid=False, ticklabelstandoff=6, type="category")
    return finish(figure, palette=palette, height=parts_height(startups), legend=True)


def parts_height(startups: Sequence[StressedStartup]) -> int:
    """Return the height in px that gives every bar room."""
    return 90 + 26 * max(6, len(largest(startups)))


def parts_alt(startups: Sequence[StressedStartup]) -> str:
    """The finding: who loses most and which part weighs most overall."""
    if not startups:
        return "No company loses anything."
    worst = startups[0]
    totals = hits.sum_of_parts(startups)
    heaviest = max(totals, key=lambda part: totals[part])
    return (
        f"{worst.startup} loses most, {wording.money(worst.loss_usd)}; over all companies the "
        f"largest part is {PART_NAMES[heaviest].lower()}, {wording.money(totals[heaviest])}."
    )


def largest(startups: Sequence[StressedStartup]) -> list[StressedStartup]:
    """The first of startups that come largest first, as many as a chart can show."""
    return sorted(startups[:MOST_SHOWN], key=lambda one: -one.loss_usd)
