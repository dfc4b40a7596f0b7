"""The churn curve: who is gone for good after so many days without service."""

from collections.abc import Sequence

import plotly.graph_objects as go

from ui import wording
from ui.charts.axes import BEYOND, percent_axis
from ui.charts.style import Figure, finish
from ui.theme import Palette

#: Days without service that the sentence names.
NAMED_DAYS = (1.0, 7.0, 30.0)


def churn_figure(
    days: Sequence[float], shares: Sequence[float], *, palette: Palette, height: int = 340
) -> go.Figure:
    """The published knots and the straight lines between them."""
    figure = Figure(
        go.Scatter(
            x=list(days),
            y=list(shares),
            mode="lines+markers",
            line={"color": palette.accent, "width": 2.5},
            marker={"color": palette.accent, "size": 6},
            customdata=[
                (wording.days(at), wording.percent(one)) for at, one in _pairs(days, shares)
            ],
            hovertemplate="%{customdata[0]} without service: %{customdata[1]} gone<extra></extra>",
        )
    )
    figure.update_xaxes(title={"text": "Days without service"}, rangemode="tozero")
    figure.update_yaxes(
        title={"text": "Customers gone for good"},
        rangemode="tozero",
        **percent_axis(0.0, max(shares) * BEYOND),
    )
    return finish(figure, palette=palette, height=height)


def churn_alt(days: Sequence[float], shares: Sequence[float]) -> str:
    """Say what a day, a week and a month cost in customers, and where it ends."""
    said = [
        f"{wording.percent(read_off(days, shares, at))} after {wording.days(at)}"
        for at in NAMED_DAYS
    ]
    return (
        f"Customers gone for good: {wording.listed(said)}, never more than "
        f"{wording.percent(max(shares))}."
    )


def read_off(days: Sequence[float], shares: Sequence[float], at: float) -> float:
    """Return the curve at ``at`` days: straight between knots, flat beyond the last."""
    before = max(place for place, day in enumerate(days) if day <= at)
    if before == len(days) - 1:
        return shares[-1]
    part = (at - days[before]) / (days[before + 1] - days[before])
    return shares[before] + part * (shares[before + 1] - shares[before])


def _pairs(days: Sequence[float], shares: Sequence[float]) -> list[tuple[float, float]]:
    return list(zip(days, shares, strict=True))
