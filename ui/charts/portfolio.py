"""Charts of a portfolio: whom the margin depends on, how bad it gets, who drives it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import log10
from textwrap import wrap

import plotly.graph_objects as go

from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Catalog
from risk.portfolio.results import DependenceShare, Interval, PortfolioAssessment
from risk.portfolio.startups import assessed_of
from risk.portfolio.structure import Dependences
from ui import wording
from ui.charts.axes import money_axis
from ui.charts.style import Figure, finish
from ui.theme import Palette, faded, text_on
from ui.words import headlines

SHOWN_BARS = 10
#: Startups named in the treemap; the others of a host are one tile.
SHOWN_TILES = 150
#: How the bars of startups are read.
HOW_DRAWN = (
    "The mark is the median, the bar 8 of 10 worlds; full colour is what unknown facts leave."
)


def shown_dependence(dependence: Sequence[DependenceShare]) -> tuple[DependenceShare, ...]:
    """The shares that are drawn: the largest by name, the others of each host together."""
    if len(dependence) <= SHOWN_TILES or not isinstance(dependence, Dependences):
        return tuple(dependence)
    shown = [dependence[place] for place in headlines.largest(dependence.margin, SHOWN_TILES)]
    rest = dict(dependence.by_pair)
    counts = dict(dependence.startups_by_pair)
    for one in shown:
        rest[one.developer, one.host] -= one.margin_usd_per_year
        counts[one.developer, one.host] -= 1
    others = [
        DependenceShare(
            developer=developer,
            host=host,
            startup=wording.counted(counts[developer, host], "other company", "other companies"),
            margin_usd_per_year=margin,
        )
        for (developer, host), margin in rest.items()
        if counts[developer, host] > 0
    ]
    return (*shown, *others)


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
    whole = sum(size for path, size in sizes.items() if len(path) == 1)
    of = {path: size / whole if whole else None for path, size in sizes.items()}
    colours = [_tile_colour(path, palette) for path in paths]
    figure = Figure(
        go.Treemap(
            ids=["/".join(path) for path in paths],
            parents=["/".join(path[:-1]) for path in paths],
            labels=[_tile_label(path) for path in paths],
            values=[sizes[path] for path in paths],
            branchvalues="total",
            customdata=[[wording.money(sizes[path]), wording.percent(of[path])] for path in paths],
            texttemplate="%{label}<br>%{customdata[0]}",
            hovertemplate="%{label}<br>%{customdata[0]} a year, %{customdata[1]}<extra></extra>",
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
    """The startups that lose most: the range of each, what of it is facts, and its median."""
    assessed = assessed_of(assessment)
    shown = [assessed[row] for row in startup_losses(assessment)]
    spreads = [headlines.loss_spread(one) for one in shown]
    names = [one.startup for one in shown]
    told = [f"{headlines.loss_value(one)}, {headlines.range_words(one)}" for one in shown]
    figure = Figure()
    for ends, colour in (
        ([Interval(low=one.low, high=one.high) for one in spreads], faded(palette.accent, 0.35)),
        ([one.of_facts for one in spreads], palette.accent),
    ):
        figure.add_bar(
            orientation="h",
            y=names,
            base=[one.low for one in ends],
            x=[one.high - one.low for one in ends],
            width=0.4,
            marker={"color": colour},
            customdata=told,
            hovertemplate="%{y}: %{customdata}<extra></extra>",
        )
    figure.add_scatter(
        x=[one.median for one in spreads],
        y=names,
        mode="markers",
        marker={"symbol": "line-ns", "size": 14, "line": {"width": 2.5, "color": palette.text}},
        customdata=told,
        hovertemplate="%{y}: %{customdata}<extra></extra>",
    )
    figure.update_layout(barmode="overlay")
    axis = money_axis([one.high for one in spreads], most=5)
    figure.update_xaxes(rangemode="tozero", **axis)
    figure.update_yaxes(autorange="reversed", ticksuffix=" ", showgrid=False)
    return finish(figure, palette=palette, height=height)


def startup_losses(assessment: PortfolioAssessment) -> list[int]:
    """The rows of the startups with the largest median losses, at most :data:`SHOWN_BARS`."""
    median = assessed_of(assessment).table.answers.median
    return [row for row in headlines.largest(median, SHOWN_BARS) if median[row] > 0]


def startup_bars_note(assessment: PortfolioAssessment) -> str:
    """Say how much of the expected loss the shown startups carry, and how much the others."""
    mean = assessed_of(assessment).table.answers.mean
    shown = startup_losses(assessment)
    whole, rest = float(mean.sum()), float(mean.sum() - mean[shown].sum())
    others = int((mean > 0).sum()) - len(shown)
    if others <= 0:
        return f"All companies that lose anything. {HOW_DRAWN}"
    return (
        f"These {len(shown)} carry {wording.percent(1 - rest / whole)} of the expected loss; the "
        f"other {others:,} carry {wording.money(rest)}. {HOW_DRAWN}"
    )


def startup_bars_alt(assessment: PortfolioAssessment) -> str:
    """Say who carries most."""
    table, rows = assessed_of(assessment).table, startup_losses(assessment)[:3]
    if not rows:
        return "No company loses anything."
    whole = float(table.answers.mean.sum())
    three = float(table.answers.mean[rows].sum())
    names = [table.names[row] for row in rows]
    alone = wording.money(float(table.answers.median[rows[0]]))
    return (
        f"{wording.listed(names)} carry {wording.percent(three / whole)} of the expected loss; "
        f"{names[0]} alone about {alone} a year."
    )


def provider_bars(
    assessment: PortfolioAssessment, *, catalog: Catalog, palette: Palette, height: int = 380
) -> go.Figure:
    """Stack expected loss a year by the provider that is disrupted first, split by kind."""
    totals = provider_losses(assessment, catalog=catalog)
    names = [name for name, _ in totals[:SHOWN_BARS]][::-1]
    by_kind: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for part in assessment.expected_parts:
        by_kind[part.kind][company_of(part.root, catalog)] += part.aal_usd
    figure = Figure()
    weights = {kind: sum(by_kind[kind][name] for name in names) for kind in FailureKind}
    largest = sorted((kind for kind in FailureKind if weights[kind] > 0), key=weights.__getitem__)
    for place, kind in enumerate(reversed(largest)):
        losses = [by_kind[kind][name] for name in names]
        colour = palette.parts[min(place, len(palette.parts) - 1)]
        figure.add_bar(
            orientation="h",
            name=wording.FALTER_SHORT_NAMES[kind],
            y=[wording.provider(name) for name in names],
            x=losses,
            marker={"color": colour},
            customdata=[wording.money(loss) for loss in losses],
            hovertemplate="%{y}: %{customdata} a year<extra>"
            + wording.disruption(kind)
            + "</extra>",
        )
    figure.update_layout(barmode="stack")
    figure.update_xaxes(**money_axis((total for _, total in totals), most=5))
    return finish(figure, palette=palette, height=height, legend=True)


def company_of(root: str, catalog: Catalog) -> str:
    """Return the company behind a root: who retires a model, everywhere or at its host."""
    if root in catalog.providers:
        return root
    model = catalog.models.get(root)
    if model is not None:
        return model.developer
    _, at, host = root.rpartition(" at ")
    return host if at else root.removeprefix("Unnamed model of ")


def provider_losses(
    assessment: PortfolioAssessment, *, catalog: Catalog
) -> list[tuple[str, float]]:
    """Return (provider that is disrupted, expected loss in USD a year), largest first."""
    totals: dict[str, float] = defaultdict(float)
    for part in assessment.expected_parts:
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
    return f"Share of the expected loss by the provider that is disrupted: {wording.listed(parts)}."
