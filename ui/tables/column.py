"""Columns of tables: what a figure is called, in what unit it is, and how a reader sees it.

A noun has one tuple of these. Page, terminal, CSV, workbook, JSON and HTML (:mod:`ui.render`) show
the same keys, labels and units of it. Neither Streamlit nor the terminal is known here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ui import wording

#: One row: values by key; None is unknown.
Record = Mapping[str, Any]


class Unit(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    USD = "USD"
    EUR = "EUR"
    PRICE = "USD per million tokens"
    SHARE = "share, 0 to 1"
    SCORE = "0 to 100"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    COUNT = "count"
    HOURS = "hours"
    FACTOR = "factor"
    DATE = "date"
    RATE = "a year"
    LIST = "list of texts"
    MOMENT = "moment, UTC"
    YES = "yes or no"

    @property
    def is_number(self) -> bool:
        """Whether values are set to the right."""
        return self not in (Unit.TEXT, Unit.LIST, Unit.DATE, Unit.MOMENT, Unit.YES)


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column. ``key`` is its name in documents and files, ``label`` in front of readers.

    ``missing`` stands for a value that is None. ``cell`` writes the value of a row for a reader,
    where its unit alone does not say how; it may read other values of the row. ``told`` says
    whether a figure is shown to readers as a number at all; documents and files for programs have
    it in any case. ``path`` is where the value stands in JSON, if not under its key. ``help``
    explains it in a sentence. ``of`` names the values that the cell is made of where its key has
    none: such a column is for readers alone.
    """

    key: str
    label: str
    unit: Unit = Unit.TEXT
    help: str = ""
    missing: str = wording.UNKNOWN
    cell: Callable[[Record], str] | None = None
    told: Callable[[Record], bool] | None = None
    path: tuple[str, ...] = ()
    of: tuple[str, ...] = ()

    def text(self, row: Record) -> str:
        """The cell as a reader sees it."""
        if self.cell:
            return self.cell(row)
        value = row[self.key]
        return self.missing if value is None else written(value, self.unit)


def written(value: Any, unit: Unit) -> str:
    """A value in words, by its unit; None is unknown."""
    if value is None:
        return wording.UNKNOWN
    if unit is Unit.USD:
        return wording.money(value)
    if unit is Unit.EUR:
        return wording.euros(value)
    if unit is Unit.PRICE:
        return f"${value:,.2f}"
    if unit is Unit.SHARE:
        return wording.percent(value)
    if unit is Unit.SCORE:
        return f"{value:.0f}"
    if unit is Unit.MONTHS:
        return wording.number(round(value))
    if unit in (Unit.COUNT, Unit.HOURS, Unit.FACTOR, Unit.DAYS, Unit.WEEKS):
        return wording.number(value)
    if unit is Unit.DATE:
        return wording.day(value)
    if unit is Unit.RATE:
        return f"{value:.3g}"
    if unit is Unit.LIST:
        return wording.listed(map(str, value)) or "none"
    if unit is Unit.MOMENT:
        return f"{value:%Y-%m-%d %H:%M}"
    if unit is Unit.YES:
        return "yes" if value else "no"
    return str(value)


def texts(**labels: str) -> tuple[Column, ...]:
    """Columns of text, by key and label."""
    return tuple(Column(key=key, label=label) for key, label in labels.items())


def attributes(one: object, names: str) -> dict[str, Any]:
    """Attributes of a result by name; ``names`` are separated by spaces."""
    return {name: getattr(one, name) for name in names.split()}


def before_after(name: str, unit: Unit, before: str, after: str) -> tuple[Column, ...]:
    """The columns of a figure today and after a disruption, with the range of the latter."""
    labels = {
        "before": before,
        "after": after,
        "after_low": f"{after}, low (10 %)",
        "after_high": f"{after}, high (90 %)",
    }
    return tuple(
        Column(key=f"{name}_{end}", label=label, unit=unit, path=(name, end))
        for end, label in labels.items()
    )


def low_high(name: str, label: str, unit: Unit, group: str) -> tuple[Column, ...]:
    """The columns ``name_low`` and ``name_high`` of a range, an object ``group`` in JSON."""
    ends = (("low", "low (10 %)"), ("high", "high (90 %)"))
    return tuple(
        Column(key=f"{name}_{end}", label=f"{label}, {words}", unit=unit, path=(group, end))
        for end, words in ends
    )


def chosen(columns: Sequence[Column], keys: Sequence[str]) -> tuple[Column, ...]:
    """Some columns, in the order of their keys."""
    known = {one.key: one for one in columns}
    return tuple(known[key] for key in keys)


def values(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Those of single values, as files and documents have them."""
    return tuple(one for one in columns if not one.of)


def told(columns: Sequence[Column], row: Record) -> tuple[Column, ...]:
    """Those of which a row tells what they are made of; what was left out has no column."""
    return tuple(one for one in columns if all(key in row for key in one.of or (one.key,)))


def matching(columns: Sequence[Column], rows: Iterable[Record], words: str) -> list[Record]:
    """Return the rows in whose cells every word occurs, whatever its case."""
    wanted = words.casefold().split()
    if not wanted:
        return list(rows)

    def said(row: Record) -> str:
        return "\n".join(one.text(row) for one in columns).casefold()

    return [row for row in rows if all(word in said(row) for word in wanted)]
