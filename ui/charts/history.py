"""A provider's past: incidents a month by severity, availability, and who fails with it."""

from collections.abc import Sequence

import plotly.graph_objects as go

from risk.hazard.incidents.records import IncidentLevel
from risk.hazard.provider_history import Month, ProviderHistory, Together
from ui import wording
from ui.charts.axes import percent_axis
from ui.charts.style import Figure, finish
from ui.theme import Palette

#: Worst at the bottom of a bar, where lengths compare best.
LEVELS: tuple[tuple[IncidentLevel | None, str], ...] = (
    (IncidentLevel.CRITICAL, "Critical"),
    (IncidentLevel.MAJOR, "Major"),
    (IncidentLevel.MINOR, "Minor"),
    (IncidentLevel.NONE, "No impact"),
    (None, "Severity unknown"),
)
MOST_TOGETHER = 6
ROW_HEIGHT = 54


def timeline_figure(history: ProviderHistory, *, palette: Palette, height: int = 300) -> go.Figure:
    """Incidents that began in each month, stacked by the severity their page stated."""
    figure = Figure()
    months = [one.first_day for one in history.months]
    for (level, name), colour in zip(LEVELS, palette.parts, strict=True):
        counts = [one.by_level.get(level, 0) for one in history.months]
        if any(counts):
            figure.add_bar(
                x=months,
                y=counts,
                name=name,
                marker={"color": colour},
                hovertemplate=f"%{{x|%b %Y}}: %{{y}} {name.lower()}<extra></extra>",
            )
    figure.update_layout(barmode="stack")
    figure.update_xaxes(type="date", tickformat="%b %Y", nticks=8)
    figure.update_yaxes(title={"text": "Incidents a month"}, rangemode="tozero")
    return finish(figure, palette=palette, height=height, legend=True)


def timeline_alt(history: ProviderHistory) -> str:
    """The busiest month and the span in words."""
    months = [one for one in history.months if one.by_level]
    if not months:
        return "No incident was imported."
    busiest = max(months, key=_total)
    span = f"{months[0].first_day:%b %Y} to {months[-1].first_day:%b %Y}"
    return (
        f"{wording.counted(len(history.incidents), 'incident')} from {span}; most in "
        f"{busiest.first_day:%b %Y} ({_total(busiest)})."
    )


def _total(month: Month) -> int:
    return sum(month.by_level.values())


def availability_figure(
    months: Sequence[Month], *, palette: Palette, height: int = 240
) -> go.Figure:
    """Mean availability of each month of the uptime page."""
    watched = [one for one in months if one.availability is not None]
    shares = [one.availability for one in watched if one.availability is not None]
    figure = Figure(
        go.Scatter(
            x=[one.first_day for one in watched],
            y=shares,
            mode="lines+markers",
            line={"color": palette.quantity, "width": 2},
            customdata=[
                f"{wording.availability(round(share, 4))} over {one.days_watched} days"
                for share, one in zip(shares, watched, strict=True)
            ],
            hovertemplate="%{x|%b %Y}: %{customdata}<extra></extra>",
        )
    )
    lowest = min(shares, default=0.99)
    figure.update_xaxes(type="date", tickformat="%b %Y", nticks=8)
    low = min(lowest - 0.002, 0.99)
    figure.update_yaxes(range=[low, 1.0005], **percent_axis(low, 1.0))
    return finish(figure, palette=palette, height=height)


def availability_alt(months: Sequence[Month]) -> str:
    """The worst month in words."""
    watched = [one for one in months if one.availability is not None]
    if not watched:
        return "No uptime page was imported."
    worst = min(watched, key=lambda one: one.availability or 0.0)
    return (
        f"Availability of {wording.counted(len(watched), 'month')}; worst {worst.first_day:%b %Y} "
        f"with {100 * (worst.availability or 0.0):.2f} %."
    )


def together_figure(together: Sequence[Together], *, palette: Palette) -> go.Figure:
    """Days on which both were out: those seen as bars, those chance alone would give as marks."""
    shown = list(together[:MOST_TOGETHER])
    places = list(range(len(shown)))
    figure = Figure(
        go.Bar(
            orientation="h",
            x=[one.joint.both_days for one in shown],
            y=places,
            width=0.34,
            marker={"color": [palette.provider(one.other) for one in shown]},
            name="Days both were out",
            hovertemplate="%{x} days together<extra></extra>",
        )
    )
    figure.add_scatter(
        x=[one.joint.expected_days for one in shown],
        y=places,
        mode="markers",
        marker={"symbol": "line-ns", "size": 20, "line": {"width": 3, "color": palette.text}},
        name="Expected by chance",
        hovertemplate="%{x:.1f} expected by chance<extra></extra>",
    )
    for place, one in zip(places, shown, strict=True):
        figure.add_annotation(
            x=0,
            xref="paper",
            y=place,
            yshift=19,
            xanchor="left",
            showarrow=False,
            text=f"{one.other}: {one.joint.both_days} days, "
            f"{one.joint.expected_days:.1f} by chance",
            font={"color": palette.text, "size": 12},
        )
    figure.update_xaxes(rangemode="tozero", title={"text": "Days"})
    figure.update_yaxes(visible=False, range=[len(shown) - 0.5, -0.8])
    return finish(figure, palette=palette, height=ROW_HEIGHT * len(shown) + 90, legend=True)


def together_alt(together: Sequence[Together]) -> str:
    """The pairs in words, most beyond chance first."""
    named = [
        f"with {one.other} {one.joint.both_days} days against {one.joint.expected_days:.1f} by "
        "chance"
        for one in together[:MOST_TOGETHER]
    ]
    return f"Out on the same day: {'; '.join(named)}." if named else "Nobody to compare with."
