"""The week as columns: what to look at first in a portfolio, of every sort."""

from collections.abc import Iterable
from typing import Any

from risk.portfolio.asked import OpenFact
from risk.portfolio.deadlines import Deadline
from risk.portfolio.results import Action
from risk.portfolio.week import Changed, Item, News
from ui import wording
from ui.tables.column import Column, Record, Unit, chosen, low_high, values
from ui.words import week_words as words


def rows_of(items: Iterable[Item]) -> list[Record]:
    """Return each thing with whom it is about, what it says and what it amounts to."""
    return [_row(one) for one in items]


def _row(item: Item) -> Record:
    usd, interval = words.amount(item)
    return {
        "sort": item.sort.value,
        "late": item.late,
        "who": words.who(item),
        "said": words.said(item),
        "amount_usd": usd,
        "amount_low": None if interval is None else interval.low,
        "amount_high": None if interval is None else interval.high,
        "amount_is": words.AMOUNTS[item.sort],
        "item": item,
        **_about(item),
    }


def _about(item: Item) -> dict[str, Any]:
    """Of what a thing is, by the names of the register; None where it is of none."""
    about = item.about
    found: dict[str, Any] = dict.fromkeys(
        ("startup", "use_case", "provider", "dependency_key", "day")
    )
    if isinstance(about, (Deadline, Action, OpenFact)):
        found.update(startup=about.startup, use_case=about.use_case)
    if isinstance(about, (Deadline, Action)):
        found.update(dependency_key=about.dependency_key)
    if isinstance(about, (Deadline, OpenFact, News)):
        found.update(provider=about.provider)
    if isinstance(about, (Deadline, News)):
        found.update(day=about.day)
    if isinstance(about, Changed):
        found.update(day=about.since)
    return found


def _sort(row: Record) -> str:
    return f"{words.TAGS[row['item'].sort]}{' (late)' if row['late'] else ''}"


def _what(row: Record) -> str:
    return f"{row['who']}: {row['said']}" if row["who"] else wording.sentence_case(row["said"])


def _amount(row: Record) -> str:
    return " ".join(words.amount_said(row["item"])).strip() or "–"


COLUMNS = (
    Column(key="sort", label="Sort", cell=_sort),
    Column(key="late", label="Cannot be met", unit=Unit.YES),
    Column(key="what", label="What", cell=_what, of=("who", "said")),
    Column(key="amount", label="Amount, 10–90 %", cell=_amount, of=("amount_usd",)),
    Column(key="startup", label="Company"),
    Column(key="use_case", label="Use case"),
    Column(key="provider", label="Provider"),
    Column(key="dependency_key", label="Dependency"),
    Column(key="day", label="Day", unit=Unit.DATE),
    Column(key="said", label="In words"),
    Column(key="amount_usd", label="Amount", unit=Unit.USD),
    *low_high("amount", "Amount", Unit.USD, "amount_interval_usd"),
    Column(key="amount_is", label="What the amount is"),
)
TERMINAL = chosen(COLUMNS, ("sort", "what", "amount"))
BOOK = chosen(
    COLUMNS,
    (
        *("sort", "startup", "use_case", "provider", "day", "said"),
        *("amount_usd", "amount_low", "amount_high", "amount_is"),
    ),
)
VALUES = values(COLUMNS)
