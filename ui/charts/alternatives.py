"""Alternatives drawn: what each option covers, and what it costs against what it leaves."""

from collections.abc import Sequence
from textwrap import wrap

import plotly.graph_objects as go

from risk.alternatives.results import Alternative, OptionClass
from risk.catalog.failure_kinds import FailureKind
from ui import wording
from ui.charts import drawn
from ui.charts.axes import money_axis
from ui.charts.style import Figure, finish
from ui.theme import Palette, faded

LABEL_WIDTH = 24
PARETO_HEIGHT = 220
#: How far the axes run beyond the dearest option and the largest loss.
BEYOND_LAST = 1.08


def coverage_figure(options: Sequence[Alternative], *, palette: Palette) -> go.Figure:
    """A cell per option and failure kind: of how many disruptions it serves through."""
    kinds = covered_kinds(options)
    rows = list(options)[::-1]
    figure = Figure(
        go.Heatmap(
            x=[wording.FALTER_SHORT_NAMES[kind] for kind in kinds],
            y=[_broken(one.option, LABEL_WIDTH) for one in rows],
            z=[[one.covers.get(kind) for kind in kinds] for one in rows],
            text=[[_cell(one.covers.get(kind)) for kind in kinds] for one in rows],
            texttemplate="%{text}",
            textfont={"size": 11, "color": palette.text},
            zmin=0,
            zmax=1,
            colorscale=[
                [0, faded(palette.loss, 0.30)],
                [0.5, faded(palette.warning, 0.22)],
                [1, faded(palette.gain, 0.45)],
            ],
            showscale=False,
            xgap=3,
            ygap=3,
            customdata=[
                [wording.percent(one.down_together.get(kind)) for kind in kinds] for one in rows
            ],
            hovertemplate="%{y}<br>%{x}: serves through %{text} %"
            "<br>down together with today's provider: %{customdata}<extra></extra>",
        )
    )
    # On a phone the kinds stand upright, so that the cells keep their width.
    figure.update_xaxes(side="top", showgrid=False, tickfont={"size": 11}, autotickangles=[0, -90])
    figure.update_yaxes(showgrid=False, ticklabelstandoff=4, tickfont={"size": 11})
    return finish(figure, palette=palette, height=110 + 56 * max(2, len(rows)))


def coverage_alt(options: Sequence[Alternative]) -> str:
    """The finding: which option serves through most kinds of failure, and which do not help."""
    others = [one for one in options if one.option_class is not OptionClass.STAY and one.covers]
    if not others:
        return "There is no other option to compare."
    best = max(others, key=lambda one: sum(one.covers.values()))
    helped = [
        wording.disruption(kind).lower() for kind, share in best.covers.items() if share >= 0.5
    ]
    if not helped:
        return "No option serves through at least half of any kind of failure."
    return f"{best.option} covers most: it serves through {wording.listed(helped)}."


def covered_kinds(options: Sequence[Alternative]) -> list[FailureKind]:
    """The kinds that some option says anything about, in the order of the closed list."""
    named = {kind for one in options for kind in one.covers}
    return [kind for kind in FailureKind if kind in named]


def pareto_html(options: Sequence[Alternative], *, palette: Palette) -> str:
    """First-year cost against the expected loss that remains; the frontier is a stepped line.

    A point off the line that nothing beats is there for its effort, which is not drawn. Points are
    numbered; below them stands what each is.
    """
    priced = sorted(
        (one for one in options if one.run_usd_per_year is not None), key=first_year_usd
    )
    costs = money_axis(map(first_year_usd, priced), most=5)
    losses = money_axis([one.usual_loss_usd for one in priced], most=5)
    right = max([*map(first_year_usd, priced), 0.0]) * BEYOND_LAST or 1.0
    top = max([*(one.usual_loss_usd for one in priced), 0.0]) * BEYOND_LAST or 1.0
    frontier = cost_loss_frontier(priced)
    line = drawn.Line(
        x=[first_year_usd(one) / right for one in frontier],
        y=[one.usual_loss_usd / top for one in frontier],
        colour=palette.muted,
        dash=True,
        width=1.5,
    )
    dots = [
        drawn.Dot(
            x=first_year_usd(one) / right,
            y=one.usual_loss_usd / top,
            colour=_colour(one, palette),
            said=_point_words(one),
            sign=str(number),
            hollow=_is_other(one) and not one.pareto,
        )
        for number, one in enumerate(priced, 1)
    ]
    plot = drawn.plot_html(
        palette=palette,
        alt=f"Cost against loss. {pareto_alt(options)}",
        height=PARETO_HEIGHT,
        across=drawn.scaled(costs, right),
        up=drawn.scaled(losses, top),
        lines=[line],
        dots=dots,
    )
    said = [(dot, one.option, _role(one)) for dot, one in zip(dots, priced, strict=True)]
    return plot + drawn.numbered_html(said, palette=palette)


def _colour(one: Alternative, palette: Palette) -> str:
    if one.recommended:
        return palette.gain
    if _is_stay(one):
        return palette.loss
    return palette.accent if one.pareto else palette.muted


def _role(one: Alternative) -> str:
    if one.recommended:
        return "recommended"
    if _is_stay(one):
        return "stay"
    return "unbeaten in cost, loss and effort" if one.pareto else "beaten by another"


def cost_loss_frontier(options: Sequence[Alternative]) -> list[Alternative]:
    """Return the options that leave less loss than every cheaper one, cheapest first."""
    found: list[Alternative] = []
    for one in sorted(options, key=lambda one: (first_year_usd(one), one.usual_loss_usd)):
        if not found or one.usual_loss_usd < found[-1].usual_loss_usd:
            found.append(one)
    return found


def pareto_alt(options: Sequence[Alternative]) -> str:
    """The finding: what the recommended option costs and leaves, against staying."""
    chosen = next((one for one in options if one.recommended), None)
    stay = next((one for one in options if one.option_class is OptionClass.STAY), None)
    if chosen is None or stay is None:
        return "No option is recommended."
    if chosen is stay:
        return f"Staying is best; it leaves {wording.money(stay.usual_loss_usd)} of loss a year."
    return (
        f"{chosen.option} leaves {wording.money(chosen.usual_loss_usd)} of loss a year, staying "
        f"{wording.money(stay.usual_loss_usd)}."
    )


def first_year_usd(option: Alternative) -> float:
    """What an option costs in its first year; options without a price are not drawn."""
    return option.one_off_usd + (option.run_usd_per_year or 0.0)


def _point_words(one: Alternative) -> str:
    return (
        f"{one.option}: first year {wording.money(first_year_usd(one))}, remaining loss "
        f"{wording.money(one.usual_loss_usd)} a year, {wording.number(one.weeks)} engineer weeks"
    )


def _is_stay(one: Alternative) -> bool:
    return one.option_class is OptionClass.STAY and not one.recommended


def _is_other(one: Alternative) -> bool:
    return not one.recommended and one.option_class is not OptionClass.STAY


def _cell(share: float | None) -> str:
    return "?" if share is None else f"{100 * share:.0f}"


def _broken(text: str, width: int) -> str:
    return "<br>".join(wrap(text, width, break_long_words=False)) or text
