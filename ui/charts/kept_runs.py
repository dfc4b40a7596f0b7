"""Kept headline figures over time: the expected loss with its range, broken where models change."""

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from ui import wording
from ui.charts.axes import money_axis
from ui.charts.style import Figure, finish
from ui.theme import Palette, faded

if TYPE_CHECKING:
    from db.services.run_history import KeptRun


def of_each_day(runs: Sequence["KeptRun"]) -> "list[KeptRun]":
    """The last run of each day, oldest first."""
    return list({one.day: one for one in runs}.values())


def runs_figure(runs: Sequence["KeptRun"], *, palette: Palette, height: int = 280) -> go.Figure:
    """Median expected loss of each day with its 10–90 % range, and the 1-in-20-year loss.

    Lines are broken where the model version changed, because figures of two models are no course.
    """
    figure = Figure()
    days = of_each_day(runs)
    parts = [list(part) for _, part in groupby(days, key=lambda one: one.model_version)]
    for place, part in enumerate(parts):
        _add_part(figure, part, palette, named=place == 0)
        if place:
            figure.add_vline(
                x=part[0].day.isoformat(),
                line={"color": palette.muted, "width": 1, "dash": "dot"},
            )
            figure.add_annotation(
                x=part[0].day.isoformat(),
                y=1,
                yref="paper",
                yanchor="top",
                xanchor="left",
                showarrow=False,
                text=f" model {part[0].model_version}",
                font={"color": palette.muted, "size": 12},
            )
    highest = [max(one.var95_usd, one.aal_interval_usd.high) for one in days]
    figure.update_xaxes(type="date", tickformat="%-d %b %Y", nticks=7)
    figure.update_yaxes(rangemode="tozero", **money_axis(highest))
    return finish(figure, palette=palette, height=height, legend=True)


def _add_part(
    figure: go.Figure, part: Sequence["KeptRun"], palette: Palette, *, named: bool
) -> None:
    """The lines of runs of one model version."""
    days = [one.day for one in part]
    for values, fill in (
        ([one.aal_interval_usd.high for one in part], None),
        ([one.aal_interval_usd.low for one in part], "tonexty"),
    ):
        figure.add_scatter(
            x=days,
            y=values,
            mode="lines",
            line={"width": 0},
            fill=fill,
            fillcolor=faded(palette.accent, 0.18),
            hoverinfo="skip",
            name="10 to 90 %",
            legendgroup="range",
            showlegend=named and fill is not None,
        )
    for name, values, style in (
        ("Expected loss a year, median", [one.median_usd for one in part], {"width": 3}),
        ("1-in-20-year loss", [one.var95_usd for one in part], {"width": 2, "dash": "dash"}),
    ):
        colour = palette.accent if style["width"] == 3 else palette.loss
        figure.add_scatter(
            x=days,
            y=values,
            mode="lines+markers",
            line={"color": colour, **style},
            marker={"size": 6, "color": colour},
            customdata=[
                [wording.money(usd), one.startups] for usd, one in zip(values, part, strict=True)
            ],
            hovertemplate="%{x|%-d %b %Y}: %{customdata[0]}, %{customdata[1]:,} companies"
            f"<extra>{name}</extra>",
            name=name,
            legendgroup=name,
            showlegend=named,
        )


def runs_alt(runs: Sequence["KeptRun"]) -> str:
    """The first and the last of them in words, and how often the model changed."""
    days = of_each_day(runs)
    first, last = days[0], days[-1]
    if first is last:
        return (
            f"Figures of one day are kept: {wording.money(first.median_usd)} on "
            f"{wording.day(first.day)}. A line begins with the second."
        )
    told = (
        f"Expected loss a year: {wording.money(first.median_usd)} on {wording.day(first.day)}, "
        f"{wording.money(last.median_usd)} on {wording.day(last.day)}"
    )
    versions = [version for version, _ in groupby(one.model_version for one in days)]
    if len(versions) > 1:
        told += f"; the line breaks where the model changed ({' → '.join(versions)})"
    return f"{told}."
