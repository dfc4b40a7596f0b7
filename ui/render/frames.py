"""Rows of columns as pandas frames: in words, with figures as such, or plain for files."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from risk.money.figures import rounded
from risk.portfolio.fields import cell
from ui import money, wording
from ui.tables.column import Column, Record, Unit

#: How a page writes the figures of a unit, which stay figures there so that a reader can sort.
FORMATS = {
    Unit.PRICE: "$%.2f",
    Unit.EUR: "€%,d",
    Unit.SHARE: "%.6g %%",
    Unit.HOURS: "%.2f",
    Unit.FACTOR: "%.3g",
    Unit.RATE: "%.3g",
}
#: From this share on two figures would say 100 %.
NEARLY_ALL = 0.985


def format_of(unit: Unit) -> str:
    """How a page writes the figures of a unit; amounts in the currency that is shown."""
    if unit is Unit.USD:
        return f"{money.shown().prefix}%,d"
    return FORMATS.get(unit, "localized")


def as_shown(value: Any, unit: Unit) -> Any:
    """A figure: a duration with the digits that matter, a moment as its day, all else as it is.

    Amounts are in the currency that is shown; files have USD.
    """
    if unit is Unit.USD and value is not None:
        return money.shown().of(value)
    if unit is Unit.DATE and isinstance(value, datetime):
        return value.date()
    if value is None or unit not in (Unit.DAYS, Unit.WEEKS, Unit.MONTHS):
        return value
    return round(value, 1 if abs(value) < 10 else 0)


def as_on_page(value: Any, unit: Unit) -> Any:
    """A figure for a page's table: as shown, amounts and shares with two significant figures.

    Shares are in per cent; of nearly all they keep more figures: 99.8 % is not everything.
    """
    shown = as_shown(value, unit)
    if unit is Unit.SHARE and shown is not None:
        return float(f"{100 * shown:.{2 if abs(shown) < NEARLY_ALL else 4}g}")
    return rounded(shown) if unit in (Unit.USD, Unit.EUR) and shown is not None else shown


def frame(
    columns: Sequence[Column],
    rows: Iterable[Record],
    *,
    raw: Collection[str] = (),
    figure: Callable[[Any, Unit], Any] = as_shown,
) -> pd.DataFrame:
    """Return rows as a reader sees them, by label; of ``raw`` keys the figures, for bars.

    ``figure`` says how a figure is shown: :func:`as_shown` for sheets, :func:`as_on_page`.
    """
    known = list(rows)
    return pd.DataFrame(
        {
            one.label: [
                figure(row[one.key], one.unit) if one.key in raw else one.text(row) for row in known
            ]
            for one in columns
        }
    )


def as_they_are(columns: Sequence[Column]) -> set[str]:
    """The keys of columns whose values need no words: figures and days, which a click sorts."""
    return {
        one.key
        for one in columns
        if one.cell is None
        and one.unit not in (Unit.LIST, Unit.MOMENT, Unit.YES)
        and (one.missing == wording.UNKNOWN or one.unit.is_number)
    }


def sortable(columns: Sequence[Column], rows: Iterable[Record]) -> pd.DataFrame:
    """Return rows by label: figures and days as such, for sorting and sheets; all else in words."""
    return frame(columns, rows, raw=as_they_are(columns))


def file_of(columns: Sequence[Column], rows: Iterable[Record]) -> pd.DataFrame:
    """Return rows as files have them: plain values by key, in words where a cell has none."""
    known = list(rows)
    return file_frame(
        {
            one.key: [row[one.key] if one.key in row else one.text(row) for row in known]
            for one in columns
        }
    )


def file_frame(values: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """Return columns of plain values, by their keys, as files have them."""
    return pd.DataFrame({key: [cell(one) for one in column] for key, column in values.items()})
