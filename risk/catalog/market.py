"""How large each service is: its share of what companies spend on language models.

The table fixtures/market_shares.csv says who would have to take in whose customers. Surveys
disagree, so every share has a range; a service without a row counts as small.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from risk.catalog.tables import read_table

FILE_NAME = "market_shares.csv"


@dataclass(frozen=True, kw_only=True)
class MarketShare:
    """One service's share (0..1) of the market, and between which shares it may lie."""

    share: float
    low: float
    high: float
    source: str
    as_of: str


def load_market_shares(folder: Path) -> Mapping[str, MarketShare]:
    """Shares by the name of the service.

    Raises:
        CatalogError: the table is missing or wrong, or its shares come to more than 1; the message
            names file, line and column.
    """
    columns = ("service", "share", "share_low", "share_high", "source", "as_of")
    found: dict[str, MarketShare] = {}
    for row in read_table(folder / FILE_NAME, columns):
        name = row.text("service")
        if name in found:
            raise row.error("service", f"'{name}' is listed twice.")
        share = row.number("share", low=0, high=1)
        found[name] = MarketShare(
            share=share,
            low=row.number("share_low", low=0, high=share),
            high=row.number("share_high", low=share, high=1),
            source=row.text("source"),
            as_of=row.day("as_of").isoformat(),
        )
        total = sum(one.share for one in found.values())
        if total > 1 + 1e-9:
            raise row.error("share", f"the shares so far come to {total:g}; they must not pass 1.")
    return found
