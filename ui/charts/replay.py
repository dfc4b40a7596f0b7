"""A replay drawn: how likely the end was up to this hour, and what each signal adds.

Scales are the same at every hour and nothing later than the hour is drawn, so that neither shows
what is still to come.
"""

from collections.abc import Sequence
from datetime import datetime
from textwrap import wrap

import plotly.graph_objects as go

from risk.hazard.signals import WindDown
from risk.scenarios.replay import ReplayFrame
from risk.scenarios.replays import Moment, Replay
from ui import wording
from ui.charts.axes import percent_axis
from ui.charts.style import Figure, finish
from ui.theme import Palette, faded

CHANCE_HEIGHT = 260
#: The service's line stands below the chance, in the lower tenth of the picture.
SERVICE_BAND = (0.03, 0.09)
CHANCE_BAND = (0.26, 1.0)


def chance_figure(
    frames: Sequence[ReplayFrame], replay: Replay, *, against: datetime | None, palette: Palette
) -> go.Figure:
    """P(wind-down within 90 days) with its 80 % range up to the last of ``frames``.

    Below it, whether the service was up. News lies on the line: red speaks for a wind-down, green
    against one, grey has no number.
    """
    zone = replay.starts.tzinfo
    times = [_plain(one.as_of, replay) for one in frames]
    figure = Figure()
    _add_range(figure, frames, times, palette)
    _add_news(figure, frames, replay, palette)
    _add_service(figure, frames, replay, palette)
    now = times[-1]
    figure.add_vline(x=now, line={"color": palette.muted, "width": 1, "dash": "dot"})
    if against is not None:
        figure.add_vline(
            x=_plain(against, replay), line={"color": palette.accent, "width": 1.5, "dash": "dash"}
        )
    _add_now(figure, frames[-1], now, palette)
    ends = [_plain(replay.starts, replay), _plain(replay.ends.astimezone(zone), replay)]
    figure.update_xaxes(range=ends, anchor="y2", showgrid=False, tickformat="%a %d %b")
    figure.update_layout(
        yaxis={
            "domain": CHANCE_BAND,
            "range": [0, 1],
            **percent_axis(0.0, 1.0, most=5),
        },
        yaxis2={"domain": SERVICE_BAND, "range": [0, 1], "visible": False, "fixedrange": True},
    )
    return finish(figure, palette=palette, height=CHANCE_HEIGHT)


def _add_range(
    figure: go.Figure, frames: Sequence[ReplayFrame], times: list[datetime], palette: Palette
) -> None:
    # News changes the chance at once, so the lines step from hour to hour.
    for values, fill in (
        ([one.hazard.high for one in frames], None),
        ([one.hazard.low for one in frames], "tonexty"),
    ):
        figure.add_scatter(
            x=times,
            y=values,
            mode="lines",
            line={"width": 0, "shape": "hv"},
            fill=fill,
            fillcolor=faded(palette.loss, 0.16),
            hoverinfo="skip",
            name="80 % range",
        )
    figure.add_scatter(
        x=times,
        y=[one.hazard.probability for one in frames],
        mode="lines",
        line={"color": palette.loss, "width": 3, "shape": "hv"},
        hovertemplate="%{x|%a %d %b, %H:%M}: %{y:.1%}<extra></extra>",
        name="Wind-down within 90 days",
    )


def _add_news(
    figure: go.Figure, frames: Sequence[ReplayFrame], replay: Replay, palette: Palette
) -> None:
    known = frames[-1].known
    at = {one.as_of: one.hazard.probability for one in frames}
    shown = [one for one in known if one.at in at]
    figure.add_scatter(
        x=[_plain(one.at, replay) for one in shown],
        y=[at[one.at] for one in shown],
        mode="markers",
        marker={
            "size": 11,
            "color": [news_colour(one, frames[-1].hazard, palette) for one in shown],
            "line": {"color": palette.background, "width": 2},
        },
        text=[_lines(one.headline) for one in shown],
        hovertemplate="%{x|%a %d %b, %H:%M}<br>%{text}<extra></extra>",
        name="News",
    )


def news_colour(moment: Moment, hazard: WindDown, palette: Palette) -> str:
    """Red for what speaks for a wind-down, green against, amber for an outage, else grey."""
    if moment.outage is not None:
        return palette.warning
    if moment.signal is None:
        return palette.muted
    lines = hazard.evidence.contributions
    weight = next(
        (one.weight for one in lines if one.signal and one.signal.kind == moment.signal.kind), 0.0
    )
    return palette.loss if weight > 0 else palette.gain


