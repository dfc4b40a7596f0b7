"""Who drives the worst years, and whose loss stops whom, in the terminal."""

from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np

from risk.portfolio.results import PortfolioAssessment, TailPart
from risk.portfolio.startups import Assessed, assessed_of
from ui import headlines, wording
from ui.terminal.output import table

if TYPE_CHECKING:
    from rich.console import RenderableType

#: Single points of failure and pairs shown; all of them are in the JSON document.
SHOWN_POINTS = 8
#: Parts of the tail shown of each division; all of them are in the JSON document.
SHOWN_PARTS = 5


def tail_parts(
    result: PortfolioAssessment, *, most: int | None = None
) -> dict[str, tuple[TailPart, ...]]:
    """Return parts of the worst years by startup, provider, root and kind, the largest first.

    ``most`` None: all of them; each division then sums to the whole.
    """
    return {
        "startup": _by_startup(assessed_of(result), most),
        **{
            by: tuple(result.tail_parts[by][:most])
            for by in headlines.DIVISIONS
            if by in result.tail_parts
        },
    }


def _by_startup(startups: Assessed, most: int | None) -> tuple[TailPart, ...]:
    names, tail = startups.table.names, startups.table.tail
    order = np.argsort(-np.nan_to_num(tail), kind="stable")[:most]
    return tuple(
        TailPart(name=names[row], tvar95_usd=float(tail[row]))
        for row in order.tolist()
        if tail[row] > 0
    )


def tail_table(result: PortfolioAssessment) -> "RenderableType":
    """Return the largest parts of the tail by startup, provider, root and kind, side by side."""
    divided = tail_parts(result, most=SHOWN_PARTS)
    columns = [
        [
            f"{headlines.part_name(by, part.name)} "
            f"{wording.percent(part.tvar95_usd / result.tvar95_usd)}"
            for part in parts
        ]
        for by, parts in divided.items()
    ]
    rows = [tuple(cell or "" for cell in row) for row in zip_longest(*columns)]
    whole = wording.money(result.tvar95_usd)
    label = f"Who drives the worst 5 % of years ({whole}), the {SHOWN_PARTS} largest of each"
    return table(label, tuple(f"By {headlines.DIVISIONS[by].lower()}" for by in divided), rows)


def single_points_table(result: PortfolioAssessment) -> "RenderableType":
    """Return the roots that stop use cases alone, largest expected loss first."""
    rows = [
        (
            one.root,
            wording.number(one.startups),
            wording.percent(one.margin_share),
            wording.money(one.aal_usd),
        )
        for one in result.single_points[:SHOWN_POINTS]
    ]
    columns = ("Single point of failure", "Startups stopped", "Of AI margin", "Loss a year")
    label = "Whose loss alone stops a use case, largest expected loss first"
    return table(label, columns, rows, right=columns[1:])


def pairs_table(result: PortfolioAssessment) -> "RenderableType":
    """Return the pairs that stop use cases only together; their weight is in no other figure."""
    rows = [
        (
            wording.listed(one.roots),
            wording.number(one.startups),
            wording.percent(one.margin_share),
            wording.money(one.margin_usd_per_year),
        )
        for one in result.pairs[:SHOWN_POINTS]
    ]
    columns = ("Pair", "Startups stopped", "Of AI margin", "Margin a year")
    label = "Who stop a use case only together: the margin of days on which both are down"
    return table(label, columns, rows, right=columns[1:])
