"""Charts of the Portfolio page: where the risk stands, how bad it gets, who carries it."""

from collections import defaultdict
from collections.abc import Iterable
from math import log10
from textwrap import wrap

import plotly.graph_objects as go

from risk.catalog.records import Catalog
from risk.hazard.events import SEVERAL
from risk.portfolio.results import DependenceShare, PortfolioAssessment
from ui import wording
from ui.charts.axes import money_axis
from ui.charts.style import Figure, finish, horizontal_bars
from ui.theme import Palette, text_on

SHOWN_BARS = 10


def dependence_treemap(
    dependence: Iterable[DependenceShare], *, palette: Palette, height: int = 420
) -> go.Figure:
    """Margin that depends on language models, from developer through host to startup.

    Where no startup is named, hosts are the smallest tiles.
    """
    sizes: dict[tuple[str, ...], float] = defaultdict(float)
    for one in dependence:
        path = (one.developer, one.host, one.startup) if one.startup else (one.developer, one.host)
        for depth in range(1, len(path) + 1):
            sizes[path[:depth]] += one.margin_usd_per_year
    paths = list(sizes)
    colours = [_tile_colour(path, palette) for path in paths]
    figure = Figure(
        go.Treemap(
            ids=["/".join(path) for path in paths],
            parents=["/".join(path[:-1]) for path in paths],
            labels=[_tile_label(path) for path in paths],
            values=[sizes[path] for path in paths],
            branchvalues="total",
            customdata=[wording.money(sizes[path]) for path in paths],
            texttemplate="%{label}<br>%{customdata}",
            hovertemplate="%{label}<br>%{customdata} a year, %{percentRoot:.0%}<extra></extra>",
            marker={
                "colors": colours,
                "line": {"width": 1, "color": palette.background},
                "pad": {"t": 22, "l": 3, "r": 3, "b": 3},
            },
            textfont={"color": [text_on(colour) for colour in colours], "size": 12},
            pathbar={"visible": False},
            root={"color": "rgba(0,0,0,0)"},
        )
    )
    figure.update_layout(uniformtext={"minsize": 10, "mode": "hide"})
    return finish(figure, palette=palette, height=height)


def _tile_label(path: tuple[str, ...]) -> str:
    if len(path) == 3:
        return "<br>".join(wrap(path[-1], width=12))
    name = wording.provider(path[-1])
    return f"at {name}" if len(path) == 2 else name


def _tile_colour(path: tuple[str, ...], palette: Palette) -> str:
    return palette.provider(path[0])


def dependence_treemap_alt(dependence: Iterable[DependenceShare]) -> str:
    """Say which developer and which host carry most of the margin."""
    developers: dict[str, float] = defaultdict(float)
    hosts: dict[str, float] = defaultdict(float)
    for one in dependence:
        developers[one.developer] += one.margin_usd_per_year
        hosts[one.host] += one.margin_usd_per_year
    total = sum(developers.values())
    if not total:
        return "No margin depends on language models."
    developer = max(developers, key=lambda name: developers[name])
    host = max(hosts, key=lambda name: hosts[name])
    return (
        f"Treemap of {wording.money(total)} margin a year that depends on language models: "
        f"{wording.percent(developers[developer] / total)} on models of "
        f"{wording.provider(developer)}; the largest host is {wording.provider(host)} "
        f"with {wording.percent(hosts[host] / total)}."
    )


def exceedance_curve(
    assessment: PortfolioAssessment, *, palette: Palette, height: int = 340
) -> go.Figure:
    """Loss reached or exceeded once in so many years: by a year's sum and by its worst event."""
    years = [point.return_period_years for point in assessment.exceedance]
    lines = (
        ("All events of a year", [p.aep_usd for p in assessment.exceedance], "solid"),
        ("Worst event of a year", [p.oep_usd for p in assessment.exceedance], "dot"),
    )
    figure = Figure()
    for (name, losses, dash), colour in zip(lines, (palette.accent, palette.warning), strict=True):
        figure.add_scatter(
            x=years,
            y=losses,
            name=name,
            mode="lines+markers",
            line={"color": colour, "dash": dash, "width": 2.5},
            marker={"color": colour, "size": 6},
            customdata=[wording.money(loss) for loss in losses],
            hovertemplate="Once in %{x:.0f} years: %{customdata}<extra>" + name + "</extra>",
        )
    _mark_one_in_twenty(figure, palette)
    ends = (log10(min(years, default=2)) - 0.05, log10(max(years, default=200)) + 0.05)
    figure.update_xaxes(
        type="log",
        range=ends,
        tickvals=[2, 5, 10, 20, 50, 100, 200, 500, 1000],
        title={"text": "Once in … years"},
    )
    highest = [usd for _, losses, _ in lines for usd in losses]
    figure.update_yaxes(rangemode="tozero", **money_axis(highest))
    return finish(figure, palette=palette, height=height, legend=True)


def _mark_one_in_twenty(figure: go.Figure, palette: Palette) -> None:
    # A shape takes years on a logarithmic axis, an annotation takes their logarithm.
    figure.add_shape(
        type="line",
        x0=20,
        x1=20,
        yref="paper",
        y0=0,
        y1=1,
        line={"color": palette.muted, "width": 1, "dash": "dash"},
    )
    figure.add_annotation(
        x=log10(20),
        yref="paper",
        y=0.02,
        text="1 in 20 years",
        xanchor="left",
        yanchor="bottom",
        showarrow=False,
        font={"color": palette.muted},
    )


