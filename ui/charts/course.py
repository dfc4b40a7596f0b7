"""Chart of what startups go through while a provider falters, as bars along the days."""

from collections.abc import Sequence

import plotly.graph_objects as go

from risk.scenarios.course import StartupCourse
from risk.scenarios.results import Stage, StartupState, StressedStartup
from ui import wording
from ui.charts.axes import money_axis
from ui.charts.stress import SHORT_DAYS, largest
from ui.charts.style import Figure, finish
from ui.theme import Palette, faded

#: In the order of the legend: from the news to the end.
STATE_NAMES = {
    StartupState.NOTICE: "Noticed, still served",
    StartupState.BUFFER: "Hardly noticed",
    StartupState.FAILOVER: "Failing over",
    StartupState.WAITING: "Down, waiting",
    StartupState.DEGRADED: "Degraded, on its backup",
    StartupState.DEARER: "Paying more",
    StartupState.SWITCHED: "Switched",
    StartupState.RECOVERED: "Served again",
}
#: The same where there is little room.
SHORT_NAMES = {
    StartupState.NOTICE: "Noticed",
    StartupState.BUFFER: "Buffered",
    StartupState.FAILOVER: "Failover",
    StartupState.WAITING: "Down",
    StartupState.DEGRADED: "Degraded",
    StartupState.DEARER: "Dearer",
    StartupState.SWITCHED: "Switched",
    StartupState.RECOVERED: "Served",
}
#: How much of what follows the last change is drawn, as a share of the whole.
TAIL = 0.12
#: At most so many days are drawn after a permanent disruption takes effect.
LONGEST_DAYS = 180.0
HOURS = 24.0
MONEY_HEIGHT = 170


def state_colours(palette: Palette) -> dict[StartupState, str]:
    """One colour per state: cold while served, hot while not."""
    light = ("#94a3b8", "#a3c9a8", "#f59e0b", "#dc2626", "#d97706", "#7c3aed", "#2563eb", "#0f766e")
    dark = ("#64748b", "#4d7c5a", "#fbbf24", "#f87171", "#fb923c", "#c084fc", "#60a5fa", "#2dd4bf")
    return dict(zip(STATE_NAMES, dark if palette.dark else light, strict=True))


def course_figure(courses: Sequence[tuple[str, Sequence[Stage]]], *, palette: Palette) -> go.Figure:
    """A bar per course from top to bottom, split by state along the days."""
    first, last = span(courses)
    short = last - first < SHORT_DAYS
    factor = HOURS if short else 1.0
    colours = state_colours(palette)
    figure = Figure()
    shown = list(courses)[::-1]
    for state in STATE_NAMES:
        bars = [
            (label, max(one.from_day, first), _end(one, last))
            for label, stages in shown
            for one in stages
            if one.state is state and _end(one, last) > max(one.from_day, first)
        ]
        if bars:
            _add_state(figure, state, bars, short, colours[state])
    figure.add_vline(x=0, line={"color": palette.muted, "width": 1, "dash": "dot"})
    figure.update_layout(barmode="overlay", legend_traceorder="normal")
    unit = "Hours" if short else "Days"
    figure.update_xaxes(
        title_text=f"{unit} since it takes effect", range=[first * factor, last * factor]
    )
    figure.update_yaxes(
        showgrid=False,
        ticklabelstandoff=6,
        type="category",
        categoryorder="array",
        categoryarray=[label for label, _ in shown],
    )
    height = 110 + 26 * max(3, len(shown))
    return finish(figure, palette=palette, height=height, legend=True)


def _add_state(
    figure: go.Figure,
    state: StartupState,
    bars: Sequence[tuple[str, float, float]],
    short: bool,
    colour: str,
) -> None:
    """One trace: every (label, from day, to day) at which somebody is in the state."""
    name, factor = STATE_NAMES[state], HOURS if short else 1.0
    figure.add_bar(
        orientation="h",
        y=[label for label, _, _ in bars],
        base=[start * factor for _, start, _ in bars],
        x=[(end - start) * factor for _, start, end in bars],
        name=name,
        marker={"color": colour, "line": {"width": 0}},
        customdata=[[_days(start, short=short), _days(end, short=short)] for _, start, end in bars],
        hovertemplate=f"%{{y}}<br>{name}: %{{customdata[0]}} to %{{customdata[1]}}<extra></extra>",
    )


def span(courses: Sequence[tuple[str, Sequence[Stage]]]) -> tuple[float, float]:
    """From the first news, at most 30 days before, to a little after the last change."""
    starts = [one.from_day for _, stages in courses for one in stages]
    first = max(min(starts, default=0.0), -30.0)
    last = min(max([*starts, 1 / 24], default=1.0), LONGEST_DAYS)
    return first, last + TAIL * (last - first)


