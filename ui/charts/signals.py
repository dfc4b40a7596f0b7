"""Signals as a waterfall in log odds: from the rate alone, signal by signal, to the chance now."""

import plotly.graph_objects as go

from risk.hazard.signals import Contribution, WindDown
from ui import wording
from ui.charts.style import Figure, finish
from ui.theme import Palette

#: A signal that moves the log odds by less is not drawn.
LEAST_DRAWN = 0.005
MOST_DRAWN = 10
ROW_HEIGHT = 46


def drawn(after: WindDown) -> list[Contribution]:
    """The contributions that are worth a bar, strongest first."""
    found = [one for one in after.evidence.contributions if abs(one.ln_units) >= LEAST_DRAWN]
    return found[:MOST_DRAWN]


def waterfall_figure(after: WindDown, *, palette: Palette) -> go.Figure:
    """One bar from before to after for each signal; names stand above the bars."""
    shown = drawn(after)
    bars = [("Before any signal", after.log_odds_before, palette.muted, after.log_odds_before)]
    level = after.log_odds_before
    figure = Figure()
    labels = [f"Before any signal: {wording.percent(after.probability_before)}"]
    for one in shown:
        colour = palette.loss if one.ln_units > 0 else palette.gain
        bars.append((one.label, level, colour, level + one.ln_units))
        level += one.ln_units
        labels.append(f"{one.ln_units:+.2f} {wording.sentence_case(one.label)}{_when(one)}")
    rest = after.log_odds_after - level
    if abs(rest) >= LEAST_DRAWN:
        bars.append(("Others", level, palette.muted, after.log_odds_after))
        labels.append(f"{rest:+.2f} Everything else")
    bars.append(("After", after.log_odds_after, palette.quantity, after.log_odds_after))
    labels.append(f"After all signals: {wording.percent(after.probability)}")
    for place, ((_, start, colour, end), label) in enumerate(zip(bars, labels, strict=True)):
        figure.add_scatter(
            x=[start, end],
            y=[place, place],
            mode="lines+markers",
            line={"color": colour, "width": 10},
            marker={"color": colour, "size": 11 if start == end else 1},
            hovertemplate=f"{label}<extra></extra>",
        )
        figure.add_annotation(
            x=0,
            xref="paper",
            y=place,
            yshift=16,
            xanchor="left",
            showarrow=False,
            text=wording.brief(label, 68),
            font={"color": palette.text, "size": 12},
        )
    figure.update_xaxes(title={"text": "Log odds of a wind-down in 90 days"}, nticks=6)
    figure.update_yaxes(visible=False, range=[len(bars) - 0.5, -0.9])
    return finish(figure, palette=palette, height=ROW_HEIGHT * len(bars) + 70)


def _when(one: Contribution) -> str:
    return f" ({wording.day(one.signal.at.date())})" if one.signal else ""


def headline(after: WindDown) -> str:
    """The chance before and after all signals."""
    return (
        f"Wind-down in 90 days: {wording.percent(after.probability_before)} before any signal, "
        f"{wording.percent(after.probability)} after."
    )


def waterfall_alt(after: WindDown) -> str:
    """The chance before and after, and the strongest signals."""
    named = [f"{one.label} {one.ln_units:+.2f}" for one in drawn(after)[:4]]
    through = f"Through {'; '.join(named)}." if named else "No signal counts on this day."
    return f"{headline(after)} {through}"