def exceedance_curve_alt(assessment: PortfolioAssessment) -> str:
    """Say the loss of the worst year in twenty and of the rarest point."""
    rarest = max(assessment.exceedance, key=lambda point: point.return_period_years, default=None)
    text = f"One year in twenty loses {wording.money(assessment.var95_usd)} or more"
    if rarest is None:
        return f"{text}."
    return (
        f"{text}; one year in {rarest.return_period_years:.0f} loses "
        f"{wording.money(rarest.aep_usd)} or more. A single event of "
        f"{wording.money(rarest.oep_usd)} or more is as rare."
    )


def startup_bars(
    assessment: PortfolioAssessment, *, palette: Palette, height: int = 380
) -> go.Figure:
    """Show the startups that carry most expected loss."""
    rows = startup_losses(assessment)[:SHOWN_BARS]
    leads = {one.startup: one.lead_developer for one in assessment.startups}
    bars = [(name, value, palette.provider(leads[name])) for name, value in rows]
    return horizontal_bars(bars, palette=palette, height=height)


def startup_losses(assessment: PortfolioAssessment) -> list[tuple[str, float]]:
    """Return (startup, USD a year), largest first, without those that lose nothing."""
    rows = [(one.startup, one.aal_usd) for one in assessment.startups if one.aal_usd > 0]
    return sorted(rows, key=lambda row: -row[1])


def startup_bars_note(assessment: PortfolioAssessment) -> str:
    """Say how much the shown startups carry, and how much the others."""
    rows = startup_losses(assessment)
    rest = sum(value for _, value in rows[SHOWN_BARS:])
    if not rest:
        return "All startups that carry any."
    whole = sum(value for _, value in rows)
    return (
        f"These {SHOWN_BARS} carry {wording.percent(1 - rest / whole)}; the other "
        f"{len(rows) - SHOWN_BARS} carry {wording.money(rest)}. Coloured by lead developer."
    )


def startup_bars_alt(assessment: PortfolioAssessment) -> str:
    """Say who carries most."""
    rows = startup_losses(assessment)
    if not rows:
        return "No startup carries any loss."
    total, three = sum(value for _, value in rows), rows[:3]
    return (
        f"{wording.listed(name for name, _ in three)} carry "
        f"{wording.percent(sum(value for _, value in three) / total)} of the expected loss; "
        f"{three[0][0]} alone {wording.money(three[0][1])} a year."
    )


def provider_bars(
    assessment: PortfolioAssessment, *, catalog: Catalog, palette: Palette, height: int = 380
) -> go.Figure:
    """Stack expected loss a year by the provider that falters first, split by kind of falter."""
    totals = provider_losses(assessment, catalog=catalog)
    names = [name for name, _ in totals[:SHOWN_BARS]][::-1]
    by_kind: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for startup in assessment.startups:
        for part in startup.parts:
            by_kind[part.kind][company_of(part.root, catalog)] += part.aal_usd
    figure = Figure()
    for kind, colour in palette.falters.items():
        losses = [by_kind[kind][name] for name in names]
        if not any(losses):
            continue
        figure.add_bar(
            orientation="h",
            name=wording.FALTER_SHORT_NAMES[kind],
            y=[wording.provider(name) for name in names],
            x=losses,
            marker={"color": colour},
            customdata=[wording.money(loss) for loss in losses],
            hovertemplate="%{y}: %{customdata} a year<extra>" + wording.falter(kind) + "</extra>",
        )
    figure.update_layout(barmode="stack")
    figure.update_xaxes(**money_axis((total for _, total in totals), most=5))
    return finish(figure, palette=palette, height=height, legend=True)


def company_of(root: str, catalog: Catalog) -> str:
    """Return the company behind a root: who retires a model, everywhere or at its host."""
    if root in catalog.providers or root == SEVERAL:
        return root
    model = catalog.models.get(root)
    if model is not None:
        return model.developer
    _, at, host = root.rpartition(" at ")
    return host if at else root.removeprefix("Unnamed model of ")


def provider_losses(
    assessment: PortfolioAssessment, *, catalog: Catalog
) -> list[tuple[str, float]]:
    """Return (provider that falters, expected loss in USD a year), largest first."""
    totals: dict[str, float] = defaultdict(float)
    for startup in assessment.startups:
        for part in startup.parts:
            totals[company_of(part.root, catalog)] += part.aal_usd
    return sorted(totals.items(), key=lambda row: -row[1])


def provider_bars_alt(assessment: PortfolioAssessment, *, catalog: Catalog) -> str:
    """Say through which providers the expected loss comes."""
    totals = [row for row in provider_losses(assessment, catalog=catalog) if row[1] > 0]
    if not totals:
        return "No provider causes any expected loss."
    whole = sum(value for _, value in totals)
    parts = [
        f"{wording.provider(name)} {wording.percent(value / whole)}" for name, value in totals[:3]
    ]
    return f"Share of the expected loss by the provider that falters: {wording.listed(parts)}."
