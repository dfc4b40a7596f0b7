"""What a fact of the register probably is when nobody stated it, as numbers of the model.

Part of :class:`risk.assumptions.Assumptions`; a number carries its unit, its bounds and its source.
"""

from dataclasses import dataclass, field
from typing import Any

JUDGEMENT = "judgement"


def number(
    default: float, unit: str, low: float, high: float, meaning: str, source: str = JUDGEMENT
) -> Any:
    """A field of the table of assumptions. ``low`` and ``high`` bound what an override may say."""
    metadata = {"unit": unit, "low": low, "high": high, "meaning": meaning, "source": source}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class UnknownFacts:
    """10 %, 50 % and 90 % points of every fact that is drawn where nobody stated it."""

    unknown_revenue_low: float = number(300_000, "USD a year", 1, 1e12, "10 % point")
    unknown_revenue: float = number(2_000_000, "USD a year", 1, 1e12, "median")
    unknown_revenue_high: float = number(15_000_000, "USD a year", 1, 1e12, "90 % point")
    unknown_gross_margin_low: float = number(0.45, "share", 0, 1, "10 % point")
    unknown_gross_margin: float = number(0.65, "share", 0, 1, "median")
    unknown_gross_margin_high: float = number(0.80, "share", 0, 1, "90 % point")
    unknown_ai_share_low: float = number(0.15, "share", 0, 1, "10 % point")
    unknown_ai_share: float = number(0.50, "share", 0, 1, "median")
    unknown_ai_share_high: float = number(0.95, "share", 0, 1, "90 % point")
    unknown_engineers_low: float = number(2, "engineers", 0.1, 1e5, "10 % point")
    unknown_engineers: float = number(8, "engineers", 0.1, 1e5, "median")
    unknown_engineers_high: float = number(40, "engineers", 0.1, 1e5, "90 % point")
    unknown_spend_share_low: float = number(0.01, "of AI revenue", 0, 1, "10 % point")
    unknown_spend_share: float = number(0.05, "of AI revenue", 0, 1, "median")
    unknown_spend_share_high: float = number(0.20, "of AI revenue", 0, 1, "90 % point")
