"""Chart of why a startup's score is high: the steps from best practice up to today."""

import plotly.graph_objects as go

from risk.alternatives.why_high import Factor, FactorShare, WhyHigh
from ui.charts.startup import add_step
from ui.charts.style import Figure, finish
from ui.theme import Palette

#: Shares below this many points are left out of the sentence and drawn as nothing.
HARDLY_ANY = 0.05

LABELS = {
    Factor.FALLBACK: "No automatic backup",
    Factor.PORTABILITY: "Hard to replace",
    Factor.NOTICE: "No slack: delay, notice",
    Factor.LEGAL: "Agreements not ready",
    Factor.CONCENTRATION: "All on one developer",
    Factor.EXIT_PLAN: "No rehearsed exit plan",
    Factor.SHARING: "Backup has the same upstream",
}
#: What moving each factor means, in the order of the sentence on the page.
MEANING = (
    "Best practice: an automatic backup with another upstream, a gateway, work that can wait "
    "four hours and no notice to pay, agreements in place, half of the work on a second "
    "developer, and a rehearsed exit plan."
)


def why_high_steps(why: WhyHigh, *, palette: Palette) -> go.Figure:
    """Points from the score at best practice up to today's, largest step first."""
    steps = shown_shares(why)
    figure = Figure()
    add_step(figure, "At best practice", 0.0, why.best_score, palette.muted)
    start = why.best_score
    for one in steps:
        colour = palette.loss if one.points > 0 else palette.gain
        add_step(figure, LABELS[one.factor], start, one.points, colour)
        start += one.points
    add_step(figure, "Score today", 0.0, why.score, palette.accent)
    highest = max([why.score, why.best_score, *_reached(why)])
    figure.update_traces(textfont={"color": palette.text})
    figure.update_xaxes(range=[0, max(highest * 1.15, 1)], title={"text": "Score points"})
    figure.update_yaxes(autorange="reversed", ticksuffix=" ", showgrid=False)
    return finish(figure, palette=palette, height=max(240, 38 * (len(steps) + 2) + 60))


def shown_shares(why: WhyHigh) -> list[FactorShare]:
    """Return the shares that are worth a bar."""
    return [one for one in why.shares if abs(one.points) >= HARDLY_ANY]


def _reached(why: WhyHigh) -> list[float]:
    """Return where each step ends."""
    ends, height = [], why.best_score
    for one in why.shares:
        height += one.points
        ends.append(height)
    return ends


def why_high_alt(why: WhyHigh) -> str:
    """Say what adds most, and what best practice would give."""
    adding = [one for one in why.shares if one.points >= HARDLY_ANY][:2]
    end = f"With everything at best practice the score would be {why.best_score:.0f}."
    if not adding:
        return f"Nothing that could be done better lowers the score. {end}"
    first, *then = adding
    said = f"{LABELS[first.factor]} adds most ({first.points:.0f} points)"
    if then:
        said += "".join(f", then {_lower(LABELS[one.factor])} ({one.points:.0f})" for one in then)
    return f"{said}. {end}"


def _lower(text: str) -> str:
    return f"{text[0].lower()}{text[1:]}"
