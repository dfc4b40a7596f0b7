"""Rows that say how far a portfolio is spread, and whose loss stops it."""

from collections.abc import Iterable

import pandas as pd

from risk.catalog.falters import FalterKind
from risk.portfolio.results import PairOfPoints, PortfolioAssessment, SinglePoint
from ui import wording

#: Rows shown on the page; the downloaded file has all.
SHOWN_POINTS = 6
SHOWN_PAIRS = 4
LEVELS = {"service": "Service", "developer": "Developer", "host": "Host", "cloud": "Cloud"}


def concentration_table(assessment: PortfolioAssessment) -> pd.DataFrame:
    """Return a row a level: who is largest there, HHI, and how many equal ones that makes."""
    rows = []
    for level, label in LEVELS.items():
        found = assessment.concentration[level]
        largest = max(found.shares, key=lambda name: found.shares[name], default=None)
        rows.append(
            {
                "By": label,
                "Largest": wording.UNKNOWN
                if largest is None
                else f"{wording.provider(largest)}, {wording.percent(found.shares[largest])}",
                "HHI": wording.UNKNOWN if found.hhi is None else f"{found.hhi:.2f}",
                "In effect": wording.UNKNOWN
                if found.effective_number is None
                else f"{found.effective_number:.1f}",
            }
        )
    return pd.DataFrame(rows)


def points_table(points: Iterable[SinglePoint]) -> pd.DataFrame:
    """Return a row a root that stops use cases alone, in words."""
    return pd.DataFrame(
        [
            {
                "Root, and its disruptions": ": ".join(
                    (wording.provider(one.root), kinds_in_words(one.kinds))
                ),
                "Startups": wording.number(one.startups),
                "Of AI margin": wording.percent(one.margin_share),
                "Loss a year": wording.money(one.aal_usd),
            }
            for one in points
        ]
    )


def pairs_table(pairs: Iterable[PairOfPoints]) -> pd.DataFrame:
    """Return a row a pair of roots that stop use cases only together, in words."""
    return pd.DataFrame(
        [
            {
                "Both": wording.listed(map(wording.provider, one.roots)),
                "Startups": wording.number(one.startups),
                "Down at once": wording.rate(one.rate_per_year).removeprefix("about "),
                "Margin a year": wording.money(one.margin_usd_per_year),
            }
            for one in pairs
        ]
    )


def points_download(points: Iterable[SinglePoint]) -> pd.DataFrame:
    """Return every single point with plain figures, for a spreadsheet."""
    return pd.DataFrame(
        [
            {
                "root": one.root,
                "kinds": list(one.kinds),
                "startups": one.startups,
                "use_cases": one.use_cases,
                "margin_share": one.margin_share,
                "expected_loss_usd_a_year": one.aal_usd,
            }
            for one in points
        ]
    )


def pairs_download(pairs: Iterable[PairOfPoints]) -> pd.DataFrame:
    """Return every pair with plain figures, for a spreadsheet."""
    return pd.DataFrame(
        [
            {
                "first_root": one.roots[0],
                "second_root": one.roots[1],
                "kinds": list(one.kinds),
                "startups": one.startups,
                "use_cases": one.use_cases,
                "margin_share": one.margin_share,
                "both_down_a_year": one.rate_per_year,
                "margin_usd_a_year": one.margin_usd_per_year,
            }
            for one in pairs
        ]
    )


def points_note(assessment: PortfolioAssessment) -> str:
    """Say how much of the expected loss comes from being stopped by one root."""
    points = assessment.single_points
    if not points:
        return "No root stops a use case by itself."
    stopped = sum(one.aal_usd for one in points)
    share = stopped / assessment.aal_usd if assessment.aal_usd > 0 else 0.0
    return (
        f"{wording.counted(len(points), 'root')} can each stop a use case alone. Being stopped so "
        f"is {wording.money(stopped)} of the expected loss a year, {wording.percent(share)} of it."
    )


def pairs_note(assessment: PortfolioAssessment) -> str:
    """Say what the weight of a pair is, and that no other figure holds it."""
    pairs = assessment.pairs
    if not pairs:
        return "No two roots stop a use case that neither of them stops alone."
    lost = sum(one.margin_usd_per_year for one in pairs)
    return (
        f"{wording.counted(len(pairs), 'pair')} stop a use case only if both are down at once, by "
        f"chance. Such days cost {wording.money(lost)} of margin a year, taken as wholly lost but "
        "without the customers who would leave for good. The expected loss adds disruptions up one "
        "by one and leaves this out."
    )


def kinds_in_words(kinds: Iterable[str]) -> str:
    """Return ``outage, wind-down`` in the order of the closed list."""
    known = set(kinds)
    return ", ".join(wording.falter(kind).lower() for kind in FalterKind if kind.value in known)
