"""The demo portfolio's headline figures, on a fixed day, as the model gives them now."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from fixtures.demo import demo_portfolio
from risk.assumptions import DEFAULTS
from risk.catalog.loading import load_catalog
from risk.portfolio.assessment import assess_portfolio

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).with_name("demo.json")
TODAY = date(2026, 11, 23)
TOP = 5


def figures() -> dict[str, float]:
    """Every figure by a name that reads as a sentence; money in USD a year."""
    catalog = load_catalog(ROOT / "fixtures")
    found = assess_portfolio(
        demo_portfolio(catalog), catalog=catalog, assumptions=DEFAULTS, today=TODAY
    )
    top = sorted(found.startups, key=lambda one: -one.aal_usd)[:TOP]
    return {
        "average annual loss": found.aal_usd,
        "median": found.median_usd,
        "10 % point": found.aal_interval_usd.low,
        "90 % point": found.aal_interval_usd.high,
        "part of the variance that judgement explains": found.variance_shares.judgement,
        "facts known": found.facts_known,
        "tail value at risk, 95 %": found.tvar95_usd,
        "value at risk, 99 %": found.var99_usd,
        **{f"average annual loss of {one.startup}": one.aal_usd for one in top},
        **{
            f"effective number by {level}": one.effective_number or 0.0
            for level, one in found.concentration.items()
        },
    }


def kept() -> dict[str, float]:
    """The figures that were written down last; empty before the first time."""
    if not FILE.exists():
        return {}
    known: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return {name: float(value) for name, value in known.items()}


def differences(before: dict[str, float], after: dict[str, float]) -> list[str]:
    """One line for each figure that is new, gone or differs by more than a millionth."""
    lines = []
    for name in dict.fromkeys((*before, *after)):
        if name not in before:
            lines.append(f"{name}: new, {after[name]:,.6g}")
        elif name not in after:
            lines.append(f"{name}: gone, was {before[name]:,.6g}")
        elif abs(after[name] - before[name]) > 1e-6 * abs(before[name]):
            change = after[name] / before[name] - 1
            lines.append(f"{name}: {before[name]:,.6g} → {after[name]:,.6g} ({change:+.4%})")
    return lines
