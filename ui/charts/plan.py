"""A plan drawn: what more money buys, and who crowds where."""

from collections.abc import Sequence

import plotly.graph_objects as go

from risk.alternatives.planning.herding import Crowd
from risk.alternatives.planning.plan import Frontier, Plan, PlanChoice
from ui import wording
from ui.charts import drawn
from ui.charts.axes import money_axis
from ui.charts.style import Figure, finish
from ui.theme import Palette, faded
from ui.uncertainty import Spread

MOST_CHANGES = 8


def changes_html(plan: Plan, *, portfolio: str, palette: Palette) -> str:
    """The changes that remove most, a bar each with its range; the table has all."""
    bars = [
        drawn.ranged(
            name,
            Spread(low=one.removed.low, median=one.aal_removed_usd, high=one.removed.high),
            href=drawn.address("startup", portfolio=portfolio, startup=one.startup),
        )
        for name, one in changes_drawn(plan).items()
    ]
    return drawn.bars_html(bars, palette=palette, alt=changes_alt(plan))


def changes_drawn(plan: Plan) -> dict[str, PlanChoice]:
    """The changes of the first screen by their labels, most loss removed first."""
    shown: dict[str, PlanChoice] = {}
    for one in plan.changed[:MOST_CHANGES]:
        label = wording.brief(one.startup, 28)
        if one.use_case is not None:  # Both have room, so that each is told from the others.
            label = f"{label}: {wording.brief(one.use_case, max(20, 40 - len(label)))}"
        shown[label if label not in shown else f"{label} ({len(shown) + 1})"] = one
    return shown


def changes_alt(plan: Plan) -> str:
    """The changes that remove most, in words."""
    said = [
        f"{name} {wording.money(one.aal_removed_usd)} ({wording.money_range(one.removed)})"
        for name, one in list(changes_drawn(plan).items())[:3]
    ]
    return f"Loss removed a year, most first: {wording.listed(said)}." if said else "No change."


def frontier_figure(
    curve: Frontier, chosen: Plan, *, palette: Palette, height: int = 340
) -> go.Figure:
    """Expected loss and tail by budget; a mark stands on the chosen one."""
    budgets = [one.limits.budget_usd for one in curve.plans]
    figure = Figure()
    for name, values, colour, dash in (
        (
            "Worst 5 % of years, average",
            [one.tvar95_usd for one in curve.plans],
            palette.quantity,
            "dot",
        ),
        ("Expected loss a year", [one.aal_usd for one in curve.plans], palette.quantity, "solid"),
    ):
        figure.add_trace(
            go.Scatter(
                x=budgets,
                y=values,
                mode="lines+markers",
                name=name,
                line={"color": colour, "width": 2.5, "dash": dash},
                marker={"size": 6},
                hovertemplate=name + " for $%{x:,.0f}: $%{y:,.0f}<extra></extra>",
            )
        )
    figure.add_trace(_mark_of(chosen, palette))
    heights = [usd for one in (*curve.plans, chosen) for usd in (one.tvar95_usd, one.aal_usd)]
    figure.update_xaxes(title_text="Budget for the first year")
    spent = [one or 0.0 for one in (*budgets, chosen.limits.budget_usd)]
    figure.update_xaxes(rangemode="tozero", **money_axis(spent))
    figure.update_yaxes(rangemode="tozero", **money_axis(heights))
    return finish(figure, palette=palette, height=height, legend=True)


def _mark_of(chosen: Plan, palette: Palette) -> go.Scatter:
    return go.Scatter(
        x=[chosen.limits.budget_usd] * 2,
        y=[chosen.aal_usd, chosen.tvar95_usd],
        mode="markers",
        name="This plan",
        marker={
            "size": 15,
            "symbol": "diamond",
            "color": palette.accent,
            "line": {"color": palette.background, "width": 2},
        },
        hoverinfo="skip",
    )


def frontier_alt(curve: Frontier, *, placeholder: bool = False) -> str:
    """The finding: what the first and the last dollars buy; of placeholders in shares."""
    last = curve.plans[-1]
    half = curve.at(curve.full_usd / 2) or curve.plans[0]
    today = last.aal_today_usd
    removed = today - last.aal_usd
    if removed <= 0:
        return "No money removes any expected loss here."
    share = (today - half.aal_usd) / removed
    if placeholder:
        return (
            f"All that is worth spending takes {wording.percent(removed / today)} "
            f"off the expected loss; half of the money removes {wording.percent(share)} of that. "
            "The amounts are placeholders."
        )
    return (
        f"All that is worth spending, {wording.money(curve.full_usd)}, takes the expected loss "
        f"from {wording.money(today)} to {wording.money(last.aal_usd)} a year; half "
        f"of the money removes {wording.percent(share)} of that."
    )


def crowd_figure(crowds: Sequence[Crowd], *, palette: Palette) -> go.Figure:
    """Three bars an alternative: what everybody's own best asks for, what there is, the plan."""
    shown = list(crowds)[::-1]
    figure = Figure()
    for name, values, colour in (
        ("The plan", [one.planned for one in shown], palette.accent),
        ("Capacity", [one.headroom for one in shown], palette.quantity),
        ("Everybody's own best", [one.asked for one in shown], faded(palette.quantity, 0.35)),
    ):
        figure.add_trace(
            go.Bar(
                orientation="h",
                y=[_label(one) for one in shown],
                x=values,
                name=name,
                marker={"color": colour},
                hovertemplate="%{y}<br>" + name + ": $%{x:,.0f} a month<extra></extra>",
            )
        )
    figure.update_layout(barmode="group", legend_traceorder="reversed")
    sizes = (size for one in shown for size in (one.planned, one.headroom, one.asked))
    figure.update_xaxes(title_text="Spend a month", **money_axis(sizes, most=5))
    figure.update_yaxes(showgrid=False, ticklabelstandoff=6, type="category")
    return finish(figure, palette=palette, height=110 + 62 * max(len(shown), 1), legend=True)


def crowd_alt(crowds: Sequence[Crowd]) -> str:
    """The finding: where most come for which there is no capacity."""
    if not crowds:
        return "Nobody is asked for more than there is capacity for."
    worst = crowds[0]
    return (
        f"{worst.pool}: {wording.money(worst.asked)} a month would come, and there is "
        f"capacity for {wording.money(worst.headroom)}."
    )


def _label(one: Crowd) -> str:
    service, _, ended = one.pool.partition(" if ")
    return f"{service}<br>if {ended}"
