"""Words for what a content tells beside its tables. Unknown is written "unknown"."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from db.sharing.presets import Preset
from risk.catalog.failure_kinds import FailureKind
from risk.portfolio.results import Interval, Source, VarianceShares
from ui import wording
from ui.render.html import Drawn, HtmlTable, html_table
from ui.share_page.drawings import range_bar
from ui.tables.column import Column
from ui.uncertainty import Spread
from ui.words import marks

Content = Mapping[str, Any]

#: More rows than anybody reads on a page; the files have all of them.
MOST_ROWS = 500
#: Rows that stand open; the rest is one tap away.
FIRST_ROWS = 10

#: The grade that an answer had in contents of formats 1 and 2.
CONFIDENCE = Column(key="confidence", label="Confidence")

#: What each preset is called, and what the reader of such a link sees.
PRESETS = {
    Preset.EVERYTHING: ("Everything", "Names, amounts, providers and texts as you see them."),
    Preset.NAMES: (
        "Without names",
        "Company 1, Company 2 … with figures in two digits; no text that anybody wrote.",
    ),
    Preset.MONEY: (
        "Without money",
        "Names and providers, and of the score the band; no amount and nothing that tells one.",
    ),
    Preset.OUTLINE: (
        "Outline",
        "Bands, kinds of disruption and times to switch; neither names nor money nor providers.",
    ),
}


#: Names by which a machine calls itself.
_THIS_MACHINE = re.compile(r"localhost|127\.[0-9.]+|::1|0\.0\.0\.0")


def opens_only_here(link: str) -> str | None:
    """Say that a link to this machine opens nowhere else, and what to pass on; None: it does."""
    if not _THIS_MACHINE.fullmatch(urlsplit(link).hostname or ""):
        return None
    return (
        "This link opens on this machine alone, because the dashboard runs here under a local "
        "address. To pass it on, download the same page as an HTML file."
    )


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One headline figure with the line below it, and its range as SVG where it has one."""

    label: str
    value: str
    note: str = ""
    picture: str = ""


def moment(text: str | None) -> str:
    """Return ``25 Nov 2026, 11:00 UTC`` for ISO text."""
    if not text:
        return wording.UNKNOWN
    at = datetime.fromisoformat(text)
    return f"{wording.day(at.date())}, {at:%H:%M} UTC"


def kind(value: str) -> str:
    """Return what a kind of disruption is called."""
    return wording.disruption(FailureKind(value))


def loss(row: Content) -> str:
    """Return the expected loss: its median with its range, or how large it may be."""
    if row["median_usd"] is None:
        return wording.at_most(row["aal_high_usd"])
    return marks.median_and_range(row["median_usd"], interval(row, "aal_low_usd", "aal_high_usd"))


def interval(row: Content, low: str, high: str) -> Interval | None:
    """Return a range between two fields, None where an end is not told."""
    if row.get(low) is None or row.get(high) is None:
        return None
    return Interval(low=row[low], high=row[high])


def spread_of_row(row: Content) -> Spread | None:
    """Return the expected loss with its range; None where they are not told."""
    low, median, high = row.get("aal_low_usd"), row.get("median_usd"), row.get("aal_high_usd")
    if low is None or high is None:
        return None
    # Where too little is known no median is told, and the range is what answers could add.
    asked = median is None or median <= 0 < high
    facts = row.get("variance_facts")
    return Spread(low=low, median=median or 0.0, high=high, facts=facts, asked=asked)


def loss_bar(row: Content, *, end: float = 0.0) -> str:
    """Return the same as a bar from zero: dark is what facts leave open, light all of it."""
    spread = spread_of_row(row)
    if spread is None:
        return ""
    return range_bar(spread, alt=f"expected loss a year {loss(row)}", end=end)


def marks_of(known: Content) -> list[str]:
    """Return how sure an answer is, as badges; contents of older formats have a grade."""
    if "confidence" in known:
        return [f"{known['confidence']} confidence"]
    if "facts_known" not in known:
        return []
    facts = marks.facts_known(known["facts_known"])
    if "variance_facts" not in known:
        return [facts]
    shares = VarianceShares(**{one.value: known[f"variance_{one.value}"] or 0.0 for one in Source})
    share = float(getattr(shares, shares.most.value)) if shares.most else None
    return [facts, marks.rests_mostly_on(shares.most, share)]


def narrowed(content: Content) -> list[str]:
    """Return what would narrow the range most, in words; portfolios had shares once as well."""
    return [
        marks.narrowing_words(one["what"], Source(one["kind"]), one["share"])
        if "share" in one
        else marks.lever_words(
            one["what"], Source(one["kind"]), one["low"], one["high"], one["startups"]
        )
        for one in content.get("narrow_most", [])
    ]


def table_of(
    columns: Sequence[Column],
    rows: Sequence[Content],
    noun: Sequence[Column],
    drawn: Drawn | None = None,
) -> HtmlTable:
    """Return the startups of a content as its page shows them, some cells with a drawing."""
    columns = (*columns, CONFIDENCE)
    return html_table(columns, rows, noun=noun, opened=FIRST_ROWS, most=MOST_ROWS, drawn=drawn)
