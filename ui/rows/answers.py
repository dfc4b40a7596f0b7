"""Rows of the tables that show answers: one startup a row, filtered as the reader asks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from risk.exposure.results import StartupAssessment
from risk.portfolio.results import PortfolioAssessment
from ui import wording

#: ``?`` is the band of a startup of which only questions are known.
BANDS = ("A", "B", "C", "D", "E", "?")
NO_SECTOR = "unknown"
NO_DEPENDENCE = "No language-model dependence found"


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the reader wants to see; an empty list means everything."""

    words: str = ""
    sectors: Sequence[str] = ()
    providers: Sequence[str] = ()
    bands: Sequence[str] = ()
    confidences: Sequence[str] = ()


def filtered(
    startups: Sequence[StartupAssessment], filters: Filters
) -> tuple[StartupAssessment, ...]:
    """Return the startups that pass every filter, largest expected loss first."""
    kept = (one for one in startups if _passes(one, filters))
    return tuple(sorted(kept, key=lambda one: (-one.aal_usd, one.startup)))


def _passes(one: StartupAssessment, filters: Filters) -> bool:
    text = " ".join((one.startup, one.sector or "", *one.providers, one.next_action)).casefold()
    return (
        all(word in text for word in filters.words.casefold().split())
        and (not filters.sectors or (one.sector or NO_SECTOR) in filters.sectors)
        and (not filters.providers or not set(filters.providers).isdisjoint(one.providers))
        and (not filters.bands or one.band in filters.bands)
        and (not filters.confidences or one.confidence.value in filters.confidences)
    )


def sectors(assessment: PortfolioAssessment) -> list[str]:
    """Return every sector of the portfolio, "unknown" for startups without one."""
    return sorted({one.sector or NO_SECTOR for one in assessment.startups})


def providers(assessment: PortfolioAssessment) -> list[str]:
    """Return every provider that some startup depends on."""
    return sorted({name for one in assessment.startups for name in one.providers})


def is_exposed(one: StartupAssessment) -> bool:
    """Say whether any dependence on a language model was found or is still to be clarified."""
    return bool(one.providers or one.parts or one.open_questions)


def worst_falter(one: StartupAssessment) -> str:
    """Return ``Wind-down of OpenAI, $1.4 M``; a dash for a startup without dependence."""
    if one.worst is None:
        return "–"
    return (
        f"{wording.falter_of(one.worst.root, one.worst.kind)}, {wording.money(one.worst.loss_usd)}"
    )


def score_table(startups: Sequence[StartupAssessment]) -> pd.DataFrame:
    """Return the Portfolio page's table, one row a startup in the given order."""
    return pd.DataFrame(
        {
            "Startup": [one.startup for one in startups],
            "Band": [one.band for one in startups],
            "Score": [known(one, one.score) for one in startups],
            "Expected loss a year": [known(one, one.aal_usd) for one in startups],
            "10–90 % range": [loss_range(one) for one in startups],
            "Worst falter": [worst_falter(one) for one in startups],
            "Days to switch": [one.days_to_switch for one in startups],
            "Runway, months": [_runway(one) for one in startups],
            "Confidence": [one.confidence.value for one in startups],
            "Known": [round(100 * one.confidence_share) for one in startups],
            "Next best action": [one.next_action for one in startups],
            "Sector": [one.sector for one in startups],
        }
    )


#: What all startups can be sorted by, the most pressing first; unknown stands last.
ORDERS: dict[str, Callable[[StartupAssessment], Any]] = {
    "Expected loss a year": lambda one: None if one.band == "?" else -one.aal_usd,
    "Score": lambda one: None if one.band == "?" else -one.score,
    "Worst falter": lambda one: -one.worst.loss_usd if one.worst else None,
    "Days to switch": lambda one: None if one.days_to_switch is None else -one.days_to_switch,
    "Runway after a wind-down": lambda one: one.runway_months.after,
    "Name": lambda one: one.startup.casefold(),
}


