"""Who carries the worst years: the tail value at risk, divided four ways."""

from math import isclose

import plotly.graph_objects as go

from risk.catalog.falters import FalterKind
from risk.catalog.records import Catalog
from risk.portfolio.results import PortfolioAssessment, TailPart
from ui import headlines, wording
from ui.charts.portfolio import company_of
from ui.charts.style import horizontal_bars
from ui.theme import Palette

SHOWN_BARS = 10
#: What each division means, in a sentence.
MEANING = {
    "startup": "Coloured by lead developer.",
    "provider": "The service that startups call, whoever behind it falters.",
    "root": "Who or what falters first, whatever service passes it on.",
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
    leads = {one.startup: one.lead_developer for one in assessment.startups}

    def colour(name: str) -> str:
        if by == "startup":
            return palette.provider(leads[name])
        if by == "kind":
            return palette.falters[FalterKind(name)]
        return palette.provider(company_of(name, catalog) if by == "root" else name)

    bars = [
        (headlines.part_name(by, one.name), one.tvar95_usd, colour(one.name))
        for one in _parts(assessment, by)[:SHOWN_BARS]
    ]
    return horizontal_bars(bars, palette=palette, height=height)


def tail_note(assessment: PortfolioAssessment, by: str) -> str:
    """Say that the parts sum to the tail, what of them is not drawn, and what they mean."""
    parts = _parts(assessment, by)
    whole = wording.money(assessment.tvar95_usd)
    if not parts:
        return "Nothing in this portfolio can be lost."
    total = sum(one.tvar95_usd for one in parts)
    if isclose(total, assessment.tvar95_usd, rel_tol=1e-3):
        said = f"The parts add up to {whole}, the mean of the worst 5 % of years."
    else:
        said = f"The parts add up to {wording.money(total)} of {whole}, the mean of the worst "
        said += "5 % of years."
    rest = parts[SHOWN_BARS:]
    if rest:
        carried = wording.money(sum(one.tvar95_usd for one in rest))
        said += f" Not drawn: {len(rest)} more with {carried} together."
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


def _parts(assessment: PortfolioAssessment, by: str) -> tuple[TailPart, ...]:
    return headlines.tail_parts(assessment).get(by, ())