def money_figure(course: StartupCourse, *, day: float, palette: Palette) -> go.Figure:
    """What is lost by each day, filled up to ``day``, above the states of each dependency.

    Both stand on the same days, so that the eye can go from the money down to its cause.
    """
    courses = of_dependencies(course)
    factor = scale(*span(courses))
    figure = course_figure(courses, palette=palette)
    reached = [(at, usd) for at, usd in course.by_day if at <= day]
    reached.append((day, lost_by(course, day)))
    for points, width, fill in ((course.by_day, 1.5, None), (reached, 3, "tozeroy")):
        figure.add_scatter(
            x=[at * factor for at, _ in points],
            y=[usd for _, usd in points],
            yaxis="y2",
            mode="lines",
            line={"color": palette.quantity, "width": width},
            fill=fill,
            fillcolor=faded(palette.quantity, 0.18),
            text=[wording.money(usd) for _, usd in points],
            hovertemplate="%{text}<extra></extra>",
            showlegend=False,
        )
    figure.add_vline(x=day * factor, line={"color": palette.text, "width": 1.5})
    lanes = 26 * max(2, len(courses)) + 50
    height = lanes + MONEY_HEIGHT + 60
    figure.update_layout(
        height=height,
        yaxis_domain=[0, lanes / height],
        yaxis2={
            "domain": [(lanes + 20) / height, 1],
            "anchor": "x",
            **money_axis((usd for _, usd in course.by_day), most=4),
            "rangemode": "tozero",
            "gridcolor": palette.grid,
            "zerolinecolor": palette.grid,
            "tickfont": {"color": palette.muted, "size": 12},
        },
    )
    return figure


def scale(first: float, last: float) -> float:
    """By what the days of a picture are multiplied: a short one is drawn in hours."""
    return HOURS if last - first < SHORT_DAYS else 1.0


def states_alt(courses: Sequence[tuple[str, Sequence[Stage]]]) -> str:
    """Say what each goes through, state by state."""
    said = [
        f"{label}: {', '.join(STATE_NAMES[one.state].lower() for one in stages)}"
        for label, stages in courses
    ]
    return f"{'; '.join(said)}."


def lost_by(course: StartupCourse, day: float) -> float:
    """USD lost by a day, in between as on a straight line; nothing before it takes effect."""
    before = [(at, usd) for at, usd in course.by_day if at <= day]
    after = [(at, usd) for at, usd in course.by_day if at > day]
    if not before:
        return 0.0
    if not after:
        return before[-1][1]
    (start, low), (end, high) = before[-1], after[0]
    return low + (high - low) * (day - start) / (end - start)


def of_dependencies(course: StartupCourse) -> list[tuple[str, Sequence[Stage]]]:
    """Return the courses of one startup's dependencies, each labelled by use case and service."""
    labels: dict[str, Sequence[Stage]] = {}
    for one in course.courses:
        label = f"{wording.brief(one.use_case, 24)} · {one.service}"
        labels[label if label not in labels else f"{label} ({len(labels) + 1})"] = one.stages
    return list(labels.items())


def of_startups(startups: Sequence[StressedStartup]) -> list[tuple[str, Sequence[Stage]]]:
    """Return the courses of those who lose most, as many as a chart can show."""
    return [(one.startup, one.stages) for one in largest(startups)]


def course_alt(startups: Sequence[StressedStartup]) -> str:
    """The finding: how many are down for how long, and how many never are."""
    down = [(one, days_in(one.stages, StartupState.WAITING)) for one in startups]
    waiting = [(one, days) for one, days in down if days > 0]
    degraded = sum(days_in(one.stages, StartupState.DEGRADED) > 0 for one in startups)
    if not waiting:
        served = wording.counted(degraded, "company", "companies")
        return f"If it hits them, nobody is down without a backup; {served} run on one meanwhile."
    worst, longest = max(waiting, key=lambda pair: pair[1])
    return (
        f"If it hits them, {wording.counted(len(waiting), 'company', 'companies')} wait without "
        f"service, "
        f"{worst.startup} for {wording.days(longest)}; {degraded} run on a backup meanwhile."
    )


def days_in(stages: Sequence[Stage], state: StartupState) -> float:
    """Days spent in a state; one that does not end counts to the end of the picture."""
    return sum(
        (LONGEST_DAYS if one.to_day is None else one.to_day) - one.from_day
        for one in stages
        if one.state is state
    )


def _end(stage: Stage, last: float) -> float:
    return last if stage.to_day is None else min(stage.to_day, last)


def _days(value: float, *, short: bool) -> str:
    return f"hour {value * 24:.1f}" if short else f"day {value:.1f}".removesuffix(".0")
