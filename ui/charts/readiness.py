"""Wear of evidence: what the last try of each backup and exit plan is worth, day by day."""

from collections.abc import Sequence
from datetime import date, timedelta

import plotly.graph_objects as go

from risk.alternatives.readiness import Proof
from ui import wording
from ui.charts.axes import percent_axis
from ui.charts.style import Figure, finish
from ui.theme import Palette

#: More lines cannot be told apart; the tables have all.
MOST_SHOWN = 6
HEIGHT = 190


def shown(proofs: Sequence[tuple[str, Proof]]) -> list[tuple[str, Proof]]:
    """The tries that still have a worth, or had one: those that passed, the newest first."""
    dated = [one for one in proofs if one[1].nothing_on is not None]
    return sorted(dated, key=lambda one: (-(one[1].tried_on or date.min).toordinal(), one[0]))[
        :MOST_SHOWN
    ]


def wear_figure(proofs: Sequence[tuple[str, Proof]], *, today: date, palette: Palette) -> go.Figure:
    """A line a try: whole, then straight down to nothing; a dot on what it is worth today."""
    figure = Figure()
    for label, one in shown(proofs):
        if one.tried_on is None or one.half_on is None or one.nothing_on is None:
            continue
        # Worth is straight between whole and nothing, so that half lies in the middle.
        full = one.half_on - (one.nothing_on - one.half_on)
        until = max(one.nothing_on, today) + timedelta(days=10)
        colour = palette.accent if one.worth else palette.muted
        figure.add_scatter(
            x=[one.tried_on, full, one.nothing_on, until],
            y=[1, 1, 0, 0],
            mode="lines",
            line={"color": colour, "width": 2},
            customdata=["100 %", "100 %", "0 %", "0 %"],
            hovertemplate=f"{label}<br>%{{x|%-d %b %Y}}: worth %{{customdata}}<extra></extra>",
        )
        figure.add_scatter(
            x=[today],
            y=[one.worth],
            mode="markers",
            marker={"size": 10, "color": colour},
            hovertemplate=f"{label}<br>today: worth {wording.percent(one.worth)}<extra></extra>",
        )
    figure.add_vline(x=today, line={"color": palette.warning, "dash": "dash", "width": 2})
    figure.update_xaxes(type="date", tickformat="%-d %b %Y", nticks=5)
    figure.update_yaxes(range=[-0.06, 1.08], **percent_axis(0.0, 1.0, most=3))
    return finish(figure, palette=palette, height=HEIGHT)


def wear_alt(proofs: Sequence[tuple[str, Proof]]) -> str:
    """What each try is worth and until when, in words."""
    said = [
        f"{label}: worth {wording.percent(one.worth)} today, nothing from "
        f"{wording.day(one.nothing_on)}"
        for label, one in shown(proofs)
    ]
    return f"{'; '.join(said)}." if said else "No try has passed."
