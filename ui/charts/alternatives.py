"""Alternatives drawn: what each option covers, and what it costs against what it leaves."""

from collections.abc import Sequence
from textwrap import wrap

import plotly.graph_objects as go

from risk.alternatives.results import Alternative, OptionClass
from risk.catalog.failure_kinds import FailureKind
from ui import wording
from ui.charts.axes import money_axis
from ui.charts.style import Figure, finish
from ui.theme import Palette, faded

LABEL_WIDTH = 24


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


def pareto_figure(options: Sequence[Alternative], *, palette: Palette) -> go.Figure:
    """First-year cost against the expected loss that remains; the frontier is a stepped line.

    A point off the line that nothing beats is there for its effort, which is not drawn.
    """
    priced = [one for one in options if one.run_usd_per_year is not None]
    figure = Figure()
    frontier = cost_loss_frontier(priced)
    figure.add_trace(
        go.Scatter(
            x=[first_year_usd(one) for one in frontier],
            y=[one.usual_loss_usd for one in frontier],
            mode="lines",
            line={"color": palette.muted, "width": 1.5, "dash": "dot", "shape": "hv"},
            name="Least loss at each cost",
            hoverinfo="skip",
        )
    )
    for name, chosen, colour, symbol in (
        ("Recommended", [one for one in priced if one.recommended], palette.gain, "star"),
        ("Stay", [one for one in priced if _is_stay(one)], palette.loss, "square"),
        (
            "Unbeaten in cost, loss and effort",
            [one for one in priced if _is_other(one) and one.pareto],
            palette.accent,
            "circle",
        ),
        (
            "Beaten by another",
            [one for one in priced if _is_other(one) and not one.pareto],
            palette.muted,
            "circle-open",
        ),
    ):
        if chosen:
            figure.add_trace(_points(name, chosen, colour, symbol))
    costs, losses = map(first_year_usd, priced), (one.usual_loss_usd for one in priced)
    figure.update_xaxes(title_text="Cost of the first year: one-off and running")
    figure.update_yaxes(title_text="Loss a year that remains")
    figure.update_xaxes(rangemode="tozero", **money_axis(costs))
    figure.update_yaxes(rangemode="tozero", **money_axis(losses))
    return finish(figure, palette=palette, height=300, legend=True)


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


def _points(name: str, options: Sequence[Alternative], colour: str, symbol: str) -> go.Scatter:
    named = name in ("Recommended", "Stay")
    return go.Scatter(
        x=[first_year_usd(one) for one in options],
        y=[one.usual_loss_usd for one in options],
        mode="markers",
        name=name,
        marker={"size": 14 if named else 10, "color": colour, "symbol": symbol},
        hovertext=[_point_words(one) for one in options],
        hoverinfo="text",
    )


def _point_words(one: Alternative) -> str:
    return (
        f"<b>{_broken(one.option, 40)}</b><br>first year {wording.money(first_year_usd(one))}"
        f"<br>remaining loss {wording.money(one.usual_loss_usd)} a year"
        f"<br>{wording.number(one.weeks)} engineer weeks"
    )


def _is_stay(one: Alternative) -> bool:
    return one.option_class is OptionClass.STAY and not one.recommended


def _is_other(one: Alternative) -> bool:
    return not one.recommended and one.option_class is not OptionClass.STAY


def _cell(share: float | None) -> str:
    return "?" if share is None else f"{100 * share:.0f}"


def _broken(text: str, width: int) -> str:
    return "<br>".join(wrap(text, width, break_long_words=False)) or text
