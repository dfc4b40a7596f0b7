"""Chart of who drives the worst years: the tail value at risk, divided four ways."""

from math import isclose

import numpy as np
import plotly.graph_objects as go

from risk.catalog.records import Catalog
from risk.portfolio.results import PortfolioAssessment, TailPart
from risk.portfolio.startups import assessed_of
from ui import wording
from ui.charts.portfolio import company_of
from ui.charts.style import horizontal_bars
from ui.theme import Palette
from ui.words import headlines

SHOWN_BARS = 10
#: What each division means, in a sentence.
MEANING = {
    "startup": "Coloured by lead developer.",
    "provider": "The service that companies call, whoever behind it is disrupted.",
    "root": "Who or what is disrupted first, whatever service passes it on.",
    "kind": "What happens to the provider.",
}


def tail_bars(
    assessment: PortfolioAssessment,
    by: str,
    *,
    catalog: Catalog,
    palette: Palette,
    height: int = 380,
) -> go.Figure:
    """Bars of the largest parts of the worst years, by one of ``headlines.DIVISIONS``."""
    shown = _parts(assessment, by)[:SHOWN_BARS]
    leads = _leads(assessment) if by == "startup" else {}

    def colour(name: str) -> str:
        if by == "startup":
            return palette.provider(leads.get(name))
        if by == "kind":
            return palette.quantity
        return palette.provider(company_of(name, catalog) if by == "root" else name)

    bars = [(headlines.part_name(by, one.name), one.tvar95_usd, colour(one.name)) for one in shown]
    return horizontal_bars(bars, palette=palette, height=height)


def tail_note(assessment: PortfolioAssessment, by: str) -> str:
    """Say that the parts sum to the tail, what of them is not drawn, and what they mean."""
    parts = _parts(assessment, by)
    whole = wording.money(assessment.tvar95_usd)
    if not parts:
        return "Nothing in this portfolio can be lost."
    others, rest = headlines.tail_beyond(assessment, by, SHOWN_BARS)
    total = sum(one.tvar95_usd for one in parts[:SHOWN_BARS]) + rest
    if isclose(total, assessment.tvar95_usd, rel_tol=1e-3):
        said = f"The parts add up to {whole}, the mean of the worst 5 % of years."
    else:
        said = f"The parts add up to {wording.money(total)} of {whole}, the mean of the worst "
        said += "5 % of years."
    if others:
        said += f" Not drawn: {others:,} more with {wording.money(rest)} together."
    return f"{said} {MEANING[by]}"


def tail_alt(assessment: PortfolioAssessment, by: str) -> str:
    """Say who carries most of the worst years."""
    parts = _parts(assessment, by)
    if not parts:
        return "Nothing in this portfolio can be lost."
    shares = [
        f"{headlines.part_name(by, one.name)} "
        f"{wording.percent(one.tvar95_usd / assessment.tvar95_usd)}"
        for one in parts[:3]
    ]
    division = headlines.DIVISIONS[by].lower()
    return f"Of the worst 5 % of years, by {division}: {wording.listed(shares)}."


def _leads(assessment: PortfolioAssessment) -> dict[str, str | None]:
    """The lead developers of the startups that are drawn."""
    table = assessed_of(assessment).table
    shown = headlines.largest(np.nan_to_num(table.tail), SHOWN_BARS)
    codes = {table.names[row]: int(table.answers.lead[row]) for row in shown}
    return {name: table.developers[code] if code >= 0 else None for name, code in codes.items()}


def _parts(assessment: PortfolioAssessment, by: str) -> tuple[TailPart, ...]:
    return headlines.tail_parts(assessment).get(by, ())