def known(one: StartupAssessment, figure: float) -> float | None:
    """Return the figure, or None where nothing but open questions is known of a startup."""
    return None if one.band == "?" else figure


def loss_range(one: StartupAssessment) -> str:
    """Return the range over the unknown facts, or say that none is unknown."""
    if not one.unknown and not one.open_questions:
        return "all known"
    return wording.money_range(one.aal_interval_usd)


def _runway(one: StartupAssessment) -> str:
    if not is_exposed(one):
        return "–"
    return wording.before_after_months(one.runway_months).removesuffix(" months")


def score_download(startups: Sequence[StartupAssessment]) -> pd.DataFrame:
    """Return the same rows with plain figures, for a spreadsheet; unknown is empty."""
    return pd.DataFrame(
        {
            "startup": [one.startup for one in startups],
            "sector": [one.sector for one in startups],
            "band": [one.band for one in startups],
            "score": [known(one, one.score) for one in startups],
            "score_low": [one.score_interval.low for one in startups],
            "score_high": [one.score_interval.high for one in startups],
            "expected_loss_usd_a_year": [known(one, one.aal_usd) for one in startups],
            "expected_loss_usd_low": [one.aal_interval_usd.low for one in startups],
            "expected_loss_usd_high": [one.aal_interval_usd.high for one in startups],
            "tail_value_at_risk_95_usd": [one.tvar95_usd for one in startups],
            "gross_profit_usd": [
                one.gross_profit_usd if one.gross_profit_known else None for one in startups
            ],
            "lead_developer": [one.lead_developer for one in startups],
            "worst_falter": [one.worst and one.worst.kind.value for one in startups],
            "worst_falter_of": [one.worst and one.worst.root for one in startups],
            "worst_falter_loss_usd": [one.worst and one.worst.loss_usd for one in startups],
            "days_to_switch": [one.days_to_switch for one in startups],
            "runway_months_before": [one.runway_months.before for one in startups],
            "runway_months_after": [one.runway_months.after for one in startups],
            "confidence": [one.confidence.value for one in startups],
            "confidence_percent": [round(100 * one.confidence_share, 1) for one in startups],
            "unknown_facts": ["; ".join(one.unknown) for one in startups],
            "providers": ["; ".join(one.providers) for one in startups],
            "open_questions": [one.open_questions for one in startups],
            "next_best_action": [one.next_action for one in startups],
        }
    )


def score_columns() -> dict[str, object]:
    """Return how the table of :func:`score_table` is shown."""
    column = st.column_config
    return {
        "Startup": column.TextColumn(pinned=True, width=165),
        "Sector": column.TextColumn(width=120),
        "Band": column.TextColumn(
            width=60, help="A is the least exposed, E the most; ? where only questions are known."
        ),
        "Score": column.ProgressColumn(
            format="%.0f",
            min_value=0,
            max_value=100,
            width=110,
            help="0 to 100, from the expected loss and the worst 5 % of years against the "
            "gross profit.",
        ),
        "Expected loss a year": column.NumberColumn(format="$%,d", width=130),
        "10–90 % range": column.TextColumn(
            width=130, help="Where the expected loss lies once the unknown facts are known."
        ),
        "Worst falter": column.TextColumn(width=240),
        "Days to switch": column.NumberColumn(format="%,.0f", width=110),
        "Runway, months": column.TextColumn(
            width=130, help="Today → after a wind-down of the lead developer, without new money."
        ),
        "Confidence": column.TextColumn(width=90),
        "Known": column.NumberColumn(format="%d %%", width=75, help=wording.KNOWN_MEANING),
        "Next best action": column.TextColumn(width="large"),
    }


def first_calls(assessment: PortfolioAssessment, count: int = 5) -> list[StartupAssessment]:
    """Return the startups to talk to first: those that carry most of the worst years."""
    exposed = [one for one in assessment.startups if one.aal_usd > 0]
    ranked = sorted(
        exposed, key=lambda one: (-(one.tvar95_contribution_usd or one.tvar95_usd), one.startup)
    )
    return ranked[:count]