def _add_service(
    figure: go.Figure, frames: Sequence[ReplayFrame], replay: Replay, palette: Palette
) -> None:
    spans = [(replay.starts, frames[-1].as_of, palette.gain)]
    spans += [
        (one.at, one.outage.until, palette.warning)
        for one in frames[-1].known
        if one.outage is not None
    ]
    for start, end, colour in spans:
        figure.add_scatter(
            x=[_plain(start, replay), _plain(end, replay)],
            y=[0.5, 0.5],
            yaxis="y2",
            mode="lines",
            line={"color": colour, "width": 10},
            hoverinfo="skip",
        )
    lost = frames[-1].service_loss_usd
    said = f"lost to outages so far: {wording.money(lost)}" if lost else "nothing lost to outages"
    figure.add_annotation(
        x=0,
        xref="paper",
        y=SERVICE_BAND[1] + 0.045,
        yref="paper",
        text=f"The service: {said}",
        showarrow=False,
        xanchor="left",
        font={"color": palette.muted, "size": 12},
    )


def _add_now(figure: go.Figure, frame: ReplayFrame, now: datetime, palette: Palette) -> None:
    figure.add_scatter(
        x=[now],
        y=[frame.hazard.probability],
        mode="markers",
        marker={"size": 15, "color": palette.loss, "line": {"color": palette.text, "width": 2}},
        hoverinfo="skip",
    )


def chance_title(frames: Sequence[ReplayFrame]) -> str:
    """The finding: how likely the end is now against before any news."""
    first, now = frames[0].hazard.probability, frames[-1].hazard.probability
    if wording.percent(first) == wording.percent(now):
        return f"The end is as likely as before any news: {wording.percent(now)}"
    way = "more" if now > first else "less"
    return f"The end is {way} likely than before any news: {wording.percent(now)}"


def chance_alt(frames: Sequence[ReplayFrame], replay: Replay) -> str:
    """Say the chance now, before the news, and what outages have cost."""
    first, now = frames[0].hazard, frames[-1].hazard
    lost = frames[-1].service_loss_usd
    return (
        f"A wind-down within 90 days: {wording.percent(now.probability)}, between "
        f"{wording.percent(now.low)} and {wording.percent(now.high)}; it was "
        f"{wording.percent(first.probability)} before any news. Outages have cost "
        f"{wording.money(lost) if lost else 'nothing'} so far."
    )


def signals_figure(hazard: WindDown, *, palette: Palette) -> go.Figure:
    """What each signal adds to the log odds, the strongest first, and their sum."""
    lines = [(one.label, one.ln_units) for one in hazard.evidence.contributions]
    bars = [*lines, ("Together", hazard.evidence.ln_units)][::-1]
    figure = Figure(
        go.Bar(
            orientation="h",
            y=["<br>".join(wrap(wording.sentence_case(label), 34)) for label, _ in bars],
            x=[units for _, units in bars],
            marker={"color": [palette.loss if units > 0 else palette.gain for _, units in bars]},
            text=[f"{units:+.1f}".replace("-", "−") for _, units in bars],
            textposition="outside",
            cliponaxis=False,
            textfont={"color": palette.text},
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    )
    # Wide enough for every crisis, so that the bars keep their scale from hour to hour.
    figure.update_xaxes(range=[-4.2, 7.2], visible=False, zeroline=True)
    figure.update_yaxes(ticksuffix=" ", showgrid=False)
    return finish(figure, palette=palette, height=70 + 44 * len(bars))


def signals_alt(hazard: WindDown) -> str:
    """Say by what factor the news changes the odds and how strong that evidence is."""
    evidence = hazard.evidence
    if not evidence.contributions:
        return "Nothing was known yet that speaks for or against a wind-down."
    factor = _factor(evidence.likelihood_ratio)
    return (
        f"Together the signals change the odds by a factor of {factor}: {evidence.verbal} "
        "(Kass and Raftery 1995)."
    )


def _factor(ratio: float) -> str:
    """Two digits, below one as a fraction: 250, 7.9, 1/3.2."""
    if ratio < 1:
        return f"1/{_factor(1 / ratio)}"
    if ratio < 10:
        return f"{ratio:.1f}"
    scale = 10 ** (len(str(int(ratio))) - 2)
    return f"{round(ratio / scale) * scale:,}"


def _plain(at: datetime, replay: Replay) -> datetime:
    """The time on the replay's clock, without a zone: plotly would show it in the reader's."""
    return at.astimezone(replay.starts.tzinfo).replace(tzinfo=None)


def _lines(text: str) -> str:
    return "<br>".join(wrap(text, 40))
