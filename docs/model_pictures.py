"""The pictures of docs/method.md, drawn from the demo portfolio by the model itself.

    python docs/take_pictures.py docs

writes each as a PNG. Nothing in them is typed in: when the model changes, so do they.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from textwrap import wrap

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from fixtures.demo import demo_portfolio  # noqa: E402  the project is found first
from risk.assumptions import DEFAULTS  # noqa: E402
from risk.catalog.failure_kinds import FailureKind  # noqa: E402
from risk.catalog.loading import load_catalog  # noqa: E402
from risk.catalog.records import Catalog  # noqa: E402
from risk.hazard.neighbours import catalogue_chain, provider_rates  # noqa: E402
from risk.hazard.rate_laws import rate_laws  # noqa: E402
from risk.inventory.exposed import exposed_use_cases  # noqa: E402
from risk.inventory.records import Fallback, Portfolio  # noqa: E402
from risk.loss.churn import churn_curve  # noqa: E402
from risk.loss.columns import FALLBACKS  # noqa: E402
from risk.loss.formulas import (  # noqa: E402
    DEARER_MONTHS,
    RECAPTURE,
    business_days,
)
from risk.loss.lines import felt_of  # noqa: E402
from risk.loss.startups import (  # noqa: E402
    COST_OTHER,
    DAILY,
    DAYS_OTHER,
    FIRM,
    SPENDING,
    STRANDED,
    TERMS,
    UNLIKE_OTHER,
    critical_of,
    firm_of,
    terms_of,
)
from risk.loss.valuation import Valuation, valuation_of  # noqa: E402
from risk.loss.worlds import worlds_of  # noqa: E402
from risk.portfolio.assessment import assess_portfolio  # noqa: E402
from risk.portfolio.results import PortfolioAssessment  # noqa: E402
from risk.scenarios.files import known_names, load_scenarios  # noqa: E402
from risk.scenarios.results import StressResult  # noqa: E402
from risk.scenarios.stress import stress  # noqa: E402
from ui import wording  # noqa: E402
from ui.charts.churn import churn_figure  # noqa: E402
from ui.charts.portfolio import exceedance_curve  # noqa: E402
from ui.charts.style import finish  # noqa: E402
from ui.theme import Palette, faded, palette_for  # noqa: E402

Array = NDArray[np.float64]

AS_OF = date(2026, 11, 23)
ROOT = "OpenAI"
WIDTH = 1000


@dataclass(frozen=True)
class Demo:
    """The demo portfolio with everything that the pictures show of it."""

    catalog: Catalog
    portfolio: Portfolio

    @cached_property
    def assessment(self) -> PortfolioAssessment:
        """The scored portfolio."""
        return assess_portfolio(
            self.portfolio, catalog=self.catalog, assumptions=DEFAULTS, today=AS_OF
        )

    @cached_property
    def wind_down(self) -> StressResult:
        """The portfolio after the end of one developer."""
        scenario = load_scenarios(PROJECT / "fixtures", known_names(self.catalog, ()))[
            "openai-wind-down"
        ]
        return stress(self.laid_out, scenario)

    @cached_property
    def laid_out(self) -> Valuation:
        """The portfolio laid out to be valued."""
        return valuation_of(self.portfolio, catalog=self.catalog, assumptions=DEFAULTS, today=AS_OF)

    @cached_property
    def palette(self) -> Palette:
        """Light: pictures stand on white."""
        return palette_for(self.catalog, dark=False)


def demo() -> Demo:
    """Read the reference facts and the demo portfolio."""
    catalog = load_catalog(PROJECT / "fixtures")
    return Demo(catalog, demo_portfolio(catalog))


def house(one: Demo) -> go.Figure:
    """The four layers of the model, with one disruption going through them."""
    colours = one.palette
    figure = go.Figure()
    for place, (title, body, doubt) in enumerate(_layers(one)):
        left, right = place * 0.25 + 0.008, place * 0.25 + 0.222
        figure.add_shape(
            type="rect",
            x0=left,
            x1=right,
            y0=0.27,
            y1=1,
            line={"color": colours.accent, "width": 1.5},
            fillcolor=faded(colours.accent, 0.06),
        )
        middle = (left + right) / 2
        _write(figure, middle, 0.93, f"<b>{title}</b>", colours.text, 15)
        _write(figure, middle, 0.78, _in_lines(body, 27), colours.text, 13)
        _write(figure, middle, 0.21, _in_lines(doubt, 32), colours.muted, 12)
        if place < 3:
            figure.add_annotation(
                x=right + 0.034,
                ax=right + 0.002,
                y=0.6,
                ay=0.6,
                axref="x",
                ayref="y",
                text="",
                arrowhead=2,
                arrowwidth=2,
                arrowcolor=colours.accent,
            )
    figure.update_xaxes(visible=False, range=[0, 1])
    figure.update_yaxes(visible=False, range=[-0.06, 1.03])
    return finish(figure, palette=colours, height=250)


def _layers(one: Demo) -> tuple[tuple[str, str, str], ...]:
    rows = provider_rates(one.catalog, catalogue_chain(one.catalog, DEFAULTS), ROOT)
    closing = [row for row in rows if row.kind is FailureKind.WIND_DOWN]
    (law,) = rate_laws(closing, rates=one.catalog.rates, evidence=one.catalog.rate_evidence)
    low, high = law.law.interval(0.8)
    hit = one.wind_down.startups
    surely = sum(startup.hit_probability > 0.999 for startup in hit)
    worst = max(hit, key=lambda startup: startup.loss_usd)
    year = one.assessment
    return (
        (
            "1 Disruption",
            f"{ROOT} winds down {wording.rate(law.row.rate_per_year).removeprefix('about ')}; "
            f"with 80 % probability between {_once(high)} and {_once(low)}",
            "how often: incidents counted, medians stated",
        ),
        (
            "2 Route",
            f"It reaches {len(hit)} of {len(one.portfolio.startups)} demo companies: {surely} "
            f"surely, {len(hit) - surely} through hosts that may go on serving",
            "whom: who stands behind whom, with what probability",
        ),
        (
            "3 Loss curve",
            f"{worst.startup} loses {wording.money(worst.loss_usd)}, most of all; together they "
            f"lose {wording.money(one.wind_down.total_usd)}",
            "how much: margin, backup, switching, churn",
        ),
        (
            "4 Year",
            f"With every other disruption: {wording.money(year.aal_usd)} expected a year, and "
            f"{wording.money(year.var95_usd)} or more one year in 20",
            "how bad: all disruptions of a year, exactly",
        ),
    )


def _once(rate_per_year: float) -> str:
    return wording.rate(rate_per_year).removeprefix("about ").removesuffix(" years")


def _write(figure: go.Figure, x: float, y: float, text: str, colour: str, size: int) -> None:
    figure.add_annotation(
        x=x,
        y=y,
        text=text,
        showarrow=False,
        yanchor="top",
        font={"color": colour, "size": size},
    )


def _in_lines(text: str, width: int) -> str:
    return "<br>".join(wrap(text, width))


@dataclass(frozen=True, kw_only=True)
class Ways:
    """What an outage of each length costs one use case, (days,): by waiting, by switching."""

    startup: str
    use_case: str
    days: Array
    waiting: Array
    switching: Array
    charged: Array

    @property
    def switches_after(self) -> float | None:
        """The first length at which switching is cheaper; None if it is at none."""
        cheaper = np.flatnonzero(self.waiting > self.switching)
        return float(self.days[cheaper[0]]) if len(cheaper) else None


def ways_out(one: Demo) -> Ways:
    """Both ways through an outage, for a use case with one route and no fallback.

    All is at its middle, and of the use cases of which all is known and for which switching pays
    within the lengths drawn, it is the one with most margin.
    """
    held = one.laid_out.book.exposures
    known = np.isfinite([held.revenue, held.gross_margin, held.ai_share, held.engineers]).all(
        axis=0
    )
    found = []
    for startup in np.flatnonzero(known):
        for case in range(held.case_start[startup], held.case_start[startup + 1]):
            links = range(held.link_start[case], held.link_start[case + 1])
            alone = len(links) == 1 and held.fallback[links[0]] == FALLBACKS.index(Fallback.NONE)
            if alone and held.criticality[case] > 0 and np.isfinite(held.spend[links[0]]):
                found.append(_ways(one, int(startup), case, links[0]))
    able = [pair for pair in found if pair[1].switches_after]
    return max(able, key=lambda pair: pair[0])[1]


def _ways(one: Demo, startup: int, case: int, link: int) -> tuple[float, Ways]:
    """The margin in USD a day, and the ways out of losing it."""
    asked = one.laid_out
    world = worlds_of(
        *(asked.book, one.catalog, DEFAULTS),
        **{"today": AS_OF, "count": 1, "judgement": False, "rates": False, "facts": False},
    ).at(0)
    chunk, firm, terms = asked.book.exposures.chunk(0), np.zeros(FIRM), np.zeros((1, TERMS))
    firm_of(chunk, startup, world, firm)
    terms_of(chunk, link, chunk.weight[case], firm, world, terms[0])
    margin = firm[DAILY] * chunk.weight[case] * critical_of(chunk, case, world)[0]
    away = terms[0, STRANDED] + world.numbers[DEARER_MONTHS]
    once = terms[0, COST_OTHER] + away * terms[0, SPENDING]

    def loss(length: float, unlike: float) -> float:
        felt = felt_of(length, 1.0, 0.0, terms, 0, world)
        kept = 1.0 - world.numbers[RECAPTURE]
        return float(margin * business_days(felt, kept, unlike, world.numbers, world.churn))

    days = np.linspace(0.0, 45.0, 451)
    waiting = np.array([loss(length, 0.0) for length in days])
    elsewhere = np.minimum(days, terms[0, DAYS_OTHER])
    switching = once + np.array([loss(length, terms[0, UNLIKE_OTHER]) for length in elsewhere])
    name = asked.members.names[startup]
    record = next(held for held in one.portfolio.startups if held.name == name)
    use_case, _ = exposed_use_cases(record)[case - int(chunk.case_start[startup])]
    return float(margin), Ways(
        startup=name,
        use_case=use_case.name,
        days=days,
        waiting=waiting,
        switching=switching,
        charged=np.minimum(waiting, switching),
    )


def loss_curve(one: Demo) -> go.Figure:
    """A loss curve: what waiting costs, what switching costs, and the cheaper, which is charged."""
    ways, colours = ways_out(one), one.palette
    figure = go.Figure()
    for name, losses, colour, dash, width in (
        ("Charged: the cheaper", ways.charged, faded(colours.accent, 0.35), "solid", 9),
        ("Waiting for the end", ways.waiting, colours.warning, "dot", 2.5),
        ("Switching", ways.switching, colours.muted, "dash", 2.5),
    ):
        figure.add_scatter(
            x=ways.days,
            y=losses,
            name=name,
            mode="lines",
            line={"color": colour, "dash": dash, "width": width},
        )
    after = ways.switches_after
    figure.add_vline(x=after, line={"color": colours.muted, "width": 1, "dash": "dash"})
    figure.add_annotation(
        x=after,
        xshift=6,
        yref="paper",
        y=0.04,
        xanchor="left",
        text=f"switching is cheaper beyond {wording.days(after)}",
        showarrow=False,
        font={"color": colours.muted},
    )
    figure.update_xaxes(
        title={"text": f"Days that the provider behind {ways.use_case} is wholly down"}
    )
    figure.update_yaxes(
        title={"text": f"Loss of {ways.startup}"},
        tickprefix="$",
        tickformat="~s",
        rangemode="tozero",
    )
    return finish(figure, palette=colours, height=340, legend=True)


def churn(one: Demo) -> go.Figure:
    """The published churn curve."""
    days, shares = churn_curve(DEFAULTS)
    return churn_figure(list(days), list(shares), palette=one.palette, height=320)


def exceedance(one: Demo) -> go.Figure:
    """The demo portfolio's exceedance curve with its two lines."""
    return exceedance_curve(one.assessment, palette=one.palette, height=340)


#: Every picture by the name of its file.
FIGURES: Mapping[str, Callable[[Demo], go.Figure]] = {
    "model-house": house,
    "model-loss-curve": loss_curve,
    "model-churn": churn,
    "model-exceedance": exceedance,
}
