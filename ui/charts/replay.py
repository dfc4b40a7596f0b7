"""A replay drawn: how likely the end was up to this hour, and what each signal adds.

Scales are the same at every hour and nothing later than the hour is drawn, so that neither shows
what is still to come.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from textwrap import wrap

import plotly.graph_objects as go

from risk.hazard.signals import WindDown
from risk.scenarios.replay import ReplayFrame
from risk.scenarios.replays import Moment, Replay
from ui import wording
from ui.charts import drawn
from ui.charts.axes import percent_axis
from ui.charts.style import Figure, finish
from ui.theme import Palette

CHANCE_HEIGHT = 200
#: Days written below the chance.
MOST_DAYS = 4


def chance_html(
    frames: Sequence[ReplayFrame], replay: Replay, *, against: datetime | None, palette: Palette
) -> str:
    """P(wind-down within 90 days) with its 80 % range up to the last of ``frames``.

    Below it, whether the service was up. News lies on the line: red speaks for a wind-down, green
    against one, grey has no number.
    """
    places = [_place(one.as_of, replay) for one in frames]
    chance = drawn.Line(
        x=places,
        y=[one.hazard.probability for one in frames],
        low=[one.hazard.low for one in frames],
        high=[one.hazard.high for one in frames],
        colour=palette.loss,
    )
    uprights = [(places[-1], palette.muted)]
    if against is not None:
        uprights.append((_place(against, replay), palette.accent))
    axis = percent_axis(0.0, 1.0, most=5)
    return drawn.plot_html(
        palette=palette,
        alt=chance_alt(frames, replay),
        height=CHANCE_HEIGHT,
        across=_days(replay),
        up=drawn.scaled(axis, 1.0),
        lines=[chance],
        dots=_news(frames, replay, palette),
        uprights=uprights,
    ) + _service_html(frames, replay, palette)


def _news(frames: Sequence[ReplayFrame], replay: Replay, palette: Palette) -> list[drawn.Dot]:
    """A dot for each piece of news known by now, and one for now."""
    at = {one.as_of: one.hazard.probability for one in frames}
    news = [
        drawn.Dot(
            x=_place(one.at, replay),
            y=at[one.at],
            colour=news_colour(one, frames[-1].hazard, palette),
            said=one.headline,
        )
        for one in frames[-1].known
        if one.at in at
    ]
    last = frames[-1]
    now = drawn.Dot(
        x=_place(last.as_of, replay),
        y=last.hazard.probability,
        colour=palette.loss,
        said=f"Now: {wording.percent(last.hazard.probability)}",
        strong=True,
    )
    return [*news, now]


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


def _service_html(frames: Sequence[ReplayFrame], replay: Replay, palette: Palette) -> str:
    """Whether the service was up until now, as a strip on the scale of the chance above it."""
    spans = [(replay.starts, frames[-1].as_of, palette.gain)]
    spans += [
        (one.at, one.outage.until or frames[-1].as_of, palette.warning)
        for one in frames[-1].known
        if one.outage is not None
    ]
    strip = [(_place(start, replay), _place(end, replay), colour) for start, end, colour in spans]
    lost = frames[-1].service_loss_usd
    said = f"lost to outages so far: {wording.money(lost)}" if lost else "nothing lost to outages"
    return drawn.strip_html(strip, label=f"The service: {said}", palette=palette)


def _days(replay: Replay) -> list[tuple[float, str]]:
    """Midnights of the replay's clock as marks of the axis, at most so many as fit a phone."""
    zone = replay.starts.tzinfo
    first, last = replay.starts, replay.ends.astimezone(zone)
    days = (last.date() - first.date()).days
    apart = max(-(-days // MOST_DAYS), 1)
    midnights = [
        datetime.combine(first.date() + timedelta(days=place), time(), tzinfo=zone)
        for place in range(1, days + 1, apart)
    ]
    return [(_place(one, replay), f"{one:%a} {one.day} {one:%b}") for one in midnights]


def _place(at: datetime, replay: Replay) -> float:
    """Where a time lies between the replay's ends, 0..1."""
    span = replay.ends - replay.starts
    # A crisis that began just now has no length yet.
    return min(max((at - replay.starts) / span, 0.0), 1.0) if span else 1.0


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
